"""Receive and respond: the two loops around the log that decide who answers what, exactly once."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, or_, select, update

from tresen.conversation import log, outbox, owner, shoppers
from tresen.conversation.events import (
    MessageReceived,
    MessageSent,
    Stored,
    ToolReturned,
    TurnFailed,
    TurnStarted,
    encode,
)
from tresen.conversation.parts import Action, Choice, Choices, Confirmation, Part, Text
from tresen.conversation.shoppers import Shopper, as_shopper
from tresen.conversation.tables import contact, conversation
from tresen.conversation.turn import Answer, Reply, Responder, Taps, Turn
from tresen.kit.bus import Bus
from tresen.kit.db import Database, Tx
from tresen.kit.errors import Conflict, Fenced, Refusal
from tresen.kit.ids import digest, row_id, secret
from tresen.kit.words import say

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=9)  # a killed worker's turn goes on elsewhere within ten seconds
ANSWER = "answer_offer"  # the action of a text that answers an offer; its target is the nonce, its label the text
_SAID = (MessageReceived, MessageSent)
MOST_ATTEMPTS = 4  # claims of one turn, crashes included, before the shopper is told that it failed


@dataclass(frozen=True)
class Received:
    seq: int
    fresh: bool


async def receive(tx: Tx, shopper: Shopper, parts: tuple[Part, ...], external_id: str) -> Received:
    """Store a shopper's message once; nothing is lost from here on.

    Raises:
        Conflict: this message id was used before with another body.
    """
    row = await owner.locked(tx, shopper.conversation_id)
    message = MessageReceived(parts, shopper.contact_id, external_id)
    key = f"in:{shopper.contact_id}:{digest(external_id)}"
    body_hash = digest(str(encode(message)))
    known = await log.find_once(tx, key)
    if known:
        if known[1] != body_hash:
            raise Conflict("This message id was already used for another message.", code="id_reused")
        return Received(known[0], fresh=False)
    seq = await log.append(tx, row.id, message, once=key, body_hash=body_hash)
    await tx.execute(update(conversation).where(conversation.c.id == row.id).values(inbound=seq))
    await tx.execute(update(contact).where(contact.c.id == shopper.contact_id).values(last_inbound_at=tx.now))
    if row.owner == owner.WAITING:
        if any(isinstance(part, Action) and part.name == owner.BACK for part in parts):
            await owner.hand_back(tx, row.id, by="shopper")
        else:
            await owner.acknowledge(tx, row, seq, parts)
    tx.tell("work", conversation=row.id)
    return Received(seq, fresh=True)


async def due(db: Database, limit: int = 50) -> list[str]:
    """Conversations that the agent has to answer and nobody is answering."""
    async with db.read() as tx:
        query = select(conversation.c.id).where(*_claimable(tx)).order_by(conversation.c.updated_at).limit(limit)
        return [row.id for row in await tx.rows(query)]


async def respond(db: Database, bus: Bus, conversation_id: str, responder: Responder, taps: Taps) -> bool:
    """Claim the conversation, let `responder` answer, end the turn. False if there was nothing to claim."""
    turn = await claim(db, bus, conversation_id)
    if turn is None:
        return False
    answering = asyncio.ensure_future(_answer(turn, responder, taps))
    keeping = asyncio.ensure_future(_keep(turn, answering))
    try:
        await answering
    except Fenced:
        logger.info("turn %s was fenced off", turn.id)
    except asyncio.CancelledError:
        if not keeping.done():  # we are being stopped, not the turn: whoever comes next continues it
            await _release(turn, timedelta())
            raise
        logger.info("turn %s was taken away", turn.id)
    except Exception:
        logger.exception("turn %s failed", turn.id)
        await _release(turn, timedelta(seconds=1))
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
    return True


async def claim(db: Database, bus: Bus, conversation_id: str) -> Turn | None:
    """Take the lease with one portable UPDATE and start the turn, or continue the one that died."""
    lease = secret()
    async with db.write() as tx:
        mine = (
            update(conversation)
            .where(conversation.c.id == conversation_id, *_claimable(tx))
            .values(lease_token=lease, lease_until=tx.now + LEASE, attempts=conversation.c.attempts + 1)
        )
        row = await tx.row(mine.returning(conversation))
        if row is None:
            return None
        started = await owner.open_turn(tx, row)
        if started is not None and row.attempts > MOST_ATTEMPTS:
            await _give_up(tx, row, started, lease)
            return None
        if started is None:
            started = TurnStarted(row_id(), row.inbound)
            await log.append(tx, row.id, started, lease=lease)
        events = await log.read(tx, row.id)
    shopper = as_shopper(row, lease)
    return Turn(db, bus, started.turn, shopper, row.answered, started.answers_through, events)


async def _answer(turn: Turn, responder: Responder, taps: Taps) -> None:
    parts: list[Part] = []
    left_to_say = False
    for stored in turn.unanswered():
        answer = await _tapped(turn, stored, taps)
        if answer is None:
            left_to_say = True
            continue
        if answer.ends_turn:
            return
        parts.extend(answer.parts)
    if left_to_say or not parts:
        reply = await responder(turn)
        if reply is None:
            return
        await _finish(turn, replace(reply, parts=(*parts, *reply.parts)))
    else:
        await _finish(turn, Reply(tuple(parts)))


async def _tapped(turn: Turn, stored: Stored, taps: Taps) -> Answer | None:
    """Run the action of a tapped message through the counter, once; None if a responder has to answer."""
    message = stored.data
    actions = (
        [part for part in message.parts if isinstance(part, Action)] if isinstance(message, MessageReceived) else []
    )
    action = actions[0] if actions else _typed(turn, stored)
    if action is None:
        return None
    call_id, locale = f"tap:{stored.seq}", turn.shopper.locale
    done = turn.returned().get(call_id)
    if done is not None:
        return Answer(done.text, done.parts)
    once = f"tool:{turn.id}:{call_id}"
    try:
        async with turn.db.write() as tx:
            answer = await taps(tx, await shoppers.now(tx, turn.shopper), action)
            if answer is not None:
                data = ToolReturned(turn.id, call_id, action.name, answer.text, answer.parts)
                await turn.append(tx, data, once=once, ended=answer.ends_turn)
            return answer
    except Refusal as refusal:
        parts = (Text(refusal.told(locale)),)
        await turn.note(ToolReturned(turn.id, call_id, action.name, refusal.say, parts, "refused"), once=once)
        return Answer(refusal.say, parts)


def _typed(turn: Turn, stored: Stored) -> Action | None:
    """A text that answers an offer at once, as an action; whether anything comes of it is for the counter to decide."""
    before = [each.data for each in turn.events if each.seq < stored.seq and isinstance(each.data, _SAID)]
    shown = before[-1].parts if before and isinstance(before[-1], MessageSent) else ()
    offers = [part for part in shown if isinstance(part, Confirmation)]
    said = stored.data.parts if isinstance(stored.data, MessageReceived) else ()
    match offers, said:
        case [offer], (Text(text),):
            return Action(ANSWER, offer.action.target, label=text)
        case _:
            return None


async def _finish(turn: Turn, reply: Reply) -> None:
    shopper = turn.shopper
    sent = MessageSent(
        "agent", reply.parts, shopper.contact_id, turn.answers_through, turn.id,
        reply.withheld, reply.held, reply.repaired, reply.replaced,
    )  # fmt: skip
    async with turn.db.write() as tx:
        await outbox.send(tx, shopper.conversation_id, sent, lease=shopper.lease, once=f"turn:{turn.id}")
        await _end(tx, shopper.conversation_id, turn.answers_through)


async def _give_up(tx: Tx, row: Row[Any], started: TurnStarted, lease: str) -> None:
    human = say("ask-for-human", row.locale)
    parts = (
        Text(say("turn-failed", row.locale)),
        Choices((Choice(human, Action("ask_for_human", label=human)),)),
    )
    message = MessageSent("system", parts, row.contact_id, started.answers_through, started.turn)
    await log.append(tx, row.id, TurnFailed(started.turn, f"{row.attempts - 1} attempts"), lease=lease)
    await outbox.send(tx, row.id, message, lease=lease, once=f"turn:{started.turn}")
    await _end(tx, row.id, started.answers_through)


async def _end(tx: Tx, conversation_id: str, answered: int) -> None:
    free = {"lease_token": None, "lease_until": None, "attempts": 0}
    ended = update(conversation).where(conversation.c.id == conversation_id).values(answered=answered, **free)
    inbound = await tx.scalar(ended.returning(conversation.c.inbound))
    if inbound > answered:
        tx.tell("work", conversation=conversation_id)


async def _keep(turn: Turn, answering: "asyncio.Future[None]") -> None:
    """Renew the lease while the turn runs; stop the turn when it is taken away."""
    async with turn.bus.subscribe(log.topic(turn.shopper.conversation_id)) as news:
        renewed = asyncio.get_running_loop().time()
        while not answering.done():
            hint = await news.next(LEASE.total_seconds() / 3)
            taken = hint is not None and hint.get("owner", owner.AGENT) != owner.AGENT
            now = asyncio.get_running_loop().time()
            if not taken and now - renewed < LEASE.total_seconds() / 3:
                continue
            renewed = now
            if not await _renew(turn):
                answering.cancel()
                return


async def _renew(turn: Turn) -> bool:
    async with turn.db.write() as tx:
        mine = _leased(turn).values(lease_until=tx.now + LEASE).returning(conversation.c.id)
        return await tx.scalar(mine) is not None


async def _release(turn: Turn, pause: timedelta) -> None:
    """Let the turn be claimed again after `pause`; it continues from the log."""
    async with turn.db.write() as tx:
        await tx.execute(_leased(turn).values(lease_until=tx.now + pause))


def _leased(turn: Turn) -> Any:
    return update(conversation).where(
        conversation.c.id == turn.shopper.conversation_id,
        conversation.c.lease_token == turn.lease,
        conversation.c.owner == owner.AGENT,
    )


def _claimable(tx: Tx) -> tuple[Any, ...]:
    return (
        conversation.c.owner == owner.AGENT,
        conversation.c.inbound > conversation.c.answered,
        or_(conversation.c.lease_token.is_(None), conversation.c.lease_until <= tx.now),
    )
