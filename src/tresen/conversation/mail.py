"""Mail: written with what it tells of, sent by its own loop, tried again for a day.

A mail server may take a message and lose our connection before it says so; then it goes out again, under the
same Message-ID.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Row, insert, select

from tresen.conversation import queue
from tresen.conversation.outbox import TryAgain, Undeliverable
from tresen.conversation.tables import mail
from tresen.kit.db import Database, Tx
from tresen.kit.ids import row_id

logger = logging.getLogger(__name__)

GIVE_UP = timedelta(days=1)  # a code or a delivery date is of no use after that
MOST_LISTED = 200


@dataclass(frozen=True)
class Mail:
    """One message to one recipient, in plain text and in HTML of ours."""

    id: str
    recipient: str
    subject: str
    text: str
    html: str
    state: str
    created_at: datetime


class Transport(Protocol):
    """What carries mail away."""

    async def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises Undeliverable or TryAgain."""


async def post(tx: Tx, recipient: str, subject: str, text: str, html: str, once: str) -> bool:
    """Write a mail; False when the one of this `once` was written before."""
    key = f"mail:{once}"
    if await tx.scalar(select(mail.c.id).where(mail.c.once == key)):
        return False
    words = {"recipient": recipient, "subject": " ".join(subject.split())[:300], "text": text, "html": html}
    times = {"state": "waiting", "due_at": tx.now, "created_at": tx.now}
    await tx.execute(insert(mail).values(id=row_id(), once=key, **words, **times))
    tx.tell("mail")
    return True


async def send_due(db: Database, transport: Transport, limit: int = 20) -> int:
    """Lease and send what is due; returns how many were handled."""
    handled = 0
    for mail_id in await queue.due(db, mail, limit):
        async with db.write() as tx:
            row = await queue.lease(tx, mail, mail_id)
            overdue = row is not None and row.created_at + GIVE_UP < tx.now
            if row is not None and overdue:
                await queue.put_back(tx, mail, row.id, row.lease_token, None)
        if row is not None and not overdue:
            await _carry(db, transport, row)
            handled += 1
    return handled


async def listed(tx: Tx, recipient: str = "") -> Sequence[Mail]:
    """The newest mail first; of one recipient, or of all."""
    query = select(mail).order_by(mail.c.created_at.desc(), mail.c.id.desc()).limit(MOST_LISTED)
    rows = await tx.rows(query.where(mail.c.recipient == recipient) if recipient else query)
    return [_mail(row) for row in rows]


async def find(tx: Tx, mail_id: str) -> Mail | None:
    row = await tx.row(select(mail).where(mail.c.id == mail_id))
    return _mail(row) if row else None


async def _carry(db: Database, transport: Transport, row: Row[Any]) -> None:
    pause: timedelta | None
    try:
        await transport.send(_mail(row))
    except Undeliverable as error:
        logger.warning("mail %s is undeliverable: %s", row.id, error.say)
        pause = None
    except TryAgain as error:
        logger.warning("mail %s has to wait: %s", row.id, error.say)
        pause = queue.pause(row.attempts, error.after)
    except Exception:
        logger.exception("mail %s failed", row.id)
        pause = queue.pause(row.attempts)
    else:
        async with db.write() as tx:  # whoever it was for has it now; we need not keep what it said
            await queue.sent(tx, mail, row.id, row.lease_token, text="", html="")
        return
    async with db.write() as tx:
        await queue.put_back(tx, mail, row.id, row.lease_token, pause)


def _mail(row: Row[Any]) -> Mail:
    return Mail(row.id, row.recipient, row.subject, row.text, row.html, row.state, row.created_at)
