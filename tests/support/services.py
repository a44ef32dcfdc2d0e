"""PostgreSQL and Redis for tests: real ones, from the environment, one database of each per test process."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import asyncpg
import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # gw0, gw1, ... when tests run side by side


def postgres() -> str:
    """The SQLAlchemy address of a database to use up."""
    return _database(_address("PostgreSQL", "TRESEN_TEST_POSTGRES"))


def redis() -> str:
    url = _address("Redis", "TRESEN_TEST_REDIS")
    return f"{url.rpartition('/')[0]}/{int(WORKER.removeprefix('gw')) + 1}" if WORKER else url


@cache
def _database(url: str) -> str:
    if not WORKER:
        return url
    server, name = url.rpartition("/")[0], f"tresen_test_{WORKER}"
    with ThreadPoolExecutor(1) as thread:  # whoever asks may be within an event loop already
        thread.submit(asyncio.run, _create(url.replace("+asyncpg", ""), name)).result()
    return f"{server}/{name}"


async def _create(url: str, name: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


def _address(what: str, setting: str) -> str:
    """A missing service is a failure on CI and a loud skip elsewhere."""
    url = os.environ.get(setting, "")
    if not url and os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing: {setting} is not set")
    if not url:
        pytest.skip(f"{what} is missing: set {setting} to run this test")
    return url
