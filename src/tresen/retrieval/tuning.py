"""Fits the reranker to judgements: ridge regression towards the weights there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import finder
from tresen.retrieval.finder import Catalog, Encode
from tresen.retrieval.judging import DEPTH, Judgements, ndcg
from tresen.retrieval.query import Query
from tresen.retrieval.weights import KINDS, Kind, Weights

Floats = NDArray[np.float32]

_NEGATIVES = 40  # unjudged candidates per query that count as misses; without them learning hurts
_HELD_BACK = 3  # one query in so many
_FEWEST = 12
_PULL, _PRIOR = 2e-3, 1.0  # per query and in all, how strongly the fit is drawn to the weights there are


@dataclass(frozen=True)
class Example:
    """A query's candidates as the reranker sees them; `gains` is -1 for what nobody judged."""

    query: str
    products: tuple[str, ...]
    features: Floats
    gains: Floats
    judged: Mapping[str, float]
    kind: Kind


@dataclass(frozen=True)
class Tuned:
    """Fitted weights, and NDCG@10 on the queries held back, before and after."""

    weights: Weights
    queries: int
    held_back: int
    before: float
    after: float


def examples(catalog: Catalog, queries: Mapping[str, str], judgements: Judgements, encode: Encode) -> list[Example]:
    """One per query with a good product. Judgements name products by the catalog's ids."""
    found = []
    for key, text in queries.items():
        judged = judgements.get(key, {})
        if not judged or max(judged.values()) <= 0:
            continue
        rows, seen, kind = finder.looked_at(catalog, Query(text, locale=""), encode)
        products = tuple(catalog.columns.product_ids[row] for row in rows)
        gains = np.array([judged.get(product, -1.0) for product in products], np.float32)
        found.append(Example(key, products, seen, gains, judged, kind))
    return found


def tune(found: Sequence[Example], start: Weights) -> Tuned | None:
    """Fit on two thirds and measure on the rest, then fit on everything; None when there are too few queries."""
    held = [each for each in found if crc32(each.query.encode()) % _HELD_BACK == 0]
    learnt = [each for each in found if crc32(each.query.encode()) % _HELD_BACK]
    if len(found) < _FEWEST or not held or not learnt:
        return None
    trial, final = fitted(learnt, start), fitted(found, start)
    return Tuned(final, len(found), len(held), quality(held, start), quality(held, trial))


def fitted(found: Sequence[Example], start: Weights) -> Weights:
    return Weights({kind: _ridge([each for each in found if each.kind == kind], start.of[kind]) for kind in KINDS})


def quality(found: Sequence[Example], weights: Weights) -> float:
    """Mean NDCG@10, unjudged products counted as misses."""
    return fmean(_ndcg(each, weights.of[each.kind]) for each in found)


def _ndcg(example: Example, weights: Floats) -> float:
    order = np.argsort(-(example.features @ weights), kind="stable")[:DEPTH]
    return ndcg([example.products[at] for at in order], example.judged)


def _ridge(found: Sequence[Example], start: Floats) -> Floats:
    if not found:
        return start
    size = len(start)
    squares, products = np.zeros((size, size)), np.zeros(size)
    for each in found:
        chosen = _chosen(each)
        seen, wanted = each.features[chosen].astype(float), np.maximum(each.gains[chosen], 0.0)
        seen, wanted = seen - seen.mean(axis=0), wanted - wanted.mean()
        squares += seen.T @ seen / len(chosen)
        products += seen.T @ wanted / len(chosen)
    scale = max(float(start @ products) / max(float(start @ squares @ start), 1e-9), 0.0)
    pulled = len(found) * _PULL + _PRIOR
    solved = np.linalg.solve(squares + pulled * np.eye(size), products + pulled * scale * start)
    return np.asarray(solved, np.float32)


def _chosen(example: Example) -> NDArray[np.int64]:
    """Every judged candidate, and the unjudged ones that come first."""
    judged = np.flatnonzero(example.gains >= 0)
    return np.concatenate([judged, np.flatnonzero(example.gains < 0)[:_NEGATIVES]])
