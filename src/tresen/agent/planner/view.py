"""What the planner looks at when it decides, and the words it decides in."""

from collections.abc import Generator
from dataclasses import dataclass, field

from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.memory import Memory, Wish
from tresen.agent.planner.transcript import Call, Result, Turn

MOST_ROUNDS = 4  # model calls with tool calls in one turn
SEARCHES = frozenset({"find_products", "search_policies"})  # without tools their arguments may be worded otherwise


@dataclass(frozen=True)
class Said:
    """An answer. `asks` is the wish that the shopper's next words complete, `offer` the one that a yes grants."""

    text: str
    asks: Wish | None = None
    offer: Wish | None = None


Script = Generator[tuple[Call, ...], tuple[Result, ...], Said]
"""A wish being granted: yields calls, receives their results, returns what to say. It is run again from the top
whenever the model is called; results that a turn already holds are sent in at once, so the log is its checkpoint."""


@dataclass(frozen=True)
class View:
    """`locale` is the language to answer in; `memory` holds everything before this turn.

    `departments` are the names of the shop's departments, the first one answers what no other is for.
    """

    turn: Turn = field(default_factory=Turn)
    memory: Memory = field(default_factory=Memory)
    catalog: Catalog = field(default_factory=Catalog)
    tools: frozenset[str] = frozenset()
    locale: str = "en"
    departments: tuple[str, ...] = ()

    def result(self, call: Call) -> Result | None:
        """What this turn already knows of a call; a failed result when the call cannot be made any more."""
        for result in self.turn.results:
            if result.call.key == call.key:
                return result
        if call.name in self.tools and self.turn.rounds < MOST_ROUNDS:
            return None
        alike = [result for result in self.turn.results if result.call.name == call.name and call.name in SEARCHES]
        return alike[-1] if alike else Result(call, {}, ok=False)
