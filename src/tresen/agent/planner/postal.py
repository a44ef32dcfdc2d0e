"""Reads an address as shoppers type it: in one line or in pieces, with or without commas, German or English order."""

import re
from functools import cache

from babel import Locale

from tresen.agent.planner.spelling import fold, terms, words
from tresen.agent.planner.vocabulary import LOCALES, empty_words

FIELDS = ("name", "street", "postal_code", "city", "country", "email")
MOST_NAMES = 5  # words of a name
LABELS = frozenset(
    words(
        "name adresse address anschrift strasse street plz postcode zip postleitzahl ort stadt city town land country "
        "mail neue new"
    )
)
CITIES = frozenset(words("new bad san los las sankt st den saint great"))  # what towns of two words begin with
COUNTING = frozenset(
    words(
        "bitte please mach mache make it noch leg lege nimm nehme ich i take add nur only just doch lieber auf to dann "
        "also und and davon daraus draus gib want will möchte hätte gern no nein ja yes rather of them"
    )
)
INDOORS = frozenset(words("warenkorb korb preis laden haus set paket"))  # no names of streets
PARTICLES = frozenset(words("von van zu der de den di da la le el al bin und and"))
TITLES = frozenset(words("herr herrn frau familie mr mrs ms mx dr prof firma"))

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_LEAD = re.compile(
    r"^\W*(?:(?:(?:also|und|and|ok(?:ay)?|ja|yes|hi|hallo|hello|gut|so|bitte|please|dann|then)\b[\s,:]*)*"
    r"(?:(?:mein(?:e)?|my|die|the|liefer|neue|new|delivery|shipping)?\s*-?"
    r"(?:liefer)?(?:name|adresse|address|anschrift|stra(?:ß|ss)e|street|plz|postcode|post\s?code|zip(?:\s?code)?|postleitzahl|ort|stadt|city|town|land|country|"
    r"e-?\s?mail(?:-?adresse|\saddress)?|mail)\s*(?:ist|is|lautet|wäre|would\s+be|[:=])\s*"
    r"|ich\s+(?:heiße|heisse|wohne|bin)\b|i(?:['’]?m|\s+am|\s+live)\b|(?:(?:bitte|please)\s+)?"
    r"(?:(?:schick\w*|liefer\w*|send|ship|deliver)\s+(?:(?:es|das|alles|sie|it|them|everything|this)\s+)?)?(?:an|nach|to)\s+"
    r"|(?:wohnhaft|wohne)\b|in\s+(?:der|dem|the)\b|in\b|im\b|am\b|at\b|(?:name|adresse|address|anschrift|mail|e-?mail)\s*[:=]?\s+))\s*",
    re.I,
)
_NAMED = re.compile(
    r"(?:\bich\s+hei(?:ß|ss)e|\bmein\s+name\s+(?:ist|lautet)|\bname\s*[:=]|\bmy\s+name(?:\s+is|['’]s)|\bi['’]?m\s+called|\bthe\s+name['’]?s?)\s*[:=]?\s*"
    r"([^\W\d_][^\d,;\n@]*?)(?=\s*(?:[,;\n.]|$|\b(?:und|and|ich|i\s|wohn\w*|aus|from|in|at)\b))",
    re.I,
)
_CITY = r"[^\W\d_][^\d,;:\n]*"
_PLACE = (
    re.compile(rf"(?<![\w-])(?P<postal>\d{{3}}\s\d{{2}}|\d{{2}}-\d{{3}})\s+(?P<city>{_CITY})"),
    re.compile(rf"(?<![\w-])(?:[A-Z]{{1,2}}-)?(?P<postal>\d{{4}}\s?[A-Z]{{2}})\s+(?P<city>{_CITY})"),
    re.compile(rf"(?<![\w-])(?:[A-Za-z]{{1,2}}-)?(?P<postal>\d{{4,5}})\s+(?:in\s+)?(?P<city>{_CITY})"),
    re.compile(rf"(?:(?P<city>{_CITY}?)[\s,]+)?(?<![\w-])(?P<postal>[A-Z]{{1,2}}\d[A-Z\d]?\s?\d[A-Z]{{2}})\b", re.I),
    re.compile(rf"(?:(?P<city>{_CITY}?)[\s,]+)?(?<![\w-])(?:[A-Z]{{1,2}}-)?(?P<postal>\d{{4,5}})(?![\d-])"),
)
_NUMBER = r"\d{1,4}\s?(?:[a-zA-Z]\b)?(?:\s?[-/]\s?\d{1,4}\s?[a-z]?)?"
_WAY = (
    r"(?:str(?:\.|a(?:ß|ss)e)?|weg|platz|allee|gasse|ring|damm|ufer|hof|steig|pfad|chaussee|promenade|markt|graben|kamp|"
    r"stieg|berg)"
)
_STREETS = (
    re.compile(
        rf"(?P<street>(?:(?:am|im|zum|zur|an\s+der|auf\s+dem|alte[rn]?|neue[rn]?)\s+)?[\w.'’-]*{_WAY}\s*{_NUMBER})",
        re.I,
    ),
    re.compile(
        r"(?P<street>\b\d{1,5}[a-z]?\s+(?:[\w.'’-]+\s+){1,4}?(?:street|st\.?|road|rd\.?|avenue|ave\.?|lane|ln\.?|drive|dr\.?|"
        r"close|court|way|square|boulevard|blvd\.?|crescent|terrace|place|gardens|row|hill)(?![\w]))",
        re.I,
    ),
)
_STREET_PIECE = re.compile(rf"(?:[^\W\d_][^\d]*?\s+{_NUMBER}|\d{{1,5}}[a-z]?\s+[^\W\d_][^\d]*)", re.I)
_COUNTRY = re.compile(
    r"(?:^|[,;\n(]|\b(?:nach|to|in|aus|from)\b|\d[^,;\n(]{0,60}\s)\s*(?=(?:(?:the|die|den|der)\s+)?"
    r"(?P<country>(?!(?:nach|to|in|aus|from|the|die|den|der)\b)[^\W\d_]{2,}(?:\s[^\W\d_]+){0,2}?)\s*(?:[,;.!?)\n]|$|"
    r"\b(?:bitte|please|und|and|mit|with|liefern|schicken|senden|verschicken|versenden|gehen|geliefert|geschickt)\b))",
    re.I,
)
_CALLED = r"[A-ZÄÖÜ][\w'’-]*[^\W\d_.]\.?"
_RECIPIENT = re.compile(
    r"(?:(?i:\b(?:geht|gehen|schick\w*|verschick\w*|send\w*|liefer\w*|ship\w*|deliver\w*|goes|going|address\w*|adressier\w*)\b"
    r"[^,;\n\d@]{0,30}?\b(?:an|to)|\b(?:paket|päckchen|sendung|soll|parcel|package|order)\b[^,;\n\d@]{0,20}?\b(?:an|für|to|for)"
    r"|\bauf\s+den\s+namen|\b(?:in|under)\s+the\s+name(?:\s+of)?|\b(?:empfänger(?:in)?|recipient)(?:\s+(?:ist|is))?\s*:?)"
    r"\s+(?:[a-zäöü]+\s+){0,2})"
    rf"(?P<name>{_CALLED}(?:\s+(?:(?:von|van|zu|zur|de|der|den|di|da|la|del|el|al|bin)\s+)*{_CALLED}){{1,4}})"
)
_SITE = re.compile(
    r"\b(?i:am|im|zum|zur|an\s+de[rmn]|auf\s+de[rmn]|in\s+de[rmn]|unter\s+den|hinter\s+de[rmn]|vor\s+de[rmn])\s+"
    r"(?P<noun>[A-ZÄÖÜ][\w-]+(?:\s+[A-ZÄÖÜ][\w-]+)?)\s+\d{1,3}(?:\s?[a-z])?\b(?!\s*(?i:st(?:ü|k)|x\b|×|paar|pair|piece))"
)
_SETTLED = re.compile(r"(?<![\w,.-])\d{5}\s+[^\W\d_]{2}|(?:^|[,;\n])\s*\d{4}\s+[A-ZÄÖÜ][a-zäöüß]")
_TAIL = re.compile(r"\s+(?:und|and|bitte|please|schicken|senden|liefern|in|an|at|mail|e-?mail|plz|thanks|danke)$", re.I)
_SHORT = {"UK": "GB", "GB": "GB", "USA": "US", "AT": "AT", "CH": "CH", "DE": "DE", "England": "GB", "Holland": "NL"}
_PIECE = re.compile(r"[,;\n]+|:\s+|(?<!\bstr)(?<!\bDr)\.\s+(?=[A-ZÄÖÜ])", re.I)


def read_address(text: str, lacking: tuple[str, ...] = ()) -> dict[str, str]:
    """The fields that a text names; a lone piece that could be anything is taken for what is `lacking`."""
    found: dict[str, str] = {}
    if mail := _EMAIL.search(text):
        found["email"] = mail[0].lower()
        text = f"{text[: mail.start()]},{text[mail.end() :]}"
    if named := _NAMED.search(text):
        found["name"] = _clean(named[1])
        text = f"{text[: named.start()]},{text[named.end() :]}"
    text, country = _without_country(text)
    found |= {"country": country} if country else {}
    text = _take_street(text, found)
    text = _take_place(text, found)
    text = _take_recipient(text, found)
    pieces = [piece for each in _PIECE.split(text) if (piece := _clean(each))]
    pieces = _take_pieces(pieces, found)
    known = bool({"street", "postal_code", "email"} & found.keys())
    _take_names(pieces, found, lacking, known)
    return {field: found[field] for field in FIELDS if found.get(field)}


def without_streets(text: str) -> str:
    """A text without the streets in it, whose numbers count nothing."""
    text = _SITE.sub(lambda site: site[0] if set(words(site["noun"])) <= INDOORS else " , ", text)
    for pattern in _STREETS:
        text = pattern.sub(" , ", text)
    return text


def holds_address(text: str) -> bool:
    """Whether a text surely holds some of an address: a street, a postal code with its city, an e-mail."""
    return bool(without_streets(text) != text or _EMAIL.search(text) or _SETTLED.search(text))


def names_someone(text: str) -> bool:
    """Whether a text says outright whom a parcel is for."""
    return bool(_NAMED.search(text) or _RECIPIENT.search(text))


def _take_recipient(text: str, found: dict[str, str]) -> str:
    """The name in `the parcel goes to ...`; a town or a country is none."""
    named = _RECIPIENT.search(text)
    if named is None or "name" in found:
        return text
    called = _clean(named["name"]).split()
    while called and set(words(called[0])) <= empty_words() - PARTICLES - TITLES:
        called = called[1:]  # `my sister`
    name = " ".join(called)
    said = words(name)
    if len(said) < 2 or said[0] in CITIES or set(said) & LABELS or fold(name) in _countries():
        return text
    found["name"] = name
    before = re.split(r"(?<=[,;\n])", text[: named.start()])[:-1]  # what leads in the name is no city
    return f"{''.join(before)},{text[named.end() :]}"


def _take_street(text: str, found: dict[str, str]) -> str:
    for pattern in _STREETS:
        if street := pattern.search(text):
            found["street"] = " ".join(street["street"].split())
            return f"{text[: street.start()]},{text[street.end() :]}"
    site = _SITE.search(text)
    if site and not set(words(site["noun"])) <= INDOORS:
        found["street"] = re.sub(r"^in\s+de[rmn]\s+", "", " ".join(site[0].split()))
        return f"{text[: site.start()]},{text[site.end() :]}"
    return text


def _take_place(text: str, found: dict[str, str]) -> str:
    """The postal code and the city beside it; a city before the code is only its own piece."""
    for pattern in _PLACE:
        place = pattern.search(text)
        if place is None:
            continue
        found["postal_code"] = " ".join(place["postal"].upper().split())
        if city := _clean(place["city"] or ""):
            found["city"] = city
        return f"{text[: place.start()]},{text[place.end() :]}"
    return text


def _take_pieces(pieces: list[str], found: dict[str, str]) -> list[str]:
    """A piece with a house number is the street when none was found."""
    left = []
    for piece in pieces:
        if "street" not in found and _is_street(piece):
            found["street"] = piece
        else:
            left.append(piece)
    return left


def _is_street(piece: str) -> bool:
    """`Zur Mühle 4`, and not `make it 4`."""
    said = {word for word in words(piece) if not word.isdigit()}
    return bool(_STREET_PIECE.fullmatch(piece)) and len(piece.split()) <= MOST_NAMES and not said <= COUNTING


def _take_names(pieces: list[str], found: dict[str, str], lacking: tuple[str, ...], known: bool) -> None:
    """What is left and looks like a name is one; what follows it, beside a postal code or a street, is the city."""
    for piece in (each for each in pieces if _is_name(each)):
        several = len(words(piece)) > 1
        if "city" not in found and "city" in lacking and ("name" not in lacking or "name" in found):
            found["city"] = piece
        elif "name" not in found and (several or "name" in lacking) and (known or "name" in lacking):
            found["name"] = piece
        elif "city" not in found and "postal_code" in found:
            found["city"] = piece


def _is_name(piece: str) -> bool:
    said = terms(piece)
    if not said or len(said) > MOST_NAMES or any(letter.isdigit() or letter in "?:" for letter in piece):
        return False
    if set(words(piece)) <= LABELS:
        return False
    return not any(set(words(each)) & empty_words() - PARTICLES - TITLES for each in said if each.islower())


def _clean(piece: str) -> str:
    """A piece without what leads it in (`ich wohne in der`) and without marks around it."""
    before = None
    while before != piece:
        before, piece = piece, _LEAD.sub("", piece.strip(" \t,;:.!()-–")).strip(" \t,;:!()-–")
    return " ".join(_TAIL.sub("", piece).split())


def _without_country(text: str) -> tuple[str, str]:
    """The text without the country that is named as a piece of its own, or after a preposition."""
    for start in range(len(text)):
        lead = _COUNTRY.match(text, start)
        name = lead["country"] if lead else ""
        if lead and (code := _countries().get(fold(name), _SHORT.get(name, ""))):
            before, after = text[: lead.start("country")].rstrip(" ("), text[lead.end("country") :].lstrip(" )")
            return f"{before},{after}", code
    return text, ""


@cache
def _countries() -> dict[str, str]:
    """Folded names of countries in both languages -> ISO code."""
    return {
        fold(name): code
        for locale in LOCALES
        for code, name in Locale.parse(locale).territories.items()
        if len(code) == 2 and code.isalpha()
    }
