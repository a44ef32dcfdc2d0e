"""Whose turn it is: `agent`, `waiting` or `operator:<id>`. Every change of owner happens here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from tresen.conversation import log, outbox, reach
from tresen.conversation.events import HandoverAsked, MessageSent, OwnerChanged, TurnAbandoned, TurnStarted
from tresen.conversation.parts import Action, Choice, Choices, Part, Text
from tresen.conversation.shoppers import Shopper, as_shopper
from tresen.conversation.tables import conversation
from tresen.kit.db import Tx
from tresen.kit.errors import Conflict, NotFound
from tresen.kit.words import say

AGENT = "agent"
WAITING = "waiting"
BACK = "back_to_assistant"  # the one action that concerns whose turn it is, not the shop


@dataclass(frozen=True)
class Operator:
    id: str
    name: str
    login: str = ""

    @property
    def owner(self) -> str:
        return f"operator:{self.id}"


@dataclass(frozen=True)
class Handover:
    """Why a person is needed, who, by when, and what the shopper is told."""

    reason: str
    department: str
    brief: str
    promised_by: datetime | None
    message: tuple[Part, ...]


async def ask(tx: Tx, shopper: Shopper, handover: Handover) -> bool:
    """Let the shopper wait for a person; ends the running turn. False if a person has been asked already."""
    row = await locked(tx, shopper.conversation_id)
    if row.owner != AGENT:
        return False
    asked = HandoverAsked(handover.reason, handover.department, handover.brief, handover.promised_by)
    turn = await open_turn(tx, row)
    through = turn.answers_through if turn else row.inbound
    message = MessageSent("system", handover.message, shopper.contact_id, through, turn.turn if turn else "")
    await log.append(tx, row.id, asked, lease=shopper.lease)
    await outbox.send(tx, row.id, message, lease=shopper.lease)
    await _change(tx, row, WAITING, by="shopper", answered=through, waiting_since=tx.now)
    return True


async def take_over(tx: Tx, conversation_id: str, operator: Operator) -> None:
    """The operator answers from now on; a running turn is abandoned and says nothing.

    Raises:
        Conflict: another operator has it.
    """
    row = await locked(tx, conversation_id)
    if row.owner == operator.owner:
        return
    if row.owner.startswith("operator:"):
        raise Conflict("Another operator has taken this conversation over.", code="owned_by_other")
    await _abandon_open_turn(tx, row, by=operator.owner)
    await _change(tx, row, operator.owner, by=operator.owner, label=operator.name, waiting_since=None)


async def hand_back(tx: Tx, conversation_id: str, by: str) -> None:
    """The agent answers again; what nobody has answered is its next turn.

    Args:
        by: `shopper`, who may always, or an operator (`operator:<id>`).

    Raises:
        Conflict: another operator answers there.
    """
    row = await locked(tx, conversation_id)
    if row.owner == AGENT:
        return
    if by.startswith("operator:") and row.owner not in (WAITING, by):
        told = "Another operator answers in this conversation; only they can hand it back."
        raise Conflict(told, code="not_yours")
    await _change(tx, row, AGENT, by=by, waiting_since=None, attempts=0)
    tx.tell("work", conversation=conversation_id)


async def reply(tx: Tx, conversation_id: str, operator: Operator, parts: tuple[Part, ...], once: str) -> int:
    """An operator's message; answers everything received so far. The same `once` twice is one message.

    Raises:
        Conflict: the operator has not taken the conversation over.
    """
    row = await locked(tx, conversation_id)
    key = f"reply:{conversation_id}:{once}"
    known = await log.find_once(tx, key)
    if known:
        return known[0]
    if row.owner != operator.owner:
        raise Conflict("Take the conversation over before you answer.", code="not_owner")
    message = MessageSent(operator.owner, parts, row.contact_id, row.inbound)
    seq = await outbox.send(tx, conversation_id, message, once=key)
    await tx.execute(_row(conversation_id).values(answered=row.inbound))
    return seq


async def acknowledge(tx: Tx, row: Row[Any], seq: int, said: tuple[Part, ...] = ()) -> None:
    """Tell a waiting shopper, once per message, that it was received, who will read it and what was noted of it."""
    shopper, ways = as_shopper(row), ", ".join(reach.addresses(said))
    told = say("waiting-reach-noted", row.locale, ways=ways) if ways else say("waiting-acknowledged", row.locale)
    back = Choice(say("back-to-assistant", row.locale), Action(BACK, label=say("back-to-assistant", row.locale)))
    parts = (Text(told), Choices((back,)))
    message = MessageSent("system", parts, shopper.contact_id)
    await outbox.send(tx, row.id, message, once=f"ack:{row.id}:{seq}")


async def current(tx: Tx, conversation_id: str, lock: bool = False) -> Row[Any]:
    """The conversation's row.

    Raises:
        NotFound: there is no such conversation.
    """
    query = select(conversation).where(conversation.c.id == conversation_id)
    row = await tx.row(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("This conversation does not exist.")
    return row


async def locked(tx: Tx, conversation_id: str) -> Row[Any]:
    """The conversation's row, locked until the commit."""
    return await current(tx, conversation_id, lock=True)


async def open_turn(tx: Tx, row: Row[Any]) -> TurnStarted | None:
    """The turn that was started for still unanswered messages and has not ended."""
    started: TurnStarted | None = None
    for stored in await log.read(tx, row.id, after=row.answered):
        match stored.data:
            case TurnStarted() if stored.data.answers_through > row.answered:
                started = stored.data
            case TurnAbandoned():
                started = None
    return started


async def _abandon_open_turn(tx: Tx, row: Row[Any], by: str) -> None:
    turn = await open_turn(tx, row)
    if turn is not None:
        await log.append(tx, row.id, TurnAbandoned(turn.turn, f"taken over by {by}"))


async def _change(tx: Tx, row: Row[Any], owner: str, *, by: str, label: str = "", **values: Any) -> None:
    free = {"owner": owner, "lease_token": None, "lease_until": None}
    await tx.execute(_row(row.id).values(**free, **values))
    await log.append(tx, row.id, OwnerChanged(owner, by, label))
    tx.tell(log.topic(row.id), owner=owner)


def _row(conversation_id: str) -> Any:
    return update(conversation).where(conversation.c.id == conversation_id)
