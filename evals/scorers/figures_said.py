"""Is every amount of money in the prose one that code has shown or a tool returned, and the total the right one?"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from evals.deals import DealLabel, Outcome, Sums
from evals.ledger import Ledger
from evals.purchase import kept

_NUMBER = r"\d{1,3}(?:[.,\s]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(rf"(?:€|EUR)\s?({_NUMBER})(?!\d)|(?<![\d.,])({_NUMBER})\s?(?:€|EUR|Euro)", re.I)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_TOTAL = re.compile(
    r"\b(?:insgesamt|gesamt\w*|summe|endpreis|zu zahlen|total|grand total|in all|altogether|to pay)\b", re.I
)


@scorer(metrics=[accuracy(), stderr()])
def figures_said() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        label, found = state.metadata_as(DealLabel), kept(state)
        heard = [turn for turn in label.turns if isinstance(turn, str)]
        wrong = list(complaints(label.expect, found, heard))
        return Score(value=INCORRECT if wrong else CORRECT, explanation="; ".join(wrong))

    return score


def complaints(expect: Outcome, found: Ledger, heard: list[str]) -> Iterator[str]:
    """Amounts that nothing stands behind; and a total in the last answer that is not the expected one."""
    sources = (*found.shown, *found.facts, *heard)
    known = expected(expect) | house() | {cents for text in sources for cents in amounts(text)}
    for reply in found.replies:
        for cents in amounts(reply):
            if cents not in known:
                yield f"nothing shows {cents / 100:.2f}"
    total = _total(expect)
    for sentence in _SENTENCE.split(found.replies[-1] if found.replies else ""):
        said = amounts(sentence)
        if total is not None and said and _TOTAL.search(sentence) and total not in said:
            yield f"a total of {said[-1] / 100:.2f} was said, not {total / 100:.2f}"


def amounts(text: str) -> list[int]:
    """The amounts of money in a text, in cents, German and English."""
    plain = text.replace("\xa0", " ").replace("\u202f", " ")
    return [_cents(found[1] or found[2]) for found in _AMOUNT.finditer(plain)]


def expected(expect: Outcome) -> set[int]:
    """Every amount that the outcome names."""
    return set(expect.figures) | {cents for sums in _sums(expect) for cents in _figures(sums)}


@cache
def house() -> set[int]:
    """The amounts in the demo shop's settings, such as the threshold of free shipping."""
    settings = tomllib.loads((files("catalog_ingest") / "demo" / "tresen.toml").read_text("utf-8"))
    return {_cents(text) for text in _strings(settings) if re.fullmatch(r"\d+\.\d\d", text)}


def _cents(number: str) -> int:
    digits = re.sub(r"\s", "", number)
    whole, _, part = re.sub(r"[.,](\d{1,2})$", r"|\1", digits).partition("|")
    return int(re.sub(r"\D", "", whole)) * 100 + int(part.ljust(2, "0") if part else 0)


def _sums(expect: Outcome) -> list[Sums]:
    orders = [each.sums for each in expect.orders or () if each.sums]
    return [each for each in (expect.sums, expect.offer.sums if expect.offer else None) if each] + orders


def _total(expect: Outcome) -> int | None:
    return next((each.total for each in reversed(_sums(expect))), None)


def _figures(sums: Sums) -> set[int]:
    due, taxes = sums.goods - sums.discount, sums.taxes.values()
    net = sums.total - sum(taxes)
    return {sums.goods, sums.discount, due, sums.shipping or 0, sums.total, net, sum(taxes), *taxes}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
