"""Carts that were left: who agreed to it is reminded, once a cart, with a code of their own where the shop has one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from tresen.conversation import consents
from tresen.conversation.parts import Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.tables import consent, contact, conversation
from tresen.counter import notify
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.words import say
from tresen.shop import cart as shop_cart
from tresen.shop import codes
from tresen.shop.catalog import pick
from tresen.shop.tables import cart, cart_line

OCCASION = "cart_left"
IDLE = timedelta(hours=24)
FORGOTTEN = timedelta(days=7)  # a cart that old is no occasion any more


async def wanted(tx: Tx, shopper: Shopper) -> bool:
    """Whether the shopper has agreed to be reminded on this contact."""
    return await consents.given(tx, shopper.contact_id, OCCASION)


async def choose(tx: Tx, shopper: Shopper, agreed: bool) -> None:
    """The shopper wants to be reminded on this contact of a cart they leave, or not any more."""
    await (consents.give if agreed else consents.withdraw)(tx, shopper.contact_id, OCCASION)


async def left(tx: Tx) -> Sequence[Row[Any]]:
    """(id, shopper_id, talk, contact, locale) of carts that were left for a day by somebody who agreed."""
    query = (
        select(
            cart.c.id,
            cart.c.shopper_id,
            conversation.c.id.label("talk"),
            contact.c.id.label("contact"),
            conversation.c.locale,
        )
        .join(contact, contact.c.shopper_id == cart.c.shopper_id)
        .join(consent, (consent.c.contact_id == contact.c.id) & (consent.c.occasion == OCCASION))
        .join(conversation, conversation.c.contact_id == contact.c.id)
        .where(cart.c.updated_at < tx.now - IDLE, cart.c.updated_at > tx.now - FORGOTTEN)
        .where(cart.c.id.in_(select(cart_line.c.cart_id)))
    )
    return await tx.rows(query)


async def remind(tx: Tx, till: Till) -> int:
    """Remind everybody who agreed and left a cart for a day; returns how many were told."""
    told = 0
    for row in await left(tx):
        held = await shop_cart.read(tx, row.shopper_id)
        if held.lines:
            facts = {"title": pick(held.lines[0].product.title, row.locale)}
            code = await _code(tx, till, row.shopper_id, row.locale)
            once = f"{row.id}:{row.contact}"
            done = await notify.notify(tx, till.house, row.contact, OCCASION, facts, once, row.talk, code)
            told += done == "told"
    return told


async def _code(tx: Tx, till: Till, shopper_id: str, locale: str) -> tuple[Part, ...]:
    """A personal code, if the shop has a promotion for that; only this rule issues it."""
    for promotion in till.house.promotions:
        if promotion.personal:
            issued = await codes.issue_after_abandoned_cart(tx, promotion, shopper_id, IDLE)
            return (Text(say("notify-cart-code", locale, code=issued)),) if issued else ()
    return ()
