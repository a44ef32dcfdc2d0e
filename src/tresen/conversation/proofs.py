"""Proofs: whom a conversation has shown to be, until when, and the one-time codes that show it."""

import hmac
import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from tresen.conversation.tables import one_time_code, proof
from tresen.kit.db import Tx
from tresen.kit.ids import digest, row_id, secret

Method = Literal["code", "token"]

CODE_LASTS = timedelta(minutes=10)
COUNTED = timedelta(hours=1)
MOST_ATTEMPTS = 5
DIGITS = 6


async def add(tx: Tx, conversation_id: str, shopper_id: str, method: Method, until: datetime) -> None:
    """Note that this conversation has proved to be that shopper's; a newer proof takes the place of an older one."""
    proven = {"method": method, "proven_at": tx.now, "expires_at": until}
    row = tx.upsert(proof).values(conversation_id=conversation_id, shopper_id=shopper_id, **proven)
    await tx.execute(row.on_conflict_do_update(index_elements=["conversation_id", "shopper_id"], set_=proven))


async def holds(tx: Tx, conversation_id: str, shopper_id: str) -> bool:
    """Whether this conversation has proved to be that shopper's, and it still counts."""
    mine = (proof.c.conversation_id == conversation_id, proof.c.shopper_id == shopper_id)
    return await tx.scalar(select(proof.c.method).where(*mine, proof.c.expires_at > tx.now)) is not None


async def codes_asked(tx: Tx, conversation_id: str) -> int:
    """How many codes this conversation has asked for within the hour."""
    return await _count(tx, one_time_code.c.conversation_id == conversation_id)


async def codes_for(tx: Tx, email: str) -> int:
    """How many codes were asked for this e-mail within the hour, by anybody."""
    return await _count(tx, one_time_code.c.email == email)


async def make_code(tx: Tx, conversation_id: str, email: str, genuine: bool) -> tuple[str, str]:
    """(id, code) of a new one, the only one that counts in this conversation from now on.

    One that is not genuine is counted and stored like any other, but nothing that can be typed matches it.
    """
    await tx.execute(delete(one_time_code).where(one_time_code.c.created_at <= tx.now - COUNTED))
    await _end(tx, conversation_id)
    code, made = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", row_id()
    stored = _stored(made, code if genuine else secret())
    times = {"created_at": tx.now, "expires_at": tx.now + CODE_LASTS}
    values = {"id": made, "digest": stored, "conversation_id": conversation_id, "email": email}
    await tx.execute(insert(one_time_code).values(**values, **times))
    return made, code


async def redeem(tx: Tx, conversation_id: str, code: str) -> str | None:
    """The e-mail that the right code proves, once; a wrong one is counted, so the caller has to commit."""
    live = (one_time_code.c.conversation_id == conversation_id, one_time_code.c.expires_at > tx.now)
    tried = update(one_time_code).where(*live, one_time_code.c.attempts < MOST_ATTEMPTS)
    tried = tried.values(attempts=one_time_code.c.attempts + 1)
    row = await tx.row(tried.returning(one_time_code.c.id, one_time_code.c.digest, one_time_code.c.email))
    typed = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", code[:100]))
    if row is None or not hmac.compare_digest(row.digest, _stored(row.id, typed)):
        return None
    await _end(tx, conversation_id)
    return str(row.email)


async def _end(tx: Tx, conversation_id: str) -> None:
    """No code of this conversation counts any more."""
    mine = (one_time_code.c.conversation_id == conversation_id, one_time_code.c.expires_at > tx.now)
    await tx.execute(update(one_time_code).where(*mine).values(expires_at=tx.now))


async def _count(tx: Tx, which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(one_time_code)
    return int(await tx.scalar(query.where(which, one_time_code.c.created_at > tx.now - COUNTED)))


def _stored(code_id: str, code: str) -> str:
    return digest(f"{code_id}:{code}")
