"""The order desk: what the shop's people do with orders. Every change is told to the shopper who ordered."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, update

from tresen.counter import cancelling, letters, notify
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.errors import Conflict, Unprocessable
from tresen.shop import fulfilling, orderbook, paying, returns, stock
from tresen.shop.money import Money
from tresen.shop.orders import STATES, Order
from tresen.shop.paying import TooMuch
from tresen.shop.sales import order, order_line

MOST_LISTED = 100
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


@dataclass(frozen=True)
class Page:
    """Orders that fit a search, and how many there are in each state."""

    orders: tuple[Order, ...]
    counts: Mapping[str, int]
    unseen: int


async def overview(tx: Tx, state: str = "", search: str = "", limit: int = MOST_LISTED) -> Page:
    """Orders newest first; `search` looks at number, e-mail, name and the titles of lines."""
    query = select(order).order_by(order.c.placed_at.desc()).limit(limit)
    if state:
        if state not in STATES:
            raise Unprocessable(f"A state is one of {', '.join(STATES)}.", code="bad_state")
        query = query.where(order.c.state == state)
    for word in search.split()[:5]:
        query = query.where(_mentions(word))
    found = await orderbook.matching(tx, query)
    rows = await tx.rows(select(order.c.state, func.count().label("n")).group_by(order.c.state))
    news = await tx.scalar(select(func.count()).select_from(order).where(order.c.seen_at.is_(None)))
    return Page(tuple(found), {row.state: int(row.n) for row in rows}, int(news))


async def unseen(tx: Tx, limit: int) -> list[Order]:
    """The latest orders that nobody at the desk has opened yet."""
    news = select(order).where(order.c.seen_at.is_(None)).order_by(order.c.placed_at.desc()).limit(limit)
    return await orderbook.matching(tx, news)


async def look_at(tx: Tx, number: str) -> Order:
    """One order; from now on it is no news any more."""
    news = (order.c.number == number, order.c.seen_at.is_(None))
    if (await tx.execute(update(order).where(*news).values(seen_at=tx.now))).rowcount:
        tx.tell("orders", number=number)
    return await orderbook.find(tx, number)


async def ship(
    tx: Tx, till: Till, number: str, carrier: str, code: str, by: str,
    url: str = "", lines: Mapping[int, int] | None = None, once: str = "",
) -> Order:  # fmt: skip
    """Send a parcel with some lines, or with all that is still here; the same `once` again is the same parcel.

    Raises:
        UnknownOrder, NotNow, Unprocessable.
        ParcelReused: the same `once` was another parcel.
    """
    if url and not url.startswith(("https://", "http://")):
        raise Unprocessable("A tracking link begins with https://.", code="bad_tracking_url")
    found = await orderbook.find(tx, number, lock=True)
    if await fulfilling.sent(tx, number, carrier, code, url, lines, once):
        return found
    return await _done(tx, till, await fulfilling.ship(tx, found, carrier, code, url, lines, once), "shipped", by)


async def make_ready(tx: Tx, till: Till, number: str, by: str) -> Order:
    """The order can be picked up."""
    found = await orderbook.find(tx, number, lock=True)
    return await _done(tx, till, await orderbook.move(tx, found, "make_ready"), "ready", by)


async def deliver(tx: Tx, till: Till, number: str, by: str) -> Order:
    """The parcel has arrived, or the shopper has collected the order."""
    found = await orderbook.find(tx, number, lock=True)
    return await _done(tx, till, await fulfilling.deliver(tx, found), "delivered", by)


async def cancel(tx: Tx, till: Till, number: str, reason: str, by: str) -> Order:
    """Cancel an order that has not left the house; the reason stays as a note.

    Raises:
        UnknownOrder, NotNow.
    """
    found = await orderbook.find(tx, number, lock=True)
    now = await cancelling.cancel(tx, till, found, reason, by)
    await orderbook.add_note(tx, number, by, f"cancelled: {reason}")
    return now


async def refund(tx: Tx, till: Till, number: str, minor: int, reason: str, by: str, once: str) -> Order:
    """Give money back to what it was paid with; the same `once` again gives nothing more.

    Raises:
        TooMuch: more than was paid and not given back yet.
        Conflict: the same `once` gave back another amount.
    """
    if minor <= 0:
        raise Unprocessable("A refund is an amount above zero.", code="bad_amount")
    found = await orderbook.find(tx, number, lock=True)
    key = f"desk:{number}:{once}"
    given = await paying.asked_back(tx, key)
    if given:
        if given != minor:
            raise Conflict("This refund was made already, of another amount.", code="refund_id_reused")
        return found
    await paying.ask_refund(tx, found, Money(minor, found.currency), reason, key)
    tx.tell("refunds")
    amount = Money(minor, found.currency).text(found.locale)  # one refund may come from several payments
    return await _done(tx, till, await orderbook.find(tx, number), "refunded", by, amount=amount)


async def paid_out(tx: Tx, till: Till, number: str, refund_id: str, by: str) -> Order:
    """A refund that no provider moves, or that one has refused, was paid out by hand.

    Raises:
        Unprocessable: no such refund is due.
        TooMuch: it was refused, and given back another way since.
    """
    found = await orderbook.find(tx, number, lock=True)
    asked = next((each for each in found.refunds if each.id == refund_id and each.state in ("due", "failed")), None)
    if asked is None:
        raise Unprocessable("No such refund is due.", code="unknown_refund")
    if asked.state == "failed" and asked.amount.minor > found.refundable.minor:
        raise TooMuch(found.refundable)
    await paying.refunded(tx, refund_id, "", "done")
    now = await orderbook.find(tx, number)
    await letters.note(tx, till, now, "refund_done", by)
    return now


async def receive_return(tx: Tx, till: Till, return_number: str, by: str, restock: bool = True) -> Order:
    """A return has arrived: goods back on the shelf, if they can be sold again, and its money goes back, as far as it
    was not taken off what was due.

    Raises:
        Unprocessable: there is no such return waiting.
    """
    number = await returns.order_number(tx, return_number)
    if number is None:
        raise Unprocessable("There is no such return.", code="unknown_return")
    found = await orderbook.find(tx, number, lock=True)
    await returns.move(tx, return_number, "asked", "received")
    back = next(each for each in found.returns if each.number == return_number)
    if restock:
        await stock.put_back(tx, [(found.lines[at].variant_id, n) for at, n in back.lines.items()])
    worth = returns.gives_back(found, back)
    if worth.minor:
        await paying.ask_refund(tx, found, worth, back.kind, f"return:{return_number}")
        await returns.move(tx, return_number, "received", "refunded")
        tx.tell("refunds")
    now = await returns.take_back(tx, await orderbook.find(tx, number))
    return await _done(tx, till, now, "return_received", by)


async def decline_return(tx: Tx, till: Till, return_number: str, reason: str, by: str) -> Order:
    """Refuse a return, with the reason as a note; what it took off is due again. The shopper is told to talk to us."""
    number = await returns.order_number(tx, return_number)
    if number is None:
        raise Unprocessable("There is no such return.", code="unknown_return")
    found = await orderbook.find(tx, number, lock=True)
    await returns.move(tx, return_number, "asked", "declined")
    await paying.uncredit(tx, found, returns.credit_key(return_number))
    await orderbook.add_note(tx, number, by, f"{return_number} declined: {reason}")
    return await _done(tx, till, await orderbook.find(tx, number), "return_declined", by)


async def note(tx: Tx, number: str, text: str, by: str) -> Order:
    """Write something down for the team.

    Raises:
        UnknownOrder.
        Unprocessable: there is nothing to write down.
    """
    found = await orderbook.find(tx, number)
    if not text.strip():
        raise Unprocessable("A note needs some words.", code="empty_note")
    await orderbook.add_note(tx, number, by, text.strip())
    tx.tell("orders", number=number)
    return found


async def export(tx: Tx, state: str = "", search: str = "") -> str:
    """The orders as CSV, one row per line item; cells that a spreadsheet would run as formulas are disarmed."""
    found = (await overview(tx, state, search, limit=100_000)).orders
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(_COLUMNS)
    for each in found:
        for line in each.lines:
            cells = [each.number, each.placed_at.isoformat(), each.state, each.email, each.address.get("name", ""),
                     each.address.get("country", ""), each.payment, line.sku, line.title, line.options, line.quantity,
                     line.total.amount, each.total.amount, each.refunded.amount, each.currency]  # fmt: skip
            sheet.writerow([_disarmed(cell) for cell in cells])
    return text.getvalue()


_COLUMNS: Sequence[str] = (
    "number", "placed_at", "state", "email", "name", "country", "payment", "sku", "title", "options", "quantity",
    "line_total", "order_total", "refunded", "currency",
)  # fmt: skip


def _disarmed(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


async def _done(tx: Tx, till: Till, now: Order, change: str, by: str, **facts: str) -> Order:
    await letters.note(tx, till, now, change, by)
    await notify.order_news(tx, till, now, change, **facts)
    return now


def _mentions(word: str) -> Any:
    lines = select(order_line.c.number).where(order_line.c.title.icontains(word, autoescape=True))
    return or_(
        order.c.number.icontains(word, autoescape=True),
        order.c.email.icontains(word, autoescape=True),
        order.c.address["name"].as_string().icontains(word, autoescape=True),
        order.c.number.in_(lines),
    )
