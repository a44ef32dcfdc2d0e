"""Another way to pay: an order that waits for its money stays one order, with one payment that is waited for."""

from tresen.conversation.parts import Action, Choice, Choices
from tresen.counter import letters, notify, order_sheet, receipts
from tresen.counter.checkout import NoSuchChoice
from tresen.counter.ordering import LATER
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.words import say
from tresen.payments.base import Provider
from tresen.shop import orderbook, paying
from tresen.shop.orders import Order
from tresen.shop.paying import NothingToPay

PAY_WITH = "pay_with"  # the tap that asks for another way; its target is `number/provider`


def ways(till: Till, found: Order) -> tuple[Provider, ...]:
    """How the order can be paid now; no way when nothing has to be paid."""
    if found.state != "awaiting_payment":
        return ()
    kind = "pickup" if order_sheet.is_pickup(till, found) else "parcel"
    return tuple(each for each in till.providers.values() if each.available(till.house, found, kind))


def others(till: Till, found: Order) -> tuple[Provider, ...]:
    """The same without the way that was chosen."""
    return tuple(each for each in ways(till, found) if each.name != found.payment)


def check(till: Till, found: Order, name: str) -> None:
    """Whether the order can be paid this way.

    Raises:
        NothingToPay, NoSuchChoice.
    """
    if found.state != "awaiting_payment":
        raise NothingToPay
    if name not in {each.name for each in ways(till, found)}:
        raise NoSuchChoice


async def switch(tx: Tx, till: Till, found: Order, name: str) -> Order:
    """Let the order be paid another way; it must be locked. What was begun before is waited for no longer.

    Raises:
        NothingToPay, NoSuchChoice.
    """
    check(till, found, name)
    if name == found.payment:
        return found
    await paying.end(tx, found)
    now = await orderbook.pay_by(tx, found.number, name)
    if name in LATER:
        await paying.charge(tx, now, name, "due")
        now = await orderbook.move(tx, now, "pay_later")
    await letters.note(tx, till, now, "payment", by="shopper")
    way = receipts.payment_label(till, name, found.locale)
    await letters.write(tx, till, now, "payment", f"payment:{found.number}:{tx.now.isoformat()}", way=way)
    return now


async def tell(tx: Tx, till: Till, found: Order) -> None:
    """Tell the shopper that a payment did not work: try it again, or another way."""
    offered = choices(till, found, found.locale)
    await notify.order_news(tx, till, found, "payment_failed", (offered,) if offered else ())


def choices(till: Till, found: Order, locale: str) -> Choices | None:
    """The other ways to pay, as quick replies."""
    told = [(each.name, say("pay-with", locale, way=each.label(locale))) for each in others(till, found)]
    made = tuple(Choice(label, Action(PAY_WITH, f"{found.number}/{name}", label=label)) for name, label in told)
    return Choices(made) if made else None
