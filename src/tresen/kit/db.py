"""The database: SQLite or PostgreSQL, one metadata, and transactions that are local variables.

Who opens a transaction commits it; every other function takes `tx` and never commits.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CursorResult, DateTime, Dialect, Executable, MetaData, Row, TypeDecorator, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.schema import Table

from tresen.kit.bus import Bus, Hint
from tresen.kit.clock import Clock

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; refuses a naive datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


@dataclass
class Tx:
    """One open transaction, its instant, and what to tell the bus once it is committed."""

    connection: AsyncConnection
    now: datetime
    hints: list[tuple[str, Hint]] = field(default_factory=list)

    async def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        return await self.connection.execute(statement, values)

    async def row(self, statement: Executable) -> Row[Any] | None:
        return (await self.connection.execute(statement)).first()

    async def rows(self, statement: Executable) -> Sequence[Row[Any]]:
        return (await self.connection.execute(statement)).all()

    async def scalar(self, statement: Executable) -> Any:
        return await self.connection.scalar(statement)

    async def alone(self, key: str) -> None:
        """Be the only transaction with this key until the commit. On SQLite a writer always is."""
        if self.connection.dialect.name == "postgresql":
            lock = func.pg_advisory_xact_lock(func.hashtextextended(key, 0))
            await self.connection.execute(select(lock))

    def tell(self, topic: str, **hint: Any) -> None:
        """Publish a hint after the commit; a rolled-back transaction says nothing."""
        self.hints.append((topic, hint))

    def upsert(self, table: Table) -> Any:
        """An INSERT that understands `on_conflict_do_update`, in this database's dialect."""
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        return dialect.insert(table)


class Database:
    """One engine and the two ways into it: `write()` and `read()`."""

    def __init__(self, url: str, clock: Clock, bus: Bus) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _engine(url)
        self._clock = clock
        self._bus = bus

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """A transaction that may write. On SQLite it takes the write lock at once (BEGIN IMMEDIATE)."""
        async with self.engine.connect() as connection:
            await connection.execution_options(tresen_write=True)
            async with connection.begin():
                tx = Tx(connection, self._clock.now())
                yield tx
        for topic, hint in tx.hints:
            await self._bus.publish(topic, hint)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A transaction that sees one state of the database and writes nothing."""
        async with self.engine.connect() as connection:
            if not self.is_sqlite:  # where each statement would see another state
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield Tx(connection, self._clock.now())

    async def close(self) -> None:
        await self.engine.dispose()


def _engine(url: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return create_async_engine(url, pool_pre_ping=True)
    engine = create_async_engine(url, connect_args={"timeout": 15})
    event.listen(engine.sync_engine, "connect", _on_connect)
    event.listen(engine.sync_engine, "begin", _on_begin)
    return engine


def _on_connect(dbapi_connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: it would begin deferred ones and deadlock on upgrade.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Any) -> None:
    writes = connection.get_execution_options().get("tresen_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
