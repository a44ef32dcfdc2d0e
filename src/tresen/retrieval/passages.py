"""Finds the passages of the shop's documents that answer a question, and says how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tresen.retrieval import language
from tresen.retrieval.finder import Encode, Floats
from tresen.retrieval.lexical import Lexical
from tresen.retrieval.query import PassageHit
from tresen.retrieval.vectors import Vectors
from tresen.shop.catalog import Passage

# Below this a passage does not answer the question. Of forty other questions to the demo shop's documents, 17 of 20
# about the shop's terms reach it and 1 of 20 about anything else.
PASSAGE_ENOUGH = 0.31

_WORDS = 0.55


@dataclass(frozen=True)
class Library:
    """The live policy passages, ready to be searched."""

    passages: Sequence[Passage]
    lexical: Lexical
    vectors: Vectors | None


def search(library: Library, text: str, locale: str, limit: int, encode: Encode) -> list[PassageHit]:
    """The best passages in the shopper's language, else in another one; none when the documents do not say."""
    asked = language.clipped(text)
    if not library.passages or limit <= 0 or not language.words(asked):
        return []
    scores = _scores(library, asked, locale, encode)
    own = np.array([language.base(item.locale) == language.base(locale) for item in library.passages])
    order = [int(row) for row in np.argsort(-scores, kind="stable") if scores[row] >= PASSAGE_ENOUGH]
    ranked = [row for row in order if own[row]] or order
    return [PassageHit(library.passages[row], round(float(scores[row]), 4)) for row in ranked[:limit]]


def _scores(library: Library, text: str, locale: str, encode: Encode) -> Floats:
    match = library.lexical.match(text, locale)
    coverage = np.clip(match.coverage, 0.0, 1.0)
    best = float(match.score.max(initial=0.0))
    words = coverage * (0.6 + 0.4 * match.score / max(best, 1e-9))
    vector = encode(text, library.vectors.language) if library.vectors is not None else None
    if library.vectors is None or vector is None:
        return np.asarray(words, np.float32)
    meaning = np.clip(library.vectors.likeness(vector), 0.0, 1.0)
    return np.asarray(_WORDS * words + (1 - _WORDS) * meaning, np.float32)
