"""Builds a version of the index beside the live one and makes it live by raising `index_version` in the database."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tresen.kit.db import Database, Tx
from tresen.retrieval import documents, vectors
from tresen.retrieval.documents import Entry
from tresen.retrieval.encoders import Encoder
from tresen.retrieval.vectors import Store
from tresen.shop import catalog
from tresen.shop.catalog import Passage, Product
from tresen.shop.tables import state

Progress = Callable[[int, int], None]
log = logging.getLogger(__name__)

LIVE, BUILT = "index_version", "index_build"
_STEP = 200


@dataclass(frozen=True)
class _Plan:
    version: int
    previous: int
    work: list[tuple[str, Encoder, list[Entry]]]  # kind of entry, who encodes it, entries


async def rebuild(db: Database, store: Store, encoders: Sequence[Encoder], progress: Progress | None = None) -> int:
    """Index the live catalog and return the new version; vectors of unchanged documents are taken over.

    Killed or failed at any point, it leaves the old version live. A build that another overtook is not made live.

    Raises:
        Unavailable: the encoder does not answer.
    """
    plan = await _plan(db, encoders)
    try:
        await _write(plan, store, progress)
        return await _swap(db, store, plan)
    except BaseException:
        await asyncio.shield(asyncio.to_thread(store.remove, plan.version))
        raise


async def _plan(db: Database, encoders: Sequence[Encoder]) -> _Plan:
    async with db.write() as tx:
        version = await _next(tx, BUILT, await catalog.number(tx, LIVE))
    async with db.read() as tx:
        previous = await catalog.number(tx, LIVE)
        products, texts = await catalog.all_products(tx), await catalog.passages(tx)
    work = [item for encoder in encoders for item in _work(encoder, products, texts)]
    return _Plan(version, previous, work)


def _work(
    encoder: Encoder, products: Sequence[Product], texts: Sequence[Passage]
) -> list[tuple[str, Encoder, list[Entry]]]:
    """An encoder of one language does the products; passages of all languages are compared with each other."""
    if encoder.language:
        return [("product", encoder, documents.english_entries(products))]
    return [
        ("product", encoder, documents.product_entries(products)),
        ("passage", encoder, documents.passage_entries(texts)),
    ]


async def _write(plan: _Plan, store: Store, progress: Progress | None) -> None:
    total, done = sum(len(entries) for _, _, entries in plan.work), 0
    for kind, encoder, entries in plan.work:
        collection = await asyncio.to_thread(store.create, plan.version, kind, encoder)
        previous = await asyncio.to_thread(store.open, plan.previous, kind, encoder)
        for batch in _steps(entries):
            await asyncio.to_thread(vectors.write, collection, batch, encoder, previous)
            done += len(batch)
            if progress:
                progress(done, total)
    await asyncio.to_thread(store.release, plan.version)


async def _swap(db: Database, store: Store, plan: _Plan) -> int:
    async with db.write() as tx:
        live = await catalog.number(tx, LIVE)
        if live < plan.version:
            await _set(tx, LIVE, plan.version)
    if live > plan.version:
        log.info("index %s was overtaken by %s", plan.version, live)
        await asyncio.to_thread(store.remove, plan.version)
        return live
    await asyncio.to_thread(_prune, store, keep_from=live)
    return plan.version


def _prune(store: Store, keep_from: int) -> None:
    """Remove what is older than the version that was live until now; its readers may still be reading it."""
    for version in store.versions():
        if version < keep_from:
            store.remove(version)


async def _next(tx: Tx, name: str, least: int) -> int:
    number = max(await catalog.number(tx, name), least) + 1
    await _set(tx, name, number)
    return number


async def _set(tx: Tx, name: str, value: int) -> None:
    insert = tx.upsert(state).values(name=name, value=value)
    await tx.execute(insert.on_conflict_do_update(index_elements=[state.c.name], set_={"value": value}))


def _steps(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    return [entries[start : start + _STEP] for start in range(0, len(entries), _STEP)]
