"""Says in data how an answer is less than was asked for, and which variants of a product are meant."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import language
from tresen.retrieval.columns import NO_PRICE, Columns, Mask
from tresen.retrieval.query import Found, Hit, Outcome, Query
from tresen.retrieval.wish import Catalog, Floats, Ids, Ranked, Wish
from tresen.shop.money import Money

Rank = Callable[[Catalog, Wish, Mask], Ranked]

MOST_HITS = 1000
_SAME = 0.2  # how much less of what the text names a product may have, and still be meant


def found(catalog: Catalog, wish: Wish, ranked: Ranked, outcome: Outcome, relaxed: Iterable[str] = ()) -> Found:
    asked = wish.conditions
    count = min(max(wish.query.limit, 0), MOST_HITS)
    rows = ranked.rows[:count]
    mentioned = _mentioned(catalog.columns, wish.text)
    hits = tuple(
        _hit(catalog, wish, int(row), float(score), why, ranked.variants, mentioned)
        for row, score, why in zip(rows, ranked.scores[:count], _why(wish, rows), strict=True)
    )
    if not len(ranked.rows) and outcome != "category_not_carried":
        outcome = "nothing"
    elif asked.unknown and outcome == "relaxed":
        outcome = "filter_unknown"
    about = wish.said.about if wish.said is not None else ""
    brands = _brands(catalog.columns, wish, ranked) if about == "brands" else ()
    return Found(
        hits, len(ranked.rows), outcome, tuple(relaxed), asked.unknown, None, asked.category_key, about, brands
    )


def _brands(columns: Columns, wish: Wish, ranked: Ranked) -> tuple[tuple[str, int], ...]:
    """The brands of what has everything that the text names, with how many products each has."""
    rows = ranked.rows
    if wish.said is not None and len(rows):
        bonus = wish.said.bonus[rows]
        rows = rows[bonus >= bonus.max() - _SAME]
    counts = np.bincount(columns.brand[rows], minlength=len(columns.brand_names))
    named = [(columns.brand_names[code], int(counts[code])) for code in np.argsort(-counts, kind="stable")]
    return tuple((name, count) for name, count in named if name and count)


def _why(wish: Wish, rows: Ids) -> list[list[str]]:
    """For each row the words that it has, and how near it is in meaning."""
    found: list[list[str]] = [[] for _ in rows]
    match = wish.match
    for word, share in zip(match.words, match.shares, strict=True) if match is not None else ():
        for at in np.flatnonzero(share.of(rows)):
            found[at].append(f"word:{word}")
    if wish.vectors is not None and wish.vector is not None:
        for each, near in zip(found, wish.vectors.likeness(wish.vector, rows), strict=True):
            each.append(f"meaning:{float(near):.2f}")
    return found


def _hit(
    catalog: Catalog, wish: Wish, row: int, score: float, said: list[str], variants: Mask, mentioned: Floats
) -> Hit:
    columns = catalog.columns
    matching = [number for number in columns.variants_of(row) if variants[number]]
    matching.sort(key=lambda number: (columns.stock[number] == 0, -mentioned[number], number))
    why = [*said, *(item.name for item in wish.conditions.free if any(item.meets[number] for number in matching))]
    preferred = wish.said.preferences if wish.said is not None else ()
    why += [item.name for item in preferred if any(item.meets[number] for number in matching)]
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


def relaxed(catalog: Catalog, wish: Wish, rank: Rank) -> Found:
    """Valid but empty: drop exactly one condition, the least painful that helps; a price nobody meets is told apart."""
    names = wish.conditions.names()
    prices = [name for name in names if name.startswith("price_")]
    if prices and not len(rank(catalog, wish, wish.conditions.mask(set(names) - set(prices))).rows):
        return _out_of_reach(catalog, wish, prices, rank)
    for name in sorted(names, key=_pain):
        ranked = rank(catalog, wish, wish.conditions.mask([name]))
        if len(ranked.rows):
            if name in prices:
                return _out_of_reach(catalog, wish, [name], rank)
            return found(catalog, wish, ranked, "relaxed", (name,))
    return found(catalog, wish, rank(catalog, wish, np.zeros_like(wish.conditions.fixed)), "nothing")


def _pain(name: str) -> int:
    """What a shopper misses least comes first: another colour that can be bought today beats the right one sold out."""
    order = {"rating_min": 0, "color": 1, "size": 3, "brand": 4, "in_stock": 5, "price_min": 6, "price_max": 7}
    return order.get(name, 2)


def _out_of_reach(catalog: Catalog, wish: Wish, prices: list[str], rank: Rank) -> Found:
    """Nothing costs what was wished: the nearest prices, keeping the other conditions if that leaves anything."""
    columns, query = catalog.columns, wish.query
    for dropped in (tuple(prices), wish.conditions.names()):
        variants = wish.conditions.mask(dropped) & (columns.price != NO_PRICE)
        ranked = rank(catalog, wish, variants)
        if len(ranked.rows):
            break
    else:
        return found(catalog, wish, ranked, "nothing")
    gap = _gap(columns.price, query)
    gaps = np.minimum.reduceat(np.where(variants, gap, np.inf), columns.starts)
    order = np.lexsort((-ranked.scores, gaps[ranked.rows]))
    kept = Ranked(ranked.rows[order], ranked.scores[order], variants)
    of_kept = variants & np.isin(columns.owner, kept.rows)
    nearest = int(columns.price[int(np.argmin(np.where(of_kept, gap, np.inf)))])
    answer = found(catalog, wish, kept, "out_of_reach", dropped)
    return replace(answer, nearest=Money(nearest, columns.currency))


def _gap(price: NDArray[np.int64], query: Query) -> NDArray[np.float64]:
    above = price - query.price_max if query.price_max is not None else np.zeros(len(price))
    below = query.price_min - price if query.price_min is not None else np.zeros(len(price))
    return np.asarray(np.maximum(np.maximum(above, below), 0), np.float64)
