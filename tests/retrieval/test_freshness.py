"""The index is built beside the live one, swapped, reused and survived; prices and stock are those of now."""

import asyncio
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tresen.kit.db import Database
from tresen.kit.errors import Unavailable
from tresen.retrieval import index
from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval
from tresen.retrieval.store import Store
from tresen.shop import catalog


@pytest.fixture(autouse=True)
async def three_products(shop: Any) -> None:
    for key, title in (("socks", "Running socks"), ("jacket", "Rain jacket"), ("helmet", "Bike helmet")):
        await shop.put(key, title)


async def found(retrieval: Retrieval, text: str = "", **more: Any) -> list[str]:
    return [hit.product_id for hit in (await retrieval.find(Query(text, **more))).hits]


async def live(db: Database) -> int:
    async with db.read() as tx:
        return await catalog.number(tx, "index_version")


async def test_a_shop_without_an_index_is_searched_by_words(retrieval: Retrieval, caplog: Any) -> None:
    assert not retrieval.ready
    assert await found(retrieval, "rain jacket") == ["jacket"]
    assert retrieval.ready
    assert "words alone" in caplog.text


async def test_a_new_price_and_stock_are_seen_by_the_next_search(retrieval: Retrieval, shop: Any) -> None:
    await retrieval.rebuild()
    assert await found(retrieval, "socks", price_max=500) == ["socks"]  # out of reach, shown as the nearest
    await shop.offer("socks-0", minor=499)
    cheap = await retrieval.find(Query("socks", price_max=500))
    assert (cheap.outcome, [hit.product_id for hit in cheap.hits]) == ("found", ["socks"])
    await shop.offer("socks-0", stock=0)
    assert (await retrieval.find(Query("socks", in_stock=True))).outcome == "relaxed"


async def test_a_new_product_and_a_withdrawn_one_are_seen_before_any_rebuild(retrieval: Retrieval, shop: Any) -> None:
    await retrieval.rebuild()
    assert await found(retrieval, "gloves") == []
    await shop.put("gloves", "Winter gloves")
    assert await found(retrieval, "gloves") == ["gloves"]
    await shop.withdraw("gloves")
    assert await found(retrieval, "gloves") == []


async def test_a_rebuild_encodes_only_what_changed(retrieval: Retrieval, shop: Any, encoder: Any, db: Database) -> None:
    first = await retrieval.rebuild()
    encoder.encoded = 0
    await shop.put("gloves", "Winter gloves")
    steps: list[tuple[int, int]] = []
    second = await retrieval.rebuild(lambda done, total: steps.append((done, total)))
    assert second > first
    assert await live(db) == second
    assert steps[-1] == (4, 4)
    assert encoder.encoded <= 2  # the new title, and the query that warms the search up
    assert await found(retrieval, "winter gloves") == ["gloves"]


async def test_old_versions_go_and_the_one_before_stays(retrieval: Retrieval, tmp_path: Path) -> None:
    made = [await retrieval.rebuild() for _ in range(4)]
    kept = sorted(int(each.name) for each in (tmp_path / "index").iterdir())
    assert kept == made[-2:]


async def test_two_processes_on_one_folder_see_the_same(opened: Callable[[], Retrieval], shop: Any) -> None:
    one, other = opened(), opened()
    await one.rebuild()
    assert await found(other, "rain jacket") == ["jacket"]
    await shop.put("vest", "Wind vest")
    await one.rebuild()
    assert await found(other, "wind vest") == ["vest"]
    await shop.offer("vest-0", stock=0)
    assert (await other.find(Query("vest", in_stock=True))).outcome == "relaxed"


REPRICE = """
import sqlite3, sys
shop = sqlite3.connect(sys.argv[1], timeout=30)
for turn in range(1, 41):
    minor, stock = (499, 0) if turn % 2 else (1500, 5)
    shop.execute("BEGIN IMMEDIATE")
    shop.execute("UPDATE shop_state SET value = value + 1 WHERE name = 'change'")
    changed = "changed = (SELECT value FROM shop_state WHERE name = 'change')"
    shop.execute(f"UPDATE variant SET stock = ?, {changed} WHERE id = 'socks-0'", (stock,))
    shop.execute("UPDATE price SET minor = ? WHERE variant_id = 'socks-0'", (minor,))
    shop.commit()
"""


async def test_prices_and_stock_that_another_process_changes_are_never_mixed_or_stale(
    retrieval: Retrieval, tmp_path: Path
) -> None:
    """The other process only ever sells the socks for 4.99 sold out, or for 15.00 in stock."""
    await retrieval.rebuild()
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", REPRICE, str(tmp_path / "tresen.db"))
    searches = 0
    while other.returncode is None:
        cheap = await retrieval.find(Query("socks", price_max=500, in_stock=True))
        assert not (cheap.outcome == "found" and "socks" in [hit.product_id for hit in cheap.hits])
        searches += 1
        await asyncio.sleep(0)
    assert await other.wait() == 0
    assert searches
    assert (await retrieval.find(Query("socks", price_min=1500, in_stock=True))).outcome == "found"
    assert (await retrieval.find(Query("socks", price_max=500))).outcome == "out_of_reach"


async def test_search_goes_on_while_the_index_is_rebuilt(retrieval: Retrieval) -> None:
    await retrieval.rebuild()
    building = asyncio.create_task(_rebuild_often(retrieval))
    searches = 0
    while not building.done():
        assert await found(retrieval, "rain jacket") == ["jacket"]
        searches += 1
    await building
    assert searches


async def _rebuild_often(retrieval: Retrieval) -> None:
    for _ in range(3):
        await retrieval.rebuild()


async def test_a_build_that_dies_leaves_the_old_index_live(
    retrieval: Retrieval, db: Database, encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = await retrieval.rebuild()

    async def killed(*_: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(index, "_swap", killed)
        await index.rebuild(db, Store(tmp_path), [encoder])
    assert await live(db) == version
    assert await found(retrieval, "rain jacket") == ["jacket"]
    assert await retrieval.rebuild() > version


async def test_an_encoder_that_fails_during_a_build_leaves_the_old_index_live(
    retrieval: Retrieval, shop: Any, encoder: Any, db: Database, tmp_path: Path
) -> None:
    version = await retrieval.rebuild()
    await shop.put("gloves", "Winter gloves")
    encoder.broken = True
    with pytest.raises(Unavailable):
        await retrieval.rebuild()
    assert await live(db) == version
    assert await found(retrieval, "rain jacket") == ["jacket"]
    encoder.broken = False
    made = await retrieval.rebuild()
    assert sorted(each.name for each in (tmp_path / "index").iterdir()) == [str(version), str(made)]


async def test_two_builds_at_once_leave_one_live_index(opened: Callable[[], Retrieval], db: Database) -> None:
    one, other = opened(), opened()
    versions = await asyncio.gather(one.rebuild(), other.rebuild())
    assert await live(db) == max(versions)
    assert await found(one, "rain jacket") == await found(other, "rain jacket") == ["jacket"]


async def test_an_encoder_that_fails_at_query_time_leaves_the_words(
    retrieval: Retrieval, encoder: Any, caplog: Any
) -> None:
    await retrieval.rebuild()
    encoder.broken = True
    assert await found(retrieval, "rain jacket") == ["jacket"]
    assert "encoder" in caplog.text
    caplog.clear()
    assert await found(retrieval, "bike helmet") == ["helmet"]
    assert not caplog.text  # it is not asked again for a while


async def test_an_index_folder_that_is_gone_leaves_the_words(
    opened: Callable[[], Retrieval], tmp_path: Path, caplog: Any
) -> None:
    await opened().rebuild()
    shutil.rmtree(tmp_path / "index")
    reader = opened()
    assert await found(reader, "rain jacket") == ["jacket"]
    assert await found(reader, "bike helmet") == ["helmet"]
    assert caplog.text.count("words alone") == 1
    assert not (tmp_path / "index").exists()


async def test_an_index_that_was_out_of_reach_is_used_when_it_is_back(
    opened: Callable[[], Retrieval], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened().rebuild()
    (tmp_path / "index").rename(tmp_path / "away")
    reader = opened()
    words = await reader.find(Query("rain jacket"))
    (tmp_path / "away").rename(tmp_path / "index")
    monkeypatch.setattr("tresen.retrieval.search.time.monotonic", lambda: 1e12)
    both = await reader.find(Query("rain jacket"))
    assert not any(reason.startswith("meaning") for reason in words.hits[0].why)
    assert any(reason.startswith("meaning") for reason in both.hits[0].why)


async def test_an_index_of_another_encoder_is_not_used(
    opened: Callable[[], Retrieval], encoder: Any, caplog: Any
) -> None:
    await opened().rebuild()
    encoder.name = "another"
    reader = opened()
    assert await found(reader, "rain jacket") == ["jacket"]
    assert "run the ingest" in caplog.text


async def test_products_like_another_one(retrieval: Retrieval, shop: Any) -> None:
    await shop.put("warm", "Warm running socks")
    await retrieval.rebuild()
    alike = await retrieval.similar("socks", Query(limit=1))
    assert [hit.product_id for hit in alike.hits] == ["warm"]
