"""Names of products and brands that nobody told: what a model makes up or remembers from elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tresen.agent.grounding.facts import Sheet
from tresen.agent.grounding.reading.closed import CLOSED
from tresen.agent.grounding.reading.figures import figures
from tresen.agent.grounding.reading.lexicon import is_small, topics_of
from tresen.agent.grounding.reading.moments import months, weekdays
from tresen.agent.grounding.reading.naming import Mention
from tresen.agent.grounding.reading.numbers import words as number_words
from tresen.agent.grounding.reading.places import country
from tresen.agent.grounding.reading.stems import stem, words
from tresen.agent.grounding.reading.units import units

_QUOTED = re.compile(r"[„“\"»‚‘]([A-ZÄÖÜ][^„“”\"«»‘’]{1,60}?)[“”\"«‘’]")
_WISHED = re.compile(r"^(?:wunsch|lieblings|traum)(?=\w{3})")  # the watch that was wished for is a watch
_COUNTED = re.compile(r"(?:\d|\b(?:ein|eine|zwei|drei|vier|fünf|two|three|four|five))\s+$", re.IGNORECASE)
_CLOSE = (" ", "-", " „", " “", ' "')
_OPENING = re.compile(r"(?:^|[.!?:|\n„“\"*•-]|\d\.)\s*[*„“\"•-]*\s*$")
_LISTED = re.compile(r"(?:^|\n)\s*(?:[-*•]|\d\.)\s+[*„“\"]*$")
_BOLD = re.compile(r"\*\*([^*\n]{2,80}?)\*\*")
_NAME = r"[A-ZÄÖÜ][\wäöüß]+"
_BRANDS = re.compile(
    rf"\b((?i:(?:hausmarken?|eigenmarken?|marken|(?:house |own[- ])?brands)))\s+(?:(?:wie|like|such as|are|sind)\s+)?"
    rf"[„“\"*]*({_NAME}(?:(?:,\s|\s(?:und|and|oder|or)\s){_NAME}(?!-))*)"
)
_OWN = re.compile(r"haus|eigen|house|own", re.IGNORECASE)
_MAKER = re.compile(r"\b(?:von|by|from|marke|brand|hersteller|made by)\s+(?:der\s+marke\s+)?$", re.IGNORECASE)
_MADE = re.compile(r"[“”\"*]*\s+(?:von|by|aus dem hause|der marke)\s+[„“\"*]*$", re.IGNORECASE)
# What makers lengthen a name with.
_SUFFIXES = frozenset(
    [
        "pro",
        "plus",
        "max",
        "mini",
        "lite",
        "ultra",
        "evo",
        "neo",
        "air",
        "gtx",
        "se",
        "x",
        "ii",
        "iii",
        "iv",
        "sport",
        "light",
        "solar",
    ]
)
# Names and words that are written with a capital letter in English without being a product.
_COMMON_WORDS = """
    I OK Okay EU Europe Germany Austria Switzerland Freiburg German Austrian European English GPS LED USB SPF UV FAQ
    PDF VAT AAA AA EPS NTA StVZO IPX PU EVA TPU Click Collect Euro Euros Monday Mr Mrs Ms Tresen Christmas Easter
    Google Maps WhatsApp Eve Year SEPA Black Friday Advent Silvester Weihnachten
    New Boxing Thanksgiving Whitsun Sylvester
"""
_COMMON = frozenset(stem(word) for word in _COMMON_WORDS.split())


@dataclass(frozen=True)
class Stranger:
    """A name that is none of the sheet's, where it stands."""

    kind: str
    said: str
    start: int
    end: int


def strangers(text: str, sheet: Sheet, locale: str) -> list[Stranger]:
    """Every unknown name that looks like a product's or a brand's, and known brands said of another's product."""
    mentions = sheet.index.mentions(text)
    found = [
        *_quoted(text, sheet),
        *_numbered(text, sheet, mentions),
        *_makers(text, sheet),
        *_listed_makers(text, sheet),
        *_paired(text, sheet, mentions, locale == "de"),
    ]
    found += list(_misbranded(text, sheet, mentions))
    kept: list[Stranger] = []
    for each in sorted(found, key=lambda stranger: (stranger.start, -stranger.end)):
        if not any(each.start < other.end and other.start < each.end for other in kept):
            kept.append(each)
    return kept


def _known(word: str, sheet: Sheet) -> bool:
    if (
        word.isdigit()
        or len(word) < 3
        or (word[0] == "I" and word[1] in "'’")
        or stem(word) in sheet.vocabulary
        or stem(word) in _COMMON
    ):
        return True
    low = _WISHED.sub("", re.sub(r"['’]\w+$", "", word.casefold()))
    if low in CLOSED or any(each.endswith(stem(low)) for each in sheet.vocabulary if len(low) > 2):
        return True
    if (
        low in units()
        or low in number_words()
        or low in months()
        or low in weekdays()
        or country(word)
        or topics_of(word)
        or _joined(low, sheet)
    ):
        return True
    return is_small(word) or stem(word) in _COMMON


def _joined(word: str, sheet: Sheet) -> bool:
    """A compound of two words that were told: "Sommersocken"."""
    return any(
        stem(word[:at].removesuffix("s") if linked else word[:at]) in sheet.vocabulary
        and stem(word[at:]) in sheet.vocabulary
        for at in range(4, len(word) - 3)
        for linked in (False, True)
    )


def _capital(word: str) -> bool:
    return word[0].isupper() and not word.isupper()


def _quoted(text: str, sheet: Sheet) -> Iterator[Stranger]:
    """„Gipfelstürmer“, or the bold name that opens a line, with no word that was told."""
    for match in _QUOTED.finditer(text):
        named = [word for word, _, _ in words(match[1]) if word[0].isupper()]
        if named and len(words(match[1])) <= 6 and not any(_known(word, sheet) for word in named):
            yield Stranger("product", match[0], match.start(), match.end())
    for match in _BOLD.finditer(text):
        inside = words(match[1])
        label = match[1].endswith(":") or text[match.end() :].startswith(":")
        unknown = [word for word, _, _ in inside if word[0].isupper() and not _known(word, sheet)]
        told = [word for word, _, _ in inside if word[0].isupper() and sheet.index.known(word)]
        if (
            unknown
            and not told
            and (len(inside) > 1 or not label)
            and (len(unknown) > 1 or any(word.isdigit() for word, _, _ in inside))
        ):
            yield Stranger("product", match[0], match.start(), match.end())


def _numbered(text: str, sheet: Sheet, mentions: list[Mention]) -> Iterator[Stranger]:
    """A known name with a foreign number or word behind it: "Nachtwald 1200", "Takt Pro"."""
    measured = [(figure.start, figure.end) for figure in figures(text) if not figure.dimension.startswith("#")]
    for mention in mentions:
        if not mention.strong:
            continue
        match = re.match(r"[“”\"]?\s(\d{1,4}|[A-ZÄÖÜ][A-Za-zäöüß]{1,12})\b(?![.,:]\d)", text[mention.end :])
        if not match:
            continue
        start, end = mention.end + match.start(1), mention.end + match.end(1)
        word = match[1]
        titled = {stem(each) for product in mention.ids for each, _, _ in words(sheet.names[product])}
        if any(one <= start < other for one, other in measured) or stem(word) in titled:
            continue
        if word.isdigit() and re.match(
            r"\s*(?:Uhr|von|of|out|Bewert|Stern|Rezens|review|rating|Stück|Paar|-|–|/|bis|to)", text[end:]
        ):
            continue
        if word.isdigit() or (is_small(word) and word != "I") or not _known(word, sheet):
            yield Stranger("product", text[mention.start : end], mention.start, end)


def _makers(text: str, sheet: Sheet) -> Iterator[Stranger]:
    """ "Laufsocken von Falke", "made by Nike": a maker that was not told, behind a product word."""
    for word, start, end in words(text):
        if not _capital(word) and not word.isupper():
            continue
        lead = _MAKER.search(text[:start])
        if not lead or _known(word, sheet):
            continue
        before = [each for each, _, _ in words(text[: lead.start()]) if not each.isdigit()][-3:]
        if lead[0].casefold().split()[0] in ("marke", "brand", "hersteller", "by", "made") or any(
            sheet.index.known(each) or stem(each) in sheet.vocabulary for each in before[-1:] if each[0].isupper()
        ):
            yield Stranger("brand", word, start, end)


def _listed_makers(text: str, sheet: Sheet) -> Iterator[Stranger]:
    """ "unsere Hausmarken Kiesel und Zackig": each name of such a list is in one that was told, or known at all."""
    for match in _BRANDS.finditer(text):
        own = bool(_OWN.match(match[1]))
        lists = [list_[2] for fact in sheet.facts for list_ in _BRANDS.finditer(fact.value) if _OWN.match(list_[1])]
        told = {word for each in lists for word, _, _ in words(each)} if own else set()
        for word, start, end in words(match[2]):
            if not word[0].isupper() or (word in told if told else _known(word, sheet)):
                continue
            yield Stranger("brand", word, match.start(2) + start, match.start(2) + end)


def _paired(text: str, sheet: Sheet, mentions: list[Mention], german: bool) -> Iterator[Stranger]:
    """Capitalised words side by side that nobody told; in English one such word in mid-sentence is a name already."""
    named, strong = words(text), [mention for mention in mentions if mention.strong]
    measured = [figure for figure in figures(text) if not figure.dimension.startswith("#")]
    for at, (word, start, end) in enumerate(named):
        if not word[0].isupper() or _known(word, sheet) or any(m.start <= start < m.end for m in strong):
            continue
        opening, listed = _OPENING.search(text[:start]), _LISTED.search(text[:start])
        following = named[at + 1] if at + 1 < len(named) else None
        if following and text[end : following[1]] in _CLOSE:
            behind, _, last = following
            if behind.isdigit() and any(each.start <= following[1] < each.end for each in measured):
                following = None
            elif _is_name(text, following, bool(listed or not opening), sheet) and not (
                behind[0].isupper() and _measured(text, start)
            ):
                yield Stranger("product", text[start:last], start, last)
                continue
        if opening or _measured(text, start):
            continue
        if not german and _capital(word):
            yield Stranger("product", word, start, end)
        elif german and any(mention.start == end + 1 for mention in strong):
            yield Stranger("product", text[start:end], start, end)
        elif german and at and _branded(named[at - 1][0], text[named[at - 1][2] : start], sheet):
            yield Stranger("product", text[named[at - 1][1] : end], named[at - 1][1], end)
        elif german and any(_MADE.match(text[end:start_of]) for start_of in _brands_behind(text, end, sheet)):
            yield Stranger("product", text[start:end], start, end)


def _brands_behind(text: str, end: int, sheet: Sheet) -> list[int]:
    """Where brands of the shop stand right behind a word."""
    near = text[end : end + 30]
    return [end + at for brand in sheet.brands if (at := near.find(brand)) > 0]


def _is_name(text: str, word: tuple[str, int, int], numbered: bool, sheet: Sheet) -> bool:
    """Whether a word behind an unknown one makes both a name: a number, or another unknown one."""
    if word[0].isdigit():
        return numbered and not re.match(r"[.,]\d|\s*Uhr", text[word[2] :])
    return word[0][0].isupper() and (word[0].casefold() in _SUFFIXES or not _known(word[0], sheet))


def _branded(before: str, between: str, sheet: Sheet) -> bool:
    """A brand, or a product's own word, right before an unknown name: "Nordpfad Gipfelstürmer"."""
    if between not in (" ", " „", " “", ' "', "-"):
        return False
    return any(stem(before) == stem(brand.split()[-1]) for brand in sheet.brands) or (
        before[0].isupper() and sheet.index.known(before) and between != "-"
    )


def _measured(text: str, start: int) -> bool:
    """Right behind a number: "zwei Paar Handschuhe" names no product."""
    return bool(_COUNTED.search(text[:start]))


def _misbranded(text: str, sheet: Sheet, mentions: list[Mention]) -> Iterator[Stranger]:
    """A brand of the shop said of a product of another brand."""
    named = [mention for mention in mentions if mention.strong]
    for brand, products in sheet.brands.items():
        for match in re.finditer(rf"(?<![\w&]){re.escape(brand)}(?:s)?(?![\w])", text):
            if re.match(r"\s*&", text[match.end() :]) or re.search(r"&\s*$", text[: match.start()]):
                continue
            subject = _maker_of(text, match, named)
            if subject and not (subject & products) and all(sheet.index.titles[each].brand for each in subject):
                yield Stranger("brand", match[0], match.start(), match.end())


def _maker_of(text: str, brand: re.Match[str], mentions: list[Mention]) -> frozenset[str]:
    """The product that a brand is said to have made."""
    for mention in mentions:
        if mention.start <= brand.start() < mention.end and mention.end - mention.start > len(brand[0]) + 1:
            return mention.ids
    for mention in reversed(mentions):
        between = text[mention.end : brand.start()]
        if (
            mention.end < brand.start()
            and not mention.brand
            and len(between) < 40
            and not re.search(r"[.;!?]|\b(?:als|than|zu|with|und|and|neben)\b", between)
        ):
            return (
                mention.ids
                if re.search(r"\b(?:von|by|from|marke|brand|hersteller|maker|stammt)\b|\($", between, re.IGNORECASE)
                else frozenset()
            )
    return frozenset()
