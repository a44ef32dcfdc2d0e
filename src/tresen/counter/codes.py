"""Use cases of codes: what a code takes off is decided by the shop, never by who asks."""

from tresen.conversation.parts import CartSummary
from tresen.conversation.shoppers import Shopper
from tresen.counter import cart
from tresen.kit.db import Tx
from tresen.kit.errors import NotFound
from tresen.kit.words import say
from tresen.shop import codes, pricing
from tresen.shop.house import House
from tresen.shop.promotions import fold


class CodeNotThere(NotFound):
    code = "code_not_there"
    say = "The cart does not hold this code."


async def apply_code(tx: Tx, house: House, shopper: Shopper, code: str) -> CartSummary:
    """Put a code into the cart, if it counts now.

    Raises:
        CodeUnknown, CodeExpired, CodeNotYet, CodeUsedUp, CodeBelowMinimum, CodeOutOfScope, CodeNotCombinable: the cart
            is as it was.
        Fenced: the turn that asked no longer owns the conversation.
    """
    tried = await pricing.of_cart(tx, house, shopper.id, also=[code])
    refusal = tried.decision.refused.get(fold(code))
    if refusal is not None:
        raise refusal
    if fold(code) in await codes.of_shopper(tx, shopper.id):
        return await cart.show_cart(tx, house, shopper)
    await codes.add(tx, shopper.id, code)
    return await cart.tell(tx, house, shopper, "", 1, _title(code, shopper.locale))


async def remove_code(tx: Tx, house: House, shopper: Shopper, code: str) -> CartSummary:
    """Take a code out of the cart.

    Raises:
        CodeNotThere: the cart does not hold it.
        Fenced: the turn that asked no longer owns the conversation.
    """
    if not await codes.remove(tx, shopper.id, code):
        raise CodeNotThere
    return await cart.tell(tx, house, shopper, "", 0, _title(code, shopper.locale))


def _title(code: str, locale: str) -> str:
    return say("cart-code", locale, code=fold(code).upper())
