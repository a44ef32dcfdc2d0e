"""Answers a query from one loaded state of the catalog; synchronous, without side effects, made for threads."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import language, outcomes, ranking, wishes
from tresen.retrieval.columns import Columns, Mask
from tresen.retrieval.encoders import ENGLISH
from tresen.retrieval.features import NAMES, features
from tresen.retrieval.filters import conditions
from tresen.retrieval.kinds import ENOUGH
from tresen.retrieval.lexical import Match
from tresen.retrieval.query import Found, Query
from tresen.retrieval.ranking import Signals
from tresen.retrieval.vectors import Vectors
from tresen.retrieval.weights import Kind
from tresen.retrieval.wish import NOWHERE, Catalog, Floats, Ids, Ranked, Wish

__all__ = ["Catalog", "Floats", "find", "looked_at", "matching", "similar", "understand"]

Encode = Callable[[str, str], Floats | None]  # of a text by the encoder of a language

CANDIDATES = 200
RERANKED = 300
UNKNOWN = 0.05  # share of a text's words below which the shop does not carry what it names

_HELPS, _LEAST_HELP = 0.55, 0.15  # shares of a purpose's words that something has to answer
_TIER = 0.3
_PURPOSE = 0.6


def find(catalog: Catalog, query: Query, encode: Encode) -> Found:
    """Hits for a query, and the outcome in data."""
    wish = understand(catalog, query, encode)
    asked = wish.conditions
    if wish.said is not None and wish.said.missing and not (asked.category and asked.carried) and not query.complete:
        nothing = rank(catalog, wish, np.zeros_like(asked.fixed))
        return outcomes.found(catalog, wish, nothing, "category_not_carried")
    ranked = rank(catalog, wish, asked.mask())
    if len(ranked.rows):
        return outcomes.found(catalog, wish, ranked, "filter_unknown" if asked.unknown else "found")
    if _is_foreign(wish):
        return outcomes.found(catalog, wish, ranked, "category_not_carried")
    found = outcomes.relaxed(catalog, wish, rank)
    return found if asked.carried or found.hits else replace(found, outcome="category_not_carried")


def matching(catalog: Catalog, query: Query, encode: Encode) -> Mask:
    """(V) the variants that meet a query's conditions, of products that fit its text."""
    wish = understand(catalog, query, encode)
    ranked = rank(catalog, wish, wish.conditions.mask())
    fits = np.zeros(len(catalog.columns.product_ids), np.bool_)
    fits[ranked.rows] = True
    return np.asarray(ranked.variants & fits[catalog.columns.owner], np.bool_)


def _is_foreign(wish: Wish) -> bool:
    """Whether a text says only words that the catalog does not know, and is like nothing in it."""
    asked, match = wish.conditions, wish.match
    known = asked.category and asked.carried
    return match is not None and not known and bool(match.words) and match.known < UNKNOWN


def similar(catalog: Catalog, query: Query, vector: Floats) -> Found:
    """The products nearest to a vector that meet the query's conditions."""
    asked = conditions(query, catalog.columns, catalog.categories)
    wish = Wish(query, asked, "", None, vector, vectors=catalog.vectors)
    return outcomes.found(catalog, wish, rank(catalog, wish, asked.mask()), "found")


def rank(catalog: Catalog, wish: Wish, variants: Mask) -> Ranked:
    """The products with a variant in the mask, as far as they fit the text, in the wished order."""
    columns = catalog.columns
    products = columns.owners(variants)
    quality, available = columns.quality, columns.owners(variants & columns.available)
    rows = np.flatnonzero(products)
    if not len(rows) or (wish.match is None and wish.vector is None):
        scores = ranking.QUALITY * quality[rows] + ranking.AVAILABLE * available[rows]
        inside = wish.conditions.category and wish.conditions.carried
        if wish.text and not inside and not wish.conditions.free:
            rows, scores = rows[:0], scores[:0]
        return _ordered(columns, wish, rows, scores, variants)
    signals = _signals(catalog, wish, rows, everything=len(rows) == len(products))
    match = wish.match or catalog.lexical.match("")
    sure = ranking.evidence(signals, match, wish.query.locale in columns.locales)
    kept = signals.keep(np.flatnonzero(_fitting(signals, sure, wish)))
    scores = ranking.relevance(kept, match, quality[kept.rows], available[kept.rows])
    if wish.match is not None and not wish.is_purpose:
        scores = _reranked(catalog, wish, kept, scores, ranking.prior(quality[kept.rows], available[kept.rows]))
    if wish.said is not None:
        scores = scores + wish.said.bonus[kept.rows] + _PURPOSE * _helpful(match, wish)[kept.rows]
    return _ordered(columns, wish, kept.rows, scores, variants)


def looked_at(catalog: Catalog, query: Query, encode: Encode) -> tuple[Ids, Floats, Kind]:
    """(product rows, their features, which weights order them), as the reranker sees them.

    For fitting weights; nothing is left out because it fits too little.
    """
    wish = understand(catalog, replace(query, complete=True), encode)
    rows = np.arange(len(catalog.columns.product_ids))
    if wish.match is None or not len(rows):
        return rows[:0], np.zeros((0, len(NAMES)), np.float32), "own"
    signals = _signals(catalog, wish, rows, everything=True)
    nothing = np.zeros(len(signals.rows), np.float32)
    first = ranking.relevance(signals, wish.match, nothing, nothing > 0)
    best, seen = _seen(catalog, wish.match, wish, signals, first)
    return signals.rows[best], seen, _kind(catalog, wish.match, wish.vectors)


def _reranked(catalog: Catalog, wish: Wish, kept: Signals, first: Floats, prior: Floats) -> Floats:
    """The best by `first` in the order of the learned weights; the others stay behind them."""
    if wish.match is None or not len(first) or not catalog.titles:
        return first
    best, seen = _seen(catalog, wish.match, wish, kept, first)
    learned = seen @ catalog.weights.of[_kind(catalog, wish.match, wish.vectors)]
    scores = first - first.max() - 1
    scores[best] = ranking.spread(np.asarray(learned, np.float32)) + prior[best]
    return np.asarray(scores, np.float32)


def _seen(catalog: Catalog, match: Match, wish: Wish, kept: Signals, first: Floats) -> tuple[Ids, Floats]:
    best = ranking.best(first, RERANKED)
    chosen = kept.keep(best)
    spoken = match.spoken if match.spoken in catalog.titles else next(iter(catalog.titles), "")
    vectors = wish.vectors.of(chosen.rows) if wish.vectors is not None else None
    seen = features(chosen, first[best], match, catalog.titles.get(spoken), vectors, wish.text)
    return best, seen


def _kind(catalog: Catalog, match: Match, vectors: Vectors | None) -> Kind:
    """Which weights order what is found."""
    english = vectors is not None and vectors.language == ENGLISH
    kind = "foreign" if match.spoken not in catalog.titles else "english" if english else "own"
    return f"{kind}_bare" if catalog.lexical.bare else kind


def understand(catalog: Catalog, query: Query, encode: Encode) -> Wish:
    """Read the conditions, and those that the text names; then its words and its meaning.

    A category that the shop does not have is one more word of the text.
    """
    asked = conditions(query, catalog.columns, catalog.categories)
    if not asked.carried:
        query = replace(query, text=f"{query.category} {query.text}".strip())
    bounds = query.price_min, query.price_max
    query, said = wishes.read(query, catalog.columns, catalog.categories, catalog.lexical)
    if (query.price_min, query.price_max) != bounds:
        asked = conditions(query, catalog.columns, catalog.categories)
    asked = asked.also(said.conditions)
    text = _compared(language.clipped(query.text), said)
    match = catalog.lexical.match(text, query.locale, said.purposes) if text else None
    if match is None or not match.words:
        return Wish(query, asked, text if not language.words(text) else "", None, None, said=said)
    for vectors in catalog.spaces(text, match):
        vector = encode(text, vectors.language)
        if vector is not None:
            near, alike = _compare(catalog.columns, asked.mask(), vectors, vector)
            peak = ranking.peak(match, vectors.likeness(vector, near) if alike is None else alike)
            return Wish(query, asked, text, match, vector, peak, said, vectors, near, alike)
    return Wish(query, asked, text, match, None, ranking.peak(match), said)


def _compare(columns: Columns, variants: Mask, vectors: Vectors, vector: Floats) -> tuple[Ids, Floats | None]:
    """(the nearest, the likeness of all if it is known): the candidates without a filter; under one all, or the
    nearest alone."""
    if variants.all():
        return vectors.nearest_or_all(vector, CANDIDATES)
    if vectors.all_soon(int(np.count_nonzero(columns.owners(variants)))):
        return NOWHERE, vectors.likeness(vector)
    return vectors.nearest_or_all(vector, 1)


def _compared(text: str, said: wishes.Wishes) -> str:
    """A text without what it only says to be near ("warm under my helmet"), if it says what it is for."""
    if said.narrow or not said.purposes - set(said.naming.aside):
        return text
    return " ".join(word for word in text.split() if not set(language.words(word)) & set(said.naming.aside))


def _helpful(match: Match, wish: Wish) -> Floats:
    """(products) how much of the purposes that the text names each answers, 0..1."""
    named = [share for word, share in zip(match.words, match.shares, strict=True) if word in wish.purposes]
    found = np.zeros(len(match.score), np.float32)
    for share in named:
        found[share.rows] += share.values / np.float32(len(named))
    return found


def _signals(catalog: Catalog, wish: Wish, rows: Ids, everything: bool) -> Signals:
    """Unfiltered, the nearest come from Chroma and join the lexical best; under a filter every row is compared."""
    match = wish.match or catalog.lexical.match("")
    kind = wish.said.kind if wish.said is not None and wish.narrow else None
    vectors = wish.vectors
    if everything and len(rows) > 2 * CANDIDATES:
        told = ranking.matched(match.score[match.rows], match.whole[match.rows])
        best = match.rows[ranking.best(told, 2 * CANDIDATES)]
        near = _near(wish, vectors) if vectors is not None else best
        rows = np.union1d(best[match.score[best] > 0], near)
        if kind is not None:
            alike = np.flatnonzero(kind.fit >= ENOUGH)
            rows = np.union1d(rows, alike[ranking.best((kind.fit + match.coverage)[alike], CANDIDATES)])
    likeness = wish.alike[rows] if wish.alike is not None else None
    if likeness is None and vectors is not None and wish.vector is not None:
        likeness = vectors.likeness(wish.vector, rows)
    return Signals(rows, match.score[rows], match.coverage[rows], likeness, match.whole[rows])


def _near(wish: Wish, vectors: Vectors) -> Ids:
    if len(wish.near) > 1 or wish.vector is None:
        return wish.near
    return vectors.nearest(wish.vector, CANDIDATES)


def _fitting(signals: Signals, sure: Floats, wish: Wish) -> NDArray[np.bool_]:
    """Which candidates count as matches; inside a category the text only orders, unless the order is another one."""
    if wish.query.complete:
        return np.ones(len(sure), np.bool_)
    other_order = wish.query.sort != "relevance"
    fits = ranking.fitting(signals, sure, wish.peak, strict=other_order)
    kind = wish.said.kind if wish.said is not None else None
    if kind is not None and not kind.broad:
        named = kind.fit[signals.rows] >= ENOUGH
        fits = named if kind.sure else fits | named
    if wish.is_purpose:
        fits |= signals.coverage >= max(_HELPS * wish.peak.coverage, _LEAST_HELP)
    if wish.conditions.category and wish.conditions.carried and not (other_order and fits.any()):
        return np.ones(len(sure), np.bool_)
    return fits


def _ordered(columns: Columns, wish: Wish, rows: Ids, scores: Floats, variants: Mask) -> Ranked:
    """An order that the text asks for holds among equally good matches, one that the caller asks for everywhere."""
    sort = wish.query.sort
    keys: tuple[NDArray[np.generic], ...] = (rows, -scores)
    if sort == "rating":
        keys = (*keys, -columns.rating_count[rows], -np.nan_to_num(columns.rating[rows], nan=-1.0))
    elif sort != "relevance":
        lowest = columns.lowest_price(variants)[rows]
        dearest_first = np.where(np.isfinite(lowest), -lowest, np.inf)
        keys = (*keys, dearest_first if sort == "price_desc" else lowest)
    if wish.said is not None and wish.said.sorts:
        keys = (*keys, -np.round(wish.said.bonus[rows] / _TIER))
    order = ranking.in_order(keys, outcomes.MOST_HITS)
    return Ranked(rows[order], scores[order], variants)
