"""Does a piece of work again and again: one at a time, never exactly on the hour, and patient after a failure."""

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable

from tresen.kit.errors import TresenError, Unprocessable

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SHORTEST = 10.0  # seconds
_LONGEST = 31 * 86_400.0
_FIRST_RETRY = 60.0
_log = logging.getLogger(__name__)


def seconds_of(told: str) -> float:
    """`6h` -> 21600.

    Raises:
        Unprocessable: no time, or one too short or too long to make sense.
    """
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*([smhd])", told.strip().lower())
    seconds = float(match[1]) * _UNITS[match[2]] if match else 0
    if not _SHORTEST <= seconds <= _LONGEST:
        hint = "write 30m, 6h or 1d; at least 10s, at most 31d"
        raise Unprocessable(f"{told[:20]!r} is no time between two ingests.", code="bad_interval", hint=hint)
    return seconds


async def repeat(
    work: Callable[[], Awaitable[float | None]],
    seconds: float,
    failed: Callable[[TresenError, float], None],
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    spread: Callable[[float, float], float] = random.uniform,
) -> None:
    """Work, then wait so long, for ever. After failures it tries sooner, each time waiting twice as long.

    `work` returns in how many seconds it wants to be called at the latest, because a sale begins or ends then.
    `failed` is told the error and the seconds until the next try.
    """
    failures = 0
    while True:
        pause = seconds * spread(0.95, 1.05)
        try:
            due = await work()
            pause = pause if due is None else min(pause, max(due, _SHORTEST))
            failures = 0
        except Exception as error:  # noqa: BLE001 - it has to go on tomorrow, whatever is wrong today
            failures += 1
            pause = min(seconds, _FIRST_RETRY * 2 ** min(failures - 1, 20)) * spread(0.8, 1.2)
            if isinstance(error, TresenError):
                failed(error, pause)
            else:
                _log.exception("the ingest failed; next try in %.0f s", pause)
        await sleep(pause)
