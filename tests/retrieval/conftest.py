"""Small catalogs written straight into the tables, the demo catalog, and an encoder that a test can break."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from sqlalchemy import update

import catalog_ingest
from tresen import migrations
from tresen.kit.bus import LocalBus
from tresen.kit.clock import SystemClock
from tresen.kit.db import Database, Tx
from tresen.kit.errors import Unavailable
from tresen.retrieval import encoders
from tresen.retrieval.search import Retrieval
from tresen.shop.tables import document, passage, price, product, state, variant

DEMO = Path(catalog_ingest.__file__).parent / "demo"
THEN = datetime(2026, 11, 1, tzinfo=UTC)


class TrigramEncoder:
    """Likeness of spelling instead of meaning; counts what it encodes and fails when told to."""

    name = "trigrams"
    dim = 96

    def __init__(self, language: str = "") -> None:
        self.language = language
        self.encoded = 0
        self.broken = False

    def encode(self, texts: Sequence[str]) -> Any:
        if self.broken:
            raise Unavailable("The encoder is down.")
        self.encoded += len(texts)
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            padded = f"##{text.lower()}##"
            for at in range(len(padded) - 2):
                row[crc32(padded[at : at + 3].encode()) % self.dim] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Shop:
    """Writes a catalog as an ingest would; a product's variants are (options, price in cents, stock)."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def put(
        self,
        key: str,
        title: Any,
        *,
        category: Sequence[Mapping[str, str]] = (),
        variants: Iterable[tuple[dict[str, Any], int | None, int | None]] = (({}, 1000, 5),),
        **more: Any,
    ) -> None:
        async with self.db.write() as tx:
            await self._put(tx, key, title, category, list(variants), more)

    async def _put(self, tx: Tx, key: str, title: Any, category: Any, variants: Any, more: Mapping[str, Any]) -> None:
        number = await self._change(tx)
        path = [_slug(labels.get("en") or next(iter(labels.values()))) for labels in category]
        names = title if isinstance(title, dict) else {"en": title}
        row = {
            "id": key, "source": "test", "external_id": key, "title": names, "description": {}, "details": {},
            "category": list(category), "category_key": "/".join(path), "attributes": {}, "reviews": [],
            "goes_well_with": [], "content_hash": "0",
        }  # fmt: skip
        await tx.execute(product.insert().values({**row, **more}))
        for position, (options, minor, stock) in enumerate(variants):
            own = f"{key}-{position}"
            offer = {"id": own, "product_id": key, "sku": own, "position": position, "changed": number}
            await tx.execute(variant.insert().values({**offer, "options": options, "stock": stock}))
            if minor is not None:
                amount = {"id": own, "variant_id": own, "minor": minor, "currency": "EUR", "tax_included": True}
                await tx.execute(price.insert().values({**amount, "valid_from": THEN}))

    async def offer(self, variant_id: str, *, minor: int | None = None, stock: int | None = None) -> None:
        async with self.db.write() as tx:
            number = await self._change(tx)
            values = {"changed": number} if stock is None else {"changed": number, "stock": stock}
            await tx.execute(update(variant).where(variant.c.id == variant_id).values(values))
            if minor is not None:
                await tx.execute(update(price).where(price.c.variant_id == variant_id).values(minor=minor))

    async def withdraw(self, key: str) -> None:
        async with self.db.write() as tx:
            await tx.execute(update(product).where(product.c.id == key).values(withdrawn_at=THEN))
            await tx.execute(update(variant).where(variant.c.product_id == key).values(withdrawn_at=THEN))

    async def document(self, key: str, title: str, locale: str, passages: Mapping[str, str]) -> None:
        async with self.db.write() as tx:
            names = {"id": key, "source": "test", "external_id": key, "locale": locale, "title": title}
            await tx.execute(document.insert().values({**names, "content_hash": "0"}))
            for position, (heading, text) in enumerate(passages.items()):
                place = {"id": f"{key}-{position}", "document_id": key, "position": position, "anchor": str(position)}
                await tx.execute(passage.insert().values({**place, "heading": heading, "text": text}))

    async def _change(self, tx: Tx) -> int:
        raised = tx.upsert(state).values(name="change", value=1)
        grown = raised.on_conflict_do_update(index_elements=["name"], set_={"value": state.c.value + 1})
        return int(await tx.scalar(grown.returning(state.c.value)))


def _slug(label: str) -> str:
    return label.lower().replace(" ", "-")


async def _load_demo(shop: Shop) -> None:
    for file in sorted((DEMO / "products").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            item = json.loads(line)
            rating = item.get("rating") or {}
            await shop.put(
                item["id"].removeprefix("KK-"),
                item["title"],
                category=item["category"],
                variants=[(v["options"], _cents(v.get("price")), v.get("stock")) for v in item["variants"]],
                description=item["description"],
                brand=item["brand"],
                attributes=item["attributes"],
                details=item["details"],
                rating=rating.get("value"),
                rating_count=rating.get("count", 0),
            )
    for file in sorted((DEMO / "policies").glob("*/*.md")):
        title, *sections = file.read_text("utf-8").partition("\n# ")[2].split("\n## ")
        parts = [section.partition("\n") for section in (title, *sections)]
        passages = {heading: text.strip() for heading, _, text in parts}
        await shop.document(f"{file.stem[:12]}-{file.parent.name}", parts[0][0], file.parent.name, passages)


def _cents(amount: str | None) -> int | None:
    return None if amount is None else round(float(amount) * 100)


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


@pytest.fixture
def encoder() -> TrigramEncoder:
    return TrigramEncoder()


@pytest.fixture
async def opened(db: Database, tmp_path: Path, encoder: TrigramEncoder) -> AsyncIterator[Callable[[], Retrieval]]:
    """Makes Retrieval objects on one database and one folder, as several processes would have them."""
    made: list[Retrieval] = []

    def open_one() -> Retrieval:
        made.append(Retrieval(db, tmp_path, (encoder,)))
        return made[-1]

    yield open_one
    for each in made:
        await each.close()


@pytest.fixture
def retrieval(opened: Callable[[], Retrieval]) -> Retrieval:
    return opened()


@pytest.fixture(scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Retrieval]:
    """The demo shop with the embedded encoder; product ids are the demo's own without `KK-`. Read only."""
    folder = tmp_path_factory.mktemp("demo")
    db = Database(f"sqlite+aiosqlite:///{folder / 'tresen.db'}", SystemClock(), LocalBus())
    await migrations.upgrade(db)
    await _load_demo(Shop(db))
    found = Retrieval(db, folder, encoders.build("embedded"))
    await found.rebuild()
    yield found
    await found.close()
    await db.close()
