"""Erasing: what a shopper said and was told is taken out of the log; what happened, when and how much stays.

The only place that overwrites events (docs/decisions/0011-erasing.md). Places in the log, times, turns and figures
stay, so that the log goes on as a log; words, names, products and the networks' ids go.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, delete, select, update

from tresen.conversation import log, owner
from tresen.conversation.events import (
    CartChanged,
    Event,
    FeedbackGiven,
    HandoverAsked,
    HistoryErased,
    HistorySummarised,
    MessageReceived,
    MessageSent,
    ModelReplied,
    OrderChanged,
    OrderPlaced,
    ProductViewed,
    ReturnRequested,
    SendFailed,
    SendSucceeded,
    ToolReturned,
    encode,
)
from tresen.conversation.parts import ERASED, Action, CartSummary, OrderStatus, Other, Part
from tresen.conversation.shoppers import Shopper
from tresen.conversation.tables import (
    consent,
    contact,
    conversation,
    event,
    host_account,
    mail,
    one_time_code,
    outbox,
    proof,
    remembered,
    shopper,
    upload,
)
from tresen.conversation.uploads import ERASED as GONE
from tresen.kit.db import Tx
from tresen.kit.ids import secret

ERASE = "erase_me"  # the tap that asks for it; it stays in the log, because it says nothing else
NOTHING = CartSummary((), "", 0)


@dataclass(frozen=True)
class Taken:
    """How much of what was erased."""

    conversations: int = 0
    events: int = 0
    remembered: int = 0
    pictures: int = 0


async def conversations_of(tx: Tx, shopper_id: str) -> list[str]:
    """The ids of a shopper's conversations, in the order that they are locked in."""
    query = select(conversation.c.id).where(conversation.c.shopper_id == shopper_id).order_by(conversation.c.id)
    return [str(row.id) for row in await tx.rows(query)]


async def erase_conversation(tx: Tx, conversation_id: str, by: str, here: Shopper | None = None) -> Taken:
    """Take the words out of a conversation's log, and its pictures, codes and unsent messages with them.

    Args:
        here: the shopper, if they ask for it in this very conversation and go on with it; else its token opens
            nothing any more, and what waits for an answer there waits no longer.
    """
    row = await owner.locked(tx, conversation_id)
    events = await log.read(tx, conversation_id)
    for stored in events:
        after = redacted(stored.data)
        if after != stored.data:
            mine = (event.c.conversation_id == conversation_id, event.c.seq == stored.seq)
            network_id = {"once": None} if isinstance(after, SendFailed) else {}
            values: dict[str, Any] = {"payload": encode(after), "v": after.v, "body_hash": None, **network_id}
            await tx.execute(update(event).where(*mine).values(**values))
    pictures = update(upload).where(upload.c.conversation_id == conversation_id, upload.c.state != GONE)
    gone = await tx.execute(pictures.values(state=GONE, media="", lease_token=None))
    said = await tx.execute(delete(remembered).where(remembered.c.conversation_id == conversation_id))
    await tx.execute(delete(one_time_code).where(one_time_code.c.conversation_id == conversation_id))
    unsent = update(outbox).where(outbox.c.conversation_id == conversation_id, outbox.c.state == "waiting")
    await tx.execute(unsent.values(state="failed", lease_token=None))
    if here is None:
        await _close(tx, row)
    await log.append(tx, conversation_id, HistoryErased(row.seq, by), lease=here.lease if here else None)
    return Taken(1, len(events), int(said.rowcount), int(gone.rowcount))


async def erase_person(tx: Tx, shopper_id: str, keep_contact: str = "") -> int:
    """Take away who a shopper is: name, e-mail, accounts, consents, proofs and ways to reach them; what is left is a
    number that orders hang on. Returns how many things were remembered of them.

    Args:
        keep_contact: a contact that is written to right now, and stays.
    """
    said = await tx.execute(delete(remembered).where(remembered.c.shopper_id == shopper_id))
    await tx.execute(delete(host_account).where(host_account.c.shopper_id == shopper_id))
    await tx.execute(delete(proof).where(proof.c.shopper_id == shopper_id))
    email = await tx.scalar(select(shopper.c.email).where(shopper.c.id == shopper_id))
    if email:
        await tx.execute(delete(one_time_code).where(one_time_code.c.email == email))
        left = update(mail).where(mail.c.recipient == email, mail.c.state != "waiting")
        await tx.execute(left.values(recipient="", subject="", text="", html=""))
    await tx.execute(update(shopper).where(shopper.c.id == shopper_id).values(name="", email=""))
    for row in await tx.rows(select(contact.c.id).where(contact.c.shopper_id == shopper_id)):
        await tx.execute(delete(consent).where(consent.c.contact_id == row.id))
        if row.id != keep_contact:
            nobody = {"channel": "web", "account": "", "external_id": secret(), "last_inbound_at": None}
            await tx.execute(update(contact).where(contact.c.id == row.id).values(**nobody))
    return int(said.rowcount)


def redacted(data: Event) -> Event:
    """The event without what could tell of a person; its kind, turn and figures stay."""
    match data:
        case MessageReceived(parts=parts):
            return replace(data, parts=_kept(parts), external_id="")
        case MessageSent():
            return replace(data, parts=(Other(ERASED),), withheld=(), held=(), repaired=(), replaced=())
        case ModelReplied():
            return replace(data, text="", tool_calls=())
        case ToolReturned():
            return replace(data, text="", parts=())
        case HistorySummarised():
            return replace(data, text="")
        case HandoverAsked():
            return replace(data, reason="", brief="")
        case CartChanged():
            return replace(data, variant_id="", quantity=0, title="", cart=NOTHING)
        case OrderPlaced(order=order) | OrderChanged(order=order) | ReturnRequested(order=order):
            return replace(data, order=OrderStatus(order.number, order.state, order.label, (), (), ""))
        case ProductViewed():
            return replace(data, product_id="", title="")
        case FeedbackGiven():
            return replace(data, words="")
        case SendSucceeded():
            return replace(data, network_id="")
        case SendFailed():
            return replace(data, reason="")
        case _:
            return data


def _kept(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The wish to be erased itself, else the word that something was."""
    asked = tuple(part for part in parts if isinstance(part, Action) and part.name == ERASE)
    return asked or (Other(ERASED),)


async def _close(tx: Tx, row: Row[Any]) -> None:
    """Nobody has to answer there, and no token opens it."""
    if row.owner == owner.WAITING:
        await owner.hand_back(tx, row.id, by="shopper")
    free = {"lease_token": None, "lease_until": None, "attempts": 0, "answered": row.inbound}
    await tx.execute(update(conversation).where(conversation.c.id == row.id).values(token_hash="", **free))
