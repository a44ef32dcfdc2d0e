"""Whether a figure that was said and a figure that was told agree."""

import re
from datetime import date, timedelta
from decimal import Decimal

from tresen.agent.grounding.binding import Sentence
from tresen.agent.grounding.facts import Sheet, Told
from tresen.agent.grounding.reading import clauses, lexicon
from tresen.agent.grounding.reading.figures import Figure
from tresen.agent.grounding.reading.hedges import Hedge, allows
from tresen.agent.grounding.reading.numbers import parse
from tresen.agent.grounding.reading.units import CURRENCIES, PERIODS

_REVIEWS = frozenset(
    ("bewert", "rezension", "review", "rate", "rating", "stimm", "meinung", "kundenbewert", "kundenmeinung", "custom")
)
_EXACT = Decimal("0.0000001")
_NOT = re.compile(r"\b(?:nicht|kein\w*|not|no|außer|except|geschlossen|closed|zu)\b|n['’]t\b", re.IGNORECASE)
_NAMED_DAY = re.compile(
    r"\s*[,(]?\s*(?:also|(?:in )?diese[sm] Jahr|this year|fällt auf|falls|which is|"
    r"which falls on|that is|that's|ist|is|das ist|am|"
    r"on|der|dem|den|the|an?|ein(?:e[mnr]?)?|\s)*\s*,?\s*",
    re.IGNORECASE,
)
_NEXT_WEEK = re.compile(r"\b(?:nächste|kommende|next|coming)\w*\s+(?:woche|week)\b", re.IGNORECASE)
_SUM = re.compile(r"\d\s?€|€\s?\d|\d\s?EUR")
# "The threshold for free shipping": speaks of the condition, and promises nothing.
_CONDITION = re.compile(
    r"\b(?:grenze|schwelle|threshold)\b|\b(?:gilt|gelten)\b[^.]*\bnur\b|\bonly (?:applies|apply|holds?|valid)\b",
    re.IGNORECASE,
)
_WOULD = re.compile(r"\b(?:wäre|würde|would be|would ship)\b|['’]d be\b", re.IGNORECASE)
_HALF_DAY = 12 * 60
_FROM, _UP_TO = (Hedge.AT_LEAST, Hedge.ABOVE), (Hedge.AT_MOST, Hedge.BELOW)


def same_dimension(said: Figure, told: Figure) -> bool:
    """Whether two figures can be compared at all."""
    one, other = said.dimension, told.dimension
    if one == other:
        return True
    if (one in CURRENCIES and other == "free") or {one, other} <= PERIODS:
        return True
    if {one, other} <= {"clock", "hour of day"}:
        return True
    if "money" in (one, other):
        return {one, other} <= {*CURRENCIES, "money"}
    if {one, other} <= {"date", "weekday"} or (one, other) == ("soon", "date"):
        return True
    if one.startswith("#") and other.startswith("#"):
        if one[1:] in _REVIEWS and other[1:] in _REVIEWS:
            return True
        return min(len(one), len(other)) > 4 and (one.endswith(other[1:]) or other.endswith(one[1:]))
    return False


def fits(said: Figure, told: Told, sentence: Sentence, sheet: Sheet) -> bool:
    """Whether a fact bears out what was said."""
    fact = told.figure
    if said.dimension in ("date", "weekday"):
        return _same_day(said, told, sentence, sheet)
    if said.dimension == "free":
        return _free(said, told, sentence)
    if said.dimension == "soon":
        return said.said.casefold() == fact.said.casefold() or (told.fact.now and _next_week(said, fact, sheet))
    if said.dimension == "hour of day":
        ends = {fact.low % _HALF_DAY, fact.high % _HALF_DAY}
        return said.low % _HALF_DAY in ends
    if said.low < said.high:
        return _range(said, told, sheet)
    if fact.low < fact.high:
        return _within(said, fact)
    if fact.dimension == "free":
        return False
    if said.hedge.is_bound and told.fact.subject.startswith("doc:"):
        return said.high == fact.low
    return _agree(said, fact)


def _next_week(said: Figure, fact: Figure, sheet: Sheet) -> bool:
    """ "the coming week", where a date of it was told."""
    if not _NEXT_WEEK.search(said.said) or fact.dimension != "date" or sheet.today is None:
        return False
    monday = sheet.today + timedelta(days=7 - sheet.today.weekday())
    week = [monday + timedelta(days=at) for at in range(7)]
    return int(fact.low) in {day.month * 100 + day.day for day in week}


def of_other_days(said: Figure, told: Told, sentence: Sentence, sheet: Sheet) -> bool:
    """Whether hours were told of other weekdays than those that the clause names."""
    if said.dimension != "clock":
        return False
    claim = next(each for each in sentence.claims if each.figure is said)
    start, end = clauses.around(sentence.clauses, claim.start)
    here = [each.figure for each in sentence.claims if each.figure and start <= each.start < end]
    days = [figure for figure in here if figure.dimension == "weekday"]
    if len(days) != 1:
        return False
    before = [
        each.figure
        for each in sheet.told
        if each.fact == told.fact and each.far == told.far and each.figure.dimension == "weekday"
        and each.figure.start < told.figure.start
    ]  # fmt: skip
    named = max(before, key=lambda figure: figure.start, default=None)
    return named is not None and not (named.low <= days[0].low and days[0].high <= named.high)


def _agree(said: Figure, fact: Figure) -> bool:
    price = said.kind == "price"
    if said.dimension != fact.dimension and {said.dimension, fact.dimension} <= PERIODS:
        return False
    value, true = said.high, fact.low
    if abs(value - true) <= _EXACT * max(Decimal(1), abs(value)):
        return said.hedge not in (Hedge.BELOW, Hedge.ABOVE) or fact.hedge is said.hedge
    match said.hedge:
        case Hedge.AT_LEAST:
            return (
                said.said.casefold().startswith(("minde", "wenig", "at least"))
                and value < true <= value * Decimal("1.25")
                and said.kind == "measure"
            )
        case Hedge.AT_MOST | Hedge.BELOW if not price:
            return value * Decimal("0.75" if said.hedge is Hedge.BELOW else "0.95") <= true <= value
        case Hedge.ABOVE if not price:
            return value < true <= value * 2
    return allows(said.hedge, value, true) or _rounded(said, true)


def _rounded(said: Figure, true: Decimal) -> bool:
    """Whether a measure was said to fewer decimals: "1,4 kg" of 1420 g."""
    decimals = re.search(r"\d+[.,](\d{1,2})(?!\d)", said.said)
    number = parse(decimals[0]) if decimals else Decimal(0)
    if said.kind != "measure" or said.hedge is not Hedge.EXACT or not number or abs(true - said.low) > said.low / 40:
        return False
    return round(true / (said.low / number), len(decimals[1]) if decimals else 0) == number


def _within(said: Figure, fact: Figure) -> bool:
    """One figure against a range: its ends, or what lies inside a range of measures."""
    either = said.dimension == "clock"
    if (either or said.hedge in _UP_TO) and said.high == fact.high:
        return True
    if (either or said.hedge in _FROM) and said.low == fact.low:
        return True
    return said.kind == "measure" and fact.low <= said.low <= fact.high


def _range(said: Figure, told: Told, sheet: Sheet) -> bool:
    """A range against the same range, or against two facts that are its ends."""
    fact = told.figure
    if fact.low < fact.high:
        if said.dimension != fact.dimension and {said.dimension, fact.dimension} <= PERIODS:
            return False
        close = fact.high * Decimal("0.000001")
        return abs(said.low - fact.low) <= close and abs(said.high - fact.high) <= close
    if fact.low not in (said.low, said.high):
        return False
    values = {
        each.figure.low
        for each in sheet.told
        if same_dimension(said, each.figure) and (each.fact.now or said.kind != "price")
    }
    return {said.low, said.high} <= values


def _same_day(said: Figure, told: Told, sentence: Sentence, sheet: Sheet) -> bool:
    """A date against dates and weekdays; "geöffnet" and "geschlossen" must agree."""
    if not _agrees_on_hours(said, told, sentence):
        return False
    fact, today = told.figure, sheet.today
    if said.dimension == fact.dimension:
        if said.dimension == "date" or said.low < said.high:
            return (said.low, said.high) == (fact.low, fact.high)
        return fact.low <= said.low <= fact.high and (fact.low == fact.high or _hours(said, sentence))
    if today is None or _weekday(said if said.dimension == "date" else fact, today) < 0:
        return False
    if said.dimension == "date":  # only "tomorrow" and its like are read as weekdays
        near = not any(letter.isdigit() for letter in said.said)
        return near and fact.low <= _weekday(said, today) <= fact.high and _hours(said, sentence)
    return _weekday(fact, today) == said.low


def left_out(said: Figure, sentence: Sentence, pool: list[Told]) -> bool:
    """ "Saturdays don't count": a day that no range of days has in it, said not to be one."""
    if said.dimension != "weekday" or not _NOT.search(sentence.text):
        return False
    ranges = [each.figure for each in pool if each.figure.dimension == "weekday" and each.figure.low < each.figure.high]
    return bool(ranges) and not any(each.low <= said.low <= each.high for each in ranges)


def calendar(said: Figure, sentence: Sentence, sheet: Sheet) -> str:
    """Whether a weekday that is told of a date is that date's; empty where no single date is."""
    dates = [each.figure for each in sentence.claims if each.figure and each.figure.dimension == "date"]
    if said.dimension != "weekday" or said.low != said.high or len(dates) != 1 or sheet.today is None:
        return ""
    first, last = sorted((said, dates[0]), key=lambda figure: figure.start)
    if not _NAMED_DAY.fullmatch(sentence.text[first.end : last.start]):
        return ""
    return "right" if _weekday(dates[0], sheet.today) == said.low else "wrong"


def denied(said: Figure, told: Told, sentence: Sentence) -> bool:
    """Whether a fact says of the very day that the shop is closed, where it was said to be open."""
    fact = told.figure
    return said.dimension == fact.dimension and fact.low <= said.low <= fact.high and _shut(said, told, sentence)


def _hours(said: Figure, sentence: Sentence) -> bool:
    """Whether a day is spoken of for opening hours; when a parcel comes is another matter."""
    words = sentence.far(next(each for each in sentence.claims if each.figure is said))
    rest = lexicon.about(sentence.text)
    return bool((words | rest) & {"@open", "@closed", "@hours", "@phone"}) or any(
        each.figure and each.figure.dimension in ("clock", "hour of day") for each in sentence.claims
    )


def _weekday(moment: Figure, today: date) -> int:
    month, day = divmod(int(moment.low), 100)
    try:
        meant = date(today.year, month, day)
    except ValueError:
        return -1
    return (meant if meant >= today else meant.replace(year=today.year + 1)).weekday()


def _agrees_on_hours(said: Figure, told: Told, sentence: Sentence) -> bool:
    words = sentence.far(next(each for each in sentence.claims if each.figure is said))
    if "@closed" in words and "@open" not in words:
        return "@closed" in told.near | told.line | told.far
    return not _shut(said, told, sentence)


def _shut(said: Figure, told: Told, sentence: Sentence) -> bool:
    words = sentence.far(next(each for each in sentence.claims if each.figure is said))
    known = told.near | told.line | told.far
    return "@open" in words and "@closed" in known and "@open" not in known


def _free(said: Figure, told: Told, sentence: Sentence) -> bool:
    """Free is what is free for the same thing and, where that depends on a sum, said with the sum."""
    words = sentence.far(next(each for each in sentence.claims if each.figure is said))
    if said.low != told.figure.low:
        return False
    said_of = {each for each in words if each in _SERVICES} | _named_service(said)
    known = told.near | told.line | told.far | told.wide | _named_service(told.figure)
    if said_of and not said_of & known and not _same_words(said, told, sentence):
        return False
    phrase = sentence.phrase(next(each for each in sentence.claims if each.figure is said))
    places = lexicon.about(phrase) & _PLACES
    holds_in = next((found for each in (told.near | told.far, told.wide) if (found := each & _PLACES)), places)
    if places - holds_in:
        return False
    document = told.fact.subject.startswith("doc:")
    conditional = "@shipping" in known and "@threshold" in known if document else bool(_SUM.search(told.fact.value))
    if not conditional or any(each.kind == "price" and each.figure is not said for each in sentence.claims):
        return True
    if _WOULD.search(sentence.text):
        return True
    return bool(_CONDITION.search(sentence.text) and _CONDITION.search(told.fact.value))


def _same_words(said: Figure, told: Told, sentence: Sentence) -> bool:
    """Whether both are said of the same thing in the words of their own clauses."""
    near = sentence.near(next(each for each in sentence.claims if each.figure is said))
    return len({word for word in near & told.near if word[0] != "@"}) > 1


_PLACES = frozenset(("@austria", "@germany", "@abroad"))
_SERVICES = frozenset(("@shipping", "@return", "@pickup", "@repair"))


def _named_service(figure: Figure) -> set[str]:
    low = figure.said.casefold()
    return (
        {"@shipping"}
        if any(word in low for word in ("versand", "ship", "deliver", "haus", "porto", "post"))
        else {"@return"}
        if "return" in low
        else set()
    )
