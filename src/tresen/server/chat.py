"""Conversations of shoppers: begin, write, read, stream."""

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sse_starlette.sse import EventSourceResponse

from tresen.bootstrap import Tresen
from tresen.conversation import log, operators, owner, shoppers, turns, uploads
from tresen.conversation.events import PUBLIC, public
from tresen.conversation.parts import Action, CartSummary, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.counter import cart, feedback, find, identity, memory
from tresen.kit.db import Tx
from tresen.kit.errors import NotFound, Refusal, Unprocessable
from tresen.kit.ids import secret
from tresen.server import stream
from tresen.server.auth import LONGEST_TOKEN
from tresen.server.deps import App, Limited, Reading, Tokens, Visitor, Writing
from tresen.server.greeting import greeting

router = APIRouter(prefix="/v1", tags=["conversations"])

_UNPORTABLE = re.compile(r"[\x00\ud800-\udfff]")  # NUL and halves of a character: no database takes them
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2060\ufeff]")
TAPS = Literal["set_quantity", "show_cart", "ask_for_human", "show_product", "back_to_assistant",
               "stop_reminders", "remember", "forget", "export_memory", "erase_me"]  # fmt: skip


class TooLong(Refusal):
    status = 413
    code = "too_long"
    say = "This message is too long. Please send it in shorter pieces."


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _portable(cls, value: Any) -> Any:
        return _UNPORTABLE.sub("", value) if isinstance(value, str) else value


class Context(Body):
    page: str = Field("", max_length=2000)
    product: str = Field("", max_length=40)
    referrer: str = Field("", max_length=2000)


class Begin(Body):
    locale: str | None = Field(None, max_length=20)
    context: Context = Context()
    identity: str = Field("", max_length=LONGEST_TOKEN, description="an identity token of the host shop")


class Tap(Body):
    name: TAPS
    target: str = Field("", max_length=64)
    quantity: int | None = Field(None, ge=0, le=99)
    label: str = Field("", max_length=200)


class Message(Body):
    id: str = Field(min_length=1, max_length=128)
    text: str | None = None
    action: Tap | None = None
    attachments: list[Annotated[str, Field(max_length=64)]] = Field([], max_length=4, description="ids of uploads")


class Ask(Body):
    text: str
    conversation: str = ""
    token: str = ""
    locale: str | None = Field(None, max_length=20)


class Thumb(Body):
    message: int = Field(ge=1, lt=2**31)
    thumb: Literal["up", "down"] | None = None
    words: str = Field("", max_length=2000)


class Quantity(Body):
    variant_id: str = Field(max_length=40)
    quantity: int


class Viewed(Body):
    product: str = Field(max_length=40)


class Identity(Body):
    identity: str = Field(max_length=LONGEST_TOKEN)


class Language(Body):
    locale: str = Field(max_length=20)


@router.post("/conversations", status_code=201)
async def begin(app: App, tokens: Tokens, request: Request, body: Begin | None = None) -> dict[str, Any]:
    """Begin a conversation; the token opens this conversation only."""
    begun = body or Begin()
    house = app.settings.shop
    locale = house.locale(begun.locale or request.headers.get("accept-language"))
    claim = tokens.read(begun.identity) if begun.identity else None
    welcome = await greeting(app, locale)
    async with app.db.write() as tx:
        opened = await shoppers.open_web(tx, locale)
        if claim is not None:
            await identity.recognise(tx, opened.shopper, claim)
        if begun.context.product:
            with suppress(NotFound):  # the page of a product that is gone is no reason to be silent
                await find.view_product(tx, opened.shopper, begun.context.product)
    conversation_id = opened.shopper.conversation_id
    return {
        "id": conversation_id,
        "token": opened.token,
        "events_url": f"/v1/conversations/{conversation_id}/events",
        "locale": locale,
        "greeting": welcome,
        "shop": {"name": house.name, "currency": house.currency, "time_zone": house.time_zone},
        "viewed": False if house.memory.on and house.memory.viewed else None,
    }


@router.post("/conversations/{conversation_id}/messages", status_code=202)
async def post_message(app: App, limits: Limited, visitor: Visitor, body: Message) -> dict[str, int]:
    """Write to the shop. The same id again changes nothing; with another body it is a conflict."""
    await limits.message(visitor.conversation_id)
    parts = _parts(app, body)
    async with app.db.write() as tx:
        pictures = await uploads.parts(tx, visitor.conversation_id, body.attachments, visitor.locale)
        received = await turns.receive(tx, visitor, (*parts, *pictures), body.id)
    return {"seq": received.seq}


@router.get("/conversations/{conversation_id}/events", response_class=EventSourceResponse)
async def events(
    app: App,
    visitor: Visitor,
    after: Annotated[int | None, Query(ge=0)] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """The conversation as it goes on; `Last-Event-ID` resumes exactly."""
    async with app.db.read() as tx:
        row = await owner.current(tx, visitor.conversation_id)
        names = await operators.names(tx)
    position = stream.cursor(last_event_id, after, row.seq)
    return stream.response(stream.shopper_frames(app, visitor.conversation_id, position, names))


@router.get("/conversations/{conversation_id}")
async def snapshot(app: App, visitor: Visitor, tx: Reading) -> dict[str, Any]:
    """Everything a screen needs to start: owner, cart and the events so far."""
    row = await owner.current(tx, visitor.conversation_id)
    names = await operators.names(tx)
    stored = await log.read(tx, visitor.conversation_id)
    return {
        "id": visitor.conversation_id,
        "owner": row.owner.split(":")[0],
        "operator": names.get(row.owner),
        "locale": row.locale,
        "last_seq": row.seq,
        "cart": await cart.show_cart(tx, app.settings.shop, visitor),
        "viewed": await memory.agreed_to_viewed(tx, app.settings.shop, visitor),
        "events": [
            {"event": each.name, **stream.with_label(each, names, public)} for each in stored if each.name in PUBLIC
        ],
    }


@router.put("/conversations/{conversation_id}/cart")
async def put_cart(app: App, visitor: Visitor, tx: Writing, body: Quantity) -> CartSummary:
    """Set how many of a variant the cart holds; who owns the conversation does not matter for a cart."""
    return await cart.set_quantity(tx, app.settings.shop, visitor, body.variant_id, body.quantity)


@router.post("/conversations/{conversation_id}/viewed", status_code=204)
async def viewed(visitor: Visitor, tx: Writing, body: Viewed) -> None:
    """The shopper looks at a product's page."""
    await find.view_product(tx, visitor, body.product)


@router.post("/conversations/{conversation_id}/feedback", status_code=204)
async def give_feedback(visitor: Visitor, tx: Writing, body: Thumb) -> None:
    """A thumb or words on an answer."""
    await feedback.give_feedback(tx, visitor, body.message, body.thumb, body.words)


@router.put("/conversations/{conversation_id}/identity", status_code=204)
async def put_identity(app: App, tokens: Tokens, visitor: Visitor, body: Identity) -> None:
    """The host shop's word for who this is; it counts until its token ends, so send a new one in time."""
    claim = tokens.read(body.identity)
    async with app.db.write() as tx:
        await identity.recognise(tx, visitor, claim)


@router.put("/conversations/{conversation_id}/locale", status_code=204)
async def put_locale(app: App, visitor: Visitor, tx: Writing, body: Language) -> None:
    """The language the shop speaks in this conversation from now on."""
    await shoppers.remember_locale(tx, visitor.conversation_id, app.settings.shop.locale(body.locale))


@router.post("/chat", response_class=EventSourceResponse)
async def chat(app: App, limits: Limited, body: Ask) -> EventSourceResponse:
    """One call for curl and evaluators: write, and stream what answers it. Dropping the call stops nothing."""
    async with app.db.write() as tx:
        visitor, token = await _visitor(app, tx, body)
        await limits.message(visitor.conversation_id)
        received = await turns.receive(tx, visitor, (Text(clean(app, body.text)),), secret())
        names = await operators.names(tx)
    first = {"event": "conversation", "id": visitor.conversation_id, "token": token}

    async def frames() -> AsyncIterator[stream.Frame]:
        yield stream.hint(first)
        async for each in stream.turn_frames(app, visitor.conversation_id, received.seq, names):
            yield each

    return stream.response(frames())


async def _visitor(app: Tresen, tx: Tx, body: Ask) -> tuple[Shopper, str]:
    if body.conversation:
        return await shoppers.by_token(tx, body.conversation, body.token), body.token
    opened = await shoppers.open_web(tx, app.settings.shop.locale(body.locale))
    return opened.shopper, opened.token


def _parts(app: Tresen, body: Message) -> tuple[Part, ...]:
    parts: list[Part] = []
    if body.text is not None:
        parts.append(Text(clean(app, body.text)))
    if body.action is not None:
        parts.append(Action(body.action.name, body.action.target, body.action.quantity, body.action.label))
    if not parts and not body.attachments:
        raise Unprocessable("A message needs text, an action or an attachment.", code="empty_message")
    return tuple(parts)


def clean(app: Tresen, text: str) -> str:
    """The text without what nobody can see; an empty or over-long one is refused."""
    if len(text.encode()) > app.settings.max_text_bytes:
        raise TooLong(hint=f"at most {app.settings.max_text_bytes} bytes")
    seen = _UNSEEN.sub("", text).strip()
    if not seen:
        raise Unprocessable("The message is empty.", code="empty_message")
    return seen
