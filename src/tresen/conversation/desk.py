"""What operators see of all conversations: who waits, since when, and what was said last."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select

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
    return [await heading(tx, row) for row in await tx.rows(query)]


async def counts(tx: Tx, staff: Operator) -> dict[str, int]:
    states = ("waiting", "mine", "agent")
    found = {}
    for state in states:
        query = select(func.count()).select_from(conversation).where(conversation.c.seq > 0, *_where(staff, state))
        found[state] = int(await tx.scalar(query))
    return found


async def heading(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    """One conversation as a line of the list."""
    person = await tx.row(select(shopper).where(shopper.c.id == row.shopper_id))
    channel = await tx.scalar(select(contact.c.channel).where(contact.c.id == row.contact_id))
    last = await _last(tx, row.id, MessageReceived.name, MessageSent.name)
    asked = await _last(tx, row.id, HandoverAsked.name)
    names = await operators.names(tx)
    return {
        "id": row.id,
        "owner": row.owner.split(":")[0],
        "owner_name": names.get(row.owner, ""),
        "waiting_since": _iso(row.waiting_since),
        "channel": channel,
        "locale": row.locale,
        "updated_at": _iso(row.updated_at),
        "unread": row.inbound > row.answered,
        "shopper": {
            "id": row.shopper_id,
            "name": person.name if person else "",
            "email": person.email if person else "",
        },
        **_words(last, row.locale),
        **_asked(asked),
    }


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


async def _last(tx: Tx, conversation_id: str, *names: str) -> Any:
    query = select(event.c.name, event.c.v, event.c.payload)
    query = query.where(and_(event.c.conversation_id == conversation_id, event.c.name.in_(names)))
    rows = await tx.rows(query.order_by(event.c.seq.desc()).limit(MOST_AUTOMATIC))
    found = [decode(row.name, row.v, row.payload) for row in rows]
    return next((data for data in found if getattr(data, "sender", "") != "system"), found[0] if found else None)


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
