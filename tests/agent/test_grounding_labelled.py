"""More than 1,700 labelled replies: what of planted errors gets through, and what of true sentences is held back.

`near.jsonl` was written beside the checker; the others apart from it, by somebody who did not know it. Errors let
through and true replies held, of 100 each, when the checker first saw a set: 27 and 25 (`third`), 24 and 15 (`fourth`),
13 and 15 (`fifth`). The checker was mended after each. `near` to `third` have to meet the aim; the later ones, of which
only what is general was mended, say how far it carries. Scenes are results of real tools of the demo shop on
22 November 2026.
"""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evals.report import wilson
from tresen.agent.grounding import check
from tresen.agent.grounding.facts import Sheet

CLAIMS = Path(__file__).parent / "claims"
MOST_LET_THROUGH, MOST_HELD_BACK = 0.01, 0.02
MOST_LATER_LET_THROUGH, MOST_LATER_HELD_BACK = 0.09, 0.07  # may only shrink
KINDS = {
    "price",
    "percent",
    "measure",
    "size",
    "stock",
    "period",
    "date",
    "rating",
    "product",
    "brand",
    "link",
    "count",
    "deed",
}

Row = dict[str, Any]


def read(name: str) -> list[Row]:
    return [json.loads(line) for line in (CLAIMS / f"{name}.jsonl").read_text("utf-8").splitlines() if line.strip()]


TUNED, LATER = ("near", "blind", "second", "third"), ("fourth", "fifth")
ROWS = [row for name in (*TUNED, *LATER) for row in read(name)]
SCENES = {scene["id"]: scene for scene in json.loads((CLAIMS / "scenes.json").read_text("utf-8"))}


def sheet_of(row: Row) -> Sheet:
    sheet = Sheet(date(2026, 11, 22))
    for name in [*row["earlier"], row["scene"]]:
        for result in SCENES[name]["results"]:
            text = json.dumps(result["text"], ensure_ascii=False)
            sheet.add(result["tool"], text, now=name == row["scene"])
    sheet.hear(row.get("said") or SCENES[row["scene"]]["said"])
    return sheet


@pytest.fixture(scope="module")
def findings() -> dict[str, int]:
    sheets: dict[tuple[str, ...], Sheet] = {}
    found = {}
    for row in ROWS:
        key = (row["scene"], row.get("said") or "", *row["earlier"])
        sheet = sheets.setdefault(key, sheet_of(row)) if key not in sheets else sheets[key]
        found[row["id"]] = len(check(row["text"], sheet, SCENES[row["scene"]]["locale"]).findings)
    return found


def test_the_set_is_large_and_balanced() -> None:
    assert len(ROWS) >= 600
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    languages = Counter(SCENES[row["scene"]]["locale"] for row in ROWS)
    assert min(languages.values()) > 0.4 * len(ROWS)
    assert 0.4 < sum(row["true"] for row in ROWS) / len(ROWS) < 0.6
    planted = Counter(row["kind"] for row in ROWS if not row["true"])
    assert set(planted) >= KINDS
    assert min(planted[kind] for kind in KINDS) >= 5


@pytest.mark.parametrize(
    ("names", "most_let", "most_held"),
    [
        *(pytest.param((name,), 1.0, 1.0, id=name) for name in (*TUNED, *LATER)),
        pytest.param(TUNED, MOST_LET_THROUGH, MOST_HELD_BACK, id="tuned"),
        pytest.param(LATER, MOST_LATER_LET_THROUGH, MOST_LATER_HELD_BACK, id="later"),
    ],
)
def test_errors_are_caught_and_truth_passes(
    names: tuple[str, ...], most_let: float, most_held: float, findings: dict[str, int], capsys: Any
) -> None:
    rows = [row for name in names for row in read(name)]
    planted, true = [row for row in rows if not row["true"]], [row for row in rows if row["true"]]
    through = [row["id"] for row in planted if not findings[row["id"]]]
    held = [row["id"] for row in true if findings[row["id"]]]
    with capsys.disabled():
        of = f"{told('planted errors let through', through, planted)}; {told('true held back', held, true)}"
        print(f"\n{', '.join(names)}: {of}")
    assert len(through) <= most_let * len(planted), through
    assert len(held) <= most_held * len(true), held


def told(what: str, failed: list[str], rows: list[Row]) -> str:
    low, high = wilson(len(failed), len(rows))
    return f"{what} {len(failed)}/{len(rows)} ({low:.1%} - {high:.1%})"
