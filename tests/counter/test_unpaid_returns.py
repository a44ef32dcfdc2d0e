"""What comes back before it was paid lowers what is due; what was paid is given back, and never more."""

from typing import Any

import pytest
from selling import TOTAL, notice, now, ordered

from tresen.conversation import mail
from tresen.conversation.shoppers import Shopper
from tresen.counter import aftercare, amending, confirming, order_sheet, orderdesk, payments, receipts
from tresen.counter.till import Till
from tresen.kit.db import Database
from tresen.shop.orders import Order


async def sent(db: Database, till: Till, shopper: Shopper) -> Order:
    found = await ordered(db, till, shopper, "invoice")
    async with db.write() as tx:
        await orderdesk.ship(tx, till, found.number, "Post", "T1", "operator:a")
        return await orderdesk.deliver(tx, till, found.number, "operator:a")


async def returned(db: Database, till: Till, shopper: Shopper, found: Order, kind: Any = "return", n: int = 1) -> str:
    async with db.write() as tx:
        asked = await aftercare.offer_return(tx, till, shopper, found.number, {0: n}, kind)
        await confirming.confirm(tx, till, shopper, asked.action.target)
    back = (await now(db, found)).returns
    return back[-1].number if back else ""


async def receive(db: Database, till: Till, number: str) -> Order:
    async with db.write() as tx:
        return await orderdesk.receive_return(tx, till, number, "operator:a")


async def paid(db: Database, till: Till, found: Order) -> Order:
    async with db.write() as tx:
        return await payments.mark_paid(tx, till, found.number, "operator:a")


def value(rows: Any, label: str) -> str:
    return next((row.value.replace("\xa0", " ") for row in rows if row.label == label), "")


@pytest.mark.parametrize("kind", ["return", "withdrawal"])
async def test_a_return_on_an_unpaid_invoice_lowers_what_is_due(
    each_db: Database, till: Till, shopper: Shopper, kind: str
) -> None:
    found = await sent(each_db, till, shopper)
    assert value(receipts.status(till, found, "de").rows, "Noch zu zahlen") == "34,70 €"
    number = await returned(each_db, till, shopper, found, kind)
    found = await now(each_db, found)
    assert (found.due.minor, found.credited.minor, found.refunded.minor) == (1980, 1490, 0)
    assert [(each.state, each.amount.minor) for each in found.payments if each.is_open] == [("due", 1980)]
    found = await receive(each_db, till, number)
    assert (found.due.minor, found.refunds[0].state, len(found.refunds)) == (1980, "credited", 1)
    found = await paid(each_db, till, found)
    assert (found.paid.minor, found.due.minor, found.refundable.minor) == (1980, 0, 1980)
    assert await payments.pay_back(each_db, till) == 0


async def test_page_mail_and_desk_show_what_is_still_due(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await sent(each_db, till, shopper)
    async with each_db.write() as tx:
        asked = await aftercare.offer_return(tx, till, shopper, found.number, {0: 1})
        assert [(row.label, row.value) for row in asked.rows] == [("Wird abgezogen", "14,90\xa0€")]
        await confirming.confirm(tx, till, shopper, asked.action.target)
    found = await now(each_db, found)
    rows = receipts.status(till, found, "de").rows
    assert value(rows, "Wegen Rückgabe abgezogen") == "−14,90 €"
    assert value(rows, "Noch zu zahlen") == "19,80 €"
    assert value(receipts.status(till, found, "en").rows, "Still to pay") == "€19.80"
    async with each_db.read() as tx:
        letter = next(each for each in await mail.listed(tx) if "Rückgabe" in each.subject)
    assert "19,80" in letter.text and "nichts mehr bezahlen" in letter.text
    money = order_sheet.sheet(till, found, (), {}, "en")["money"]
    assert (money["due"], money["credited"], money["refunded"]) == ("€19.80", "−€14.90", "")
    (back,) = order_sheet.sheet(till, found, (), {}, "en")["returns"]
    assert (back["refund"], back["gives_back"]) == ("€14.90", "€0.00")


async def test_a_declined_return_is_due_again(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await sent(each_db, till, shopper)
    number = await returned(each_db, till, shopper, found)
    async with each_db.write() as tx:
        found = await orderdesk.decline_return(tx, till, number, "worn", "operator:a")
    assert (found.due.minor, found.credited.minor) == (TOTAL, 0)
    assert [(each.state, each.amount.minor) for each in found.payments if each.is_open] == [("due", TOTAL)]


async def test_a_return_declined_after_the_rest_was_paid_leaves_its_part_due(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await sent(each_db, till, shopper)
    number = await returned(each_db, till, shopper, found)
    found = await paid(each_db, till, found)
    async with each_db.write() as tx:
        found = await orderdesk.decline_return(tx, till, number, "worn", "operator:a")
    assert (found.paid.minor, found.due.minor) == (1980, 1490)
    found = await paid(each_db, till, found)
    assert (found.paid.minor, found.due.minor) == (TOTAL, 0)


async def test_what_was_paid_in_between_is_given_back_and_the_rest_was_never_due(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await sent(each_db, till, shopper)
    first = await returned(each_db, till, shopper, found)
    found = await paid(each_db, till, found)
    second = await returned(each_db, till, shopper, found)
    await receive(each_db, till, first)
    found = await receive(each_db, till, second)
    assert (found.paid.minor, found.refunded.minor, found.credited.minor) == (1980, 1490, 1490)
    assert (found.refundable.minor, found.state) == (490, "returned")


async def test_nothing_is_due_once_all_of_it_was_withdrawn(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await sent(each_db, till, shopper)
    number = await returned(each_db, till, shopper, found, "withdrawal", 2)
    found = await receive(each_db, till, number)
    assert (found.due.minor, found.credited.minor, found.state) == (0, TOTAL, "returned")
    assert not any(each.is_open for each in found.payments)
    assert value(receipts.status(till, found, "de").rows, "Noch zu zahlen") == ""


async def test_fewer_items_lower_what_is_due(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await ordered(each_db, till, shopper, "invoice")
    async with each_db.write() as tx:
        asked = await amending.offer(tx, till, shopper, found.number, {0: 1})
        assert [row.label for row in asked.rows] == ["Wird abgezogen"]
        await confirming.confirm(tx, till, shopper, asked.action.target)
    assert (await now(each_db, found)).due.minor == 1980


async def test_money_that_comes_late_for_the_whole_pays_the_rest_and_the_surplus_goes_back(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    """A withdrawal from a part while a payment is on its way: the bank knows the old sum."""
    found = await ordered(each_db, till, shopper)
    await payments.begin(each_db, till, found.number)
    await returned(each_db, till, shopper, found, "withdrawal")
    found = await now(each_db, found)
    assert (found.state, found.due.minor) == ("awaiting_payment", 1980)
    late = next(each for each in found.payments if each.state == "expired")
    async with each_db.write() as tx:
        news = payments.Notice("e9", late.reference or "", late.id, found.number, "paid", late.amount)
        await payments.settle(tx, till, "demo", news)
    found = await now(each_db, found)
    assert (found.state, found.paid.minor, found.due.minor) == ("processing", TOTAL, 0)
    assert [(each.amount.minor, each.reason) for each in found.refunds if each.state != "credited"] == [
        (1490, "paid too much")
    ]


async def test_what_is_left_to_pay_is_what_the_bank_is_asked_for(
    each_db: Database, till: Till, shopper: Shopper, clock: Any
) -> None:
    found = await ordered(each_db, till, shopper)
    await returned(each_db, till, shopper, found, "withdrawal")
    clock.forward(minutes=1)
    await payments.begin(each_db, till, found.number)
    found = await now(each_db, found)
    charge = payments._charge(till, found, next(each for each in found.payments if each.is_open))
    assert (charge.total.minor, sum(line.amount.minor for line in charge.lines)) == (1980, 1980)
    found = await notice(each_db, till, found, "paid", "e1", minor=1980)
    assert (found.state, found.paid.minor, found.refunded.minor) == ("processing", 1980, 0)
