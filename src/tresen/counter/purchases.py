"""What a shopper's orders tell of their sizes. Nothing of it is stored: it is read from the orders each time."""

import re
from collections.abc import Sequence
from datetime import datetime

from tresen.conversation.remembered import Entry
from tresen.kit.db import Tx
from tresen.kit.ids import digest
from tresen.shop import catalog, orderbook
from tresen.shop.catalog import Product, Variant, pick
from tresen.shop.orders import Order

SIZE = "size"  # the option that a size is
_WORN = re.compile(r"(?:\d?X{0,3}[SL]|M|[2-5]\d(?:[.,]5)?(?:\s*[-–/]\s*[2-5]\d)?)(?:\s*/\s*\w+)?", re.IGNORECASE)
_ID = 20  # letters


async def bought(
    tx: Tx, shopper_id: str, locale: str, since: datetime, marks: Sequence[Entry], said: Sequence[Entry]
) -> list[Entry]:
    """The size last bought and kept of each kind of goods, oldest first.

    Args:
        marks: What was forgotten: for the entry whose id a mark is about, or for all when it is about none, only later
            orders tell something.
        said: What the shopper said themselves; it counts in place of what they bought.
    """
    orders = [each for each in await orderbook.of_shopper(tx, shopper_id) if each.placed_at > since]
    lines = [(order, at) for order in orders if order.state != "cancelled" for at in order.unreturned()]
    variants = await catalog.variants(tx, [order.lines[at].variant_id for order, at in lines])
    products = {each.id: each for each in await catalog.products(tx, [item.product_id for item in variants.values()])}
    own = {each.about.casefold() for each in said if each.kind == SIZE}
    found: dict[str, Entry] = {}
    for order, at in lines:
        item = variants.get(order.lines[at].variant_id)
        entry = _entry(order, item, products.get(item.product_id), locale) if item else None
        if entry and entry.about.casefold() not in own and not _forgotten(entry, marks):
            found.setdefault(entry.about, entry)
    return sorted(found.values(), key=lambda each: each.noted_at)


def _entry(order: Order, item: Variant, product: Product | None, locale: str) -> Entry | None:
    size = pick(item.options.get(SIZE, ""), locale)
    if product is None or not product.category or not _WORN.fullmatch(size):
        return None
    about = pick(product.category[-1], locale)
    return Entry(f"bought-{digest(product.category_key)[:_ID]}", SIZE, about, size, "bought", "", 0, order.placed_at)


def _forgotten(entry: Entry, marks: Sequence[Entry]) -> bool:
    return any(each.about in ("", entry.id) and entry.noted_at <= each.noted_at for each in marks)
