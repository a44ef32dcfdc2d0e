"""Hand-overs by rule on conversations that were written apart from the rules, half of which need a person.

The agent got 95 of these 120 right (36 of 60, 59 of 60) before its rules were mended with them in view. So what
stands here guards what was mended; how the rules do on words that nobody has tuned them to is for the next such set.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rounds_told import talk

from tresen.agent import mood
from tresen.agent.mood import Reason

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "handoffs" / "blind.jsonl").read_text("utf-8").splitlines()
]
MUST, MUST_NOT = 59, 60  # right today


@cache
def decided(row: int) -> Reason | None:
    """The first reason that the rules find in a conversation, whose answers are all friendly and of no use."""
    turns, locale = ROWS[row]["turns"], ROWS[row]["locale"]
    found = (mood.read(talk(*turns[:upto], locale=locale)).must_hand_over for upto in range(1, len(turns) + 1))
    return next((reason for reason in found if reason), None)


@pytest.mark.parametrize(("needed", "least"), [(True, MUST), (False, MUST_NOT)])
def test_who_needs_a_person_gets_one_and_nobody_else(needed: bool, least: int) -> None:
    rows = [at for at, row in enumerate(ROWS) if row["expect"]["handover"] is needed]
    wrong = {ROWS[at]["id"]: decided(at) for at in rows if (decided(at) is not None) is not needed}
    assert len(rows) == 60
    assert len(rows) - len(wrong) >= least, wrong


@pytest.mark.parametrize("locale", ["de", "en"])
def test_both_languages_do_about_as_well(locale: str) -> None:
    rows = [at for at, row in enumerate(ROWS) if row["locale"] == locale]
    right = sum((decided(at) is not None) is ROWS[at]["expect"]["handover"] for at in rows)
    assert right >= 57 and len(rows) == 60


def test_where_life_and_limb_are_told_of_nothing_is_missed() -> None:
    grave = ("react", "hurt", "accident", "pregnan", "fire", "battery")
    told = [
        at for at, row in enumerate(ROWS) if row["expect"]["handover"] and any(word in row["why"] for word in grave)
    ]
    assert len(told) >= 6 and all(decided(at) for at in told)
