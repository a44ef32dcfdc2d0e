"""Writes what a feed says: products, variants, prices, policy documents. Unchanged rows are never passed here.

Two counters of the shop tell others what happened: `change` numbers changes of price and stock, `texts` those that
call for a new index. Raising one locks its row, so that two feeds on PostgreSQL write one after the other.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from sqlalchemy import Table, bindparam, delete, select, update

from tresen.kit.db import Tx
from tresen.kit.ids import catalog_id, row_id
from tresen.shop.catalog import Fact, Review, Texts, next_number
from tresen.shop.money import Money
from tresen.shop.tables import document, passage, price, product, state, variant

Kind = Literal["product", "document"]
_TABLES: dict[Kind, Table] = {"product": product, "document": document}
_HALF = 32  # hex digits: a product's hash is that of its texts, then that of its prices and stock


@dataclass(frozen=True)
class NewVariant:
    """A variant as the feed has it. `price` None: on request; `stock` None: the feed does not say."""

    sku: str
    options: dict[str, str | Texts]
    price: Money | None
    tax_included: bool
    stock: int | None
    image: str


@dataclass(frozen=True)
class NewProduct:
    """A checked product of a feed with all its variants, in feed order."""

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
    variants: tuple[NewVariant, ...]

    @property
    def content_hash(self) -> str:
        # The order of options is shown, so it counts; the order of other names does not.
        texts = [(each.sku, list(each.options.items()), each.image) for each in self.variants]
        offers = [(each.price, each.tax_included, each.stock) for each in self.variants]
        return _hash(vars(self) | {"variants": texts})[:_HALF] + _hash(offers)[:_HALF]


@dataclass(frozen=True)
class NewPassage:
    heading: str
    anchor: str
    text: str


@dataclass(frozen=True)
class NewDocument:
    external_id: str
    locale: str
    title: str
    url: str
    passages: tuple[NewPassage, ...]

    @property
    def content_hash(self) -> str:
        return _hash(self)


@dataclass(frozen=True)
class Known:
    """What the shop holds under a source's external id."""

    content_hash: str
    live: bool


def _hash(content: Any) -> str:
    text = json.dumps(content, default=vars, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


async def known(tx: Tx, kind: Kind, source: str) -> dict[str, Known]:
    """Everything `source` ever brought, by external id."""
    columns = _TABLES[kind].c
    query = select(columns.external_id, columns.content_hash, columns.withdrawn_at)
    rows = await tx.rows(query.where(columns.source == source))
    return {row.external_id: Known(row.content_hash, row.withdrawn_at is None) for row in rows}


async def save_products(tx: Tx, source: str, items: Sequence[NewProduct]) -> None:
    """Write new and changed products whole: texts, variants, prices, stock; withdrawn ones are live again."""
    number = await next_number(tx, "change")
    ids = [catalog_id("p", source, item.external_id) for item in items]
    columns = (product.c.id, product.c.content_hash, product.c.withdrawn_at)
    before = {row.id: row for row in await tx.rows(select(*columns).where(product.c.id.in_(ids)))}
    rows = [_product_row(key, source, item) for key, item in zip(ids, items, strict=True)]
    await _upsert(tx, product, rows)
    await _save_variants(tx, source, items, number)
    await _save_prices(tx, source, items)
    if any(_reads_differently(before.get(row["id"]), row["content_hash"]) for row in rows):
        await next_number(tx, "texts")


async def save_documents(tx: Tx, source: str, items: Sequence[NewDocument]) -> None:
    """Write new and changed documents with their passages; withdrawn ones are live again."""
    await next_number(tx, "texts")
    rows = [_document_row(source, item) for item in items]
    await _upsert(tx, document, rows)
    await tx.execute(delete(passage).where(passage.c.document_id.in_([row["id"] for row in rows])))
    pieces = [piece for item in items for piece in _passage_rows(source, item)]
    if pieces:
        await tx.execute(passage.insert(), pieces)


async def withdraw(tx: Tx, kind: Kind, source: str, external_ids: Sequence[str]) -> None:
    """Take products (with their variants) or documents of `source` out of the shop; their rows stay."""
    if not external_ids:
        return
    await next_number(tx, "texts")
    keys = [{"key": catalog_id(kind[0], source, each), "at": tx.now} for each in external_ids]
    table = _TABLES[kind]
    gone = table.c.id == bindparam("key")
    await tx.execute(update(table).where(gone).values(withdrawn_at=bindparam("at")), keys)
    if kind == "product":
        theirs = (variant.c.product_id == bindparam("key"), variant.c.withdrawn_at.is_(None))
        await tx.execute(update(variant).where(*theirs).values(withdrawn_at=bindparam("at")), keys)


async def note_indexed(tx: Tx, texts: int) -> None:
    """Remember that an index of the shop exists which knows `texts` (the counter's value when it was begun)."""
    await tx.execute(update(state).where(state.c.name == "indexed").values(value=texts))


def _reads_differently(before: Any, content_hash: str) -> bool:
    """Whether the index has to know: new, back again, or other texts; not another price or stock."""
    return before is None or before.withdrawn_at is not None or before.content_hash[:_HALF] != content_hash[:_HALF]


async def _save_variants(tx: Tx, source: str, items: Sequence[NewProduct], number: int) -> None:
    products = [catalog_id("p", source, item.external_id) for item in items]
    before = {row.id: row for row in await tx.rows(select(variant).where(variant.c.product_id.in_(products)))}
    prices = await _open_prices(tx, products)
    rows = []
    for item in items:
        for position, new in enumerate(item.variants):
            row = _variant_row(source, item, position, new)
            old = before.pop(row["id"], None)
            same_offer = old is not None and old.stock == new.stock and _same_price(prices.get(old.id), new)
            row["changed"] = old.changed if same_offer and old and old.withdrawn_at is None else number
            if old is None or not _same_row(old, row):
                rows.append(row)
    await _upsert(tx, variant, rows)
    vanished = [{"key": old.id, "at": tx.now} for old in before.values() if old.withdrawn_at is None]
    if vanished:
        gone = update(variant).where(variant.c.id == bindparam("key"))
        await tx.execute(gone.values(withdrawn_at=bindparam("at")), vanished)


async def _save_prices(tx: Tx, source: str, items: Sequence[NewProduct]) -> None:
    """Close the price rows that are no longer true and open new ones; what stayed is not touched."""
    opened = await _open_prices(tx, [catalog_id("p", source, item.external_id) for item in items])
    closing, rows = [], []
    for item in items:
        for new in item.variants:
            key = _variant_id(source, item, new)
            old = opened.get(key)
            if _same_price(old, new):
                continue
            if old is not None:
                closing.append({"key": old.id, "at": tx.now})
            if new.price is not None:
                rows.append(_price_row(tx, key, new.price, new.tax_included))
    if closing:
        closed = update(price).where(price.c.id == bindparam("key"))
        await tx.execute(closed.values(valid_until=bindparam("at")), closing)
    if rows:
        await tx.execute(price.insert(), rows)


async def _open_prices(tx: Tx, product_ids: Sequence[str]) -> dict[str, Any]:
    query = select(price).join(variant, variant.c.id == price.c.variant_id)
    rows = await tx.rows(query.where(variant.c.product_id.in_(product_ids), price.c.valid_until.is_(None)))
    return {row.variant_id: row for row in rows}


def _same_row(old: Any, row: dict[str, Any]) -> bool:
    same_order = list(old.options) == list(row["options"])  # equal dicts may still be shown differently
    return same_order and all(getattr(old, name) == value for name, value in row.items())


def _same_price(old: Any, new: NewVariant) -> bool:
    if old is None or new.price is None:
        return old is None and new.price is None
    told = (new.price.minor, new.price.currency, new.tax_included)
    return (old.minor, old.currency, bool(old.tax_included)) == told


async def _upsert(tx: Tx, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        insert = tx.upsert(table)
        fresh = {name: insert.excluded[name] for name in rows[0] if name != "id"}
        await tx.execute(insert.on_conflict_do_update(index_elements=["id"], set_=fresh), rows)


def _product_row(key: str, source: str, item: NewProduct) -> dict[str, Any]:
    row = asdict(replace(item, variants=()))
    del row["variants"]
    row |= {"id": key, "source": source, "content_hash": item.content_hash, "withdrawn_at": None}
    return row


def _variant_id(source: str, item: NewProduct, new: NewVariant) -> str:
    return catalog_id("v", source, item.external_id, new.sku)


def _variant_row(source: str, item: NewProduct, position: int, new: NewVariant) -> dict[str, Any]:
    return {
        "id": _variant_id(source, item, new),
        "product_id": catalog_id("p", source, item.external_id),
        "sku": new.sku,
        "position": position,
        "options": new.options,
        "image": new.image,
        "stock": new.stock,
        "withdrawn_at": None,
    }


def _price_row(tx: Tx, variant_id: str, amount: Money, tax_included: bool) -> dict[str, Any]:
    return {
        "id": row_id(),
        "variant_id": variant_id,
        "minor": amount.minor,
        "currency": amount.currency,
        "tax_included": tax_included,
        "valid_from": tx.now,
        "valid_until": None,
    }


def _document_row(source: str, item: NewDocument) -> dict[str, Any]:
    row = asdict(item)
    del row["passages"]
    key = catalog_id("d", source, item.external_id)
    return row | {"id": key, "source": source, "content_hash": item.content_hash, "withdrawn_at": None}


def _passage_rows(source: str, item: NewDocument) -> Iterable[dict[str, Any]]:
    for position, new in enumerate(item.passages):
        key = catalog_id("s", source, item.external_id, new.anchor)
        yield asdict(new) | {
            "id": key,
            "document_id": catalog_id("d", source, item.external_id),
            "position": position,
        }
