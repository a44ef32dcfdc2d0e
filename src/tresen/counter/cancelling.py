"""Cancelling an order: goods back on the shelf, codes usable again, money back to what it came from."""

from tresen.counter import letters, notify
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.shop import codes, orderbook, paying
from tresen.shop.orders import Order


async def cancel(tx: Tx, till: Till, found: Order, reason: str, by: str) -> Order:
    """Cancel an order that has not left the house; the order must be locked.

    Raises:
        NotNow: it has left, or is cancelled.
    """
    found.after("cancel")
    moved = await till.backend.cancel(tx, f"cancel:{found.number}", found)
    await codes.give_back(tx, found.number)
    await paying.end(tx, found)
    if moved.refundable.minor:
        await paying.ask_refund(tx, moved, moved.refundable, reason, f"cancel:{found.number}")
        tx.tell("refunds")
    now = await orderbook.find(tx, found.number)
    await letters.note(tx, till, now, "cancelled", by)
    if by != "shopper":
        await notify.order_news(tx, till, now, "cancelled")
    await letters.write(tx, till, now, "cancelled", f"cancelled:{found.number}")
    return now
