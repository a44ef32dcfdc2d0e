"""What a search works with: a state of the catalog, a query as understood, and what matched."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import weights
from tresen.retrieval.categories import Categories
from tresen.retrieval.columns import Columns, Mask
from tresen.retrieval.filters import Conditions
from tresen.retrieval.lexical import Lexical, Match
from tresen.retrieval.query import Query
from tresen.retrieval.ranking import NO_PEAK, Peak
from tresen.retrieval.titles import Titles
from tresen.retrieval.vectors import Vectors
from tresen.retrieval.weights import Weights
from tresen.retrieval.wishes import Wishes

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
NOWHERE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Catalog:
    """One state of the live catalog, ready to be searched."""

    columns: Columns
    categories: Categories
    lexical: Lexical
    vectors: Vectors | None
    titles: Mapping[str, Titles] = field(default_factory=dict)
    weights: Weights = field(default_factory=weights.default)
    english: Vectors | None = None

    def spaces(self, text: str, match: Match) -> list[Vectors]:
        """The vectors a text can be compared with, the best first."""
        fitting = (self.english if match.is_english(text) else None, self.vectors)
        return [vectors for vectors in fitting if vectors is not None]


@dataclass(frozen=True)
class Ranked:
    """Products that match, best first, with the variants (V) that met the conditions."""

    rows: Ids
    scores: Floats
    variants: Mask


@dataclass(frozen=True)
class Wish:
    """A query as understood: its conditions, its words, its vector, and what its text says beside."""

    query: Query
    conditions: Conditions
    text: str
    match: Match | None
    vector: Floats | None
    peak: Peak = NO_PEAK
    said: Wishes | None = None
    vectors: Vectors | None = None  # what the vector is compared with
    near: Ids = field(default_factory=lambda: NOWHERE)  # to the vector, if asked for
    alike: Floats | None = None  # the cosine of every product, if all were compared

    @property
    def narrow(self) -> bool:
        """Whether the text surely names a kind of goods."""
        return self.said is not None and self.said.narrow

    @property
    def purposes(self) -> frozenset[str]:
        """The words of the text that say what for."""
        return self.said.purposes if self.said is not None else frozenset()

    @property
    def is_purpose(self) -> bool:
        """Whether the text says what for, and not surely what."""
        return self.said is not None and not self.narrow and bool(self.said.purposes) and self.understood

    @property
    def understood(self) -> bool:
        """Whether the catalog knows at least half of the words, by how rare they are."""
        read = self.match.read if self.match is not None else ()
        return sum(word.weight for word in read if word.readings) >= 0.5 * sum(word.weight for word in read) > 0
