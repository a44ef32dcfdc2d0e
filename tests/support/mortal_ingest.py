"""An ingest in a process of its own that dies by SIGKILL where it is told to.

A moment is `reading`, `saving` or `indexing` (after so many rows), `commit` (in the batch of this number, before it is
committed), or `noting` (the index is live, and nobody has noted that it is).
"""

import asyncio
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from catalog_ingest import feed as reading
from catalog_ingest import pipeline
from catalog_ingest.options import Options
from tresen.bootstrap import bootstrap
from tresen.settings import Settings
from tresen.shop import saving

BATCH = 50  # rows of one transaction: enough to die between two of them


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Moment:
    """Progress that dies after `count` rows of a stage."""

    def __init__(self, stage: str, count: int) -> None:
        self._stage, self._left, self._here = stage, count, False

    def begin(self, label: str, total: int | None = None) -> None:
        self._here = label.startswith(self._stage)

    def step(self, count: int = 1) -> None:
        self._left -= count if self._here else 0
        if self._here and self._left <= 0:
            die()

    def end(self) -> None:
        self._here = False


def lay_in_wait(moment: str, count: int) -> None:
    """Die inside the code that no progress tells of."""
    save = pipeline._save
    batches: list[int] = []

    async def mortal(*args: Any) -> None:
        await save(*args)
        batches.append(1)
        if len(batches) == count:
            die()

    async def never(*_: Any) -> None:
        die()

    if moment == "commit":
        pipeline._save = mortal
    if moment == "noting":
        saving.note_indexed = never


async def _ingest(home: Path, feed: Path, moment: str, count: int) -> dict[str, Any]:
    app = bootstrap(Settings(home=home, database_url="", model="", encoder="embedded"))
    await app.start()
    lay_in_wait(moment, count)
    progress = Moment(moment or "never", count)
    report = await pipeline.ingest(app.db, app.retrieval, [feed], Options(locale="en"), progress)
    await app.close()
    return report.as_dict()


def ingest(home: Path, feed: Path, tell: Connection, moment: str, count: int) -> None:
    """Tell the report, unless death comes first."""
    reading.BATCH = BATCH
    tell.send(asyncio.run(_ingest(home, feed, moment, count)))
