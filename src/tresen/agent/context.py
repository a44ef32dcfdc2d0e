"""What a run of the agent carries along: who is served, the turn, and what came of it so far."""

from dataclasses import dataclass, field

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from tresen.agent.grounding.facts import Sheet
from tresen.agent.models.budget import Budget
from tresen.agent.stories import Stories
from tresen.conversation.events import ModelReplied
from tresen.conversation.parts import Part
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turn import Turn
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.retrieval.search import Retrieval
from tresen.shop.house import House


@dataclass
class Run:
    """One answering of one turn. `replays` are the model messages that a dead worker had already stored."""

    turn: Turn
    replays: list[ModelReplied]
    budget: Budget = field(default_factory=Budget)
    sheet: Sheet = field(default_factory=Sheet)
    parts: list[Part] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    ended: bool = False


@dataclass(frozen=True)
class ShopperContext:
    """The runtime context of LangChain's tools; `tx` is open only while a tool runs, `channel` is the shopper's."""

    shopper: Shopper
    till: Till
    retrieval: Retrieval
    run: Run
    stories: Stories
    channel: str
    tx: Tx | None = None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Taken as it is: else every tool would have a schema of the whole shop made, for seconds at each start."""
        return core_schema.is_instance_schema(cls)

    @property
    def house(self) -> House:
        return self.till.house

    @property
    def open_tx(self) -> Tx:
        if self.tx is None:
            raise RuntimeError("a tool was called outside of its transaction")
        return self.tx
