"""Stock: what can be had, what is held back for an offer, and who waits for what.

Whoever changes stock or holds some back locks the shop's change counter first, so that two of them never count the
same piece. `None` means that the feed does not say; such a variant is always there and never counted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from tresen.kit.db import Tx
from tresen.kit.errors import Conflict
from tresen.shop.catalog import next_number
from tresen.shop.sales import back_in_stock, reservation
from tresen.shop.tables import state, variant

Piece = tuple[str, int]  # (variant id, quantity)


class OutOfStock(Conflict):
    """Asked for more than there is; `left` tells how many can be had."""

    code = "out_of_stock"

    def __init__(self, left: int, variant_id: str = "") -> None:
        self.left = left
        self.variant_id = variant_id
        super().__init__(
            "This variant is sold out." if left == 0 else f"Only {left} of this variant are left.", left=left
        )


@dataclass(frozen=True)
class Waiting:
    """Somebody to be told that a variant is there again."""

    variant_id: str
    contact_id: str
    conversation_id: str


async def available(tx: Tx, variant_ids: Iterable[str], shopper_id: str = "") -> dict[str, int | None]:
    """What this shopper can have of each live variant: the stock minus what is held back for others.

    Unknown and withdrawn variants are left out.
    """
    ids = list(variant_ids)
    held = (
        select(reservation.c.variant_id, func.sum(reservation.c.quantity).label("quantity"))
        .where(reservation.c.variant_id.in_(ids), reservation.c.expires_at > tx.now)
        .where(reservation.c.shopper_id != shopper_id)
        .group_by(reservation.c.variant_id)
    )
    others = {row.variant_id: int(row.quantity) for row in await tx.rows(held)}
    live = select(variant.c.id, variant.c.stock).where(variant.c.id.in_(ids), variant.c.withdrawn_at.is_(None))
    return {
        row.id: None if row.stock is None else max(0, row.stock - others.get(row.id, 0)) for row in await tx.rows(live)
    }


async def reserve(tx: Tx, quote: str, shopper_id: str, pieces: Sequence[Piece], until: datetime) -> None:
    """Hold the pieces back for the shopper's quote; what was held for earlier quotes of theirs is let go.

    Args:
        quote: The quote's digest.

    Raises:
        OutOfStock: somebody else was faster; nothing has changed.
    """
    await _lock(tx)
    wanted = await _enough(tx, pieces, shopper_id)
    gone = (reservation.c.shopper_id == shopper_id) | (reservation.c.expires_at <= tx.now)
    await tx.execute(delete(reservation).where(gone))
    rows = [
        {"quote": quote, "variant_id": key, "shopper_id": shopper_id, "quantity": count, "expires_at": until}
        for key, count in wanted.items()
    ]
    if rows:
        await tx.execute(insert(reservation), rows)


async def release(tx: Tx, quote: str) -> None:
    """Let go of what was held back for this quote."""
    await tx.execute(delete(reservation).where(reservation.c.quote == quote))


async def take(tx: Tx, pieces: Sequence[Piece], shopper_id: str = "") -> None:
    """Take the pieces off the shelf for good; what is held back for other shoppers stays there.

    Raises:
        OutOfStock: not all of them can be had; none was taken.
    """
    number = await next_number(tx, "change")
    for key, count in (await _enough(tx, pieces, shopper_id)).items():
        fits = (variant.c.id == key, variant.c.stock >= count)
        taken = await tx.execute(update(variant).where(*fits).values(stock=variant.c.stock - count, changed=number))
        if taken.rowcount != 1 and await _is_counted(tx, key):
            raise OutOfStock(0, key)


async def put_back(tx: Tx, pieces: Sequence[Piece]) -> None:
    """Put pieces of a cancelled or returned order on the shelf again."""
    number = await next_number(tx, "change")
    for key, count in sorted(_sums(pieces).items()):
        counted = (variant.c.id == key, variant.c.stock.is_not(None))
        await tx.execute(update(variant).where(*counted).values(stock=variant.c.stock + count, changed=number))


async def wait_for(tx: Tx, variant_id: str, contact_id: str, conversation_id: str) -> None:
    """Remember who wants to be told when the variant is there again; asking twice is asking once."""
    values = {"conversation_id": conversation_id, "asked_at": tx.now, "told_at": None}
    row = tx.upsert(back_in_stock).values(variant_id=variant_id, contact_id=contact_id, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=["variant_id", "contact_id"], set_=values))


async def due_back(tx: Tx) -> list[Waiting]:
    """Who waits for a variant that can be had again and has not been told, longest first."""
    asked = select(back_in_stock).where(back_in_stock.c.told_at.is_(None))
    rows = await tx.rows(asked.order_by(back_in_stock.c.asked_at, back_in_stock.c.contact_id))
    there = await available(tx, {row.variant_id for row in rows})
    return [
        Waiting(row.variant_id, row.contact_id, row.conversation_id)
        for row in rows
        if row.variant_id in there and there[row.variant_id] != 0
    ]


async def told_back(tx: Tx, waiting: Waiting) -> bool:
    """Note that they have been told; False when somebody else did it first."""
    mine = (back_in_stock.c.variant_id == waiting.variant_id, back_in_stock.c.contact_id == waiting.contact_id)
    told = update(back_in_stock).where(*mine, back_in_stock.c.told_at.is_(None)).values(told_at=tx.now)
    return (await tx.execute(told)).rowcount == 1


async def _enough(tx: Tx, pieces: Sequence[Piece], shopper_id: str) -> dict[str, int]:
    """The pieces by variant, in the order of ids, if all of them can be had."""
    wanted = dict(sorted(_sums(pieces).items()))
    there = await available(tx, wanted, shopper_id)
    for key, count in wanted.items():
        left = there.get(key, 0)
        if left is not None and left < count:
            raise OutOfStock(left, key)
    return wanted


async def _is_counted(tx: Tx, variant_id: str) -> bool:
    return await tx.scalar(select(variant.c.stock).where(variant.c.id == variant_id)) is not None


async def _lock(tx: Tx) -> None:
    await tx.execute(select(state.c.value).where(state.c.name == "change").with_for_update())


def _sums(pieces: Sequence[Piece]) -> Counter[str]:
    wanted: Counter[str] = Counter()
    for key, count in pieces:
        wanted[key] += count
    return wanted
