"""The samples of a suite as they lie in `suites/<name>/samples.jsonl`, read without importing Inspect."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, TypeVar

from pydantic import BaseModel

PURCHASES = ("money", "shop_ops")  # their samples are read by evals.deals
QUESTIONS = ("grounded",)  # by evals.questions
ATTACKS = ("safety",)  # by evals.attacks
STORIES = ("stories",)  # by evals.telling
HANDOVERS = ("handoff",)  # samples ask who answers in the end
Kind = TypeVar("Kind", bound=BaseModel)
Outcome = Literal["category_not_carried", "out_of_reach", "relaxed", "nothing"]


class Expectation(BaseModel, frozen=True, extra="forbid"):
    """What a fair judge accepts after the last turn; products are external ids.

    any_of: every product that is right among the first three cards.
    all_of: products that all have to be among the first three cards.
    none_of: products that break what the shopper said outright, and may not be shown at all.
    outcome: what a search has to report, where an honest no (or almost) is the answer.
    """

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    outcome: Outcome | None = None


class Label(BaseModel, frozen=True, extra="forbid"):
    """One sample: what a shopper writes, turn by turn, and what is expected, with the reason."""

    id: str
    locale: Literal["de", "en"]
    turns: tuple[str, ...]
    expect: Expectation
    why: str


def suites() -> dict[str, Traversable]:
    """The folders of `evals/suites` that hold samples, by name."""
    folders = sorted(files("evals.suites").iterdir(), key=lambda entry: entry.name)
    return {folder.name: folder for folder in folders if folder.joinpath("samples.jsonl").is_file()}


def read(suite: str, kind: type[Kind]) -> list[Kind]:
    """The samples of a suite in the order of the file; pydantic.ValidationError on a bad line."""
    lines = suites()[suite].joinpath("samples.jsonl").read_text(encoding="utf-8").splitlines()
    return [kind.model_validate_json(line) for line in lines]
