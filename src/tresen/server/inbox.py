"""The operators' side: list, read, take over, reply, hand back."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from sse_starlette.sse import EventSourceResponse

from tresen.bootstrap import Tresen
from tresen.conversation import desk, log, operators, owner, reach
from tresen.conversation.events import MessageReceived, Stored, whole
from tresen.conversation.parts import Text
from tresen.conversation.shoppers import as_shopper
from tresen.counter import briefs, cart, handover
from tresen.server import stream
from tresen.server.chat import Body, clean
from tresen.server.deps import COOKIE, App, Limited, Reading, Staff, Writing
from tresen.shop import orderbook
from tresen.shop.orders import Order

router = APIRouter(tags=["inbox"])
_DAY = 12 * 3600


class SignIn(Body):
    login: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class Reply(Body):
    id: str = Field(min_length=1, max_length=128)
    text: str | None = Field(None, max_length=8000)
    product_id: str | None = Field(None, max_length=40)


@router.get("/inbox", include_in_schema=False)
@router.head("/inbox", include_in_schema=False)
async def inbox_page(app: App, tx: Writing, request: Request, key: str = "") -> Response:
    """The page; with a one-time key it signs in first."""
    if not key or request.method == "HEAD":  # a preview must not use the key up
        return Response(request.app.state.pages["inbox.html"], media_type="text/html")
    session = await operators.redeem(tx, key)
    if session is None:
        return RedirectResponse("/inbox?expired=1", 303)
    return _with_cookie(RedirectResponse("/inbox", 303), session, app.settings.base_url)


@router.post("/v1/inbox/sessions", status_code=204)
async def sign_in(app: App, limits: Limited, request: Request, body: SignIn) -> Response:
    """Sign in; wrong login and wrong password are the same answer."""
    await limits.sign_in(request)
    session = await operators.sign_in(app.db, body.login, body.password)
    return _with_cookie(Response(status_code=204), session, app.settings.base_url)


@router.delete("/v1/inbox/sessions", status_code=204)
async def sign_out(request: Request, staff: Staff, tx: Writing) -> Response:
    await operators.sign_out(tx, request.cookies.get(COOKIE, ""))
    response = Response(status_code=204)
    response.delete_cookie(COOKIE)
    return response


@router.get("/v1/inbox/me")
async def me(staff: Staff) -> dict[str, str]:
    return {"id": staff.id, "name": staff.name, "login": staff.login}


@router.get("/v1/inbox/conversations")
async def conversations(
    app: App, staff: Staff, tx: Reading, state: Literal["waiting", "mine", "agent", "all"] = "waiting"
) -> dict[str, Any]:
    """What waits longest comes first; the rest newest first."""
    rows = await desk.overview(tx, staff, state)
    worth = await cart.totals(tx, app.settings.shop, {row["shopper"]["id"]: row["locale"] for row in rows})
    for row in rows:
        row["cart_total"] = worth.get(row["shopper"]["id"], "")
    return {"conversations": rows, "counts": await desk.counts(tx, staff)}


@router.get("/v1/inbox/conversations/{conversation_id}")
async def conversation(app: App, staff: Staff, tx: Reading, conversation_id: str) -> dict[str, Any]:
    """One conversation, whole, with the cart beside it and the brief of the last hand-over."""
    row = await owner.current(tx, conversation_id)
    names = await operators.names(tx)
    stored = await log.read(tx, conversation_id)
    return {
        **(await desk.headings(tx, [row]))[0],
        "cart": await cart.show_cart(tx, app.settings.shop, as_shopper(row)),
        "orders": [_order(each, row.locale) for each in await orderbook.of_shopper(tx, row.shopper_id)],
        "brief": briefs.shown(stored, app.settings.shop.locales[0]),
        "events": [{"event": each.name, **stream.with_label(each, names, whole)} for each in stored],
    }


@router.get("/v1/inbox/conversations/{conversation_id}/events", response_class=EventSourceResponse)
async def conversation_events(
    app: App, staff: Staff, conversation_id: str, after: Annotated[int | None, Query(ge=0)] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:  # fmt: skip
    """The whole log of one conversation as it goes on."""
    async with app.db.read() as tx:
        position = stream.cursor(last_event_id, after, (await owner.current(tx, conversation_id)).seq)
        names = await operators.names(tx)

    async def frames() -> AsyncIterator[stream.Frame]:
        async for item in log.follow(app.db, app.bus, conversation_id, position):
            if isinstance(item, Stored):
                yield stream.frame(item, stream.with_label(item, names, whole))
                if isinstance(item.data, MessageReceived) and reach.addresses(item.data.parts):
                    yield stream.hint({"event": "brief", "text": await _brief(app, conversation_id)})
            elif "event" in item:
                yield stream.hint(item)

    return stream.response(frames())


@router.get("/v1/inbox/events", response_class=EventSourceResponse)
async def inbox_events(app: App, staff: Staff) -> EventSourceResponse:
    """A hint whenever any conversation (`inbox`) or order (`orders`) changes; the list itself is read again."""
    return stream.response(stream.hints(app.bus, "inbox", "orders"))


@router.post("/v1/inbox/conversations/{conversation_id}/take-over", status_code=204)
async def take_over(staff: Staff, tx: Writing, conversation_id: str) -> None:
    """Answer from now on; the agent falls silent."""
    await owner.take_over(tx, conversation_id, staff)


@router.post("/v1/inbox/conversations/{conversation_id}/hand-back", status_code=204)
async def hand_back(staff: Staff, tx: Writing, conversation_id: str) -> None:
    """Let the agent answer again."""
    await owner.hand_back(tx, conversation_id, by=staff.owner)


@router.post("/v1/inbox/conversations/{conversation_id}/messages", status_code=202)
async def reply(app: App, staff: Staff, tx: Writing, conversation_id: str, body: Reply) -> dict[str, int]:
    """Say something to the shopper, or show a product. The same id twice is one message."""
    if body.product_id:
        row = await owner.current(tx, conversation_id)
        return {"seq": await handover.send_card(tx, conversation_id, staff, body.product_id, row.locale, body.id)}
    said = (Text(clean(app, body.text or "")),)
    return {"seq": await owner.reply(tx, conversation_id, staff, said, body.id)}


@router.post("/v1/inbox/conversations/{conversation_id}/typing", status_code=204)
async def typing(app: App, staff: Staff, conversation_id: str) -> None:
    await app.bus.publish(log.topic(conversation_id), {"event": "typing", "who": "operator", "label": staff.name})


async def _brief(app: Tresen, conversation_id: str) -> str:
    async with app.db.read() as tx:
        return briefs.shown(await log.read(tx, conversation_id), app.settings.shop.locales[0])


def _order(found: Order, locale: str) -> dict[str, Any]:
    lines = [{"title": line.title, "quantity": line.quantity} for line in found.lines]
    placed = found.placed_at.isoformat()
    tracking = ", ".join(each.tracking_code for each in found.fulfilments)
    return {"number": found.number, "state": found.state, "placed_at": placed, "lines": lines,
            "total": found.total.text(locale), "tracking": tracking}  # fmt: skip


def _with_cookie(response: Response, session: str, base_url: str) -> Response:
    secure = base_url.startswith("https://")
    response.set_cookie(COOKIE, session, max_age=_DAY, httponly=True, samesite="strict", secure=secure)
    return response
