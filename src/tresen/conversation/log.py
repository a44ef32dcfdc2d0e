"""The log: append under the conversation's lock and fence, read, follow.

`append` first raises the conversation's `seq`; that one statement is the sequence, the lock and, with a
lease, the fence: a stale worker can write nothing.
"""

from collections.abc import AsyncIterator

from sqlalchemy import insert, select, update

from tresen.conversation import events
from tresen.conversation.events import Event, Stored
from tresen.conversation.tables import conversation, event
from tresen.kit.bus import Bus, Hint
from tresen.kit.db import Database, Tx
from tresen.kit.errors import Fenced, NotFound

POLL_SECONDS = 2.0


def topic(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"


async def append(
    tx: Tx,
    conversation_id: str,
    data: Event,
    *,
    lease: str | None = None,
    once: str | None = None,
    body_hash: str | None = None,
) -> int:
    """Add one event and return its seq.

    Args:
        lease: the lease token of a turn; the write happens only while the turn still owns the conversation.
        once: a key that may exist only once in the whole log.

    Raises:
        Fenced: the lease is no longer valid.
        NotFound: there is no such conversation.
    """
    step = update(conversation).where(conversation.c.id == conversation_id)
    if lease is not None:
        step = step.where(conversation.c.lease_token == lease, conversation.c.owner == "agent")
    raised = step.values(seq=conversation.c.seq + 1, updated_at=tx.now)
    seq = await tx.scalar(raised.returning(conversation.c.seq))
    if seq is None:
        raise Fenced("This turn no longer owns the conversation.") if lease is not None else NotFound()
    values = {"name": data.name, "v": data.v, "at": tx.now, "payload": events.encode(data)}
    unique = {"once": once, "body_hash": body_hash}
    await tx.execute(insert(event).values(conversation_id=conversation_id, seq=seq, **values, **unique))
    tx.tell(topic(conversation_id), seq=seq)
    tx.tell("inbox", conversation=conversation_id, seq=seq, event=data.name)
    return int(seq)


async def read(tx: Tx, conversation_id: str, after: int = 0) -> list[Stored]:
    """The events after `after`, in order."""
    query = select(event).where(event.c.conversation_id == conversation_id, event.c.seq > after)
    return [
        Stored(row.conversation_id, row.seq, row.at, events.decode(row.name, row.v, row.payload))
        for row in await tx.rows(query.order_by(event.c.seq))
    ]


async def find_once(tx: Tx, once: str) -> tuple[int, str | None] | None:
    """(seq, body hash) of the event that holds the key `once`."""
    row = await tx.row(select(event.c.seq, event.c.body_hash).where(event.c.once == once))
    return None if row is None else (row.seq, row.body_hash)


async def follow(db: Database, bus: Bus, conversation_id: str, after: int = 0) -> AsyncIterator[Stored | Hint]:
    """The log from `after` on, for ever, with live hints in between; a lost wake-up costs one poll.

    A hint is yielded only when the log has been read up to the point where the hint was published.
    """
    async with bus.subscribe(topic(conversation_id)) as news:
        hint: Hint | None = {"seq": after + 1}
        while True:
            if hint is None or "seq" in hint:
                async with db.read() as tx:
                    found = await read(tx, conversation_id, after)
                for stored in found:
                    after = stored.seq
                    yield stored
            else:
                yield hint
            hint = await news.next(POLL_SECONDS)
