"""An ingest in a process of its own that dies by SIGKILL where it is told to: `HOME FEED [MOMENT COUNT]`.

A moment is `reading`, `saving` or `indexing` (after so many rows), `commit` (in the batch of this number, before it is
committed), or `noting` (the index is live, and nobody has noted that it is).
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from catalog_ingest import pipeline
from catalog_ingest.options import Options
from tresen.bootstrap import bootstrap
from tresen.settings import Settings
from tresen.shop import saving


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


async def main(home: Path, feed: Path, moment: str, count: int) -> None:
    app = bootstrap(Settings(home=home, database_url="", model="", encoder="embedded"))
    await app.start()
    lay_in_wait(moment, count)
    progress = Moment(moment or "never", count)
    report = await pipeline.ingest(app.db, app.retrieval, [feed], Options(locale="en"), progress)
    await app.close()
    sys.stdout.write(json.dumps(report.as_dict()))


if __name__ == "__main__":
    at, told = sys.argv[1:3], sys.argv[3:]
    asyncio.run(main(Path(at[0]), Path(at[1]), told[0] if told else "", int(told[1]) if told else 0))
