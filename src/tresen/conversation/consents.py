"""Consents: what a shopper agreed to be told, on this contact, without having asked for it."""

from sqlalchemy import delete, select

from tresen.conversation.tables import consent
from tresen.kit.db import Tx


async def give(tx: Tx, contact_id: str, occasion: str) -> None:
    row = tx.upsert(consent).values(contact_id=contact_id, occasion=occasion, given_at=tx.now)
    await tx.execute(row.on_conflict_do_nothing(index_elements=["contact_id", "occasion"]))


async def withdraw(tx: Tx, contact_id: str, occasion: str) -> None:
    await tx.execute(delete(consent).where(consent.c.contact_id == contact_id, consent.c.occasion == occasion))


async def of(tx: Tx, contact_id: str) -> list[str]:
    """All that was agreed to on this contact."""
    query = select(consent.c.occasion).where(consent.c.contact_id == contact_id).order_by(consent.c.occasion)
    return [str(row.occasion) for row in await tx.rows(query)]


async def given(tx: Tx, contact_id: str, occasion: str) -> bool:
    mine = (consent.c.contact_id == contact_id, consent.c.occasion == occasion)
    return await tx.scalar(select(consent.c.occasion).where(*mine)) is not None
