"""What `tresen orders` does: the order desk's use cases, with plain words for what came of them."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import operators
from tresen.counter import order_sheet, orderdesk, payments
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.errors import Unprocessable
from tresen.kit.ids import row_id
from tresen.shop import orderbook
from tresen.shop.money import Money, rounded
from tresen.shop.orders import Order

console = Console()

BY = "terminal"  # who did it, in notes and events
LOCALE = "en"  # the command line speaks English
AMOUNT = "write an amount such as 12.90"

Act = Callable[[Tx, Till, str, Mapping[str, Any]], Awaitable[Order]]


async def list_orders(state: str, search: str, limit: int, as_json: bool) -> None:
    async with _shop() as app, app.db.read() as tx:
        page = await orderdesk.overview(tx, state, search, limit)
    rows = [order_sheet.row(each, LOCALE) for each in page.orders]
    if as_json:
        return _print_json({"orders": rows, "counts": page.counts, "unseen": page.unseen})
    if not rows:
        return console.print("No order fits." if state or search else "No orders yet.")
    table = Table("", "Number", "State", "Placed", "Name", "Pieces", "Total", "To do", box=None)
    for row in rows:
        todo = [
            text
            for text, needed in (("payment", row["due"]), ("return", row["returns"]), ("refund", row["payouts"]))
            if needed
        ]
        placed = row["placed_at"][:16].replace("T", " ")
        cells = ["*" if row["unseen"] else "", row["number"], row["state"], placed, row["name"], str(row["count"]),
                 row["total"], ", ".join(todo)]  # fmt: skip
        table.add_row(*(escape(cell) for cell in cells))
    return console.print(table)


async def show(number: str, as_json: bool) -> None:
    async with _shop() as app, app.db.write() as tx:
        sheet = await _sheet(app, tx, await orderdesk.look_at(tx, number))
    if as_json:
        return _print_json(sheet)
    told = [f"{sheet['number']}  {sheet['state']}  {sheet['placed_at'][:16].replace('T', ' ')}"]
    told += [", ".join(filter(None, [*sheet["address"], sheet["email"], sheet["phone"]]))]
    told += [f"  {line['position']}: {line['quantity']} x {line['title']} {line['options']} ({line['sku']})  "
             f"{line['total']}{'' if line['unsent'] else '  sent'}" for line in sheet["lines"]]  # fmt: skip
    money = sheet["money"]
    due = f", due {money['due']}" if money["due"] else ""
    told += [f"Total {money['total']}, paid {money['paid']}{due}, refundable {money['refundable']}"]
    told += [f"Parcel: {each['carrier']} {each['tracking_code']} {each['tracking_url']}".rstrip()
             for each in sheet["fulfilments"]]  # fmt: skip
    told += [f"Return {each['number']}: {each['state']}, {each['refund']}" for each in sheet["returns"]]
    told += [f"Refund {each['id']} of {each['amount']}: {each['state']} {each['reason']}".rstrip()
             for each in sheet["refunds"]]  # fmt: skip
    told += [f"Note by {each['by']}: {each['text']}" for each in sheet["notes"]]
    told += [f"Next: {', '.join(sheet['actions']) or 'nothing'}"]
    return _say("\n".join(told))


async def act(name: str, number: str, as_json: bool, **values: Any) -> None:
    """One of `ACTS` on an order (for `return_received`: on a return)."""
    async with _shop() as app, app.db.write() as tx:
        now = await ACTS[name](tx, app.till, number, values)
        sheet = await _sheet(app, tx, now)
    if as_json:
        return _print_json(sheet)
    return _say(f"Done. {now.number} is {now.state.replace('_', ' ')}.")


async def refund(number: str, amount: str, reason: str, once: str, as_json: bool) -> None:
    async with _shop() as app, app.db.write() as tx:
        found = await orderbook.find(tx, number)
        given = _money(amount, found.currency)
        now = await orderdesk.refund(tx, app.till, number, given.minor, reason, BY, once or row_id())
        sheet = await _sheet(app, tx, now)
    if as_json:
        return _print_json(sheet)
    left = now.refundable.text(LOCALE)
    return _say(f"{given.text(LOCALE)} of {number} will be given back; {left} could still be.")


async def export(to: Path | None, state: str, search: str) -> None:
    async with _shop() as app, app.db.read() as tx:
        text = await orderdesk.export(tx, state, search)
    if to is None:
        sys.stdout.write(text)
        return None
    await asyncio.to_thread(to.write_text, text, "utf-8", newline="")
    return _say(f"Wrote {to}.")


@asynccontextmanager
async def _shop() -> AsyncIterator[Tresen]:
    app = bootstrap()
    try:
        await app.start()
        yield app
    finally:
        await app.close()


async def _sheet(app: Tresen, tx: Tx, found: Order) -> dict[str, Any]:
    notes, names = await orderbook.notes(tx, found.number), await operators.names(tx)
    return order_sheet.sheet(app.till, found, notes, names, LOCALE)


async def _ship(tx: Tx, till: Till, number: str, told: Mapping[str, Any]) -> Order:
    parcel = (told["carrier"], told["code"], BY, told["url"], told["lines"], told["once"])
    return await orderdesk.ship(tx, till, number, *parcel)


async def _paid(tx: Tx, till: Till, number: str, told: Mapping[str, Any]) -> Order:
    currency = (await orderbook.find(tx, number)).currency
    came = _money(told["amount"], currency).minor if told["amount"] else None
    return await payments.mark_paid(tx, till, number, BY, came, told["once"])


ACTS: Mapping[str, Act] = {
    "ship": _ship,
    "make_ready": lambda tx, till, number, _: orderdesk.make_ready(tx, till, number, BY),
    "deliver": lambda tx, till, number, _: orderdesk.deliver(tx, till, number, BY),
    "paid": _paid,
    "paid_out": lambda tx, till, number, told: orderdesk.paid_out(tx, till, number, told["refund"], BY),
    "cancel": lambda tx, till, number, told: orderdesk.cancel(tx, till, number, told["reason"], BY),
    "return_received": lambda tx, till, number, told: orderdesk.receive_return(tx, till, number, BY, told["restock"]),
    "return_declined": lambda tx, till, number, told: orderdesk.decline_return(tx, till, number, told["reason"], BY),
    "note": lambda tx, _till, number, told: orderdesk.note(tx, number, told["text"], BY),
}


def _money(text: str, currency: str) -> Money:
    """Raises Unprocessable: no amount, or finer than the currency."""
    try:
        amount = Decimal(text.replace(",", "."))
        given = rounded(amount, currency)
    except (InvalidOperation, OverflowError, ValueError):
        raise Unprocessable(f"{text!r} is no amount.", code="bad_amount", hint=AMOUNT) from None
    if given.amount != amount:
        raise Unprocessable(f"{text} is finer than {currency} has coins.", code="bad_amount", hint=AMOUNT)
    return given


def _print_json(data: Any) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=vars) + "\n")


def _say(text: str) -> None:
    console.print(text, soft_wrap=True, markup=False, highlight=False)
