"""Builds a version of the index beside the live one and makes it live by raising `index_version` in the database."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tresen.kit.db import Database, Tx
from tresen.retrieval import documents, vectors
from tresen.retrieval.documents import Entry
from tresen.retrieval.encoders import Encoder
from tresen.retrieval.packs import Packing
from tresen.retrieval.store import Store
from tresen.shop import catalog
from tresen.shop.catalog import Passage, Product

log = logging.getLogger(__name__)

LIVE, BUILT = "index_version", "index_build"
_STEP = 200


class Progress(Protocol):
    def __call__(self, done: int, total: int, resumed: int = 0, /) -> None:
        """So many of all documents are indexed; `resumed`: vectors that a build left which was killed."""


@dataclass(frozen=True)
class _Build:
    """`version` is being made; `previous` is live, and `left` was never finished (0: there is none)."""

    version: int
    previous: int
    left: int
    resumed: int


@dataclass(frozen=True)
class _Job:
    """What an encoder makes of documents of one kind, where it goes and where vectors may be taken from."""

    encoder: Encoder
    entries: Callable[[Sequence[Any]], list[Entry]]
    collection: Any
    sources: Sequence[Any]
    packing: Packing | None

    def write(self, batch: Sequence[Any]) -> None:
        vectors.write(self.collection, self.entries(batch), self.encoder, *self.sources, packing=self.packing)


async def rebuild(db: Database, store: Store, encoders: Sequence[Encoder], progress: Progress | None = None) -> int:
    """Index the live catalog and return the new version; vectors of unchanged documents are taken over.

    Killed or failed at any point, it leaves the old version live, and what it had made to the next build. A build
    that another overtook is not made live.

    Raises:
        Unavailable: the encoder does not answer.
    """
    build, left = await _begin(db, store)
    try:
        build = await asyncio.to_thread(_resumed, store, build, left)
        await _write(db, store, build, encoders, progress or _silent)
        return await _swap(db, store, build)
    except BaseException:
        await asyncio.shield(asyncio.to_thread(store.release, build.version, *left))
        raise
    finally:
        store.free(build.version, *left)


async def _begin(db: Database, store: Store) -> tuple[_Build, list[int]]:
    """The build, and what older ones have left: nobody else may write or remove either."""
    async with db.write() as tx:
        live = await catalog.number(tx, LIVE)
        version = await _next(tx, BUILT, live)
        # Before the commit: whoever sees this number later finds it claimed, and takes it for no dead build's.
        store.claim(version)
    left = [each for each in await asyncio.to_thread(store.versions) if live < each < version and store.claim(each)]
    return _Build(version, live, 0, 0), left


def _resumed(store: Store, build: _Build, left: Sequence[int]) -> _Build:
    """The build with the fullest of those that were left; the others are removed."""
    sizes = {version: store.size(version) for version in left}
    fullest = max(sizes, key=lambda version: sizes[version], default=0)
    for version in left:
        if version != fullest or not sizes[version]:
            store.remove(version)
    if not sizes.get(fullest):
        return build
    log.info("index %s goes on from index %s, which was not finished", build.version, fullest)
    return _Build(build.version, build.previous, fullest, sizes[fullest])


async def _write(db: Database, store: Store, build: _Build, encoders: Sequence[Encoder], progress: Progress) -> None:
    """Batch by batch, so that memory does not grow with the catalog."""
    jobs = {kind: await asyncio.to_thread(_jobs, store, build, kind, encoders) for kind in ("product", "passage")}
    async with db.read() as tx:
        texts = await catalog.passages(tx)
        done, total = 0, await catalog.count_products(tx) + len(texts)
    if build.resumed:
        progress(0, total, build.resumed)
    async for kind, batch in _batches(db, texts):
        await asyncio.to_thread(_each, jobs[kind], batch)
        done += len(batch)
        progress(done, max(total, done))
    await asyncio.to_thread(_finish, store, build, [*jobs["product"], *jobs["passage"]])


def _jobs(store: Store, build: _Build, kind: str, encoders: Sequence[Encoder]) -> list[_Job]:
    """An encoder of one language does the products; passages of all languages are compared with each other."""
    jobs = []
    for encoder in encoders:
        if encoder.language and kind != "product":
            continue
        made: Any = documents.english_entries if encoder.language else documents.product_entries
        made = made if kind == "product" else documents.passage_entries
        collection = store.create(build.version, kind, encoder)
        sources = [store.open(version, kind, encoder) for version in (build.previous, build.left) if version]
        path = store.pack(build.version, kind, encoder)
        jobs.append(_Job(encoder, made, collection, sources, None if path is None else Packing(path, encoder)))
    return jobs


async def _batches(db: Database, texts: Sequence[Passage]) -> AsyncIterator[tuple[str, Sequence[Any]]]:
    """Each batch is read on its own: what changes meanwhile is noted, and indexed by the next build."""
    batch = await _products_after(db, "")
    while batch:
        yield "product", batch
        batch = await _products_after(db, batch[-1].id)
    for start in range(0, len(texts), _STEP):
        yield "passage", texts[start : start + _STEP]


async def _products_after(db: Database, last: str) -> list[Product]:
    async with db.read() as tx:
        return await catalog.products_after(tx, last, _STEP)


def _each(jobs: Sequence[_Job], batch: Sequence[Any]) -> None:
    for job in jobs:
        job.write(batch)


def _finish(store: Store, build: _Build, jobs: Sequence[_Job]) -> None:
    for job in jobs:
        if job.packing is not None:
            job.packing.finish()
    store.release(build.version, build.left)  # readers may open it as soon as it is live


async def _swap(db: Database, store: Store, build: _Build) -> int:
    async with db.write() as tx:
        live = await catalog.number(tx, LIVE)
        if live < build.version:
            await catalog.set_number(tx, LIVE, build.version)
    if live > build.version:
        log.info("index %s was overtaken by %s", build.version, live)
        await asyncio.to_thread(store.remove, build.version)
        return live
    await asyncio.to_thread(_prune, store, live, build.left)
    return build.version


def _prune(store: Store, keep_from: int, left: int) -> None:
    """Remove what is older than the version that was live until now; its readers may still be reading it."""
    for version in store.versions():
        if version == left or (version < keep_from and store.claim(version)):
            store.remove(version)


async def _next(tx: Tx, name: str, least: int) -> int:
    number = max(await catalog.number(tx, name), least) + 1
    await catalog.set_number(tx, name, number)
    return number


def _silent(_done: int, _total: int, _resumed: int = 0, /) -> None:
    pass
