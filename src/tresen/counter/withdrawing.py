"""Withdrawing from a contract without signing in, as the law wants it: said, confirmed, receipted, never argued about.

Whoever declares a withdrawal gets the same answer whether or not there is such an order.
"""

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_datetime
from sqlalchemy import func, select

from tresen.conversation import tables
from tresen.conversation.parts import Row, Text
from tresen.counter import aftercare, mailing
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.ids import digest
from tresen.kit.words import say
from tresen.shop import orderbook
from tresen.shop.address import is_email
from tresen.shop.orders import Order, UnknownOrder
from tresen.shop.returns import NotReturnable

logger = logging.getLogger(__name__)

LONGEST = {"number": 40, "name": 100, "email": 254, "items": 1000}
NEEDED = ("number", "email", "name")
MOST_RECEIPTS = 5  # to one e-mail within the hour: our receipts are nobody's means to flood a mailbox

_PIECE = re.compile(r"(?:(\d{1,3})\s*[x×]?\s+)?(.+)")


@dataclass(frozen=True)
class Declaration:
    """What was declared; without `items` it is about everything."""

    number: str
    email: str
    name: str
    items: str = ""


@dataclass(frozen=True)
class Receipt:
    """What was declared and when it reached us, as finished text."""

    at: str
    rows: tuple[Row, ...]


def faults(said: Declaration) -> dict[str, str]:
    """What is wrong with the form, field: missing, wrong or too_long."""
    found = {name: "too_long" for name, most in LONGEST.items() if len(getattr(said, name)) > most}
    found |= {name: "missing" for name in NEEDED if not getattr(said, name)}
    if "email" not in found and not is_email(said.email):
        found["email"] = "wrong"
    return found


async def withdraw(tx: Tx, till: Till, said: Declaration, locale: str, once: str) -> Receipt:
    """Take a declaration in: carried out where it names an order, told to the shop's people, receipted by e-mail.

    The same `once` again is the same declaration, with the receipt of the first time.
    """
    key = f"withdrawal:{digest(once)}"
    await tx.alone(key)
    known = await _received(tx, key)
    if known is not None:
        return Receipt(_moment(till, known, locale), rows(said, locale))
    receipt = Receipt(_moment(till, tx.now, locale), rows(said, locale))
    found = await _match(tx, said)
    done = found is not None and await _carry_out(tx, till, key, found, said)
    if await _few(tx, said.email):
        await _mail(tx, till, said, receipt, "withdrawal-receipt", said.email, f"{key}:receipt", locale)
    occasion = "withdrawal-done-desk" if done else "withdrawal-check-desk"
    if not till.house.email:
        logger.error("a withdrawal for %s came in, and the shop has no e-mail to tell its people", said.number)
    await _mail(tx, till, said, receipt, occasion, till.house.email, key, till.house.locales[0])
    return receipt


def rows(said: Declaration, locale: str) -> tuple[Row, ...]:
    """The declaration, field by field."""
    told = ((name, getattr(said, name)) for name in LONGEST)
    return tuple(Row(say(f"withdraw-{name}", locale), text) for name, text in told if text)


async def _match(tx: Tx, said: Declaration) -> Order | None:
    """The order that is meant: its number and its e-mail have to fit."""
    try:
        found = await orderbook.find(tx, said.number.strip().lstrip("#").upper(), lock=True)
    except UnknownOrder:
        return None
    return found if found.email and found.email == said.email.strip().lower() else None


async def _carry_out(tx: Tx, till: Till, key: str, found: Order, said: Declaration) -> bool:
    """Write the withdrawal down at the order; what our rules do not take is a matter for people, not for a no."""
    lines = named(found, said.items) if said.items else found.unreturned()
    try:
        await aftercare.send_back(tx, till, key, found, "withdrawal", lines, said.items)
    except NotReturnable as refused:
        told = f"Withdrawal declared ({refused.code}): {said.items or 'everything'}"
        await orderbook.add_note(tx, found.number, "withdrawal", told)
        tx.tell("orders", number=found.number)
        return False
    return True


def named(found: Order, items: str) -> dict[int, int]:
    """The lines that `items` names, one a line (`2 x Socken`); nothing at all if one of them is not clear."""
    left, wanted = found.unreturned(), {}
    for piece in filter(None, (each.strip(" -*•\t") for each in items.splitlines())):
        count, words = _PIECE.fullmatch(piece).groups()  # type: ignore[union-attr]
        fitting = [
            at for at in left if words.casefold() in _called(found, at) or _called(found, at) in words.casefold()
        ]
        if len(fitting) != 1 or fitting[0] in wanted:
            return {}
        wanted[fitting[0]] = int(count) if count else left[fitting[0]]
    return wanted


def _called(found: Order, at: int) -> str:
    return found.lines[at].title.casefold()


async def _received(tx: Tx, key: str) -> datetime | None:
    at: datetime | None = await tx.scalar(select(tables.mail.c.created_at).where(tables.mail.c.once == f"mail:{key}"))
    return at


async def _few(tx: Tx, email: str) -> bool:
    """Whether this e-mail has not had too many receipts lately."""
    mail = tables.mail
    lately = (mail.c.recipient == email, mail.c.created_at > tx.now - timedelta(hours=1))
    ours = mail.c.once.like("mail:withdrawal:%:receipt")
    count = await tx.scalar(select(func.count()).select_from(mail).where(*lately, ours))
    return int(count) < MOST_RECEIPTS


async def _mail(
    tx: Tx, till: Till, said: Declaration, receipt: Receipt, occasion: str, to: str, once: str, locale: str
) -> None:
    facts = {"number": said.number, "shop": till.house.name, "at": receipt.at}
    told = "\n".join(f"{row.label}: {row.value}" for row in rows(said, locale))
    parts = (Text(say(f"mail-{occasion}", locale, **facts)), Text(told))
    await mailing.write(tx, till.house, to, say(f"mail-{occasion}-subject", locale, **facts), parts, locale, once)


def _moment(till: Till, at: datetime, locale: str) -> str:
    """To the second: it is what counts for the period."""
    form = "d. MMMM y, HH:mm:ss z" if locale == "de" else "MMMM d, y, HH:mm:ss z"
    return str(format_datetime(at.astimezone(till.house.zone), form, locale=locale))
