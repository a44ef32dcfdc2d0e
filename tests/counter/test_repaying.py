"""Another way to pay after a refusal: one order, one payment that is waited for, and money that comes late."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import selling
from little_app import wired
from selling import TOTAL, notice, now, ordered

from tresen.conversation import log, mail, turns
from tresen.conversation.events import MessageSent
from tresen.conversation.parts import Action, Choices, Confirmation, Link, OrderStatus, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.counter import aftercare, confirming, payments, receipts, repaying, taps
from tresen.counter.checkout import NoSuchChoice
from tresen.counter.till import Till
from tresen.kit.db import Database
from tresen.shop.orders import Order, UnknownOrder
from tresen.shop.paying import NothingToPay


async def refused(db: Database, till: Till, shopper: Shopper) -> Order:
    """An order whose first payment was declined."""
    found = await ordered(db, till, shopper)
    await payments.begin(db, till, found.number)
    return await notice(db, till, await now(db, found), "failed", "e1")


async def switched(db: Database, till: Till, shopper: Shopper, found: Order, name: str) -> Order:
    async with db.write() as tx:
        asked = await aftercare.offer_payment(tx, till, shopper, found.number, name)
    for _ in range(2):
        async with db.write() as tx:
            await confirming.confirm(tx, till, shopper, asked.action.target)
    return await now(db, found)


def live(found: Order) -> list[tuple[str, str, int]]:
    return [(each.provider, each.state, each.amount.minor) for each in found.payments if each.is_open]


async def test_a_refusal_tells_the_other_ways_with_their_taps(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await refused(each_db, till, shopper)
    async with each_db.read() as tx:
        sent = [each.data for each in await log.read(tx, shopper.conversation_id) if isinstance(each.data, MessageSent)]
        letters = [each.subject for each in await mail.listed(tx)]
    parts = sent[-1].parts
    assert any(isinstance(part, Link) and "/pay?" in part.url for part in parts)
    (offered,) = [part for part in parts if isinstance(part, Choices)]
    assert [choice.action.target for choice in offered.choices if choice.action] == [f"{found.number}/invoice"]
    assert [choice.label for choice in offered.choices] == ["Auf Rechnung wählen"]
    assert any("hat nicht geklappt" in each for each in letters)


async def test_the_tap_asks_and_only_the_button_changes(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await refused(each_db, till, shopper)
    tap = Action("pay_with", f"{found.number}/invoice", label="Auf Rechnung wählen")
    async with each_db.write() as tx:
        answer = await taps.run(till, tx, shopper, tap)
    assert answer is not None
    (asked,) = answer.parts
    assert isinstance(asked, Confirmation)
    assert [row.value for row in asked.rows] == ["Auf Rechnung", "34,70\xa0€"]
    assert (await now(each_db, found)).payment == "demo"
    async with each_db.write() as tx:
        answer = await taps.run(till, tx, shopper, asked.action)
    assert answer is not None
    assert any(isinstance(part, OrderStatus) and part.state == "processing" for part in answer.parts)
    changed = await now(each_db, found)
    assert (changed.number, changed.payment, live(changed)) == (found.number, "invoice", [("invoice", "due", TOTAL)])


async def test_changed_to_an_invoice_it_is_worked_on_at_once(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await switched(each_db, till, shopper, await refused(each_db, till, shopper), "invoice")
    assert (found.state, live(found)) == ("processing", [("invoice", "due", TOTAL)])
    async with each_db.read() as tx:
        subjects = [each.subject for each in await mail.listed(tx)]
    assert sum("Zahlungsart" in each for each in subjects) == 1


async def test_the_same_way_can_be_tried_again(each_db: Database, till: Till, shopper: Shopper, clock: Any) -> None:
    found = await refused(each_db, till, shopper)
    found = await switched(each_db, till, shopper, found, "demo")
    assert (found.state, found.payment) == ("awaiting_payment", "demo")
    clock.forward(minutes=1)
    assert await payments.begin(each_db, till, found.number)
    found = await notice(each_db, till, await now(each_db, found), "paid", "e2")
    assert (found.state, found.paid.minor) == ("processing", TOTAL)


async def test_a_payment_that_was_begun_is_waited_for_no_longer(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await ordered(each_db, till, shopper)
    await payments.begin(each_db, till, found.number)
    found = await switched(each_db, till, shopper, found, "invoice")
    assert sorted(each.state for each in found.payments) == ["due", "expired"]


@pytest.mark.parametrize("state", ["failed", "expired"])
async def test_late_news_that_the_old_way_failed_are_no_news(
    each_db: Database, till: Till, shopper: Shopper, state: Any
) -> None:
    found = await switched(each_db, till, shopper, await refused(each_db, till, shopper), "invoice")
    told = await selling.heard(each_db, shopper)
    found = await notice(each_db, till, found, state, "e2", of="demo")
    assert (found.state, live(found)) == ("processing", [("invoice", "due", TOTAL)])
    assert await selling.heard(each_db, shopper) == told


async def test_late_money_of_the_old_way_pays_the_order_and_the_invoice_is_void(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await switched(each_db, till, shopper, await refused(each_db, till, shopper), "invoice")
    found = await notice(each_db, till, found, "paid", "e2", of="demo")
    assert (found.state, found.payment, found.paid.minor) == ("processing", "demo", TOTAL)
    assert (live(found), found.due.minor, found.refunds) == ([], 0, ())
    async with each_db.write() as tx:
        with pytest.raises(NothingToPay):
            await payments.mark_paid(tx, till, found.number, "operator:a")


async def test_late_money_of_the_old_way_goes_back_once_the_new_one_is_paid(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await switched(each_db, till, shopper, await refused(each_db, till, shopper), "invoice")
    async with each_db.write() as tx:
        await payments.mark_paid(tx, till, found.number, "operator:a")
    for _ in range(2):
        found = await notice(each_db, till, found, "paid", "e2", of="demo")
    late = next(each for each in found.payments if each.provider == "demo")
    assert [(each.payment_id, each.amount.minor) for each in found.refunds] == [(late.id, TOTAL)]
    assert (found.paid.minor - found.refunded.minor, found.state) == (TOTAL, "processing")


async def test_old_money_and_the_new_choice_at_once_are_one_paid_order(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await refused(each_db, till, shopper)
    async with each_db.write() as tx:
        asked = await aftercare.offer_payment(tx, till, shopper, found.number, "invoice")

    async def press() -> None:
        async with each_db.write() as tx:
            await confirming.confirm(tx, till, shopper, asked.action.target)

    done = await asyncio.gather(notice(each_db, till, found, "paid", "e2", of="demo"), press(), return_exceptions=True)
    assert all(each is None or isinstance(each, Order | NothingToPay) for each in done), done
    found = await now(each_db, found)
    assert (found.state, found.paid.minor, found.refunds, live(found)) == ("processing", TOTAL, (), [])


async def test_who_chose_otherwise_while_a_bank_was_asked_is_not_sent_there(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await ordered(each_db, till, shopper)
    bank = till.providers["demo"]
    start = bank.start

    async def slowly(charge: Any) -> Any:
        started = await start(charge)
        async with each_db.write() as tx:
            await repaying.switch(tx, till, await payments.orderbook.find(tx, found.number, lock=True), "invoice")
        return started

    bank.start = slowly  # type: ignore[method-assign]
    with pytest.raises(NothingToPay):
        await payments.begin(each_db, till, found.number)
    assert live(await now(each_db, found)) == [("invoice", "due", TOTAL)]


async def test_what_cannot_be_chosen_is_refused(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await refused(each_db, till, shopper)
    async with each_db.write() as tx:
        stranger = await selling.visitor(tx)
        for name in ("on_pickup", "gold", ""):
            with pytest.raises(NoSuchChoice):
                await aftercare.offer_payment(tx, till, shopper, found.number, name)
        with pytest.raises(UnknownOrder):
            await aftercare.offer_payment(tx, till, stranger, found.number, "invoice")
    found = await switched(each_db, till, shopper, found, "invoice")
    async with each_db.write() as tx:
        with pytest.raises(NothingToPay):
            await aftercare.offer_payment(tx, till, shopper, found.number, "demo")
    assert receipts.status(till, found, "en").pay_url == ""


@pytest.mark.parametrize(
    ("locale", "asks", "names"),
    [("de", "kann ich die Bestellung anders bezahlen?", "auf Rechnung"), ("en", "can I pay another way?", "invoice")],
)
async def test_it_can_be_asked_for_in_words(tmp_path: Path, locale: str, asks: str, names: str) -> None:
    app = wired(tmp_path, shop=selling.HOUSE)
    await app.start()
    await selling.open_shop(app.db)
    async with app.db.write() as tx:
        shopper = await selling.visitor(tx, locale)
    found = await refused(app.db, app.till, shopper)

    async def say(part: Part) -> tuple[Part, ...]:
        async with app.db.write() as tx:
            await turns.receive(tx, shopper, (part,), repr(part))
        await turns.respond(app.db, app.bus, shopper.conversation_id, app.responder, app.taps)
        async with app.db.read() as tx:
            stored = [each.data for each in await log.read(tx, shopper.conversation_id)]
        return [data for data in stored if isinstance(data, MessageSent)][-1].parts

    assert any(isinstance(part, Choices) for part in await say(Text(asks)))
    (offered,) = [part for part in await say(Text(names)) if isinstance(part, Confirmation)]
    assert (await now(app.db, found)).payment == "demo"
    assert any(isinstance(part, OrderStatus) for part in await say(offered.action))
    changed = await now(app.db, found)
    await app.close()
    assert (changed.state, live(changed)) == ("processing", [("invoice", "due", TOTAL)])
