"""What in a message calls for a person at once: rules over the stems of its words, no model."""

from enum import StrEnum
from functools import lru_cache

from tresen.agent.mood.phrases import Phrases, phrases, said


class Reason(StrEnum):
    """Why a person has to answer, the gravest first."""

    HEALTH = "health"
    FIRE = "fire"
    MEDICINE = "medicine"
    LEGAL = "legal"
    AUTHORITY = "authority"
    PRIVACY = "privacy"
    ANGER = "anger"
    BUSINESS = "business"
    FAILURES = "failures"
    ASKED = "asked"


GRAVEST_FIRST: tuple[tuple[Reason, tuple[str, ...]], ...] = (
    (Reason.HEALTH, ("reaction", "child", "injury")),
    (Reason.FIRE, ("fire",)),
    (Reason.MEDICINE, ("medicine", "severe", "risky")),
    (Reason.LEGAL, ("legal",)),
    (Reason.AUTHORITY, ("authority",)),
    (Reason.PRIVACY, ("privacy",)),
    (Reason.ANGER, ("anger",)),
    (Reason.BUSINESS, ("business",)),
    (Reason.ASKED, ("asked", "no_machine")),
)


@lru_cache(maxsize=512)
def alarm(text: str) -> Reason | None:
    """The gravest reason in a message for which a person has to answer."""
    words = said(text)
    for reason, names in GRAVEST_FIRST:
        if any(_phrases(name).within(words) for name in names):
            return reason
    return None


def _phrases(name: str) -> Phrases:
    return phrases("alarms", name)
