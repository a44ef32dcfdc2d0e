"""What stands below a cart: reductions with their names, and notes on tax, shipping and codes that do not count."""

from tresen.conversation.parts import Row
from tresen.kit.words import say
from tresen.shop import shipping
from tresen.shop.catalog import pick
from tresen.shop.house import House
from tresen.shop.money import Money, rounded
from tresen.shop.pricing import Priced, Totals, shipping_price
from tresen.shop.promotions import Decision
from tresen.shop.reductions import Reduction


def rows(totals: Totals, locale: str) -> tuple[Row, ...]:
    """One row per reduction; a code is named beside its label."""
    return tuple(Row(_label(each, locale), _value(each, locale)) for each in totals.reductions)


def notes(house: House, priced: Priced, locale: str) -> tuple[str, ...]:
    """What the shopper must know before they trust the total; nothing for an empty cart without codes."""
    refused = tuple(
        say("cart-note-code", locale, code=code.upper(), reason=reason.told(locale))
        for code, reason in priced.decision.refused.items()
    )
    if priced.totals is None:
        return refused
    lines = (_tax(priced.totals, locale), *_shipping(house, priced.decision, priced.totals, locale))
    return (*filter(None, lines), *refused)


def codes(priced: Priced) -> tuple[str, ...]:
    """The codes that the cart holds, as they are shown: those that count, then those that do not."""
    applied = [each.code for each in priced.totals.reductions if each.code] if priced.totals else []
    return tuple(code.upper() for code in dict.fromkeys([*applied, *priced.decision.refused]))


def _label(found: Reduction, locale: str) -> str:
    name = pick(found.label, locale)
    return f"{name} ({found.code.upper()})" if found.code else name


def _value(found: Reduction, locale: str) -> str:
    if not found.amount.minor:
        return say("cart-free-shipping", locale)
    return Money(-found.amount.minor, found.amount.currency).text(locale)


def _tax(totals: Totals, locale: str) -> str:
    taxed = [each for each in totals.taxes if each.tax.minor]
    if totals.tax_included:
        return say("cart-note-tax-included", locale) if taxed else ""
    if not taxed:
        return say("cart-note-tax-later", locale)
    tax = Money(sum(each.tax.minor for each in taxed), totals.total.currency)
    return say("cart-note-tax-added", locale, tax=tax.text(locale))


def _shipping(house: House, decision: Decision, totals: Totals, locale: str) -> list[str]:
    """The cheapest parcel to the shop's own country, because nobody has said yet where the goods go."""
    offered = shipping.options(house, house.country, totals.due_goods)
    parcels = [each for each in offered if each.option.kind == "parcel"]
    if not parcels:
        return [say("cart-note-shipping-later", locale)]
    price = min(shipping_price(decision, each) for each in parcels)
    if not price.minor:
        return [say("cart-note-shipping-free", locale)]
    thresholds = [each.option.free_from for each in parcels if each.option.free_from is not None]
    said = [say("cart-note-shipping-from", locale, price=price.text(locale))]
    if thresholds:
        missing = rounded(min(thresholds), price.currency) - totals.due_goods
        said.append(say("cart-note-shipping-missing", locale, missing=missing.text(locale)))
    return said
