"""The very same feed is not read twice; anything else is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from catalog_feeds import merchant_feed
from sqlalchemy import update

from catalog_ingest import feed as feeds
from catalog_ingest import pipeline
from catalog_ingest.options import Options
from catalog_ingest.progress import Silent
from catalog_ingest.report import Report
from catalog_ingest.seen import Seen
from tresen.shop.tables import product


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the feeds whose rows were read."""
    names: list[str] = []
    whole = feeds.Feed.batches

    def noted(self: feeds.Feed, only: Any = None) -> Any:
        names.append(self.name)
        return whole(self, only)

    monkeypatch.setattr(feeds.Feed, "batches", noted)
    return names


async def load(feeder: Any, path: Path, **told: Any) -> Report:
    seen = Seen(feeder.folder / "feeds")
    return await pipeline.ingest(feeder.db, feeder.indexer, [path], Options(**told), Silent(), seen)


async def test_the_same_feed_is_not_read_again_and_reported_alike(feeder: Any, reads: list[str]) -> None:
    path = feeder.jsonl(feeder.sock("S1", odd=1), feeder.sock("S2"))
    first = await load(feeder, path)
    reads.clear()
    again = await load(feeder, path)
    assert reads == []
    assert (again.read, again.unchanged, again.saved, again.indexed) == (2, 2, 0, None)
    assert again.all_warnings() == first.all_warnings() != []


@pytest.mark.parametrize("change", ["bytes", "options", "shop", "withdrawn"])
async def test_what_is_not_the_same_is_read(feeder: Any, reads: list[str], change: str) -> None:
    path = feeder.jsonl(feeder.sock("S1"), feeder.sock("S2"))
    await load(feeder, path)
    told = {"locale": "en"} if change == "options" else {}
    if change == "bytes":
        path = feeder.jsonl(feeder.sock("S1"), feeder.sock("S2", description="Warm."))
    if change in ("shop", "withdrawn"):
        values = {"content_hash": "x"} if change == "shop" else {"withdrawn_at": datetime(2026, 1, 1, tzinfo=UTC)}
        async with feeder.db.write() as tx:
            await tx.execute(update(product).where(product.c.external_id == "S1").values(values))
    reads.clear()
    await load(feeder, path, **told)
    assert reads


async def test_a_feed_of_which_something_was_refused_is_read_again(feeder: Any, reads: list[str]) -> None:
    path = feeder.jsonl(feeder.sock("S1"), feeder.sock("S1"))
    await load(feeder, path)
    reads.clear()
    assert (await load(feeder, path)).rejected_rows == 1
    assert reads


async def test_a_sale_that_ended_since_has_the_feed_read_again(feeder: Any, reads: list[str]) -> None:
    path = feeder.file("shop.tsv", merchant_feed("2026-01-01T00:00Z/2026-02-01T00:00Z"))
    await load(feeder, path, at=datetime(2026, 1, 10, tzinfo=UTC))
    reads.clear()
    await load(feeder, path, at=datetime(2026, 1, 20, tzinfo=UTC))
    assert reads == []
    await load(feeder, path, at=datetime(2026, 2, 2, tzinfo=UTC))
    [found] = (await feeder.products()).values()
    assert str(found.variants[0].price.minor) == "1000"


async def test_a_dry_run_remembers_nothing(feeder: Any, reads: list[str]) -> None:
    path = feeder.jsonl(feeder.sock("S1"))
    await load(feeder, path, dry_run=True)
    assert (await load(feeder, path)).new == 1


async def test_what_was_remembered_wrongly_is_read_again(feeder: Any, reads: list[str]) -> None:
    path = feeder.jsonl(feeder.sock("S1"))
    await load(feeder, path)
    [file] = (feeder.folder / "feeds").iterdir()
    file.write_text('{"feed": 1')
    reads.clear()
    assert (await load(feeder, path)).unchanged == 1
    assert reads
