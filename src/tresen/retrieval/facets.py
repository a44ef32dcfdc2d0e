"""What the live catalog can be narrowed by, with counts of products."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tresen.retrieval.categories import Categories
from tresen.retrieval.columns import NO_PRICE, Columns, Mask
from tresen.retrieval.values import Rows
from tresen.shop.money import Money

_LONGEST_LABEL = 40
_MOST_VALUES = 200


@dataclass(frozen=True)
class Facet:
    """One value: the key to ask with, its name per locale, how many products have it, the category above it."""

    key: str
    labels: Mapping[str, str]
    count: int
    parent: str = ""


@dataclass(frozen=True)
class Facets:
    """`options` holds variant options and short attributes alike: `color`, `size`, `material`, `waterproof`."""

    categories: tuple[Facet, ...]
    brands: tuple[Facet, ...]
    options: Mapping[str, tuple[Facet, ...]]
    price_min: Money | None
    price_max: Money | None


def facets(columns: Columns, categories: Categories, variants: Mask | None = None) -> Facets:
    """Facets of the whole catalog, or of the products that have a variant in the mask."""
    chosen = np.ones(len(columns.owner), np.bool_) if variants is None else variants
    products = columns.owners(chosen)
    options = {key: _values(columns, columns.values[key].labels, chosen) for key in _keys(columns)}
    known = columns.price[chosen & (columns.price != NO_PRICE)]
    return Facets(
        categories=_categories(categories, products),
        brands=_brands(columns, products),
        options={key: found for key, found in options.items() if found},
        price_min=Money(int(known.min()), columns.currency) if len(known) else None,
        price_max=Money(int(known.max()), columns.currency) if len(known) else None,
    )


def _keys(columns: Columns) -> list[str]:
    """What can be chosen first, then attributes in words by how many variants have them; plain numbers are left out."""
    told = {key: sum(len(rows) for _, rows in values.labels.values()) for key, values in columns.values.items()}
    worded = [key for key, values in columns.values.items() if any(_is_word(name) for name in values.labels)]
    return sorted({*columns.options, *worded}, key=lambda key: (key not in columns.options, -told[key], key))


def _is_word(name: str) -> bool:
    return name != "false" and not name.replace(".", "").replace(",", "").isdigit()


def _categories(categories: Categories, products: Mask) -> tuple[Facet, ...]:
    counted = (
        (node, int(np.count_nonzero(categories.under(node.key) & products))) for node in categories.nodes.values()
    )
    return tuple(Facet(node.key, node.labels, count, node.parent) for node, count in counted if count)


def _brands(columns: Columns, products: Mask) -> tuple[Facet, ...]:
    counts = np.bincount(columns.brand[products], minlength=len(columns.brand_names))
    found = [
        Facet(name, dict.fromkeys(columns.locales, name), int(count))
        for name, count in zip(columns.brand_names, counts, strict=True)
        if name and count
    ]
    return tuple(sorted(found, key=lambda facet: (-facet.count, facet.key)))


def _values(columns: Columns, labels: Mapping[str, tuple[Mapping[str, str], Rows]], chosen: Mask) -> tuple[Facet, ...]:
    found = []
    for key, (texts, rows) in labels.items():
        count = len(np.unique(columns.owner[rows[chosen[rows]]]))
        if count and len(key) <= _LONGEST_LABEL and key != "false":
            named = dict.fromkeys(columns.locales, texts[""]) if "" in texts else texts
            found.append(Facet(key, named, count))
    return tuple(sorted(found, key=lambda facet: (-facet.count, facet.key))[:_MOST_VALUES])
