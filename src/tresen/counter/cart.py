"""Use cases of the cart: each changes it and writes the event in one transaction."""

from tresen.conversation import log
from tresen.conversation.events import CartChanged
from tresen.conversation.parts import CartSummary
from tresen.conversation.shoppers import Shopper
from tresen.counter import cards
from tresen.kit.db import Tx
from tresen.shop import cart as shop_cart
from tresen.shop import catalog


async def show_cart(tx: Tx, shopper: Shopper) -> CartSummary:
    """The shopper's cart with the prices of now."""
    return cards.summary(await shop_cart.read(tx, shopper.id), shopper.locale)


async def set_quantity(tx: Tx, shopper: Shopper, variant_id: str, quantity: int) -> CartSummary:
    """Make the cart hold exactly `quantity` of the variant; 0 removes it.

    Raises:
        Refusal: sold out, unknown, no price, bad quantity; nothing has changed.
        Fenced: the turn that asked no longer owns the conversation.
    """
    before = await shop_cart.read(tx, shopper.id)
    await shop_cart.set_quantity(tx, shopper.id, variant_id, quantity)
    after = await shop_cart.read(tx, shopper.id)
    summary = cards.summary(after, shopper.locale)
    touched = [line for line in (*after.lines, *before.lines) if line.variant.id == variant_id]
    title = catalog.pick(touched[0].product.title, shopper.locale) if touched else ""
    changed = CartChanged(variant_id, quantity, title, summary)
    await log.append(tx, shopper.conversation_id, changed, lease=shopper.lease)
    return summary
