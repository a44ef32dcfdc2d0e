"""Products, variants and policy documents as the rest of Tresen reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, func, select, update

from tresen.kit.db import Tx
from tresen.kit.errors import NotFound
from tresen.shop.money import Money
from tresen.shop.tables import document, passage, price, product, state, variant

_PAGE = 1000

Texts = dict[str, str]
Fact = str | int | float | bool | Texts | list[str | Texts]


@dataclass(frozen=True)
class Variant:
    """One thing that can be put into a cart. `price` None: on request; `stock` None: not known."""

    id: str
    product_id: str
    sku: str
    options: dict[str, str | Texts]
    price: Money | None
    tax_included: bool
    stock: int | None
    image: str

    @property
    def available(self) -> bool:
        return self.stock is None or self.stock > 0

    def label(self, locale: str) -> str:
        """`Blau, 39-42`."""
        return ", ".join(pick(value, locale) for value in self.options.values())


@dataclass(frozen=True)
class Review:
    stars: int
    text: str
    author: str
    locale: str


@dataclass(frozen=True)
class Product:
    """A product with its live variants, in feed order."""

    id: str
    source: str
    external_id: str
    title: Texts
    description: Texts
    brand: str
    category: tuple[Texts, ...]
    category_key: str
    attributes: dict[str, Fact]
    details: dict[str, Texts]
    rating: float | None
    rating_count: int
    reviews: tuple[Review, ...]
    goes_well_with: tuple[str, ...]
    image: str
    url: str
    variants: tuple[Variant, ...]

    @property
    def available(self) -> bool:
        return any(item.available for item in self.variants)

    def price_from(self) -> Money | None:
        """The lowest known price in the currency of the first one, of what is in stock if anything is."""
        known = [(item.price, item.available) for item in self.variants if item.price]
        same = [(price, available) for price, available in known if price.currency == known[0][0].currency]
        in_stock = [price for price, available in same if available]
        return min(in_stock or [price for price, _ in same], default=None)


@dataclass(frozen=True)
class Passage:
    """A piece of a policy document, ready to be cited."""

    id: str
    document_id: str
    title: str
    heading: str
    anchor: str
    locale: str
    url: str
    text: str


def pick(value: Any, locale: str) -> str:
    """The text in `locale`, else in English, else in whatever language there is."""
    if isinstance(value, dict):
        return str(value.get(locale) or value.get("en") or next(iter(value.values()), ""))
    return str(value)


async def products(tx: Tx, ids: Sequence[str]) -> list[Product]:
    """The live products of `ids`, in that order; unknown and withdrawn ids are left out."""
    rows = await tx.rows(select(product).where(product.c.id.in_(ids), product.c.withdrawn_at.is_(None)))
    variants = await _variants(tx, variant.c.product_id.in_(ids))
    found = {row.id: _product(row, [item for item in variants if item.product_id == row.id]) for row in rows}
    return [found[key] for key in dict.fromkeys(ids) if key in found]


async def products_after(tx: Tx, last: str, count: int) -> list[Product]:
    """The next live products by id; empty after the last one."""
    query = select(product).where(product.c.withdrawn_at.is_(None), product.c.id > last).order_by(product.c.id)
    rows = await tx.rows(query.limit(count))
    by_product: dict[str, list[Variant]] = {}
    for item in await _variants(tx, variant.c.product_id.in_([row.id for row in rows])):
        by_product.setdefault(item.product_id, []).append(item)
    return [_product(row, by_product.get(row.id, [])) for row in rows]


async def all_products(tx: Tx) -> list[Product]:
    """The whole live catalog, for what is kept of all of it at once."""
    found: list[Product] = []
    while batch := await products_after(tx, found[-1].id if found else "", _PAGE):
        found += batch
    return found


async def count_products(tx: Tx) -> int:
    return int(await tx.scalar(select(func.count()).where(product.c.withdrawn_at.is_(None))))


async def product_ids(tx: Tx, source: str, external_ids: Sequence[str]) -> list[str]:
    """Our ids of a source's products, for `goes_well_with`; unknown ones are left out."""
    rows = await tx.rows(
        select(product.c.id).where(
            product.c.source == source,
            product.c.external_id.in_(external_ids),
            product.c.withdrawn_at.is_(None),
        )
    )
    return [row.id for row in rows]


async def variants(tx: Tx, ids: Sequence[str]) -> dict[str, Variant]:
    """The live variants of `ids`, with the price and stock of now."""
    return {item.id: item for item in await _variants(tx, variant.c.id.in_(ids))}


async def by_sku(tx: Tx, sku: str) -> Variant:
    """The live variant that the merchant calls so.

    Raises:
        NotFound: there is none.
    """
    found = await _variants(tx, variant.c.sku == sku)
    if not found:
        raise NotFound(f"No variant has the SKU {sku!r}.", code="unknown_sku")
    return found[0]


async def changed_variants(tx: Tx, since: int) -> list[tuple[int, Variant]]:
    """(change number, variant) for every live variant whose price or stock changed after `since`."""
    changed = await tx.rows(select(variant.c.id, variant.c.changed).where(variant.c.changed > since))
    numbers = {row.id: row.changed for row in changed}
    found = await _variants(tx, variant.c.changed > since)
    return sorted(((numbers[item.id], item) for item in found), key=lambda pair: pair[0])


async def passages(tx: Tx, ids: Sequence[str] | None = None) -> list[Passage]:
    """Policy passages of `ids` in that order, or all live ones."""
    query = (
        select(passage, document.c.title, document.c.locale, document.c.url)
        .join(document, passage.c.document_id == document.c.id)
        .where(document.c.withdrawn_at.is_(None))
        .order_by(passage.c.document_id, passage.c.position)
    )
    rows = await tx.rows(query if ids is None else query.where(passage.c.id.in_(ids)))
    found = {row.id: _passage(row) for row in rows}
    return list(found.values()) if ids is None else [found[key] for key in ids if key in found]


async def next_number(tx: Tx, name: str) -> int:
    """Raise the shop's counter `name` by one and return it; the row is locked until the commit."""
    query = update(state).where(state.c.name == name).values(value=state.c.value + 1).returning(state.c.value)
    return int(await tx.scalar(query))


async def counted(tx: Tx, name: str) -> int:
    """Like `next_number` for a counter that may not exist yet; the first is 1."""
    row = tx.upsert(state).values(name=name, value=1)
    raised = row.on_conflict_do_update(index_elements=["name"], set_={"value": state.c.value + 1})
    return int(await tx.scalar(raised.returning(state.c.value)))


async def set_number(tx: Tx, name: str, value: int) -> None:
    """Set the shop's counter `name`, made if there is none."""
    row = tx.upsert(state).values(name=name, value=value)
    await tx.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


async def number(tx: Tx, name: str) -> int:
    return int(await tx.scalar(select(state.c.value).where(state.c.name == name)) or 0)


async def _variants(tx: Tx, where: Any) -> list[Variant]:
    query = (
        select(variant, price.c.minor, price.c.currency, price.c.tax_included)
        .outerjoin(price, and_(price.c.variant_id == variant.c.id, price.c.valid_until.is_(None)))
        .where(where, variant.c.withdrawn_at.is_(None))
        .order_by(variant.c.product_id, variant.c.position)
    )
    return [_variant(row) for row in await tx.rows(query)]


def _variant(row: Row[Any]) -> Variant:
    money = None if row.minor is None else Money(row.minor, row.currency)
    included = row.tax_included is not False
    return Variant(row.id, row.product_id, row.sku, row.options, money, included, row.stock, row.image)


def _product(row: Row[Any], items: Iterable[Variant]) -> Product:
    return Product(
        id=row.id,
        source=row.source,
        external_id=row.external_id,
        title=row.title,
        description=row.description,
        brand=row.brand,
        category=tuple(row.category),
        category_key=row.category_key,
        attributes=row.attributes,
        details=row.details,
        rating=row.rating,
        rating_count=row.rating_count,
        reviews=tuple(Review(**each) for each in row.reviews),
        goes_well_with=tuple(row.goes_well_with),
        image=row.image,
        url=row.url,
        variants=tuple(items),
    )


def _passage(row: Row[Any]) -> Passage:
    return Passage(row.id, row.document_id, row.title, row.heading, row.anchor, row.locale, row.url, row.text)
