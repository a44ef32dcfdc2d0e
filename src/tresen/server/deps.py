"""What endpoints ask for: the wired shop, the shopper a token opens, the operator a cookie names."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, Path, Request

from tresen.bootstrap import Tresen
from tresen.conversation import operators, shoppers
from tresen.conversation.owner import Operator
from tresen.conversation.shoppers import Shopper
from tresen.kit.db import Tx
from tresen.kit.errors import Unauthorized, Unprocessable
from tresen.server.auth import Identities
from tresen.server.limits import Limits

COOKIE = "tresen_operator"


def shop_of(request: Request) -> Tresen:
    found: Tresen = request.app.state.tresen
    return found


def limits_of(request: Request) -> Limits:
    found: Limits = request.app.state.limits
    return found


def identities_of(request: Request) -> Identities:
    found: Identities = request.app.state.identities
    return found


App = Annotated[Tresen, Depends(shop_of)]
Limited = Annotated[Limits, Depends(limits_of)]
Tokens = Annotated[Identities, Depends(identities_of)]


async def within_limits(request: Request, limits: Limited) -> None:
    await limits.request(request)


async def writing(app: App) -> AsyncIterator[Tx]:
    async with app.db.write() as tx:
        yield tx


async def reading(app: App) -> AsyncIterator[Tx]:
    async with app.db.read() as tx:
        yield tx


# `scope="function"`: the commit comes before the answer is sent, so an answer is never a promise.
# They come last in a signature: who holds a connection and waits for a second one can lock out everybody.
Writing = Annotated[Tx, Depends(writing, scope="function")]
Reading = Annotated[Tx, Depends(reading, scope="function")]


async def visitor(
    app: App, request: Request, conversation_id: Annotated[str, Path()], authorization: Annotated[str, Header()] = ""
) -> Shopper:
    """The shopper whose conversation the bearer token opens."""
    async with app.db.read() as tx:
        shopper = await shoppers.by_token(tx, conversation_id, bearer(authorization))
    request.state.locale = shopper.locale  # what is refused from here on is told in it
    return shopper


def bearer(authorization: str) -> str:
    """The token of an Authorization header; empty when there is none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def signed_in(request: Request, app: App) -> Operator:
    """The operator of the session cookie; a changing call also needs a header no other site can send."""
    if request.method not in ("GET", "HEAD") and request.headers.get("x-tresen") != "1":
        raise Unprocessable("This call needs the header X-Tresen: 1.", code="missing_header")
    key = request.cookies.get(COOKIE, "")
    if not key:
        raise Unauthorized("Please sign in.", code="signed_out")
    async with app.db.read() as tx:
        return await operators.by_session(tx, key)


Visitor = Annotated[Shopper, Depends(visitor)]
Staff = Annotated[Operator, Depends(signed_in)]
