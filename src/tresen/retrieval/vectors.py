"""Vectors of documents: written to Chroma and to a pack beside it, read into bytes, compared."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import ranking
from tresen.retrieval.documents import Entry
from tresen.retrieval.encoders import Encoder
from tresen.retrieval.packs import Pack, Packing, packed

Floats = NDArray[np.float32]
log = logging.getLogger(__name__)

BATCH = 1000
_BLOCK = 1024  # rows that are compared at a time, so that they stay in the processor's cache
_FEW = 100_000  # rows that are compared sooner than an index has found the nearest of them
_MANY = 100_000  # rows that are worth several threads
_THREADS = min(4, os.cpu_count() or 1)
_ENOUGH = 0.9  # share of the catalog that is described in a language for its own encoder to be used


def write(
    collection: Any, entries: Sequence[Entry], encoder: Encoder, *previous: Any | None, packing: Packing | None = None
) -> int:
    """Add a batch of entries, taking unchanged vectors from `previous`; returns how many had to be encoded."""
    if not entries:
        return 0
    wanted = {entry.id: entry.hash(encoder.name) for entry in entries}
    known: dict[str, Floats] = {}
    for each in previous:
        known |= _reusable(each, {key: made for key, made in wanted.items() if key not in known})
    fresh = [entry for entry in entries if entry.id not in known]
    known |= dict(zip([entry.id for entry in fresh], _encode(fresh, encoder), strict=True))
    rows = np.stack([known[entry.id] for entry in entries])
    if packing is not None:
        packing.add(list(wanted), rows)
    collection.add(
        ids=list(wanted),
        embeddings=rows,
        documents=[entry.text for entry in entries],
        metadatas=[{**entry.metadata, "hash": wanted[entry.id]} for entry in entries],
    )
    return len(fresh)


def _encode(entries: Sequence[Entry], encoder: Encoder) -> Floats:
    views = list(dict.fromkeys(view for entry in entries for view in entry.views))
    row = {view: number for number, view in enumerate(views)}
    vectors = encoder.encode(views)
    means = [vectors[[row[view] for view in entry.views]].mean(axis=0) for entry in entries]
    return _unit(np.stack(means)) if means else np.zeros((0, encoder.dim), np.float32)


def _reusable(previous: Any | None, wanted: dict[str, str]) -> dict[str, Floats]:
    if previous is None or not wanted:
        return {}
    found = previous.get(ids=list(wanted), include=["metadatas", "embeddings"])
    rows = zip(found["ids"], found["metadatas"], found["embeddings"], strict=True)
    return {key: np.asarray(vector, np.float32) for key, made, vector in rows if made.get("hash") == wanted[key]}


class Lazy:
    """A collection that is opened by its first query: its graph takes more memory than all vectors in bytes."""

    def __init__(self, opened: Callable[[], Any]) -> None:
        self._open = opened

    def query(self, **asked: Any) -> Any:
        return self._collection.query(**asked)

    @cached_property
    def _collection(self) -> Any:
        return self._open()


@dataclass
class Vectors:
    """The vectors of one collection, in the order of the documents they belong to; a row of zeros has none.

    They are kept in bytes with a scale for each row: a quarter of the memory, no slower, cosines a little rounded.
    `language` is that of the encoder they are of.
    """

    bytes: NDArray[np.int8]
    scale: Floats
    row: dict[str, int]
    collection: Any
    language: str = ""

    def nearest(self, vector: Floats, count: int) -> NDArray[np.int64]:
        """Rows of the nearest documents."""
        return self.nearest_or_all(vector, count)[0]

    def nearest_or_all(self, vector: Floats, count: int) -> tuple[NDArray[np.int64], Floats | None]:
        """(rows of the nearest documents by Chroma's index, None); (rows, all cosines) if that fails."""
        if len(self.scale) <= count:
            return np.arange(len(self.scale)), None
        try:
            found = self.collection.query(query_embeddings=[vector.tolist()], n_results=count, include=[])
        except Exception as error:  # noqa: BLE001 - the vectors are in memory: the answer is the same, only slower
            log.warning("Chroma does not answer, comparing all vectors instead: %s", error)
            cosines = self.likeness(vector)
            return ranking.best(cosines, count), cosines
        return np.array([self.row[key] for key in found["ids"][0] if key in self.row], np.int64), None

    def likeness(self, vector: Floats, rows: NDArray[np.int64] | None = None) -> Floats:
        """Cosine of each row, or of all."""
        if rows is not None and self.all_sooner(len(rows)):
            return self.likeness(vector)[rows]
        if rows is not None and len(rows) <= _BLOCK:
            return np.asarray(self.of(rows) @ vector, np.float32)
        cosines = np.empty(len(self.scale) if rows is None else len(rows), np.float32)
        if len(cosines) < _MANY:
            self._compare(vector, rows, cosines, (0, len(cosines)))
        else:
            size = -(-len(cosines) // _THREADS)
            parts = [(start, min(start + size, len(cosines))) for start in range(0, len(cosines), size)]
            list(_threads().map(lambda part: self._compare(vector, rows, cosines, part), parts))
        return cosines * (self.scale if rows is None else self.scale[rows])

    def all_sooner(self, count: int) -> bool:
        """Whether comparing all rows costs less than picking `count` of them out."""
        return count * 2 > len(self.scale)

    def all_soon(self, count: int) -> bool:
        """Whether comparing all rows costs less than asking the index for the nearest and comparing `count`."""
        return len(self.scale) <= _FEW or self.all_sooner(count)

    def _compare(self, vector: Floats, rows: NDArray[np.int64] | None, cosines: Floats, part: tuple[int, int]) -> None:
        for start in range(*part, _BLOCK):
            block = slice(start, min(start + _BLOCK, part[1]))
            chosen = self.bytes[block] if rows is None else self.bytes.take(rows[block], axis=0)
            np.dot(chosen.astype(np.float32), vector, out=cosines[block])

    def of(self, rows: NDArray[np.int64]) -> Floats:
        """(rows, dim) as they were, but for rounding."""
        return np.multiply(self.bytes.take(rows, axis=0), self.scale[rows, None], dtype=np.float32)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, "compare")


def load(collection: Any | None, ids: Sequence[str], encoder: Encoder) -> Vectors | None:
    """Read the vectors of `ids`; documents that are not in the collection get zeros.

    None without a collection, and when an encoder of one language knows too few of the documents.
    """
    if collection is None:
        return None
    row = {key: number for number, key in enumerate(ids)}
    matrix, scale, known = np.zeros((len(ids), encoder.dim), np.int8), np.zeros(len(ids), np.float32), 0
    for batch in _batches(ids):
        found = collection.get(ids=batch, include=["embeddings"])
        if len(found["ids"]):
            vectors = np.asarray(found["embeddings"], np.float32)
            matrix = matrix if matrix.shape[1] else np.zeros((len(ids), vectors.shape[1]), np.int8)
            at = [row[key] for key in found["ids"]]
            matrix[at], scale[at] = packed(vectors)
            known += len(at)
    if not matrix.shape[1] or (encoder.language and known < _ENOUGH * len(ids)):
        return None
    return Vectors(matrix, scale, row, collection, encoder.language)


def unpacked(pack: Pack, ids: Sequence[str], encoder: Encoder, collection: Any) -> Vectors | None:
    """The same from a pack."""
    row = {key: number for number, key in enumerate(ids)}
    there = np.array([row.get(key, -1) for key in pack.ids], np.int64)
    if encoder.language and np.count_nonzero(there >= 0) < _ENOUGH * len(ids):
        return None
    matrix, scale = np.zeros((len(ids), pack.bytes.shape[1]), np.int8), np.zeros(len(ids), np.float32)
    for start in range(0, len(there), _BLOCK):
        at = there[start : start + _BLOCK]
        matrix[at[at >= 0]] = pack.bytes[start : start + _BLOCK][at >= 0]
    scale[there[there >= 0]] = pack.scale[there >= 0]
    return Vectors(matrix, scale, row, collection, encoder.language)


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), BATCH):
        yield list(ids[start : start + BATCH])


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)
