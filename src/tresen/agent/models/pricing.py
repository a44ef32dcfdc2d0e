"""What a model's call took and cost, and the purse that it is paid from."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from langchain_core.messages import AIMessage

from tresen.conversation import spending
from tresen.conversation.spending import Caps, Spent
from tresen.conversation.turn import Turn
from tresen.kit.db import Tx
from tresen.retrieval import tokens

logger = logging.getLogger(__name__)

USUAL_OUTPUT = 600  # tokens that are set aside for an answer not written yet
# A reservation is a write before the model is asked. It is left out while so many calls at once still fit under the
# cap; a conversation has one turn at a time.
AT_ONCE = {"conversation": 1, "shopper": 8, "shop": 64}
NOTHING = Spent()


@dataclass(frozen=True)
class Price:
    """Per million tokens: of the input, of the input that the provider had in its cache, of the output."""

    input: Decimal = Decimal(0)
    cached: Decimal = Decimal(0)
    output: Decimal = Decimal(0)


@dataclass(frozen=True)
class Usage:
    """Tokens of one call; `cached` are a part of `input`. `told`: the provider's own figures, not our count."""

    input: int = 0
    output: int = 0
    cached: int = 0
    told: bool = True


def usage_of(message: AIMessage, prompt: int) -> Usage:
    """What the provider says the call took; when it says nothing, `prompt` and the answer as we count them."""
    said = message.usage_metadata
    if said and said["input_tokens"] + said["output_tokens"] > 0:
        cached = (said.get("input_token_details") or {}).get("cache_read") or 0
        return Usage(said["input_tokens"], said["output_tokens"], min(cached, said["input_tokens"]))
    written = message.text + "".join(f"{call['name']} {call['args']}" for call in message.tool_calls)
    return Usage(prompt, tokens.count(written), told=False)


@dataclass
class Prices:
    """What models cost; one without a price costs nothing, and that is said once."""

    known: Mapping[str, Price] = field(default_factory=dict)
    _missed: set[str] = field(default_factory=set)

    def cost(self, model: str, usage: Usage) -> int:
        """Millionths of the currency: a price per million tokens is a price in millionths per token."""
        price = self.known.get(model)
        if price is None:
            if model not in self._missed:
                logger.warning("the model %s has no price in the settings: its calls are counted as free", model)
                self._missed.add(model)
            return 0
        fresh = usage.input - usage.cached
        total = fresh * price.input + usage.cached * price.cached + usage.output * price.output
        return int(total.to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True)
class Held:
    """What was set aside for one call, and on which day; an empty one reserves nothing."""

    day: str
    reserved: Spent = NOTHING


@dataclass
class Purse:
    """Pays for calls of models and keeps the caps."""

    prices: Prices = field(default_factory=Prices)
    caps: Caps = field(default_factory=Caps)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    async def hold(self, turn: Turn, model: str, prompt: int) -> Held:
        """Look whether a call with so large a prompt may be made, and set it aside when a cap is near.

        Raises:
            CapReached: nothing is left of today.
        """
        names = spending.whom(turn.shopper)
        usage = Usage(prompt, USUAL_OUTPUT)
        wanted = Spent(1, usage.input, usage.output, self.prices.cost(model, usage))
        async with turn.db.read() as tx:
            held = Held(spending.day(tx.now, self.zone))
            spent = await spending.read(tx, held.day, names)
        if not any(self._near(name, spent[name], wanted) for name in names):
            return held
        async with turn.db.write() as tx:
            await spending.reserve(tx, held.day, names, wanted, self.caps)
        return Held(held.day, wanted)

    async def settle(self, tx: Tx, turn: Turn, held: Held, usage: Usage, cost: int) -> None:
        """Pay in the transaction that stores the answer; it gives back what was set aside."""
        taken = Spent(1, usage.input, usage.output, cost)
        await spending.add_all(tx, held.day, spending.whom(turn.shopper), taken - held.reserved)

    async def give_back(self, turn: Turn, held: Held) -> None:
        """The call took nothing."""
        if held.reserved != NOTHING:
            async with turn.db.write() as tx:
                await spending.add_all(tx, held.day, spending.whom(turn.shopper), NOTHING - held.reserved)

    def _near(self, name: str, spent: Spent, wanted: Spent) -> bool:
        return self.caps.of(name).reached(spent + wanted * AT_ONCE[name.partition(":")[0]])
