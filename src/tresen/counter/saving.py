"""Use cases of what is not bought today: set aside, brought back, waited for, carried along in a link."""

from dataclasses import dataclass

from tresen.conversation.parts import CartSummary
from tresen.conversation.shoppers import Shopper
from tresen.counter import cart
from tresen.kit.db import Tx
from tresen.kit.errors import Conflict
from tresen.kit.words import say
from tresen.shop import cart as shop_cart
from tresen.shop import catalog, codes, links, saved, stock
from tresen.shop.cart import UnknownVariant
from tresen.shop.house import House


class StillThere(Conflict):
    code = "in_stock"
    say = "This variant is in stock; it can go into the cart now."


class EmptyCart(Conflict):
    code = "cart_empty"
    say = "The cart is empty."


@dataclass(frozen=True)
class Unpacked:
    """A cart that came out of a link, and one sentence per line that could not come along."""

    summary: CartSummary
    missing: tuple[str, ...]


async def save_for_later(tx: Tx, house: House, shopper: Shopper, variant_id: str) -> CartSummary:
    """Set a variant aside; if it was in the cart, it leaves the cart.

    Raises:
        UnknownVariant: there is no such variant.
        Fenced: the turn that asked no longer owns the conversation.
    """
    was_in_cart = variant_id in await shop_cart.held(tx, shopper.id)
    await saved.save_for_later(tx, shopper.id, variant_id)
    if not was_in_cart:
        return await cart.show_cart(tx, house, shopper)
    return await cart.tell(tx, house, shopper, variant_id, 0, await _title(tx, variant_id, shopper.locale))


async def bring_back(tx: Tx, house: House, shopper: Shopper, variant_id: str) -> CartSummary:
    """Put what was set aside into the cart again.

    Raises:
        Refusal: not set aside, sold out, no price; it stays where it is.
        Fenced: the turn that asked no longer owns the conversation.
    """
    quantity = await saved.bring_back(tx, shopper.id, variant_id)
    return await cart.tell(tx, house, shopper, variant_id, quantity, await _title(tx, variant_id, shopper.locale))


async def notify_when_back(tx: Tx, shopper: Shopper, variant_id: str) -> str:
    """Remember that this contact wants to hear when a sold-out variant is there again; returns what it is called.

    Raises:
        UnknownVariant: there is no such variant.
        StillThere: it can be had now.
    """
    there = await stock.available(tx, [variant_id], shopper.id)
    if variant_id not in there:
        raise UnknownVariant
    if there[variant_id] != 0:
        raise StillThere
    await stock.wait_for(tx, variant_id, shopper.contact_id, shopper.conversation_id)
    return await _title(tx, variant_id, shopper.locale)


async def link_cart(tx: Tx, shopper: Shopper) -> str:
    """A token that opens a copy of the cart elsewhere.

    Raises:
        EmptyCart: there is nothing to carry.
    """
    found = await shop_cart.read(tx, shopper.id)
    if not found.lines:
        raise EmptyCart
    return await links.link(tx, found, await codes.of_shopper(tx, shopper.id))


async def open_cart_link(tx: Tx, house: House, shopper: Shopper, token: str) -> Unpacked:
    """Put what a link carries into this shopper's cart, and say what cannot be had.

    Raises:
        LinkGone: unknown or expired.
        Fenced: the turn that asked no longer owns the conversation.
    """
    unpacked = await links.open_link(tx, token, shopper.id)
    missing = [
        say("cart-link-missing", shopper.locale, title=title or "?", reason=each.refusal.told(shopper.locale))
        for each in unpacked.missing
        for title in [await _title(tx, each.variant_id, shopper.locale)]
    ]
    title = say("cart-from-link", shopper.locale)
    return Unpacked(await cart.tell(tx, house, shopper, "", len(unpacked.added), title), tuple(missing))


async def _title(tx: Tx, variant_id: str, locale: str) -> str:
    found = (await catalog.variants(tx, [variant_id])).get(variant_id)
    owner = await catalog.products(tx, [found.product_id]) if found else []
    return catalog.pick(owner[0].title, locale) if owner else ""
