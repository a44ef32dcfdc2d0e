"""What a sentence says beside the thing itself: prices, sizes, the wished order; in German and English, no model."""

import re
from dataclasses import replace
from decimal import Decimal

from tresen.retrieval.query import Query, Sort
from tresen.shop.money import rounded

_MONEY = r"(?:€|euros?|eur|\$|usd|dollars?|£|gbp|chf|franken)"
_IN_WORDS = {
    "zehn": 10, "zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60,
    "siebzig": 70, "achtzig": 80, "neunzig": 90, "hundert": 100, "einhundert": 100, "zweihundert": 200, "tausend": 1000,
    "ten": 10, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "a hundred": 100, "one hundred": 100, "hundred": 100, "two hundred": 200, "a thousand": 1000,
}  # fmt: skip
_AMOUNT = rf"(\d{{1,6}}(?:[.,]\d{{1,2}})?|(?:{'|'.join(sorted(_IN_WORDS, key=len, reverse=True))})\b)"
_PRICED = rf"(?:{_MONEY}\s*)?{_AMOUNT}(?:\s*{_MONEY}(?!\w)|,-)"
_SIGNED = rf"(?:[€$£]\s*{_AMOUNT})"
_ENDING = rf"{_AMOUNT}\s*[?!.]*$"
_MOST = (
    r"(?:unter|bis(?:\s+zu)?|max(?:imal|\.)?|höchstens|weniger als|nicht mehr als|nicht über|günstiger als|"
    r"billiger als|under|below|less than|up to|at most|cheaper than|no more than|not more than|not over|maximum)"
)
_LEAST = r"(?:über|ab|mindestens|mehr als|teurer als|over|above|more than|at least|from)"
_ABOUT = r"(?:um\s+die|ca\.?|circa|etwa|ungefähr|rund|so\s+um(?:\s+die)?|around|about|roughly|approximately|approx\.?)"
_BETWEEN = re.compile(
    rf"\b(?:zwischen|between|von|from)\s+[€$£]?\s*{_AMOUNT}\s*{_MONEY}?\s*(?:und|and|bis|to|-)\s*"
    rf"(?:{_SIGNED}|{_PRICED})|\b(?:zwischen|between)\s+{_AMOUNT}\s+(?:und|and)\s+{_ENDING}",
    re.IGNORECASE,
)
_UPPER = re.compile(rf"\b{_MOST}\s*(?:{_SIGNED}|{_PRICED}|{_ENDING})", re.IGNORECASE)
_LOWER = re.compile(rf"\b{_LEAST}\s*(?:{_SIGNED}|{_PRICED})", re.IGNORECASE)
_NEARLY = re.compile(rf"\b{_ABOUT}\s*(?:{_SIGNED}|{_PRICED})", re.IGNORECASE)
_NEAR = Decimal("0.25")  # how far from "about 80" a price may be

_ORDERS: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("rating", re.compile(
        r"\b(?:(?:best|top|gut|hoch|bestens|sehr gut)[\s-]?bewertet\w*|(?:best|top|highly|well)[\s-]rated|"
        r"mit (?:der |den |sehr )?(?:guten?r?|besten?r?|hohen?r?|top) bewertung(?:en)?|"
        r"with (?:the )?(?:good|great|best|top) (?:ratings?|reviews?)|beliebtest\w*|most popular)(?!\w)",
        re.IGNORECASE)),
    ("price", re.compile(
        r"\b(?:(?:am )?(?:günstig|billig|preiswert|preisgünstig|kostengünstig)(?:e[nrs]?|st\w*)?|cheap(?:est)?|"
        r"inexpensive|affordable|low[\s-](?:cost|priced?)|(?:least|lowest) (?:expensive|price))(?!\w)", re.IGNORECASE)),
    ("price_desc", re.compile(
        r"\b(?:teuerst\w*|hochwertig\w*|hochpreisig\w*|luxuriös\w*|premium|high[\s-]end|most expensive|luxury)(?!\w)",
        re.IGNORECASE)),
)  # fmt: skip
_SIZED = re.compile(
    r"\b(?:in\s+)?(?:größen?|grösse|groesse|gr\.|size|sz)\s*:?\s*(\d{1,3}(?:[.,]5)?(?!\d)|(?:\d?x{0,3}[sl]|m)\b)",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"(?:\bin\s+(X{0,3}S|M|X{0,3}L)|\b(X{1,3}[SL]))(?![\w-])")


def read(query: Query, currency: str) -> Query:
    """The query with the price bounds its text names as conditions; bounds that are given already win."""
    if query.price_min is not None or query.price_max is not None:
        return query
    text, low, high = query.text, None, None
    if between := _BETWEEN.search(text):
        low, high = (_minor(amount, currency) for amount in [each for each in between.groups() if each][:2])
        text = _without(text, between)
    elif about := _NEARLY.search(text):
        middle = _minor(_amount(about), currency)
        low, high = int(middle * (1 - _NEAR)), int(middle * (1 + _NEAR))
        text = _without(text, about)
    else:
        if upper := _UPPER.search(text):
            high, text = _minor(_amount(upper), currency), _without(text, upper)
        if lower := _LOWER.search(text):
            low, text = _minor(_amount(lower), currency), _without(text, lower)
    return replace(query, text=text, price_min=low, price_max=high)


def order(text: str) -> tuple[Sort, str]:
    """The order a sentence asks for ("the cheapest", "gut bewertet"), and what is left of it without that."""
    for sort, pattern in _ORDERS:
        if found := pattern.search(text):
            return sort, _without(text, found)
    return "relevance", text


def size(text: str) -> tuple[str, str]:
    """The size a sentence names ("Gr. 42", "size M", "in XL"), and what is left of it; empty if it names none."""
    found = _SIZED.search(text) or _LETTERS.search(text)
    return (_amount(found), _without(text, found)) if found else ("", text)


def _amount(found: re.Match[str]) -> str:
    return next(each for each in found.groups() if each)


def _minor(amount: str, currency: str) -> int:
    amount = str(_IN_WORDS.get(amount.casefold(), amount))
    return rounded(Decimal(amount.replace(",", ".")), currency).minor


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split())
