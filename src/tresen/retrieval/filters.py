"""A query's conditions as masks over variants, decided before anything is ranked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from tresen.retrieval.categories import Categories
from tresen.retrieval.columns import NO_PRICE, Columns, Mask
from tresen.retrieval.language import fold
from tresen.retrieval.query import Query
from tresen.retrieval.values import key_of
from tresen.retrieval.vocabulary import distance


@dataclass(frozen=True)
class Condition:
    """One condition and the variants (V) that meet it."""

    name: str
    meets: Mask


@dataclass(frozen=True)
class Conditions:
    """What a query asks for. `fixed` (category, exclusions) always holds; each of `free` may be dropped alone."""

    fixed: Mask
    free: tuple[Condition, ...]
    unknown: tuple[str, ...]
    category_key: str
    category: bool
    carried: bool

    def mask(self, without: Iterable[str] = ()) -> Mask:
        """(V) the variants that meet every condition except those named in `without`."""
        dropped = frozenset(without)
        kept = [self.fixed, *(item.meets for item in self.free if item.name not in dropped)]
        return np.asarray(np.logical_and.reduce(kept), np.bool_)

    def also(self, recognised: Iterable[Condition]) -> "Conditions":
        """With the conditions that a text names, as far as the caller has not set them."""
        asked = self.names()
        return replace(self, free=(*self.free, *(item for item in recognised if item.name not in asked)))

    def names(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.free)


def conditions(query: Query, columns: Columns, categories: Categories) -> Conditions:
    """Read a query against the live catalog; a value the catalog does not know becomes `unknown`, not a condition."""
    resolved = categories.resolve(query.category) if query.category.strip() else None
    fixed = ~np.isin(columns.product_ids, list(query.exclude)) if query.exclude else _all(columns)
    if resolved:
        fixed = fixed & resolved.products
    free, unknown = _shop_conditions(query, columns), []
    for name, wish in _wishes(query):
        meets = _brand(wish, columns) if name == "brand" else _value(name, wish, columns)
        if meets is None:
            unknown.append(f"{name}:{wish}")
        else:
            free.append(Condition(name, meets))
    asked = bool(query.category.strip())
    key = resolved.key if resolved else ""
    fixed = fixed[columns.owner] & ~_unwanted(query.unwanted, columns, categories)
    return Conditions(fixed, tuple(free), tuple(unknown), key, asked, not asked or resolved is not None)


def _unwanted(words: Iterable[str], columns: Columns, categories: Categories) -> Mask:
    """(V) what is of one of these brands or categories, has one of these values, or is called so."""
    found = np.zeros(len(columns.owner), np.bool_)
    for word in words:
        if not (wanted := fold(word)):
            continue
        brand, kind = _brand(word, columns), categories.resolve(word)
        if brand is not None:
            found |= brand
        elif kind is not None:
            found |= kind.products[columns.owner]
        for values in columns.values.values():
            found[values.spoken(wanted)] = True
    return found


def _wishes(query: Query) -> list[tuple[str, str]]:
    wishes = [(key_of(name), str(wish)) for name, wish in query.options.items() if str(wish).strip()]
    return [*wishes, ("brand", query.brand)] if query.brand.strip() else wishes


def _shop_conditions(query: Query, columns: Columns) -> list[Condition]:
    found, priced = [], columns.price != NO_PRICE
    if query.price_max is not None:
        found.append(Condition("price_max", priced & (columns.price <= query.price_max)))
    if query.price_min is not None:
        found.append(Condition("price_min", priced & (columns.price >= query.price_min)))
    if query.rating_min is not None:
        # The column is float32; compare what a person sees, so that 4.6 is at least 4.6.
        rated = np.nan_to_num(columns.rating, nan=-1.0) >= np.float32(query.rating_min)
        found.append(Condition("rating_min", rated[columns.owner]))
    if query.in_stock:
        found.append(Condition("in_stock", columns.available))
    return found


def _brand(wish: str, columns: Columns) -> Mask | None:
    wanted = fold(wish)
    near = [
        name for name in columns.brands if len(wanted) > 4 and name[:1] == wanted[0] and distance(wanted, name, 1) == 1
    ]
    codes = [columns.brands[name] for name in ([wanted] if wanted in columns.brands else near)]
    return np.isin(columns.brand, codes)[columns.owner] if codes else None


def _value(name: str, wish: str, columns: Columns) -> Mask | None:
    rows = columns.values[name].find(wish) if name in columns.values else None
    if rows is None:
        return None
    mask = np.zeros(len(columns.owner), np.bool_)
    mask[rows] = True
    return mask


def _all(columns: Columns) -> Mask:
    return np.ones(len(columns.product_ids), np.bool_)
