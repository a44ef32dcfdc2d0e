"""Comparisons without a figure: "cheaper than the Takt", "am besten bewertet"; code compares the facts."""

import re
from dataclasses import dataclass
from decimal import Decimal

from tresen.agent.grounding.facts import Sheet, Told
from tresen.agent.grounding.reading.units import CURRENCIES

_WORDS = {
    ("price", -1): r"günstiger\w*|billiger\w*|preiswerter\w*|cheaper|less expensive",
    ("price", 1): r"teurer\w*|pricier|dearer|more expensive|costlier",
    ("mass", -1): r"leichter\w*|lighter",
    ("mass", 1): r"schwerer\w*|heavier",
    ("rating", 1): r"besser bewertet\w*|better rated|higher rated",
    ("rating", -1): r"schlechter bewertet\w*|worse rated|lower rated",
}
_MOST = {
    ("price", -1): r"günstigste\w*|billigste\w*|preiswerteste\w*|cheapest|least expensive",
    ("price", 1): r"teuerste\w*|priciest|dearest|most expensive",
    ("mass", -1): r"leichteste\w*|lightest",
    ("mass", 1): r"schwerste\w*|heaviest",
    (
        "rating",
        1,
    ): r"bestbewertete\w*|am besten bewertet\w*|beste\w* bewertung|best[- ]rated|highest[- ]rated|"
    r"best rating|top[- ]rated",
}
_PAIR = re.compile(r"\s+(?:of the two|von beiden|der beiden|of both)\b|\s+\w+,", re.IGNORECASE)
_NARROWED = re.compile(
    r"^(?:\s+\w+){0,3}?\s+(?:mit|with|in|für|for|ohne|without|wasserdicht\w*|waterproof|ab|under|unter|from|von)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Comparison:
    """Who is said to be more (1) or less (-1) of what; `most` says it of all that were listed."""

    quality: str
    sign: int
    most: bool
    start: int
    end: int


def comparisons(text: str) -> list[Comparison]:
    """Every comparison of a sentence that facts can settle."""
    found = []
    for most, spelled in ((False, _WORDS), (True, _MOST)):
        for (quality, sign), words in spelled.items():
            for match in re.finditer(rf"\b(?:{words})\b", text, re.IGNORECASE):
                found.append(Comparison(quality, sign, most, match.start(), match.end()))
    return [each for each in found if not (each.most and _NARROWED.match(text[each.end :]))]


def false(said: Comparison, subject: frozenset[str], others: frozenset[str], sheet: Sheet) -> bool:
    """Whether facts of both sides are known and say the opposite."""
    if said.most:
        others = frozenset(sheet.listed) if subject <= frozenset(sheet.listed) else frozenset()
    mine, theirs = _values(said, subject, sheet), _values(said, others - subject, sheet)
    if not mine or not theirs or len(subject) != 1:
        return False
    if said.most:
        return any((value - max(mine)) * said.sign > 0 if said.sign > 0 else value < min(mine) for value in theirs)
    return (min(mine) - max(theirs)) * said.sign < 0 if said.sign > 0 else min(mine) > min(theirs)


def _values(said: Comparison, products: frozenset[str], sheet: Sheet) -> list[Decimal]:
    return [each.figure.low for each in sheet.told if each.fact.subject in products and _is(said.quality, each)]


def _is(quality: str, told: Told) -> bool:
    field = told.fact.field
    if quality == "price":
        return field == "price" and told.figure.dimension in CURRENCIES and told.fact.now
    return (
        field == "rating" if quality == "rating" else told.figure.dimension == "mass" and field.startswith("attributes")
    )
