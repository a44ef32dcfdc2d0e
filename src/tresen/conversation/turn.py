"""A turn: one responder answering all unanswered messages, and what it may do meanwhile."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tresen.conversation import log, shoppers
from tresen.conversation.events import Event, MessageReceived, Stored, ToolReturned
from tresen.conversation.parts import Action, Part
from tresen.conversation.shoppers import Shopper
from tresen.kit.bus import Bus
from tresen.kit.db import Database, Tx


@dataclass(frozen=True)
class Answer:
    """What a use case gives back to a tool or a tap: `text` for the model, `parts` for the shopper."""

    text: str
    parts: tuple[Part, ...] = ()
    ends_turn: bool = False


@dataclass(frozen=True)
class Reply:
    """What a responder says at the end of a turn; the rest is as in `MessageSent`."""

    parts: tuple[Part, ...]
    withheld: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


@dataclass
class Turn:
    """A claimed conversation: what is to be answered, and the only ways to write while answering."""

    db: Database
    bus: Bus
    id: str
    shopper: Shopper
    answered: int
    answers_through: int
    events: list[Stored]

    @property
    def at(self) -> datetime:
        """When this turn was claimed."""
        started = (each.at for each in reversed(self.events) if getattr(each.data, "turn", "") == self.id)
        return min(started, default=self.events[-1].at)

    @property
    def lease(self) -> str:
        return self.shopper.lease or ""

    def unanswered(self) -> list[Stored]:
        """The shopper's messages that this turn answers."""
        return [
            stored
            for stored in self.events
            if isinstance(stored.data, MessageReceived) and self.answered < stored.seq <= self.answers_through
        ]

    def returned(self) -> dict[str, ToolReturned]:
        """What tools have already returned in this turn, by call id."""
        found = [stored.data for stored in self.events if isinstance(stored.data, ToolReturned)]
        return {data.call_id: data for data in found if data.turn == self.id}

    async def note(self, data: Event, once: str | None = None) -> None:
        """Append one event in a transaction of its own, fenced."""
        async with self.db.write() as tx:
            await self.append(tx, data, once=once)

    async def append(self, tx: Tx, data: Event, once: str | None = None, ended: bool = False) -> None:
        """Append within `tx`, fenced; `ended` when this very transaction has given the conversation away."""
        lease = None if ended else self.lease
        seq = await log.append(tx, self.shopper.conversation_id, data, lease=lease, once=once)
        self.events.append(Stored(self.shopper.conversation_id, seq, tx.now, data))

    async def speak(self, locale: str) -> None:
        """Go on in another language; what code says later in this conversation follows."""
        async with self.db.write() as tx:
            await shoppers.remember_locale(tx, self.shopper.conversation_id, locale)
        self.shopper = replace(self.shopper, locale=locale)

    async def live(self, event: str, **data: Any) -> None:
        """Publish a hint that is not stored."""
        await self.bus.publish(log.topic(self.shopper.conversation_id), {"event": event, "turn": self.id, **data})


Responder = Callable[[Turn], Awaitable[Reply | None]]
Taps = Callable[[Tx, Shopper, Action], Awaitable[Answer | None]]
