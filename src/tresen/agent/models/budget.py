"""What one turn may take: calls of the model, calls of tools, and time; and when a model is going round in circles."""

import time
from dataclasses import dataclass, field

CYCLE = 2  # calls that alternate: A, B, A, B


@dataclass(frozen=True)
class Limits:
    """Of one turn. Past them, the model is asked once for its last words, or the planner answers."""

    model_calls: int = 6
    tool_calls: int = 12
    equal_calls: int = 2
    seconds: float = 60.0


@dataclass
class Budget:
    """What a turn has taken so far. `started` is a moment of the monotonic clock."""

    started: float = field(default_factory=time.monotonic)
    model_calls: int = 0
    calls: list[str] = field(default_factory=list)
    circling: bool = False
    planned: bool = False  # no model of a provider is asked any more
    capped: str = ""  # the day for which nothing more may be spent

    def left(self, limits: Limits) -> float:
        """Seconds."""
        return limits.seconds - (time.monotonic() - self.started)

    def may_run(self, call: str, limits: Limits) -> bool:
        """Whether a tool's call still runs; `call` is its name and arguments. Each one asked about counts."""
        self.calls.append(call)
        again = self.calls.count(call) > limits.equal_calls
        self.circling = self.circling or again or self._alternates()
        return not again and len(self.calls) <= limits.tool_calls

    def used_up(self, limits: Limits) -> bool:
        """Whether the model has to answer now, without tools."""
        return self.circling or self.model_calls > limits.model_calls or len(self.calls) >= limits.tool_calls

    def hand_to_planner(self) -> None:
        """No model of a provider has answered; the planner, which does not circle, has a budget of its own."""
        self.planned, self.circling, self.model_calls, self.calls = True, False, 1, []

    def _alternates(self) -> bool:
        last, before = self.calls[-CYCLE:], self.calls[-2 * CYCLE : -CYCLE]
        return len(before) == CYCLE and last == before and len(set(last)) > 1
