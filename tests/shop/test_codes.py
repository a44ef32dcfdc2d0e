"""Codes as rows: what a cart holds, what rules issue, and caps that two orders cannot break together."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from goods import goods, offer, stocked, variant_id
from sqlalchemy import insert

from tresen.kit.db import Database, Tx
from tresen.shop import cart, codes, pricing
from tresen.shop.codes import MOST_CODES, TooManyCodes
from tresen.shop.house import House
from tresen.shop.money import Money
from tresen.shop.promotions import CodeExpired, CodeUnknown, CodeUsedUp, Decision, Promotion
from tresen.shop.reductions import Reduction
from tresen.shop.sales import order

SOCK = goods("sock", offer("s", 1000, 50))
S = variant_id("sock", "s")
TEN = Promotion("ten", "percent", {"en": "Ten"}, code="TEN", percent=Decimal(10))
LEFT = Promotion("left", "percent", {"en": "Come back"}, personal=True, percent=Decimal(5))
USED = Decision((Reduction("ten", "ten", {"en": "Ten"}, Money(100, "EUR"), (Money(100, "EUR"),)),))
HOUR = timedelta(hours=1)


async def placed(tx: Tx, number: str, shopper: str, state: str = "processing") -> None:
    values = {"placed_at": tx.now, "state": state, "shipping_minor": 0, "currency": "EUR", "address": {}}
    lists = {"shipping_label": {}, "reductions": [], "taxes": []}
    await tx.execute(insert(order).values(number=number, shopper_id=shopper, **values, **lists))


async def bought(db: Database, number: str, shopper: str, offered: Promotion, email: str = "") -> None:
    async with db.write() as tx:
        await placed(tx, number, shopper)
        await codes.use(tx, number, shopper, email, [offered], USED)


async def test_a_cart_keeps_its_codes_in_order_and_once(db: Database, clock) -> None:  # type: ignore[no-untyped-def]
    for code in ("B", " a ", "b"):
        async with db.write() as tx:
            await codes.add(tx, "anna", code)
        clock.forward(seconds=1)
    async with db.write() as tx:
        assert await codes.of_shopper(tx, "anna") == ["b", "a"]
        assert await codes.of_shopper(tx, "ben") == []
        assert [await codes.remove(tx, "anna", "B"), await codes.remove(tx, "anna", "B")] == [True, False]
        assert await codes.of_shopper(tx, "anna") == ["a"]


async def test_a_cart_holds_so_many_codes_and_no_more(db: Database) -> None:
    async with db.write() as tx:
        for number in range(MOST_CODES):
            await codes.add(tx, "anna", f"c{number}")
        with pytest.raises(TooManyCodes):
            await codes.add(tx, "anna", "one-more")
        await codes.add(tx, "anna", "C0")


async def test_a_cart_is_priced_with_its_codes_and_says_which_do_not_count(db: Database, clock) -> None:  # type: ignore[no-untyped-def]
    await stocked(db, SOCK)
    house = House(promotions=(TEN, replace(TEN, key="old", code="OLD", ends=clock.now())))
    async with db.write() as tx:
        await cart.set_quantity(tx, "anna", S, 2)
        for code in ("ten", "old", "nonsense"):
            await codes.add(tx, "anna", code)
        found = await pricing.of_cart(tx, house, "anna")
        assert (found.totals and found.totals.total) == Money(1800, "EUR")
        refused = {code: type(reason) for code, reason in found.decision.refused.items()}
        assert refused == {"old": CodeExpired, "nonsense": CodeUnknown}
        assert (await pricing.of_cart(tx, house, "ben")).totals is None


async def test_a_total_cap_holds_when_two_orders_come_at_once(each_db: Database) -> None:
    once = replace(TEN, total=1)
    orders = [bought(each_db, f"o{number}", f"s{number}", once) for number in range(8)]
    got = await asyncio.gather(*orders, return_exceptions=True)
    assert got.count(None) == 1
    assert all(isinstance(each, CodeUsedUp) for each in got if each is not None), got


async def test_a_shoppers_cap_knows_a_guest_by_the_e_mail(db: Database) -> None:
    mine = replace(TEN, per_shopper=1)
    await bought(db, "o1", "guest1", mine, "Anna@Example.org")
    await bought(db, "o2", "guest2", mine, "ben@example.org")
    with pytest.raises(CodeUsedUp):
        await bought(db, "o3", "guest3", mine, " anna@example.org")
    async with db.read() as tx:
        assert (await codes.usage(tx, "guest3", "anna@example.org")).mine == {"ten": 1}
        assert (await codes.usage(tx, "guest3", "")).mine == {}
        assert (await codes.usage(tx, "guest3")).total == {"ten": 2}


async def test_a_cancelled_order_gives_its_use_back(db: Database) -> None:
    once = replace(TEN, total=1)
    await bought(db, "o1", "anna", once)
    async with db.write() as tx:
        await codes.give_back(tx, "o1")
    await bought(db, "o2", "ben", once)


async def test_a_rule_issues_one_code_for_one_occasion_to_one_shopper(db: Database) -> None:
    async with db.write() as tx:
        first, again, other = [await codes.issue(tx, LEFT, "anna", once) for once in ("r:1", "r:1", "r:2")]
        assert first == again != other
        found = await codes.personal(tx, "anna", [first, other.lower(), "x"])
        assert {code: each.promotion for code, each in found.items()} == {first.lower(): "left", other.lower(): "left"}
        assert await codes.personal(tx, "ben", [first]) == {}
        with pytest.raises(ValueError, match="not personal"):
            await codes.issue(tx, TEN, "anna", "r:3")


async def test_an_abandoned_cart_earns_one_code_and_not_a_habit(db: Database, clock) -> None:  # type: ignore[no-untyped-def]
    await stocked(db, SOCK)

    async def asked(shopper: str = "anna") -> str | None:
        async with db.write() as tx:
            return await codes.issue_after_abandoned_cart(tx, LEFT, shopper, HOUR)

    async with db.write() as tx:
        await cart.set_quantity(tx, "anna", S, 1)
    assert await asked() is None
    clock.forward(hours=1)
    code = await asked()
    assert code
    assert (await asked(), await asked("ben")) == (code, None)
    clock.forward(days=15)
    assert await asked() is None
    clock.forward(days=90)
    assert await asked() not in (None, code)


async def test_who_ordered_has_not_abandoned_the_cart(db: Database, clock) -> None:  # type: ignore[no-untyped-def]
    await stocked(db, SOCK)
    async with db.write() as tx:
        await cart.set_quantity(tx, "anna", S, 1)
    clock.forward(hours=2)
    async with db.write() as tx:
        await placed(tx, "o1", "anna")
        assert await codes.issue_after_abandoned_cart(tx, LEFT, "anna", HOUR) is None
