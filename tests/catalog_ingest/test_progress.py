"""What a caller may show while an ingest runs."""

import io

import pytest
from rich.console import Console

from catalog_ingest.progress import Bar, Silent, counted, stage


def test_a_bar_shows_its_stages() -> None:
    screen = io.StringIO()
    bar = Bar(Console(file=screen, force_terminal=True, width=80))
    with stage(bar, "reading shop"):
        bar.step(3)
    with stage(bar, "saving shop", 2):
        bar.step(2)
    assert "reading shop" in screen.getvalue()
    assert "2/2" in screen.getvalue()


def test_a_stage_ends_when_something_breaks() -> None:
    told = []

    class Told(Silent):
        def end(self) -> None:
            told.append("end")

    with pytest.raises(KeyError), stage(Told(), "x"):
        raise KeyError
    assert told == ["end"]


def test_done_of_total_becomes_steps() -> None:
    told: list[object] = []

    class Told:
        def begin(self, label: str, total: int | None = None) -> None:
            told.append((label, total))

        def step(self, count: int = 1) -> None:
            told.append(count)

        def end(self) -> None:
            told.append("end")

    with counted(Told(), "indexing") as tell:
        tell(200, 500)
        tell(400, 500)
        tell(500, 500)
    with counted(Told(), "nothing"):
        pass
    assert told == [("indexing", 500), 200, 200, 100, "end"]
