"""A shop to ingest into: an indexer that counts, feeds written in a line, and an eye on what is written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from catalog_ingest.options import Options
from catalog_ingest.pipeline import ingest
from catalog_ingest.progress import Silent
from catalog_ingest.report import Report
from tresen.kit.db import Database
from tresen.kit.errors import Unavailable
from tresen.shop import catalog
from tresen.shop.catalog import Product


class CountingIndexer:
    def __init__(self, db: Database) -> None:
        self.db = db
        self.built = 0
        self.fails = False

    async def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        if self.fails:
            raise Unavailable
        self.built += 1
        async with self.db.write() as tx:
            return await catalog.next_number(tx, "index_version")


class Feeder:
    """Writes feeds and ingests them."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self.folder = folder
        self.indexer = CountingIndexer(db)
        self.written: list[str] = []
        event.listen(db.engine.sync_engine, "before_cursor_execute", self._watch)

    def _watch(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split()[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            self.written.append(statement)

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def jsonl(self, *rows: dict[str, Any], name: str = "shop.jsonl") -> Path:
        return self.file(name, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))

    @staticmethod
    def sock(key: str = "S1", **other: Any) -> dict[str, Any]:
        """A product with two variants, blue and red."""
        blue, red = {"de": "Blau", "en": "blue"}, {"de": "Rot", "en": "red"}
        variants = [
            {"sku": f"{key}-blue", "options": {"color": blue}, "price": "14.90", "stock": 3},
            {"sku": f"{key}-red", "options": {"color": red}, "price": "15.90", "stock": 0},
        ]
        return {"id": key, "title": {"de": f"Socke {key}", "en": f"Sock {key}"}, "variants": variants} | other

    async def ingest(self, *paths: Path, **options: Any) -> Report:
        return await ingest(self.db, self.indexer, paths, Options(**options), Silent())

    async def products(self) -> dict[str, Product]:
        """The live catalog by external id."""
        async with self.db.read() as tx:
            return {product.external_id: product for product in await catalog.all_products(tx)}

    async def number(self, name: str) -> int:
        async with self.db.read() as tx:
            return await catalog.number(tx, name)


@pytest.fixture
def feeder(db: Database, tmp_path: Path) -> Feeder:
    return Feeder(db, tmp_path)
