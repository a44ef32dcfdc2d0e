"""Fixtures for everybody: a database that is empty and real, a clock that the test owns, a bus."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fresh
import pytest
from serving import serving

import catalog_ingest.demo
from catalog_ingest.progress import Silent
from tresen.bootstrap import Tresen, bootstrap
from tresen.kit.bus import Bus, LocalBus
from tresen.kit.db import Database
from tresen.server.app import create_app
from tresen.settings import Settings


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
    database = Database(fresh.sqlite(tmp_path), clock, bus)
    yield database
    await database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def each_empty_db(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table, SQLite and then PostgreSQL."""
    return f"sqlite+aiosqlite:///{tmp_path / 'tresen.db'}" if request.param == "sqlite" else await fresh.bare_postgres()


@pytest.fixture(params=["sqlite", "postgresql"])
async def each_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated, empty SQLite, then PostgreSQL database; TRESEN_TEST_POSTGRES names one to use up."""
    return fresh.sqlite(tmp_path) if request.param == "sqlite" else await fresh.postgres()


@pytest.fixture
async def each_db(each_url: str, clock: TestClock, bus: Bus) -> AsyncIterator[Database]:
    """SQLite and PostgreSQL, one after the other, migrated."""
    database = Database(each_url, clock, bus)
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo shop loaded, once for the whole run; copy it before you change it."""
    home = tmp_path_factory.mktemp("demo")
    shutil.copy(catalog_ingest.demo.FOLDER / "tresen.toml", home)
    app = bootstrap(Settings(home=home, database_url=""))
    await app.start()
    await catalog_ingest.demo.load(app.db, app.retrieval, home, Silent())
    await app.close()
    return home


@pytest.fixture(scope="session")
async def shop(demo_home: Path) -> AsyncIterator[Tresen]:
    """The demo shop, wired with the planner and generous limits; the server that runs it closes it."""
    settings = Settings(
        home=demo_home, database_url="", model="", messages_per_minute=10_000, requests_per_minute=100_000
    )
    yield bootstrap(settings)


@pytest.fixture(scope="session")
async def url(shop: Tresen) -> AsyncIterator[str]:
    """The demo shop served on loopback, worker included."""
    async with serving(create_app(shop)) as base:
        yield base
