"""A whole shop with three products, wired and served in a moment: for tests of the server that need no demo."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import fresh
import selling
from goods import goods, offer, stocked
from serving import serving

from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import operators
from tresen.kit.ids import secret
from tresen.server.app import create_app
from tresen.settings import Settings

PRODUCTS = (
    goods("Laufsocke", offer("s", 1290, 5), offer("m", 1490, 0), offer("l", None, 5)),
    goods("Helm", offer("one", 8900, 2)),
    goods("Lampe", offer("one", 3900, None)),
)


def wired(home: Path, **settings: Any) -> Tresen:
    """Without an encoder and, unless told otherwise, on SQLite and with limits that no test meets."""
    if "database_url" not in settings and not (home / "tresen.db").exists():
        fresh.sqlite(home)
    usual = {"database_url": "", "model": "", "encoder": "none"}
    generous = {"messages_per_minute": 10_000, "requests_per_minute": 100_000}
    return bootstrap(Settings(home=home, **(usual | generous | settings)))


async def furnish(home: Path, **settings: Any) -> None:
    """Put the products on the shelves of this home (or of the database that `settings` name)."""
    app = wired(home, **settings)
    await app.start()
    await stocked(app.db, *PRODUCTS)
    await app.retrieval.rebuild()
    await app.close()


@asynccontextmanager
async def served(home: Path, work: bool = True, **settings: Any) -> AsyncIterator[tuple[Tresen, str]]:
    """The shop of this home over real HTTP: (its wiring, its address)."""
    app = wired(home, **settings)
    async with serving(create_app(app, work)) as url:
        yield app, url


@asynccontextmanager
async def store(home: Path, work: bool = False, **settings: Any) -> AsyncIterator[tuple[Tresen, str]]:
    """The sock shop of `selling`, indexed, over real HTTP: (its wiring, its address)."""
    settings = {"shop": selling.HOUSE} | settings
    app = wired(home, **settings)
    await app.start()
    await selling.open_shop(app.db, sock_stock=5000)
    await app.retrieval.rebuild()
    await app.close()
    async with served(home, work, **settings) as found:
        yield found


async def employ(app: Tresen, name: str) -> str:
    """Hire an operator and give the key of a session."""
    async with app.db.write() as tx:
        added = await operators.add(tx, name.lower(), name, secret())
        return await operators.open_session(tx, added.id)
