"""Lengths of time that follow from what was told: hours that a shop is open, days until a date, two weeks in all."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from tresen.agent.grounding.binding import Sentence
from tresen.agent.grounding.facts import Sheet, Told
from tresen.agent.grounding.reading.figures import Figure
from tresen.agent.grounding.reading.hedges import allows

_MOST_DAYS = 100
_LEAP = 2024  # has every day that a year can have
_TOGETHER = re.compile(r"\b(?:zusammen|insgesamt|together|altogether|in total|in all)\b", re.IGNORECASE)
_APART = re.compile(
    r"\b(?:weniger|kürzer|früher|unterschied|mehr|länger|später|less|shorter|earlier|difference|more|longer|later)\b",
    re.IGNORECASE,
)


def lasts(figure: Figure, sentence: Sentence, sheet: Sheet) -> bool:
    """Hours that a shop is open, the hour by which it closes earlier, and hours told as days."""
    clocks = {each.figure for each in sheet.told if each.figure.dimension == "clock" and each.fact.now}
    if figure.dimension == "hour" and clocks:
        minutes = figure.high * 60
        spans = {each.high - each.low for each in clocks}
        ends = {each.high for each in clocks} | {each.low for each in clocks}
        apart = {abs(one - other) for one, other in combinations(ends, 2)}
        return minutes in spans or (bool(_APART.search(sentence.text)) and minutes in apart)
    if figure.dimension == "day" and sheet.today and not figure.hedge.is_bound and _until(sheet.today, figure, sheet):
        return True
    if figure.dimension in ("day", "hour"):
        factor, other = (Decimal(24), "hour") if figure.dimension == "day" else (1 / Decimal(24), "day")
        return any(each.figure.dimension == other and each.figure.low == figure.high * factor for each in sheet.told)
    return False


def _until(today: date, figure: Figure, sheet: Sheet) -> bool:
    """Days from today to a date that was told, or since it."""
    told = {each.figure.low for each in sheet.told if each.fact.now and each.figure.dimension == "date"}
    told |= {each.figure.high for each in sheet.told if each.fact.now and each.figure.dimension == "date"}
    return any(
        meant.month * 100 + meant.day in told and allows(figure.hedge, figure.high, Decimal(days))
        for days in range(1, _MOST_DAYS)
        for meant in (today + timedelta(days=days), today - timedelta(days=days))
    )


def adds_up(figure: Figure, sentence: Sentence, pool: list[Told]) -> bool:
    """Whether a length of time is the sum of two that one text tells: "seven days and another seven"."""
    if figure.kind == "period" and _APART.search(sentence.text) and _between(figure, sentence):
        return True
    if figure.kind != "period" or not _TOGETHER.search(sentence.text):
        return False
    told = [each for each in pool if each.figure.dimension == figure.dimension]
    return any(
        one.fact.value == other.fact.value and one.figure.low + other.figure.low == figure.high
        for one, other in combinations(told, 2)
    )


def _between(figure: Figure, sentence: Sentence) -> bool:
    """Whether so much time lies between two dates of the sentence: "Christmas Eve, and a week later New Year's Eve"."""
    days = [each.figure for each in sentence.claims if each.figure and each.figure.dimension == "date"]
    found = [moment for each in days if (moment := _date(each)) is not None]
    return figure.dimension == "day" and any(
        abs((one - other).days) == figure.high for one, other in combinations(found, 2)
    )


def _date(moment: Figure) -> date | None:
    month, day = divmod(int(moment.low), 100)
    try:
        return date(_LEAP, month, day)
    except ValueError:
        return None
