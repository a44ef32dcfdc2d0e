"""Ingesting again and again: never two at a time, never giving up, and patient with what is broken."""

import asyncio
import logging

import pytest

from catalog_ingest.schedule import repeat, seconds_of
from tresen.kit.errors import TresenError, Unavailable, Unprocessable


class Stop(BaseException):
    """Ends a loop that never ends."""


class Work:
    """Work that fails where it is told to, and a clock that only counts what was waited."""

    def __init__(self, *failures: Exception | None) -> None:
        self.failures = list(failures)
        self.pauses: list[float] = []
        self.told: list[tuple[str, float]] = []
        self.running = 0
        self.due: float | None = None

    async def __call__(self) -> float | None:
        self.running += 1
        assert self.running == 1
        await asyncio.sleep(0)
        self.running -= 1
        failure = self.failures.pop(0)
        if failure is not None:
            raise failure
        return self.due

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if not self.failures:
            raise Stop

    def failed(self, error: TresenError, pause: float) -> None:
        self.told.append((error.code, pause))

    async def run(self, seconds: float, spread: float = 1.0) -> None:
        with pytest.raises(Stop):
            await repeat(self, seconds, self.failed, sleep=self.sleep, spread=lambda low, high: spread)


@pytest.mark.parametrize(
    ("told", "seconds"), [("30m", 1800), ("6h", 21600), ("1d", 86400), ("90 s", 90), ("1.5H", 5400)]
)
def test_intervals(told: str, seconds: float) -> None:
    assert seconds_of(told) == seconds


@pytest.mark.parametrize("told", ["", "6", "h", "0h", "5s", "-6h", "6 weeks", "32d", "1e9h", "٦h" * 20])
def test_what_is_no_interval_is_refused(told: str) -> None:
    with pytest.raises(Unprocessable) as error:
        seconds_of(told)
    assert "6h" in error.value.hint


async def test_it_works_again_and_again() -> None:
    work = Work(None, None, None)
    await work.run(3600, spread=1.02)
    assert work.pauses == [3672, 3672, 3672]


async def test_after_failures_it_waits_longer_each_time_but_never_longer_than_usual() -> None:
    work = Work(*(Unavailable(code="down") for _ in range(6)), None)
    await work.run(900)
    assert work.pauses == [60, 120, 240, 480, 900, 900, 900]
    assert work.told[0] == ("down", 60)


async def test_a_success_forgets_the_failures() -> None:
    work = Work(Unavailable(), Unavailable(), None, Unavailable())
    await work.run(900)
    assert work.pauses == [60, 120, 900, 60]


async def test_a_failure_nobody_expected_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    work = Work(ValueError("odd"), None)
    with caplog.at_level(logging.ERROR):
        await work.run(900)
    assert work.pauses == [60, 900]
    assert "odd" in caplog.text


@pytest.mark.parametrize(("due", "pause"), [(None, 900), (5000, 900), (90.5, 90.5), (0.1, 10), (-30, 10)])
async def test_a_sale_that_ends_sooner_shortens_the_pause(due: float | None, pause: float) -> None:
    work = Work(None, None)
    work.due = due
    await work.run(900)
    assert work.pauses == [pause, pause]
