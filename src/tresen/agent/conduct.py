"""What a reply must not do, whatever its facts are: claim deeds that never happened, recite its rules, change language.

Such a reply is no answer; the next model is asked.
"""

import re
from functools import lru_cache

from tresen.agent import tongue
from tresen.conversation.events import (
    MessageReceived,
    OrderChanged,
    OrderPlaced,
    ReturnRequested,
    ShopperLinked,
    ToolReturned,
)
from tresen.conversation.forms import text_of
from tresen.conversation.turn import Turn

RUN_OF_WORDS = 12  # so many words of the rules in a row are a recital
FEWEST_WORDS = 8  # of a text whose language one can tell
LANGUAGES = ("de", "en", "fr", "it", "es", "pt", "nl", "da", "sv", "pl", "cs", "tr")
ABOUT_ORDERS = frozenset({"track_order", "cancel_order", "change_order", "request_return", "start_withdrawal"})

_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[^.!?\n]+")
_NOT = re.compile(
    r"\b(?:nicht|nichts|kein\w*|erst|sobald|wenn|falls|not|never|no|once|if|when|until|before)\b|n't\b", re.I
)
_DEEDS = re.compile(
    r"\b(?:habe\s+ich|ich\s+habe?)\b.{0,60}\b(?:bestellt|storniert|(?:zurück)?erstattet|widerrufen|aufgegeben|veranlasst)\b"
    r"|\b(?:bestellung|auftrag|kauf|stornierung|erstattung|rücksendung)\b.{0,30}\b(?:ist|wurde|sind|wurden)\b.{0,30}"
    r"\b(?:aufgegeben|abgeschickt|ausgelöst|abgeschlossen|platziert|bestätigt|storniert|erstattet|veranlasst)\b"
    r"|\bI(?:\s+have|'ve|\s+just|\s+now)*\s+(?:ordered|placed|cancell?ed|refunded|returned)\b"
    r"|\b(?:order|purchase|refund|return|cancellation)\b.{0,30}\b(?:has\s+been|have\s+been|was|is|were)\b.{0,15}"
    r"\b(?:placed|confirmed|submitted|completed|processed|cancell?ed|refunded|issued)\b",
    re.IGNORECASE,
)


def amiss(text: str, rules: str, turn: Turn) -> str:
    """What is wrong with a reply to this turn, for the log; empty when nothing. Takes a millisecond or two."""
    if claims_deeds(text) and not _orders_are_known(turn):
        return "claims a deed that never happened"
    if recites(text, rules):
        return "recites its rules"
    said = " ".join(
        text_of(stored.data.parts, turn.shopper.locale)
        for stored in turn.unanswered()
        if isinstance(stored.data, MessageReceived)
    )
    return "is in another language" if other_language(text, said, turn.shopper.locale) else ""


def claims_deeds(text: str) -> bool:
    """Whether a sentence says that something was ordered, cancelled, returned or refunded."""
    return any(_DEEDS.search(each) and not _NOT.search(each) for each in _SENTENCE.findall(text))


def recites(text: str, rules: str) -> bool:
    """Whether the text holds a long run of words of the rules."""
    words = _words(text)
    known = _runs(rules)
    return any(words[start : start + RUN_OF_WORDS] in known for start in range(len(words) - RUN_OF_WORDS + 1))


def other_language(text: str, said: str, locale: str) -> bool:
    """Whether the shopper surely writes in the conversation's language and the reply surely does not."""
    if min(len(_WORD.findall(text)), len(_WORD.findall(said)) + FEWEST_WORDS // 2) < FEWEST_WORDS:
        return False
    return tongue.spoken(text, LANGUAGES, locale) != locale and tongue.spoken(said, LANGUAGES, "") == locale


def _orders_are_known(turn: Turn) -> bool:
    """Whether there was anything in this conversation of which a deed could be told."""
    return any(
        isinstance(stored.data, OrderPlaced | OrderChanged | ReturnRequested | ShopperLinked)
        or (isinstance(stored.data, ToolReturned) and stored.data.tool in ABOUT_ORDERS and stored.data.status == "ok")
        for stored in turn.events
    )


@lru_cache(maxsize=8)
def _runs(rules: str) -> frozenset[tuple[str, ...]]:
    words = _words(rules)
    return frozenset(words[start : start + RUN_OF_WORDS] for start in range(len(words) - RUN_OF_WORDS + 1))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))
