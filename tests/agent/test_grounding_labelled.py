"""More than 1,300 labelled replies: what of planted errors gets through, and what of true sentences is held back.

`near.jsonl` was written beside the checker; the others apart from it, by somebody who did not know it. At first sight
of `third.jsonl` 27 of 100 planted errors got through and 25 of 100 true replies were held; after half of it had been
read and the checker mended, 8 of 52 and 9 of 48 of the other half. What is measured here is after all mending, so it
says little of wording that nobody has seen yet. Scenes are results of real tools of the demo shop on 22 November 2026.
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


ROWS = [*read("near"), *read("blind"), *read("second"), *read("third")]
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


@pytest.mark.parametrize("half", ["near", "blind", "second", "third", "all"])
def test_errors_are_caught_and_truth_passes(half: str, findings: dict[str, int], capsys: Any) -> None:
    rows = ROWS if half == "all" else read(half)
    planted, true = [row for row in rows if not row["true"]], [row for row in rows if row["true"]]
    through = [row["id"] for row in planted if not findings[row["id"]]]
    held = [row["id"] for row in true if findings[row["id"]]]
    with capsys.disabled():
        print(f"\n{half}: {told('planted errors let through', through, planted)}; {told('true held back', held, true)}")
    if half == "all":
        assert len(through) <= MOST_LET_THROUGH * len(planted), through
        assert len(held) <= MOST_HELD_BACK * len(true), held


def told(what: str, failed: list[str], rows: list[Row]) -> str:
    low, high = wilson(len(failed), len(rows))
    return f"{what} {len(failed)}/{len(rows)} ({low:.1%} - {high:.1%})"
