"""What a suite of stories needs: samples, a shop that tells, and the story beside the facts it may be told from."""

from dataclasses import asdict, dataclass, field
from typing import Literal, Protocol

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel
from pydantic import BaseModel, Field

from evals.labels import read


class Truth(BaseModel, frozen=True, extra="forbid"):
    """What a fair judge accepts. Each of `says` is one word, or several of which one will do, parted by `|`."""

    says: tuple[str, ...]
    never: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    most_words: int = 95


class StoryLabel(BaseModel, frozen=True, extra="forbid"):
    """One sample: what a shopper says on the page of a product, by its external id."""

    id: str
    locale: Literal["de", "en"]
    product: str
    said: str
    expect: Truth
    why: str


@dataclass(frozen=True)
class Heard:
    """The story, the external ids of the cards beside it, and all that the shop states of the product."""

    story: str
    shown: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


class Tell(Protocol):
    """Has one story told. It is awaited on Inspect's own event loop, several at a time."""

    async def __call__(self, product: str, said: str, locale: str) -> Heard: ...


class Kept(StoreModel):
    story: str = ""
    shown: list[str] = Field(default_factory=list)
    facts: list[str] = Field(default_factory=list)


def dataset(suite: str) -> MemoryDataset:
    samples = [Sample(id=each.id, input=each.said, metadata=each.model_dump()) for each in read(suite, StoryLabel)]
    return MemoryDataset(samples, name=suite)


@solver
def listen(tell: Tell) -> Solver:
    """Asks for the story of a sample and keeps what was heard."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        label = state.metadata_as(StoryLabel)
        heard = await tell(label.product, label.said, label.locale)
        for name, value in asdict(heard).items():
            setattr(state.store_as(Kept), name, value)
        state.output = ModelOutput.from_content("tresen", heard.story)
        return state

    return solve
