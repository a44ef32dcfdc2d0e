"""Orders: kept whole, changed only along the table of transitions."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tresen.kit.db import Database
from tresen.shop import orderbook
from tresen.shop.money import Money
from tresen.shop.orders import STATES, TRANSITIONS, NotNow, Order, OrderLine, UnknownOrder

SOCKS = OrderLine("S-1", "Socke", 2, Money(1490, "EUR"))


def order(number: str, day: int = 1, *lines: OrderLine, **values: object) -> Order:
    goods = sum(line.total.minor for line in lines)
    placed = datetime(2026, 11, day, tzinfo=UTC)
    made = Order(number, placed, "processing", Money(490, "EUR"), lines, Money(goods + 490, "EUR"), shopper_id="s1")
    return replace(made, **values)  # type: ignore[arg-type]


async def test_orders_come_back_whole_and_newest_first(each_db: Database) -> None:
    async with each_db.write() as tx:
        await orderbook.record(tx, order("A", 1, SOCKS))
        await orderbook.record(tx, order("B", 2, SOCKS, SOCKS))
        await orderbook.record(tx, order("C", 3, SOCKS, shopper_id="s2"))
    async with each_db.read() as tx:
        found = await orderbook.of_shopper(tx, "s1")
        again = await orderbook.find(tx, "A")
    assert [each.number for each in found] == ["B", "A"]
    assert [each.total for each in found] == [Money(6450, "EUR"), Money(3470, "EUR")]
    assert again == order("A", 1, SOCKS)


async def test_one_cart_becomes_one_order(each_db: Database) -> None:
    async with each_db.write() as tx:
        await orderbook.record(tx, order("A", 1, SOCKS, cart_id="c1"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with each_db.write() as tx:
            await orderbook.record(tx, order("B", 1, SOCKS, cart_id="c1"))


async def test_an_order_moves_only_along_the_table(db: Database) -> None:
    for number, state in enumerate(STATES):
        for action in {each for _, each in TRANSITIONS}:
            async with db.write() as tx:
                found = order(f"{number}-{action}", 1, SOCKS, state=state)
                await orderbook.record(tx, found)
                if (state, action) in TRANSITIONS:
                    assert (await orderbook.move(tx, found, action)).state == TRANSITIONS[state, action]
                else:
                    with pytest.raises(NotNow):
                        await orderbook.move(tx, found, action)


async def test_a_change_that_comes_second_is_refused(db: Database) -> None:
    async with db.write() as tx:
        seen = order("A", 1, SOCKS)
        await orderbook.record(tx, seen)
        await orderbook.move(tx, seen, "ship")
        with pytest.raises(NotNow):
            await orderbook.move(tx, seen, "cancel")


async def test_an_unknown_number_is_refused(db: Database) -> None:
    async with db.read() as tx:
        with pytest.raises(UnknownOrder):
            await orderbook.find(tx, "nothing")
