"""What is asked of the catalog and what comes back; plain data, cheap to import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tresen.retrieval.asking import About
from tresen.shop.catalog import Passage
from tresen.shop.money import Money

Sort = Literal["relevance", "price", "price_desc", "rating"]
Outcome = Literal["found", "relaxed", "filter_unknown", "category_not_carried", "out_of_reach", "nothing"]


@dataclass(frozen=True)
class Query:
    """A wish. Everything but `text` is a condition that a hit must meet; prices are minor units.

    `options` are matched against the options of variants and the attributes of products, in any language; what is for
    everybody is for women and for men. `unwanted` are brands, categories, values or kinds of thing that no hit may be
    or have; a word that the catalog does not know rules nothing out. With `complete` also products that fit the text
    only a little are ranked, as evaluations want.
    """

    text: str = ""
    locale: str = "en"
    category: str = ""
    brand: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    unwanted: tuple[str, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    rating_min: float | None = None
    in_stock: bool = False
    sort: Sort = "relevance"
    limit: int = 6
    exclude: frozenset[str] = frozenset()
    complete: bool = False


@dataclass(frozen=True)
class Hit:
    """A product and those of its variants that meet every condition, best first; what can be bought comes first."""

    product_id: str
    variant_ids: tuple[str, ...]
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """The answer to a query, and in what way it is less than was asked for.

    `relaxed` names the conditions that were dropped, `unknown` the values the catalog does not know
    (`color:chartreuse`), `nearest` the closest price there is when the wished one is out of reach. A text may ask
    `about` the shop itself; `brands` are then those of all that was meant, with how many products each has.
    """

    hits: tuple[Hit, ...]
    total: int
    outcome: Outcome
    relaxed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    nearest: Money | None = None
    category_key: str = ""
    about: About = ""
    brands: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class PassageHit:
    """A policy passage; `score` is between 0 and 1 and can be compared across questions."""

    passage: Passage
    score: float
