"""Returns and withdrawals: who may send back what until when, and what is refunded for it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from tresen.kit.db import Tx
from tresen.kit.errors import Conflict, Unprocessable
from tresen.shop import orderbook, tax
from tresen.shop.money import Money
from tresen.shop.orders import Order, Return, sum_of
from tresen.shop.returnrules import ReturnRules
from tresen.shop.sales import shop_return

ReturnKind = Literal["return", "exchange", "withdrawal"]


class NotReturnable(Conflict):
    """`code` says why: not_delivered, window_over, category_excluded, nothing_left, no_exchange."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(_SAY[code], code=f"return_{code}", **values)


_SAY = {
    "not_delivered": "This order has not been delivered yet; it may be cancelled instead while it is being processed.",
    "window_over": "The time for returning this order is over.",
    "category_excluded": "This kind of product cannot be returned.",
    "nothing_left": "These items have been returned or asked back already, or are not part of the order.",
    "no_exchange": "This shop does not exchange by post: order the right one anew and return the other.",
}


def window_ends(found: Order, days: int, zone: ZoneInfo) -> datetime | None:
    """The end of the last day of a period of `days` after delivery; None while it has not begun."""
    if found.delivered_at is None:
        return None
    last = found.delivered_at.astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(last, datetime.min.time(), zone)


def check(
    found: Order, kind: ReturnKind, lines: Mapping[int, int], rules: ReturnRules, zone: ZoneInfo, now: datetime
) -> None:
    """Whether these lines (position: quantity) may go back.

    A withdrawal is never argued about: within its days, and before delivery, it only has to name what is there.

    Raises:
        NotReturnable: with the reason as its code.
    """
    left = found.unreturned()
    named = all(0 < count <= left.get(at, 0) for at, count in lines.items())
    if not lines or not named or found.state == "cancelled":
        raise NotReturnable("nothing_left")
    if found.state not in ("shipped", "delivered", "returned") and kind != "withdrawal":
        raise NotReturnable("not_delivered")
    if kind == "exchange" and not rules.exchange:
        raise NotReturnable("no_exchange")
    days = rules.withdrawal_days if kind == "withdrawal" else rules.days
    ends = window_ends(found, days, zone)
    if ends is not None and now >= ends:
        raise NotReturnable("window_over", days=days)
    names = [found.lines[at].category_key for at in lines]
    if kind != "withdrawal" and any(name.startswith(out) for name in names for out in rules.excluded):
        raise NotReturnable("category_excluded")


def possible(found: Order, kind: ReturnKind, rules: ReturnRules, zone: ZoneInfo, now: datetime) -> dict[int, int]:
    """What may go back now, by position."""
    may: dict[int, int] = {}
    for at, count in found.unreturned().items():
        with suppress(NotReturnable):
            check(found, kind, {at: count}, rules, zone, now)
            may[at] = count
    return may


def refund_for(found: Order, kind: ReturnKind, lines: Mapping[int, int]) -> Money:
    """What these lines are worth back: what was paid for them, and for a withdrawal of everything the whole total.

    The last piece of a line takes what rounding has left, so that all pieces together are the line's total.
    """
    if kind == "withdrawal" and dict(lines) == found.pieces:
        return found.total
    minor = 0
    for at, count in lines.items():
        line = found.lines[at]
        before = sum(each.lines.get(at, 0) for each in found.returns if each.state != "declined")
        part = line.total.minor * (before + count) // line.quantity - line.total.minor * before // line.quantity
        minor += part
        if found.added_tax.minor:
            minor += tax.added(Money(part, found.currency), line.tax_rate).minor
    return Money(minor, found.currency)


async def ask(tx: Tx, found: Order, kind: ReturnKind, lines: Mapping[int, int], reason: str) -> Return:
    """Write a return down; the order must be locked and the return checked."""
    count = len(found.returns) + 1
    made = Return(f"{found.number}-R{count}", kind, "asked", reason[:500], dict(lines),
                  refund_for(found, kind, lines), tx.now)  # fmt: skip
    values = {"number": made.number, "order_number": found.number, "kind": kind, "state": made.state,
              "reason": made.reason, "lines": {str(at): n for at, n in lines.items()},
              "refund_minor": made.refund.minor, "created_at": tx.now}  # fmt: skip
    await tx.execute(insert(shop_return).values(**values))
    return made


def credit_key(number: str) -> str:
    """What a return takes off an unpaid order is taken off once."""
    return f"return:{number}:credit"


def gives_back(found: Order, back: Return) -> Money:
    """The money that goes back when this return arrives: what it is worth, less what it took off, at most what is
    left."""
    key = f"{credit_key(back.number)}#"
    off = sum(each.amount.minor for each in found.refunds if each.state == "credited" and each.once.startswith(key))
    return Money(min(back.refund.minor - off, found.refundable.minor), found.currency)


async def order_number(tx: Tx, number: str) -> str | None:
    """The order that a return belongs to."""
    found = await tx.scalar(select(shop_return.c.order_number).where(shop_return.c.number == number))
    return None if found is None else str(found)


async def move(tx: Tx, number: str, before: str, after: str) -> None:
    """Change a return's state.

    Raises:
        Unprocessable: it is not in the state `before`.
    """
    step = update(shop_return).where(shop_return.c.number == number, shop_return.c.state == before)
    received = {"received_at": tx.now} if after == "received" else {}
    if not (await tx.execute(step.values(state=after, **received))).rowcount:
        raise Unprocessable(f"Only a return that is {before} can become {after}.", code="return_state")


async def take_back(tx: Tx, found: Order) -> Order:
    """The order after a return has arrived: `returned` once nothing of it is left with the shopper."""
    back = sum_of(each.lines for each in found.returns if each.state in ("received", "refunded"))
    whole = all(back.get(at, 0) >= count for at, count in found.pieces.items())
    if whole and found.state in ("shipped", "delivered"):
        return await orderbook.move(tx, found, "take_back")
    return found
