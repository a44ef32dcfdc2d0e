"""Prices, stock and the dates of sales as shops write them."""

import math
import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from catalog_ingest.options import Options
from tresen.shop.money import Money, rounded

MOST_MINOR = 2_000_000_000  # fits the column, and no product costs twenty million
MOST_STOCK = 2_000_000_000
_ALWAYS, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD"}
_PRICE = re.compile(
    r"(?P<before>[A-Z]{3}|[€£$])?\s*(?P<amount>-?[\d.,'’\s]*\d)(?:[.,]-)?\s*(?P<after>[A-Z]{3}|[€£$])?", re.ASCII
)
_WORDS = {
    "in stock": None, "in_stock": None, "auf lager": None, "lieferbar": None, "verfügbar": None,
    "out of stock": 0, "out_of_stock": 0, "sold out": 0, "ausverkauft": 0, "nicht verfügbar": 0,
}  # fmt: skip


def price(value: Any, currency: str, options: Options) -> Money | None:
    """The money a feed means; None for an unknown price.

    Raises:
        ValueError: no price, negative, too large, ambiguous, or in another currency than declared.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if options.price_unit == "minor":
        money = Money(_whole(value, "a price in minor units"), currency)
    else:
        amount = _number(value) if isinstance(value, int | float) else _read(str(value), currency, options)
        if abs(amount) > MOST_MINOR:
            raise ValueError("the price is too large")
        money = rounded(amount, currency)
    if money.minor < 0:
        raise ValueError("the price is negative")
    if money.minor > MOST_MINOR:
        raise ValueError("the price is too large")
    return money


def stock(value: Any) -> int | None:
    """Pieces; None when the feed does not say how many.

    Raises:
        ValueError: no whole number, negative or too large.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str) and value.strip().casefold() in _WORDS:
        return _WORDS[value.strip().casefold()]
    pieces = _whole(value, "a stock")
    if pieces < 0:
        raise ValueError("the stock is negative")
    if pieces > MOST_STOCK:
        raise ValueError("the stock is too large")
    return pieces


def holds(start: str, end: str, now: datetime) -> bool:
    """Whether `now` is between two ISO dates; an empty one is open, one that cannot be read never holds.

    A date without a time zone is in that of `now`, and an end without a time lasts for its whole day.
    """
    try:
        begins, ends = _span(start, end, now.tzinfo)
    except ValueError:
        return False
    return begins <= now < ends


def next_change(start: str, end: str, now: datetime) -> datetime | None:
    """When `holds` will say something else; None for never."""
    try:
        begins, ends = _span(start, end, now.tzinfo)
    except ValueError:
        return None
    later = [at for at in (begins, ends) if at > now and begins < ends and at != _NEVER]
    return min(later, default=None)


def _span(start: str, end: str, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """In UTC, because an hour of the local clock may be missing or come twice."""
    return _instant(start, zone) if start else _ALWAYS, _end(end, zone) if end else _NEVER


def _end(told: str, zone: tzinfo | None) -> datetime:
    whole_day = len(told) <= len("2026-11-30")
    at = datetime.fromisoformat(told)
    return _in_utc(at + timedelta(days=1) if whole_day and at.year < MAXYEAR else at, zone)


def _instant(told: str, zone: tzinfo | None) -> datetime:
    return _in_utc(datetime.fromisoformat(told), zone)


def _in_utc(at: datetime, zone: tzinfo | None) -> datetime:
    if at.year in (MINYEAR, MAXYEAR):  # shops write 9999 for "without end", and beyond there is nothing
        return _NEVER if at.year == MAXYEAR else _ALWAYS
    return (at if at.tzinfo else at.replace(tzinfo=zone or UTC)).astimezone(UTC)


def _whole(value: Any, what: str) -> int:
    if isinstance(value, str) and re.fullmatch(r"[-+]?\d{1,12}(?:[.,]0+)?", value.strip(), re.ASCII):
        return int(re.split("[.,]", value.strip())[0])
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise ValueError(f"{what} is a whole number")


def _number(value: float) -> Decimal:
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError("not a price")
    return Decimal(str(value))


def _read(text: str, currency: str, options: Options) -> Decimal:
    """`12,90`, `1.299,00 €`, `EUR 1'299.-`, `12.90`."""
    match = _PRICE.fullmatch(text.strip()) if len(text) <= 60 else None
    if match is None:
        raise ValueError("not a price")
    sign = match["before"] or match["after"]
    if sign and _SIGNS.get(sign, sign) != currency:
        raise ValueError(f"the price is in {_SIGNS.get(sign, sign)}, the feed in {currency}")
    digits = re.sub(r"[\s'’]", "", match["amount"])
    return Decimal(_with_point(digits, options.decimal))


def _with_point(digits: str, decimal: str) -> str:
    """The number with a decimal point and without separators of thousands."""
    marks = [mark for mark in digits if mark in ",."]
    if not decimal and marks:
        last = marks[-1]
        tail = digits.rpartition(last)[2]
        if len(set(marks)) == 1 and len(tail) == 3:
            raise ValueError(f"{digits} can be read in two ways; declare the decimal mark")
        decimal = last
    thousands = {",": ".", ".": ","}.get(decimal, "")
    whole, mark, tail = digits.partition(decimal) if decimal else (digits, "", "")
    plain = re.fullmatch(r"-?\d+", whole)
    grouped = thousands and re.fullmatch(rf"-?\d{{1,3}}(?:\{thousands}\d{{3}})+", whole)
    if not (plain or grouped) or (mark and not tail.isdigit()):
        raise ValueError("not a price")
    return (whole.replace(thousands, "") if grouped else whole) + (f".{tail}" if mark else "")
