"""PostgreSQL and Redis for tests: real ones, from the environment."""

import os

import pytest


def postgres() -> str:
    """The SQLAlchemy address of a database to use up."""
    return _address("PostgreSQL", "TRESEN_TEST_POSTGRES")


def redis() -> str:
    return _address("Redis", "TRESEN_TEST_REDIS")


def _address(what: str, setting: str) -> str:
    """A missing service is a failure on CI and a loud skip elsewhere."""
    url = os.environ.get(setting, "")
    if not url and os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing: {setting} is not set")
    if not url:
        pytest.skip(f"{what} is missing: set {setting} to run this test")
    return url
