"""Sizes of clothes and shoes in prose: "Größe 42", "EU 44", "39-42", "S, M und L", "M/L"."""

import re
from dataclasses import dataclass
from functools import lru_cache

_LETTERS = r"(?:XXXS|XXS|XS|S|M|L|XL|XXL|XXXL|[2-5]XL)(?:/(?:XXXS|XXS|XS|S|M|L|XL|XXL|XXXL|[2-5]XL))?"
_NUMBER = r"\d{2,3}(?:[.,]5)?"
_ITEM = (
    rf"(?:{_LETTERS}|{_NUMBER})(?![\w%€])(?!\s?(?:€|%|EUR|Euro|mm|cm|km|g\b|kg|ml|mAh|Gramm|grams|Stunden|"
    rf"hours|Lumen|lumens|Tage|days))"
)
_JOIN = r"\s*(?:-|–|/|,|bis|to|und|and|oder|or|,\s?(?:und|and|oder|or))\s*"
_LED = re.compile(
    rf"\b(?:Größen?|Gr\.|Schuhgrößen?|Kleidergrößen?|[Ss]izes?|EU|Grösse|(?:in|In|ab|auf|for|fit|"
    rf"fits)(?:\s+(?:der|die|a|an|der Größe|Größe|size))?)\s*:?\s*"
    rf"(?:(?:nur|von|noch|only|from|ab|bis|up to)\s+)?({_ITEM}(?:{_JOIN}{_ITEM})*)"
)
_FREE = re.compile(r"(?<![\w/-])(?:XXS|XS|XL|XXL|XXXL|[2-5]XL|S/M|M/L|L/XL)(?![\w-])")
_RANGE = re.compile(
    r"(?<![\w.,/-])(?:EU\s?)?(\d{2})\s?[-–]\s?(\d{2})(?!\w|[.,]\d|-|\s?(?:€|%|EUR|mm|cm|Uhr|Werk|Tag|Stunden|g\b|kg|Euro|hours|days|work|millimet|centimet|pm|am\b|km))"
)
_ER = re.compile(r"(?<![\w.,])(3[4-9]|4\d|5[0-2])er\b")
_SPAN = re.compile(
    rf"\b(?:von|from|zwischen|between)\s+((?:{_LETTERS}|3[3-9]|4\d|5[0-2])\s*(?:bis|to|und|and|-|–)\s*(?:{_LETTERS}|3[3-9]|4\d|5[0-2]))"
    rf"(?![\w%€])(?!\s?(?:€|%|EUR|Euro|mm|cm|km|g\b|kg|Gramm|grams|Stunden|hours|Lumen|Tage|days|Uhr))"
)
_WORN = re.compile(
    rf"\b(?:wears?|trägst|trage|brauchst|nimm)\s+(?:(?:a|an|eine|die|lieber|besser|the)\s+)*((?:{_LETTERS}|3[3-9]|4\d|5[0-2]))"
    r"(?=\s*(?:[.,;!?)]|$|in\b|bei\b|for\b|wie\b|as\b|und\b|and\b|as\b))"
)
_ORDER = ("XXXS", "XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL")


@dataclass(frozen=True)
class Size:
    """One size; a number has low and high, which differ in "39-42"."""

    name: str
    low: float = 0
    high: float = 0

    def holds(self, other: "Size") -> bool:
        """Whether this size of a product is the one that was named, or has it inside."""
        if other.high and self.high:
            inside = self.low <= other.low and other.high <= self.high
            return inside if other.low == other.high else (self.low, self.high) == (other.low, other.high)
        return bool(self.name) and self.name == other.name


@dataclass(frozen=True)
class SizeClaim:
    """Sizes named in one place; of a range only its ends."""

    sizes: tuple[Size, ...]
    start: int
    end: int


def size_of(text: str) -> Size | None:
    """The size that an option's value is: `M (54-58 cm)`, `39-42`, `44`."""
    bare = text.split(" (")[0].strip()
    if re.fullmatch(_LETTERS, bare):
        return Size(bare.upper())
    if match := re.fullmatch(r"(\d{2,3}(?:[.,]5)?)(?:\s?[-–]\s?(\d{2,3}(?:[.,]5)?))?(?:\s(?:cm|mm|l))?", bare):
        low = float(match[1].replace(",", "."))
        return Size("", low, float(match[2].replace(",", ".")) if match[2] else low)
    return None


def sizes(text: str) -> list[SizeClaim]:
    """Every naming of sizes in a text."""
    return list(_read(text))


@lru_cache(maxsize=4_096)
def _read(text: str) -> tuple[SizeClaim, ...]:
    found = [SizeClaim(tuple(_listed(match[1])), match.start(), match.end()) for match in _LED.finditer(text)]
    for pattern in (_SPAN, _WORN, _RANGE, _FREE, _ER):
        for match in pattern.finditer(text):
            if not any(each.start <= match.start() < each.end for each in found):
                named = match[1] if pattern in (_ER, _SPAN, _WORN) else re.sub(r"EU\s?", "", match[0])
                found.append(SizeClaim(tuple(_listed(named)), match.start(), match.end()))
    return tuple(sorted((each for each in found if each.sizes), key=lambda claim: claim.start))


def _listed(text: str) -> list[Size]:
    """ "39-42" is one size; "37 bis 42" two; "S/M" one where it is written so."""
    found = []
    for part in re.split(r"\s*(?:,|\bbis\b|\bto\b|\bund\b|\band\b|\boder\b|\bor\b)\s*", text):
        if size := size_of(part.strip()):
            found.append(size)
        elif ends := re.fullmatch(rf"({_LETTERS}|{_NUMBER})\s*[-–/]\s*({_LETTERS}|{_NUMBER})", part.strip()):
            found.extend(size for size in map(size_of, (ends[1], ends[2])) if size)
    return found
