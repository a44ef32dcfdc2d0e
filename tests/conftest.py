"""Fixtures for everybody: a database that is empty and real, a clock that the test owns, a bus."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tresen import migrations
from tresen.kit.bus import Bus, LocalBus
from tresen.kit.db import Database


class TestClock:
    """Stands still until the test moves it."""

    __test__ = False

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant

    def forward(self, **by: float) -> None:
        self.instant += timedelta(**by)


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def bus() -> Bus:
    return LocalBus()


@pytest.fixture
async def db(tmp_path: Path, clock: TestClock, bus: Bus) -> AsyncIterator[Database]:
    """SQLite in a file, migrated."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'tresen.db'}", clock, bus)
    await migrations.upgrade(database)
    yield database
    await database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def each_db(
    request: pytest.FixtureRequest, tmp_path: Path, clock: TestClock, bus: Bus
) -> AsyncIterator[Database]:
    """SQLite and PostgreSQL, one after the other; TRESEN_TEST_POSTGRES names a database to use up."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'tresen.db'}"
    if request.param == "postgresql":
        url = os.environ.get("TRESEN_TEST_POSTGRES", "")
        if not url:
            service_missing("PostgreSQL", "TRESEN_TEST_POSTGRES")
    database = Database(url, clock, bus)
    if request.param == "postgresql":
        async with database.write() as tx:
            await tx.execute(text("DROP SCHEMA public CASCADE"))
            await tx.execute(text("CREATE SCHEMA public"))
    await migrations.upgrade(database)
    yield database
    await database.close()


def service_missing(what: str, setting: str) -> None:
    """A missing service is a failure on CI and a loud skip elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing: {setting} is not set")
    pytest.skip(f"{what} is missing: set {setting} to run this test")
