"""Orders that another system took, as the inbox shows them."""

from datetime import UTC, datetime

from tresen.kit.db import Database
from tresen.shop import orders
from tresen.shop.money import Money
from tresen.shop.orders import Order, OrderLine


def order(number: str, day: int, *lines: OrderLine) -> Order:
    return Order(number, datetime(2026, 11, day, tzinfo=UTC), "shipped", Money(490, "EUR"), lines, "Post", "PP1")


async def test_orders_come_back_newest_first_with_their_totals(db: Database) -> None:
    line = OrderLine("S-1", "Socke", 2, Money(1490, "EUR"))
    async with db.write() as tx:
        await orders.record(tx, "s1", order("A", 1, line))
        await orders.record(tx, "s1", order("B", 2, line, line))
        await orders.record(tx, "s2", order("C", 3, line))
        found = await orders.of_shopper(tx, "s1")
    assert [each.number for each in found] == ["B", "A"]
    assert [each.total for each in found] == [Money(6450, "EUR"), Money(3470, "EUR")]


async def test_the_same_number_again_replaces_the_order(db: Database) -> None:
    async with db.write() as tx:
        await orders.record(tx, "s1", order("A", 1, OrderLine("S-1", "Socke", 2, Money(1490, "EUR"))))
        await orders.record(tx, "s1", order("A", 1))
        (found,) = await orders.of_shopper(tx, "s1")
    assert found.lines == ()
    assert found.total == Money(490, "EUR")
