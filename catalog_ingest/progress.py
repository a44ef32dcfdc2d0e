"""Progress that a caller may show: a bar in the terminal, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Progress(Protocol):
    def begin(self, label: str, total: int | None = None) -> None:
        """A new stage of so many steps; None when nobody knows."""

    def step(self, count: int = 1) -> None: ...

    def end(self) -> None: ...


class Told(Protocol):
    def __call__(self, done: int, total: int, resumed: int = 0, /) -> None:
        """So many of all are done; `resumed` of what a run before has left, which was killed."""


class Silent:
    def begin(self, label: str, total: int | None = None) -> None:
        pass

    def step(self, count: int = 1) -> None:
        pass

    def end(self) -> None:
        pass


class Bar:
    """One line per stage in the terminal, drawn by rich."""

    def __init__(self, console: Any = None) -> None:
        self._console = console
        self._bars: Any = None

    def begin(self, label: str, total: int | None = None) -> None:
        # Imported here, so that a silent ingest does not pay for a terminal.
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Bars(*columns, console=self._console)
        self._bars.add_task(label, total=total)
        self._bars.start()

    def step(self, count: int = 1) -> None:
        self._bars.advance(self._bars.task_ids[0], count)

    def end(self) -> None:
        task = self._bars.tasks[0]
        self._bars.update(task.id, total=task.completed)
        self._bars.stop()


@contextmanager
def counted(progress: Progress, label: str) -> Iterator[Told]:
    """A stage for somebody who tells (done, total) now and then."""
    before: list[int] = []

    def tell(done: int, total: int, resumed: int = 0, /) -> None:
        if not before:
            progress.begin(f"{label}, {resumed} from before" if resumed else label, total)
        progress.step(done - sum(before))
        before.append(done - sum(before))

    try:
        yield tell
    finally:
        if before:
            progress.end()


@contextmanager
def stage(progress: Progress, label: str, total: int | None = None) -> Iterator[None]:
    """A stage that is ended whatever happens in it."""
    progress.begin(label, total)
    try:
        yield
    finally:
        progress.end()
