"""Use cases of the cart: each changes it and writes the event in one transaction."""

from collections.abc import Mapping

from tresen.conversation import log
from tresen.conversation.events import CartChanged
from tresen.conversation.parts import Action, CartSummary, Choice, Choices
from tresen.conversation.shoppers import Shopper
from tresen.counter import cards
from tresen.kit.db import Tx
from tresen.kit.words import say
from tresen.shop import cart as shop_cart
from tresen.shop import catalog, prices, pricing, stock
from tresen.shop.house import House


async def show_cart(tx: Tx, house: House, shopper: Shopper) -> CartSummary:
    """The shopper's cart with the prices, reductions and stock of now."""
    priced = await pricing.of_cart(tx, house, shopper.id)
    held = [line.variant.id for line in priced.cart.lines]
    there, announced = await stock.available(tx, held, shopper.id), await prices.reductions(tx, held)
    return cards.summary(house, priced, there, shopper.locale, announced)


async def totals(tx: Tx, house: House, locales: Mapping[str, str]) -> dict[str, str]:
    """What the carts of these shoppers come to, as text in each one's language; empty carts are left out."""
    priced = await pricing.of_carts(tx, house, list(locales))
    return {key: each.totals.total.text(locales[key]) for key, each in priced.items() if each.totals}


async def set_quantity(tx: Tx, house: House, shopper: Shopper, variant_id: str, quantity: int) -> CartSummary:
    """Make the cart hold exactly `quantity` of the variant; 0 removes it.

    Raises:
        Refusal: sold out, unknown, no price, bad quantity; nothing has changed.
        Fenced: the turn that asked no longer owns the conversation.
    """
    before = await shop_cart.read(tx, shopper.id)
    await shop_cart.set_quantity(tx, shopper.id, variant_id, quantity)
    after = await shop_cart.read(tx, shopper.id)
    touched = [line for line in (*after.lines, *before.lines) if line.variant.id == variant_id]
    title = catalog.pick(touched[0].product.title, shopper.locale) if touched else ""
    return await tell(tx, house, shopper, variant_id, quantity, title)


async def offer_quantity(tx: Tx, shopper: Shopper, variant_id: str, quantity: int) -> Choices:
    """A button that makes the cart hold so many of the variant; nothing has changed yet.

    Raises:
        UnknownVariant: there is none.
    """
    found = (await catalog.variants(tx, [variant_id])).get(variant_id)
    if found is None:
        raise shop_cart.UnknownVariant
    [product] = await catalog.products(tx, [found.product_id])
    title = f"{catalog.pick(product.title, shopper.locale)} {found.label(shopper.locale)}".strip()
    key = "offer-in-cart" if quantity else "offer-out-of-cart"
    label = say(key, shopper.locale, count=quantity, title=title)
    return Choices((Choice(label, Action("set_quantity", variant_id, quantity, label)),))


async def tell(tx: Tx, house: House, shopper: Shopper, variant_id: str, quantity: int, title: str) -> CartSummary:
    """Write down what has just changed in the cart, and return the cart as it is now.

    Args:
        variant_id: Empty when a code or several lines changed; `title` then names what.

    Raises:
        Fenced: the turn that asked no longer owns the conversation.
    """
    summary = await show_cart(tx, house, shopper)
    changed = CartChanged(variant_id, quantity, title, summary)
    await log.append(tx, shopper.conversation_id, changed, lease=shopper.lease)
    return summary
