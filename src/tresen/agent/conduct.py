"""What a reply must not do, whatever its facts are: recite its rules, change language.

Such a reply is no answer; the next model is asked. Deeds that never happened are for grounding to find.
"""

import re
from functools import lru_cache

from tresen.agent import tongue
from tresen.conversation.events import MessageReceived
from tresen.conversation.forms import text_of
from tresen.conversation.turn import Turn

RUN_OF_WORDS = 12  # so many words of the rules in a row are a recital
FEWEST_WORDS = 8  # of a text whose language one can tell
LANGUAGES = ("de", "en", "fr", "it", "es", "pt", "nl", "da", "sv", "pl", "cs", "tr")

_WORD = re.compile(r"[^\W\d_]+")


def amiss(text: str, rules: str, turn: Turn) -> str:
    """What is wrong with a reply to this turn, for the log; empty when nothing. Takes a millisecond or two."""
    if recites(text, rules):
        return "recites its rules"
    said = " ".join(
        text_of(stored.data.parts, turn.shopper.locale)
        for stored in turn.unanswered()
        if isinstance(stored.data, MessageReceived)
    )
    return "is in another language" if other_language(text, said, turn.shopper.locale) else ""


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


@lru_cache(maxsize=8)
def _runs(rules: str) -> frozenset[tuple[str, ...]]:
    words = _words(rules)
    return frozenset(words[start : start + RUN_OF_WORDS] for start in range(len(words) - RUN_OF_WORDS + 1))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))
