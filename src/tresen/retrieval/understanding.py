"""What a shopper's sentence says beside the thing itself: price bounds, in German and English, read without a model."""

import re
from dataclasses import replace
from decimal import Decimal

from tresen.retrieval.query import Query
from tresen.shop.money import rounded

_MONEY = r"(?:€|euros?|eur|\$|usd|dollars?|£|gbp|chf|franken)"
_AMOUNT = r"(\d{1,6}(?:[.,]\d{1,2})?)"
_PRICED = rf"(?:{_MONEY}\s*)?{_AMOUNT}(?:\s*{_MONEY}(?!\w)|,-)"
_SIGNED = rf"(?:[€$£]\s*{_AMOUNT})"
_MOST = (
    r"(?:unter|bis(?:\s+zu)?|max(?:imal|\.)?|höchstens|weniger als|nicht mehr als|günstiger als|billiger als|"
    r"under|below|less than|up to|at most|cheaper than|no more than|maximum)"
)
_LEAST = r"(?:über|ab|mindestens|mehr als|teurer als|over|above|more than|at least|from)"
_BETWEEN = re.compile(
    rf"\b(?:zwischen|between|von|from)\s+[€$£]?\s*{_AMOUNT}\s*{_MONEY}?\s*(?:und|and|bis|to|-)\s*"
    rf"(?:{_SIGNED}|{_PRICED})",
    re.IGNORECASE,
)
_UPPER = re.compile(rf"\b{_MOST}\s*(?:{_SIGNED}|{_PRICED}|{_AMOUNT}\s*$)", re.IGNORECASE)
_LOWER = re.compile(rf"\b{_LEAST}\s*(?:{_SIGNED}|{_PRICED})", re.IGNORECASE)


def read(query: Query, currency: str) -> Query:
    """The query with the price bounds its text names as conditions; bounds that are given already win."""
    if query.price_min is not None or query.price_max is not None or not any(map(str.isdigit, query.text)):
        return query
    text, low, high = query.text, None, None
    between = _BETWEEN.search(text)
    if between:
        low, high = (_minor(amount, currency) for amount in [each for each in between.groups() if each][:2])
        text = _without(text, between)
    else:
        if upper := _UPPER.search(text):
            high, text = _minor(_amount(upper), currency), _without(text, upper)
        if lower := _LOWER.search(text):
            low, text = _minor(_amount(lower), currency), _without(text, lower)
    return replace(query, text=text, price_min=low, price_max=high)


def _amount(found: re.Match[str]) -> str:
    return next(each for each in found.groups() if each)


def _minor(amount: str, currency: str) -> int:
    return rounded(Decimal(amount.replace(",", ".")), currency).minor


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split())
