"""Payments at the counter: what a provider is asked for, what it tells us, and what has to be given back."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from tresen.counter import cancelling, letters, notify, receipts, repaying
from tresen.counter.ordering import LATER
from tresen.counter.till import Till
from tresen.kit.db import Database, Tx
from tresen.kit.errors import Conflict, NotFound, Refusal, TresenError, Unprocessable
from tresen.kit.words import say
from tresen.payments.base import Charge, ChargeLine, Notice
from tresen.shop import orderbook, paying
from tresen.shop.money import Money
from tresen.shop.orders import Order, Payment
from tresen.shop.paying import NothingToPay
from tresen.shop.sales import order

logger = logging.getLogger(__name__)

TRANSFER = "invoice"  # how money came that nobody was asked for online
UNPAID_FOR = timedelta(hours=24)  # that goods are held for an order whose payment did not work


class MoneyReused(Conflict):
    code = "money_id_reused"
    say = "This money was entered already, as another amount."


async def begin(db: Database, till: Till, number: str) -> str:
    """Where the shopper pays for this order; the provider is asked outside of any transaction.

    Raises:
        NothingToPay, NotFound; PaymentRefused, Unavailable from the provider: try again or pay another way.
    """
    async with db.write() as tx:
        found = await orderbook.find(tx, number, lock=True)
        if found.state != "awaiting_payment":
            raise NothingToPay
        wanted = await paying.charge(tx, found, found.payment)
    provider = till.providers.get(wanted.provider)
    if provider is None:
        raise NotFound("This way to pay is not offered any more.", code="unknown_provider")
    if wanted.url:
        return wanted.url
    started = await provider.start(_charge(till, found, wanted))
    async with db.write() as tx:
        if not await paying.started(tx, wanted.id, started.reference, started.url, started.state):
            raise NothingToPay
    return started.url


async def settle(tx: Tx, till: Till, provider: str, notice: Notice) -> None:
    """Take in what a provider tells us; repeated, late and out of order, it comes to the same.

    Raises:
        NotFound: it speaks of a payment that is none of ours.
    """
    payment_id = (await paying.owner_of(tx, provider, notice.payment_id, notice.reference)).id
    found = await paying.order_of(tx, payment_id, lock=True)
    if await paying.heard(tx, provider, notice.event_id):
        return
    wanted = next(each for each in found.payments if each.id == payment_id)
    if notice.state != "refunded":  # such news may carry our own name for the payment
        await paying.named(tx, payment_id, notice.reference)
    if notice.state == "paid":
        await _paid(tx, till, found, wanted, notice)
    elif notice.state == "refunded":
        await _given_back(tx, till, found, wanted, notice)
    elif notice.state in ("failed", "expired") and await paying.settle(tx, payment_id, notice.state):
        await _not_paid(tx, till, found, notice)


async def mark_paid(tx: Tx, till: Till, number: str, by: str, minor: int | None = None, once: str = "") -> Order:
    """An invoice was settled, or money changed hands at the counter. Less than what is due leaves the rest due; what is
    more, or nothing was due for, goes back.

    Args:
        minor: How much has come; without it, all that is due.
        once: Made by the caller; the same again is the same money.

    Raises:
        NothingToPay: nothing is due, and no amount was named.
        MoneyReused: the same `once` was another amount.
    """
    found = await orderbook.find(tx, number, lock=True)
    key = f"desk:{number}:{once}" if once else None
    known = next((each for each in found.payments if key and each.reference == key), None)
    if known is not None:
        if minor not in (None, known.amount.minor):
            raise MoneyReused
        return found
    due = next((each.amount.minor for each in found.payments if each.state == "due"), 0)
    if minor is None and not due:
        raise NothingToPay
    if minor is not None and minor <= 0:
        raise Unprocessable("What has come is an amount above zero.", code="bad_amount")
    amount = Money(due if minor is None else minor, found.currency)
    way = found.payment if found.payment in LATER else TRANSFER
    return await _received(tx, till, found, way, amount, await paying.take_in(tx, found, way, amount, key), by)


async def pay_back(db: Database, till: Till) -> int:
    """Tell the providers of refunds that wait for them; one that fails is tried again, one that is refused is kept
    for the shop's people. Returns how many were settled."""
    async with db.read() as tx:
        waiting = await paying.refunds_to_make(tx)
    settled = 0
    for row in waiting:
        provider = till.providers.get(row.provider)
        try:
            if provider is None:  # the shop has given it up: somebody has to pay this out
                reference, state = "", "due"
            else:
                made = await provider.refund(row.reference or "", Money(row.minor, row.currency), row.id)
                reference, state = made.reference, "due" if made.state == "due" else "done"
        except Refusal as refused:
            logger.error("refund %s of order %s was refused: %s", row.id, row.order_number, refused.say)
            reference, state = "", "failed"
        except TresenError as error:
            logger.warning("refund %s waits: %s", row.id, error.say)
            continue
        async with db.write() as tx:
            if await paying.refunded(tx, row.id, reference, state):
                await letters.note(tx, till, await orderbook.find(tx, row.order_number), f"refund_{state}")
        settled += 1
    return settled


async def catch_up(db: Database, till: Till, found: Order) -> Order:
    """Ask the providers of payments that are still open how they stand: the shopper may be back before their notice.

    A provider that does not answer changes nothing; its notice will come.
    """
    waiting = [each for each in found.payments if each.state == "pending" and each.reference]
    if found.state != "awaiting_payment" or not waiting:
        return found
    for each in waiting:
        notice = await _looked_up(till, found, each)
        if notice is not None:
            async with db.write() as tx:
                await settle(tx, till, each.provider, notice)
    async with db.read() as tx:
        return await orderbook.find(tx, found.number)


async def _looked_up(till: Till, found: Order, wanted: Payment) -> Notice | None:
    """What its provider says of a payment; None as long as that is nothing new."""
    provider, reference = till.providers.get(wanted.provider), wanted.reference or ""
    if provider is None:
        return None
    try:
        state = await provider.look_up(reference)
    except TresenError as error:
        logger.warning("payment %s of order %s could not be looked up: %s", wanted.id, found.number, error.say)
        return None
    if state not in ("paid", "failed", "expired"):
        return None
    once = f"looked-up:{wanted.id}:{state}"
    return Notice(once, reference, wanted.id, found.number, state, wanted.amount)


async def unpaid(tx: Tx) -> list[str]:
    """The numbers of orders that have waited for their payment for a day."""
    late = select(order.c.number).where(order.c.state == "awaiting_payment", order.c.placed_at < tx.now - UNPAID_FOR)
    return [row.number for row in await tx.rows(late)]


async def cancel_unpaid(tx: Tx, till: Till, numbers: Sequence[str] | None = None) -> int:
    """Cancel orders that nobody has paid for in a day; their goods go back on the shelf.

    Args:
        numbers: Only these of them. One at a time holds up nobody who does something with another one.
    """
    count, late = 0, await unpaid(tx)
    for number in late if numbers is None else [each for each in late if each in numbers]:
        found = await orderbook.find(tx, number, lock=True)
        if found.state == "awaiting_payment":  # it may have been paid while we waited for the lock
            await cancelling.cancel(tx, till, found, "not paid", by="shop")
            count += 1
    return count


async def _paid(tx: Tx, till: Till, found: Order, wanted: Payment, notice: Notice) -> None:
    if notice.amount != wanted.amount:
        told = (
            f"{wanted.provider} reports {notice.amount.text('en')} instead of {wanted.amount.text('en')}: check by hand"
        )
        await orderbook.add_note(tx, found.number, "shop", told)
        tx.tell("orders", number=found.number)
        logger.error("order %s: %s", found.number, told)
        return
    if await paying.settle(tx, wanted.id, "paid"):
        await _received(tx, till, found, wanted.provider, wanted.amount, wanted.id, by=wanted.provider)


async def _received(
    tx: Tx, till: Till, before: Order, way: str, amount: Money, payment_id: str, by: str
) -> Order:  # fmt: skip
    """Let money that has come pay for the order, as far as it owes any; the rest goes back."""
    now = await orderbook.find(tx, before.number)
    if before.owed.minor:
        now = await _taken(tx, now, way)
        change = "paid_in_part" if now.owed.minor else "paid" if before.state == "awaiting_payment" else "settled"
        await letters.note(tx, till, now, "paid_in_part" if now.owed.minor else "paid", by)
        await notify.order_news(tx, till, now, change, amount=amount.text(now.locale))
    surplus = amount.minor - before.owed.minor
    if surplus <= 0:
        return now
    reason = "paid after cancellation" if before.state == "cancelled" else "paid twice" if not before.owed.minor else (
        "paid too much")  # fmt: skip
    back = Money(surplus, now.currency)
    await paying.ask_refund(tx, now, back, reason, f"surplus:{payment_id}", payment_id)
    tx.tell("refunds")
    now = await orderbook.find(tx, now.number)
    await letters.note(tx, till, now, "refunding", by)
    await notify.order_news(tx, till, now, "refunded", amount=back.text(now.locale))
    return now


async def _taken(tx: Tx, now: Order, way: str) -> Order:
    """The order once money for it has come, by the way chosen last or by an earlier one: once nothing is missing,
    nothing else is waited for."""
    if not now.owed.minor:
        now = await orderbook.pay_by(tx, now.number, way)
        if now.state == "awaiting_payment":
            now = await orderbook.move(tx, now, "pay")
    return await paying.recharge(tx, now.number)


async def _given_back(tx: Tx, till: Till, found: Order, wanted: Payment, notice: Notice) -> None:
    """Somebody of the shop gave money back at the provider itself."""
    news = await paying.given_elsewhere(tx, found, wanted, notice.amount, f"told:{wanted.id}:{notice.event_id}"[:190])
    if news.minor:
        now = await orderbook.find(tx, found.number)
        await letters.note(tx, till, now, "refund_done", by=wanted.provider)
        await notify.order_news(tx, till, now, "refunded", amount=news.text(now.locale))


async def _not_paid(tx: Tx, till: Till, found: Order, notice: Notice) -> None:
    """The order waits for another try; the shopper is told how."""
    now = await orderbook.find(tx, found.number)
    if now.state == "awaiting_payment":
        await letters.note(tx, till, now, f"payment_{notice.state}")
        await repaying.tell(tx, till, now)


def _charge(till: Till, found: Order, wanted: Payment) -> Charge:
    """The lines at full price, shipping, what was taken off, and the tax on net prices: together what is owed."""
    off = found.goods.minor - sum(line.total.minor for line in found.lines)
    extra = (("order-freight", found.shipping.minor), ("order-discount", -off), ("order-tax", found.added_tax.minor),
             ("order-credited", -found.credited.minor))  # fmt: skip
    lines = [ChargeLine(line.title, line.quantity, line.unit_price * line.quantity) for line in found.lines]
    lines += [ChargeLine(say(key, found.locale), 1, Money(minor, found.currency)) for key, minor in extra if minor]
    page = receipts.page_url(till, found)
    return Charge(
        found.number, wanted.id, wanted.amount, tuple(lines), found.email, found.locale, page, page, wanted.created_at
    )
