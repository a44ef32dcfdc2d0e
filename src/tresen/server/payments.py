"""The door for payment providers: what they tell us is checked, read again at the provider, and settled once."""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from tresen.bootstrap import Tresen
from tresen.counter import payments
from tresen.kit.errors import NotFound
from tresen.payments.base import Notice, Provider
from tresen.server.deps import App

router = APIRouter(tags=["payments"])


@router.post("/webhooks/payments/{provider}")
async def notice(app: App, provider: str, request: Request) -> Response:
    """A provider's notice: 200 once it is settled; anything else makes the provider send it again."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    await accept(app, provider, headers, await request.body())
    return Response()


async def accept(app: Tresen, name: str, headers: Mapping[str, str], body: bytes) -> None:
    """Settle what the provider `name` tells us; the same call again changes nothing.

    Raises:
        NotFound: the shop does not offer this provider, or the payment is none of ours.
        BadNotice: nobody can vouch for this call.
        Unavailable: the provider cannot be asked; it will call again.
    """
    provider = app.till.providers.get(name)
    if provider is None:
        offered = ", ".join(app.till.providers) or "none"
        raise NotFound(
            f"There is no payment provider {name!r} here.", code="unknown_provider", hint=f"offered: {offered}"
        )
    for told in provider.receive(headers, body):
        current = await _current(provider, told)
        async with app.db.write() as tx:
            await payments.settle(tx, app.till, name, current)


async def _current(provider: Provider, told: Notice) -> Notice:
    """The notice with the state of now: notices come late and out of order, the provider's own books do not."""
    if told.state == "refunded":
        return told
    state = await provider.look_up(told.reference)
    return told if state == "pending" else replace(told, state=state)
