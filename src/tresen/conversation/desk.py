"""What operators see of all conversations: who waits, since when, and what was said last."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, func, select

from tresen.conversation import operators
from tresen.conversation.events import HandoverAsked, MessageReceived, MessageSent, decode
from tresen.conversation.forms import text_of
from tresen.conversation.owner import AGENT, WAITING, Operator
from tresen.conversation.tables import contact, conversation, event, shopper
from tresen.kit.db import Tx

MOST_ROWS = 200
LONGEST_EXCERPT = 160
MOST_AUTOMATIC = 6  # automatic words that are skipped to find what somebody said last


async def overview(tx: Tx, staff: Operator, state: str) -> list[dict[str, Any]]:
    """The list of one filter: `waiting` longest first, everything else newest first."""
    newest = conversation.c.updated_at.desc()
    order: list[Any] = [conversation.c.waiting_since.asc()] if state == "waiting" else [newest]
    if state == "all":
        order = [conversation.c.waiting_since.is_(None), conversation.c.waiting_since.asc(), newest]
    query = select(conversation).where(conversation.c.seq > 0, *_where(staff, state)).order_by(*order).limit(MOST_ROWS)
    return await headings(tx, await tx.rows(query))


async def counts(tx: Tx, staff: Operator) -> dict[str, int]:
    states = ("waiting", "mine", "agent")
    found = {}
    for state in states:
        query = select(func.count()).select_from(conversation).where(conversation.c.seq > 0, *_where(staff, state))
        found[state] = int(await tx.scalar(query))
    return found


async def headings(tx: Tx, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Conversations as lines of the list; however many there are, the queries stay as few."""
    ids = [row.id for row in rows]
    people = await _by_id(tx, shopper, [row.shopper_id for row in rows])
    contacts = await _by_id(tx, contact, [row.contact_id for row in rows])
    said = await _last(tx, ids, MessageReceived.name, MessageSent.name)
    asked = await _last(tx, ids, HandoverAsked.name)
    names = await operators.names(tx)
    return [
        {
            **_stands(row, names.get(row.owner, "")),
            "channel": contacts[row.contact_id].channel,
            "shopper": _person(row.shopper_id, people.get(row.shopper_id)),
            **_words(said.get(row.id), row.locale),
            **_asked(asked.get(row.id)),
        }
        for row in rows
    ]


def _stands(row: Row[Any], owner_name: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "owner": row.owner,
        "owner_name": owner_name,
        "waiting_since": _iso(row.waiting_since),
        "locale": row.locale,
        "updated_at": _iso(row.updated_at),
        "unread": row.inbound > row.answered,
    }


def _person(shopper_id: str, row: Row[Any] | None) -> dict[str, str]:
    return {"id": shopper_id, "name": row.name if row else "", "email": row.email if row else ""}


async def _by_id(tx: Tx, table: Table, ids: Sequence[str]) -> dict[str, Row[Any]]:
    return {row.id: row for row in await tx.rows(select(table).where(table.c.id.in_(set(ids))))}


def _where(staff: Operator, state: str) -> tuple[Any, ...]:
    match state:
        case "waiting":
            return (conversation.c.owner == WAITING,)
        case "mine":
            return (conversation.c.owner == staff.owner,)
        case "agent":
            return (conversation.c.owner == AGENT,)
        case _:
            return ()


async def _last(tx: Tx, ids: Sequence[str], *names: str) -> dict[str, Any]:
    """The last event of these names by conversation; what somebody said goes before automatic words."""
    back = func.row_number().over(partition_by=event.c.conversation_id, order_by=event.c.seq.desc()).label("back")
    columns = (event.c.conversation_id, event.c.name, event.c.v, event.c.payload, back)
    recent = select(*columns).where(event.c.conversation_id.in_(ids), event.c.name.in_(names)).subquery()
    query = select(recent).where(recent.c.back <= MOST_AUTOMATIC).order_by(recent.c.conversation_id, recent.c.back)
    found: dict[str, Row[Any]] = {}
    for row in await tx.rows(query):
        before = found.setdefault(row.conversation_id, row)
        if _automatic(before) and not _automatic(row):
            found[row.conversation_id] = row
    return {key: decode(row.name, row.v, row.payload) for key, row in found.items()}


def _automatic(row: Row[Any]) -> bool:
    return bool(row.payload.get("sender") == "system")


def _words(last: Any, locale: str) -> dict[str, str]:
    match last:
        case MessageReceived(parts=parts):
            who = "shopper"
        case MessageSent(parts=parts, sender=sender):
            who = sender.split(":")[0]
        case _:
            return {"last_text": "", "last_from": ""}
    return {"last_text": text_of(parts, locale)[:LONGEST_EXCERPT], "last_from": who}


def _asked(asked: Any) -> dict[str, Any]:
    if not isinstance(asked, HandoverAsked):
        return {}
    return {"reason": asked.reason, "department": asked.department, "promised_by": _iso(asked.promised_by)}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
