"""SSE: readers of the log. A closed tab stops a reader, never a turn."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

from sse_starlette.sse import EventSourceResponse

from tresen.bootstrap import Tresen
from tresen.conversation import log
from tresen.conversation.events import PUBLIC, MessageSent, OwnerChanged, Stored, public
from tresen.kit.bus import Bus, Hint
from tresen.kit.errors import TresenError

PING_SECONDS = 15
PATIENCE = 60.0  # seconds a reader of hints waits before it looks again
_SEQ = re.compile(r"[0-9]{1,18}")
Frame = dict[str, str]


class BadCursor(TresenError):
    """A `Last-Event-ID` that this conversation never gave out."""

    status = 410
    code = "expired_cursor"
    say = "This cursor does not belong to this conversation any more."
    hint = "read GET /v1/conversations/{id} and go on from its last_seq"


def cursor(header: str | None, after: int | None, last: int) -> int:
    """The seq to go on after, from `Last-Event-ID` or `?after=`."""
    if header is not None and not _SEQ.fullmatch(header.strip()):
        raise BadCursor("Last-Event-ID must be the id of an event of this conversation.", code="bad_cursor")
    position = int(header) if header is not None else (after or 0)
    if not 0 <= position <= last:
        raise BadCursor
    return position


def response(frames: AsyncIterator[Frame]) -> EventSourceResponse:
    return EventSourceResponse(frames, ping=PING_SECONDS, headers={"X-Accel-Buffering": "no"})


async def shopper_frames(app: Tresen, conversation_id: str, after: int, names: dict[str, str]) -> AsyncIterator[Frame]:
    """What the shopper's screen gets, for ever."""
    async for item in log.follow(app.db, app.bus, conversation_id, after):
        if isinstance(item, Stored):
            if item.name in PUBLIC:
                yield frame(item, with_label(item, names, public))
        elif "event" in item:
            yield hint(item)


async def turn_frames(app: Tresen, conversation_id: str, after: int, names: dict[str, str]) -> AsyncIterator[Frame]:
    """What answers the message with seq `after`: until the answer, or until a person has been asked."""
    async for item in log.follow(app.db, app.bus, conversation_id, after - 1):
        if not isinstance(item, Stored):
            if "event" in item:
                yield hint(item)
            continue
        if item.name in PUBLIC:
            yield frame(item, with_label(item, names, public))
        if (
            isinstance(item.data, MessageSent)
            and item.seq > after
            and (item.data.answers_through >= after or item.data.sender == "system")
        ):
            return


async def hints(bus: Bus, *topics: str) -> AsyncIterator[Frame]:
    """The hints of several topics, each as an event of that name; an empty first one says that all are heard."""
    async with AsyncExitStack() as stack:
        heard = {topic: await stack.enter_async_context(bus.subscribe(topic)) for topic in topics}
        yield {"event": topics[0], "data": "{}"}
        waiting: dict[str, asyncio.Task[Hint | None]] = {}
        try:
            while True:
                missing = [topic for topic in topics if topic not in waiting]
                waiting |= {topic: asyncio.create_task(heard[topic].next(PATIENCE)) for topic in missing}
                await asyncio.wait(waiting.values(), return_when=asyncio.FIRST_COMPLETED)
                for topic in [topic for topic, task in waiting.items() if task.done()]:
                    if (found := waiting.pop(topic).result()) is not None:
                        yield {"event": topic, "data": json.dumps(found)}
        finally:
            for task in waiting.values():
                task.cancel()


def frame(stored: Stored, data: dict[str, Any]) -> Frame:
    return {"id": str(stored.seq), "event": stored.name, "data": json.dumps(data, ensure_ascii=False)}


def hint(item: dict[str, Any]) -> Frame:
    rest = {key: value for key, value in item.items() if key != "event"}
    return {"event": str(item["event"]), "data": json.dumps(rest, ensure_ascii=False)}


def with_label(stored: Stored, names: dict[str, str], view: Callable[[Stored], dict[str, Any]]) -> dict[str, Any]:
    """The event's data, with the operator's name beside an operator's id."""
    data = view(stored)
    if isinstance(stored.data, MessageSent) and stored.data.sender in names:
        data["label"] = names[stored.data.sender]
    if isinstance(stored.data, OwnerChanged) and stored.data.label:
        names.setdefault(stored.data.owner, stored.data.label)
    return data
