"""The hand-over that rules decide: before any model, in code, and the turn ends with it."""

from collections.abc import Iterable

from tresen.agent.mood.alarms import Reason, alarm
from tresen.agent.mood.candour import asks
from tresen.agent.mood.reading import Mood, read
from tresen.agent.mood.rounds import words_of
from tresen.agent.planner.spelling import alike, words
from tresen.agent.planner.vocabulary import trades
from tresen.conversation.events import MessageReceived, Stored
from tresen.conversation.turn import Turn
from tresen.counter import handover
from tresen.counter.briefs import Case
from tresen.shop.house import House

SAYS_LITTLE = 3  # words; a shorter message names no goal


async def hand_over(turn: Turn, house: House, mood: Mood) -> None:
    """Let a person answer; the shopper is told by code who and by when.

    Raises:
        Fenced: the turn no longer owns the conversation.
    """
    desk = _department("\n".join(_now(turn)), house)
    async with turn.db.write() as tx:
        await handover.ask_for_human(tx, house, turn.shopper, department=desk, case=case(turn, mood))


def case(turn: Turn, mood: Mood | None = None) -> Case:
    """What the operator's brief needs to know from here; also for a hand-over that a model asks for."""
    mood = mood or read(turn)
    told = (mood.level.name.lower(), *mood.reasons)
    return Case(mood.must_hand_over or "", goal(turn), told, any(map(asks, _now(turn))))


def goal(turn: Turn) -> str:
    """The newest message that says what the shopper is after, rather than that they want a person."""
    said = _said(turn)
    telling = (text for text in reversed(said) if alarm(text) is not Reason.ASKED and len(text.split()) >= SAYS_LITTLE)
    return next(telling, said[-1] if said else "")


def _said(turn: Turn) -> list[str]:
    return _texts(each for each in turn.events if each.seq <= turn.answers_through)


def _now(turn: Turn) -> list[str]:
    return _texts(turn.unanswered())


def _texts(events: Iterable[Stored]) -> list[str]:
    found = (stored.data for stored in events)
    return [text for data in found if isinstance(data, MessageReceived) and (text := words_of(data.parts))]


def _department(said: str, house: House) -> str:
    """The department that the words name, or whose trade they speak of; empty when none does."""
    spoken = {word for word in words(said) if len(word) > 3}
    for desk in house.departments:
        own = set(words(desk.name))
        trade = next((each for each in trades() if own & each), frozenset())
        if any(alike(word, part) for word in spoken for part in own | trade if len(part) > 3):
            return desk.name
    return ""
