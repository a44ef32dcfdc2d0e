"""A real HTTP server on a free loopback port, in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


def listening() -> socket.socket:
    """A free loopback port, for an app that has to know its address before it is built."""
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # so that asyncio turns Nagle's algorithm off
    listener.bind(("127.0.0.1", 0))
    return listener


@asynccontextmanager
async def serving(app: Any, listener: socket.socket | None = None) -> AsyncIterator[str]:
    """Serve an ASGI app and give its base URL; stops hard at the end, as a killed process would."""
    listener = listener or listening()
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        if task.done():
            task.result()
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        ended, _ = await asyncio.wait([task], timeout=20)
        if not ended:  # a server that does not end must not hold the whole run
            task.cancel()
