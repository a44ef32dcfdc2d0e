"""An ingest of 60 products, killed at several moments and started again, ends where an unharmed one does."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from forking import CONTEXT
from mortal_ingest import BATCH, ingest
from sqlalchemy import select

from tresen.bootstrap import bootstrap
from tresen.retrieval.query import Query
from tresen.settings import Settings
from tresen.shop.tables import price, product, variant

COUNT = 60
THINGS = ("running sock", "rain jacket", "bike helmet", "water bottle", "head lamp", "trail shoe", "bike lock")
QUERIES = ("red socks", "something against rain", "7-42", "lamp for the head", "size 42 shoe", "lok")


def one(number: int) -> dict[str, Any]:
    thing, color = THINGS[number % len(THINGS)], ("red", "blue", "green")[number % 3]
    return {
        "id": f"P{number}", "title": {"en": f"{color} {thing} {number}"}, "brand": f"Brand {number % 40}",
        "category": ["Sports", thing], "description": {"en": f"Number {number} of many, made for every day."},
        "variants": [{"sku": f"P{number}-{size}", "options": {"size": str(size), "color": color},
                      "price": f"{number % 90 + 9}.90", "stock": number % 4} for size in (41, 42)],
    }  # fmt: skip


def run(home: Path, feed: Path, moment: str = "", count: int = 0) -> tuple[int | None, dict[str, Any]]:
    """(how the ingest ended, its report, if it lived to tell it)."""
    ours, theirs = CONTEXT.Pipe()
    running = CONTEXT.Process(target=ingest, args=(home, feed, theirs, moment, count), daemon=True)
    running.start()
    theirs.close()
    try:
        report = ours.recv() if ours.poll(600) else {}
    except EOFError:
        report = {}
    running.join(10)
    return running.exitcode, report


async def shown(home: Path) -> dict[str, Any]:
    """Rows and search results, without what tells when they were written."""
    app = bootstrap(Settings(home=home, database_url="", model="", encoder="embedded"))
    found: dict[str, Any] = {}
    async with app.db.read() as tx:
        for table, passing in ((product, set()), (variant, {"changed"}), (price, {"id", "valid_from"})):
            columns = [column for column in table.c if column.name not in passing]
            rows = await tx.rows(select(*columns))
            found[table.name] = sorted(map(repr, rows))
    meant = False
    for query in QUERIES:
        hits = (await app.retrieval.find(Query(query, limit=50))).hits
        meant |= any(reason.startswith("meaning") for hit in hits for reason in hit.why)
        found[query] = [(hit.product_id, hit.variant_ids, round(hit.score, 4)) for hit in hits]
    await app.close()
    assert meant, "found by words alone"
    return found


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("feed") / "shop.jsonl"
    path.write_text("".join(json.dumps(one(number)) + "\n" for number in range(COUNT)), "utf-8")
    return path


@pytest.fixture(scope="module")
async def unharmed(tmp_path_factory: pytest.TempPathFactory, feed: Path) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("unharmed")
    code, report = run(home, feed)
    assert (code, report["new"]) == (0, COUNT)
    return await shown(home)


@pytest.mark.parametrize(
    ("moment", "count", "saved"),
    [
        pytest.param("reading", 30, 0, marks=pytest.mark.slow),
        pytest.param("saving", 1, BATCH, marks=pytest.mark.slow),
        ("commit", 2, BATCH),
        pytest.param("saving", BATCH + 1, COUNT, marks=pytest.mark.slow),
        ("indexing", 30, COUNT),
        pytest.param("indexing", COUNT, COUNT, marks=pytest.mark.slow),
        pytest.param("noting", 1, COUNT, marks=pytest.mark.slow),
    ],
)
async def test_a_killed_ingest_goes_on_where_it_stopped(
    tmp_path: Path, feed: Path, unharmed: dict[str, Any], moment: str, count: int, saved: int
) -> None:
    assert run(tmp_path, feed, moment, count) == (-signal.SIGKILL, {})
    code, report = run(tmp_path, feed)
    assert (code, report["unchanged"], report["new"], report["changed"]) == (0, saved, COUNT - saved, 0)
    assert report["indexed"] is not None
    assert await shown(tmp_path) == unharmed
    _, again = run(tmp_path, feed)
    assert (again["unchanged"], again["indexed"]) == (COUNT, None)
