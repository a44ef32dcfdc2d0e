"""Figures in prose: prices, percentages, measures, periods, ratings and counts as numbers with a dimension.

Dimensions are "EUR", "percent", "mass", "day" and so on (see `units`); "#stufe" is a count or level named by its
noun, "of 15" a place on a scale, "money" a price without its currency.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest

from tresen.agent.grounding.reading.closed import CLOSED
from tresen.agent.grounding.reading.hedges import Hedge, hedge_after, hedge_before
from tresen.agent.grounding.reading.numbers import Number, numbers
from tresen.agent.grounding.reading.stems import stem
from tresen.agent.grounding.reading.units import CURRENCIES, PERIODS, Unit, currency_before, unit_after

_RANGE = re.compile(r"\s*(?:-|–|—|‑|bis(?: zu)?|to|through)\s*(?:€\s*)?(?:\+|plus\s)?", re.IGNORECASE)
_LIST = re.compile(
    r"\s*(?:und|and|or|oder|sowie|bzw\.|/|,|, ?(?:und|and|or|oder))\s*(?:€\s*)?(?:plus\s|minus\s|(?:knapp|"
    r"gut|rund|etwa|fast|über|about|nearly|almost|around|just over|just under)\s)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:zwischen|between)\s+(?:€\s*)?(?:plus |minus |-)?$", re.IGNORECASE)
_MINUS = re.compile(r"(?:\bminus\s|(?<![\w)])[-−])$", re.IGNORECASE)
_PRICED = re.compile(
    r"(?:\b(?:kostet|kosten|kostete|costs?|costing|priced at|price is|preis(?: von| ist|:)?|price(?: of|:)|für nur|"
    r"for only|for just)\s+(?:(?:nur|only|just|jeweils|each|je)\s+)?)$",
    re.IGNORECASE,
)
_RATED = re.compile(
    r"(?:bewert\w*|rating|rated|rates|wertung|note|scores?|scored|★)(?::|\s)*"
    r"(?:\w+\s){0,3}(?:von|of|at|mit|ist|is|bei|it|a|an|um)?\s*$",
    re.IGNORECASE,
)
_SCALE = re.compile(
    r"\s*(?:von|out of|of|/)\s*(\d{1,2}|fünf|five|zehn|ten)\b(?!\s?(?:€|%|Tag|day))\s*(sterne\w*|stars?)?",
    re.IGNORECASE,
)
_NOUN = re.compile(
    r"[\s\u00a0]+(?:[a-zäöüß]+e[rnms]?[\s\u00a0]+)?([A-ZÄÖÜ][\wäöüß]+(?:-[A-ZÄÖÜ][\wäöüß]+)*)|[\s\u00a0-]([a-z]{3,})"
)
_ENDS = re.compile(r"\s*(?:[,;.!?)]\s|[,;.!?)]?$)")
_AND = re.compile(r"\s*(?:und|and|,)?\s*", re.I)
_BY = re.compile(r"\s+(?:with|mit|for|bei)\s", re.IGNORECASE)
_SIZED = re.compile(r"\b(?:größe|gr\.|size|eu)\s*$", re.IGNORECASE)
_THE = re.compile(r"\b(?:the|der|den)\s+$", re.IGNORECASE)
_OF = re.compile(r"\s+\w+\s+of\b", re.IGNORECASE)
_LISTS = re.compile(r",|\b(?:und|and|oder|or|gegen|gegenüber|against|versus)\b", re.IGNORECASE)
_LABEL = re.compile(r"([A-Za-zäöüÄÖÜß]{4,})[\s\u00a0:]+$")


@dataclass(frozen=True)
class Figure:
    """A figure where it stands. A range has low < high; `said` covers its rounding word when that is a bound."""

    dimension: str
    low: Decimal
    high: Decimal
    start: int
    end: int
    said: str
    hedge: Hedge = Hedge.EXACT

    @property
    def kind(self) -> str:
        """The kind of claim that this figure is."""
        if self.dimension in CURRENCIES or self.dimension in ("money", "free"):
            return "price"
        if self.dimension in ("clock", "date", "weekday", "soon", "hour of day"):
            return "date"
        if self.dimension in PERIODS or self.dimension.startswith("nth "):
            return "period"
        if self.dimension in ("percent", "rating"):
            return self.dimension
        return "count" if self.dimension.startswith(("#", "of ")) else "measure"


def figures(text: str) -> list[Figure]:
    """Every figure of a text that has a dimension, in order."""
    return list(_read(text))


@lru_cache(maxsize=4_096)  # one sentence is read for its claims, its choices and its sizes
def _read(text: str) -> tuple[Figure, ...]:
    found: list[Figure] = []
    chain: list[Number] = []
    scaled, last = 0, None
    for number, following in zip_longest(all_numbers := numbers(text), all_numbers[1:]):
        if number.start < scaled:
            continue
        if (scale := _SCALE.match(text, number.end)) and (bare := _bare(text, number)) and bare.end == scale.end():
            found.append(bare)
            scaled, chain = scale.end(), []
            continue
        chain.append(number)
        figure_unit = _dimension(text, number)
        if figure_unit is None and following is not None and _joined(text, number, following):
            continue
        read = _chained(text, chain, figure_unit)
        if figure_unit is None and found and (short := _elliptic(text, number, found[-1], last)):
            read = [short]
        last = figure_unit[0] if figure_unit else last
        found.extend(read)
        chain = []
    return tuple(_merged(text, found))


def _elliptic(text: str, number: Number, before: Figure, unit: Unit | None) -> Figure | None:
    """A number with nothing behind it measures what the one before does: "the small one three hours, the large six"."""
    between = text[before.end : number.start]
    ended = _ENDS.match(text, number.end) or (before.kind == "measure" and _BY.match(text, number.end))
    if number.article or not ended or re.search(r"[.!?;:\n(]", between):
        return None
    if (
        before.kind == "price"
        or before.dimension == "rating"
        or (before.dimension.startswith("#") and number.value % 1)
        or not _LISTS.search(between)
        or re.search(r"\b(?:in|size|größe|the|der|die|den|alle[nr]?|all|of)\s*$", between, re.IGNORECASE)
    ):
        return None
    hedge, start = _hedged(text, number.start)
    value = number.value * (unit.factor if unit and not before.dimension.startswith("#") else 1)
    return Figure(before.dimension, value, value, start, number.end, text[start : number.end], hedge)


def _joined(text: str, one: Number, other: Number) -> bool:
    between = text[one.end : other.start]
    if _SIZED.search(text[: one.start]) and "," in between:
        return False  # "Größe 38, 5 mm Stollen"
    if _THE.search(text[: one.start]) and between.startswith(","):
        return False  # "the lighter of the two, 245 grams"
    if one.article or other.article:
        return bool(_RANGE.fullmatch(between)) and not other.article  # "ein bis zwei Werktage"
    return bool(_RANGE.fullmatch(between) or _LIST.fullmatch(between))


def _dimension(text: str, number: Number) -> tuple[Unit, int, int] | None:
    """Unit and span of one number that has a unit of its own."""
    if (money := currency_before(text, number.start)) and not number.article:
        return money[0], money[1], number.end
    found = unit_after(text, number.end)
    if found and not (found[0].dimension in CURRENCIES and text[found[1] : found[1] + 1].isdigit()):
        unit, end = found
        if number.article and not _counts_as_one(text, number, unit):
            return None
        if unit.dimension == "hour" and text[end : end + 4].lstrip().startswith("Uhr"):
            return None
        return unit, number.start, end
    return None


def _counts_as_one(text: str, number: Number, unit: Unit) -> bool:
    """ "ein Jahr", "a year", "one day" are figures; "a day" and "an hour" are mostly "per day"."""
    word = text[number.start : number.end].casefold()
    if word in ("a", "an", "one") and re.search(r"(?:hours?|days?|times|once|twice|minutes)\s+$", text[: number.start]):
        return False  # "53 hours a week"
    if word in ("a", "an") and _OF.match(text[number.end :]):  # "a week of commutes"
        return False
    if unit.dimension in ("month", "workday", "volume") or (unit.dimension in CURRENCIES and word != "an"):
        return True
    return unit.dimension in ("day", "hour", "mass") and (word not in ("a", "an") or unit.factor == 7)


def _chained(text: str, chain: list[Number], unit: tuple[Unit, int, int] | None) -> list[Figure]:
    """The figures of numbers that share the last one's unit: "85, 110 und 140 cm", "2-4 Werktage"."""
    *before, last = chain
    shared = _figure(text, last, unit) if unit else _bare(text, last)
    if shared is None:
        return []
    if not unit and before and shared.dimension.startswith("#"):
        before = before[-1:] if _RANGE.fullmatch(text[before[-1].end : last.start]) else []
    found = [shared]
    for number in reversed(before):
        if shared.dimension == "rating" and not number.digits:
            break
        first = found[0]
        factor = unit[0].factor if unit else Decimal(1)
        value = _signed(text, number) * factor
        joint = text[number.end : first.start if first.hedge is Hedge.EXACT else number.end + 1]
        ranged = _RANGE.fullmatch(joint) or (_BETWEEN.search(text[: number.start]) and _LIST.fullmatch(joint))
        hedge, start = _hedged(text, number.start)
        if ranged and value < first.low:
            found[0] = replace(first, low=value, start=start, said=text[start : first.end], hedge=_of_range(hedge))
        else:
            found.insert(0, Figure(first.dimension, value, value, start, number.end, text[start : number.end], hedge))
    return found


def _of_range(hedge: Hedge) -> Hedge:
    return hedge if hedge in (Hedge.ABOUT, Hedge.EXACT) else Hedge.EXACT


def _figure(text: str, number: Number, found: tuple[Unit, int, int]) -> Figure:
    unit, start, end = found
    value = _signed(text, number) * unit.factor
    dimension = unit.dimension
    value = (
        abs(value) if dimension in (*CURRENCIES, "percent") else value
    )  # what is taken off is said with a minus or without
    if (
        unit.dimension in CURRENCIES
        and (cents := re.match(r"\s(\d\d)(?!\s?[\d%€]|\s?\w)", text[end:]))
        and start == number.start
    ):
        value, end = value + Decimal(cents[1]) / 100, end + cents.end()
    if dimension == "star":
        dimension = "rating"
    hedge, start = _hedged(text, start)
    if hedge is Hedge.EXACT:
        hedge, end = hedge_after(text, end)
    return Figure(dimension, value, value, start, end, text[start:end], hedge)


def _hedged(text: str, start: int) -> tuple[Hedge, int]:
    sign = _MINUS.search(text[:start])
    return hedge_before(text, sign.start() if sign else start)


def _signed(text: str, number: Number) -> Decimal:
    return -number.value if _MINUS.search(text[: number.start]) else number.value


def _bare(text: str, number: Number) -> Figure | None:
    """A number without a unit: on a scale, a rating, a price after "kostet", a level, or a count of its noun."""
    if number.article:
        return None
    hedge, start = _hedged(text, number.start)
    scale = _SCALE.match(text, number.end)
    before, after = text[:start], text[number.end :]
    plain = Figure("", number.value, number.value, start, number.end, text[start : number.end], hedge)
    if scale and (scale[2] or scale[1].casefold() in ("5", "fünf", "five")) and number.value <= 5:
        return replace(plain, dimension="rating", end=scale.end(), said=text[start : scale.end()])
    if scale and number.digits and scale[1].isdigit() and number.value <= Decimal(scale[1]):
        return replace(plain, dimension=f"of {scale[1]}", end=scale.end(), said=text[start : scale.end()])
    decimals = text[number.start : number.end].replace(",", ".").partition(".")[2]
    if (
        number.digits
        and number.value <= 5
        and (_RATED.search(before) or re.match(r"\s*(?:bewertet|★|rating|rated)", after))
    ):
        return replace(plain, dimension="rating")
    if number.digits and len(decimals) == 1 and number.value <= 5 and not re.match(r"[-‑\w%]|\s?[x×]\s?\d", after):
        return replace(plain, dimension="rating")
    if (len(decimals) == 2 or _PRICED.search(before)) and number.digits:
        return replace(plain, dimension="money")
    return _counted(text, plain)


def _counted(text: str, plain: Figure) -> Figure | None:
    label = _LABEL.search(text[: plain.start]) if plain.hedge is Hedge.EXACT else None
    noun = _NOUN.match(text, plain.end)
    if noun and (noun[1] or noun[2].casefold() not in CLOSED):
        return replace(
            plain, dimension=f"#{stem(noun[1] or noun[2])}", said=text[plain.start : noun.end()], end=noun.end()
        )
    if label and stem(label[1]) in ("rate", "rat", "bewertet"):
        return None
    return (
        replace(plain, dimension=f"#{stem(label[1])}", start=label.start(), said=text[label.start() : plain.end])
        if label
        else None
    )


def _cents(text: str, last: Figure, figure: Figure) -> bool:
    """ "seven euros and ten cents" is one sum."""
    joined = _AND.fullmatch(text[last.end : figure.start])
    return bool(joined) and last.dimension == figure.dimension == "EUR" and "cent" in figure.said.casefold()


def _merged(text: str, found: list[Figure]) -> list[Figure]:
    """ "129 € bis 249 €" and "between €129 and €249" are one range."""
    merged: list[Figure] = []
    for figure in found:
        last = merged[-1] if merged else None
        if last and _cents(text, last, figure):
            value = last.high + figure.high
            said = text[last.start : figure.end]
            merged[-1] = replace(last, low=value, high=value, end=figure.end, said=said)
            continue
        if (
            last
            and last.dimension == figure.dimension
            and last.low == last.high < figure.high
            and not last.hedge.is_bound
        ):
            joint = text[last.end : figure.start] if figure.hedge is Hedge.EXACT else text[last.end : figure.end]
            between = _BETWEEN.search(text[: last.start]) and _LIST.fullmatch(joint)
            bare = text[last.end : figure.end].lstrip()
            ranged = _RANGE.fullmatch(joint) or (
                figure.hedge is Hedge.AT_MOST and re.match(r"(?:bis|up to|to)\b", bare)
            )
            if between or ranged:
                merged[-1] = replace(last, high=figure.high, end=figure.end, said=text[last.start : figure.end])
                continue
        merged.append(figure)
    return merged
