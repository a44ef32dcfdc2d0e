"""Taking items out of an order that has not left yet: lines, reductions, taxes and total follow."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import update

from tresen.kit.db import Tx
from tresen.kit.errors import Unprocessable
from tresen.shop import orderbook, tax
from tresen.shop.money import Money, share
from tresen.shop.orders import Order
from tresen.shop.sales import order, order_line


def without(found: Order, gone: Mapping[int, int], tax_included: bool) -> Order:
    """The order with fewer pieces (position: how many fewer). Shipping and what was promised stay as they are.

    Each piece takes its part of the line's reduction along, as a return would.

    Raises:
        Unprocessable: more than there is, or everything (that is a cancellation).
    """
    left = {at: line.quantity - gone.get(at, 0) for at, line in enumerate(found.lines)}
    there = found.unreturned()
    inside = all(0 < count <= there.get(at, 0) for at, count in gone.items())
    if not gone or not inside or dict(gone) == there:
        raise Unprocessable("Name some of the items, not all of them; all of them is a cancellation.", code="bad_items")
    lines = tuple(
        replace(line, quantity=left[at], discount_minor=_scaled(line.discount_minor, left[at], line.quantity))
        for at, line in enumerate(found.lines)
    )
    kept = Money(sum(line.discount_minor for line in lines), found.currency)
    amounts = share(kept, [amount.minor for _, amount in found.reductions]) if found.reductions else []
    labels = [label for label, _ in found.reductions]
    taxes = tax.shares(tax.spread(((line.tax_rate, line.total) for line in lines), found.shipping), tax_included)
    added = 0 if tax_included else sum(each.tax.minor for each in taxes)
    total = sum(line.total.minor for line in lines) + found.shipping.minor + added
    return replace(
        found, lines=lines, reductions=tuple(zip(labels, amounts, strict=True)), taxes=taxes,
        total=Money(total, found.currency),
    )  # fmt: skip


async def rewrite(tx: Tx, now: Order) -> None:
    """Write changed lines, reductions, taxes and total; a line without pieces stays as a line of none."""
    for at, line in enumerate(now.lines):
        mine = update(order_line).where(order_line.c.number == now.number, order_line.c.position == at)
        await tx.execute(mine.values(quantity=line.quantity, discount_minor=line.discount_minor))
    values = orderbook.values_of(now)
    changed = {name: values[name] for name in ("goods_minor", "total_minor", "reductions", "taxes")}
    await tx.execute(update(order).where(order.c.number == now.number).values(**changed))


def _scaled(minor: int, left: int, before: int) -> int:
    return minor * left // before if before else 0
