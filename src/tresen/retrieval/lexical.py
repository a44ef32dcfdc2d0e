"""BM25 over weighted fields, one index per language; says how well a text matches and how much of it was understood."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import glossary, language
from tresen.retrieval import readings as readings_of
from tresen.retrieval.readings import Reading
from tresen.retrieval.vocabulary import Vocabulary

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Rows = NDArray[np.int32]

# It logs every index it builds at its own level, DEBUG.
logging.getLogger("bm25s").setLevel(logging.WARNING)

_REMEMBERED = 20_000
_KNOWN = 0.4  # share of a text's words that the catalog has to know for them to be taken as its language


@dataclass(frozen=True)
class Field:
    """One field of every document, as indexed forms.

    `weight` is what its BM25 score counts; `says` (0..1) how much a word in it tells that the document is about it:
    all in a title, little in a description.
    """

    weight: float
    tokens: Sequence[Sequence[str]]
    says: float = 1.0


@dataclass(frozen=True)
class Posted:
    """The documents that have a form: their rows, BM25 by fields and of the whole, and how much the form says there."""

    rows: Rows
    scores: Floats
    whole: Floats
    says: Floats


class Postings:
    """For each indexed form the documents that have it, with their BM25 scores summed over weighted fields.

    `whole` is the text of each document as one field: long texts that speak of the thing throughout stand out in it.
    """

    def __init__(self, fields: Sequence[Field], whole: Sequence[Sequence[str]] = ()) -> None:
        self._ids: dict[str, int] = {}
        said = [field for field in (*fields, Field(1.0, whole, 0.0)) if any(field.tokens)]
        parts = [self._columns(field) for field in said]
        own = [np.full(len(part[0]), field.tokens is whole) for field, part in zip(said, parts, strict=True)]
        nothing = np.zeros(0, np.float32)
        self._all = Posted(np.zeros(0, np.int32), nothing, nothing, nothing)
        self._starts = np.zeros(1, np.int64)
        if parts:
            tokens, rows, scores, says = (np.concatenate(column) for column in zip(*parts, strict=True))
            self._merge(tokens, rows, scores, says, np.concatenate(own))

    def _merge(self, tokens: Ids, rows: Ids, scores: Floats, says: Floats, whole: NDArray[np.bool_]) -> None:
        order = np.lexsort((rows, tokens))
        tokens, rows, scores, says, whole = tokens[order], rows[order], scores[order], says[order], whole[order]
        first = np.flatnonzero(np.r_[True, (np.diff(tokens) != 0) | (np.diff(rows) != 0)])
        self._all = Posted(
            rows[first].astype(np.int32),
            np.add.reduceat(scores * ~whole, first).astype(np.float32),
            np.add.reduceat(scores * whole, first).astype(np.float32),
            np.maximum.reduceat(says, first).astype(np.float32),
        )
        self._starts = np.searchsorted(tokens[first], np.arange(len(self._ids) + 1))

    def _columns(self, field: Field) -> tuple[Ids, Ids, Floats, Floats]:
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

    def get(self, token: str) -> Posted:
        at, known = self._ids.get(token), self._all
        part = slice(0, 0) if at is None else slice(self._starts[at], self._starts[at + 1])
        return Posted(known.rows[part], known.scores[part], known.whole[part], known.says[part])


@dataclass(frozen=True)
class Share:
    """How much documents are about a word, 0..1: `values` at `rows` (ascending), nothing anywhere else."""

    rows: Ids
    values: Floats

    def of(self, rows: Ids) -> Floats:
        if not len(self.rows):
            return np.zeros(len(rows), np.float32)
        at = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        return np.where(self.rows[at] == rows, self.values[at], np.float32(0))


@dataclass(frozen=True)
class Match:
    """How a text matches each document; `rows` are those with any of its words.

    `score` is BM25 over fields, `whole` over all text as one, `coverage` the share (0..1, rarer words weigh more) of
    the text's words a document is about, `shares` the same word by word, `known` the share that some document is about.
    `strange`: the text has a compound of which the catalog knows one half only; its meaning looks nearer than it is.
    """

    rows: Ids
    score: Floats
    whole: Floats
    coverage: Floats
    known: float
    words: tuple[str, ...]
    shares: tuple[Share, ...]
    strange: bool
    read: tuple["Word", ...] = ()
    spoken: str = ""

    def is_english(self, text: str) -> bool:
        """Whether a text can be left to an encoder that knows English only."""
        return self.spoken == "en" and self.known >= _KNOWN and not language.looks_german(text)


@dataclass(frozen=True)
class Word:
    """A word of a query, how rare it is, and how it was read."""

    said: str
    weight: float
    readings: tuple[Reading, ...]


class Lexical:
    """The lexical index of `size` documents with text in one or more languages; `bare`: of hardly more than names."""

    def __init__(
        self,
        size: int,
        fields: Mapping[str, Sequence[Field]],
        vocabularies: Mapping[str, Vocabulary],
        wholes: Mapping[str, Sequence[Sequence[str]]] | None = None,
        bare: bool = False,
    ) -> None:
        self.size = size
        self.bare = bare
        self.vocabularies = vocabularies
        self._read: dict[tuple[str, str, str, bool], list[Reading]] = {}
        self._postings = {locale: Postings(each, (wholes or {}).get(locale, ())) for locale, each in fields.items()}

    def match(self, text: str, locale: str = "", purposes: Collection[str] = ()) -> Match:
        """Compare a text with every document; words of every indexed language are understood.

        Words in `purposes` say what something is for and also mean what helps with it.
        """
        said = self._query_words(text, locale)
        spoken = self.spoken(said, locale)
        score, whole, covered = (np.zeros(self.size, np.float32) for _ in range(3))
        touched = np.zeros(self.size, np.bool_)
        known = weights = 0.0
        strange = False
        wanted, shares, read = [], [], []
        for word, follower in zip(said, [*said, ""][1:], strict=True):
            readings = self._readings(word, follower, spoken, word in purposes)
            if not readings and _is_joined(word, said):
                continue
            rows, (gain, more, share) = self._best(readings)
            weight = float(np.log1p(self.size / (0.5 + np.count_nonzero(share))))
            touched[rows] = True
            for total, added in ((score, gain), (whole, more), (covered, weight * share)):
                total[rows] += added
            known, weights = known + weight * float(share.max(initial=0.0)), weights + weight
            wanted.append(word)
            shares.append(Share(rows, share))
            read.append(Word(word, weight, tuple(readings)))
            strange = strange or self._is_strange(word, readings)
        covered /= np.float32(max(weights, 1e-9))
        told = tuple(wanted), tuple(shares), strange, tuple(read), spoken
        return Match(np.flatnonzero(touched), score, whole, covered, known / max(weights, 1e-9), *told)

    def named(self, form: str, locale: str) -> Rows:
        """The documents that have a form where it says what they are: in a title, a category, a brand."""
        posted = self._postings[locale].get(form)
        return posted.rows[posted.says >= 1.0]

    def plain(self, text: str) -> Floats:
        """Scores of the words as written and nothing else; what BM25 alone would say."""
        score = np.zeros(self.size, np.float32)
        for locale, postings in self._postings.items():
            for form in language.stems(language.clipped(text), locale):
                posted = postings.get(form)
                score[posted.rows] += np.where(posted.whole > 0, posted.whole, posted.scores)
        return score

    def spoken(self, said: Sequence[str], locale: str) -> str:
        """The language of a query: the one it is told to be, unless its words are of one that the catalog lacks."""
        told = language.base(locale)
        foreign = {each: self._foreign(said, each, told) for each in ("de", "en") if each not in self._postings}
        best = max(foreign, key=lambda each: foreign[each], default="")
        if best and foreign[best]:
            return best
        return told if told in self._postings or not self._postings else next(iter(self._postings))

    def _foreign(self, said: Sequence[str], spoken: str, told: str) -> int:
        """How many words of a query are words of `spoken` only; with `told` the same, of the catalog's language too."""
        known = [word for word in said if glossary.translations(word, spoken)]
        if spoken == told:
            return len(known)
        return sum(not any(each.knows(word) for each in self.vocabularies.values()) for word in known)

    def _is_strange(self, word: str, readings: list[Reading]) -> bool:
        if readings:
            return readings_of.is_strange(readings)
        return any(vocabulary.begins_known(word) for vocabulary in self.vocabularies.values())

    def _query_words(self, text: str, locale: str) -> list[str]:
        said = language.words(language.clipped(text))
        tongues = {*self._postings, language.base(locale) or "en"}
        tongues |= {"de"} if language.looks_german(text) else set()
        quiet = frozenset().union(*(language.silent(each) for each in tongues))
        return list(dict.fromkeys(word for word in said if word not in quiet))[: language.MOST_WORDS]

    def _readings(self, word: str, follower: str, spoken: str, purpose: bool) -> list[Reading]:
        key = (word, follower, spoken, purpose)
        if key not in self._read:
            if len(self._read) > _REMEMBERED:
                self._read.clear()
            self._read[key] = self._read_anew(word, follower, spoken, purpose)
        return self._read[key]

    def _read_anew(self, word: str, follower: str, spoken: str, purpose: bool) -> list[Reading]:
        sure: list[Reading] = []
        for locale, vocabulary in self.vocabularies.items():
            has = self._postings[locale].__contains__
            sure += readings_of.as_written(word, follower, vocabulary, has)
            if spoken and spoken not in self._postings:
                sure += readings_of.translated(word, spoken, locale, has)
            elif len(self._postings) == 1:
                sure += readings_of.synonyms(word, locale, has)
            if purpose:
                sure += readings_of.helpful(word, locale, has)
        real = glossary.knows(word)
        return sure or [
            found for each in self.vocabularies.values() for found in readings_of.guesses(word, each, not real)
        ]

    def _best(self, readings: Sequence[Reading]) -> tuple[Ids, Floats]:
        """(rows, (3, rows)): the most that any reading gives each in BM25 by fields, of the whole, and in share."""
        found = [[(weight, self._postings[each.locale].get(form)) for form, weight in each.forms] for each in readings]
        if len(found) == 1 and len(found[0]) == 1:
            weight, posted = found[0][0]
            best = np.stack([posted.scores, posted.whole, posted.says])
            return posted.rows.astype(np.int64), np.multiply(best, weight, dtype=np.float32)
        there = np.zeros(self.size, np.bool_)
        for _, posted in (pair for each in found for pair in each):
            there[posted.rows] = True
        rows = np.flatnonzero(there)
        best = np.zeros((3, len(rows)), np.float32)
        for each in found:
            one = np.zeros_like(best)
            for weight, posted in each:
                at = np.searchsorted(rows, posted.rows)
                for column, values in zip(one, (posted.scores, posted.whole, posted.says), strict=True):
                    column[at] += weight * values
            np.maximum(best, one, out=best)
        return rows, best


def _is_joined(word: str, said: Sequence[str]) -> bool:
    """Whether a word was put together of others beside it, like `4in` of `4`."""
    return any(other != word and word.startswith(other) for other in said) and any(map(str.isdigit, word))
