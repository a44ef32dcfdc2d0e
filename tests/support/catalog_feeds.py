"""Feeds of one product that is on sale for 8.00, in the formats that have dates for it."""

import json


def merchant_feed(dates: str) -> str:
    head = "id\ttitle\tlink\tavailability\tprice\tsale price\tsale price effective date"
    return f"{head}\n1\tSock\t/x\tin_stock\t10.00 EUR\t8.00 EUR\t{dates}\n"


def woocommerce_export(starts: str, ends: str) -> str:
    head = "ID,Type,SKU,Name,Published,Date sale price starts,Date sale price ends,In stock?,Sale price,Regular price"
    return f"{head}\n1,simple,1,Sock,1,{starts},{ends},1,8.00,10.00\n"


def product_page(until: str) -> str:
    offer = {"@type": "Offer", "price": "8.00", "priceCurrency": "EUR", "priceValidUntil": until}
    told = {"@type": "Product", "sku": "1", "name": "Sock", "offers": offer}
    return f'<html><script type="application/ld+json">{json.dumps(told)}</script></html>'
