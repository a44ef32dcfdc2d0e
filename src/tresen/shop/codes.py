"""Codes and their use, as rows: which codes a cart holds, which a rule has issued, and how often each was used."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, delete, func, insert, or_, select
from sqlalchemy.sql.elements import ColumnElement

from tresen.kit.db import Tx
from tresen.kit.errors import Unprocessable
from tresen.shop.cart import cart_of, lock
from tresen.shop.promotions import CodeUsedUp, Decision, Personal, Promotion, Usage, fold
from tresen.shop.sales import cart_code, order, personal_code, promotion_use
from tresen.shop.tables import cart, cart_line, state

MOST_CODES = 10
LONGEST_CODE = 60
REST = timedelta(days=90)  # so that leaving a cart behind does not pay
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that reads like something else


class TooManyCodes(Unprocessable):
    code = "too_many_codes"
    say = f"A cart holds {MOST_CODES} codes at most; take one off first."


async def of_shopper(tx: Tx, shopper_id: str) -> list[str]:
    """The codes in the shopper's cart, folded, in the order they came."""
    query = select(cart_code.c.code).join(cart, cart.c.id == cart_code.c.cart_id)
    query = query.where(cart.c.shopper_id == shopper_id).order_by(cart_code.c.added_at, cart_code.c.code)
    return [row.code for row in await tx.rows(query)]


async def add(tx: Tx, shopper_id: str, code: str) -> None:
    """Put a code into the cart; whether it counts is decided at each look at the cart.

    Raises:
        TooManyCodes: the cart is full of codes.
    """
    held = await of_shopper(tx, shopper_id)
    folded = fold(code)[:LONGEST_CODE]
    if folded in held:
        return
    if len(held) >= MOST_CODES:
        raise TooManyCodes
    cart_id = await cart_of(tx, shopper_id)
    row = tx.upsert(cart_code).values(cart_id=cart_id, code=folded, added_at=tx.now)
    await tx.execute(row.on_conflict_do_nothing(index_elements=["cart_id", "code"]))


async def remove(tx: Tx, shopper_id: str, code: str) -> bool:
    """Take a code out of the cart; False when it was not there."""
    await lock(tx, shopper_id)
    mine = cart_code.c.cart_id.in_(select(cart.c.id).where(cart.c.shopper_id == shopper_id))
    gone = await tx.execute(delete(cart_code).where(mine, cart_code.c.code == fold(code)))
    return gone.rowcount == 1


async def usage(tx: Tx, shopper_id: str, email: str = "") -> Usage:
    """How often promotions have been used; an e-mail address finds a guest again who ordered under another id."""
    counted = select(promotion_use.c.promotion, func.count().label("times")).group_by(promotion_use.c.promotion)
    mine = await tx.rows(select(promotion_use.c.promotion, promotion_use.c.code).where(_belongs(shopper_id, email)))
    return Usage(
        total={row.promotion: int(row.times) for row in await tx.rows(counted)},
        mine=Counter(row.promotion for row in mine),
        spent=frozenset(fold(row.code) for row in mine if row.code),
    )


async def personal(tx: Tx, shopper_id: str, codes: Sequence[str]) -> dict[str, Personal]:
    """Those of `codes` that a rule has issued to this shopper; somebody else's are not there, as if unknown."""
    mine = (personal_code.c.shopper_id == shopper_id, personal_code.c.code.in_([fold(code) for code in codes]))
    rows = await tx.rows(select(personal_code).where(*mine))
    return {row.code: Personal(row.promotion, row.expires_at) for row in rows}


async def at_hand(tx: Tx, shopper_ids: Sequence[str]) -> dict[str, tuple[list[str], dict[str, Personal], Usage]]:
    """What `of_shopper`, `personal` and `usage` tell of each of these shoppers, in as many queries as for one."""
    in_carts = select(cart.c.shopper_id, cart_code.c.code).join(cart_code, cart_code.c.cart_id == cart.c.id)
    in_carts = in_carts.where(cart.c.shopper_id.in_(shopper_ids)).order_by(cart_code.c.added_at, cart_code.c.code)
    held, issued = await tx.rows(in_carts), await _mine(tx, personal_code, shopper_ids)
    used, total = await _mine(tx, promotion_use, shopper_ids), (await usage(tx, "")).total
    found = {}
    for each in shopper_ids:
        codes = [row.code for row in held if row.shopper_id == each]
        own = {row.code: Personal(row.promotion, row.expires_at) for row in issued if row.shopper_id == each}
        mine = [row for row in used if row.shopper_id == each]
        spent = frozenset(fold(row.code) for row in mine if row.code)
        found[each] = (codes, own, Usage(total=total, mine=Counter(row.promotion for row in mine), spent=spent))
    return found


async def _mine(tx: Tx, table: Table, shopper_ids: Sequence[str]) -> Sequence[Row[Any]]:
    return await tx.rows(select(table).where(table.c.shopper_id.in_(shopper_ids)))


async def use(
    tx: Tx, order_number: str, shopper_id: str, email: str, promotions: Sequence[Promotion], decision: Decision
) -> None:
    """Note that an order used its promotions; caps are checked once more under the shop's lock.

    Raises:
        CodeUsedUp: another order came first.
    """
    await tx.execute(select(state.c.value).where(state.c.name == "change").with_for_update())
    so_far, by_key = await usage(tx, shopper_id, email), {each.key: each for each in promotions}
    for each in decision.applied:
        if so_far.exhausts(by_key[each.key], each.code):
            raise CodeUsedUp
        values = {"shopper_id": shopper_id, "email": email.strip().lower(), "code": each.code}
        await tx.execute(insert(promotion_use).values(order_number=order_number, promotion=each.key, **values))


async def give_back(tx: Tx, order_number: str) -> None:
    """Forget that a cancelled order used its promotions."""
    await tx.execute(delete(promotion_use).where(promotion_use.c.order_number == order_number))


async def issue(tx: Tx, promotion: Promotion, shopper_id: str, once: str, days: int = 14) -> str:
    """Issue a personal code. Only rules call this, never a tool; the same `once` again is the same code.

    Args:
        once: The rule and what it issues the code for.
    """
    if not promotion.personal:
        raise ValueError(f"promotion {promotion.key!r} is not personal")
    code = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    values = {"shopper_id": shopper_id, "promotion": promotion.key, "expires_at": tx.now + timedelta(days=days)}
    row = tx.upsert(personal_code).values(code=fold(code), once=once, **values)
    await tx.execute(row.on_conflict_do_nothing(index_elements=["once"]))
    issued = await tx.scalar(select(personal_code.c.code).where(personal_code.c.once == once))
    return str(issued).upper()


async def issue_after_abandoned_cart(tx: Tx, promotion: Promotion, shopper_id: str, idle: timedelta) -> str | None:
    """A code for who left a full cart untouched for `idle` and has not ordered since.

    Returns:
        The code, the same one while it is valid; None when the rule does not apply, or for a while after the last one.
    """
    query = select(cart.c.updated_at).join(cart_line, cart_line.c.cart_id == cart.c.id)
    left_at = await tx.scalar(query.where(cart.c.shopper_id == shopper_id).limit(1))
    if left_at is None or left_at > tx.now - idle or await _ordered_since(tx, shopper_id, left_at):
        return None
    mine = (personal_code.c.shopper_id == shopper_id, personal_code.c.promotion == promotion.key)
    issued = await tx.rows(select(personal_code).where(*mine).order_by(personal_code.c.expires_at.desc()))
    if issued and issued[0].expires_at > tx.now:
        spent = (await usage(tx, shopper_id)).spent
        return None if issued[0].code in spent else str(issued[0].code).upper()
    if issued and issued[0].expires_at > tx.now - REST:
        return None
    return await issue(tx, promotion, shopper_id, f"abandoned-cart:{promotion.key}:{shopper_id}:{len(issued)}")


async def _ordered_since(tx: Tx, shopper_id: str, at: datetime) -> bool:
    query = select(order.c.number).where(order.c.shopper_id == shopper_id, order.c.placed_at >= at)
    return await tx.row(query.limit(1)) is not None


def _belongs(shopper_id: str, email: str) -> ColumnElement[bool]:
    same = promotion_use.c.shopper_id == shopper_id
    return or_(same, promotion_use.c.email == email.strip().lower()) if email.strip() else same
