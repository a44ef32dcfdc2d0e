"""Time as a dependency, so that tests own it."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)
