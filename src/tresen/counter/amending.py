"""Fewer items in an order that has not left yet: offered as a quote, done with the button, paid back at once."""

from tresen.conversation.parts import Confirmation
from tresen.conversation.shoppers import Shopper
from tresen.counter import aftercare, letters
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.shop import amending, orderbook, paying
from tresen.shop.money import Money
from tresen.shop.orders import Order


async def offer(tx: Tx, till: Till, shopper: Shopper, number: str, gone: aftercare.Lines) -> Confirmation:
    """Ask whether these pieces (position: how many fewer) shall leave the order.

    Raises:
        UnknownOrder, NotNow, Unprocessable.
    """
    found = await aftercare.my_order(tx, shopper, number)
    found.after("change")
    amending.without(found, gone, till.house.tax_included)
    terms = {"lines": {str(at): count for at, count in gone.items()}, "kind": "return"}
    return await aftercare.offer(tx, till, shopper, found, "items", terms)


async def take_out(tx: Tx, till: Till, key: str, found: Order, gone: aftercare.Lines) -> None:
    """Take the pieces out; the order must be locked. What was paid for them goes back, what is open becomes less."""
    now = await till.backend.take_out(tx, key, found, gone)
    if any(each.is_open for each in now.payments):
        now = await paying.recharge(tx, found.number)
    surplus = min(now.refundable.minor, max(0, now.paid.minor - now.refunded.minor - now.total.minor))
    if surplus:
        await paying.ask_refund(tx, now, Money(surplus, now.currency), "items", f"items:{found.number}:{tx.now}")
        tx.tell("refunds")
    now = await orderbook.find(tx, found.number)
    await letters.note(tx, till, now, "items", by="shopper")
    await letters.write(tx, till, now, "items", f"items:{found.number}:{tx.now}")
