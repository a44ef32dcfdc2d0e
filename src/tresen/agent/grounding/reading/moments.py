"""Dates, weekdays and times of day in prose.

Dimensions: "date" is month * 100 + day, "weekday" 0 (Monday) to 6, "clock" minutes after midnight, "soon" a moment
that only its words name ("next week"). "tomorrow" becomes the date it means.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from babel import Locale

from tresen.agent.grounding.reading.figures import Figure
from tresen.agent.grounding.reading.hedges import hedge_before
from tresen.agent.grounding.reading.numbers import words

_CLOCK = re.compile(
    r"(?<![\d.,])(\d{1,2})(?:[:.](\d{2}))?\s*(?:Uhr)?\s*(?:([ap])\.?m\.?)?\s*(?:-|–|—|bis|to|until|till|und|and)\s*"
    r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:Uhr\b|([ap])\.?m\b\.?)|"
    r"(?<![\d.,])(\d{1,2})(?:[:.](\d{2}))?\s*(?:Uhr\b(?:\s+(\d{2})\b)?|([ap])\.?m\b\.?)|(?<![\d.,])([01]?\d|2[0-3]):([0-5]\d)\b",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(?<![\d.,])(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(?:19|20)?\d{2}\b)?|\b(20\d\d)-(\d\d)-(\d\d)\b")
_RELATIVE = {
    "heute": 0, "today": 0, "tonight": 0, "morgen": 1, "tomorrow": 1, "übermorgen": 2, "the day after tomorrow": 2,
    "gestern": -1, "yesterday": -1,
}  # fmt: skip
_SOON = re.compile(
    r"\b(?:nächste[nr]?|kommende[nr]?|diese[nrm]?|anfang|ende|mitte)\s+(?:woche|monats?|wochenende)\b|"
    r"\b(?:next|this|coming|early|end of|by the end of)\s+(?:week|month|weekend)\b|\bnoch (?:heute|diese woche)\b|"
    r"\bam (?:selben|gleichen) tag\b|\bsame[- ]day\b|\bover ?night\b|\büber nacht\b|\bam nächsten (?:werk)?tag\b|"
    r"\bnext[- ](?:working |business )?day\b",
    re.IGNORECASE,
)
TODAY = frozenset(("heute", "today", "tonight"))


_NAMED = {
    "heiligabend": 1224, "heiligabends": 1224, "heilig abend": 1224, "christmas eve": 1224, "silvester": 1231,
    "new year's eve": 1231, "new year’s eve": 1231, "neujahr": 101, "new year's day": 101, "christmas day": 1225,
    "nikolaus": 1206, "boxing day": 1226,
}  # fmt: skip
_HOUR = re.compile(
    r"\b(?:um|ab|bis|gegen|von|at|from|until|till|by)\s+(\d{1,2}|"
    + "|".join(sorted(words(), key=len, reverse=True))
    + r")\b"
    r"(?!\s*(?:[:.]\d|\d|€|%|Uhr|[ap]\.?m|\w*(?:tage?|monate?|jahre?|stunden?|days?|hours?|euros?|years?|weeks?)n?\b))",
    re.IGNORECASE,
)
_AT_HOURS = re.compile(
    r"öffn|geöffnet|offen|schließ|schluss|geschlossen|für dich da|\bopen|clos|\bshut|there for you", re.IGNORECASE
)


def moments(text: str, today: date | None, locale: str = "de") -> list[Figure]:
    """Every date, weekday and time of day of a text, in order."""
    found = [*_dates(text, locale), *_clocks(text), *_named_days(text)]
    taken = [(figure.start, figure.end) for figure in found]
    found += [each for each in (*_relative(text, today), *_weekdays(text)) if not _inside(each, taken)]
    found += [
        Figure("soon", Decimal(0), Decimal(0), match.start(), match.end(), match[0]) for match in _SOON.finditer(text)
    ]
    if found and (_AT_HOURS.search(text) or any(figure.dimension == "clock" for figure in found)):
        found += [each for each in _hours(text) if not _inside(each, [(other.start, other.end) for other in found])]
    return sorted(found, key=lambda figure: figure.start)


def _named_days(text: str) -> list[Figure]:
    named = re.finditer(rf"\b({'|'.join(_NAMED)})\b", text, re.IGNORECASE)
    return [_moment(text, "date", _NAMED[match[1].casefold()], match.start(), match.end()) for match in named]


def _hours(text: str) -> list[Figure]:
    """ "ab zehn", "until six": an hour without its "Uhr", as a time in one half of the day or the other."""
    found = []
    for match in _HOUR.finditer(text):
        hour = int(match[1]) if match[1].isdigit() else int(words()[match[1].casefold()])
        if 1 <= hour <= 24:
            found.append(_moment(text, "hour of day", hour * 60, match.start(), match.end()))
    return found


def _inside(figure: Figure, spans: list[tuple[int, int]]) -> bool:
    return any(start <= figure.start < end for start, end in spans)


@cache
def months() -> dict[str, int]:
    return _names("months")


@cache
def weekdays() -> dict[str, int]:
    """Weekday names of both languages, with their short forms; "Mo" only with its full stop or in a range."""
    found = {word: at for word, at in _names("days").items() if len(word) > 3}
    return found | {f"{word}s": at for word, at in found.items()} | {"sonnabend": 5}


def _names(field: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for locale in map(Locale.parse, ("de", "en")):
        for width in ("wide", "abbreviated"):
            found |= {name.lower().rstrip("."): at for at, name in getattr(locale, field)["format"][width].items()}
    return found


@cache
def _dated() -> re.Pattern[str]:
    named = "|".join(sorted(months(), key=len, reverse=True))
    day = r"(\d{1,2})(?:\.|st|nd|rd|th)?"
    also = (
        r"(?:(?<![\d.,])(\d{1,2})(?:\.|st|nd|rd|th)?\s*(?:und|and|bis|to|-|–|oder|or|/|,)\s*(?:am |dem |den |"
        r"zum |the )*)?"
    )
    return re.compile(
        rf"{also}(?<![\d.,]){day}\s+(?:of\s+)?({named})\b\.?|\b({named})\.?\s+(?:the\s+)?{day}(?!\d|\s?(?:€|%|Uhr|[ap]m))",
        re.IGNORECASE,
    )


def _dates(text: str, locale: str) -> list[Figure]:
    found = []
    for match in _dated().finditer(text):
        month = months()[(match[3] or match[4]).lower()]
        for day, at in ((match[1], 1), (match[2] or match[5], 0)):
            if day and 1 <= int(day) <= 31:
                found.append(
                    _moment(text, "date", month * 100 + int(day), match.start(at) if at else match.start(), match.end())
                )
    for match in _NUMERIC.finditer(text):  # "4.5." is a date in German only
        if locale == "en" and not match[3]:
            continue
        date_of = int(match[4] or match[2]), int(match[5] or match[1])
        if 1 <= date_of[0] <= 12 and 1 <= date_of[1] <= 31:
            found.append(_moment(text, "date", date_of[0] * 100 + date_of[1], match.start(), match.end()))
    return found


def _moment(text: str, dimension: str, value: int, start: int, end: int, high: int | None = None) -> Figure:
    hedge = hedge_before(text, start)[0]
    return Figure(dimension, Decimal(value), Decimal(high or value), start, end, text[start:end], hedge)


def _clocks(text: str) -> list[Figure]:
    found = []
    for match in _CLOCK.finditer(text):
        if match[1]:
            later = _minutes(match[4], match[5], match[6])
            earlier = _minutes(match[1], match[2], match[3] or (match[6] if int(match[1]) <= int(match[4]) else ""))
            found.append(_moment(text, "clock", earlier, match.start(), match.end(), later))
        elif match[7]:
            value = _minutes(match[7], match[8] or match[9], match[10])
            found.append(_moment(text, "clock", value, match.start(), match.end()))
        else:
            found.append(_moment(text, "clock", int(match[11]) * 60 + int(match[12]), match.start(), match.end()))
    return found


def _minutes(hour: str, minute: str | None, half: str | None) -> int:
    shifted = int(hour) % 12 + (12 if half.lower() == "p" else 0) if half else int(hour)
    return shifted * 60 + int(minute or 0)


@cache
def _days() -> re.Pattern[str]:
    named = "|".join(sorted(weekdays(), key=len, reverse=True))
    return re.compile(
        rf"\b({named})(?:morgen|vormittag|mittag|nachmittag|abend)?(?:s)?\b(?:\s*(-|–|bis|to|through)\s*({named})\b)?",
        re.IGNORECASE,
    )


def _weekdays(text: str) -> list[Figure]:
    found = []
    for match in _days().finditer(text):
        first, last = weekdays()[match[1].lower()], weekdays()[match[3].lower()] if match[3] else None
        found.append(_moment(text, "weekday", first, match.start(), match.end(), last))
    return found


@cache
def _relatives() -> re.Pattern[str]:
    named = "|".join(sorted(_RELATIVE, key=len, reverse=True))
    return re.compile(rf"(?<!am )(?<!guten )(?<!bis )\b({named})\b(?!\s+(?:früh am|light))", re.IGNORECASE)


def _relative(text: str, today: date | None) -> list[Figure]:
    found = []
    for match in _relatives().finditer(text):
        word = match[1]
        if (
            word in ("Morgen", "Heute")
            and match.start()
            and text[match.start() - 2 : match.start()] not in (". ", "! ", "? ", "* ")
        ):
            continue  # "der Morgen" is a noun
        day = (today or date(1, 1, 1)) + timedelta(days=max(_RELATIVE[word.lower()], 0 if today is None else -1))
        value = day.month * 100 + day.day if today else 0
        found.append(_moment(text, "date", value, match.start(), match.end()))
    return found
