"""One door for all networks: the channel reads the call, we store it, then the network gets its answer."""

import logging

from fastapi import APIRouter, Request, Response

from tresen import worker
from tresen.channels.base import Failure, Webhook
from tresen.conversation import log
from tresen.conversation.events import SendFailed
from tresen.kit.db import Tx
from tresen.kit.errors import NotFound
from tresen.server.deps import App

logger = logging.getLogger(__name__)
router = APIRouter(tags=["channels"])


@router.get("/webhooks/{channel}")
@router.post("/webhooks/{channel}")
async def webhook(app: App, channel: str, request: Request) -> Response:
    """A call from a network: checked, stored once, then answered."""
    found = app.channels.get(channel)
    if found is None:
        known = ", ".join(sorted(app.channels)) or "none"
        raise NotFound(f"There is no channel {channel!r} here.", code="unknown_channel", hint=f"configured: {known}")
    headers = {name.lower(): value for name, value in request.headers.items()}
    call = Webhook(request.method, dict(request.query_params), headers, await request.body())
    received = found.receive(call)
    if received.messages or received.failures:
        async with app.db.write() as tx:
            for message in received.messages:
                await worker.arrive(app, tx, message)
            for failure in received.failures:
                await _note(tx, failure)
    reply = received.reply
    return Response(reply.body, reply.status, media_type=reply.content_type)


async def _note(tx: Tx, failure: Failure) -> None:
    """Write down, once, that a network could not deliver; a conversation we do not know is not ours to fail on."""
    once = f"send-failed:{failure.network_id}"
    if await log.find_once(tx, once):
        return
    data = SendFailed(failure.seq, failure.reason, final=True)
    try:
        await log.append(tx, failure.conversation_id, data, once=once)
    except NotFound:
        logger.warning("a delivery failure names an unknown conversation: %s", failure.network_id)
