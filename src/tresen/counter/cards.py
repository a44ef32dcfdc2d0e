"""Cards and summaries: what the shopper sees of the shop, built by code from the rows of now."""

from collections.abc import Sequence

from tresen.conversation.parts import Card, CardVariant, CartItem, CartSummary
from tresen.kit.words import maybe, say
from tresen.shop.cart import MOST_PER_LINE, Cart
from tresen.shop.catalog import Product, Variant, pick
from tresen.shop.money import Money


def card(product: Product, locale: str, matching: Sequence[str] = (), note: str = "") -> Card:
    """The product's card; `matching` are the variant ids that fit what was asked, best first."""
    keys = tuple(dict.fromkeys(key for item in product.variants for key in item.options))
    match = next((item for item in product.variants if matching and item.id == matching[0]), None)
    single = product.variants[0] if len(product.variants) == 1 else None
    chosen = match or single
    return Card(
        product_id=product.id,
        title=pick(product.title, locale),
        brand=product.brand,
        price=price_text(product, locale, chosen),
        available=product.available,
        rating=product.rating,
        rating_count=product.rating_count,
        image=(chosen.image if chosen else "") or product.image,
        url=product.url,
        note=note or _note(product, chosen, locale),
        options=tuple(label(key, locale) for key in keys),
        variants=tuple(_variant(item, keys, locale) for item in product.variants),
        variant_id=chosen.id if chosen else "",
    )


def price_text(product: Product, locale: str, chosen: Variant | None = None) -> str:
    """The price as shown: of the chosen variant, else `from` the lowest, else on request."""
    if chosen is not None:
        return money_text(chosen.price, locale)
    lowest = product.price_from()
    if lowest is None:
        return say("price-on-request", locale)
    same = {item.price for item in product.variants if item.price} == {lowest}
    return lowest.text(locale) if same else say("price-from", locale, price=lowest.text(locale))


def money_text(price: Money | None, locale: str) -> str:
    return say("price-on-request", locale) if price is None else price.text(locale)


def label(key: str, locale: str) -> str:
    """An option's or attribute's name as people read it: `size` is `Größe`."""
    return maybe(f"label-{key.replace('_', '-')}", locale) or key.replace("_", " ").capitalize()


def summary(cart: Cart, locale: str) -> CartSummary:
    """The cart as shown, with the totals of the shop."""
    items = tuple(
        CartItem(
            variant_id=line.variant.id,
            product_id=line.product.id,
            title=pick(line.product.title, locale),
            options=line.variant.label(locale),
            quantity=line.quantity,
            price=line.price.text(locale),
            total=line.total.text(locale),
            image=line.variant.image or line.product.image,
            most=MOST_PER_LINE if line.variant.stock is None else min(line.variant.stock, MOST_PER_LINE),
        )
        for line in cart.lines
    )
    return CartSummary(items, cart.total.text(locale) if cart.total else "", cart.count)


def _variant(item: Variant, keys: Sequence[str], locale: str) -> CardVariant:
    options = tuple(pick(item.options.get(key, ""), locale) for key in keys)
    return CardVariant(item.id, options, money_text(item.price, locale), item.available, item.image)


def _note(product: Product, chosen: Variant | None, locale: str) -> str:
    if not product.available:
        return say("note-sold-out", locale)
    if chosen is not None and not chosen.available:
        return say("note-variant-sold-out", locale, variant=chosen.label(locale))
    return ""
