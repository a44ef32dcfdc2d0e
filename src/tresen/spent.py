"""What conversations have cost, summed up from their logs."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tresen.conversation.events import ModelReplied, Stored

PLANNER = "planner"
MILLION = 1_000_000


@dataclass
class Spent:
    """Calls of models and their tokens; `cost` in millionths of the currency of `model_prices`.

    `planned` are replies of the planner, which stands in for a model that does not answer.
    """

    calls: int = 0
    planned: int = 0
    input: int = 0
    cached: int = 0
    output: int = 0
    cost: int = 0

    def add(self, stored: Iterable[Stored]) -> None:
        """Count the events of a conversation."""
        for reply in (each.data for each in stored if isinstance(each.data, ModelReplied)):
            if reply.model == PLANNER:
                self.planned += 1
                continue
            self.calls += 1
            self.input += reply.input_tokens
            self.cached += reply.cached_tokens
            self.output += reply.output_tokens
            self.cost += reply.cost

    @property
    def money(self) -> Decimal:
        return Decimal(self.cost) / MILLION

    def told(self) -> str:
        """In a sentence."""
        tokens = f"{self.input:,} tokens read ({self.cached:,} of them cached), {self.output:,} written"
        cost = f"cost {self.money:.2f}" if self.cost else "no price set in TRESEN_MODEL_PRICES"
        stood_in = f"; the planner stood in {self.planned:,} times" if self.planned else ""
        return f"{self.calls:,} calls, {tokens}, {cost}{stood_in}"
