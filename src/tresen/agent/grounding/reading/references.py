"""What only a record holds: numbers of orders and parcels, bank accounts, streets, and who carries or takes payment."""

import re
from dataclasses import dataclass

_LABELLED = re.compile(
    r"\b(?:\w*(?:bestell|auftrags|sendungs|paket|rechnungs|kunden|retouren|vorgangs|ticket|tracking|referenz|kontroll)"
    r"-?(?:nummer|nr\.?|code|id)|(?:order|tracking|invoice|customer|return|reference|ticket|parcel|account|case)\s+"
    r"(?:number|no\.?|code|id))\b(?:\s+(?:ist|lautet|is|wäre|dafür|dazu|hier))*\s*[:#]?\s*[„“\"*]*"
    r"((?=[A-Z-]*\d)[A-Z0-9](?:[ -]?[A-Z0-9]){2,33})\b",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"(?<![\w@/.-])(?:[A-Z]{1,5}\d*(?:-[A-Z0-9]+)*-(?=[A-Z0-9-]*\d)[A-Z0-9]+(?:-[A-Z0-9]+)*|[A-Z]{1,3}\d{6,}[A-Z0-9]*|"
    r"[A-Z]{4,}\d{1,4}|[A-Z]{3}\d{2,4}|"
    r"\d{10,}|\d{3}(?: ?\d{3,4}){3,})(?![\w-])"
)
_ACCOUNT = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]{2,4}){3,8}(?![\w-])")
_BIC = re.compile(r"\bBIC\b\W*([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b")
_STREET = re.compile(
    r"\b(?:[A-ZÄÖÜ][\w.'’-]*\s(?=(?:Straße|Weg|Allee|Platz|Gasse|Ring)\b))?[A-ZÄÖÜ][\w'’-]*"
    r"(?i:straße|strasse|str\.|weg|allee|platz|gasse|pfad|damm|ufer|chaussee)\s+\d{1,4}\s?[a-z]?\b|"
    r"\b\d{1,4}[a-z]?\s+(?:[A-Z][\w'’-]+\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Square|Way)\b"
)
_TOWN = re.compile(r"(?<![\w-])\d{5}\s+[A-ZÄÖÜ][a-zäöüß]+")
_CARRIERS = r"DHL|GLS|UPS|DPD|Hermes|FedEx|TNT|Deutsche Post|Österreichische Post|Royal Mail|Amazon Logistics"
_PAYMENTS = (
    r"Pay[Pp]al|Klarna|Visa|Master[Cc]ard|American Express|Amex|Apple Pay|Google Pay|Amazon Pay|Giropay|"
    r"Bitcoin|Wero|Twint|iDEAL|Bancontact|paydirekt"
)
_NAMED = re.compile(rf"(?<![\w-])(?:{_CARRIERS}|{_PAYMENTS})(?![\w-])")
_WAYS = re.compile(
    r"\b(?:kreditkarte|debitkarte|ec-karte|girocard|lastschrift|bankeinzug|vorkasse|vorauskasse|nachnahme|ratenzahlung|raten|"
    r"überweisung|rechnung|credit card|debit card|direct debit|cash on delivery|instal+ments|bank transfer|prepayment|"
    r"in advance|invoice|bar|cash)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:your|deine[rnm]?|ihre[rnm]?)\s+((?:kredit)?karte|(?:credit |debit )?card|bankkonto|bank account)\b", re.I
)
_PAYING = re.compile(
    r"\b(?:(?:be)?zahl\w*|zahlungsart\w*|pay|paying|paid|payment method\w*|payable)\b[^.!?]{0,30}$", re.IGNORECASE
)
_PAYABLE = re.compile(r"^[^.!?,;]{0,20}\b(?:(?:be)?zahl\w*|pay)\b", re.IGNORECASE)
_SHORTEST = {"reference": 4, "address": 4, "service": 2}


@dataclass(frozen=True)
class Reference:
    """A reference where it stands; `key` is the form in which two spellings of it are equal."""

    kind: str
    said: str
    key: str
    start: int
    end: int


def references(text: str) -> list[Reference]:
    """Every reference of a text; a way to pay only where paying is spoken of."""
    found = [_of("reference", match, 1 if match.re in (_LABELLED, _BIC) else 0)
             for pattern in (_ACCOUNT, _BIC, _LABELLED, _IDENTIFIER) for match in pattern.finditer(text)]  # fmt: skip
    found += [_of("address", match) for pattern in (_STREET, _TOWN) for match in pattern.finditer(text)]
    found += [_of("service", match) for match in _NAMED.finditer(text)]
    found += [
        _of("service", match)
        for match in _WAYS.finditer(text)
        if _PAYING.search(text[: match.start()]) or _PAYABLE.search(text[match.end() :])
    ]
    found += [_of("service", match, 1) for match in _OWN.finditer(text)]
    kept: list[Reference] = []
    for each in found:
        if len(each.key) >= _SHORTEST[each.kind] and not any(
            each.start < other.end and other.start < each.end for other in kept
        ):
            kept.append(each)
    return kept


def key(text: str) -> str:
    """Letters and figures alone, streets by their short form."""
    return re.sub(r"[^\w]|_", "", re.sub(r"stra(?:ß|ss)e|str\.", "str", text.casefold()))


def _of(kind: str, match: re.Match[str], group: int = 0) -> Reference:
    return Reference(kind, match[group], key(match[group]), match.start(group), match.end(group))
