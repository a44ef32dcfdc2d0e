"""Vectors in Chroma: nearest by its index, exact by ours, and the same hits when it fails."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tresen.retrieval import finder, vectors
from tresen.retrieval.documents import Entry
from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval

ENTRIES = [Entry(f"p{number}", (f"thing number {number} of {number * 7919}",)) for number in range(300)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[vectors.Store]:
    made = vectors.Store(tmp_path)
    yield made
    made.close()


def test_what_is_written_is_read_and_the_nearest_are_found(store: vectors.Store, encoder: Any) -> None:
    vectors.write(store.create(1, "product", encoder), ENTRIES, encoder, None)
    ids = ["missing", *(entry.id for entry in ENTRIES)]
    read = vectors.load(store.open(1, "product", encoder), ids, encoder)
    assert read is not None
    assert not read.of(np.array([0])).any()
    assert np.allclose(read.of(np.array([78])), encoder.encode(ENTRIES[77].views), atol=0.005)
    wanted = encoder.encode(["thing number 77 of 609763"])[0]
    near = read.nearest(wanted, 20)
    exact = np.argsort(-read.likeness(wanted, np.arange(len(ids))))[:10]
    assert len(near) == 20
    assert ids[near[0]] == ids[exact[0]] == "p77"
    assert len({*exact.tolist()} & {*near.tolist()}) >= 9


def test_only_what_changed_is_encoded_anew(store: vectors.Store, encoder: Any) -> None:
    first = store.create(1, "product", encoder)
    assert vectors.write(first, ENTRIES, encoder, None) == 300
    changed = [Entry("p0", ("another thing",)), *ENTRIES[1:]]
    assert vectors.write(store.create(2, "product", encoder), changed, encoder, first) == 1


def test_a_version_that_is_not_there_is_none_and_is_not_made(
    store: vectors.Store, encoder: Any, tmp_path: Path
) -> None:
    assert store.open(7, "product", encoder) is None
    assert store.versions() == []
    assert not (tmp_path / "index").exists()


async def test_unfiltered_candidates_come_from_chroma_and_from_memory_when_it_fails(
    retrieval: Retrieval, shop: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    for key, title in (("a", "Running socks"), ("b", "Rain jacket"), ("c", "Bike helmet")):
        await shop.put(key, title)
    await retrieval.rebuild()
    monkeypatch.setattr(finder, "CANDIDATES", 1)
    nearest = await retrieval.find(Query("bikehelmets"))
    assert [hit.product_id for hit in nearest.hits] == ["c"]
    assert not caplog.text
    loaded = retrieval._loaded
    assert loaded is not None
    assert loaded.catalog.vectors is not None
    monkeypatch.setattr(loaded.catalog.vectors, "collection", None)
    assert (await retrieval.find(Query("bikehelmets"))).hits == nearest.hits
    assert "Chroma does not answer" in caplog.text
