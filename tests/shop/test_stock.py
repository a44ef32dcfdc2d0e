"""Stock: held back for who has an offer, never sold twice, and there again for who waited."""

import asyncio
from datetime import timedelta

import pytest
from goods import goods, offer, stocked, variant_id, withdrawn

from tresen.kit.db import Database
from tresen.shop import cart, catalog, stock
from tresen.shop.stock import OutOfStock, Waiting

SOCK = goods("sock", offer("s", 1290, 5), offer("m", 1490, 0), offer("xl", 990, None))
S, M, XL = (variant_id("sock", sku) for sku in ("s", "m", "xl"))
MINUTES = timedelta(minutes=15)


async def left(db: Database, variant: str, shopper: str = "") -> int | None:
    async with db.read() as tx:
        return (await stock.available(tx, [variant], shopper)).get(variant, -1)


async def reserve(db: Database, quote: str, shopper: str, variant: str, quantity: int) -> None:
    async with db.write() as tx:
        await stock.reserve(tx, quote, shopper, [(variant, quantity)], tx.now + MINUTES)


async def take(db: Database, variant: str, quantity: int, shopper: str = "") -> None:
    async with db.write() as tx:
        await stock.take(tx, [(variant, quantity)], shopper)


async def test_twenty_takers_of_five_pieces_get_exactly_five(each_db: Database) -> None:
    await stocked(each_db, SOCK)
    got = await asyncio.gather(*(take(each_db, S, 1) for _ in range(20)), return_exceptions=True)
    refused = [each for each in got if each is not None]
    assert (got.count(None), len(refused)) == (5, 15)
    assert all(isinstance(each, OutOfStock) for each in refused), refused
    assert await left(each_db, S) == 0


async def test_twenty_offers_of_five_pieces_hold_exactly_five(each_db: Database) -> None:
    await stocked(each_db, SOCK)
    asked = [reserve(each_db, f"q{number}", f"shopper{number}", S, 1) for number in range(20)]
    got = await asyncio.gather(*asked, return_exceptions=True)
    assert got.count(None) == 5
    assert all(isinstance(each, OutOfStock) for each in got if each is not None)
    assert await left(each_db, S) == 0


async def test_what_is_held_back_is_there_for_its_shopper_only(each_db: Database) -> None:
    await stocked(each_db, SOCK)
    await reserve(each_db, "q", "anna", S, 4)
    assert (await left(each_db, S), await left(each_db, S, "ben"), await left(each_db, S, "anna")) == (1, 1, 5)
    with pytest.raises(OutOfStock) as refused:
        await take(each_db, S, 2, "ben")
    assert refused.value.left == 1
    async with each_db.write() as tx:
        with pytest.raises(OutOfStock):
            await cart.set_quantity(tx, "ben", S, 2)
        await cart.set_quantity(tx, "anna", S, 5)
    await take(each_db, S, 4, "anna")
    async with each_db.write() as tx:
        await stock.release(tx, "q")
    assert await left(each_db, S) == 1


async def test_a_reservation_expires(db: Database, clock) -> None:  # type: ignore[no-untyped-def]
    await stocked(db, SOCK)
    await reserve(db, "q", "anna", S, 5)
    clock.forward(minutes=14, seconds=59)
    assert await left(db, S, "ben") == 0
    clock.forward(seconds=1)
    assert await left(db, S, "ben") == 5
    await take(db, S, 5, "ben")
    with pytest.raises(OutOfStock):
        await take(db, S, 1, "anna")


async def test_a_newer_offer_takes_the_place_of_the_older_one(db: Database) -> None:
    await stocked(db, SOCK)
    for number, quantity in enumerate((5, 2, 3)):
        await reserve(db, f"q{number}", "anna", S, quantity)
    assert await left(db, S, "ben") == 2


async def test_all_of_an_order_or_nothing_of_it(db: Database) -> None:
    await stocked(db, SOCK)
    for pieces in ([(S, 1), (M, 1)], [(S, 3), (S, 3)], [("v_nobody", 1)]):
        with pytest.raises(OutOfStock):
            async with db.write() as tx:
                await stock.take(tx, pieces)
        assert await left(db, S) == 5


async def test_what_was_withdrawn_cannot_be_taken(db: Database) -> None:
    await stocked(db, SOCK)
    await withdrawn(db, ["sock"])
    assert await left(db, S) == -1
    with pytest.raises(OutOfStock):
        await take(db, S, 1)


async def test_what_is_not_counted_is_always_there(db: Database) -> None:
    await stocked(db, SOCK)
    await reserve(db, "q", "anna", XL, 50)
    await take(db, XL, 99, "ben")
    async with db.write() as tx:
        await stock.put_back(tx, [(XL, 9)])
    assert await left(db, XL) is None


async def test_search_hears_of_what_was_taken_and_put_back(db: Database) -> None:
    await stocked(db, SOCK)
    for change, expected in ((stock.take, 3), (stock.put_back, 5)):
        async with db.read() as tx:
            before = await catalog.number(tx, "change")
        async with db.write() as tx:
            await change(tx, [(S, 2)])
        async with db.read() as tx:
            changed = await catalog.changed_variants(tx, before)
        assert [(item.id, item.stock) for _, item in changed] == [(S, expected)]


async def test_who_waits_is_told_once_when_it_is_there_again(db: Database, clock) -> None:  # type: ignore[no-untyped-def]
    await stocked(db, SOCK)
    for contact in ("ben", "anna", "anna"):
        async with db.write() as tx:
            await stock.wait_for(tx, M, contact, f"c-{contact}")
        clock.forward(seconds=1)
    async with db.read() as tx:
        assert await stock.due_back(tx) == []
    async with db.write() as tx:
        await stock.put_back(tx, [(M, 1)])
        due = await stock.due_back(tx)
        assert due == [Waiting(M, "ben", "c-ben"), Waiting(M, "anna", "c-anna")]
        assert [await stock.told_back(tx, each) for each in (*due, due[0])] == [True, True, False]
        assert await stock.due_back(tx) == []
        await stock.wait_for(tx, M, "ben", "c-ben")
        assert await stock.due_back(tx) == due[:1]


async def test_a_piece_that_is_held_back_is_not_there_again(db: Database) -> None:
    await stocked(db, SOCK)
    async with db.write() as tx:
        await stock.wait_for(tx, M, "ben", "c")
        await stock.put_back(tx, [(M, 1)])
    await reserve(db, "q", "anna", M, 1)
    async with db.read() as tx:
        assert await stock.due_back(tx) == []
