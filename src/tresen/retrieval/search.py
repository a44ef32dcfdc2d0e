"""Search over the live catalog: keeps one loaded state up to date with the database and answers from it in threads."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tresen.kit.db import Database
from tresen.retrieval import (
    columns,
    documents,
    explaining,
    finder,
    index,
    memory,
    passages,
    tuning,
    vectors,
    weights,
)
from tresen.retrieval.categories import Categories
from tresen.retrieval.encoders import ENGLISH, Encoder
from tresen.retrieval.facets import Facets, facets
from tresen.retrieval.finder import Catalog, Floats
from tresen.retrieval.judging import Judgements
from tresen.retrieval.passages import Library
from tresen.retrieval.query import Found, PassageHit, Query
from tresen.retrieval.store import Store
from tresen.shop import catalog
from tresen.shop.catalog import Passage, Product

__all__ = ["Loaded", "PassageHit", "Retrieval"]

log = logging.getLogger(__name__)

_REMEMBERED = 512
_PAUSE = 30.0  # seconds until an encoder or a Chroma server that failed is asked again, and not on every search


@dataclass(frozen=True)
class Loaded:
    """A state of the shop as of change number `seen` and index `version`."""

    version: int
    seen: int
    catalog: Catalog
    library: Library


class Retrieval:
    """One per process. Other processes may rebuild the index and change prices; the next search sees it."""

    def __init__(
        self, db: Database, folder: Path, encoders: Sequence[Encoder], chroma_url: str = "", currency: str = "EUR"
    ) -> None:
        self._db = db
        self._folder = folder
        self._store = Store(folder, chroma_url)
        self._encoders = {encoder.language: encoder for encoder in encoders}
        self._currency = currency
        self._loaded: Loaded | None = None
        self._lock = asyncio.Lock()
        self._building = asyncio.Lock()
        self._remembered: OrderedDict[tuple[str, str], Floats] = OrderedDict()
        self._silent_until: dict[str, float] = {}
        self._retry_at = 0.0

    @property
    def ready(self) -> bool:
        """Whether a state is loaded and the first search will be a warm one."""
        return self._loaded is not None

    async def refresh(self) -> None:
        """Catch up with the database: load a new index version, or apply prices and stock that changed."""
        await self._fresh()

    async def find(self, query: Query) -> Found:
        """Products for a query. Every hit is live at this moment, with the price and stock of now."""
        found = await self._find(await self._fresh(), query)
        if not await self._all_live(found):
            found = await self._find(await self._fresh(anew=True), query)
        return found

    async def passages(self, text: str, locale: str, limit: int = 4) -> list[PassageHit]:
        """Policy passages that answer a question, best first; none when the shop's documents do not say."""
        loaded = await self._fresh()
        return await asyncio.to_thread(passages.search, loaded.library, text, locale, limit, self._encode)

    async def facets(self, query: Query | None = None) -> Facets:
        """What the catalog, or what a query's conditions and text leave of it, can be narrowed by."""
        known = (await self._fresh()).catalog
        if query is None:
            return await asyncio.to_thread(facets, known.columns, known.categories)
        left = await asyncio.to_thread(finder.matching, known, query, self._encode)
        return await asyncio.to_thread(facets, known.columns, known.categories, left)

    async def resolve_category(self, text: str) -> str:
        """The key of the category a shopper's word means; empty if there is none, or several without one above."""
        loaded = await self._fresh()
        resolved = await asyncio.to_thread(loaded.catalog.categories.resolve, text)
        return resolved.key if resolved else ""

    async def similar(self, product_id: str, query: Query) -> Found:
        """Products like one product that also meet the query's conditions."""
        loaded = await self._fresh()
        known = loaded.catalog
        if known.vectors is None or product_id not in known.vectors.row:
            return Found((), 0, "nothing")
        vector = known.vectors.of(np.array([known.vectors.row[product_id]]))[0]
        alike = replace(query, text="", exclude=query.exclude | {product_id})
        return await asyncio.to_thread(finder.similar, known, alike, vector)

    async def explain(self, query: Query) -> dict[str, str]:
        """How a query was understood: language, words and how each was read, conditions."""
        loaded = await self._fresh()
        return await asyncio.to_thread(explaining.explained, loaded.catalog, query)

    async def tune(self, queries: Mapping[str, str], judgements: Judgements) -> tuning.Tuned | None:
        """Fit the ranking to judgements (by our product ids), and keep it if it does better on those held back.

        None when there are too few.
        """
        known = (await self._fresh()).catalog
        found = await asyncio.to_thread(tuning.examples, known, queries, judgements, self._encode)
        tuned = await asyncio.to_thread(tuning.tune, found, known.weights)
        if tuned is not None and tuned.after > tuned.before:
            note = f"tresen tune: {tuned.queries} queries, NDCG@10 {tuned.before:.4f} -> {tuned.after:.4f} held back"
            weights.save(self._folder / weights.FILE, tuned.weights, note)
            await self._fresh(anew=True)
        return tuned

    async def rebuild(self, progress: index.Progress | None = None) -> int:
        """Index the live catalog beside the live index, make it live, and load it here."""
        async with self._building:
            version = await index.rebuild(self._db, self._store, list(self._encoders.values()), progress)
        await self._fresh()
        return version

    async def close(self) -> None:
        self._loaded = None
        await asyncio.to_thread(self._store.close)

    async def _find(self, loaded: Loaded, query: Query) -> Found:
        return await asyncio.to_thread(finder.find, loaded.catalog, query, self._encode)

    async def _all_live(self, found: Found) -> bool:
        """Whether the database still has every hit: a source may withdraw products before it has indexed anew."""
        shown = [key for hit in found.hits for key in hit.variant_ids]
        if not shown:
            return True
        async with self._db.read() as tx:
            return len(await catalog.variants(tx, shown)) == len(shown)

    async def _fresh(self, anew: bool = False) -> Loaded:
        async with self._db.read() as tx:
            version, seen = await catalog.number(tx, index.LIVE), await catalog.number(tx, "change")
        now = self._loaded
        if now is not None and not anew and (now.version, now.seen) == (version, seen) and not self._may_retry(now):
            return now
        if now is not None and not anew and self._lock.locked() and now.version != version:
            # Somebody is loading the new version; this search need not wait for it, only for prices and stock.
            return await self._caught_up(now) or now
        async with self._lock:
            now = self._loaded
            caught_up = None
            if now is not None and now.version >= version and not anew:
                caught_up = await self._caught_up(await self._with_vectors(now))
            self._loaded = caught_up or await self._load()
            return self._loaded

    def _may_retry(self, loaded: Loaded) -> bool:
        lacking = "" in self._encoders and loaded.version > 0 and loaded.catalog.vectors is None
        return lacking and time.monotonic() >= self._retry_at

    async def _with_vectors(self, loaded: Loaded) -> Loaded:
        """The same state with its vectors, if they were out of reach when it was loaded and are there now."""
        if not self._may_retry(loaded):
            return loaded
        self._retry_at = time.monotonic() + _PAUSE
        ids = loaded.catalog.columns.product_ids
        products = await asyncio.to_thread(self._vectors, loaded.version, "product", ids)
        english = await asyncio.to_thread(self._vectors, loaded.version, "product", ids, ENGLISH)
        texts = [item.id for item in loaded.library.passages]
        known = await asyncio.to_thread(self._vectors, loaded.version, "passage", texts)
        now = replace(loaded.catalog, vectors=products, english=english)
        return replace(loaded, catalog=now, library=replace(loaded.library, vectors=known))

    async def _caught_up(self, loaded: Loaded) -> Loaded | None:
        """The same state with today's prices and stock; None when there are variants it does not know."""
        async with self._db.read() as tx:
            seen = await catalog.number(tx, "change")
            if seen == loaded.seen:
                return loaded
            changed = await catalog.changed_variants(tx, loaded.seen)
        held = loaded.catalog.columns
        if any(item.id not in held.variant_row for _, item in changed):
            return None
        now = replace(loaded.catalog, columns=held.with_changes([item for _, item in changed]))
        return replace(loaded, seen=max([seen, *(number for number, _ in changed)]), catalog=now)

    async def _load(self) -> Loaded:
        async with self._db.read() as tx:
            version, seen = await catalog.number(tx, index.LIVE), await catalog.number(tx, "change")
            products, texts = await catalog.all_products(tx), await catalog.passages(tx)
        loaded = await asyncio.to_thread(self._prepare, version, seen, products, texts)
        del products
        await asyncio.to_thread(memory.give_back)
        previous = self._loaded
        if previous is not None and previous.version != version:
            await asyncio.to_thread(self._store.release, previous.version)
        return loaded

    def _prepare(self, version: int, seen: int, products: list[Product], texts: list[Passage]) -> Loaded:
        sold = [item for item in products if item.variants]
        lexical = documents.product_lexical(sold, columns.locales_of(sold))
        known = Catalog(
            columns.of(sold, self._currency),
            Categories(sold, lexical.vocabularies),
            lexical,
            self._vectors(version, "product", [item.id for item in sold]),
            documents.product_titles(sold, columns.locales_of(sold)),
            weights.load(self._folder),
            self._vectors(version, "product", [item.id for item in sold], ENGLISH),
        )
        known_texts = self._vectors(version, "passage", [item.id for item in texts])
        library = Library(texts, documents.passage_lexical(texts), known_texts)
        loaded = Loaded(version, seen, known, library)
        finder.find(known, Query(text="warm up, plaese"), self._encode)  # what mends typing mistakes is made, too
        self._retry_at = time.monotonic() + _PAUSE
        if known.vectors is None and self._encoders and sold:
            log.warning("no vectors for index %s: searching by words alone", version)
        return loaded

    def _vectors(self, version: int, kind: str, ids: Sequence[str], language: str = "") -> vectors.Vectors | None:
        encoder = self._encoders.get(language)
        if encoder is None:
            return None
        try:
            return self._store.load(version, kind, ids, encoder)
        except Exception as error:  # noqa: BLE001 - a broken index must not take search down with it
            log.warning("the vectors of index %s cannot be read: %s", version, error)
            return None

    def _encode(self, text: str, language: str) -> Floats | None:
        if (language, text) in self._remembered:
            return self._remembered[language, text]
        encoder = self._encoders.get(language)
        if encoder is None or time.monotonic() < self._silent_until.get(language, 0.0):
            return None
        try:
            vector: Floats = encoder.encode([text])[0]
        except Exception as error:  # noqa: BLE001 - words alone still find most things
            log.warning("the encoder %s does not answer, searching without it: %s", encoder.name, error)
            self._silent_until[language] = time.monotonic() + _PAUSE
            return None
        self._remembered[language, text] = vector
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return vector
