"""Money that people of the shop see come: what is missing stays due, what is too much goes back, once."""

from typing import Any

import pytest
from selling import TOTAL, heard, notice, now, ordered
from sqlalchemy import update

from tresen.conversation.shoppers import Shopper
from tresen.counter import orderdesk, payments
from tresen.counter.payments import MoneyReused
from tresen.counter.till import Till
from tresen.kit.db import Database
from tresen.kit.errors import Unprocessable
from tresen.payments.base import PaymentRefused
from tresen.shop.orders import Order
from tresen.shop.paying import NothingToPay, TooMuch
from tresen.shop.sales import payment


async def came(db: Database, till: Till, found: Order, minor: int | None = None, once: str = "") -> Order:
    async with db.write() as tx:
        return await payments.mark_paid(tx, till, found.number, "operator:a", minor, once)


def open_payments(found: Order) -> list[tuple[str, int]]:
    return [(each.state, each.amount.minor) for each in found.payments if each.is_open]


async def test_what_is_due_is_thanked_for(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await came(each_db, till, await ordered(each_db, till, shopper, "invoice"))
    assert (found.paid.minor, open_payments(found)) == (TOTAL, [])
    assert "ist angekommen, danke!" in (await heard(each_db, shopper))[-1]
    with pytest.raises(NothingToPay):
        await came(each_db, till, found)


async def test_too_little_leaves_the_rest_due(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await came(each_db, till, await ordered(each_db, till, shopper, "invoice"), 1000, "a")
    assert (found.paid.minor, found.due.minor, open_payments(found)) == (1000, TOTAL - 1000, [("due", TOTAL - 1000)])
    assert "24,70" in (await heard(each_db, shopper))[-1].replace("\xa0", " ")
    found = await came(each_db, till, found)
    assert (found.paid.minor, found.due.minor, open_payments(found)) == (TOTAL, 0, [])


async def test_too_much_goes_back(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await came(each_db, till, await ordered(each_db, till, shopper, "invoice"), TOTAL + 500, "a")
    assert (found.paid.minor, found.refunded.minor, found.refundable.minor) == (TOTAL + 500, 500, TOTAL)
    assert [each.reason for each in found.refunds] == ["paid too much"]
    assert "5,00" in (await heard(each_db, shopper))[-1]
    assert await payments.pay_back(each_db, till) == 1
    assert [each.state for each in (await now(each_db, found)).refunds] == ["due"], "people transfer it back"


async def test_transferred_twice_goes_back_whole(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await came(each_db, till, await ordered(each_db, till, shopper, "invoice"), TOTAL, "a")
    found = await came(each_db, till, found, TOTAL, "b")
    assert (found.paid.minor, found.refunded.minor) == (2 * TOTAL, TOTAL)
    assert [each.reason for each in found.refunds] == ["paid twice"]


async def test_the_same_money_entered_twice_is_one(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await ordered(each_db, till, shopper, "invoice")
    for _ in range(2):
        found = await came(each_db, till, found, TOTAL, "a")
    assert (found.paid.minor, found.refunded.minor) == (TOTAL, 0)
    with pytest.raises(MoneyReused):
        await came(each_db, till, found, 1, "a")
    with pytest.raises(Unprocessable):
        await came(each_db, till, found, 0, "c")


async def test_a_transfer_pays_what_was_to_be_paid_online(each_db: Database, till: Till, shopper: Shopper) -> None:
    """Nobody is asked for it again, and what the bank of the first attempt brings late goes back."""
    begun = await ordered(each_db, till, shopper, "demo")
    found = await came(each_db, till, begun, 1000, "a")
    assert (found.state, found.payment, open_payments(found)) == (
        "awaiting_payment", "demo", [("created", TOTAL - 1000)]
    )  # fmt: skip
    found = await came(each_db, till, found, TOTAL - 1000, "b")
    assert (found.state, open_payments(found)) == ("processing", [])
    assert "Wir machen uns an die Arbeit" in (await heard(each_db, shopper))[-1]
    async with each_db.write() as tx:
        await payments.settle(tx, till, "demo", _late(begun))
    found = await now(each_db, found)
    assert (found.refunded.minor, found.refundable.minor) == (TOTAL, TOTAL)


def _late(found: Order) -> Any:
    first = found.payments[0]
    return payments.Notice("late", "ref", first.id, found.number, "paid", first.amount)


async def test_a_cancelled_order_gives_back_what_still_comes(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await ordered(each_db, till, shopper, "invoice")
    async with each_db.write() as tx:
        await orderdesk.cancel(tx, till, found.number, "sold out", "operator:a")
    found = await came(each_db, till, found, TOTAL, "a")
    assert (found.state, found.paid.minor, found.refunded.minor) == ("cancelled", TOTAL, TOTAL)
    assert [each.reason for each in found.refunds] == ["paid after cancellation"]


async def test_a_refund_that_the_provider_refuses_is_paid_out_by_hand(
    each_db: Database, till: Till, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await notice(each_db, till, await ordered(each_db, till, shopper), "paid", "e1")

    async def refuse(*_: Any) -> Any:
        raise PaymentRefused("charge_too_old")

    monkeypatch.setattr(till.providers["demo"], "refund", refuse)
    async with each_db.write() as tx:
        await orderdesk.refund(tx, till, found.number, 1000, "", "operator:a", "r1")
    await payments.pay_back(each_db, till)
    (refused,) = (await now(each_db, found)).refunds
    assert (refused.state, (await now(each_db, found)).refundable.minor) == ("failed", TOTAL)
    async with each_db.write() as tx:
        found = await orderdesk.paid_out(tx, till, found.number, refused.id, "operator:a")
    assert (found.refunds[0].state, found.refundable.minor) == ("done", TOTAL - 1000)


async def test_a_refused_refund_that_was_given_otherwise_is_not_given_again(
    each_db: Database, till: Till, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await notice(each_db, till, await ordered(each_db, till, shopper), "paid", "e1")

    async def refuse(*_: Any) -> Any:
        raise PaymentRefused("charge_too_old")

    with monkeypatch.context() as patched:
        patched.setattr(till.providers["demo"], "refund", refuse)
        async with each_db.write() as tx:
            await orderdesk.refund(tx, till, found.number, TOTAL, "", "operator:a", "r1")
        await payments.pay_back(each_db, till)
    async with each_db.write() as tx:
        await orderdesk.refund(tx, till, found.number, TOTAL, "", "operator:a", "r2")
    refused = next(each for each in (await now(each_db, found)).refunds if each.state == "failed")
    async with each_db.write() as tx:
        with pytest.raises(TooMuch):
            await orderdesk.paid_out(tx, till, found.number, refused.id, "operator:a")


async def test_a_provider_that_was_given_up_leaves_its_refunds_to_people(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await notice(each_db, till, await ordered(each_db, till, shopper), "paid", "e1")
    async with each_db.write() as tx:
        await tx.execute(update(payment).values(provider="gone"))
        await orderdesk.refund(tx, till, found.number, 1000, "", "operator:a", "r1")
    assert await payments.pay_back(each_db, till) == 1
    assert [each.state for each in (await now(each_db, found)).refunds] == ["due"]
