"""The order desk over HTTP, for operators: thin skins over the counter. Every change answers with the whole order."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Response
from pydantic import Field

from tresen.conversation import operators
from tresen.counter import order_sheet, orderdesk, payments
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.server.chat import Body
from tresen.server.deps import App, Reading, Staff, Writing
from tresen.server.orders import MOST_MINOR
from tresen.shop import orderbook
from tresen.shop.orders import Order

router = APIRouter(prefix="/v1/inbox", tags=["order desk"])

MOST_NEWS = 20
Number = Annotated[str, Path(max_length=60)]


@dataclass(frozen=True)
class Desk:
    """Who works here (as owner string), in which language, and with which till."""

    owner: str
    locale: str
    till: Till


async def at_desk(app: App, staff: Staff, accept_language: Annotated[str | None, Header()] = None) -> Desk:
    return Desk(staff.owner, app.settings.shop.locale(accept_language), app.till)


AtDesk = Annotated[Desk, Depends(at_desk)]


class Shipping(Body):
    id: str = Field("", max_length=64, pattern=r"^[\w-]*$", description="made by the client; once each")
    carrier: str = Field("", max_length=80)
    tracking_code: str = Field("", max_length=80)
    tracking_url: str = Field("", max_length=1000)
    lines: dict[int, int] | None = Field(None, max_length=200, description="position: quantity; none is all")


class Reason(Body):
    reason: str = Field(min_length=1, max_length=300)


class Refunding(Body):
    id: str = Field(min_length=1, max_length=64, pattern=r"^[\w-]+$", description="made by the client; once each")
    amount: int = Field(gt=0, le=MOST_MINOR, description="in minor units")
    reason: str = Field("", max_length=300)


class Paying(Body):
    id: str = Field("", max_length=64, pattern=r"^[\w-]*$", description="made by the client; once each")
    amount: int | None = Field(None, gt=0, le=MOST_MINOR, description="in minor units; none is all that is due")


class Receiving(Body):
    restock: bool = Field(True, description="whether the goods can be sold again")


class Noting(Body):
    text: str = Field(min_length=1, max_length=2000)


@router.get("/orders")
async def orders(desk: AtDesk, tx: Reading, state: str = "", q: str = "") -> dict[str, Any]:
    """Newest first. `unseen` counts the orders nobody has opened yet, `news` are the latest of them."""
    page = await orderdesk.overview(tx, state, q)
    news = await orderdesk.unseen(tx, MOST_NEWS) if page.unseen else []
    return {
        "orders": [order_sheet.row(each, desk.locale) for each in page.orders],
        "counts": page.counts,
        "unseen": page.unseen,
        "news": [order_sheet.row(each, desk.locale) for each in news],
    }


@router.get("/orders.csv")
async def orders_csv(desk: AtDesk, tx: Reading, state: str = "", q: str = "") -> Response:
    """The same list for a spreadsheet, one row per line item."""
    headers = {"Content-Disposition": 'attachment; filename="orders.csv"', "Cache-Control": "no-store"}
    text = await orderdesk.export(tx, state, q)
    marked = "\ufeff" + text  # or spreadsheets guess another encoding
    return Response(marked, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/orders/{number}")
async def order(desk: AtDesk, tx: Writing, number: Number) -> dict[str, Any]:
    """One order, whole; it is no news any more."""
    return await _sheet(desk, tx, await orderdesk.look_at(tx, number))


@router.post("/orders/{number}/ship")
async def ship(desk: AtDesk, tx: Writing, number: Number, body: Shipping) -> dict[str, Any]:
    """A parcel has left, with some lines or with all that is still here; the same id again is the same parcel."""
    carrier, code, url = body.carrier, body.tracking_code, body.tracking_url
    now = await orderdesk.ship(tx, desk.till, number, carrier, code, desk.owner, url, body.lines, body.id)
    return await _sheet(desk, tx, now)


@router.post("/orders/{number}/ready")
async def ready(desk: AtDesk, tx: Writing, number: Number) -> dict[str, Any]:
    """The order can be picked up."""
    return await _sheet(desk, tx, await orderdesk.make_ready(tx, desk.till, number, desk.owner))


@router.post("/orders/{number}/deliver")
async def deliver(desk: AtDesk, tx: Writing, number: Number) -> dict[str, Any]:
    """The parcel has arrived, or the shopper has collected the order."""
    return await _sheet(desk, tx, await orderdesk.deliver(tx, desk.till, number, desk.owner))


@router.post("/orders/{number}/cancel")
async def cancel(desk: AtDesk, tx: Writing, number: Number, body: Reason) -> dict[str, Any]:
    """Cancel what has not left; what was paid goes back."""
    now = await orderdesk.cancel(tx, desk.till, number, body.reason, desk.owner)
    return await _sheet(desk, tx, now)


@router.post("/orders/{number}/paid")
async def paid(desk: AtDesk, tx: Writing, number: Number, body: Paying | None = None) -> dict[str, Any]:
    """Money has come, for an invoice or at the counter: what is missing stays due, what is too much goes back."""
    came = body or Paying(id="", amount=None)
    now = await payments.mark_paid(tx, desk.till, number, desk.owner, came.amount, came.id)
    return await _sheet(desk, tx, now)


@router.post("/orders/{number}/refund")
async def refund(desk: AtDesk, tx: Writing, number: Number, body: Refunding) -> dict[str, Any]:
    """Give money back; the same id again gives nothing more."""
    now = await orderdesk.refund(tx, desk.till, number, body.amount, body.reason, desk.owner, body.id)
    return await _sheet(desk, tx, now)


@router.post("/orders/{number}/refunds/{refund_id}/paid-out")
async def paid_out(desk: AtDesk, tx: Writing, number: Number, refund_id: Number) -> dict[str, Any]:
    """A refund that no provider moves, or that one refused, was paid out by hand."""
    now = await orderdesk.paid_out(tx, desk.till, number, refund_id, desk.owner)
    return await _sheet(desk, tx, now)


@router.post("/orders/{number}/notes", status_code=201)
async def note(desk: AtDesk, tx: Writing, number: Number, body: Noting) -> dict[str, Any]:
    """Write something down for the team; shoppers never see it."""
    return await _sheet(desk, tx, await orderdesk.note(tx, number, body.text, desk.owner))


@router.post("/returns/{number}/receive")
async def receive(desk: AtDesk, tx: Writing, number: Number, body: Receiving) -> dict[str, Any]:
    """A return has arrived; its money goes back."""
    now = await orderdesk.receive_return(tx, desk.till, number, desk.owner, body.restock)
    return await _sheet(desk, tx, now)


@router.post("/returns/{number}/decline")
async def decline(desk: AtDesk, tx: Writing, number: Number, body: Reason) -> dict[str, Any]:
    """Refuse a return; the reason stays in the house."""
    now = await orderdesk.decline_return(tx, desk.till, number, body.reason, desk.owner)
    return await _sheet(desk, tx, now)


async def _sheet(desk: Desk, tx: Tx, found: Order) -> dict[str, Any]:
    notes, names = await orderbook.notes(tx, found.number), await operators.names(tx)
    return order_sheet.sheet(desk.till, found, notes, names, desk.locale)
