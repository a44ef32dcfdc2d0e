"""Cards and summaries: what the shopper sees of the shop, built by code from the rows of now."""

from collections.abc import Mapping, Sequence

from tresen.conversation.parts import Card, CardVariant, CartItem, CartSummary
from tresen.counter import cart_notes
from tresen.kit.db import Tx
from tresen.kit.words import maybe, say
from tresen.shop import prices
from tresen.shop.cart import MOST_PER_LINE
from tresen.shop.catalog import Product, Variant, pick
from tresen.shop.house import House
from tresen.shop.money import Money
from tresen.shop.prices import Reductions
from tresen.shop.pricing import Priced


async def shown(
    tx: Tx, products: Sequence[Product], locale: str, matching: Mapping[str, Sequence[str]] | None = None
) -> tuple[Card, ...]:
    """The products' cards with the reductions that may be announced now; `matching` by product id as in `card`."""
    announced = await prices.reductions(tx, [item.id for product in products for item in product.variants])
    return tuple(
        card(product, locale, (matching or {}).get(product.id, ()), announced=announced) for product in products
    )


def card(
    product: Product,
    locale: str,
    matching: Sequence[str] = (),
    note: str = "",
    announced: Reductions | None = None,
) -> Card:
    """The product's card; `matching` are the variant ids that fit what was asked, best first.

    Without `announced` (from `prices.reductions`) no reduction is told.
    """
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
        variants=tuple(_variant(product, item, keys, locale, announced or {}) for item in product.variants),
        variant_id=chosen.id if chosen else "",
        was=_was(product, chosen, locale, announced or {}),
        unit_price=_unit_price(product, chosen, locale),
        tax_note=_tax_note(product, chosen, locale),
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


def summary(
    house: House, priced: Priced, there: Mapping[str, int | None], locale: str, announced: Reductions | None = None
) -> CartSummary:
    """The cart as shown, with the totals of the shop.

    Args:
        there: How many of each variant this shopper can have; None is not known.
        announced: The reductions that may be announced now, from `prices.reductions`.
    """
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
            most=_most(there.get(line.variant.id)),
            was=was_text(line.variant, locale, announced or {}),
            unit_price=prices.unit_price(line.product, line.variant, locale),
        )
        for line in priced.cart.lines
    )
    totals, said, codes = priced.totals, cart_notes.notes(house, priced, locale), cart_notes.codes(priced)
    if totals is None:
        return CartSummary((), "", 0, (), said, codes)
    rows = cart_notes.rows(totals, locale)
    return CartSummary(items, totals.total.text(locale), priced.cart.count, rows, said, codes)


def _most(left: int | None) -> int:
    return MOST_PER_LINE if left is None else min(left, MOST_PER_LINE)


def _variant(product: Product, item: Variant, keys: Sequence[str], locale: str, announced: Reductions) -> CardVariant:
    return CardVariant(
        item.id,
        tuple(pick(item.options.get(key, ""), locale) for key in keys),
        money_text(item.price, locale),
        item.available,
        item.image,
        was_text(item, locale, announced),
        prices.unit_price(product, item, locale),
    )


def was_text(item: Variant, locale: str, announced: Reductions) -> str:
    """`−18 % · statt 159,90 €, niedrigster Preis der letzten 30 Tage`; empty without a reduction."""
    found = announced.get(item.id)
    return say("price-was", locale, was=found.was.text(locale), percent=found.percent) if found else ""


def _was(product: Product, chosen: Variant | None, locale: str, announced: Reductions) -> str:
    """The reduction of the price on the card; a price that several variants share must be reduced alike for all."""
    if chosen is not None:
        return was_text(chosen, locale, announced)
    told = {(item.price, was_text(item, locale, announced)) for item in product.variants if item.price}
    return next(iter(told))[1] if len(told) == 1 else ""


def _unit_price(product: Product, chosen: Variant | None, locale: str) -> str:
    """The unit price that belongs to the price on the card."""
    lowest = product.price_from()
    cheapest = sorted((each for each in product.variants if each.price == lowest), key=lambda each: not each.available)
    item = chosen or next(iter(cheapest), None)
    return prices.unit_price(product, item, locale) if item else ""


def _tax_note(product: Product, chosen: Variant | None, locale: str) -> str:
    priced = [item for item in ((chosen,) if chosen else product.variants) if item.price]
    return say("tax-included" if priced[0].tax_included else "tax-added", locale) if priced else ""


def _note(product: Product, chosen: Variant | None, locale: str) -> str:
    if not product.available:
        return say("note-sold-out", locale)
    if chosen is not None and not chosen.available:
        return say("note-variant-sold-out", locale, variant=chosen.label(locale))
    return ""
