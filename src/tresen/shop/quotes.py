"""Quotes: what a shopper has been offered, frozen, and may confirm once with the nonce on its button.

A quote is bound to the shopper and to its terms. Confirming twice is confirming once: the second time tells what came
of the first.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, insert, select, update

from tresen.kit.db import Tx
from tresen.kit.errors import Conflict, NotFound
from tresen.kit.ids import digest, secret
from tresen.shop.sales import quote

Kind = Literal["order", "address", "items", "payment", "cancel", "return", "withdrawal"]
MINUTES = 15


class UnknownQuote(NotFound):
    code = "unknown_quote"
    say = "There is no such offer. Ask for a new one and let the shopper press its button."


class QuoteExpired(Conflict):
    code = "quote_expired"
    say = "This offer has expired. Make a new one; the shopper has to confirm the new one."


class QuoteChanged(Conflict):
    """Cart, prices or stock are no longer what was offered."""

    code = "quote_changed"
    say = "The cart or a price has changed since the offer. Make a new one; the shopper has to confirm the new one."


@dataclass(frozen=True)
class Who:
    """Whose quote it is: only this shopper can confirm it, and is told where it was asked for."""

    shopper_id: str
    conversation_id: str
    contact_id: str


@dataclass(frozen=True)
class Quote:
    """`digest` is the stored form of the nonce; `outcome` the number of what has come of it."""

    digest: str
    kind: Kind
    who: Who
    terms: dict[str, Any]
    expires_at: datetime
    outcome: str | None = None


async def offer(tx: Tx, kind: Kind, who: Who, terms: dict[str, Any], minutes: int = MINUTES) -> tuple[str, Quote]:
    """Freeze the terms; returns the nonce and the quote. `terms` are plain JSON."""
    nonce = secret()
    made = Quote(digest(nonce), kind, who, json.loads(json.dumps(terms)), tx.now + timedelta(minutes=minutes))
    values = {"digest": made.digest, "kind": kind, "terms": made.terms, **vars(who)}
    await tx.execute(insert(quote).values(**values, created_at=tx.now, expires_at=made.expires_at))
    return nonce, made


async def take(tx: Tx, nonce: str, shopper_id: str) -> Quote:
    """The quote that this nonce confirms, locked until the commit.

    Raises:
        UnknownQuote: made up, or another shopper's; the two look alike on purpose.
        QuoteExpired: too late, and nothing has come of it in time.
    """
    row = await tx.row(select(quote).where(quote.c.digest == digest(nonce)).with_for_update())
    if row is None or row.shopper_id != shopper_id:
        raise UnknownQuote
    found = _quote(row)
    if found.outcome is None and found.expires_at <= tx.now:
        raise QuoteExpired
    return found


async def peek(tx: Tx, nonce: str) -> Quote:
    """The quote of this nonce, whoever asks, to be shown; its time may be over.

    Raises:
        UnknownQuote.
    """
    row = await tx.row(select(quote).where(quote.c.digest == digest(nonce)))
    if row is None:
        raise UnknownQuote
    return _quote(row)


async def finish(tx: Tx, found: Quote, outcome: str) -> None:
    """Remember what came of the quote, so that the same nonce again is the same answer."""
    await tx.execute(update(quote).where(quote.c.digest == found.digest).values(outcome=outcome))


async def withdraw(tx: Tx, shopper_id: str, kind: Kind) -> None:
    """End the shopper's open quotes of a kind, because a newer one takes their place."""
    mine = (quote.c.shopper_id == shopper_id, quote.c.kind == kind, quote.c.outcome.is_(None))
    await tx.execute(update(quote).where(*mine, quote.c.expires_at > tx.now).values(expires_at=tx.now))


def _quote(row: Row[Any]) -> Quote:
    who = Who(row.shopper_id, row.conversation_id, row.contact_id)
    return Quote(row.digest, row.kind, who, dict(row.terms), row.expires_at, row.outcome)
