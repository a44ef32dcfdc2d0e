"""Never deny being an AI: who asks gets the truth from code, and what a model says otherwise is not said."""

import re

from tresen.agent.mood.phrases import phrases, said
from tresen.kit.words import say

_SENTENCE = re.compile(r"(?<=[.!?…])(?<!\d\.)\s+|\n+")
_GREETING = re.compile(
    r"^(?:hallo|hi|hey|hello|moin|guten tag|servus|ok|okay|so|und|also|and|sag mal|mal ehrlich)$", re.I
)

_RISKY = re.compile(
    r"\b(?:ich (?:bin|heiße|arbeite)|i['’]m|i am|als mensch|as a human|(?:du|sie) (?:sprich|schreib|rede|chatte)\w+|"
    r"you(?:['’]re| are) \w+ing|hier (?:sitzt|schreibt|antwortet|spricht|ist)|this is|it['’]s|kein\w* (?:bot|ki)|"
    r"no bot)\b",
    re.IGNORECASE,
)
# The beginning of one of those at the end of what has come, its last word perhaps not whole yet.
_MAY_BE = re.compile(
    r"(?<!\w)(?:ic?|al?|as|du?|sie?|yo?|hi?e?|thi?s?|it?|ke?i?|no?|i['’]?|"
    r"(?:ich|als|as a|as|du|sie|you|hier|this|it|i|kein\w*|no|you are)['’ ]+\w*|ich|als|you|hier|kein\w*)$",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Whether a shopper wants to know if a human or a machine answers."""
    return phrases("candour", "asks").within(said(text))


def asks_nothing_else(text: str) -> bool:
    """Whether every sentence of a message is about that."""
    sentences = [each.strip(" .!?,…") for each in _SENTENCE.split(text)]
    return asks(text) and all(asks(each) for each in sentences if each and not _GREETING.match(each))


def denies(text: str) -> bool:
    """Whether a sentence claims to come from a human, or denies that a machine speaks."""
    return phrases("candour", "denies").within(said(text))


def answer(locale: str) -> str:
    """The truth, and the way to a person."""
    return f"{say('assistant-is-ai', locale)} {say('assistant-fetches', locale)}"


def honest(text: str, locale: str, asked: bool = False) -> str:
    """A model's reply without denials; the truth stands in their place, and at the top where it was asked for."""
    told = say("assistant-is-ai", locale)
    kept, at = [], 0
    for match in [*_SENTENCE.finditer(text), None]:
        sentence = text[at : match.start() if match else len(text)]
        gap = match.group() if match else ""
        lied = denies(sentence)
        if not lied:
            kept.append(sentence + gap)
        elif told not in "".join(kept):
            kept.append(told + (gap or " "))
        at = match.end() if match else at
    reply = "".join(kept).strip()
    owns_up = re.search(r"\b(?:KI|AI|Bot|bot|chatbot|Chatbot)\b", reply) is not None
    return f"{told} {reply}".strip() if asked and not owns_up else reply


class Candid:
    """A stream of words that passes on all but what may become a denial: that waits for the end of its sentence."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._text = ""  # the sentence that goes on
        self._shown = 0  # letters of it

    def feed(self, delta: str) -> str:
        """What may be shown by now."""
        self._text += delta
        ready = ""
        while end := _SENTENCE.search(self._text):
            lied = denies(self._text[: end.start()])
            ready += say("assistant-is-ai", self._locale) + end.group() if lied else self._text[self._shown : end.end()]
            self._text, self._shown = self._text[end.end() :], max(0, self._shown - end.end())
        risky = _RISKY.search(self._text) or _MAY_BE.search(self._text)
        upto = max(self._shown, risky.start() if risky else len(self._text))
        ready, self._shown = ready + self._text[self._shown : upto], upto
        return ready
