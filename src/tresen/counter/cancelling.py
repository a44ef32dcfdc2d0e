"""Cancelling an order or a part of it: goods back on the shelf, codes usable again, money back to what it came from."""

from collections.abc import Mapping

from tresen.counter import letters, notify
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.shop import codes, orderbook, paying
from tresen.shop.money import Money
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


async def take_out(tx: Tx, till: Till, key: str, found: Order, gone: Mapping[int, int]) -> None:
    """Take the pieces out; the order must be locked. What was paid for them goes back, what is open becomes less."""
    now = await till.backend.take_out(tx, key, found, gone)
    if any(each.is_open for each in now.payments):
        now = await paying.recharge(tx, found.number)
    surplus = min(now.refundable.minor, max(0, now.paid.minor - now.refunded.minor - now.total.minor))
    if surplus:
        await paying.ask_refund(tx, now, Money(surplus, now.currency), "items", f"items:{key}")
        tx.tell("refunds")
    now = await orderbook.find(tx, found.number)
    await letters.note(tx, till, now, "items", by="shopper")
    await letters.write(tx, till, now, "items", f"items:{key}")
