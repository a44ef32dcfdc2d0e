"""Vectors in Chroma: nearest by its index, exact by ours, and the same hits when it fails."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tresen.retrieval import finder, vectors
from tresen.retrieval.documents import Entry
from tresen.retrieval.packs import Packing
from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval
from tresen.retrieval.store import Store

ENTRIES = [Entry(f"p{number}", (f"thing number {number} of {number * 7919}",)) for number in range(300)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.close()


def test_what_is_written_is_read_and_the_nearest_are_found(store: Store, encoder: Any) -> None:
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


def test_only_what_changed_is_encoded_anew(store: Store, encoder: Any) -> None:
    first = store.create(1, "product", encoder)
    assert vectors.write(first, ENTRIES, encoder, None) == 300
    changed = [Entry("p0", ("another thing",)), *ENTRIES[1:]]
    assert vectors.write(store.create(2, "product", encoder), changed, encoder, first) == 1


def test_a_pack_holds_the_same_and_chroma_is_opened_by_the_first_query(
    store: Store, encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [entry.id for entry in ENTRIES[:250]] + ["missing"]
    slow = vectors.load(packed_version(store, encoder), ids, encoder)
    opened: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr(store, "open", lambda version, *_: opened.append(version))
        quick = store.load(1, "product", ids, encoder)
        assert not opened
    assert slow is not None
    assert quick is not None
    assert np.abs(quick.bytes.astype(int) - slow.bytes).max() <= 1
    assert np.allclose(quick.scale, slow.scale)
    wanted = encoder.encode(["thing number 77 of 609763"])[0]
    assert quick.nearest(wanted, 20).tolist() == slow.nearest(wanted, 20).tolist()


@pytest.mark.parametrize("broken", [b"", b"nonsense", b'{"dim": 96}\nabc'])
def test_a_broken_pack_is_not_believed(store: Store, encoder: Any, broken: bytes) -> None:
    packed_version(store, encoder)
    path = store.pack(1, "product", encoder)
    assert path is not None
    head = path.read_bytes().partition(b"\n")[0]
    for content in (broken, head + b"\n" + b"cut short"):
        path.write_bytes(content)
        read = store.load(1, "product", ["p77"], encoder)
        assert read is not None
        assert np.allclose(read.of(np.array([0])), encoder.encode(ENTRIES[77].views), atol=0.005)


def packed_version(store: Store, encoder: Any) -> Any:
    path, collection = store.pack(1, "product", encoder), store.create(1, "product", encoder)
    assert path is not None
    packing = Packing(path, encoder)
    for start in range(0, len(ENTRIES), 100):
        vectors.write(collection, ENTRIES[start : start + 100], encoder, packing=packing)
    assert not path.exists()
    packing.finish()
    return collection


def test_a_version_that_is_not_there_is_none_and_is_not_made(store: Store, encoder: Any, tmp_path: Path) -> None:
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
    assert not [each for each in caplog.records if each.name.startswith("tresen")]
    loaded = retrieval._loaded
    assert loaded is not None
    assert loaded.catalog.vectors is not None
    monkeypatch.setattr(loaded.catalog.vectors, "collection", None)
    assert (await retrieval.find(Query("bikehelmets"))).hits == nearest.hits
    assert "Chroma does not answer" in caplog.text
