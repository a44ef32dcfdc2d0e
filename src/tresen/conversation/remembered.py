"""Rows of what shoppers said of themselves, or confirmed. What may be kept, and who may see it, is the counter's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, delete, func, select, update

from tresen.conversation.tables import remembered
from tresen.kit.db import Tx
from tresen.kit.ids import row_id

Source = Literal["said", "confirmed", "bought"]
FORGOTTEN = "forgotten"  # the kind of a mark without words: what was bought before it is not to be learned from again
LONGEST_ABOUT, LONGEST_VALUE = 200, 300  # characters that the table takes
SINGLE = frozenset({"size", "budget"})  # kinds of which a shopper has one per kind of goods


@dataclass(frozen=True)
class Entry:
    """One thing known of a shopper. `about` is the kind of goods it is for; empty for all of them.

    `conversation_id` and `seq` are the event that it was said in.
    """

    id: str
    kind: str
    about: str
    value: str
    source: Source
    conversation_id: str
    seq: int
    noted_at: datetime


async def of_shopper(tx: Tx, shopper_id: str, since: datetime) -> list[Entry]:
    """The shopper's entries and marks noted after `since`, oldest first."""
    mine = (remembered.c.shopper_id == shopper_id, remembered.c.noted_at > since)
    query = select(remembered).where(*mine).order_by(remembered.c.noted_at, remembered.c.id)
    return [_entry(row) for row in await tx.rows(query)]


async def count(tx: Tx, shopper_id: str) -> int:
    query = select(func.count()).select_from(remembered).where(remembered.c.shopper_id == shopper_id)
    return int(await tx.scalar(query))


async def keep(
    tx: Tx, shopper_id: str, kind: str, about: str, value: str, source: Source, conversation_id: str, seq: int
) -> Entry:
    """Note something; the same thing again is noted anew, so that it lasts longer."""
    said = {"source": source, "conversation_id": conversation_id, "seq": seq, "noted_at": tx.now}
    row = tx.upsert(remembered).values(id=row_id(), shopper_id=shopper_id, kind=kind, about=about, value=value, **said)
    same = row.on_conflict_do_update(index_elements=["shopper_id", "kind", "about", "value"], set_=said)
    return _entry((await tx.execute(same.returning(remembered))).one())


async def drop(tx: Tx, shopper_id: str, ids: Collection[str]) -> int:
    """Delete these entries of the shopper; returns how many there were."""
    mine = (remembered.c.shopper_id == shopper_id, remembered.c.id.in_(ids))
    return int((await tx.execute(delete(remembered).where(*mine))).rowcount)


async def merge(tx: Tx, guest: str, shopper_id: str) -> None:
    """What a guest said becomes the shopper's; where both know something else, the shopper's own stays."""
    own = await _all(tx, shopper_id)
    taken = {(row.kind, row.about.casefold()) for row in own if row.kind in SINGLE}
    same = {(row.kind, row.about, row.value) for row in own}
    brought = [
        row.id
        for row in await _all(tx, guest)
        if (row.kind, row.about, row.value) not in same and (row.kind, row.about.casefold()) not in taken
    ]
    moved = update(remembered).where(remembered.c.id.in_(brought)).values(shopper_id=shopper_id)
    await tx.execute(moved)
    await tx.execute(delete(remembered).where(remembered.c.shopper_id == guest))


async def older(tx: Tx, than: datetime) -> bool:
    """Whether anything is there that was noted before."""
    query = select(remembered.c.id).where(remembered.c.noted_at <= than)
    return await tx.scalar(query.limit(1)) is not None


async def expire(tx: Tx, than: datetime) -> int:
    """Delete what was noted before, of everybody; returns how much there was."""
    return int((await tx.execute(delete(remembered).where(remembered.c.noted_at <= than))).rowcount)


async def _all(tx: Tx, shopper_id: str) -> Sequence[Row[Any]]:
    return await tx.rows(select(remembered).where(remembered.c.shopper_id == shopper_id))


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.id, row.kind, row.about, row.value, row.source, row.conversation_id, row.seq, row.noted_at)
