"""Many products, multiplied from a judged catalog: how fast, how big, and what a Chroma server does with them."""

import logging
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings

from tresen.retrieval import columns, documents
from tresen.retrieval.categories import Categories
from tresen.retrieval.encoders import Encoder
from tresen.retrieval.finder import Catalog, find
from tresen.retrieval.packs import packed
from tresen.retrieval.query import Query
from tresen.retrieval.vectors import Vectors
from tresen.retrieval.weights import default
from tresen.shop.catalog import Product
from tresen.shop.money import Money

NOISE = 0.35  # length of what is added to a vector of length one: a copy is like its model, and like no other copy
BATCH = 2000
WAIT = 60.0
SYLLABLES = [one + two for one in "bdfgklmnprstvz" for two in ("a", "e", "i", "o", "u", "ar", "en", "il", "on")]
SHELVES = 400
NOTE = """{count} products, multiplied from {models} of Home Depot and Icecat: each copy has another price, stock,
color, part number and made-up word in its title; its category is a frequent last word. No text of a copy is encoded:
its vector is that of its model with noise of {noise} of its length ({encoder})."""
Filters = Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any] | None]]
say = print


def multiplied(items: Sequence[Product], count: int, made: Callable[..., Product]) -> list[Product]:
    """Copies that differ from their models in what is filtered by and in two words of their titles."""
    chance, shelves = random.Random(7), _shelves(items)
    found = []
    for number in range(count):
        model = items[number % len(items)]
        name = "".join(chance.choices(SYLLABLES, k=3)).title()
        title = f"{model.title['en']} {name} {chance.choice('ABCDEFGH')}{number:07}"
        copy = made(f"{number:08}", title, model.description.get("en", ""), model.brand, model.attributes)
        offer = replace(copy.variants[0], price=Money(chance.randrange(100, 20_000), "EUR"), stock=chance.randrange(4))
        found.append(replace(copy, category=shelves[number % len(items)], variants=(offer,)))
    return found


def _shelves(items: Sequence[Product]) -> list[tuple[dict[str, str], ...]]:
    """A category for each model whose title ends in a frequent word."""
    last = [([word for word in item.title["en"].split() if word.isalpha()] or [""])[-1].lower() for item in items]
    often = {word for word, _ in Counter(word for word in last if len(word) > 3).most_common(SHELVES)}
    return [({"en": word[0]}, {"en": word}) if word in often else () for word in last]


def vectors(matrix: Any, count: int, start: int = 0) -> Iterator[tuple[int, Any]]:
    """(first row, rows) of the catalog's vectors, batch by batch."""
    for first in range(start, count, BATCH):
        chance = np.random.default_rng(first)
        rows = matrix[np.arange(first, min(first + BATCH, count)) % len(matrix)].astype(np.float32)
        noise = chance.standard_normal(rows.shape, np.float32)
        rows += NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        yield first, rows / np.linalg.norm(rows, axis=1, keepdims=True)


@contextmanager
def stage(label: str) -> Iterator[None]:
    """Says how long something took and what the process holds then; what breaks is told, and the rest goes on."""
    started, worked = time.perf_counter(), time.process_time()
    try:
        yield
    except Exception as error:  # noqa: BLE001 - finding out what breaks is what this is for
        say(f"  BROKE: {label}: {type(error).__name__}: {error}")
    spent, busy = time.perf_counter() - started, time.process_time() - worked
    load = os.getloadavg()[0]
    say(
        f"  {label:24}{spent:8.1f} s   {busy:7.1f} s of CPU   {held(os.getpid()):6.0f} MB   load {load:.1f}", flush=True
    )


def held(process: int) -> float:
    """MB of memory that a process holds now; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


@dataclass(frozen=True)
class Many:
    """What is multiplied and asked for. `matrix` has the vectors of the models of `items`; `folder` keeps Chroma's."""

    items: Sequence[Product]
    matrix: Any
    encoder: Encoder
    texts: Sequence[str]
    folder: Path
    filters: Filters
    minutes: float

    def catalog(self) -> Catalog:
        return _catalog(self.items, self.matrix, self.encoder)


def run(many: Many, parts: Sequence[str]) -> None:
    said = {"count": len(many.items), "models": len(many.matrix), "noise": NOISE, "encoder": many.encoder.name}
    say(NOTE.format(**said), flush=True)
    catalog = many.catalog() if "tresen" in parts else None
    if catalog is not None:
        with stage("search, no Chroma"):
            _ours(catalog, many)
    if "chroma" in parts:
        _with_chroma(many, catalog)


def _with_chroma(many: Many, catalog: Catalog | None) -> None:
    client = chromadb.PersistentClient(path=str(many.folder), settings=Settings(anonymized_telemetry=False))
    collection = client.get_or_create_collection("scale", embedding_function=None, configuration=_hnsw())
    with stage("Chroma in the process"):
        _fill(collection, many)
        _theirs(collection, many)
    if catalog is not None and catalog.english is not None:
        catalog.english.collection = collection
        with stage("search with Chroma"):
            _ours(catalog, many)
    size = sum(file.stat().st_size for file in many.folder.rglob("*") if file.is_file())
    say(f"  disk {size / 1e6:.0f} MB", flush=True)
    client.close()
    with stage("Chroma as a server"):
        _served(many, catalog)


def _catalog(items: Sequence[Product], matrix: Any, encoder: Encoder) -> Catalog:
    with stage("columns"):
        known = columns.of(items, "EUR")
    with stage("words"):
        lexical = documents.product_lexical(items, ("en",))
    with stage("categories"):
        categories = Categories(items, lexical.vocabularies)
    with stage("titles"):
        titles = documents.product_titles(items, ("en",))
    with stage("vectors"):
        rows = np.zeros((len(items), matrix.shape[1]), np.int8)
        scale = np.zeros(len(items), np.float32)
        for start, batch in vectors(matrix, len(items)):
            part = slice(start, start + len(batch))
            rows[part], scale[part] = packed(batch)
        row = {item.id: number for number, item in enumerate(items)}
        compared = Vectors(rows, scale, row, None, encoder.language)
    return Catalog(known, categories, lexical, None, titles, default(), compared)


def _fill(collection: Any, many: Many) -> None:
    """Adds what is not there yet, for as long as there is time."""
    began, there = time.monotonic(), collection.count()
    for start, rows in vectors(many.matrix, len(many.items), there):
        batch = many.items[start : start + len(rows)]
        collection.add(ids=[item.id for item in batch], embeddings=rows, metadatas=[facts(item) for item in batch])
        done, spent = start + len(rows), time.monotonic() - began
        if done % (50 * BATCH) == 0:
            say(f"    {done} in Chroma, {(done - there) / spent:.0f} a second", flush=True)
        if spent > many.minutes * 60:
            say(f"  BROKE: Chroma holds {done} of {len(many.items)} after {many.minutes:.0f} minutes", flush=True)
            return


def facts(item: Product) -> dict[str, Any]:
    """What Chroma is given to filter by."""
    offer = item.variants[0]
    minor = offer.price.minor if offer.price else 0
    return {"price": minor, "stock": offer.stock or 0, "color": str(offer.options["color"])}


def _ours(catalog: Catalog, many: Many) -> None:
    def encode(text: str, _language: str) -> Any:
        return many.encoder.encode([text])[0]

    logging.disable(logging.WARNING)  # each search tells that there is no Chroma
    for text in many.texts[:10]:
        find(catalog, Query(text), encode)
    for count, (asked, _) in many.filters.items():
        _time(
            f"Tresen, {count} filters",
            many.texts,
            lambda text, asked=asked: find(catalog, Query(text, **asked), encode),
        )
    logging.disable(logging.NOTSET)


def _theirs(collection: Any, many: Many) -> None:
    def ask(text: str, where: Mapping[str, Any] | None) -> None:
        collection.query(query_embeddings=[many.encoder.encode([text])[0]], n_results=10, where=where, include=[])

    ask(many.texts[0], None)
    for count, (_, where) in many.filters.items():
        asked = many.texts if where is None else many.texts[::5]
        _time(f"Chroma, {count} filters", asked, lambda text, where=where: ask(text, where))


def _time(label: str, texts: Sequence[str], search: Callable[[str], object]) -> None:
    spent, busy = [], []
    for text in texts:
        started, worked = time.perf_counter(), time.process_time()
        search(text)
        spent.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    said = f"p50 {np.percentile(spent, 50):.0f} ms   p95 {np.percentile(spent, 95):.0f} ms"
    say(
        f"    {label}: {said}   CPU p50 {np.percentile(busy, 50):.0f}, p95 {np.percentile(busy, 95):.0f} ms", flush=True
    )


def _served(many: Many, catalog: Catalog | None) -> None:
    """The same folder, opened by a server; what this process then holds and waits for."""
    command = Path(sys.executable).with_name("chroma")
    if not command.is_file():
        say(f"  SKIPPED: there is no {command.name} command beside {Path(sys.executable).name}")
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    asked = [str(command), "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(many.folder)]
    server = subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        client = _reached(port, server)
        if client is None:
            say("  SKIPPED: the Chroma server does not start")
            return
        collection = client.get_collection("scale", embedding_function=None)
        _theirs(collection, many)
        if catalog is not None and catalog.english is not None:
            catalog.english.collection = collection
            _ours(catalog, many)
        say(f"    the server holds {held(server.pid):.0f} MB")
    finally:
        server.terminate()
        server.wait()


def _reached(port: int, server: "subprocess.Popen[bytes]") -> Any | None:
    until = time.monotonic() + WAIT
    while server.poll() is None and time.monotonic() < until:
        try:
            settings = Settings(anonymized_telemetry=False)
            return chromadb.HttpClient(host="127.0.0.1", port=port, settings=settings)
        except Exception:  # noqa: BLE001 - it is not up yet; who waits too long is told
            time.sleep(0.5)
    return None


def _hnsw() -> Any:
    return {"hnsw": {"space": "cosine", "ef_search": 200}}
