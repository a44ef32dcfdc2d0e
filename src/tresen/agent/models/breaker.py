"""A circuit breaker per model server and model: who is down is left alone for a while, then tried by one call."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from langchain_core.language_models import BaseChatModel

logger = logging.getLogger(__name__)

FAILURES = 5  # so many within the window open it
WINDOW = 60.0  # seconds
PAUSE = 30.0  # seconds until one call may try again


@dataclass
class Breaker:
    """`closed` lets calls through, `open` none, `half-open` one: it decides how it goes on."""

    name: str
    now: Callable[[], float] = time.monotonic
    failures: deque[float] = field(default_factory=deque)
    opened: float | None = None
    probing: bool = False

    @property
    def state(self) -> str:
        if self.opened is None:
            return "closed"
        return "half-open" if self.now() - self.opened >= PAUSE else "open"

    @contextmanager
    def trying(self) -> Iterator[bool]:
        """Around the attempts of one call: False when none may be made."""
        probe = self.state == "half-open"
        if self.state == "open" or (probe and self.probing):
            yield False
            return
        self.probing = probe
        try:
            yield True
        finally:
            if probe:  # one that was broken off has decided nothing
                self.probing = False

    def succeeded(self) -> None:
        if self.opened is not None:
            logger.warning("model %s answers again", self.name)
        self.opened = None
        self.failures.clear()

    def failed(self, *, for_good: bool = False) -> None:
        """One more failure; `for_good` is one that asking again will not mend (a wrong key, no such model)."""
        now = self.now()
        self.failures.append(now)
        while self.failures[0] < now - WINDOW:
            self.failures.popleft()
        if for_good or self.opened is not None or len(self.failures) >= FAILURES:
            if self.opened is None:
                logger.warning("model %s is left alone for %.0f s at a time", self.name, PAUSE)
            self.opened = now


@dataclass
class Breakers:
    """The breakers of this process, made when first asked for."""

    now: Callable[[], float] = time.monotonic
    _known: dict[tuple[str, str], Breaker] = field(default_factory=dict)

    def of(self, model: BaseChatModel) -> Breaker:
        key = (str(getattr(model, "openai_api_base", None) or ""), name_of(model))
        return self._known.setdefault(key, Breaker(key[1], self.now))

    def state(self, model: BaseChatModel) -> str:
        return self.of(model).state


def name_of(model: BaseChatModel) -> str:
    """The name that the settings know a model by."""
    return str(getattr(model, "model_name", model.get_name()))
