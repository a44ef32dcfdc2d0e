"""A build that was killed or failed leaves what it made to the next one, and one that runs is left alone."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tresen.kit.db import Database
from tresen.kit.errors import Unavailable
from tresen.retrieval import index
from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval
from tresen.retrieval.store import Store
from tresen.shop import catalog
from tresen.shop.tables import product

COUNT = 30


@pytest.fixture
async def many(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_STEP", 10)
    for number in range(COUNT):
        await shop.put(f"p{number:02}", f"thing {number * 7919}")


class Failing:
    """An encoder that goes down after so many texts."""

    def __init__(self, encoder: Any, after: int) -> None:
        self.name, self.dim, self.language = encoder.name, encoder.dim, encoder.language
        self._encoder = encoder
        self._left = after

    def encode(self, texts: Any) -> Any:
        self._left -= len(texts)
        if self._left < 0:
            raise Unavailable("The encoder is down.")
        return self._encoder.encode(texts)


async def fail(db: Database, folder: Path, encoder: Any, after: int) -> None:
    store = Store(folder)
    with pytest.raises(Unavailable):
        await index.rebuild(db, store, [Failing(encoder, after)])
    store.close()


async def live(db: Database) -> int:
    async with db.read() as tx:
        return await catalog.number(tx, index.LIVE)


def folders(home: Path) -> list[str]:
    return sorted(each.name for each in (home / "index").iterdir())


@pytest.mark.usefixtures("many")
async def test_the_next_build_takes_what_the_failed_one_made(
    db: Database, tmp_path: Path, encoder: Any, retrieval: Retrieval
) -> None:
    await fail(db, tmp_path, encoder, 25)
    assert await live(db) == 0
    encoder.encoded = 0
    told: list[tuple[int, ...]] = []
    version = await index.rebuild(db, Store(tmp_path), [encoder], lambda *step: told.append(step))
    assert encoder.encoded == COUNT - 20
    assert told == [(0, COUNT, 20), (10, COUNT), (20, COUNT), (30, COUNT)]
    assert folders(tmp_path) == [str(version)]
    assert (await retrieval.find(Query("thing 7919"))).hits[0].product_id == "p01"


@pytest.mark.usefixtures("many")
async def test_of_several_failed_builds_the_fullest_counts(db: Database, tmp_path: Path, encoder: Any) -> None:
    await fail(db, tmp_path, encoder, 25)
    await fail(db, tmp_path, encoder, -1)
    assert folders(tmp_path) == ["1", "2"]
    await fail(db, tmp_path, encoder, -1)
    assert folders(tmp_path) == ["1", "3"]
    encoder.encoded = 0
    version = await index.rebuild(db, Store(tmp_path), [encoder])
    assert encoder.encoded == COUNT - 20
    assert folders(tmp_path) == [str(version)]


@pytest.mark.usefixtures("many")
async def test_what_another_encoder_left_is_not_taken(db: Database, tmp_path: Path, encoder: Any) -> None:
    await fail(db, tmp_path, encoder, 25)
    encoder.name, encoder.encoded = "another", 0
    await index.rebuild(db, Store(tmp_path), [encoder])
    assert encoder.encoded == COUNT


@pytest.mark.usefixtures("many")
async def test_texts_that_changed_since_are_encoded_anew(db: Database, tmp_path: Path, encoder: Any) -> None:
    await fail(db, tmp_path, encoder, 25)
    async with db.write() as tx:
        await tx.execute(update(product).where(product.c.id == "p00").values(title={"en": "another thing"}))
    encoder.encoded = 0
    await index.rebuild(db, Store(tmp_path), [encoder])
    assert encoder.encoded == COUNT - 20 + 1


@pytest.mark.usefixtures("many")
async def test_a_build_that_runs_is_left_alone(db: Database, tmp_path: Path, encoder: Any) -> None:
    loop = asyncio.get_running_loop()
    during: list[int] = []

    class Slow(Failing):
        def encode(self, texts: Any) -> Any:
            if not during:
                other = index.rebuild(db, Store(tmp_path), [encoder])
                during.append(asyncio.run_coroutine_threadsafe(other, loop).result(60))
                assert encoder.encoded == COUNT
            return super().encode(texts)

    assert await index.rebuild(db, Store(tmp_path), [Slow(encoder, 1000)]) == during[0] == await live(db)
    assert folders(tmp_path) == [str(during[0])]


def test_only_one_has_a_claim(tmp_path: Path) -> None:
    one, other = Store(tmp_path), Store(tmp_path)
    assert one.claim(5)
    assert one.claim(5)
    assert not other.claim(5)
    one.free(5)
    assert other.claim(5)
    other.close()
    assert folders(tmp_path) == []
