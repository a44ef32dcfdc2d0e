"""Samples of suites that buy into conversations: dataset and solver."""

from typing import Any

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser, ModelOutput
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel
from pydantic import Field

from evals.deals import DealLabel, Step
from evals.labels import read
from evals.ledger import Deal, Ledger


class Kept(StoreModel):
    """The ledger in the sample's store, where scorers and the log find it."""

    ledger: dict[str, Any] = Field(default_factory=dict)


def kept(state: TaskState) -> Ledger:
    return Ledger.model_validate(state.store_as(Kept).ledger)


def dataset(suite: str) -> MemoryDataset:
    return MemoryDataset([_sample(label) for label in read(suite, DealLabel)], name=suite)


def said(turn: str | Step) -> str:
    """A turn as Inspect's viewer shows it."""
    if isinstance(turn, str):
        return turn
    name, value = next((name, value) for name, value in turn.model_dump().items() if value)
    return f"[{name}: {value}]"


@solver
def deal(talk: Deal) -> Solver:
    """Does the turns of a sample with the shop and keeps the ledger."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        label = state.metadata_as(DealLabel)
        found = await talk(label.turns, label.locale, label.given)
        state.store_as(Kept).ledger = found.model_dump(mode="json")
        state.messages = _alternate(label, found)
        state.output = ModelOutput.from_content("tresen", found.replies[-1] if found.replies else "")
        return state

    return solve


def _sample(label: DealLabel) -> Sample:
    messages: list[ChatMessage] = [ChatMessageUser(content=said(turn)) for turn in label.turns]
    return Sample(id=label.id, input=messages, metadata=label.model_dump(mode="json"))


def _alternate(label: DealLabel, found: Ledger) -> list[ChatMessage]:
    messages: list[ChatMessage] = []
    for at, turn in enumerate(label.turns):
        told = "\n".join(each[at] for each in (found.replies, found.shown) if at < len(each) and each[at])
        messages += [ChatMessageUser(content=said(turn)), ChatMessageAssistant(content=told)]
    return messages
