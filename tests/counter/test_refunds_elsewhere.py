"""Money that was given back at the provider itself: our books follow, once, and it is not given back again."""

import pytest
from selling import TOTAL, heard, notice, now, ordered

from tresen.conversation.shoppers import Shopper
from tresen.counter import orderdesk, payments
from tresen.counter.till import Till
from tresen.kit.db import Database
from tresen.shop.orders import Order
from tresen.shop.paying import TooMuch


async def paid(db: Database, till: Till, shopper: Shopper) -> Order:
    return await notice(db, till, await ordered(db, till, shopper), "paid", "e1")


async def test_the_books_follow_and_the_shopper_is_told(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await paid(each_db, till, shopper)
    for _ in range(2):
        found = await notice(each_db, till, found, "refunded", "e2", minor=1000)
    assert [(each.amount.minor, each.state) for each in found.refunds] == [(1000, "done")]
    assert (found.refundable.minor, await payments.pay_back(each_db, till)) == (TOTAL - 1000, 0)
    assert sum("10,00" in each for each in await heard(each_db, shopper)) == 1
    found = await notice(each_db, till, found, "refunded", "e3", minor=1500)
    assert [each.amount.minor for each in found.refunds] == [1000, 500], "it tells of all that was given back"
    async with each_db.write() as tx:
        with pytest.raises(TooMuch):
            await orderdesk.refund(tx, till, found.number, TOTAL, "", "operator:a", "r1")


async def test_news_of_our_own_refund_is_no_news(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await paid(each_db, till, shopper)
    async with each_db.write() as tx:
        await orderdesk.refund(tx, till, found.number, 1000, "", "operator:a", "r1")
    found = await notice(each_db, till, await now(each_db, found), "refunded", "e2", minor=1000)
    assert [(each.amount.minor, each.state) for each in found.refunds] == [(1000, "asked")]
    assert len([each for each in await heard(each_db, shopper) if "10,00" in each]) == 1


async def test_never_more_than_was_paid(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await notice(each_db, till, await paid(each_db, till, shopper), "refunded", "e2", minor=10 * TOTAL)
    assert (found.refunded.minor, found.refundable.minor) == (TOTAL, 0)
    unpaid = await notice(each_db, till, await ordered(each_db, till, shopper), "refunded", "e9", minor=100)
    assert unpaid.refunds == ()
