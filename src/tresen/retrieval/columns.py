"""The live catalog as numpy columns: one row per product, one per variant, filters are masks over the latter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import language
from tresen.retrieval.language import fold
from tresen.retrieval.values import Spoken, ValueIndex, Values, key_of
from tresen.shop.catalog import Product, Variant

Mask = NDArray[np.bool_]
NO_PRICE = -1
UNLIMITED = -1

_PRIOR_RATING, _PRIOR_COUNT = 4.0, 10
_LASTING = ("product_row", "quality", "spoken")  # what prices and stock do not change, once it is worked out


@dataclass(frozen=True)
class Columns:
    """Products (P rows, by id) and their variants (V rows, by product and feed order).

    `price` is minor units of the shop's currency, NO_PRICE when unknown or in another one. `stock` is UNLIMITED when
    the feed does not say. `starts` (P) is each product's first variant. Products without a live variant are left out.
    """

    currency: str
    locales: tuple[str, ...]
    product_ids: tuple[str, ...]
    variant_ids: tuple[str, ...]
    variant_row: Mapping[str, int]
    owner: NDArray[np.int32]
    starts: NDArray[np.int64]
    price: NDArray[np.int64]
    stock: NDArray[np.int32]
    rating: NDArray[np.float32]
    rating_count: NDArray[np.int32]
    brand: NDArray[np.int32]
    brands: Mapping[str, int]
    brand_names: tuple[str, ...]
    values: Mapping[str, Values]
    options: Mapping[str, Values]

    @cached_property
    def available(self) -> Mask:
        """(V) what can be bought now."""
        return np.asarray(self.stock != 0, np.bool_)

    def owners(self, variants: Mask) -> Mask:
        """(P) products with at least one of the variants."""
        if len(self.starts) == len(self.owner):
            return variants
        return np.asarray(np.maximum.reduceat(variants, self.starts), np.bool_)

    def variants_of(self, row: int) -> range:
        end = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.owner)
        return range(int(self.starts[row]), int(end))

    def lowest_price(self, variants: Mask) -> NDArray[np.float64]:
        """(P) lowest known price among `variants`, of what is in stock if anything is; inf when there is none."""
        if not len(self.starts):
            return np.zeros(0)
        known = np.where(variants & (self.price != NO_PRICE), self.price, np.inf)
        in_stock = np.minimum.reduceat(np.where(self.available, known, np.inf), self.starts)
        return np.where(np.isfinite(in_stock), in_stock, np.minimum.reduceat(known, self.starts))

    @cached_property
    def product_row(self) -> Mapping[str, int]:
        return {key: row for row, key in enumerate(self.product_ids)}

    @cached_property
    def quality(self) -> NDArray[np.float32]:
        """(P) 0..1: rating pulled towards the middle when few have rated."""
        known = np.where(np.isnan(self.rating), 0, self.rating_count)
        rated = np.nan_to_num(self.rating) * known + _PRIOR_RATING * _PRIOR_COUNT
        return np.asarray(np.clip((rated / (known + _PRIOR_COUNT) - 3) / 2, 0, 1), np.float32)

    @cached_property
    def spoken(self) -> Spoken:
        """Every value of every key, by what a sentence may call it."""
        return Spoken(self.values, frozenset(self.options), self.locales)

    def with_changes(self, changed: Sequence[Variant]) -> "Columns":
        """A copy with the price and stock of `changed`.

        Raises:
            KeyError: a variant that these columns do not have.
        """
        rows = [self.variant_row[item.id] for item in changed]
        price, stock = self.price.copy(), self.stock.copy()
        price[rows] = [_price(item, self.currency) for item in changed]
        stock[rows] = [_stock(item) for item in changed]
        now = replace(self, price=price, stock=stock)
        now.__dict__.update({name: self.__dict__[name] for name in _LASTING if name in self.__dict__})
        return now


def of(catalog: Sequence[Product], currency: str) -> Columns:
    """Columns of all products that have a variant."""
    products = [item for item in catalog if item.variants]
    variants = [item for product in products for item in product.variants]
    counts = [len(product.variants) for product in products]
    locales = locales_of(products)
    brands: dict[str, int] = {}
    values, options = _values(products, locales)
    return Columns(
        currency=currency,
        locales=locales,
        product_ids=tuple(item.id for item in products),
        variant_ids=tuple(item.id for item in variants),
        variant_row={item.id: row for row, item in enumerate(variants)},
        owner=np.repeat(np.arange(len(products), dtype=np.int32), counts),
        starts=np.cumsum([0, *counts[:-1]], dtype=np.int64)[: len(products)],
        price=np.array([_price(item, currency) for item in variants], np.int64),
        stock=np.array([_stock(item) for item in variants], np.int32),
        rating=np.array([np.nan if item.rating is None else item.rating for item in products], np.float32),
        rating_count=np.array([item.rating_count for item in products], np.int32),
        brand=np.array([brands.setdefault(fold(item.brand), len(brands)) for item in products], np.int32),
        brands=brands,
        brand_names=_names(products, brands),
        values=values,
        options=options,
    )


def locales_of(products: Sequence[Product]) -> tuple[str, ...]:
    """The languages the catalog is written in; a text without one counts as English."""
    return tuple(sorted({language.base(locale) or "en" for item in products for locale in item.title})) or ("en",)


def _values(products: Sequence[Product], locales: tuple[str, ...]) -> tuple[dict[str, Values], dict[str, Values]]:
    everything, own = ValueIndex(), ValueIndex()
    row = 0
    for product in products:
        shared = _facts(product.attributes)
        for item in product.variants:
            chosen = _facts(item.options)
            everything.add(row, {**shared, **chosen})
            own.add(row, chosen)
            row += 1
    return everything.done(locales), own.done(locales)


def _facts(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key_of(name): value for name, value in raw.items()}


def _names(products: Sequence[Product], brands: Mapping[str, int]) -> tuple[str, ...]:
    names = {brands[fold(item.brand)]: item.brand for item in reversed(products)}
    return tuple(names[code] for code in range(len(brands)))


def _price(item: Variant, currency: str) -> int:
    return item.price.minor if item.price and item.price.currency == currency else NO_PRICE


def _stock(item: Variant) -> int:
    return UNLIMITED if item.stock is None else max(item.stock, 0)
