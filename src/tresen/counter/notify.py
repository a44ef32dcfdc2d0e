"""Something happened and nobody wrote: the shopper is told, once, on the contact it concerns.

What they did not ask for needs their consent on that contact, is not sent at night, and comes at most once a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, Literal

from sqlalchemy import Row, Select, select

from tresen.conversation import consents, log, outbox
from tresen.conversation.events import MessageSent
from tresen.conversation.parts import Action, Cards, Choice, Choices, Link, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.tables import conversation, event
from tresen.counter import cards, letters, receipts
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.words import say
from tresen.shop import catalog, stock
from tresen.shop.house import House
from tresen.shop.orders import Fulfilment, Order

Told = Literal["told", "known", "nowhere", "no_consent", "quiet", "enough"]

QUIET_FROM, QUIET_UNTIL = time(21), time(8)  # of the shop's clock
BETWEEN = timedelta(days=1)
STOP = "stop_reminders"  # the tap that takes the consent back


@dataclass(frozen=True)
class Occasion:
    """`words` is the sentence in the chat, `letter` the words of the mail, unless none is due or others write it."""

    words: str
    letter: str = ""
    asked: bool = True


OCCASIONS: Mapping[str, Occasion] = {
    "paid": Occasion("notify-paid"),
    "settled": Occasion("notify-settled"),
    "paid_in_part": Occasion("notify-paid-in-part"),
    "payment_failed": Occasion("notify-payment-failed", "payment-failed"),
    "shipped": Occasion("notify-shipped", "shipped"),
    "ready": Occasion("notify-ready", "ready"),
    "delivered": Occasion("notify-delivered", "delivered"),
    "cancelled": Occasion("notify-cancelled"),
    "refunded": Occasion("notify-refunded", "refunded"),
    "return_received": Occasion("notify-return-received", "return-received"),
    "return_declined": Occasion("notify-return-declined", "return-declined"),
    "back_in_stock": Occasion("notify-back-in-stock"),
    "cart_left": Occasion("notify-cart-left", asked=False),
}


async def notify(
    tx: Tx,
    house: House,
    contact_id: str,
    occasion: str,
    facts: Mapping[str, str],
    once: str,
    conversation_id: str = "",
    more: tuple[Part, ...] = (),
) -> Told:
    """Tell the shopper on this contact; the same occasion with the same `once` is told once, whoever asks again.

    Args:
        facts: the values of the occasion's sentence.
        more: parts below the sentence.
    """
    row = await tx.row(_talk(contact_id, conversation_id).with_for_update())
    if row is None:
        return "nowhere"
    kind = OCCASIONS[occasion]
    key = f"{'notify' if kind.asked else 'unasked'}:{occasion}:{once}"
    if await log.find_once(tx, key):
        return "known"
    unwanted = None if kind.asked else await _unwanted(tx, house, row, occasion)
    if unwanted:
        return unwanted
    parts = (Text(say(kind.words, row.locale, **facts)), *more, *(() if kind.asked else (_stop(row.locale),)))
    await outbox.send(tx, row.id, MessageSent("system", parts, row.contact_id), once=key)
    return "told"


async def order_news(
    tx: Tx, till: Till, found: Order, change: str, below: tuple[Part, ...] = (), /, **told_too: str
) -> Told:
    """Tell what happened to an order, where it was ordered and, with its receipt, to its e-mail.

    Args:
        below: parts of the message that follow the sentence and its link.
        told_too: values of the occasion's sentence that are better known than from the order alone.
    """
    once = f"{found.number}:{_how_often(found, change)}"
    facts, more = _facts(found, change) | told_too, (*_links(till, found, change), *below)
    told = await notify(tx, till.house, found.contact_id, change, facts, once, found.conversation_id, more)
    letter = OCCASIONS[change].letter
    if letter:
        await letters.write(tx, till, found, letter, f"news:{change}:{once}", **facts)
    return told


async def tell_who_waits(tx: Tx, house: House) -> int:
    """Tell everybody whose variant can be had again, with its card; returns how many were told."""
    due = []
    for waiting in await stock.due_back(tx):
        variant = (await catalog.variants(tx, [waiting.variant_id])).get(waiting.variant_id)
        row = await tx.row(_talk(waiting.contact_id, waiting.conversation_id))
        found = await catalog.products(tx, [variant.product_id]) if variant and row else []
        if variant and row and found and await stock.told_back(tx, waiting):
            due.append((row.id, variant.id, waiting.contact_id, row.locale, found[0]))
    for talk, variant_id, contact_id, locale, product in sorted(due, key=lambda each: each[:2]):
        facts = {"title": catalog.pick(product.title, locale)}
        card = Cards((cards.card(product, locale, [variant_id]),))
        once = f"{variant_id}:{contact_id}:{tx.now.isoformat()}"
        await notify(tx, house, contact_id, "back_in_stock", facts, once, talk, (card,))
    return len(due)


async def stop_reminders(tx: Tx, shopper: Shopper) -> str:
    """Take back what was agreed to on this contact; returns what the shopper is told."""
    for occasion, kind in OCCASIONS.items():
        if not kind.asked:
            await consents.withdraw(tx, shopper.contact_id, occasion)
    return say("reminders-stopped", shopper.locale)


def _talk(contact_id: str, conversation_id: str) -> Select[Any]:
    """The conversation of the contact; a conversation of another contact is none of theirs."""
    query = select(conversation).where(conversation.c.contact_id == contact_id)
    if conversation_id:
        query = query.where(conversation.c.id == conversation_id)
    return query.order_by(conversation.c.updated_at.desc()).limit(1)


async def _unwanted(tx: Tx, house: House, row: Row[Any], occasion: str) -> Told | None:
    """Why this must not be sent now."""
    if not await consents.given(tx, row.contact_id, occasion):
        return "no_consent"
    clock = tx.now.astimezone(house.zone).time()
    if clock >= QUIET_FROM or clock < QUIET_UNTIL:
        return "quiet"
    await tx.alone(f"unasked:{row.shopper_id}")
    mine = select(event.c.seq).join(conversation, conversation.c.id == event.c.conversation_id)
    mine = mine.where(conversation.c.shopper_id == row.shopper_id, event.c.once.like("unasked:%"))
    return "enough" if await tx.row(mine.where(event.c.at > tx.now - BETWEEN).limit(1)) else None


def _stop(locale: str) -> Choices:
    label = say("reminders-stop", locale)
    return Choices((Choice(label, Action(STOP, label=label)),))


def _how_often(found: Order, change: str) -> int:
    """What may happen to one order several times, counted: the second parcel is news, the same parcel is not."""
    match change:
        case "shipped":
            return len(found.fulfilments)
        case "refunded":
            return len(found.refunds)
        case "return_received" | "return_declined":
            return sum(each.state != "asked" for each in found.returns)
        case "paid" | "settled" | "paid_in_part":
            return sum(each.state == "paid" for each in found.payments)
        case "payment_failed":
            return sum(each.state in ("failed", "expired") for each in found.payments)
        case _:
            return 1


def _facts(found: Order, change: str) -> dict[str, str]:
    facts = {"number": found.number}
    if change == "refunded" and found.refunds:
        facts["amount"] = found.refunds[-1].amount.text(found.locale)
    if change == "paid_in_part":
        facts["due"] = found.owed.text(found.locale)
    if change == "shipped" and found.fulfilments:
        facts["carrier"] = _called(found.fulfilments[-1])
    return facts


def _called(parcel: Fulfilment) -> str:
    """The carrier with the parcel's number, as a shopper needs it to ask there."""
    code = parcel.tracking_code
    return f"{parcel.carrier} ({code})" if parcel.carrier and code else parcel.carrier or code or "none"


def _links(till: Till, found: Order, change: str) -> tuple[Part, ...]:
    if change == "shipped" and found.fulfilments and found.fulfilments[-1].tracking_url:
        return (Link(say("notify-track", found.locale), found.fulfilments[-1].tracking_url),)
    pay_url = receipts.status(till, found, found.locale).pay_url if change == "payment_failed" else ""
    return (Link(say("notify-pay", found.locale), pay_url),) if pay_url else ()
