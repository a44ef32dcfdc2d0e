"""The database: what a transaction promises, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, delete, insert, select, text, update
from sqlalchemy.exc import StatementError

from tresen.kit.bus import Bus
from tresen.kit.db import Database, Instant

tally = Table(
    "test_tally",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("value", Integer, nullable=False),
    Column("at", Instant),
)


@pytest.fixture
async def tallied(each_db: Database) -> AsyncIterator[Database]:
    """A database with one row to count in."""
    async with each_db.write() as tx:
        await tx.connection.run_sync(tally.metadata.create_all)
        await tx.execute(insert(tally).values(id=1, value=0))
    yield each_db
    async with each_db.write() as tx:
        await tx.connection.run_sync(tally.metadata.drop_all)


async def value(db: Database) -> Any:
    async with db.read() as tx:
        return await tx.scalar(select(tally.c.value))


async def test_a_rollback_leaves_nothing_and_says_nothing(tallied: Database, bus: Bus) -> None:
    async with bus.subscribe("news") as news:
        with pytest.raises(ZeroDivisionError):
            async with tallied.write() as tx:
                await tx.execute(update(tally).values(value=7))
                tx.tell("news", of="the change")
                raise ZeroDivisionError
        assert await news.next(0.05) is None
    assert await value(tallied) == 0


async def test_whoever_hears_of_a_change_can_read_it(tallied: Database, bus: Bus) -> None:
    async with bus.subscribe("news") as news:
        async with tallied.write() as tx:
            await tx.execute(update(tally).values(value=7))
            tx.tell("news", n=1)
            tx.tell("news", n=2)
            assert await news.next(0.02) is None, "told before the commit"
        assert await news.next(1) == {"n": 1}
        assert await value(tallied) == 7
        assert await news.next(1) == {"n": 2}


async def test_writers_come_one_after_the_other(tallied: Database) -> None:
    """Read, think, write: with a deferred transaction SQLite would refuse the second writer or lose its step."""

    async def step() -> None:
        async with tallied.write() as tx:
            row = select(tally.c.value).with_for_update()
            before = await tx.scalar(row)
            await asyncio.sleep(0.005)
            await tx.execute(update(tally).values(value=before + 1))

    await asyncio.gather(*(step() for _ in range(20)))
    assert await value(tallied) == 20


async def test_a_read_sees_one_state(tallied: Database) -> None:
    async with tallied.read() as tx:
        assert await tx.scalar(select(tally.c.value)) == 0
        async with tallied.write() as other:
            await other.execute(update(tally).values(value=1))
        assert await tx.scalar(select(tally.c.value)) == 0
    assert await value(tallied) == 1


async def test_a_connection_that_read_can_write_afterwards(tallied: Database) -> None:
    for _ in range(8):
        await value(tallied)
    async with tallied.write() as tx:
        await tx.execute(update(tally).values(value=3))
    assert await value(tallied) == 3


async def test_a_write_on_sqlite_takes_the_lock_at_once(db: Database) -> None:
    other = Database(f"{db.url}?timeout=0.05", db._clock, db._bus)
    async with db.write(), other.engine.connect() as second:
        await second.exec_driver_sql("PRAGMA busy_timeout=50")
        await second.rollback()
        await second.execution_options(tresen_write=True)
        with pytest.raises(Exception, match="locked"):
            await second.begin()
    await other.close()


@pytest.mark.parametrize(
    ("pragma", "expected"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 15000)]
)
async def test_sqlite_keeps_what_it_has_committed(db: Database, pragma: str, expected: Any) -> None:
    async with db.read() as one, db.read() as two:  # every connection, not only the first
        for tx in (one, two):
            assert await tx.scalar(text(f"PRAGMA {pragma}")) == expected


async def test_an_instant_needs_a_time_zone(tallied: Database) -> None:
    with pytest.raises(StatementError, match="time zone"):
        async with tallied.write() as tx:
            await tx.execute(update(tally).values(at=datetime(2026, 11, 20, 12, 0)))


async def test_an_instant_comes_back_as_the_same_moment_in_utc(tallied: Database) -> None:
    noon_in_tokyo = datetime(2026, 11, 20, 12, 0, tzinfo=timezone(timedelta(hours=9)))
    async with tallied.write() as tx:
        await tx.execute(update(tally).values(at=noon_in_tokyo))
    async with tallied.read() as tx:
        found = await tx.scalar(select(tally.c.at))
        assert await tx.scalar(select(tally.c.id).where(tally.c.at <= noon_in_tokyo)) == 1
        assert await tx.scalar(select(tally.c.id).where(tally.c.at < noon_in_tokyo)) is None
    assert found == noon_in_tokyo
    assert found.utcoffset() == timedelta(0)


async def test_a_transaction_has_one_now(tallied: Database, clock: Any) -> None:
    async with tallied.write() as tx:
        begun = tx.now
        clock.forward(hours=1)
        assert tx.now == begun == datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


async def test_an_upsert_in_this_dialect(tallied: Database) -> None:
    for number in (5, 6):
        async with tallied.write() as tx:
            row = tx.upsert(tally).values(id=1, value=number)
            await tx.execute(row.on_conflict_do_update(index_elements=["id"], set_={"value": number}))
    assert await value(tallied) == 6
    async with tallied.write() as tx:
        await tx.execute(delete(tally))
    assert await value(tallied) is None
