"""News of an order: the event in its conversation, a message where it was ordered, and mail as a durable record."""

from tresen.conversation import log
from tresen.conversation.events import OrderChanged
from tresen.conversation.parts import Link, Part, Text
from tresen.counter import mailing, receipts
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.words import say
from tresen.shop.orders import Order


async def confirm_order(tx: Tx, till: Till, found: Order) -> None:
    """The order confirmation, by e-mail."""
    await write(tx, till, found, "placed", f"order:{found.number}")


async def write(tx: Tx, till: Till, found: Order, occasion: str, once: str, **values: str) -> None:
    """Tell by e-mail what happened to the order; the mail names everything, the link opens the printable page."""
    if not found.email:
        return
    shown, locale = receipts.status(till, found, found.locale), found.locale
    facts = {"number": found.number, "shop": till.house.name, **values}
    parts: list[Part] = [Text(say(f"mail-{occasion}", locale, **facts)), shown]
    if shown.url:
        parts.append(Link(say("order-page", locale), shown.url))
    subject = say(f"mail-{occasion}-subject", locale, **facts)
    await mailing.write(tx, till.house, found.email, subject, tuple(parts), locale, once)


async def note(tx: Tx, till: Till, found: Order, change: str, by: str = "shop") -> None:
    """Append `order.changed` to the conversation that the order came from, if it came from one."""
    if found.conversation_id:
        changed = OrderChanged(change, receipts.status(till, found, found.locale), by)
        await log.append(tx, found.conversation_id, changed)
    tx.tell("orders", number=found.number)
