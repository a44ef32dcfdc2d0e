"""Judged queries: the demo shop's in `suites/retrieval/samples.jsonl`, or a folder of tables for another catalog."""

from pathlib import Path

from pydantic import BaseModel

from evals.labels import read
from tresen.kit.errors import Unprocessable
from tresen.retrieval import judging


class Judged(BaseModel, frozen=True, extra="forbid"):
    """A query and the gain of products by external id: 2 right, 1 partly, 0 wrong; without any, nothing is right.

    `locale` "" means that the language is not told and has to be seen from the query.
    """

    id: str
    locale: str
    query: str
    gains: dict[str, float]
    kind: str = ""

    @property
    def answerable(self) -> bool:
        return max(self.gains.values(), default=0) > 0


def read_samples() -> list[Judged]:
    """The demo's judged queries in the order of the file; pydantic.ValidationError on a bad line."""
    return read("retrieval", Judged)


def read_folder(folder: Path) -> list[Judged]:
    """`judgements.tsv` with `queries.tsv`, and `queries_de.tsv` for the same needs in another language.

    Raises:
        Unprocessable: a table is missing or cannot be read, or no query is judged.
    """
    gains = judging.read_judgements(folder / "judgements.tsv")
    found = [
        Judged(id=f"{key}-{locale}" if locale else key, locale=locale, query=query, gains=gains[key])
        for locale, file in _tables(folder)
        for key, query in judging.read_queries(file).items()
        if key in gains
    ]
    if not found:
        hint = "queries.tsv has query_id and query, judgements.tsv the same ids"
        raise Unprocessable(f"{folder} has no judged query.", hint=hint)
    return found


def _tables(folder: Path) -> list[tuple[str, Path]]:
    more = sorted(folder.glob("queries_??.tsv"))
    return [("", folder / "queries.tsv"), *((file.stem.removeprefix("queries_"), file) for file in more)]
