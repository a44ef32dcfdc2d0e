"""How many: numbers as digits and words, without sizes, prices and places in a list."""

import re

from tresen.agent.planner.postal import without_streets
from tresen.agent.planner.slots import read_slots
from tresen.agent.planner.spelling import words
from tresen.agent.planner.vocabulary import numbers

_TIMES = re.compile(
    r"\b(\d{1,3})\s*(?:x|×|er[\s-]*(?:pack|set)\w*\b|mal\b|times\b|stück\w*|stk\.?|st\.(?!\s*(?-i:[A-Z]))|paar\w*|pairs?\b|pieces?\b|pcs\b|of\b|davon\b)|\b[x×]\s*(\d{1,3})\b",
    re.I,
)
_PAIR = re.compile(r"\b(?:ein|einen|eine|a|one)\s+(?:paar|pair|stück|piece)\b", re.I)
_MEASURE = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:ml|cl|l|liter|g|kg|cm|mm|m|zoll|inch(?:es)?|lumen|lux|bar|w|watt|c|k|er|th|nd|rd|st)\b|[a-z]+\d+|#\s*\d+|\d+\.(?!\d)",
    re.I,
)
_PLACE = re.compile(
    r"\b(?:nummer|nr\.?|number|no\.?|option|variante|modell|model|artikel|item|position|produkt|product|"
    r"hausnummer|haus|wohnung|etage|stock|tür|floor|flat|apartment|apt\.?|house|plz|postleitzahl|postcode|zip)\s*(?:\d+|(?:one|two|three|four|eins|zwei|drei|vier)\b)",
    re.I,
)
_BEFORE = re.compile(
    r"\b(?:aus|statt|anstatt|von|from|instead\s+of)\s+(?:den\s+|der\s+|the\s+)?(\d{1,2}|[a-zäöüß]{3,8})\b(?=.*\b(?:mach|make|nur|only|just|zu|auf|to|lieber|rather))",
    re.I,
)
MOST = 999
MOST_BARE = 30  # a larger number without a unit is rather a size


def quantity(text: str) -> int | None:
    """The quantity a text names, or None; 1 only when it is said on purpose."""
    rest = read_slots(_PLACE.sub(" ", _BEFORE.sub(_unless_alone, text))).rest
    if times := _TIMES.search(rest):
        return min(int(times[1] or times[2]), MOST)
    rest = _MEASURE.sub(" ", without_streets(rest))
    said = words(rest)
    for place, word in enumerate(said):
        if word.isdigit() and len(word) <= 2 and int(word) <= MOST_BARE:
            return int(word)
        named = numbers("cardinal").get(word)
        if named is not None and not (word == "one" and not _counts(said, place)):
            return named
    return 1 if _PAIR.search(text) else None


def _unless_alone(match: re.Match[str]) -> str:
    """Nothing in place of `aus den drei` and `instead of three`: what there was is not what is wanted."""
    said = words(match[1])[0]
    return " " if said.isdigit() or said in numbers("cardinal") else match[0]


def counted(text: str) -> bool:
    """Whether a quantity is named with a word for it: pieces, pairs, times."""
    return bool(_TIMES.search(read_slots(_PLACE.sub(" ", text)).rest) or _PAIR.search(text))


def _counts(said: tuple[str, ...], place: int) -> bool:
    """Whether `one` is a number here, and no pronoun as in "the second one"."""
    before = said[place - 1] if place else ""
    after = said[place + 1] if place + 1 < len(said) else ""
    return before in ("", "just", "only", "to", "take", "add", "it", "that", "i", "ll", "have") or after in (
        "of",
        "pair",
        "piece",
        "more",
    )
