"""Products beside each other, from the shop's facts."""

from collections.abc import Sequence

from babel.numbers import format_decimal

from tresen.conversation.parts import Comparison
from tresen.counter import cards
from tresen.counter.facts import fact_text
from tresen.kit.words import say
from tresen.shop.catalog import Product, pick
from tresen.shop.house import House

MOST_ROWS = 12
NOT_SAID = "–"


def comparison(house: House, products: Sequence[Product], locale: str) -> Comparison:
    """A row per fact that at least two products have; price and rating lead, then those in which they differ."""
    known = [_facts(each, locale) for each in products]
    names = [name for name in dict.fromkeys(name for facts in known for name in facts)
             if sum(name in facts for facts in known) > 1]  # fmt: skip
    names.sort(key=lambda name: len({facts.get(name) for facts in known}) == 1)
    rows = [(cards.label(name, locale), *(facts.get(name, NOT_SAID) for facts in known)) for name in names[:MOST_ROWS]]
    lead = [(say("compare-price", locale), *(cards.price_text(each, locale) for each in products))]
    if any(each.rating for each in products):
        lead.append((say("compare-rating", locale), *(_stars(each.rating, locale) for each in products)))
    return Comparison(tuple(cards.card(each, locale) for each in products), (*lead, *rows))


def _stars(rating: float | None, locale: str) -> str:
    return str(format_decimal(rating, "0.0", locale)) if rating else NOT_SAID


def _facts(product: Product, locale: str) -> dict[str, str]:
    options: dict[str, dict[str, None]] = {}
    for item in product.variants:
        for key, value in item.options.items():
            options.setdefault(key, {})[pick(value, locale)] = None
    told = {key: ", ".join(values) for key, values in options.items()}
    return told | {key: fact_text(fact, locale) for key, fact in product.attributes.items()}
