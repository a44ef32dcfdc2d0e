"""How much faster a second ingest of the demo catalog is than the first, and what a change costs.

Run: python bench/ingest.py. Prints seconds and ratios; pictures are left out, the index and its encoder are real.
"""

import asyncio
import json
import tempfile
import time
from pathlib import Path

from catalog_ingest import demo, pipeline
from catalog_ingest.options import Options
from catalog_ingest.progress import Silent
from catalog_ingest.seen import Seen
from tresen import migrations
from tresen.kit.bus import LocalBus
from tresen.kit.clock import SystemClock
from tresen.kit.db import Database
from tresen.retrieval import encoders
from tresen.retrieval.search import Retrieval


async def timed(db: Database, retrieval: Retrieval, feed: Path) -> float:
    started = time.perf_counter()
    report = await pipeline.ingest(db, retrieval, [feed], Options(), Silent(), Seen(feed.parent / "feeds"))
    seconds = time.perf_counter() - started
    print(f"{report.new:4} new {report.changed:4} changed {report.unchanged:4} unchanged   {seconds:7.3f} s")  # noqa: T201
    return seconds


async def main(folder: Path) -> None:
    db = Database(f"sqlite+aiosqlite:///{folder / 'bench.db'}", SystemClock(), LocalBus())
    await migrations.upgrade(db)
    retrieval = Retrieval(db, folder / "index", encoders.build("embedded"))
    files = sorted((demo.FOLDER / "products").glob("*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    feed = folder / "bench.jsonl"

    def write() -> None:
        feed.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")

    write()
    first = await timed(db, retrieval, feed)
    second = min([await timed(db, retrieval, feed) for _ in range(3)])
    rows[0]["variants"][0]["stock"] += 1
    write()
    stock = await timed(db, retrieval, feed)
    rows[0]["title"]["de"] += " (neu)"
    write()
    text = await timed(db, retrieval, feed)
    ratios = {"second": second, "one stock": stock, "one text": text}
    print("first / " + "   first / ".join(f"{name}: {first / each:.0f}" for name, each in ratios.items()))  # noqa: T201
    await retrieval.close()
    await db.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(main(Path(home)))
