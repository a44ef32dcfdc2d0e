"""Orders that another system took: how the demo's known shoppers come to their past orders."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tresen.kit.db import Tx
from tresen.kit.ids import secret
from tresen.shop import catalog, fulfilling, orderbook, paying, tax
from tresen.shop.catalog import pick
from tresen.shop.house import House
from tresen.shop.money import Money, rounded
from tresen.shop.orders import Fulfilment, Order, OrderLine

_UNPAID = ("awaiting_payment", "cancelled")


async def record(
    tx: Tx, house: House, shopper_id: str, contact_id: str, person: dict[str, Any], data: dict[str, Any]
) -> None:
    """Write one order down as it was: `days_ago` counts back from now, so that periods of return make sense."""
    placed = tx.now - timedelta(days=data["days_ago"])
    lines = [await _line(tx, house, each, person) for each in data["lines"]]
    shipping = rounded(Decimal(data["shipping"]), house.currency)
    total = Money(sum(line.total.minor for line in lines) + shipping.minor, house.currency)
    delivered = placed + timedelta(days=3) if data["state"] in ("delivered", "returned") else None
    option = next((each for each in house.shipping if each.key == data["option"]), None)
    by_rate = tax.spread(((line.tax_rate, line.total) for line in lines), shipping)
    made = Order(
        number=data["number"], placed_at=placed, state=data["state"], shipping=shipping, lines=tuple(lines),
        total=total, shopper_id=shopper_id, contact_id=contact_id, locale=person["locale"], email=person["email"],
        address=person["address"] | {"name": person["name"], "email": person["email"]}, access=secret(),
        shipping_key=data["option"], shipping_label=option.label if option else {}, payment=data["payment"],
        delivered_at=delivered, seen_at=placed, taxes=tax.shares(by_rate, house.tax_included),
    )  # fmt: skip
    await orderbook.record(tx, made)
    if data["state"] not in _UNPAID:
        charged = await paying.charge(tx, made, made.payment, "due")
        if made.payment != "invoice" or delivered:
            await paying.settle(tx, charged.id, "paid")
    if tracking := data.get("tracking"):
        everything = {at: line.quantity for at, line in enumerate(lines)}
        sent = Fulfilment(tracking["carrier"], tracking["code"], "", everything, placed + timedelta(days=1))
        await fulfilling.send(tx, made.number, sent)


async def _line(tx: Tx, house: House, data: dict[str, Any], person: dict[str, Any]) -> OrderLine:
    item = await catalog.by_sku(tx, data["sku"])
    product = (await catalog.products(tx, [item.product_id]))[0]
    rate = tax.rate(person["address"]["country"], product.category_key, house)
    locale, price = person["locale"], rounded(Decimal(data["unit_price"]), house.currency)
    return OrderLine(
        item.sku, pick(product.title, locale), data["quantity"], price, item.id, product.id, item.label(locale),
        product.category_key, 0, rate,
    )  # fmt: skip
