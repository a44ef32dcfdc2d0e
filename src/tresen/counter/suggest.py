"""Use cases of suggesting: cards whose note is the reason, a fact of the shop and never an opinion."""

from babel.numbers import format_decimal

from tresen.conversation.parts import Card
from tresen.conversation.shoppers import Shopper
from tresen.counter import cards
from tresen.counter.find import get_product
from tresen.kit.db import Tx
from tresen.kit.words import say
from tresen.shop import cart as shop_cart
from tresen.shop import suggestions
from tresen.shop.catalog import pick
from tresen.shop.suggestions import Suggestion


async def suggest_additions(tx: Tx, shopper: Shopper, limit: int = 3) -> tuple[Card, ...]:
    """What completes the shopper's cart, with a reason on each card; empty for an empty cart."""
    held = await shop_cart.read(tx, shopper.id)
    products = list({line.product.id: line.product for line in held.lines}.values())
    return tuple(_card(each, shopper.locale) for each in await suggestions.complete(tx, products, limit))


async def suggest_better(tx: Tx, shopper: Shopper, product_id: str) -> Card | None:
    """A clearly better product than the one asked for, when facts say so.

    Raises:
        NotFound: no such product.
    """
    found = await suggestions.better(tx, await get_product(tx, product_id))
    return _card(found, shopper.locale) if found else None


def reason_text(found: Suggestion, locale: str) -> str:
    """The reason as one short sentence."""
    why, rating = found.reason, found.product.rating
    return say(
        f"reason-{why.key.replace('_', '-')}",
        locale,
        title=pick(why.with_product.title, locale),
        count=why.count,
        rating=_stars(rating, locale),
        before=_stars(why.with_product.rating, locale),
    )


def _stars(rating: float | None, locale: str) -> str:
    return format_decimal(rating or 0, "0.0", locale=locale)


def _card(found: Suggestion, locale: str) -> Card:
    return cards.card(found.product, locale, note=reason_text(found, locale))
