"""Migrated and empty databases, each made once: a copy or a truncation takes a tenth of what the migrations take."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import services
from sqlalchemy import text

from tresen import migrations
from tresen.kit.bus import LocalBus
from tresen.kit.clock import SystemClock
from tresen.kit.db import Database, Tx

SEEDED = "shop_state"  # the migrations write its rows
_migrated: set[str] = set()


def sqlite(folder: Path) -> str:
    """The address of a new SQLite database in this folder, migrated."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(_template(), folder / "tresen.db")
    return f"sqlite+aiosqlite:///{folder / 'tresen.db'}"


async def postgres() -> str:
    """The address of the one PostgreSQL database of this process, migrated and emptied."""
    url = services.postgres()
    async with _opened(url) as db:
        if url in _migrated:
            async with db.write() as tx:
                await _truncate(tx)
        else:
            await _drop(db)
            await migrations.upgrade(db)
            _migrated.add(url)
    return url


async def bare_postgres() -> str:
    """The same without a table."""
    url = services.postgres()
    _migrated.discard(url)
    async with _opened(url) as db:
        await _drop(db)
    return url


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    db = Database(url, SystemClock(), LocalBus())
    yield db
    await db.close()


async def _drop(db: Database) -> None:
    async with db.write() as tx:
        await tx.execute(text("DROP SCHEMA public CASCADE"))
        await tx.execute(text("CREATE SCHEMA public"))


async def _truncate(tx: Tx) -> None:
    found = await tx.rows(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    names = ", ".join(f'"{name}"' for (name,) in found if name not in (SEEDED, "alembic_version"))
    await tx.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    await tx.execute(text(f"UPDATE {SEEDED} SET value = 0"))


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="tresen-schema"))
    with ThreadPoolExecutor(1) as thread:  # whoever asks may be within an event loop already
        thread.submit(asyncio.run, _make(folder / "tresen.db")).result()
    return folder / "tresen.db"


async def _make(path: Path) -> None:
    async with _opened(f"sqlite+aiosqlite:///{path}") as db:
        await migrations.upgrade(db)
        async with db.engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
