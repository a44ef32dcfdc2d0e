"""Rounding words and bounds around a figure, and which true figures each of them allows."""

import re
from decimal import Decimal
from enum import Enum
from functools import cache


class Hedge(Enum):
    """How a figure is meant: "knapp 90" is just below, "unter 100" anything below."""

    EXACT = ""
    ABOUT = "about"
    NEARLY = "nearly"
    JUST_OVER = "just over"
    BELOW = "below"
    ABOVE = "above"
    AT_MOST = "at most"
    AT_LEAST = "at least"

    @property
    def is_bound(self) -> bool:
        return self in (Hedge.BELOW, Hedge.ABOVE, Hedge.AT_MOST, Hedge.AT_LEAST)

    @property
    def side(self) -> str:
        """Which way a bound is open; the name of any other."""
        return {"ABOVE": "up", "AT_LEAST": "up", "BELOW": "down", "AT_MOST": "down"}.get(self.name, self.name)


_BEFORE = {
    Hedge.ABOUT: "rund|etwa|ca\\.?|circa|zirka|ungefähr|in etwa|so um die|um die|grob|gerundet|about|around|roughly|"
    "approximately|approx\\.?|some|circa|or so|more or less|~|≈",
    Hedge.NEARLY: "keine|nicht einmal|nicht mal|nicht ganz|knapp|fast|beinahe|nahezu|annähernd|kaum|knapp unter|nearly|"
    "almost|just under|just below|a shade under|"
    "close to|not quite|a little under|slightly under|slightly less than",
    Hedge.JUST_OVER: "gut|knapp über|etwas über|etwas mehr als|just over|a little over|slightly over|"
    "slightly more than|"
    "just above|a good",
    Hedge.BELOW: "unter|unterhalb(?: von)?|weniger als|günstiger als|billiger als|leichter als|kürzer als|kleiner als|"
    "under|below|less than|cheaper than|lighter than|shorter than|fewer than|within",
    Hedge.ABOVE: "über|oberhalb(?: von)?|mehr als|teurer als|schwerer als|länger als|over|above|more than|heavier than|"
    "longer than|upwards of|north of|in excess of",
    Hedge.AT_MOST: "bis zu|bis|maximal|max\\.?|höchstens|nicht mehr als|allerhöchstens|spätestens(?: nach)?|"
    "innerhalb von|"
    "binnen|(?<!add )(?<!adds )(?<!comes )(?<!come )up to|at most|maximum|no more than|not more than|at the latest",
    Hedge.AT_LEAST: "ab|mindestens|min\\.|wenigstens|nicht unter|from|starting at|starts at|starting from|at least|"
    "minimum|no less than|beginning at",
}
_AFTER = {
    Hedge.AT_MOST: "oder weniger|oder günstiger|oder darunter|oder kürzer|or less|or below|or under|or cheaper|max\\b",
    Hedge.AT_LEAST: "oder mehr|oder darüber|aufwärts|or more|and up|upwards|plus\\b|or above",
    Hedge.ABOUT: "or so|ungefähr|circa",
}
_BETWEEN = (
    r"(?:(?:nur|gerade mal|noch|schon|only|just|even|den|die|der|dem|das|the|your|deine[nmr]?|ein|a|einer|einem)\s+)?"
)


@cache
def _pattern(hedge: Hedge) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{_BEFORE[hedge]})\s*{_BETWEEN}$", re.IGNORECASE)


def hedge_before(text: str, at: int) -> tuple[Hedge, int]:
    """The hedge right before position `at`, and where it starts; the longest one counts."""
    found, start, window = Hedge.EXACT, at, max(0, at - 40)
    for hedge in _BEFORE:
        match = _pattern(hedge).search(text[window:at])
        if (
            match
            and hedge in (Hedge.BELOW, Hedge.ABOVE)
            and re.search(r"\b(?:the|der|die|das|dem|den)\s*$", match[0], re.IGNORECASE)
        ):
            continue  # "below the 4.7 of the Grat" compares with a figure
        if match and match.start() + window < start and len(match[0].strip()) > 0:
            found, start = hedge, match.start() + window
    return found, start


def hedge_after(text: str, at: int) -> tuple[Hedge, int]:
    for hedge, words in _AFTER.items():
        if match := re.match(rf"\s*(?:{words})", text[at:], re.IGNORECASE):
            return hedge, at + match.end()
    return Hedge.EXACT, at


def allows(hedge: Hedge, said: Decimal, fact: Decimal) -> bool:
    """Whether a fact bears out what was said: "knapp 90" allows 89.90, not 93 and not 60."""
    size = abs(said)
    match hedge:
        case Hedge.EXACT:
            return fact == said
        case Hedge.ABOUT:
            return abs(fact - said) <= size * Decimal("0.06")
        case Hedge.NEARLY:
            return said - max(size * Decimal("0.08"), Decimal(1) if size == 7 else Decimal(0)) <= fact <= said
        case Hedge.JUST_OVER:
            return said <= fact <= said + size * Decimal("0.08")
        case Hedge.BELOW:
            return fact < said
        case Hedge.ABOVE:
            return fact > said
        case Hedge.AT_MOST:
            return fact <= said
        case Hedge.AT_LEAST:
            return fact >= said
