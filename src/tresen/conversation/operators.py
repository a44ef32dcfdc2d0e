"""The shop's people: their sign-in, their sessions and the one-time link of a first start."""

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select

from tresen.conversation.owner import Operator
from tresen.conversation.tables import operator, operator_key
from tresen.kit.db import Database, Tx
from tresen.kit.errors import Conflict, Unauthorized, Unprocessable
from tresen.kit.ids import digest, row_id, secret

SESSION = timedelta(hours=12)
LINK = timedelta(hours=24)
SHORTEST_PASSWORD = 10

_hasher = PasswordHasher()
# Verified against when the login is unknown, so that both refusals take the same time.
_NOBODY = _hasher.hash(secret())


async def add(tx: Tx, login: str, name: str, password: str) -> Operator:
    """Create an operator.

    Raises:
        Unprocessable: the password is too short.
        Conflict: the login is taken.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Unprocessable(f"A password needs at least {SHORTEST_PASSWORD} characters.", code="weak_password")
    if await tx.row(select(operator.c.id).where(operator.c.login == login)):
        raise Conflict(f"There is already an operator {login!r}.", code="login_taken")
    found = Operator(row_id(), name, login)
    hashed = _hasher.hash(password)
    values = {"id": found.id, "login": login, "name": name, "password_hash": hashed, "created_at": tx.now}
    await tx.execute(insert(operator).values(**values))
    return found


async def sign_in(db: Database, login: str, password: str) -> str:
    """A session key for the right password; hashing happens outside any write transaction.

    Raises:
        Unauthorized: wrong login or password; which of the two is not said.
    """
    async with db.read() as tx:
        row = await tx.row(select(operator).where(operator.c.login == login))
    try:
        _hasher.verify(row.password_hash if row else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        row = None
    if row is None:
        raise Unauthorized("Login or password is wrong.", code="wrong_login")
    async with db.write() as tx:
        return await open_session(tx, row.id)


async def open_session(tx: Tx, operator_id: str) -> str:
    return await _key(tx, operator_id, SESSION, one_time=False)


async def one_time_link(tx: Tx, operator_id: str) -> str:
    """A key that opens one session, once."""
    return await _key(tx, operator_id, LINK, one_time=True)


async def redeem(tx: Tx, key: str) -> str | None:
    """Exchange a one-time key for a session key; None when it was used or has expired."""
    row = await tx.row(
        delete(operator_key)
        .where(operator_key.c.digest == digest(key), operator_key.c.one_time, operator_key.c.expires_at > tx.now)
        .returning(operator_key.c.operator_id)
    )
    return await open_session(tx, row.operator_id) if row else None


async def by_session(tx: Tx, key: str) -> Operator:
    """Who holds this session key.

    Raises:
        Unauthorized: nobody, or not any more.
    """
    query = (
        select(operator.c.id, operator.c.name, operator.c.login)
        .join(operator_key, operator_key.c.operator_id == operator.c.id)
        .where(operator_key.c.digest == digest(key), ~operator_key.c.one_time, operator_key.c.expires_at > tx.now)
    )
    row = await tx.row(query)
    if row is None:
        raise Unauthorized("Please sign in.", code="signed_out")
    return Operator(row.id, row.name, row.login)


async def sign_out(tx: Tx, key: str) -> None:
    await tx.execute(delete(operator_key).where(operator_key.c.digest == digest(key)))


async def find(tx: Tx, login: str) -> Operator | None:
    row = await tx.row(select(operator).where(operator.c.login == login))
    return Operator(row.id, row.name, row.login) if row else None


async def names(tx: Tx) -> dict[str, str]:
    """Operator names by owner string (`operator:<id>`)."""
    rows = await tx.rows(select(operator.c.id, operator.c.name))
    return {f"operator:{row.id}": row.name for row in rows}


async def _key(tx: Tx, operator_id: str, lasts: timedelta, one_time: bool) -> str:
    await tx.execute(delete(operator_key).where(operator_key.c.expires_at <= tx.now))
    key = secret()
    values = {"digest": digest(key), "operator_id": operator_id, "one_time": one_time, "expires_at": tx.now + lasts}
    await tx.execute(insert(operator_key).values(**values))
    return key
