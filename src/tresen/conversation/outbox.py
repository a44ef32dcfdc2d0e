"""What has to leave through a channel: written with the message, sent by its own loop, retried with back-off.

Our log is exactly once; a network without idempotency keys is at least once: a process that dies between
the network's answer and our commit sends that one piece again.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Row, select

from tresen.conversation import log, queue
from tresen.conversation.events import MessageSent, SendFailed, SendSucceeded, decode
from tresen.conversation.parts import Part
from tresen.conversation.shoppers import WEB, Address
from tresen.conversation.tables import contact, conversation, event, outbox
from tresen.kit.db import Database, Tx
from tresen.kit.errors import Refusal, Unavailable
from tresen.kit.ids import row_id

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 8
SILENT = frozenset({WEB, "terminal"})  # these read the log; nothing has to be sent to them


class Undeliverable(Refusal):
    """The network will never take this; trying again is pointless."""

    code = "undeliverable"


class TryAgain(Unavailable):
    """The network does not take it now; `after` is the pause it asks for, in seconds."""

    def __init__(self, say: str, after: float | None = None) -> None:
        super().__init__(say)
        self.after = after


@dataclass(frozen=True)
class Letter:
    """A message on its way to one contact."""

    id: str
    conversation_id: str
    seq: int
    address: Address
    locale: str
    parts: tuple[Part, ...]
    sender: str
    last_inbound_at: datetime | None
    sent_pieces: int
    attempts: int
    lease: str
    first: bool = False  # the first thing we ever say to this contact


class Carrier(Protocol):
    """What the send loop asks of a channel."""

    def render(self, letter: Letter) -> Sequence[Any]:
        """The network's own pieces for this letter, pure and the same every time."""

    async def send(self, letter: Letter, piece: Any) -> str:
        """Send one piece and return the network's id. Raises Undeliverable or TryAgain."""


async def send(
    tx: Tx, conversation_id: str, message: MessageSent, *, lease: str | None = None, once: str | None = None
) -> int:
    """Say something: append `message.sent` and put it into the outbox of its contact. Returns its seq."""
    seq = await log.append(tx, conversation_id, message, lease=lease, once=once)
    channel = await tx.scalar(select(contact.c.channel).where(contact.c.id == message.contact_id))
    if channel not in SILENT:
        values = {
            "id": row_id(),
            "conversation_id": conversation_id,
            "seq": seq,
            "contact_id": message.contact_id,
        }
        await tx.execute(outbox.insert().values(**values, state="waiting", due_at=tx.now))
        tx.tell("outbox")
    return seq


async def send_due(db: Database, carriers: Mapping[str, Carrier], limit: int = 20) -> int:
    """Lease and send what is due; returns how many letters were handled."""
    handled = 0
    for letter_id in await queue.due(db, outbox, limit):
        letter = await _lease(db, letter_id)
        if letter is not None:
            await _carry(db, carriers, letter)
            handled += 1
    return handled


async def _carry(db: Database, carriers: Mapping[str, Carrier], letter: Letter) -> None:
    carrier = carriers.get(letter.address.channel)
    network_ids = []
    try:
        if carrier is None:
            raise TryAgain(f"the channel {letter.address.channel!r} is not configured here")
        for number, piece in enumerate(carrier.render(letter)):
            if number >= letter.sent_pieces:
                network_ids.append(await carrier.send(letter, piece))
                letter = replace(letter, sent_pieces=number + 1)
                await _progress(db, letter)
    except Undeliverable as error:
        await _failed(db, letter, error.say, pause=None)
    except TryAgain as error:
        await _failed(db, letter, error.say, pause=queue.pause(letter.attempts, error.after))
    except Exception:
        logger.exception("channel %s failed on letter %s", letter.address.channel, letter.id)
        await _failed(db, letter, "the channel failed", pause=queue.pause(letter.attempts))
    else:
        await _succeeded(db, letter, ",".join(network_ids))


async def _lease(db: Database, letter_id: str) -> Letter | None:
    async with db.write() as tx:
        row = await queue.lease(tx, outbox, letter_id)
        return await _letter(tx, row) if row else None


async def _letter(tx: Tx, row: Row[Any]) -> Letter | None:
    query = (
        select(event.c.name, event.c.v, event.c.payload, contact, conversation.c.locale)
        .join(conversation, conversation.c.id == event.c.conversation_id)
        .join(contact, contact.c.id == row.contact_id)
        .where(event.c.conversation_id == row.conversation_id, event.c.seq == row.seq)
    )
    found = await tx.row(query)
    if found is None:
        return None
    earlier = select(event.c.seq).where(
        event.c.conversation_id == row.conversation_id, event.c.name == MessageSent.name, event.c.seq < row.seq
    )
    first = await tx.row(earlier.limit(1)) is None
    message = decode(found.name, found.v, found.payload)
    if not isinstance(message, MessageSent):
        return None
    return Letter(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        address=Address(found.channel, found.account, found.external_id),
        locale=found.locale,
        parts=message.parts,
        sender=message.sender,
        last_inbound_at=found.last_inbound_at,
        sent_pieces=row.sent_pieces,
        attempts=row.attempts,
        lease=row.lease_token,
        first=first,
    )


async def _progress(db: Database, letter: Letter) -> None:
    async with db.write() as tx:
        await queue.renew(tx, outbox, letter.id, letter.lease, sent_pieces=letter.sent_pieces)


async def _succeeded(db: Database, letter: Letter, network_id: str) -> None:
    async with db.write() as tx:
        await queue.sent(tx, outbox, letter.id, letter.lease)
        await log.append(tx, letter.conversation_id, SendSucceeded(letter.seq, network_id))


async def _failed(db: Database, letter: Letter, reason: str, pause: timedelta | None) -> None:
    final = pause is None or letter.attempts >= MOST_ATTEMPTS
    async with db.write() as tx:
        await queue.put_back(tx, outbox, letter.id, letter.lease, None if final else pause)
        if final or letter.attempts == 1:  # the first failure and the last: the log is not a retry counter
            await log.append(tx, letter.conversation_id, SendFailed(letter.seq, reason, final))
