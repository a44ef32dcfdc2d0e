"""Orders what the filters left: words and meaning by weight, a little quality, and a limit below which nothing fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval.lexical import Match

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

# Fitted by eye on the demo shop; "Find the right thing" fits them on judged queries.
LEXICAL_IF_KNOWN = 0.65  # the query's words are the catalog's words
LEXICAL_IF_FOREIGN = 0.35  # they are not: another language, or other words for the same thing
COVERAGE = 0.3  # of the lexical part: all words a little rather than one of them a lot
QUALITY, AVAILABLE = 0.05, 0.05
# Cosine from which meaning alone counts as a match. A query in a language of the catalog should share words with
# what it means, so without any it has to be closer.
NEAR_SAME_LANGUAGE = 0.5
NEAR_OTHER_LANGUAGE = 0.4
NEAR_STRANGE = 0.8
ENOUGH = 0.5  # evidence the best product needs, else "nothing"
TAIL = 0.6  # share of the best that still counts as a match
STRICT_TAIL = 0.8  # the same when the order is not by relevance, where a stray match could come first
SAME_MEANING = 0.9  # share of the best cosine that does so without the words
SOME_WORDS, LIKE_MEANING = 0.35, 0.8  # shares that do so together
_SORTED_WHOLE = 4  # times as many values as are wanted: so few are sorted as they are


@dataclass(frozen=True)
class Signals:
    """What is known about each candidate row: parallel columns."""

    rows: Ids
    lexical: Floats
    coverage: Floats
    likeness: Floats | None
    whole: Floats

    def keep(self, chosen: NDArray[np.bool_] | Ids) -> "Signals":
        likeness = None if self.likeness is None else self.likeness[chosen]
        return Signals(self.rows[chosen], self.lexical[chosen], self.coverage[chosen], likeness, self.whole[chosen])


@dataclass(frozen=True)
class Peak:
    """The best that the whole catalog offers for a text, whatever the conditions leave of it."""

    coverage: float
    likeness: float


NO_PEAK = Peak(0.0, 0.0)


def peak(match: Match, nearest: Floats | None = None) -> Peak:
    """The peak of a text whose cosines with what is nearest to it are known."""
    return Peak(float(match.coverage.max(initial=0.0)), 0.0 if nearest is None else float(nearest.max(initial=0.0)))


def evidence(signals: Signals, match: Match, same_language: bool) -> Floats:
    """0..1 for each candidate: how sure we are that it is meant. Words and meaning add up like independent hints."""
    if signals.likeness is None:
        return signals.coverage
    near = NEAR_STRANGE if match.strange else NEAR_SAME_LANGUAGE if same_language else NEAR_OTHER_LANGUAGE
    meaning = np.clip(signals.likeness / near * ENOUGH, 0.0, 1.0)
    return np.asarray(1 - (1 - np.clip(signals.coverage, 0.0, 1.0)) * (1 - meaning), np.float32)


def fitting(signals: Signals, sure: Floats, peak: Peak, strict: bool) -> NDArray[np.bool_]:
    """Which candidates are matches: about as good in words, or nearly as good in meaning, as the best of the catalog.

    Without the comparison a shirt would do for socks as soon as a filter leaves no sock.
    """
    if float(sure.max(initial=0.0)) < ENOUGH:
        return np.zeros(len(sure), np.bool_)
    share = STRICT_TAIL if strict else TAIL
    if peak.coverage < ENOUGH:
        return np.asarray(sure >= STRICT_TAIL * sure.max(), np.bool_)
    fits = signals.coverage >= share * peak.coverage
    if signals.likeness is not None and not strict:
        fits |= signals.likeness >= max(SAME_MEANING * peak.likeness, NEAR_SAME_LANGUAGE)
        alike = signals.likeness >= LIKE_MEANING * peak.likeness
        fits |= alike & (signals.coverage >= SOME_WORDS * peak.coverage)
    return np.asarray(fits, np.bool_)


def relevance(signals: Signals, match: Match, quality: Floats, available: NDArray[np.bool_]) -> Floats:
    """The score by which candidates are ordered."""
    share = LEXICAL_IF_KNOWN if match.known >= 0.5 else LEXICAL_IF_FOREIGN
    words = (1 - COVERAGE) * matched(signals.lexical, signals.whole) + COVERAGE * signals.coverage
    extra = prior(quality, available)
    if signals.likeness is None or not len(signals.likeness):
        return np.asarray(words + extra, np.float32)
    meaning = spread(signals.likeness)
    return np.asarray(share * words + (1 - share) * meaning + extra, np.float32)


def prior(quality: Floats, available: NDArray[np.bool_]) -> Floats:
    """What speaks for a product whatever the query."""
    return np.asarray(QUALITY * quality + AVAILABLE * available, np.float32)


def matched(lexical: Floats, whole: Floats) -> Floats:
    """0..1: BM25 over fields and of the whole text, half each; one of them alone when the other is nowhere."""
    parts = [share_of_best(each) for each in (lexical, whole) if each.any()]
    return np.asarray(sum(parts) / max(len(parts), 1) if parts else np.zeros_like(lexical), np.float32)


def best(values: Floats, count: int) -> Ids:
    """Where the `count` largest values are, the largest first, equal ones as they come; quicker than sorting all."""
    if len(values) <= _SORTED_WHOLE * count:
        return np.argsort(-values, kind="stable")[:count]
    least = np.partition(values, len(values) - count)[len(values) - count]
    above = np.flatnonzero(values > least)
    chosen = np.concatenate([above, np.flatnonzero(values == least)[: count - len(above)]])
    return chosen[np.argsort(-values[chosen], kind="stable")]


def in_order(keys: Sequence[NDArray[Any]], count: int) -> Ids:
    """Places by several keys as `np.lexsort` has them, of which the last counts most; behind `count` in any order."""
    first = keys[-1]
    if len(first) <= _SORTED_WHOLE * count:
        return np.lexsort(keys)
    least = np.partition(first, count - 1)[count - 1]
    chosen = np.flatnonzero(first <= least)
    return np.concatenate([chosen[np.lexsort([key[chosen] for key in keys])], np.flatnonzero(first > least)])


def share_of_best(values: Floats) -> Floats:
    return np.asarray(values / max(float(values.max(initial=0.0)), 1e-9), np.float32)


def spread(values: Floats) -> Floats:
    if not len(values):
        return values
    low, high = float(values.min()), float(values.max())
    return np.asarray((values - low) / (high - low) if high > low else np.ones_like(values), np.float32)
