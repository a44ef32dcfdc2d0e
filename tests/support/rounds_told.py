"""Conversations as a log tells them, for rules that read moods out of it."""

from datetime import UTC, datetime
from typing import Any

from tresen.conversation.events import Event, MessageReceived, MessageSent, Stored, TurnStarted
from tresen.conversation.parts import Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turn import Turn

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def talk(*said: str | Event, locale: str = "de") -> Turn:
    """A conversation: the shopper's words and what happened between them; the last words are to be answered.

    An answer that is not told of is a friendly one.
    """
    events: list[Event] = []
    for at, each in enumerate(said):
        events.append(MessageReceived((Text(each),), "c", str(at)) if isinstance(each, str) else each)
        if isinstance(each, str) and at + 1 < len(said) and isinstance(said[at + 1], str):
            events.append(sent("Bitte sehr."))
    stored = [Stored("conversation", seq, NOW, event) for seq, event in enumerate(events, 1)]
    answered = max((each.seq for each in stored if isinstance(each.data, MessageSent)), default=0)
    through = max(each.seq for each in stored if isinstance(each.data, MessageReceived))
    stored.append(Stored("conversation", len(stored) + 1, NOW, TurnStarted("now", through)))
    nothing: Any = None
    return Turn(nothing, nothing, "now", Shopper("s", "c", "conversation", locale), answered, through, stored)


def sent(text: str, withheld: tuple[str, ...] = ()) -> MessageSent:
    return MessageSent("agent", (Text(text),), "c", withheld=withheld)
