"""How well and how fast Tresen finds, beside Chroma alone, BM25 alone and equal rank fusion, on judged catalogs.

Run: python bench/retrieval.py [SET...] [--every N]. Needs the judged data sets (TRESEN_DATA names their folder);
TRESEN_BENCH_CACHE keeps encoded vectors between runs, outside of the repository.
"""

import tresen.retrieval  # noqa: F401, I001 - before numpy is imported: it bounds the threads of BLAS

import argparse
import gzip
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chromadb
import scale
import numpy as np
from chromadb.config import Settings

from tresen.retrieval import columns, documents, encoders, judging
from tresen.retrieval.categories import Categories
from tresen.retrieval.encoders import Encoder
from tresen.retrieval.finder import Catalog, find
from tresen.retrieval.packs import packed
from tresen.retrieval.query import Query
from tresen.retrieval.vectors import Vectors
from tresen.retrieval.weights import default
from tresen.shop.catalog import Product, Variant
from tresen.shop.money import Money

DATA = Path(os.environ.get("TRESEN_DATA", "../shared/data"))
CACHE = Path(os.environ.get("TRESEN_BENCH_CACHE", tempfile.gettempdir())) / "tresen-bench"
SETS = ("icecat", "homedepot")
DEPTH = 200

Rank = Callable[[str], list[str]]
say = print


@dataclass
class Shop:
    """A catalog as Tresen searches it, and the raw collections, one per encoder's language, that others search."""

    name: str
    catalog: Catalog
    collections: Mapping[str, Any]
    encoders: Mapping[str, Encoder]
    words: Any

    @property
    def ids(self) -> Sequence[str]:
        return self.catalog.columns.product_ids

    def encode(self, text: str, language: str) -> Any:
        return self.encoders[language].encode([text])[0]


def product(
    key: str, title: str = "", text: str = "", brand: str = "", facts: Mapping[str, Any] | None = None
) -> Product:
    """A product with one variant whose price and stock follow from its id, so that filters have something to do."""
    number = int(key) if key.isdigit() else len(key)
    offer = Variant(key, key, key, {"color": ("red", "blue", "black")[number % 3]}, Money(number % 20_000 + 100, "EUR"),
                    True, number % 4, "")  # fmt: skip
    return Product(
        id=key, source="bench", external_id=key, title={"en": title}, description={"en": text} if text else {},
        brand=brand, category=(), category_key="", attributes=dict(facts or {}), details={}, rating=None,
        rating_count=0, reviews=(), goes_well_with=(), image="", url="", variants=(offer,),
    )  # fmt: skip


def read(name: str) -> list[Product]:
    found = _homedepot() if name == "homedepot" else _icecat()
    return sorted(found, key=lambda item: item.id)


def _homedepot() -> list[Product]:
    with gzip.open(DATA / "homedepot" / "products.tsv.gz", "rt", encoding="utf-8") as file:
        return [product(key, title) for key, _, title in (line.rstrip("\n").partition("\t") for line in file)][1:]


def _icecat() -> list[Product]:
    found = []
    with gzip.open(DATA / "icecat" / "products.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            facts = {key.removeprefix("attr_t_"): value for key, value in row.items() if key.startswith("attr_t_")}
            facts["model"] = row.get("name", "")
            text, brand = row.get("short_description", ""), row.get("supplier", "")
            found.append(product(row["id"], row["title"], text, brand, facts))
    return found


def vectors_of(name: str, items: Sequence[Product], encoder: Encoder) -> Any:
    path = CACHE / f"{name}-{encoder.name}-{documents.SCHEMA}.npy"
    if path.is_file():
        return np.load(path)
    entries = documents.english_entries(items) if encoder.language else documents.product_entries(items)
    views = [entry.views[0] for entry in entries]
    made = np.concatenate([encoder.encode(views[at : at + 500]) for at in range(0, len(views), 500)])
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, made)
    return made


def open_shop(name: str, folder: Path) -> Shop:
    items, known = read(name), {each.language: each for each in encoders.build("embedded")}
    row = {item.id: number for number, item in enumerate(items)}
    client = chromadb.PersistentClient(path=str(folder / name), settings=Settings(anonymized_telemetry=False))
    found: dict[str, Vectors] = {}
    for language, encoder in known.items():
        started = time.perf_counter()
        matrix = vectors_of(name, items, encoder)
        encoded = time.perf_counter()
        collection = _stored(client, f"{name}-{language or 'all'}", items, matrix)
        found[language] = Vectors(*packed(matrix), row, collection, language)
        say(
            f"{name}: {encoder.name} {encoded - started:.0f} s (0 is cached), "
            f"Chroma {time.perf_counter() - encoded:.0f} s"
        )
    started = time.perf_counter()
    lexical = documents.product_lexical(items, ("en",))
    live = Catalog(
        columns.of(items, "EUR"), Categories(items, lexical.vocabularies), lexical, found[""],
        documents.product_titles(items, ("en",)), default(), found["en"],
    )  # fmt: skip
    disk = sum(file.stat().st_size for file in (folder / name).rglob("*") if file.is_file()) / 1e6
    say(f"{name}: {len(items)} products; words {time.perf_counter() - started:.0f} s, disk {disk:.0f} MB, "
        f"memory {_memory():.0f} MB")  # fmt: skip
    return Shop(name, live, {language: each.collection for language, each in found.items()}, known, lexical)


def _stored(client: Any, name: str, items: Sequence[Product], matrix: Any) -> Any:
    collection = client.create_collection(
        name, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": 200}}
    )
    for at in range(0, len(items), 2000):
        batch = items[at : at + 2000]
        facts: list[Any] = [scale.facts(item) for item in batch]
        collection.add(ids=[item.id for item in batch], embeddings=matrix[at : at + 2000], metadatas=facts)
    return collection


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def systems(shop: Shop, language: str) -> dict[str, Rank]:
    """Who ranks. Chroma and rank fusion are given the encoder that suits the queries: told, they need not find out."""

    def chroma(text: str) -> list[str]:
        asked = shop.encode(text, language)
        found = shop.collections[language].query(query_embeddings=[asked], n_results=DEPTH, include=[])
        return list(found["ids"][0])

    def bm25(text: str) -> list[str]:
        scores = shop.words.plain(text)
        return [shop.ids[row] for row in np.argsort(-scores, kind="stable")[:DEPTH] if scores[row] > 0]

    def fused(text: str) -> list[str]:
        points: dict[str, float] = {}
        for ranked in (chroma(text), bm25(text)):
            for rank, key in enumerate(ranked, 1):
                points[key] = points.get(key, 0.0) + 1 / (60 + rank)
        return sorted(points, key=lambda key: -points[key])[:DEPTH]

    def ours(text: str) -> list[str]:
        query = Query(text, locale="", limit=DEPTH, complete=True)
        return [hit.product_id for hit in find(shop.catalog, query, shop.encode).hits]

    return {"Chroma": chroma, "BM25": bm25, "rank fusion": fused, "Tresen": ours}


FILTERS: Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any] | None]] = {
    0: ({}, None),
    1: ({"price_max": 5000}, {"price": {"$lte": 5000}}),
    3: (
        {"price_max": 15000, "in_stock": True, "options": {"color": "blue"}},
        {"$and": [{"price": {"$lte": 15000}}, {"stock": {"$gt": 0}}, {"color": "blue"}]},
    ),
}


def latency(shop: Shop, texts: Sequence[str]) -> None:
    for count, (ours, theirs) in FILTERS.items():
        spent: dict[str, list[float]] = {"Chroma": [], "Tresen": []}
        for text in texts:
            started = time.perf_counter()
            asked = shop.encode(text, "en")
            shop.collections["en"].query(query_embeddings=[asked], n_results=10, where=theirs, include=[])
            middle = time.perf_counter()
            find(shop.catalog, Query(text, limit=10, **ours), shop.encode)
            spent["Chroma"].append(middle - started)
            spent["Tresen"].append(time.perf_counter() - middle)
        shown = [f"{name} p50 {_ms(each, 50)} p95 {_ms(each, 95)}" for name, each in spent.items()]
        say(f"  {count} filters, ms with encoding: " + "   ".join(shown))


def _ms(seconds: Sequence[float], share: int) -> str:
    return f"{float(np.percentile(seconds, share)) * 1000:.1f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--every", type=int, default=8, help="of Home Depot's English queries, take every nth")
    parser.add_argument("--scale", type=int, default=0, help="instead, multiply both sets to so many products")
    parser.add_argument("--only", action="append", choices=["tresen", "chroma"], help="of --scale, one part")
    parser.add_argument("--folder", type=Path, help="keeps the collection of --scale for the next run")
    parser.add_argument("--minutes", type=float, default=15, help="to fill the collection of --scale")
    told = parser.parse_args()
    if not DATA.is_dir():
        sys.stderr.write(f"SKIPPED: no judged data in {DATA}; TRESEN_DATA names its folder.\n")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        if told.scale:
            scale_up(told.scale, told.only or ["tresen", "chroma"], told.folder or Path(folder), told.minutes)
            return 0
        for name in told.sets:
            compare(open_shop(name, Path(folder)), told.every)
    return 0


def scale_up(count: int, parts: Sequence[str], folder: Path, minutes: float) -> None:
    """English queries over multiplied products: what grows, and what breaks first."""
    encoder, sets = encoders.EnglishEncoder(), [read("homedepot"), read("icecat")]
    matrix = np.concatenate([vectors_of(name, items, encoder) for name, items in zip(SETS[::-1], sets, strict=True)])
    texts = list(judging.read_queries(DATA / "homedepot" / "queries.tsv").values())
    items = scale.multiplied([item for each in sets for item in each], count, product)
    scale.run(scale.Many(items, matrix, encoder, texts[:: max(1, len(texts) // 100)], folder, FILTERS, minutes), parts)


def compare(shop: Shop, every: int) -> None:
    judgements = judging.read_judgements(DATA / shop.name / "judgements.tsv")
    for suffix in ("", "_de"):
        queries = judging.read_queries(DATA / shop.name / f"queries{suffix}.tsv")
        keys = list(queries)[:: every if shop.name == "homedepot" and not suffix else 1]
        say(f"{shop.name}{suffix:3}        full  condensed  recall@50  zero results  ({len(keys)} queries)")
        for name, rank in systems(shop, "" if suffix else "en").items():
            got = judging.agreement({key: rank(queries[key]) for key in keys}, judgements)
            say(f"  {name:14}{got.full:9.4f}{got.condensed:11.4f}{got.recall:11.4f}{got.empty:14.1%}")
    queries = judging.read_queries(DATA / shop.name / "queries.tsv")
    latency(shop, list(queries.values())[:: max(1, len(queries) // 100)])
    say(f"  memory {_memory():.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
