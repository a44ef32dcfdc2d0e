"""Contacts lead to shoppers, shoppers to their conversation."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, text, update

from tresen.conversation.tables import contact, conversation, host_account, shopper
from tresen.kit.db import Tx
from tresen.kit.errors import NotFound, Unauthorized
from tresen.kit.ids import digest, row_id, secret

WEB = "web"


@dataclass(frozen=True)
class Address:
    """Where a shopper is reached: (channel, account, id there)."""

    channel: str
    account: str
    external_id: str


@dataclass(frozen=True)
class Shopper:
    """A shopper in one conversation, as use cases and tools meet them.

    `lease` is set while a turn acts for the shopper; every event it causes is fenced by it.
    """

    id: str
    contact_id: str
    conversation_id: str
    locale: str
    lease: str | None = None


@dataclass(frozen=True)
class Opened:
    shopper: Shopper
    token: str


async def open_web(tx: Tx, locale: str) -> Opened:
    """Begin a web conversation with a new, unknown shopper; the token opens this conversation only."""
    token = secret()
    opened = await _begin(tx, Address(WEB, "", secret()), locale, token_hash=digest(token))
    return Opened(opened, token)


async def arrive(tx: Tx, address: Address, locale: str) -> Shopper:
    """The shopper and open conversation behind a messenger contact; both begin with the first message."""
    query = select(conversation).join(contact, contact.c.id == conversation.c.contact_id).where(*_at(address))
    row = await tx.row(query)
    if row is None:  # two first messages may arrive at once: the second one waits here and then finds the first one's
        await tx.alone(str(address))
        row = await tx.row(query)
    return as_shopper(row) if row else await _begin(tx, address, locale, token_hash="")


async def introduce(tx: Tx, name: str, email: str, locale: str, address: Address | None) -> str:
    """Make a shopper known whose e-mail is proved, or whom another system knows; the same e-mail is the same shopper.

    Returns:
        The shopper's id. With an address, a message from there is a message from this shopper.
    """
    values = {"id": row_id(), "name": name, "email": email.strip().lower(), "locale": locale, "created_at": tx.now}
    row = tx.upsert(shopper).values(**values)
    await tx.execute(row.on_conflict_do_nothing(index_elements=["email"], index_where=text("email <> ''")))
    query = select(shopper.c.id).where(shopper.c.email == values["email"])
    shopper_id = str(await tx.scalar(query) if values["email"] else values["id"])
    if address is not None:
        await tx.alone(str(address))
        if not await contact_of(tx, address):
            await tx.execute(insert(contact).values(id=row_id(), shopper_id=shopper_id, **vars(address)))
    return shopper_id


async def by_account(tx: Tx, external_id: str) -> str | None:
    """The shopper who has this account in the host shop."""
    found = await tx.scalar(select(host_account.c.shopper_id).where(host_account.c.external_id == external_id))
    return str(found) if found else None


async def bind_account(tx: Tx, external_id: str, shopper_id: str) -> str:
    """Remember whose account this is; returns whose it is, if somebody was first."""
    row = tx.upsert(host_account).values(external_id=external_id, shopper_id=shopper_id)
    await tx.execute(row.on_conflict_do_nothing(index_elements=["external_id"]))
    return await by_account(tx, external_id) or shopper_id


async def is_stranger(tx: Tx, shopper_id: str) -> bool:
    """Whether nothing is known of this shopper but that somebody wrote."""
    if await tx.scalar(select(shopper.c.email).where(shopper.c.id == shopper_id)):
        return False
    return not await tx.scalar(select(host_account.c.shopper_id).where(host_account.c.shopper_id == shopper_id))


async def now(tx: Tx, known: Shopper) -> Shopper:
    """The shopper as linked by now: a proof may have come while a turn was running."""
    found = await tx.scalar(select(conversation.c.shopper_id).where(conversation.c.id == known.conversation_id))
    return replace(known, id=str(found)) if found else known


async def move(tx: Tx, here: Shopper, shopper_id: str) -> None:
    """From now on this conversation and its contact are that shopper's; no other contact is."""
    await tx.execute(
        update(conversation).where(conversation.c.id == here.conversation_id).values(shopper_id=shopper_id)
    )
    await tx.execute(update(contact).where(contact.c.id == here.contact_id).values(shopper_id=shopper_id))


async def contact_of(tx: Tx, address: Address) -> str:
    """The id of a contact that is known; empty when nobody has written from there."""
    return str(await tx.scalar(select(contact.c.id).where(*_at(address))) or "")


def _at(address: Address) -> list[ColumnElement[bool]]:
    return [getattr(contact.c, name) == value for name, value in vars(address).items()]


async def channel(tx: Tx, known: Shopper) -> str:
    """The channel on which this conversation is held."""
    found = await tx.row(select(contact.c.channel).where(contact.c.id == known.contact_id))
    return str(found.channel) if found else WEB


async def by_token(tx: Tx, conversation_id: str, token: str) -> Shopper:
    """The shopper whose conversation this token opens.

    Raises:
        Unauthorized: no token.
        NotFound: unknown conversation or a token of another one; the two look alike on purpose.
    """
    if not token:
        raise Unauthorized(hint="send the token of the conversation as Authorization: Bearer <token>")
    query = select(conversation).where(conversation.c.id == conversation_id, conversation.c.token_hash == digest(token))
    row = await tx.row(query)
    if row is None:
        raise NotFound("This conversation does not exist, or the token does not open it.")
    return as_shopper(row)


async def by_key(tx: Tx, token: str) -> Shopper | None:
    """The shopper of the conversation that this token opens, whichever it is."""
    row = await tx.row(select(conversation).where(conversation.c.token_hash == digest(token)))
    return as_shopper(row) if row else None


async def remember_locale(tx: Tx, conversation_id: str, locale: str) -> None:
    await tx.execute(update(conversation).where(conversation.c.id == conversation_id).values(locale=locale))


def as_shopper(row: Row[Any], lease: str | None = None) -> Shopper:
    """The shopper of a row of `conversation`."""
    return Shopper(row.shopper_id, row.contact_id, row.id, row.locale, lease)


async def _begin(tx: Tx, address: Address, locale: str, token_hash: str) -> Shopper:
    known = await tx.row(select(contact).where(*_at(address)))  # it may have been introduced before it wrote
    if known:
        contact_id, shopper_id = str(known.id), str(known.shopper_id)
    else:
        contact_id, shopper_id = row_id(), row_id()
        await tx.execute(insert(shopper).values(id=shopper_id, locale=locale, created_at=tx.now))
        await tx.execute(insert(contact).values(id=contact_id, shopper_id=shopper_id, **vars(address)))
    conversation_id = secret()
    start = {
        "owner": "agent",
        "seq": 0,
        "inbound": 0,
        "answered": 0,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    await tx.execute(
        insert(conversation).values(
            id=conversation_id,
            contact_id=contact_id,
            shopper_id=shopper_id,
            locale=locale,
            token_hash=token_hash,
            **start,
        )
    )
    return Shopper(shopper_id, contact_id, conversation_id, locale)
