"""How the shopper feels, read from their own messages in the log by rules, and whether a person must answer."""

import re
from dataclasses import dataclass
from enum import IntEnum

from tresen.agent.mood.alarms import Reason, alarm
from tresen.agent.mood.phrases import phrases, said
from tresen.agent.mood.rounds import Round, failures, rounds
from tresen.conversation.turn import Turn

SIGNS = {
    "anger": 4.0, "frustration": 3.0, "complaint": 2.0, "counting": 2.0, "rude": 2.0, "impatience": 1.0,
    "capitals": 2.0, "marks": 1.0, "faces": 2.0, "repeated": 2.0, "thumbs_down": 2.0, "failures": 1.0, "content": -2.0,
}  # fmt: skip
TONES = ("frustration", "complaint", "counting", "rude", "impatience", "content")
GRAVE = frozenset({Reason.HEALTH, Reason.FIRE, Reason.LEGAL, Reason.ANGER})
DISPLEASED = frozenset(
    {"anger", "frustration", "complaint", "counting", "rude", "impatience", "capitals", "faces", "repeated", "marks"}
)
FADES = (1.0, 0.5, 0.25)  # what this message and the two before it count
MOST_FAILURES = 2
ALIKE = 0.75  # of the words of two messages, for the same question asked again
SHORTEST_QUESTION = 3  # words
_LOUD = re.compile(r"\b[A-ZÄÖÜẞ]{3,}\b")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_MARKS = re.compile(r"[!?]{2,}")
_FACES = re.compile("[😠😡🤬👿😤💢🖕👎]")


class Level(IntEnum):
    CALM = 0
    IMPATIENT = 1
    UPSET = 2
    ANGRY = 3


STARTS = ((5.0, Level.ANGRY), (3.0, Level.UPSET), (1.0, Level.IMPATIENT))


@dataclass(frozen=True)
class Mood:
    """`reasons` are the signs it was told by; `must_hand_over` is set when no model is to answer."""

    level: Level = Level.CALM
    reasons: tuple[str, ...] = ()
    must_hand_over: Reason | None = None


def read(turn: Turn) -> Mood:
    """The mood in what this turn answers, with what led to it."""
    told = rounds(turn)
    *before, now = told
    if not now.texts:
        return Mood()
    signs = {*signs_in(now.text), *_around(now, before)}
    points = sum(SIGNS[sign] * (min(failures(told), MOST_FAILURES) if sign == "failures" else 1) for sign in signs)
    faded = zip(reversed(before[-len(FADES) + 1 :]), FADES[1:], strict=False)
    points += sum(max(_points(each.text), 0) * share for each, share in faded)
    reason = _must(now, before, signs)
    level = max(_level(points), Level.UPSET if reason in GRAVE else Level.CALM)
    return Mood(level, tuple(sorted(signs - {"content"})) if level else (), reason)


def _must(now: Round, before: list[Round], signs: set[str]) -> Reason | None:
    """The gravest reason in one of the messages, or in all of them together; else what has built up."""
    found = [reason for text in (*now.texts, now.text) if (reason := alarm(text))]
    if found:
        return min(found, key=list(Reason).index)
    if {"frustration", "counting"} & signs:
        return Reason.FAILURES
    if DISPLEASED & signs and failures([*before, now]) >= MOST_FAILURES:
        return Reason.FAILURES
    again = before and _points(before[-1].text) >= SIGNS["frustration"] and _points(now.text) >= SIGNS["frustration"]
    return Reason.ANGER if again else None


def signs_in(text: str) -> set[str]:
    """What one message tells by itself."""
    words = said(text)
    found = {name for name in TONES if phrases("tones", name).within(words)}
    found |= {"anger"} if alarm(text) is Reason.ANGER else set()
    shouted = sum(map(len, _LOUD.findall(text))), sum(map(len, _WORDS.findall(text)))
    if shouted[0] >= 8 and shouted[0] * 2 > shouted[1]:
        found.add("capitals")
    found |= {"marks"} if _MARKS.search(text) else set()
    return found | ({"faces"} if _FACES.search(text) else set())


def _points(text: str) -> float:
    return sum(SIGNS[sign] for sign in signs_in(text))


def _around(now: Round, before: list[Round]) -> set[str]:
    """What only the rounds before tell: the same question again, a thumb down, one failure after the other."""
    found = {"repeated"} if any(same_question(now.text, each.text) for each in before[-3:]) else set()
    found |= {"thumbs_down"} if before and before[-1].thumbs_down else set()
    return found | ({"failures"} if failures([*before, now]) else set())


def same_question(one: str, other: str) -> bool:
    """Whether two messages ask the same in nearly the same words."""
    first, second = set(said(one).split()) - {"/", ","}, set(said(other).split()) - {"/", ","}
    if min(len(first), len(second)) < SHORTEST_QUESTION:
        return False
    return len(first & second) / len(first | second) >= ALIKE


def _level(points: float) -> Level:
    return next((level for least, level in STARTS if points >= least), Level.CALM)
