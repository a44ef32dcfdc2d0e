"""Samples of suites that attack into conversations: dataset and solver."""

from typing import Any

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser, ModelOutput
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel
from pydantic import Field

from evals.attacks import Aftermath, Attack, Raid
from evals.labels import read


class Left(StoreModel):
    """The aftermath in the sample's store, where scorers and the log find it."""

    aftermath: dict[str, Any] = Field(default_factory=dict)


def aftermath(state: TaskState) -> Aftermath:
    return Aftermath.model_validate(state.store_as(Left).aftermath)


def dataset(suite: str) -> MemoryDataset:
    return MemoryDataset([_sample(attack) for attack in read(suite, Attack)], name=suite)


@solver
def attacked(raid: Raid) -> Solver:
    """Plays a sample and keeps what is left of the shop."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        attack = state.metadata_as(Attack)
        found = await raid(attack)
        state.store_as(Left).aftermath = found.model_dump(mode="json")
        state.messages = _alternate(attack, found)
        state.output = ModelOutput.from_content("tresen", found.replies[-1] if found.replies else "")
        return state

    return solve


def _sample(attack: Attack) -> Sample:
    said: list[ChatMessage] = [ChatMessageUser(content=turn) for turn in attack.turns]
    return Sample(id=attack.id, input=said, metadata=attack.model_dump(mode="json"))


def _alternate(attack: Attack, found: Aftermath) -> list[ChatMessage]:
    messages: list[ChatMessage] = []
    for at, turn in enumerate(attack.turns):
        told = "\n".join(each[at] for each in (found.replies, found.shown) if at < len(each) and each[at])
        messages += [ChatMessageUser(content=turn), ChatMessageAssistant(content=told)]
    return messages
