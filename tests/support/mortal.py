"""A server that can be killed at any commit: run it in a process of its own (a forkserver that has imported all)."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import uvicorn

import tresen.agent.agent
import tresen.retrieval.search  # noqa: F401  (what takes seconds to import is imported before the fork)
from tresen import worker
from tresen.agent import tools, warming
from tresen.bootstrap import bootstrap
from tresen.conversation import turns
from tresen.kit.db import Database, Tx
from tresen.kit.plugins import modules
from tresen.server.app import create_app
from tresen.settings import Settings

list(modules(tools))
warming.warm(("de", "en"))


def settings(home: Path) -> Settings:
    """A shop without an encoder: quick to open, and deterministic."""
    return Settings(home=home, database_url="", model="", encoder="none", messages_per_minute=10_000)


def serve(home: Path, tell: Connection, kill_at: int, before: bool, quiet_too: bool = False) -> None:
    """Serve `home`, tell the port, and die by SIGKILL before or after the commit number `kill_at` (0: never).

    `quiet_too`: commits that nobody hears of count as well.
    """
    turns.LEASE = timedelta(seconds=0.6)  # how long the next process waits for a dead one
    worker.SLOW_POLL = 0.2
    if kill_at:
        _die_at(kill_at, before, quiet_too)
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    tell.send(listener.getsockname()[1])
    app = create_app(bootstrap(settings(home)))
    asyncio.run(uvicorn.Server(uvicorn.Config(app, log_level="error")).serve(sockets=[listener]))


def _die_at(kill_at: int, before: bool, quiet_too: bool) -> None:
    write, counted = Database.write, 0

    @asynccontextmanager
    async def mortal(self: Database) -> AsyncIterator[Tx]:
        nonlocal counted
        async with write(self) as tx:
            yield tx
            # A write that nobody hears of (a lease renewal) is no boundary of a turn.
            wrote = quiet_too or bool(tx.hints)
            counted += wrote
            if wrote and counted == kill_at and before:
                os.kill(os.getpid(), signal.SIGKILL)
        if wrote and counted == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    Database.write = mortal  # type: ignore[method-assign]
