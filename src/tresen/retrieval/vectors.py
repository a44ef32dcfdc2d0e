"""Vectors in Chroma: one collection per version and kind, written beside the live one and never changed afterwards."""

import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval.documents import SCHEMA, Entry
from tresen.retrieval.encoders import Encoder

Floats = NDArray[np.float32]
log = logging.getLogger(__name__)

BATCH = 1000
_BLOCK = 2048  # rows that are compared at a time, so that they stay in the processor's cache
_ENOUGH = 0.9  # share of the catalog that is described in a language for its own encoder to be used
_HNSW = {"hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": 128}}


class Store:
    """Where the versions live: a folder per version, or a Chroma server with a collection name per version.

    A local folder has one writer, the build that made it; what readers open is complete and stays as it is.
    """

    def __init__(self, folder: Path, chroma_url: str = "") -> None:
        self._folder = folder / "index"
        self._url = chroma_url
        self._server: Any = None
        self._clients: dict[int, Any] = {}

    def create(self, version: int, kind: str, encoder: Encoder) -> Any:
        """An empty collection; each encoder has its own."""
        if not self._url:
            (self._folder / str(version)).mkdir(parents=True, exist_ok=True)
        metadata = {"encoder": encoder.name, "schema": SCHEMA}
        return self._client(version).create_collection(
            _name(version, kind, encoder), metadata=metadata, configuration=_HNSW, embedding_function=None
        )

    def open(self, version: int, kind: str, encoder: Encoder) -> Any | None:
        """The collection of a version; None when it is not there or was made by another encoder."""
        if version <= 0 or (not self._url and not (self._folder / str(version) / "chroma.sqlite3").exists()):
            return None
        try:
            collection = self._client(version).get_collection(_name(version, kind, encoder), embedding_function=None)
        except Exception as error:  # noqa: BLE001 - Chroma raises many kinds, and search goes on with words alone
            log.warning("index %s has no collection of %ss: %s", version, kind, error)
            return None
        made = collection.metadata or {}
        if made.get("encoder") != encoder.name or made.get("schema") != SCHEMA:
            log.warning("index %s was made by %s; run the ingest to rebuild it", version, made.get("encoder"))
            return None
        return collection

    def release(self, version: int) -> None:
        client = self._clients.pop(version, None)
        if client is not None:
            client.close()

    def versions(self) -> list[int]:
        if self._url:
            names = [collection.name for collection in self._client(0).list_collections()]
            found = {int(parts[1]) for parts in (name.split("-") for name in names) if _ours(parts)}
        elif self._folder.is_dir():
            found = {int(each.name) for each in self._folder.iterdir() if each.name.isdigit()}
        else:
            found = set()
        return sorted(found)

    def remove(self, version: int) -> None:
        self.release(version)
        if not self._url:
            shutil.rmtree(self._folder / str(version), ignore_errors=True)
            return
        client = self._client(version)
        for collection in client.list_collections():
            if _ours(parts := collection.name.split("-")) and int(parts[1]) == version:
                client.delete_collection(collection.name)

    def close(self) -> None:
        for version in list(self._clients):
            self.release(version)
        if self._server is not None:
            self._server.close()
            self._server = None

    def _client(self, version: int) -> Any:
        import chromadb
        from chromadb.config import Settings

        quiet = Settings(anonymized_telemetry=False)
        if self._url:
            if self._server is None:
                url = urlsplit(self._url)
                port = url.port or (443 if url.scheme == "https" else 8000)
                self._server = chromadb.HttpClient(
                    host=url.hostname or "", port=port, ssl=url.scheme == "https", settings=quiet
                )
            return self._server
        if version not in self._clients:
            self._clients[version] = chromadb.PersistentClient(path=str(self._folder / str(version)), settings=quiet)
        return self._clients[version]


def _name(version: int, kind: str, encoder: Encoder) -> str:
    return f"tresen-{version}-{kind}" + (f"-{encoder.language}" if encoder.language else "")


def _ours(parts: Sequence[str]) -> bool:
    return len(parts) in (3, 4) and parts[0] == "tresen" and parts[1].isdigit()


def write(collection: Any, entries: Sequence[Entry], encoder: Encoder, previous: Any | None) -> int:
    """Add a batch of entries, taking unchanged vectors from `previous`; returns how many had to be encoded."""
    if not entries:
        return 0
    hashes = [entry.hash(encoder.name) for entry in entries]
    known = _reusable(previous, dict(zip([entry.id for entry in entries], hashes, strict=True)))
    fresh = [entry for entry in entries if entry.id not in known]
    known |= dict(zip([entry.id for entry in fresh], _encode(fresh, encoder), strict=True))
    collection.add(
        ids=[entry.id for entry in entries],
        embeddings=np.stack([known[entry.id] for entry in entries]),
        documents=[entry.text for entry in entries],
        metadatas=[{**entry.metadata, "hash": made} for entry, made in zip(entries, hashes, strict=True)],
    )
    return len(fresh)


def _encode(entries: Sequence[Entry], encoder: Encoder) -> Floats:
    views = list(dict.fromkeys(view for entry in entries for view in entry.views))
    row = {view: number for number, view in enumerate(views)}
    vectors = encoder.encode(views)
    means = [vectors[[row[view] for view in entry.views]].mean(axis=0) for entry in entries]
    return _unit(np.stack(means)) if means else np.zeros((0, encoder.dim), np.float32)


def _reusable(previous: Any | None, wanted: dict[str, str]) -> dict[str, Floats]:
    if previous is None:
        return {}
    found = previous.get(ids=list(wanted), include=["metadatas", "embeddings"])
    rows = zip(found["ids"], found["metadatas"], found["embeddings"], strict=True)
    return {key: np.asarray(vector, np.float32) for key, made, vector in rows if made.get("hash") == wanted[key]}


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
        """Rows of the nearest documents by Chroma's index; all rows when that fails or is no shortcut."""
        everything = np.arange(len(self.scale))
        if len(everything) <= count:
            return everything
        try:
            found = self.collection.query(query_embeddings=[vector.tolist()], n_results=count, include=[])
        except Exception as error:  # noqa: BLE001 - the vectors are in memory: the answer is the same, only slower
            log.warning("Chroma does not answer, comparing all vectors instead: %s", error)
            return everything
        return np.array([self.row[key] for key in found["ids"][0] if key in self.row], np.int64)

    def likeness(self, vector: Floats, rows: NDArray[np.int64] | None = None) -> Floats:
        """Cosine of each row, or of all. Picking many rows out would cost more than comparing all."""
        if rows is not None and len(rows) * 4 <= len(self.scale):
            return np.asarray(self.of(rows) @ vector, np.float32)
        cosines = np.empty(len(self.scale), np.float32)
        for start in range(0, len(cosines), _BLOCK):
            block = slice(start, start + _BLOCK)
            cosines[block] = self.bytes[block].astype(np.float32) @ vector
        cosines *= self.scale
        return cosines if rows is None else cosines[rows]

    def of(self, rows: NDArray[np.int64]) -> Floats:
        """(rows, dim) as they were, but for rounding."""
        return np.asarray(self.bytes[rows] * self.scale[rows, None], np.float32)


def packed(rows: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Vectors as bytes, and for each row what to multiply them by."""
    scale = np.abs(rows).max(axis=1, initial=0.0) / 127
    return np.rint(rows / np.maximum(scale, 1e-9)[:, None]).astype(np.int8), np.asarray(scale, np.float32)


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


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), BATCH):
        yield list(ids[start : start + BATCH])


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)
