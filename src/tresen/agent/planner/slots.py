"""Reads the filters out of a wish: price, rating, size, colour, order, stock. What is left is the query."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tresen.agent.planner.colours import Colour, colours_in, without_colours
from tresen.agent.planner.ratings import take_rating
from tresen.agent.planner.spelling import fold
from tresen.agent.planner.vocabulary import numbers

_AMOUNT = r"(\d{1,5}(?:[.,]\d{1,2})?)"
_MONEY = r"(?:€|eur\b|euros?\b|\$|£|usd\b|gbp\b|chf\b|dollars?\b|pounds?\b|bucks\b|franken\b|quid\b)"
_SUM = rf"{_MONEY}?\s*{_AMOUNT}\s*{_MONEY}?"
_PRICED = rf"(?:{_MONEY}\s*{_AMOUNT}|{_AMOUNT}\s*{_MONEY})"
_AT_MOST = (
    r"(?:unter|bis(?:\s+zu)?|max(?:imal|imum|\.)?|höchstens|hoechstens|weniger\s+als|nicht\s+(?:mehr|teurer)\s+als|(?:nicht|nix)\s+über|"
    r"unterhalb(?:\s+von)?|under|below|beneath|up\s+to|at\s+most|less\s+than|(?:no|not|\w*n['’]?t)(?:\s+\w+){0,2}?\s+(?:more|over|above)(?:\s+than)?|cheaper\s+than|"
    r"günstiger\s+als|billiger\s+als|within|budget(?:\s+(?:von|of|ist|is|liegt\s+bei|:))?)"
)
_AT_LEAST = r"(?:über|ueber|mehr\s+als|mindestens|ab|over|above|more\s+than|at\s+least|from|teurer\s+als|starting\s+at)"
_SPAN = re.compile(rf"(?:zwischen|between|von|from)?\s*{_SUM}\s*(?:und|and|bis|to|-|–)\s*{_SUM}", re.I)
_MOST = re.compile(rf"{_AT_MOST}\s*(?:etwa\s+|about\s+|around\s+)?{_SUM}", re.I)
_LEAST = re.compile(rf"{_AT_LEAST}\s*{_PRICED}", re.I)
_ABOUT = re.compile(rf"(?:ungefähr|etwa|circa|ca\.?|rund|um\s+die|around|about|roughly)\s*{_PRICED}", re.I)
_PLAIN = re.compile(rf"(?:für|for|mit)?\s*{_PRICED}", re.I)
_HAS_MONEY = re.compile(_MONEY, re.I)
_CHEAP = re.compile(
    r"\b(?:(?:möglichst\s+|sehr\s+)?(?:günstig|billig|preiswert|preisgünstig)(?:e[nrms]?|ste[nrms]?|sten)?|cheap(?:est)?|affordable|inexpensive|budget|low[\s-]cost|"
    r"nicht\s+(?:zu|so)\s+teuer\w*|not\s+too\s+(?:expensive|pricey))\b",
    re.I,
)
_DEAR = re.compile(r"\b(?:teuerste[nrms]?|am\s+teuersten|most\s+expensive|priciest)\b", re.I)
_STOCK = re.compile(
    r"\b(?:auf\s+lager|lieferbar(?:e[nrms]?)?|vorrätig(?:e[nrms]?)?|sofort\s+verfügbar|verfügbar(?:e[nrms]?)?|in\s+stock|available(?:\s+now)?)\b",
    re.I,
)
_LETTER = r"(?:xx?s|[2-6]?xl|xx+l|s|m|l)"
_SHOE = r"\d{1,3}(?:[.,]5)?"
_SIZE_VALUE = rf"({_SHOE}(?:\s*[-–/]\s*{_SHOE})?|{_LETTER}\b(?:\s*/\s*{_LETTER}\b)?|one\s*size)"
_SIZE = re.compile(
    rf"\b(?:in\s+)?(?:(?:schuh)?gr(?:ö|oe|o)(?:ß|ss)e|gr\.?|(?:shoe\s+)?size|sz\.?|eu)\s*:?\s*{_SIZE_VALUE}", re.I
)
_SPOKEN_RANGE = re.compile(r"\b((?:schuh)?gr(?:ö|oe|o)(?:ß|ss)e|gr\.?|size)\s*(\d{2})\s*(?:bis|to)\s*(\d{2})\b", re.I)
_RANGE = re.compile(r"(?<![\d.,])(?:in\s+)?(\d{2})\s*[-–/]\s*(\d{2})(?!\d|[.,]\d|\s*(?:€|eur))", re.I)
_IN_SIZE = re.compile(r"\bin\s+(?:einer?\s+|an?\s+)?(3[4-9]|4\d|50)(?:[.,]5)?\b(?!\s*(?:€|eur|ml|cm|mm|g\b|l\b))", re.I)
_WORN = re.compile(
    r"\b(?:trage?|tragen|brauche?|hab(?:e|t)?|hat|i['’]?m|am|is|are|wears?|takes?|needs?)\s+(?:(?:sonst|immer|meist(?:ens)?|normalerweise|usually|"
    r"normally|always|about|eine?|an?)\s+)+(\d{2,3}(?:[.,]5)?)(?!\s*(?:€|eur|%|x\b|mal|stück|paar|pair|jahre|years?|yo|km|kg|cm|ml|g\b|l\b))",
    re.I,
)
_LETTER_SIZE = re.compile(
    r"(?<!['’])\b(?:in\s+)?((?:XXS|XS|[2-6]?XL|XXL|xxs|xs|xl|xxl|[23]xl|S|M|L)(?:\s*/\s*(?:XS|[2-6]?XL|S|M|L))?)\b(?!['’])"
)
_SPOKEN_SIZE = re.compile(
    r"\bin\s+(?:an?\s+|the\s+)?(?:size\s+)?(extra[\s-]+|x-?)?(small|medium|large)\b(?!\s+\w*(?:size|pack))", re.I
)
_TENS = re.compile(r"\b([a-zäöüß]{3,18})(?=\s*(?:€|euros?\b|eur\b|dollars?\b|pounds?\b))", re.I)


@dataclass(frozen=True)
class Slots:
    """The filters of a wish; prices in major units. `rest` is the text without them."""

    rest: str
    price_min: float | None = None
    price_max: float | None = None
    rating_min: float | None = None
    sort: str = ""
    in_stock: bool = False
    size: str = ""
    colour: Colour | None = None

    @property
    def any(self) -> bool:
        fixed = (self.price_min, self.price_max, self.rating_min, self.colour)
        return any(each is not None for each in fixed) or bool(self.sort or self.size or self.in_stock)


@lru_cache(maxsize=2048)
def read_slots(text: str, colours: bool = True) -> Slots:
    """Take every filter out of a text; without `colours`, words for colours stay where they are."""
    text = _SPOKEN_SIZE.sub(_letter, _SPOKEN_RANGE.sub(r"\1 \2-\3", text))
    lowest, highest, rest = _take_price(_TENS.sub(_digits, text))
    rating, rest = take_rating(rest)
    sort, rest = _take_sort(rest)
    in_stock, rest = _take(_STOCK, rest)
    size, rest = _take_size(rest)
    named = colours_in(rest) if colours else []
    return Slots(
        rest=without_colours(rest) if named else rest,
        price_min=lowest,
        price_max=highest,
        rating_min=rating,
        sort=sort or ("rating" if rating else ""),
        in_stock=in_stock is not None,
        size=size,
        colour=named[0] if named else None,
    )


def _letter(match: re.Match[str]) -> str:
    """`in an extra large` as `in XL`."""
    return f"in {'X' if match[1] else ''}{match[2][0].upper()}"


def _digits(match: re.Match[str]) -> str:
    number = numbers("cardinal").get(fold(match[1]))
    return match[1] if number is None else str(number)


def _take(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    match = pattern.search(text)
    return (match, f"{text[: match.start()]} {text[match.end() :]}") if match else (None, text)


def _take_price(text: str) -> tuple[float | None, float | None, str]:
    """The lowest and the highest price wished for; a bare span of numbers is a size unless money is named."""
    span = _SPAN.search(text)
    if span and (_HAS_MONEY.search(span[0]) or re.match(r"zwischen|between", span[0], re.I)) and not _near_size(text):
        low, high = sorted((_number(span[1]), _number(span[2])))
        return low, high, _take(_SPAN, text)[1]
    most, rest = _take(_MOST, text)
    if most and not re.match(
        r"\s*(?:stern|stars?|uhr|ml|cm|mm|kg|km|g\b|l\b|tage|days)", rest[most.start() + 1 :], re.I
    ):
        return None, _number(most[1]), rest
    for pattern, read in ((_LEAST, (1.0, None)), (_ABOUT, (0.8, 1.2)), (_PLAIN, (None, 1.0))):
        match, rest = _take(pattern, text)
        if match:
            amount = _number(match[1] or match[2])
            low_high = [None if share is None else round(amount * share, 2) for share in read]
            return low_high[0], low_high[1], rest
    return None, None, text


def _near_size(text: str) -> bool:
    return re.search(r"gr(?:ö|oe|o)(?:ß|ss)e|\bsize\b", text, re.I) is not None and not _HAS_MONEY.search(text)


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _take_sort(text: str) -> tuple[str, str]:
    for pattern, sort in ((_DEAR, "price_desc"), (_CHEAP, "price")):
        match, rest = _take(pattern, text)
        if match:
            return sort, rest
    return "", text


def _take_size(text: str) -> tuple[str, str]:
    for pattern in (_SIZE, _RANGE, _IN_SIZE, _WORN, _LETTER_SIZE):
        match, rest = _take(pattern, text)
        if match:
            said = "-".join(match.groups()) if pattern is _RANGE else match[1]
            return re.sub(r"\s*[-–/]\s*", "-", said).upper().strip(), rest
    return "", text
