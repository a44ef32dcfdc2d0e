"""Many products, multiplied from a judged catalog: how fast, how big, and what a Chroma server does with them."""

import logging
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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

NOISE = 0.35  # length of what is added to a vector of length one: a copy is like its model, and like no other copy
BATCH = 2000
WAIT = 60.0
Filters = Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any] | None]]
say = print


def multiplied(items: Sequence[Product], count: int, made: Callable[..., Product]) -> list[Product]:
    """Copies differ in their model number, price, stock and color."""
    found = []
    for number in range(count):
        model, copy = items[number % len(items)], number // len(items)
        title = model.title["en"] + (f" MX{copy:03}" if copy else "")
        found.append(made(f"{number:08}", title, model.description.get("en", ""), model.brand, model.attributes))
    return found


def vectors(matrix: Any, count: int) -> Iterator[tuple[int, Any]]:
    """(first row, rows) of the catalog's vectors, batch by batch."""
    chance = np.random.default_rng(7)
    for start in range(0, count, BATCH):
        rows = matrix[np.arange(start, min(start + BATCH, count)) % len(matrix)].astype(np.float32)
        noise = chance.standard_normal(rows.shape, np.float32)
        rows += NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        yield start, rows / np.linalg.norm(rows, axis=1, keepdims=True)


@contextmanager
def stage(label: str) -> Iterator[None]:
    """Says how long something took and what the process holds then; what breaks is told, and the rest goes on."""
    started = time.perf_counter()
    try:
        yield
    except Exception as error:  # noqa: BLE001 - finding out what breaks is what this is for
        say(f"  BROKE: {label}: {type(error).__name__}: {error}")
    spent = time.perf_counter() - started
    say(f"  {label:28}{spent:8.1f} s   {held(os.getpid()):6.0f} MB   load {os.getloadavg()[0]:.1f}")


def held(process: int) -> float:
    """MB of memory that a process holds now; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def run(
    items: Sequence[Product], matrix: Any, encoder: Encoder, texts: Sequence[str], folder: Path, filters: Filters
) -> None:
    """`items` are multiplied already, `matrix` has the vectors of their models."""
    say(f"{len(items)} products, one encoder ({encoder.name})")
    catalog = _catalog(items, matrix, encoder)
    say(f"  size of vectors in bytes: {catalog.english.bytes.nbytes / 1e6:.0f} MB" if catalog.english else "")
    with stage("search, exact"):
        logging.disable(logging.WARNING)  # each search tells that there is no Chroma
        _ours(catalog, texts, encoder, filters)
        logging.disable(logging.NOTSET)
    client = chromadb.PersistentClient(path=str(folder / "scale"), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection("scale", embedding_function=None, configuration=_hnsw())
    with stage("Chroma in the process"):
        _fill(collection, items, matrix)
        _theirs(collection, texts, encoder, filters)
        if catalog.english is not None:
            catalog.english.collection = collection
    with stage("search with Chroma"):
        _ours(catalog, texts, encoder, filters)
    size = sum(file.stat().st_size for file in (folder / "scale").rglob("*") if file.is_file())
    say(f"  disk {size / 1e6:.0f} MB")
    client.close()
    with stage("Chroma as a server"):
        _served(items, matrix, encoder, texts, folder, filters)


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


def _fill(collection: Any, items: Sequence[Product], matrix: Any) -> None:
    for start, rows in vectors(matrix, len(items)):
        batch = items[start : start + len(rows)]
        collection.add(ids=[item.id for item in batch], embeddings=rows, metadatas=[facts(item) for item in batch])


def facts(item: Product) -> dict[str, Any]:
    """What Chroma is given to filter by."""
    offer = item.variants[0]
    minor = offer.price.minor if offer.price else 0
    return {"price": minor, "stock": offer.stock or 0, "color": str(offer.options["color"])}


def _ours(catalog: Catalog, texts: Sequence[str], encoder: Encoder, filters: Filters) -> None:
    def encode(text: str, _language: str) -> Any:
        return encoder.encode([text])[0]

    find(catalog, Query(texts[0]), encode)
    for count, (asked, _) in filters.items():
        _time(f"Tresen, {count} filters", texts, lambda text, asked=asked: find(catalog, Query(text, **asked), encode))


def _theirs(collection: Any, texts: Sequence[str], encoder: Encoder, filters: Filters) -> None:
    for count, (_, where) in filters.items():
        _time(
            f"Chroma, {count} filters",
            texts,
            lambda text, where=where: collection.query(
                query_embeddings=[encoder.encode([text])[0]], n_results=10, where=where, include=[]
            ),
        )


def _time(label: str, texts: Sequence[str], search: Callable[[str], object]) -> None:
    spent = []
    for text in texts:
        started = time.perf_counter()
        search(text)
        spent.append((time.perf_counter() - started) * 1000)
    say(f"    {label}: p50 {np.percentile(spent, 50):.0f} ms   p95 {np.percentile(spent, 95):.0f} ms")


def _served(
    items: Sequence[Product], matrix: Any, encoder: Encoder, texts: Sequence[str], folder: Path, filters: Filters
) -> None:
    command = Path(sys.executable).with_name("chroma")
    if not command.is_file():
        say(f"  SKIPPED: there is no {command.name} command beside {Path(sys.executable).name}")
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = folder / "server"
    asked = [str(command), "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(path)]
    server = subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        client = _reached(port, server)
        if client is None:
            say("  SKIPPED: the Chroma server does not start")
            return
        collection = client.create_collection("scale", embedding_function=None, configuration=_hnsw())
        _fill(collection, items, matrix)
        say(f"    the server holds {held(server.pid):.0f} MB")
        _theirs(collection, texts, encoder, filters)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(path, ignore_errors=True)


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
