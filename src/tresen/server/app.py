"""The FastAPI application: routers, errors, limits, headers, and the worker that runs beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tresen import __version__, worker
from tresen.bootstrap import Tresen
from tresen.kit import pictures
from tresen.server import (
    auth,
    catalog,
    chat,
    checkout_pages,
    demopay,
    health,
    inbox,
    mailbox,
    memory,
    order_pages,
    orderdesk,
    orders,
    pages,
    payments,
    problems,
    stories,
    templating,
    uploads,
    webhooks,
    withdrawal,
)
from tresen.server.deps import within_limits
from tresen.server.limits import Limits

WEBHOOK_BYTES = 4 * 1024 * 1024
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' https: data:; style-src 'self' 'unsafe-inline'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
}


def create_app(tresen: Tresen, work: bool = True) -> FastAPI:
    """The application over a wired shop.

    Args:
        work: run the respond and send loops in this process; `tresen worker` runs them elsewhere.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await tresen.start()
        await tresen.retrieval.refresh()
        if work:
            async with worker.running(tresen):
                yield
        else:
            yield
        await tresen.close()

    app = FastAPI(title="Tresen", version=__version__, lifespan=lifespan, redoc_url=None)
    app.state.tresen = tresen
    app.state.limits = Limits(tresen.settings)
    app.state.identities = auth.identities(tresen.clock)
    problems.install(app)
    _route(app)
    pages.mount(app, tresen.settings.folder / "media")
    app.add_middleware(Guard, most_bytes=tresen.settings.max_body_bytes)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=tresen.settings.allowed_origins,
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        expose_headers=["Retry-After"],
    )
    return app


def _route(app: FastAPI) -> None:
    for router in (
        chat.router,
        catalog.router,
        stories.router,
        uploads.router,
        inbox.router,
        orderdesk.router,
        orders.router,
        memory.router,
    ):
        app.include_router(router, dependencies=[Depends(within_limits)])
    for router in (checkout_pages.router, order_pages.router, withdrawal.router):
        app.include_router(router, dependencies=[Depends(templating.as_page), Depends(within_limits)])
    for router in (webhooks.router, payments.router, demopay.router, health.router, mailbox.router, pages.router):
        app.include_router(router)


class Guard:
    """Refuses over-long bodies early and puts the security headers on every answer; streams pass untouched."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes

    def _most_of(self, path: str) -> int:
        if path.startswith("/webhooks/"):
            return WEBHOOK_BYTES
        return pictures.MOST_BYTES if path.endswith("/uploads") else self._most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and not scope["path"].startswith("/docs"):
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        most, read = self._most_of(scope["path"]), 0

        async def counted() -> Message:  # a body may come without its length, or with a wrong one
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413, f"At most {most} bytes, please.")
            return message

        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            refused = problems.problem(400, "bad_address", "An address cannot contain a NUL character.")
            return await refused(scope, receive, with_headers)
        size = Headers(scope=scope).get("content-length", "0")
        if not size.isdecimal() or int(size) <= most:
            return await self._app(scope, counted, with_headers)
        refused = problems.problem(413, "too_large", f"At most {most} bytes, please.")
        return await refused(scope, receive, with_headers)
