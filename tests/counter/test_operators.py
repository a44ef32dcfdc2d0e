"""The shop's people sign in: one sentence for every wrong try, keys that work once or end."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from tresen.conversation import operators
from tresen.conversation.owner import Operator
from tresen.conversation.tables import operator, operator_key
from tresen.kit.db import Database
from tresen.kit.errors import Conflict, Unauthorized, Unprocessable

PASSWORD = "correct horse battery"


@pytest.fixture
async def anna(db: Database) -> Operator:
    async with db.write() as tx:
        return await operators.add(tx, "anna", "Anna", PASSWORD)


async def who(db: Database, key: str) -> Operator:
    async with db.read() as tx:
        return await operators.by_session(tx, key)


async def link(db: Database, operator_id: str) -> str:
    async with db.write() as tx:
        return await operators.one_time_link(tx, operator_id)


async def redeem(db: Database, key: str) -> str | None:
    async with db.write() as tx:
        return await operators.redeem(tx, key)


async def test_the_right_password_opens_a_session(db: Database, anna: Operator) -> None:
    assert await who(db, await operators.sign_in(db, "anna", PASSWORD)) == anna


async def test_passwords_and_keys_are_stored_as_digests(db: Database, anna: Operator) -> None:
    keys = [await operators.sign_in(db, "anna", PASSWORD), await link(db, anna.id)]
    async with db.read() as tx:
        hashed = str(await tx.scalar(select(operator.c.password_hash)))
        rows = await tx.rows(select(operator_key))
    assert hashed.startswith("$argon2id$")
    assert PASSWORD not in hashed
    assert len(rows) == 2
    assert not any(key in str(row) for key in keys for row in rows)


async def test_wrong_password_and_unknown_login_are_one_sentence(db: Database, anna: Operator) -> None:
    told = []
    for login, password in (("anna", "wrong"), ("nobody", PASSWORD), ("", ""), ("anna' OR 1=1 --", PASSWORD)):
        with pytest.raises(Unauthorized) as refused:
            await operators.sign_in(db, login, password)
        told.append((refused.value.say, refused.value.code, refused.value.status))
    assert len(set(told)) == 1
    async with db.read() as tx:
        assert await tx.rows(select(operator_key)) == []


async def test_a_link_works_once_even_for_two_at_a_time(each_db: Database) -> None:
    async with each_db.write() as tx:
        added = await operators.add(tx, "anna", "Anna", PASSWORD)
    key = await link(each_db, added.id)
    found = await asyncio.gather(*(redeem(each_db, key) for _ in range(4)))
    assert sum(session is not None for session in found) == 1
    assert await redeem(each_db, key) is None
    (session,) = [each for each in found if each]
    assert await who(each_db, session) == added


async def test_a_link_expires(db: Database, anna: Operator, clock: Any) -> None:
    key = await link(db, anna.id)
    clock.forward(hours=24, seconds=1)
    assert await redeem(db, key) is None


async def test_a_link_is_no_session_and_a_session_no_link(db: Database, anna: Operator) -> None:
    with pytest.raises(Unauthorized):
        await who(db, await link(db, anna.id))
    assert await redeem(db, await operators.sign_in(db, "anna", PASSWORD)) is None


async def test_sessions_expire_and_are_swept(db: Database, anna: Operator, clock: Any) -> None:
    key = await operators.sign_in(db, "anna", PASSWORD)
    clock.forward(hours=11, minutes=59)
    assert await who(db, key) == anna
    clock.forward(minutes=1)
    with pytest.raises(Unauthorized) as refused:
        await who(db, key)
    assert refused.value.code == "signed_out"
    await operators.sign_in(db, "anna", PASSWORD)
    async with db.read() as tx:
        assert len(await tx.rows(select(operator_key))) == 1


async def test_signing_out_ends_this_session_only(db: Database, anna: Operator) -> None:
    one, two = await operators.sign_in(db, "anna", PASSWORD), await operators.sign_in(db, "anna", PASSWORD)
    async with db.write() as tx:
        await operators.sign_out(tx, one)
    with pytest.raises(Unauthorized):
        await who(db, one)
    assert await who(db, two) == anna


async def test_logins_are_unique_and_passwords_long(db: Database, anna: Operator) -> None:
    with pytest.raises(Conflict, match="anna"):
        async with db.write() as tx:
            await operators.add(tx, "anna", "Another", PASSWORD)
    with pytest.raises(Unprocessable, match="10") as refused:
        async with db.write() as tx:
            await operators.add(tx, "ben", "Ben", "short")
    assert "short" not in str(refused.value)
