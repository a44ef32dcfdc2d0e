"""Where the versions of the index live, and who may write them: Chroma collections, one per version and kind."""

import logging
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tresen.retrieval import packs, vectors
from tresen.retrieval.documents import SCHEMA
from tresen.retrieval.encoders import Encoder
from tresen.retrieval.vectors import Vectors

log = logging.getLogger(__name__)

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
        self._claims: dict[int, sqlite3.Connection] = {}

    def create(self, version: int, kind: str, encoder: Encoder) -> Any:
        """An empty collection; each encoder has its own."""
        if not self._url:
            self._folder_of(version).mkdir(parents=True, exist_ok=True)
        metadata = {"encoder": encoder.name, "schema": SCHEMA}
        return self._client(version).create_collection(
            _name(version, kind, encoder), metadata=metadata, configuration=_HNSW, embedding_function=None
        )

    def pack(self, version: int, kind: str, encoder: Encoder) -> Path | None:
        """The file of a collection's vectors in bytes, which a build writes beside it; None on a server."""
        return None if self._url else self._folder_of(version) / f"{_name(version, kind, encoder)}.vectors"

    def load(self, version: int, kind: str, ids: Sequence[str], encoder: Encoder) -> Vectors | None:
        """The vectors of `ids`, from the pack if there is one; Chroma is opened then by the first query."""
        path = self.pack(version, kind, encoder)
        pack = packs.read(path, encoder) if path is not None and self._exists(version) else None
        if pack is None:
            return vectors.load(self.open(version, kind, encoder), ids, encoder)
        return vectors.unpacked(pack, ids, encoder, vectors.Lazy(lambda: self.open(version, kind, encoder)))

    def open(self, version: int, kind: str, encoder: Encoder) -> Any | None:
        """The collection of a version; None when it is not there or was made by another encoder."""
        if not self._exists(version):
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

    def free(self, *versions: int) -> None:
        """Give up claims."""
        for version in versions:
            if (lock := self._claims.pop(version, None)) is not None:
                lock.close()
                self._claim(version).unlink(missing_ok=True)

    def release(self, *versions: int) -> None:
        """Close what is open of versions; the next who wants them opens them anew."""
        for version in versions:
            if (client := self._clients.pop(version, None)) is not None:
                client.close()

    def claim(self, version: int) -> bool:
        """Be the only one that may write or remove a version, until it is freed or the end of the process."""
        if version in self._claims:
            return True
        self._folder.mkdir(parents=True, exist_ok=True)
        # A lock of the database's own kind works on every system, and the death of a process frees it.
        lock = sqlite3.connect(self._claim(version), timeout=0, isolation_level=None, check_same_thread=False)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            lock.close()
            return False
        self._claims[version] = lock
        return True

    def size(self, version: int) -> int:
        """How many vectors a version has; 0 when it cannot be read."""
        if not self._exists(version):
            return 0
        try:
            found = self._client(version).list_collections()
            return sum(each.count() for each in found if _version(each.name) == version)
        except Exception as error:  # noqa: BLE001 - what a killed build left may be in any state
            log.warning("what there is of index %s cannot be used: %s", version, error)
            return 0

    def versions(self) -> list[int]:
        if self._url:
            found = {_version(collection.name) for collection in self._client(0).list_collections()} - {0}
        elif self._folder.is_dir():
            found = {int(each.name) for each in self._folder.iterdir() if each.name.isdigit()}
        else:
            found = set()
        return sorted(found)

    def remove(self, version: int) -> None:
        if self._url:
            client = self._client(version)
            for collection in client.list_collections():
                if _version(collection.name) == version:
                    client.delete_collection(collection.name)
        self.release(version)
        shutil.rmtree(self._folder_of(version), ignore_errors=True)
        self.free(version)

    def close(self) -> None:
        self.release(*list(self._clients))
        self.free(*list(self._claims))
        if self._server is not None:
            self._server.close()
            self._server = None

    def _folder_of(self, version: int) -> Path:
        return self._folder / str(version)

    def _claim(self, version: int) -> Path:
        return self._folder / f"{version}.building"

    def _exists(self, version: int) -> bool:
        return version > 0 and (bool(self._url) or (self._folder_of(version) / "chroma.sqlite3").exists())

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
            self._clients[version] = chromadb.PersistentClient(path=str(self._folder_of(version)), settings=quiet)
        return self._clients[version]


def _name(version: int, kind: str, encoder: Encoder) -> str:
    return f"tresen-{version}-{kind}" + (f"-{encoder.language}" if encoder.language else "")


def _version(name: str) -> int:
    """Of a collection; 0 if it is none of ours."""
    parts = name.split("-")
    return int(parts[1]) if len(parts) in (3, 4) and parts[0] == "tresen" and parts[1].isdigit() else 0
