"""Answers a query from one loaded state of the catalog; synchronous, without side effects, made for threads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import language, ranking, understanding, weights
from tresen.retrieval.categories import Categories
from tresen.retrieval.columns import NO_PRICE, Columns, Mask
from tresen.retrieval.features import NAMES, features
from tresen.retrieval.filters import Conditions, conditions
from tresen.retrieval.lexical import Lexical, Match
from tresen.retrieval.query import Found, Hit, Outcome, Query
from tresen.retrieval.ranking import NO_PEAK, Peak, Signals
from tresen.retrieval.titles import Titles
from tresen.retrieval.vectors import Vectors
from tresen.retrieval.weights import Weights
from tresen.shop.money import Money

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Encode = Callable[[str], Floats | None]

CANDIDATES = 200
RERANKED = 300
UNKNOWN = 0.05  # share of a text's words below which the shop does not carry what it names
MOST_HITS = 1000


@dataclass(frozen=True)
class Catalog:
    """One state of the live catalog, ready to be searched."""

    columns: Columns
    categories: Categories
    lexical: Lexical
    vectors: Vectors | None
    titles: Mapping[str, Titles] = field(default_factory=dict)
    weights: Weights = field(default_factory=weights.default)


@dataclass(frozen=True)
class Ranked:
    """Products that match, best first, with the variants (V) that met the conditions."""

    rows: Ids
    scores: Floats
    variants: Mask


@dataclass(frozen=True)
class Wish:
    """A query as understood: its conditions, its words, its vector."""

    query: Query
    conditions: Conditions
    text: str
    match: Match | None
    vector: Floats | None
    peak: Peak = NO_PEAK


def find(catalog: Catalog, query: Query, encode: Encode) -> Found:
    """Hits for a query, and the outcome in data."""
    wish = understand(catalog, query, encode)
    asked = wish.conditions
    if not asked.carried:
        nearest = asked.mask() if wish.match else np.zeros_like(asked.fixed)
        ranked = rank(catalog, wish, nearest)
        return _found(catalog, wish, ranked, "category_not_carried")
    ranked = rank(catalog, wish, asked.mask())
    if len(ranked.rows):
        return _found(catalog, wish, ranked, "filter_unknown" if asked.unknown else "found")
    if _is_foreign(wish):
        return _found(catalog, wish, ranked, "category_not_carried")
    return _relaxed(catalog, wish)


def _is_foreign(wish: Wish) -> bool:
    """Whether a text says only words that the catalog does not know, and is like nothing in it."""
    asked, match = wish.conditions, wish.match
    return match is not None and not asked.category and bool(match.words) and match.known < UNKNOWN


def similar(catalog: Catalog, query: Query, vector: Floats) -> Found:
    """The products nearest to a vector that meet the query's conditions."""
    asked = conditions(query, catalog.columns, catalog.categories)
    wish = Wish(query, asked, "", None, vector)
    return _found(catalog, wish, rank(catalog, wish, asked.mask()), "found")


def rank(catalog: Catalog, wish: Wish, variants: Mask) -> Ranked:
    """The products with a variant in the mask, as far as they fit the text, in the wished order."""
    columns = catalog.columns
    products = columns.owners(variants)
    quality, available = columns.quality, columns.owners(variants & columns.available)
    rows = np.flatnonzero(products)
    if not len(rows) or (wish.match is None and wish.vector is None):
        scores = ranking.QUALITY * quality[rows] + ranking.AVAILABLE * available[rows]
        if wish.text and not wish.conditions.category and not wish.conditions.free:
            rows, scores = rows[:0], scores[:0]
        return _ordered(columns, wish.query, rows, scores, variants)
    signals = _signals(catalog, wish, rows, everything=len(rows) == len(products))
    match = wish.match or catalog.lexical.match("")
    sure = ranking.evidence(signals, match, wish.query.locale in columns.locales)
    kept = signals.keep(_fitting(signals, sure, wish))
    scores = ranking.relevance(kept, match, quality[kept.rows], available[kept.rows])
    if wish.match is not None:
        scores = _reranked(catalog, wish, kept, scores, ranking.prior(quality[kept.rows], available[kept.rows]))
    return _ordered(columns, wish.query, kept.rows, scores, variants)


def looked_at(catalog: Catalog, query: Query, encode: Encode) -> tuple[Ids, Floats, bool]:
    """(product rows, their features, whether the query is in a language the catalog lacks), as the reranker sees them.

    For fitting weights; nothing is left out because it fits too little.
    """
    wish = understand(catalog, replace(query, complete=True), encode)
    rows = np.arange(len(catalog.columns.product_ids))
    if wish.match is None or not len(rows):
        return rows[:0], np.zeros((0, len(NAMES)), np.float32), False
    signals = _signals(catalog, wish, rows, everything=True)
    nothing = np.zeros(len(signals.rows), np.float32)
    first = ranking.relevance(signals, wish.match, nothing, nothing > 0)
    best, seen = _seen(catalog, wish.match, wish, signals, first)
    return signals.rows[best], seen, wish.match.spoken not in catalog.titles


def _reranked(catalog: Catalog, wish: Wish, kept: Signals, first: Floats, prior: Floats) -> Floats:
    """The best by `first` in the order of the learned weights; the others stay behind them."""
    if wish.match is None or not len(first) or not catalog.titles:
        return first
    best, seen = _seen(catalog, wish.match, wish, kept, first)
    learned = seen @ catalog.weights.for_query(wish.match.spoken not in catalog.titles)
    scores = first - first.max() - 1
    scores[best] = ranking.spread(np.asarray(learned, np.float32)) + prior[best]
    return np.asarray(scores, np.float32)


def _seen(catalog: Catalog, match: Match, wish: Wish, kept: Signals, first: Floats) -> tuple[Ids, Floats]:
    best = np.argsort(-first, kind="stable")[:RERANKED]
    chosen = kept.keep(best)
    spoken = match.spoken if match.spoken in catalog.titles else next(iter(catalog.titles), "")
    vectors = catalog.vectors.matrix if catalog.vectors is not None and wish.vector is not None else None
    seen = features(chosen, first[best], match, catalog.titles.get(spoken), vectors, wish.text)
    return best, seen


def understand(catalog: Catalog, query: Query, encode: Encode) -> Wish:
    """Read the text's price bounds, then conditions, words and meaning."""
    query = understanding.read(query, catalog.columns.currency)
    asked = conditions(query, catalog.columns, catalog.categories)
    text = language.clipped(query.text if asked.carried else f"{query.category} {query.text}")
    match = catalog.lexical.match(text, query.locale) if text else None
    if match is None or not match.words:
        return Wish(query, asked, text if not language.words(text) else "", None, None)
    vector = encode(text) if catalog.vectors is not None else None
    return Wish(query, asked, text, match, vector, _peak(catalog, match, vector))


def _peak(catalog: Catalog, match: Match, vector: Floats | None) -> Peak:
    likeness = 0.0
    if vector is not None and catalog.vectors is not None:
        nearest = catalog.vectors.likeness(vector, catalog.vectors.nearest(vector, 1))
        likeness = float(nearest.max(initial=0.0))
    return Peak(float(match.coverage.max(initial=0.0)), likeness)


def _signals(catalog: Catalog, wish: Wish, rows: Ids, everything: bool) -> Signals:
    """Unfiltered, the nearest come from Chroma and join the lexical best; under a filter every row is compared."""
    match = wish.match or catalog.lexical.match("")
    vectors = catalog.vectors if wish.vector is not None else None
    if everything and len(rows) > 2 * CANDIDATES:
        best = np.argsort(-match.score, kind="stable")[: 2 * CANDIDATES]
        near = vectors.nearest(wish.vector, CANDIDATES) if vectors is not None and wish.vector is not None else best
        rows = np.union1d(best[match.score[best] > 0], near)
    likeness = vectors.likeness(wish.vector, rows) if vectors is not None and wish.vector is not None else None
    return Signals(rows, match.score[rows], match.coverage[rows], likeness)


def _fitting(signals: Signals, sure: Floats, wish: Wish) -> NDArray[np.bool_]:
    """Which candidates count as matches; inside a category the text only orders, unless the order is another one."""
    if wish.query.complete:
        return np.ones(len(sure), np.bool_)
    other_order = wish.query.sort != "relevance"
    fits = ranking.fitting(signals, sure, wish.peak, strict=other_order)
    if wish.conditions.category and wish.conditions.carried and not (other_order and fits.any()):
        return np.ones(len(sure), np.bool_)
    return fits


def _ordered(columns: Columns, query: Query, rows: Ids, scores: Floats, variants: Mask) -> Ranked:
    keys: tuple[NDArray[np.generic], ...] = (rows, -scores)
    if query.sort == "rating":
        keys = (*keys, -columns.rating_count[rows], -np.nan_to_num(columns.rating[rows], nan=-1.0))
    elif query.sort != "relevance":
        lowest = columns.lowest_price(variants)[rows]
        dearest_first = np.where(np.isfinite(lowest), -lowest, np.inf)
        keys = (*keys, dearest_first if query.sort == "price_desc" else lowest)
    order = np.lexsort(keys)
    return Ranked(rows[order], scores[order], variants)


def _relaxed(catalog: Catalog, wish: Wish) -> Found:
    """Valid but empty: drop exactly one condition, the least painful that helps; a price nobody meets is told apart."""
    names = wish.conditions.names()
    prices = [name for name in names if name.startswith("price_")]
    if prices and not len(rank(catalog, wish, wish.conditions.mask(set(names) - set(prices))).rows):
        return _out_of_reach(catalog, wish, prices)
    for name in sorted(names, key=_pain):
        ranked = rank(catalog, wish, wish.conditions.mask([name]))
        if len(ranked.rows):
            if name in prices:
                return _out_of_reach(catalog, wish, [name])
            return _found(catalog, wish, ranked, "relaxed", (name,))
    return _found(catalog, wish, rank(catalog, wish, np.zeros_like(wish.conditions.fixed)), "nothing")


def _pain(name: str) -> int:
    """What a shopper misses least comes first: another colour that can be bought today beats the right one sold out."""
    order = {"rating_min": 0, "color": 1, "size": 3, "brand": 4, "in_stock": 5, "price_min": 6, "price_max": 7}
    return order.get(name, 2)


def _out_of_reach(catalog: Catalog, wish: Wish, prices: list[str]) -> Found:
    """Nothing costs what was wished: the nearest prices, keeping the other conditions if that leaves anything."""
    columns, query = catalog.columns, wish.query
    for dropped in (tuple(prices), wish.conditions.names()):
        variants = wish.conditions.mask(dropped) & (columns.price != NO_PRICE)
        ranked = rank(catalog, wish, variants)
        if len(ranked.rows):
            break
    else:
        return _found(catalog, wish, ranked, "nothing")
    gap = _gap(columns.price, query)
    gaps = np.minimum.reduceat(np.where(variants, gap, np.inf), columns.starts)
    order = np.lexsort((-ranked.scores, gaps[ranked.rows]))
    kept = Ranked(ranked.rows[order], ranked.scores[order], variants)
    of_kept = variants & np.isin(columns.owner, kept.rows)
    nearest = int(columns.price[int(np.argmin(np.where(of_kept, gap, np.inf)))])
    found = _found(catalog, wish, kept, "out_of_reach", dropped)
    return replace(found, nearest=Money(nearest, columns.currency))


def _gap(price: NDArray[np.int64], query: Query) -> NDArray[np.float64]:
    above = price - query.price_max if query.price_max is not None else np.zeros(len(price))
    below = query.price_min - price if query.price_min is not None else np.zeros(len(price))
    return np.asarray(np.maximum(np.maximum(above, below), 0), np.float64)


def _found(catalog: Catalog, wish: Wish, ranked: Ranked, outcome: Outcome, relaxed: Iterable[str] = ()) -> Found:
    asked = wish.conditions
    count = min(max(wish.query.limit, 0), MOST_HITS)
    pairs = zip(ranked.rows[:count], ranked.scores[:count], strict=True)
    mentioned = _mentioned(catalog.columns, wish.text)
    hits = tuple(_hit(catalog, wish, int(row), float(score), ranked.variants, mentioned) for row, score in pairs)
    if not len(ranked.rows) and outcome != "category_not_carried":
        outcome = "nothing"
    elif asked.unknown and outcome == "relaxed":
        outcome = "filter_unknown"
    return Found(hits, len(ranked.rows), outcome, tuple(relaxed), asked.unknown, None, asked.category_key)


def _hit(catalog: Catalog, wish: Wish, row: int, score: float, variants: Mask, mentioned: Floats) -> Hit:
    columns = catalog.columns
    matching = [number for number in columns.variants_of(row) if variants[number]]
    matching.sort(key=lambda number: (columns.stock[number] == 0, -mentioned[number], number))
    match = wish.match or catalog.lexical.match("")
    why = [f"word:{word}" for word, share in zip(match.words, match.shares, strict=True) if share[row] > 0]
    if catalog.vectors is not None and wish.vector is not None:
        why.append(f"meaning:{float(catalog.vectors.matrix[row] @ wish.vector):.2f}")
    why += [item.name for item in wish.conditions.free if any(item.meets[number] for number in matching)]
    return Hit(columns.product_ids[row], tuple(columns.variant_ids[number] for number in matching), score, tuple(why))


def _grams(text: str) -> list[str]:
    said = [word.strip(".,;:!?()\"'") for word in language.fold(text).split()]
    return [*said, *(f"{one} {other}" for one, other in pairwise(said))]


def _mentioned(columns: Columns, text: str) -> Floats:
    """(V) how many of a variant's own options the text speaks of."""
    count = np.zeros(len(columns.owner), np.float32)
    for gram in _grams(text):
        for values in columns.options.values():
            count[values.spoken(gram)] += 1
    return count
