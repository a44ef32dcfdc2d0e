"""One door for all networks: the channel reads the call, we store it, then the network gets its answer."""

from fastapi import APIRouter, Request, Response

from tresen import worker
from tresen.channels.base import Webhook
from tresen.conversation import log
from tresen.conversation.events import SendFailed
from tresen.kit.errors import NotFound
from tresen.server.deps import App

router = APIRouter(tags=["channels"])


@router.api_route("/webhooks/{channel}", methods=["GET", "POST"])
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
                reason = SendFailed(failure.seq, failure.reason, final=True)
                await log.append(tx, failure.conversation_id, reason)
    reply = received.reply
    return Response(reply.body, reply.status, media_type=reply.content_type)
