"""After the purchase: paid, sent, cancelled, returned - each once, and money never more than was paid."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import selling
from selling import TOTAL, heard, notice, now, ordered

from tresen.conversation import log
from tresen.conversation.events import OrderChanged, ReturnRequested
from tresen.conversation.shoppers import Shopper
from tresen.counter import aftercare, amending, cart, codes, confirming, orderdesk, payments
from tresen.counter.till import Till
from tresen.kit.db import Database
from tresen.kit.errors import Unprocessable
from tresen.payments.base import Notice
from tresen.shop import catalog, orderbook, paying
from tresen.shop.fulfilling import ParcelReused
from tresen.shop.money import Money
from tresen.shop.orders import NotNow, Order, UnknownOrder
from tresen.shop.paying import TooMuch
from tresen.shop.returns import NotReturnable


async def stock_left(db: Database) -> int | None:
    async with db.read() as tx:
        return (await catalog.variants(tx, [selling.SOCK]))[selling.SOCK].stock


async def delivered(db: Database, till: Till, shopper: Shopper) -> Order:
    found = await notice(db, till, await ordered(db, till, shopper), "paid", "e1")
    async with db.write() as tx:
        await orderdesk.ship(tx, till, found.number, "Post", "T1", "operator:a")
        return await orderdesk.deliver(tx, till, found.number, "operator:a")


async def test_a_paid_order_is_worked_on_and_the_shopper_is_told_once(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await ordered(each_db, till, shopper)
    assert found.state == "awaiting_payment"
    for _ in range(3):
        found = await notice(each_db, till, found, "paid", "e1")
    assert (found.state, found.paid.minor) == ("processing", TOTAL)
    assert len(await heard(each_db, shopper)) == 1


async def test_a_declined_payment_can_be_tried_again(
    each_db: Database, till: Till, shopper: Shopper, clock: Any
) -> None:
    found = await ordered(each_db, till, shopper)
    first = await payments.begin(each_db, till, found.number)
    assert await payments.begin(each_db, till, found.number) == first
    found = await notice(each_db, till, await now(each_db, found), "failed", "e1")
    assert found.state == "awaiting_payment"
    clock.forward(minutes=1)
    second = await payments.begin(each_db, till, found.number)
    assert second != first
    found = await notice(each_db, till, await now(each_db, found), "paid", "e2")
    assert [each.state for each in found.payments] == ["failed", "paid"]
    assert found.state == "processing"


async def test_what_is_paid_twice_goes_back_once(each_db: Database, till: Till, shopper: Shopper, clock: Any) -> None:
    found = await ordered(each_db, till, shopper)
    late = found.payments[0]
    await notice(each_db, till, found, "failed", "e1")
    clock.forward(minutes=1)
    await payments.begin(each_db, till, found.number)
    await notice(each_db, till, await now(each_db, found), "paid", "e2")
    news = Notice("e3", f"ref-{late.id}", late.id, found.number, "paid", Money(TOTAL, "EUR"))
    for _ in range(2):
        async with each_db.write() as tx:
            await payments.settle(tx, till, "demo", news)
    found = await now(each_db, found)
    assert found.paid.minor == 2 * TOTAL
    assert [(each.payment_id, each.amount.minor) for each in found.refunds] == [(late.id, TOTAL)]


async def test_what_is_paid_after_the_cancellation_goes_back(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await ordered(each_db, till, shopper)
    async with each_db.write() as tx:
        await orderdesk.cancel(tx, till, found.number, "no stock", "operator:a")
    found = await notice(each_db, till, found, "paid", "e1")
    assert found.state == "cancelled"
    assert found.refunded.minor == TOTAL


async def test_another_amount_is_left_to_the_shops_people(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await notice(each_db, till, await ordered(each_db, till, shopper), "paid", "e1", minor=1)
    assert found.state == "awaiting_payment"
    async with each_db.read() as tx:
        assert "0.01" in (await orderbook.notes(tx, found.number))[0][2]


async def test_who_does_not_pay_for_a_day_loses_the_goods(
    each_db: Database, till: Till, shopper: Shopper, clock: Any
) -> None:
    found = await ordered(each_db, till, shopper)
    clock.forward(hours=23)
    async with each_db.write() as tx:
        assert await payments.cancel_unpaid(tx, till) == 0
    clock.forward(hours=2)
    async with each_db.write() as tx:
        assert await payments.cancel_unpaid(tx, till) == 1
    assert (await now(each_db, found)).state == "cancelled"
    assert await stock_left(each_db) == 50


async def test_cancelling_needs_the_button_and_undoes_the_order(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await ordered(each_db, till, shopper, "invoice")
    async with each_db.write() as tx:
        await payments.mark_paid(tx, till, found.number, "operator:a")
    assert await stock_left(each_db) == 48
    async with each_db.write() as tx:
        asked = await aftercare.offer_cancel(tx, till, shopper, found.number)
        assert (await orderbook.find(tx, found.number)).state == "processing"
        for _ in range(2):
            await confirming.confirm(tx, till, shopper, asked.action.target)
    found = await now(each_db, found)
    assert (found.state, found.refunded.minor, len(found.refunds)) == ("cancelled", TOTAL, 1)
    assert await stock_left(each_db) == 50
    assert await payments.pay_back(each_db, till) == 1
    assert [each.state for each in (await now(each_db, found)).refunds] == ["due"]  # by bank transfer, by hand


async def test_what_has_left_cannot_be_cancelled(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await delivered(each_db, till, shopper)
    async with each_db.write() as tx:
        with pytest.raises(NotNow):
            await aftercare.offer_cancel(tx, till, shopper, found.number)


async def test_a_new_address_is_taken_while_the_order_is_here(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await ordered(each_db, till, shopper, "invoice")
    async with each_db.write() as tx:
        to = {"street": "Neue Str. 9", "postal_code": "20095", "city": "Hamburg", "country": "DE"}
        asked = await aftercare.offer_address(tx, till, shopper, found.number, to)
        await confirming.confirm(tx, till, shopper, asked.action.target)
    found = await now(each_db, found)
    assert (found.address["city"], found.address["name"]) == ("Hamburg", "Erika Muster")


async def test_parcels_add_up_to_the_order(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await ordered(each_db, till, shopper, "invoice")
    async with each_db.write() as tx:
        await orderdesk.ship(tx, till, found.number, "Post", "T1", "operator:a", lines={0: 1})
        with pytest.raises(Unprocessable):
            await orderdesk.ship(tx, till, found.number, "Post", "T2", "operator:a", lines={0: 2})
        found = await orderdesk.ship(tx, till, found.number, "Post", "T2", "operator:a")
        assert found.unsent() == {}
        with pytest.raises(Unprocessable):
            await orderdesk.ship(tx, till, found.number, "Post", "T3", "operator:a")
    assert any("T2" in row.value for row in (await _status(each_db, till, found)).rows)
    assert len(await heard(each_db, shopper)) == 2


async def test_a_partial_parcel_entered_twice_is_one(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await ordered(each_db, till, shopper, "invoice")
    for _ in range(2):
        async with each_db.write() as tx:
            found = await orderdesk.ship(tx, till, found.number, "Post", "T1", "operator:a", lines={0: 1}, once="p1")
    assert (len(found.fulfilments), found.unsent()) == (1, {0: 1})
    for code, lines in (("T2", {0: 1}), ("T1", {0: 2})):
        async with each_db.write() as tx:
            with pytest.raises(ParcelReused):
                await orderdesk.ship(tx, till, found.number, "Post", code, "operator:a", lines=lines, once="p1")
    for _ in range(2):
        async with each_db.write() as tx:
            found = await orderdesk.ship(tx, till, found.number, "Post", "T2", "operator:a", once="p2")
    assert (len(found.fulfilments), found.unsent()) == (2, {})
    assert len(await heard(each_db, shopper)) == 2


async def _status(db: Database, till: Till, found: Order) -> Any:
    from tresen.counter import receipts

    return receipts.status(till, await now(db, found), "de")


async def test_a_return_is_asked_for_confirmed_received_and_refunded(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await delivered(each_db, till, shopper)
    async with each_db.write() as tx:
        asked = await aftercare.offer_return(tx, till, shopper, found.number, {0: 1})
        await confirming.confirm(tx, till, shopper, asked.action.target)
        (back,) = (await orderbook.find(tx, found.number)).returns
        with pytest.raises(NotReturnable):
            await aftercare.offer_return(tx, till, shopper, found.number, {0: 2})
        found = await orderdesk.receive_return(tx, till, back.number, "operator:a")
        with pytest.raises(Unprocessable):
            await orderdesk.receive_return(tx, till, back.number, "operator:a")
    assert (found.refunded.minor, found.state) == (1490, "delivered")
    assert await stock_left(each_db) == 49
    async with each_db.read() as tx:
        events = [each.data for each in await log.read(tx, shopper.conversation_id)]
    assert len([each for each in events if isinstance(each, ReturnRequested)]) == 1
    assert "return_received" in [each.change for each in events if isinstance(each, OrderChanged)]


async def test_a_withdrawal_gives_the_shipping_back_too(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await delivered(each_db, till, shopper)
    async with each_db.write() as tx:
        asked = await aftercare.offer_return(tx, till, shopper, found.number, {}, "withdrawal")
        await confirming.confirm(tx, till, shopper, asked.action.target)
        (back,) = (await orderbook.find(tx, found.number)).returns
        found = await orderdesk.receive_return(tx, till, back.number, "operator:a")
    assert (found.refunded.minor, found.state) == (TOTAL, "returned")


@pytest.mark.parametrize(("kind", "days"), [("return", 30), ("withdrawal", 14)])
async def test_a_period_ends_with_its_last_day(
    each_db: Database, till: Till, shopper: Shopper, clock: Any, kind: Any, days: int
) -> None:
    found = await delivered(each_db, till, shopper)
    clock.forward(days=days, hours=9)
    async with each_db.write() as tx:
        await aftercare.offer_return(tx, till, shopper, found.number, {}, kind)
    clock.forward(hours=4)
    async with each_db.write() as tx:
        with pytest.raises(NotReturnable):
            await aftercare.offer_return(tx, till, shopper, found.number, {}, kind)


async def test_no_refund_is_more_than_what_was_paid(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await delivered(each_db, till, shopper)
    async with each_db.write() as tx:
        await orderdesk.refund(tx, till, found.number, 1000, "late", "operator:a", "r1")
        await orderdesk.refund(tx, till, found.number, 1000, "late", "operator:a", "r1")
        with pytest.raises(TooMuch):
            await orderdesk.refund(tx, till, found.number, TOTAL - 999, "more", "operator:a", "r2")
        found = await orderdesk.refund(tx, till, found.number, TOTAL - 1000, "rest", "operator:a", "r3")
    assert found.refunded.minor == TOTAL
    assert found.refundable.minor == 0


async def test_nobody_else_sees_or_touches_the_order(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await delivered(each_db, till, shopper)
    async with each_db.write() as tx:
        stranger = await selling.visitor(tx)
        assert await aftercare.my_orders(tx, stranger) == []
        for number in (found.number, "SH-2026-9999", "'; DROP TABLE"):
            for act in (aftercare.offer_cancel, _return):
                with pytest.raises(UnknownOrder):
                    await act(tx, till, stranger, number)
        assert [each.number for each in await aftercare.my_orders(tx, shopper)] == [found.number]


async def _return(tx: Any, till: Till, shopper: Shopper, number: str) -> Any:
    return await aftercare.offer_return(tx, till, shopper, number, {})


async def test_an_export_runs_no_formula(each_db: Database, till: Till, shopper: Shopper) -> None:
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)
        found = (await confirming.confirm(tx, till, shopper, nonce)).order
        from sqlalchemy import update

        from tresen.shop.sales import order_line

        await tx.execute(update(order_line).values(title='=HYPERLINK("http://x")'))
        text = await orderdesk.export(tx)
    assert found.number in text
    assert "'=HYPERLINK" in text
    assert await now(each_db, found)
    async with each_db.write() as tx:
        assert (await paying.refunds_to_make(tx)) == []
        for word in ("erika", "Muster", found.number[-4:], "HYPERLINK"):
            assert [each.number for each in (await orderdesk.overview(tx, search=word)).orders] == [found.number]
        assert (await orderdesk.overview(tx, search="nobody")).orders == ()
        assert (await orderdesk.overview(tx)).unseen == 1
        await orderdesk.look_at(tx, found.number)
        assert (await orderdesk.overview(tx)).unseen == 0


@pytest.mark.parametrize("payment", ["demo", "invoice"])
async def test_items_can_be_taken_out_while_the_order_is_here(
    each_db: Database, till: Till, shopper: Shopper, payment: str
) -> None:
    found = await ordered(each_db, till, shopper, payment)
    if payment == "demo":
        found = await notice(each_db, till, found, "paid", "e1")
    async with each_db.write() as tx:
        with pytest.raises(Unprocessable):
            await amending.offer(tx, till, shopper, found.number, {0: 2})
        asked = await amending.offer(tx, till, shopper, found.number, {0: 1})
        assert [item.quantity for item in asked.items] == [1]
        for _ in range(2):
            await confirming.confirm(tx, till, shopper, asked.action.target)
    found = await now(each_db, found)
    assert (found.total.minor, found.lines[0].quantity) == (1490 + 490, 1)
    assert sum(each.gross.minor for each in found.taxes) == found.total.minor
    assert await stock_left(each_db) == 49
    if payment == "demo":
        assert (found.refunded.minor, found.refundable.minor) == (1490, 1980)
    else:
        assert {(each.state, each.amount.minor) for each in found.payments} == {("expired", 3470), ("due", 1980)}


async def test_a_reduction_goes_with_the_items_it_was_for(each_db: Database, till: Till, shopper: Shopper) -> None:
    async with each_db.write() as tx:
        await cart.set_quantity(tx, till.house, shopper, selling.SOCK, 3)
        await codes.apply_code(tx, till.house, shopper, "HALLO10")
        nonce = await selling.ready_to_order(tx, till, shopper, 3)
        found = (await confirming.confirm(tx, till, shopper, nonce)).order
        assert found.total.minor == 3 * 1490 - 447 + 490
        asked = await amending.offer(tx, till, shopper, found.number, {0: 2})
        found = (await confirming.confirm(tx, till, shopper, asked.action.target)).order
    assert found.total.minor == 1490 - 149 + 490
    assert [amount.minor for _, amount in found.reductions] == [149]


async def test_net_prices_are_charged_and_paid_back_with_their_tax(
    each_db: Database, shopper: Shopper, tmp_path: Path, clock: Any
) -> None:
    net = selling.till(tmp_path, clock, replace(selling.HOUSE, tax_included=False))
    found = await ordered(each_db, net, shopper)
    assert found.total.minor == TOTAL + 659  # 19 % of 34.70
    assert sum(line.amount.minor for line in payments._charge(net, found, found.payments[0]).lines) == TOTAL + 659
    found = await notice(each_db, net, found, "paid", "e1", minor=TOTAL + 659)
    async with each_db.write() as tx:
        await orderdesk.ship(tx, net, found.number, "Post", "T1", "operator:a")
        asked = await aftercare.offer_return(tx, net, shopper, found.number, {0: 1})
        assert asked.rows[0].value == "17,73\xa0€"  # 14.90 and its tax
        asked = await aftercare.offer_return(tx, net, shopper, found.number, {}, "withdrawal")
        assert asked.rows[0].value == "41,29\xa0€"
