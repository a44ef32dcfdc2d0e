"""Orders of known shoppers, read-only for now: what was bought, and where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from tresen.kit.db import Tx
from tresen.shop.money import Money
from tresen.shop.tables import order, order_line


@dataclass(frozen=True)
class OrderLine:
    sku: str
    title: str
    quantity: int
    unit_price: Money


@dataclass(frozen=True)
class Order:
    """An order as it was placed: its lines keep the words and prices of that day."""

    number: str
    placed_at: datetime
    state: str  # processing, shipped, delivered, cancelled, returned
    shipping: Money
    lines: tuple[OrderLine, ...]
    carrier: str = ""
    tracking_code: str = ""

    @property
    def total(self) -> Money:
        return sum((line.unit_price * line.quantity for line in self.lines), self.shipping)


async def record(tx: Tx, shopper_id: str, found: Order) -> None:
    """Store an order that another system took; the same number again replaces it."""
    await tx.execute(delete(order_line).where(order_line.c.number == found.number))
    await tx.execute(delete(order).where(order.c.number == found.number))
    await tx.execute(
        insert(order).values(
            number=found.number,
            shopper_id=shopper_id,
            placed_at=found.placed_at,
            state=found.state,
            shipping_minor=found.shipping.minor,
            currency=found.shipping.currency,
            carrier=found.carrier,
            tracking_code=found.tracking_code,
        )
    )
    rows = [
        {"number": found.number, "position": position, "sku": line.sku, "title": line.title,
         "quantity": line.quantity, "unit_minor": line.unit_price.minor}
        for position, line in enumerate(found.lines)
    ]  # fmt: skip
    if rows:
        await tx.execute(insert(order_line), rows)


async def of_shopper(tx: Tx, shopper_id: str) -> Sequence[Order]:
    """The shopper's orders, newest first."""
    rows = await tx.rows(select(order).where(order.c.shopper_id == shopper_id).order_by(order.c.placed_at.desc()))
    numbers = [row.number for row in rows]
    lines = await tx.rows(select(order_line).where(order_line.c.number.in_(numbers)).order_by(order_line.c.position))
    return [
        Order(
            row.number,
            row.placed_at,
            row.state,
            Money(row.shipping_minor, row.currency),
            tuple(
                OrderLine(line.sku, line.title, line.quantity, Money(line.unit_minor, row.currency))
                for line in lines
                if line.number == row.number
            ),
            row.carrier,
            row.tracking_code,
        )
        for row in rows
    ]
