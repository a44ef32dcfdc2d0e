"""Units and currencies in both languages, from CLDR where it has them, each with its dimension and factor."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import get_currency_symbol
from babel.units import format_unit

CURRENCIES = ("EUR", "USD", "GBP", "CHF")
# dimension -> CLDR units with their factor; figures of one dimension can be compared.
_CLDR: dict[str, dict[str, str]] = {
    "mass": {"mass-milligram": "0.001", "mass-gram": "1", "mass-kilogram": "1000", "mass-ounce": "28.35"},
    "length": {
        "length-millimeter": "0.001", "length-centimeter": "0.01", "length-meter": "1",
        "length-kilometer": "1000", "length-inch": "0.0254",
        "length-foot": "0.3048", "length-yard": "0.9144", "length-mile": "1609.344",
    },
    "volume": {"volume-milliliter": "0.001", "volume-liter": "1"},
    "hour": {"duration-second": "0.000277777778", "duration-minute": "0.016666666667", "duration-hour": "1"},
    "day": {"duration-day": "1", "duration-week": "7"},
    "month": {"duration-month": "1", "duration-year": "12"},
    "celsius": {"temperature-celsius": "1"},
    "watt": {"power-watt": "1", "power-kilowatt": "1000"},
    "volt": {"electric-volt": "1"},
    "bar": {"pressure-bar": "1"},
    "psi": {"pressure-pound-force-per-square-inch": "1"},
    "lumen": {"light-lumen": "1"},
    "lux": {"light-lux": "1"},
    "speed": {"speed-kilometer-per-hour": "1"},
    "energy": {"energy-kilocalorie": "1"},
    "byte": {"digital-megabyte": "1", "digital-gigabyte": "1000"},
    "hertz": {"frequency-hertz": "1"},
}  # fmt: skip
# What people write and CLDR does not list.
_MORE: dict[str, tuple[str, str]] = {
    "lb": ("mass", "453.592"), "lbs": ("mass", "453.592"), "feet": ("length", "0.3048"),
    "kilo": ("mass", "1000"), "kilos": ("mass", "1000"), "gramme": ("mass", "1"), "grammes": ("mass", "1"),
    "millimeter": ("length", "0.001"), "millimeters": ("length", "0.001"), "centimeters": ("length", "0.01"),
    "centimeter": ("length", "0.01"), "meters": ("length", "1"), "meter": ("length", "1"), "zoll": ("length", "0.0254"),
    "inch": ("length", "0.0254"), "inches": ("length", "0.0254"), "kilometer": ("length", "1000"),
    "kilometers": ("length", "1000"), "liters": ("volume", "1"), "liter": ("volume", "1"),
    "litre": ("volume", "1"), "litres": ("volume", "1"), "h": ("hour", "1"), "std": ("hour", "1"),
    "std.": ("hour", "1"),
    "min": ("hour", "0.016666666667"), "werktag": ("workday", "1"), "werktage": ("workday", "1"),
    "arbeitstag": ("workday", "1"), "arbeitstage": ("workday", "1"), "working day": ("workday", "1"),
    "working days": ("workday", "1"), "business day": ("workday", "1"), "business days": ("workday", "1"),
    "workday": ("workday", "1"), "workdays": ("workday", "1"), "weekday": ("workday", "1"),
    "weekdays": ("workday", "1"), "grad": ("celsius", "1"), "degrees": ("celsius", "1"), "degree": ("celsius", "1"),
    "grad celsius": ("celsius", "1"), "mah": ("charge", "1"), "wh": ("watthour", "1"), "lm": ("lumen", "1"),
    "km/h": ("speed", "1"), "kph": ("speed", "1"), "gang": ("gear", "1"), "gänge": ("gear", "1"),
    "gears": ("gear", "1"), "gear": ("gear", "1"), "speeds": ("gear", "1"), "tägig": ("day", "1"),
    "wöchig": ("day", "7"), "monatig": ("month", "1"), "jährig": ("month", "12"), "stündig": ("hour", "1"),
    "minütig": ("hour", "0.016666666667"), "%": ("percent", "1"), "prozent": ("percent", "1"),
    "percent": ("percent", "1"), "per cent": ("percent", "1"), "prozentig": ("percent", "1"),
    "stern": ("star", "1"), "sterne": ("star", "1"), "star": ("star", "1"), "stars": ("star", "1"), "★": ("star", "1"),
    "joule": ("joule", "1"), "tog": ("tog", "1"), "denier": ("denier", "1"), "db": ("db", "1"),
    "cent": ("EUR", "0.01"), "cents": ("EUR", "0.01"), "euronen": ("EUR", "1"),
}  # fmt: skip
_MISLEADING = frozenset(("″", "′", '"', "in", "J", "Tg", "Wo", "Mon", "wk", "mi"))
PERIODS = frozenset(("day", "workday", "month"))


@dataclass(frozen=True)
class Unit:
    """What a unit word measures, and how many of the dimension's base unit one of it is."""

    dimension: str
    factor: Decimal


@cache
def units() -> dict[str, Unit]:
    """Unit words as written -> unit; words in lower case, symbols as they are."""
    found: dict[str, Unit] = {}
    for dimension, members in _CLDR.items():
        for name, factor in members.items():
            unit = Unit(dimension, Decimal(factor))
            found |= dict.fromkeys(_forms(name, dimension), unit)
    found |= {word: Unit(dimension, Decimal(factor)) for word, (dimension, factor) in _MORE.items()}
    for word in [each for each in found if len(each) > 3 and each.isalpha()]:
        for ending in ("e", "er", "es", "em", "en") if word.endswith("ig") else ("n",):  # 14-tägiges; Tagen, Metern
            found.setdefault(word + ending, found[word])
    return found | _currencies()


def _forms(name: str, dimension: str) -> set[str]:
    forms = set()
    for locale in ("de", "en", "en_GB"):
        for length in ("long", "short") if dimension in ("day", "month", "hour") else ("long", "short", "narrow"):
            for count in (1, 2):
                form = format_unit(count, name, length=length, locale=locale).strip("0123456789 ,.\u00a0\u202f")
                forms.add(form.lower() if len(form) > 3 else form)
    # CLDR names a unit by its key where a language has no form; "in" and "J" are words of another kind.
    return {form for form in forms if form and form != name and form not in _MISLEADING}


def _currencies() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for code in CURRENCIES:
        forms = {code, get_currency_symbol(code, "en")}
        for locale in map(Locale.parse, ("de", "en")):
            names = locale._data["currency_names_plural"].get(code) or {}
            spelled = {locale.currencies[code], *(names[count] for count in names)}
            forms |= {word.lower() for name in spelled for word in (name, name.rsplit(" ", 1)[-1])}
        found |= dict.fromkeys(forms, Unit(code, Decimal(1)))
    return found | {"eur": Unit("EUR", Decimal(1)), "bucks": Unit("USD", Decimal(1))}


@cache
def _spelled(only: tuple[str, ...] = ()) -> str:
    chosen = [form for form, unit in units().items() if not only or unit.dimension in only]
    parts = []
    for form in sorted(chosen, key=len, reverse=True):
        bounded = re.escape(form) + (r"(?![\w])" if form[-1].isalnum() else "")
        symbol = len(form) <= 2 or (len(form) == 3 and not form.islower())
        parts.append(bounded if symbol else f"(?i:{bounded})")
    return "|".join(parts)


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"[\s\u00a0\u202f]?[-‑]?\s?(?:,[-–]\s?)?({_spelled()})")


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?:^|(?<=[^\w]))({_spelled(CURRENCIES)})[\s\u00a0\u202f]?$")


def unit_after(text: str, at: int) -> tuple[Unit, int] | None:
    """The unit that follows a number that ended at `at`, and where it ends."""
    match = _after().match(text, at)
    return (_unit(match[1]), match.end()) if match else None


def currency_before(text: str, at: int) -> tuple[Unit, int] | None:
    """The currency right before a number that starts at `at`, and where it starts."""
    match = _before().search(text[max(0, at - 12) : at])
    if not match or re.search(r"\d[\s\u00a0]?$", text[: at - len(match[0])]):  # "19,90 Euro 2 Stück"
        return None
    return _unit(match[1]), at - len(match[0])


def _unit(word: str) -> Unit:
    return units().get(word) or units()[word.lower()]
