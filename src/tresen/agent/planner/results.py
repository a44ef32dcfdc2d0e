"""What tools returned, read with tolerance: whatever is missing or garbled is simply not known."""

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Product:
    """A product as a search listed it; `number` is its place among the cards."""

    id: str
    title: str
    number: int = 0
    brand: str = ""
    price: str = ""
    rating: float | None = None
    ratings: int = 0
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Variant:
    """`stock` None means that it is not counted."""

    id: str
    options: tuple[tuple[str, str], ...]
    price: str
    stock: int | None

    @property
    def available(self) -> bool:
        return self.stock is None or self.stock > 0

    def option(self, key: str) -> str:
        return dict(self.options).get(key, "")

    @property
    def label(self) -> str:
        return " ".join(value for _, value in self.options)


@dataclass(frozen=True)
class Detail:
    """Everything a shop says of one product; `facts` are labelled texts, attributes before details."""

    product: Product
    description: str
    facts: tuple[tuple[str, str], ...]
    reviews: tuple[tuple[int, str], ...]
    variants: tuple[Variant, ...]
    partners: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    variant_id: str
    product_id: str
    title: str
    options: str
    quantity: int
    total: str


@dataclass(frozen=True)
class Cart:
    lines: tuple[Line, ...]
    total: str
    count: int


@dataclass(frozen=True)
class Passage:
    title: str
    heading: str
    text: str
    locale: str


def load(content: str) -> dict[str, Any]:
    """A JSON object, or an empty one when the text is something else."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def line(value: Any, most: int = 120) -> str:
    """One printable line of text; anything but text and numbers is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    kept = "".join(letter for letter in str(value) if unicodedata.category(letter)[0] != "C" or letter in "\n\t")
    return _SPACE.sub(" ", kept).strip()[:most]


def rows(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def products(data: dict[str, Any]) -> tuple[Product, ...]:
    listed = (_product(row, number) for number, row in enumerate(rows(data.get("products")), 1))
    return tuple(each for each in listed if each.id and each.title)


def detail(data: dict[str, Any]) -> Detail | None:
    product = _product(data, 0)
    if not product.id or not product.title:
        return None
    variants = tuple(each for row in rows(data.get("variants")) if (each := _variant(row)).id)
    return Detail(
        product=product,
        description=line(data.get("description"), 2000),
        facts=(*_facts(data.get("attributes")), *_facts(data.get("details"))),
        reviews=tuple(
            (whole(row.get("stars")) or 0, text)
            for row in rows(data.get("reviews"))
            if (text := line(row.get("text"), 400))
        ),
        variants=variants,
        partners=tuple(
            (title, line(row.get("price"), 40))
            for row in rows(data.get("goes_well_with"))
            if (title := line(row.get("title")))
        ),
    )


def cart(data: dict[str, Any]) -> Cart | None:
    held = data.get("cart")
    if not isinstance(held, dict):
        return None
    lines = tuple(each for row in rows(held.get("items")) if (each := _line(row)).variant_id)
    return Cart(lines, line(held.get("total"), 40), whole(held.get("count")) or sum(each.quantity for each in lines))


def passages(data: dict[str, Any]) -> tuple[Passage, ...]:
    if not data.get("found"):
        return ()
    read = (
        Passage(line(row.get("title")), line(row.get("heading")), text, line(row.get("locale"), 8))
        for row in rows(data.get("passages"))
        if isinstance(text := row.get("text"), str) and text.strip()
    )
    return tuple(read)


def whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9 else None


def _product(row: dict[str, Any], number: int) -> Product:
    options = row.get("options")
    values = options.items() if isinstance(options, dict) else ()
    rating = row.get("rating")
    if not isinstance(rating, int | float) or isinstance(rating, bool) or not 0 < rating <= 5:
        rating = None
    return Product(
        id=line(row.get("id")),
        title=line(row.get("title")),
        number=number,
        brand=line(row.get("brand"), 60),
        price=line(row.get("price"), 40),
        rating=None if rating is None else float(rating),
        ratings=whole(row.get("ratings")) or 0,
        options=tuple(
            (line(key), tuple(filter(None, map(line, each)))) for key, each in values if isinstance(each, list)
        ),
    )


def _variant(row: dict[str, Any]) -> Variant:
    options = row.get("options")
    values = options.items() if isinstance(options, dict) else ()
    chosen = tuple((line(key), line(value)) for key, value in values if line(value))
    return Variant(line(row.get("id")), chosen, line(row.get("price"), 40), whole(row.get("stock")))


def _line(row: dict[str, Any]) -> Line:
    return Line(
        variant_id=line(row.get("variant_id")),
        product_id=line(row.get("product_id")),
        title=line(row.get("title")),
        options=line(row.get("options")),
        quantity=max(whole(row.get("quantity")) or 0, 0),
        total=line(row.get("total"), 40),
    )


def _facts(value: Any) -> tuple[tuple[str, str], ...]:
    pairs = value.items() if isinstance(value, dict) else ()
    return tuple((line(label), text) for label, each in pairs if (text := line(each, 500)))
