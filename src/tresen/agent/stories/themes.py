"""What a story can be told for: uses and values, with the words that ask for them and that texts speak of them with."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from tresen.agent.planner.spelling import fold, stem, words
from tresen.agent.planner.vocabulary import table


@dataclass(frozen=True)
class Theme:
    """A use or a value a story can be told for; see `planner/vocabulary/stories.toml`."""

    name: str
    kind: str  # use, value
    asks: tuple[str, ...]
    speaks: tuple[str, ...]
    keys: tuple[str, ...]
    against: dict[str, list[str]] = field(hash=False, default_factory=dict)

    def asked_by(self, said: Iterable[str]) -> bool:
        return any(_fits(word, pattern) for word in said for pattern in self.asks)

    def hits(self, text: str) -> int:
        """How many words of a text speak of it."""
        return sum(any(_fits(word, pattern) for pattern in self.speaks) for word in words(text))


@cache
def themes() -> tuple[Theme, ...]:
    return tuple(
        Theme(name, kind, _patterns(row["ask"]), _patterns(row["facts"]), tuple(row["keys"].split()),
              row.get("against", {}))
        for kind, rows in table("stories").items() for name, row in rows.items()
    )  # fmt: skip


def _patterns(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in text.split())


def _fits(word: str, pattern: str) -> bool:
    bare = pattern.strip("*")
    if pattern.startswith("*"):
        return bare in word
    return word.startswith(bare) if pattern.endswith("*") else stem(word) == stem(bare)
