"""Samples into conversations: what every suite gives to Inspect as dataset and solver."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser, ModelOutput
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel
from pydantic import Field

from evals.labels import Label, read
from evals.talk import Talk, Transcript


class Labelled(Protocol):
    """A sample of any suite that holds conversations."""

    @property
    def id(self) -> str: ...

    @property
    def turns(self) -> tuple[str, ...]: ...

    def model_dump(self) -> dict[str, Any]: ...


class Held(StoreModel):
    """The transcript in the sample's store, where scorers and the log find it."""

    replies: list[str] = Field(default_factory=list)
    shown: list[list[str]] = Field(default_factory=list)
    cited: list[list[str]] = Field(default_factory=list)
    outcomes: list[list[str]] = Field(default_factory=list)
    cart: dict[str, int] = Field(default_factory=dict)
    owner: str = "agent"


def dataset(suite: str) -> MemoryDataset:
    return samples(suite, read(suite, Label))


def samples(suite: str, labels: Sequence[Labelled]) -> MemoryDataset:
    return MemoryDataset([_sample(label) for label in labels], name=suite)


def _sample(label: Labelled) -> Sample:
    said: list[ChatMessage] = [ChatMessageUser(content=turn) for turn in label.turns]
    return Sample(id=label.id, input=said, metadata=label.model_dump())


@solver
def converse(talk: Talk) -> Solver:
    """Says the turns of a sample to the agent and keeps what came back."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        turns, locale = list(state.metadata["turns"]), str(state.metadata["locale"])
        transcript = await talk(turns, locale)
        for name, value in asdict(transcript).items():
            setattr(state.store_as(Held), name, value)
        state.messages = _alternate(turns, transcript)
        state.output = ModelOutput.from_content("tresen", transcript.replies[-1] if transcript.replies else "")
        return state

    return solve


def _alternate(turns: list[str], transcript: Transcript) -> list[ChatMessage]:
    """The conversation as Inspect's viewer shows it; a turn without a reply gets an empty one."""
    replies = [*transcript.replies, *[""] * len(turns)]
    messages: list[ChatMessage] = []
    for turn, reply in zip(turns, replies, strict=False):
        messages += [ChatMessageUser(content=turn), ChatMessageAssistant(content=reply)]
    return messages
