"""What the reranker looks at: one row of numbers per candidate, all between about 0 and 1."""

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval.lexical import Match, Word
from tresen.retrieval.ranking import Signals, share_of_best
from tresen.retrieval.titles import Titles, spelt

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

NAMES = (
    "lexical", "lexical_rank", "coverage", "all_words", "likeness", "likeness_spread", "likeness_rank", "company",
    "title_coverage", "title_share", "title_all", "in_order", "adjacent", "nearby", "head", "head_named", "head_last",
    "starts_with", "numbers", "company_words", "spelling", "brevity", "elsewhere", "lexical_and_likeness",
    "whole", "whole_rank",
)  # fmt: skip
_NEAR = 3  # words apart
_COMPANY = 10  # the best so far, whose mean meaning the others are compared with


def features(
    signals: Signals, first: Floats, match: Match, titles: Titles | None, vectors: Floats | None, text: str
) -> Floats:
    """(candidates, features). `first` is the score that chose the candidates, `vectors` (candidates, dim) theirs."""
    rows, lexical, coverage, likeness = signals.rows, signals.lexical, signals.coverage, signals.likeness
    count = len(rows)
    meaning = np.zeros(count, np.float32) if likeness is None else likeness
    best = max(float(lexical.max(initial=0.0)), 1e-9)
    spread = meaning - meaning.min(initial=1.0)
    spread = spread / max(float(spread.max(initial=0.0)), 1e-9)
    company = _company(rows, first, vectors)
    words = _in_titles(rows, match, titles, count, first)
    spelling = _spelling(rows, titles, text)
    columns = [
        lexical / best, _by_rank(lexical), coverage, coverage > 0.99, meaning, spread,
        _by_rank(meaning) if likeness is not None else meaning, company, *words[:-1], spelling, words[-1],
        np.clip(coverage - words[0], 0, 1), lexical / best * spread,
        share_of_best(signals.whole), _by_rank(signals.whole),
    ]  # fmt: skip
    return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)


def _spelling(rows: Ids, titles: Titles | None, text: str) -> Floats:
    """The share of the query's trigrams that a title has, rare ones count more: what is left of a misspelt word."""
    if titles is None:
        return np.zeros(len(rows), np.float32)
    wanted = np.flatnonzero(np.unpackbits(spelt(text)))
    shared = np.unpackbits(titles.spelling[rows], axis=1)[:, wanted] @ titles.rarity[wanted]
    return np.asarray(shared / max(float(titles.rarity[wanted].sum()), 1e-9), np.float32)


def _by_rank(values: Floats) -> Floats:
    order = np.argsort(-values, kind="stable")
    ranks = np.empty(len(values), np.float32)
    ranks[order] = np.arange(len(values))
    return np.asarray(1 / (1 + ranks / 5), np.float32)


def _company(rows: Ids, first: Floats, vectors: Floats | None) -> Floats:
    if vectors is None or not len(rows):
        return np.zeros(len(rows), np.float32)
    best = np.argsort(-first, kind="stable")[:_COMPANY]
    middle = vectors[best].mean(axis=0)
    return np.asarray(vectors @ (middle / max(float(np.linalg.norm(middle)), 1e-9)), np.float32)


def _in_titles(rows: Ids, match: Match, titles: Titles | None, count: int, first: Floats) -> list[Floats]:
    """title_coverage ... numbers, and brevity at the end."""
    nothing = np.zeros(count, np.float32)
    if titles is None or not match.read or not count:
        return [nothing] * 13
    weights = _weights(match.read, titles)
    words, owner, place = titles.of(rows)
    hits = weights[:, words] if len(words) else np.zeros((len(match.read), 0), np.float32)
    best = np.zeros((len(match.read), count), np.float32)
    where = np.full((len(match.read), count), 10_000, np.int64)
    for number, hit in enumerate(hits):
        found = np.flatnonzero(hit)
        np.maximum.at(best[number], owner[found], hit[found])
        np.minimum.at(where[number], owner[found], place[found])
    lengths = np.maximum(np.bincount(owner, minlength=count), 1)
    touched = np.bincount(owner, (hits > 0).any(axis=0), minlength=count) / lengths
    rarity = np.array([word.weight for word in match.read], np.float32)
    covered = (rarity @ best) / max(float(rarity.sum()), 1e-9)
    return [
        covered, touched, (best > 0.3).all(axis=0), *_order(where, rarity),
        *_head(best, where, titles.named[rows], hits, owner),
        best[0] * (where[0] < 2), _numbers(match.read, best), _shared_words(words, owner, first), 1 / (1 + lengths / 8),
    ]  # fmt: skip


def _shared_words(words: NDArray[np.int32], owner: Ids, first: Floats) -> Floats:
    """How many of a title's words the best so far have too: the bag among twenty laptops stands out."""
    leaders = np.zeros(len(first), np.bool_)
    leaders[np.argsort(-first, kind="stable")[:_COMPANY]] = True
    _, same = np.unique(words, return_inverse=True)
    often = np.bincount(same, leaders[owner]) / max(int(leaders.sum()), 1)
    lengths = np.maximum(np.bincount(owner, minlength=len(first)), 1)
    return np.asarray(np.bincount(owner, often[same], minlength=len(first)) / lengths, np.float32)


def _weights(read: tuple[Word, ...], titles: Titles) -> Floats:
    """(words of the query, forms of titles) how much a form counts as the word."""
    found = np.zeros((len(read), len(titles.forms) + 1), np.float32)
    for number, word in enumerate(read):
        for reading in word.readings:
            for form, weight in reading.forms:
                at = titles.forms.get(form)
                if at is not None:
                    found[number, at] = max(found[number, at], weight)
    return found


def _order(where: NDArray[np.int64], rarity: Floats) -> tuple[Floats, Floats, Floats]:
    """Pairs of neighbouring query words that come in order, side by side, and near each other (by rarity) as shares."""
    if len(where) < 2:
        there = (where[0] < 10_000).astype(np.float32)
        return there, there, there
    both = (where[1:] < 10_000) & (where[:-1] < 10_000)
    step = where[1:] - where[:-1]
    weight = rarity[1:] + rarity[:-1]
    return (
        np.asarray((both & (step > 0)).mean(axis=0), np.float32),
        np.asarray((both & (step == 1)).mean(axis=0), np.float32),
        np.asarray(weight @ (both & (np.abs(step) <= _NEAR)) / max(float(weight.sum()), 1e-9), np.float32),
    )


def _head(
    best: Floats, where: NDArray[np.int64], named: NDArray[np.int32], hits: Floats, owner: Ids
) -> tuple[Floats, Floats, Floats]:
    """The last word of the query: in the title at all, in the part that names the thing, at the end of that part."""
    last = best[-1]
    ends = np.zeros_like(last)
    inside = last * (where[-1] < np.maximum(named, 1))
    place = np.arange(len(owner)) - np.searchsorted(owner, owner)
    near_end = np.flatnonzero((hits[-1] > 0) & (place >= named[owner] - 2) & (place < np.maximum(named[owner], 1)))
    np.maximum.at(ends, owner[near_end], hits[-1][near_end])
    return last, inside, ends


def _numbers(read: tuple[Word, ...], best: Floats) -> Floats:
    numeric = [number for number, word in enumerate(read) if any(map(str.isdigit, word.said))]
    return best[numeric].mean(axis=0) if numeric else np.zeros(best.shape[1], np.float32)
