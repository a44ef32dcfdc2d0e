"""A query's conditions as masks over variants, decided before anything is ranked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from tresen.retrieval.categories import Categories, Resolved
from tresen.retrieval.columns import NO_PRICE, Columns, Mask
from tresen.retrieval.language import fold
from tresen.retrieval.query import Query
from tresen.retrieval.values import key_of
from tresen.retrieval.vocabulary import distance

GENDER, EVERYBODY, CHILDREN = "gender", "unisex", ("kids", "kinder", "children", "kind", "kid", "child")


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
        found = self.fixed
        for item in self.free:
            if item.name not in dropped:
                found = found & item.meets
        return found

    def also(self, recognised: Iterable[Condition]) -> "Conditions":
        """With the conditions that a text names, as far as the caller has not set them."""
        asked = self.names()
        return replace(self, free=(*self.free, *(item for item in recognised if item.name not in asked)))

    def names(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.free)


def conditions(query: Query, columns: Columns, categories: Categories) -> Conditions:
    """Read a query against the live catalog; a value the catalog does not know becomes `unknown`, not a condition."""
    resolved = categories.resolve(query.category) if query.category.strip() else None
    free, unknown = _shop_conditions(query, columns), []
    for name, wish in _wishes(query):
        meets = _brand(wish, columns) if name == "brand" else _value(name, wish, columns)
        if meets is None:
            unknown.append(f"{name}:{wish}")
        else:
            free.append(Condition(name, meets))
    asked = bool(query.category.strip())
    key = resolved.key if resolved else ""
    return Conditions(
        _fixed(query, resolved, columns, categories),
        tuple(free),
        tuple(unknown),
        key,
        asked,
        not asked or resolved is not None,
    )


def _fixed(query: Query, resolved: Resolved | None, columns: Columns, categories: Categories) -> Mask:
    found = resolved.products[columns.owner] if resolved else np.ones(len(columns.owner), np.bool_)
    for row in (columns.product_row[key] for key in query.exclude if key in columns.product_row):
        found[columns.variants_of(row)] = False
    return found & ~_unwanted(query.unwanted, columns, categories) if query.unwanted else found


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
    names = [wanted] if wanted in columns.brands else columns.brands if len(wanted) > 4 else ()
    near = (name for name in names if name == wanted or (name[:1] == wanted[0] and distance(wanted, name, 1) == 1))
    codes = [columns.brands[name] for name in near]
    return np.isin(columns.brand, codes)[columns.owner] if codes else None


def _value(name: str, wish: str, columns: Columns) -> Mask | None:
    rows = columns.values[name].find(wish) if name in columns.values else None
    if rows is None:
        return None
    mask = np.zeros(len(columns.owner), np.bool_)
    mask[rows] = True
    return mask | for_everybody(columns) if name == GENDER and fold(wish) not in CHILDREN else mask


def for_everybody(columns: Columns) -> Mask:
    """(V) what suits women and men alike; children's sizes are others."""
    values, found = columns.values.get(GENDER), np.zeros(len(columns.owner), np.bool_)
    if values is not None and EVERYBODY in values.rows:
        found[values.rows[EVERYBODY]] = True
    return found
