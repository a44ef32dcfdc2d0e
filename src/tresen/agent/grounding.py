"""Claims are held until they are traced: no price or percentage reaches the shopper that the shop did not say.

Text streams until the last clause boundary before a possible claim; what follows is held, in order, until its
sentence has been checked. Prices are traced to this turn's tool results and to the shopper's own words only.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_AMOUNT = r"\d{1,3}(?:[.,'\u00a0 ]\d{3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_CURRENCY = r"€|EUR\b|Euros?\b|\$|USD\b|£|GBP\b|CHF\b"
_ISO = {"€": "eur", "euro": "eur", "euros": "eur", "$": "usd", "£": "gbp"}
_MONEY = re.compile(rf"({_CURRENCY})\s?({_AMOUNT})|({_AMOUNT})\s?({_CURRENCY})", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s?(?:%|Prozent\b|percent\b|per cent\b)", re.IGNORECASE)
# The end of a piece that could still become a claim: a number whose next word has not come, or a lone currency.
_OPEN = re.compile(rf"(?:(?:{_CURRENCY})\s?)?\d[\d.,'\u00a0 ]*\S*$|(?:{_CURRENCY})\s?$", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:.!?\n–—]\s")
# "am 23. November" is one sentence, "für 12.90. Gut" is two.
_SENTENCE = re.compile(r"(?<=[.!?…])(?<!\s\d\.)(?<!\s\d\d\.)\s+|\n+")


@dataclass(frozen=True)
class Checked:
    """The text that may be said, and the sentences that may not."""

    text: str
    withheld: tuple[str, ...] = ()


def check(text: str, facts: Iterable[str]) -> Checked:
    """Take out every sentence with a price or a percentage that no fact holds."""
    known = _claims(" \n".join(facts))
    withheld = tuple(sentence for sentence in _sentences(text) if not _claims(sentence) <= known)
    for sentence in withheld:
        text = text.replace(sentence, "", 1)
    return Checked(re.sub(r"[ \t]{2,}", " ", text).strip(), withheld)


@dataclass
class Gate:
    """Streams what is safe to say already. `facts` grows while tools return."""

    facts: list[str] = field(default_factory=list)
    _held: str = ""

    def feed(self, delta: str) -> str:
        """Take the next piece of the model's text and return what may be shown now."""
        self._held += delta
        boundary = self._checked_until()
        if boundary == 0:
            return ""
        ready, self._held = self._held[:boundary], self._held[boundary:]
        return check_keeping_space(ready, self.facts)

    def reset(self) -> None:
        self._held = ""

    def _checked_until(self) -> int:
        found = [match for pattern in (_MONEY, _PERCENT, _OPEN) if (match := pattern.search(self._held))]
        if not found:
            return self._held.rfind(" ") + 1
        claim = min(match.start() for match in found)
        ends = [match.end() for match in _SENTENCE.finditer(self._held) if match.end() > claim]
        if ends:
            return ends[0]
        clauses = [match.end() for match in _CLAUSE.finditer(self._held) if match.end() <= claim]
        return clauses[-1] if clauses else 0


def check_keeping_space(text: str, facts: Iterable[str]) -> str:
    """Like `check`, for a piece in mid-text: its outer white space stays."""
    if not _claims(text):
        return text
    kept = check(text, facts).text
    tail = text[len(text.rstrip()) :]
    return kept + tail if kept else ""


def _sentences(text: str) -> list[str]:
    return [piece for piece in _SENTENCE.split(text) if piece.strip()]


def _claims(text: str) -> set[str]:
    money = {_money(match[1] or match[4], match[2] or match[3]) for match in _MONEY.finditer(text)}
    return money | {f"percent:{_number(match[1])}" for match in _PERCENT.finditer(text)}


def _money(currency: str, amount: str) -> str:
    return f"{_ISO.get(currency.lower(), currency.lower())}:{_number(amount)}"


def _number(text: str) -> str:
    """`1.234,5`, `1,234.50` and `1234.5` are one number."""
    bare = re.sub(r"['\u00a0 ]", "", text)
    decimals = re.search(r"[.,](\d{1,2})$", bare)
    whole = re.sub(r"[.,]", "", bare[: decimals.start()] if decimals else bare)
    return f"{int(whole or 0)}.{(decimals[1] if decimals else '').ljust(2, '0')}"
