"""A queue in a table: rows that are due are leased by one sender at a time and tried again with back-off.

Such a table has the columns id, state (waiting, sent, failed), attempts, due_at, lease_token and lease_until.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Table, or_, select, update

from tresen.kit.db import Database, Tx
from tresen.kit.ids import secret

LEASE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(minutes=30)


async def due(db: Database, queue: Table, limit: int) -> list[str]:
    """The ids of what may be sent now, the longest waiting first."""
    async with db.read() as tx:
        rows = await tx.rows(select(queue.c.id).where(*_ready(tx, queue)).order_by(queue.c.due_at).limit(limit))
    return [row.id for row in rows]


async def lease(tx: Tx, queue: Table, row_id: str) -> Row[Any] | None:
    """Take the row and count the attempt; None when somebody else has it."""
    mine = update(queue).where(queue.c.id == row_id, *_ready(tx, queue))
    mine = mine.values(lease_token=secret(), lease_until=tx.now + LEASE, attempts=queue.c.attempts + 1)
    return await tx.row(mine.returning(queue))


async def renew(tx: Tx, queue: Table, row_id: str, token: str, **values: Any) -> None:
    """Note the progress and keep the lease."""
    await tx.execute(_leased(queue, row_id, token).values(lease_until=tx.now + LEASE, **values))


async def sent(tx: Tx, queue: Table, row_id: str, token: str, **values: Any) -> None:
    await tx.execute(_leased(queue, row_id, token).values(state="sent", lease_token=None, **values))


async def put_back(tx: Tx, queue: Table, row_id: str, token: str, pause: timedelta | None) -> None:
    """Give the row back for another try after `pause`; None means that there is none."""
    later = {"state": "failed"} if pause is None else {"due_at": tx.now + pause}
    await tx.execute(_leased(queue, row_id, token).values(lease_token=None, **later))


def pause(attempts: int, asked: float | None = None) -> timedelta:
    """How long to wait after so many attempts: doubling, and never less than the seconds asked for."""
    backoff = min(timedelta(seconds=2.0 ** min(attempts, 30)), LONGEST_PAUSE)
    return max(backoff, timedelta(seconds=asked or 0))


def _ready(tx: Tx, queue: Table) -> tuple[Any, ...]:
    free = or_(queue.c.lease_token.is_(None), queue.c.lease_until < tx.now)
    return queue.c.state == "waiting", queue.c.due_at <= tx.now, free


def _leased(queue: Table, row_id: str, token: str) -> Any:
    return update(queue).where(queue.c.id == row_id, queue.c.lease_token == token)
