"""BM25 over weighted fields, one index per language; says how well a text matches and how much of it was understood."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import language
from tresen.retrieval.vocabulary import Vocabulary

Floats = NDArray[np.float32]
Rows = NDArray[np.int32]

# It logs every index it builds at its own level, DEBUG.
logging.getLogger("bm25s").setLevel(logging.WARNING)

_HEAD, _MODIFIER = 0.65, 0.35
_SPLIT, _HEAD_ONLY, _ENDING = 0.85, 0.25, 0.75


@dataclass(frozen=True)
class Field:
    """One field of every document, as indexed forms.

    `weight` is what its BM25 score counts; `says` (0..1) how much a word in it tells that the document is about it:
    all in a title, little in a description.
    """

    weight: float
    tokens: Sequence[Sequence[str]]
    says: float = 1.0


class Postings:
    """For each indexed form the documents that have it, with their BM25 scores summed over weighted fields."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._ids: dict[str, int] = {}
        columns = [self._columns(field) for field in fields if any(field.tokens)]
        self._says = np.zeros(0, np.float32)
        if not columns:
            self._starts, self._rows, self._scores = (
                np.zeros(1, np.int64),
                np.zeros(0, np.int32),
                np.zeros(0, np.float32),
            )
            return
        tokens, rows, scores, says = (np.concatenate(column) for column in zip(*columns, strict=True))
        order = np.lexsort((rows, tokens))
        tokens, rows, scores, says = tokens[order], rows[order], scores[order], says[order]
        first = np.flatnonzero(np.r_[True, (np.diff(tokens) != 0) | (np.diff(rows) != 0)])
        self._rows, self._scores = rows[first].astype(np.int32), np.add.reduceat(scores, first).astype(np.float32)
        self._says = np.maximum.reduceat(says, first).astype(np.float32)
        self._starts = np.searchsorted(tokens[first], np.arange(len(self._ids) + 1))

    def _columns(self, field: Field) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats, Floats]:
        engine = bm25s.BM25(k1=0.6, b=0.4)
        engine.index([list(tokens) for tokens in field.tokens], show_progress=False, create_empty_token=False)
        starts, scores = engine.scores["indptr"], engine.scores["data"] * field.weight
        ids = np.zeros(len(starts) - 1, np.int64)
        for token, column in engine.vocab_dict.items():
            ids[column] = self._ids.setdefault(token, len(self._ids))
        says = np.full(len(scores), field.says, np.float32)
        return np.repeat(ids, np.diff(starts)), engine.scores["indices"].astype(np.int64), scores, says

    def __contains__(self, token: str) -> bool:
        return token in self._ids

    def get(self, token: str) -> tuple[Rows, Floats, Floats]:
        """The documents that have a form, their scores, and how much it says about each."""
        at = self._ids.get(token)
        part = slice(0, 0) if at is None else slice(self._starts[at], self._starts[at + 1])
        return self._rows[part], self._scores[part], self._says[part]


@dataclass(frozen=True)
class Reading:
    """One way to read a word of the query: indexed forms that count together, by weight."""

    locale: str
    forms: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Match:
    """How a text matches each document.

    `score` is BM25, `coverage` the share (0..1, rarer words weigh more) of the text's words a document is about,
    `shares` the same word by word, `known` the share that some document is about. `strange`: the text
    has a compound of which the catalog knows one half only; its meaning looks nearer than it is.
    """

    score: Floats
    coverage: Floats
    known: float
    words: tuple[str, ...]
    shares: tuple[Floats, ...]
    strange: bool


class Lexical:
    """The lexical index of `size` documents with text in one or more languages."""

    def __init__(
        self, size: int, fields: Mapping[str, Sequence[Field]], vocabularies: Mapping[str, Vocabulary]
    ) -> None:
        self.size = size
        self.vocabularies = vocabularies
        self._postings = {locale: Postings(columns) for locale, columns in fields.items()}

    def match(self, text: str, locale: str = "") -> Match:
        """Compare a text with every document; words of every indexed language are understood."""
        wanted = self._query_words(text, locale)
        score, covered = np.zeros(self.size, np.float32), np.zeros(self.size, np.float32)
        known = weights = 0.0
        strange = False
        shares = []
        for word, follower in zip(wanted, [*wanted[1:], ""], strict=False):
            readings = self._readings(word, follower)
            gain, share = self._best(readings)
            weight = float(np.log1p(self.size / (0.5 + np.count_nonzero(share))))
            score, covered = score + gain, covered + weight * share
            known, weights = known + weight * float(share.max(initial=0.0)), weights + weight
            shares.append(share)
            strange = strange or self._is_strange(word, readings)
        whole = max(weights, 1e-9)
        return Match(score, covered / whole, known / whole, tuple(wanted), tuple(shares), strange)

    def _is_strange(self, word: str, readings: Sequence[Reading]) -> bool:
        if readings:
            return all(reading.forms[0][1] == _HEAD_ONLY for reading in readings)
        return any(vocabulary.begins_known(word) for vocabulary in self.vocabularies.values())

    def _query_words(self, text: str, locale: str) -> list[str]:
        quiet = frozenset().union(*(language.silent(each) for each in {*self._postings, language.base(locale) or "en"}))
        said = language.words(language.clipped(text))
        return list(dict.fromkeys(word for word in said if word not in quiet))[: language.MOST_WORDS]

    def _readings(self, word: str, follower: str) -> list[Reading]:
        found: list[Reading] = []
        for locale, vocabulary in self.vocabularies.items():
            found += self._as_written(word, follower, locale, vocabulary)
        return found or [
            reading for locale, each in self.vocabularies.items() for reading in _guesses(word, locale, each)
        ]

    def _as_written(self, word: str, follower: str, locale: str, vocabulary: Vocabulary) -> list[Reading]:
        found = []
        form = language.stem(word, locale)
        if form in self._postings[locale]:
            found.append(Reading(locale, ((form, 1.0),)))
        halves = vocabulary.split(word)
        if halves:
            modifier, head = (language.stem(half, locale) for half in halves)
            found.append(Reading(locale, ((head, _HEAD * _SPLIT), (modifier, _MODIFIER * _SPLIT))))
        joined = language.stem(word + follower, locale) if follower and word.isalpha() else ""
        if joined and joined in self._postings[locale]:
            found.append(Reading(locale, ((joined, 0.9),)))
        return found

    def _best(self, readings: Sequence[Reading]) -> tuple[Floats, Floats]:
        gain, share = np.zeros(self.size, np.float32), np.zeros(self.size, np.float32)
        for reading in readings:
            one_gain, one_share = np.zeros_like(gain), np.zeros_like(share)
            for form, weight in reading.forms:
                rows, scores, says = self._postings[reading.locale].get(form)
                one_gain[rows] += weight * scores
                one_share[rows] += weight * says
            np.maximum(gain, one_gain, out=gain)
            np.maximum(share, one_share, out=share)
        return gain, share


def _guesses(word: str, locale: str, vocabulary: Vocabulary) -> list[Reading]:
    endings = [Reading(locale, ((form, _ENDING),)) for form in vocabulary.ending_in(word)]
    typos = [Reading(locale, ((form, likeness),)) for form, likeness in vocabulary.near(word)]
    if endings or typos:
        return endings + typos
    head = vocabulary.head(word) if word.isalpha() else ""
    return [Reading(locale, ((language.stem(head, locale), _HEAD_ONLY),))] if head else []
