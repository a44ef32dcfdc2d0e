"""Links that carry a cart: what it held when the link was made, opened by whoever has it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select

from tresen.kit.db import Tx
from tresen.kit.errors import NotFound, Refusal
from tresen.kit.ids import digest, secret
from tresen.shop import cart, codes
from tresen.shop.cart import Cart
from tresen.shop.sales import cart_link

DAYS = 30


class LinkGone(NotFound):
    code = "cart_link_gone"
    say = "This link to a cart does not exist or has expired."


@dataclass(frozen=True)
class Missing:
    """What a link asked for and the cart could not take, or not wholly."""

    variant_id: str
    wanted: int
    got: int
    refusal: Refusal


@dataclass(frozen=True)
class Unpacked:
    """What came of opening a link: the variants the cart holds now, and what is missing."""

    added: tuple[str, ...]
    missing: tuple[Missing, ...]


async def link(tx: Tx, found: Cart, with_codes: list[str] | None = None) -> str:
    """A token that opens a copy of this cart for 30 days; it names no shopper."""
    token = secret()
    lines = [[line.variant.id, line.quantity] for line in found.lines]
    values = {"lines": lines, "codes": with_codes or [], "expires_at": tx.now + timedelta(days=DAYS)}
    await tx.execute(insert(cart_link).values(digest=digest(token), **values))
    return token


async def open_link(tx: Tx, token: str, shopper_id: str) -> Unpacked:
    """Put what the link holds into the shopper's cart, as far as it can be had. Opening twice adds nothing more.

    Raises:
        LinkGone: unknown or expired.
    """
    row = await tx.row(select(cart_link).where(cart_link.c.digest == digest(token), cart_link.c.expires_at > tx.now))
    if row is None:
        raise LinkGone
    missing = []
    for variant_id, wanted in row.lines:
        refusal = await cart.put_up_to(tx, shopper_id, variant_id, wanted)
        if refusal is not None:
            got = (await cart.held(tx, shopper_id)).get(variant_id, 0)
            missing.append(Missing(variant_id, wanted, got, refusal))
    for code in row.codes:
        await codes.add(tx, shopper_id, code)
    there = await cart.held(tx, shopper_id)
    return Unpacked(tuple(key for key, _ in row.lines if key in there), tuple(missing))
