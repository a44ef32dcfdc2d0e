"""Judged queries into searches: dataset and solver of the retrieval suite."""

from collections.abc import Sequence
from dataclasses import asdict

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel
from pydantic import Field

from evals.judged import Judged
from evals.seek import Seek


class Seen(StoreModel):
    """What a search brought, in the sample's store, where the scorer and the report find it."""

    ranked: list[str] = Field(default_factory=list)
    shown: int = 0
    seconds: float = 0.0


def dataset(judged: Sequence[Judged]) -> MemoryDataset:
    samples = [Sample(id=each.id, input=each.query, metadata=each.model_dump()) for each in judged]
    return MemoryDataset(samples, name="retrieval")


@solver
def look(seek: Seek) -> Solver:
    """Searches for the sample's query and keeps what came back."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        judged = state.metadata_as(Judged)
        sight = await seek(judged.query, judged.locale)
        for name, value in asdict(sight).items():
            setattr(state.store_as(Seen), name, value)
        state.output = ModelOutput.from_content("tresen", " ".join(sight.ranked[:10]))
        return state

    return solve
