"""What a variant cost when, which reductions may be announced, and unit prices.

An announced reduction starts from the lowest price of the 30 days before it (Directive 98/6/EC, Article 6a; in Germany
PAngV section 11), and its percentage is computed from that price (Court of Justice, C-330/23). Unit prices: PAngV
sections 4 and 5.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete, select

from tresen.kit.db import Tx
from tresen.kit.ids import row_id
from tresen.kit.words import say
from tresen.shop.catalog import Fact, Product, Texts, Variant
from tresen.shop.money import Money, rounded
from tresen.shop.tables import price

WINDOW = timedelta(days=30)


@dataclass(frozen=True)
class Charged:
    """A price and when it was asked; `until` None is the price of now."""

    price: Money
    tax_included: bool
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Reduction30:
    """A reduction that may be announced: from `was`, the lowest price of the 30 days before it began.

    `percent` is rounded down and may be 0.
    """

    was: Money
    percent: int


Reductions = Mapping[str, Reduction30]


async def history(tx: Tx, variant_id: str) -> list[Charged]:
    """What the variant cost, oldest first."""
    return (await histories(tx, [variant_id])).get(variant_id, [])


async def histories(tx: Tx, variant_ids: Sequence[str]) -> dict[str, list[Charged]]:
    """Like `history`, for many; prices that nobody was ever asked for (no time at all) are left out."""
    query = select(price).where(price.c.variant_id.in_(variant_ids)).order_by(price.c.valid_from, price.c.id)
    found: dict[str, list[Charged]] = {}
    for row in await tx.rows(query):
        if row.valid_until is None or row.valid_until > row.valid_from:
            amount = Money(row.minor, row.currency)
            entry = Charged(amount, bool(row.tax_included), row.valid_from, row.valid_until)
            found.setdefault(row.variant_id, []).append(entry)
    return found


async def reductions(tx: Tx, variant_ids: Sequence[str]) -> dict[str, Reduction30]:
    """The reductions that may be announced now, by variant id."""
    found = {key: reduction(past, tx.now) for key, past in (await histories(tx, variant_ids)).items()}
    return {key: each for key, each in found.items() if each}


def reduction(past: Sequence[Charged], now: datetime) -> Reduction30 | None:
    """The reduction that the history allows to announce at `now`.

    None unless today's price began at most 30 days ago and is below the lowest of the 30 days before; prices that
    cannot be compared (another currency, net against gross) announce nothing.
    """
    current = next((each for each in past if each.until is None), None)
    if current is None or now - current.since > WINDOW:
        return None
    before = charged_between(past, current.since - WINDOW, current.since)
    if any(
        (each.price.currency, each.tax_included) != (current.price.currency, current.tax_included) for each in before
    ):
        return None
    was = min((each.price for each in before), default=current.price)
    return Reduction30(was, (was.minor - current.price.minor) * 100 // was.minor) if current.price < was else None


def charged_between(past: Sequence[Charged], start: datetime, end: datetime) -> list[Charged]:
    """What was asked at any time in [start, end)."""
    return [each for each in past if each.since < end and (each.until is None or each.until > start)]


async def backdate(tx: Tx, variant_id: str, steps: Sequence[tuple[datetime, Money]]) -> bool:
    """Write what a variant cost before it came to Tresen; the last step is today's price and when it began.

    Returns:
        False, and nothing is written, when the variant has a history already or another price today.
    """
    past = await history(tx, variant_id)
    if len(past) != 1 or past[0].until or not steps or past[0].price != steps[-1][1]:
        return False
    ends = [*(since for since, _ in steps[1:]), None]
    rows = [
        {
            "id": row_id(), "variant_id": variant_id, "minor": amount.minor, "currency": amount.currency,
            "tax_included": past[0].tax_included, "valid_from": since, "valid_until": until,
        }
        for (since, amount), until in zip(steps, ends, strict=True)
    ]  # fmt: skip
    await tx.execute(delete(price).where(price.c.variant_id == variant_id))
    await tx.execute(price.insert(), rows)
    return True


_UNITS = {
    "mg": ("kg", Decimal("0.000001")), "g": ("kg", Decimal("0.001")), "kg": ("kg", Decimal(1)),
    "ml": ("l", Decimal("0.001")), "cl": ("l", Decimal("0.01")), "l": ("l", Decimal(1)),
    "mm": ("m", Decimal("0.001")), "cm": ("m", Decimal("0.01")), "m": ("m", Decimal(1)),
}  # fmt: skip
# Attributes that say how much is inside; a bottle's `volume_ml` or a shoe's `weight_g` do not.
_CONTENTS = {"net_weight_g": "g", "net_volume_ml": "ml", "net_length_m": "m"}
_MEASURES = ("unit_pricing_measure", "net_content")
_COUNTING = re.compile(r"pack|count|quantity|menge")
_MEASURE = re.compile(rf"(?:(\d+)\s*[x×]\s*)?(\d+(?:[.,]\d+)?)\s*({'|'.join(_UNITS)})")
_LEAST = {"kg": Decimal("0.01"), "l": Decimal("0.01"), "m": Decimal(0)}  # 10 g and 10 ml: less needs no unit price


@dataclass(frozen=True)
class Measure:
    """How much is in a pack, in the unit that its unit price is for: kg, l or m."""

    amount: Decimal
    unit: str


def unit_price(product: Product, variant: Variant, locale: str) -> str:
    """`27,80 €/kg` where the law wants it: sold by weight, volume or length, 10 g or 10 ml at least; else empty.

    Empty too where it is the price itself.
    """
    content = measure(product, variant)
    if variant.price is None or content is None or content.amount < _LEAST[content.unit] or content.amount == 1:
        return ""
    each = rounded(variant.price.amount / content.amount, variant.price.currency)
    return say("unit-price", locale, price=each.text(locale), unit=content.unit)


def measure(product: Product, variant: Variant) -> Measure | None:
    """What the pack holds: as the variant's own options say (`1 kg`, `12 pieces`), else as the product says."""
    one = _content(product.attributes)
    if one is None:
        return None
    for key, value in variant.options.items():
        own = next(filter(None, map(_parsed, _texts(value))), None)
        if own is not None and own.unit == one.unit:
            return own
        if _COUNTING.search(key) and (pieces := re.match(r"(\d+)(?![\d.,])", _texts(value)[0])):
            return Measure(one.amount * int(pieces[1]), one.unit)
    return one


def _content(attributes: Mapping[str, Fact]) -> Measure | None:
    for key, unit in _CONTENTS.items():
        fact = attributes.get(key)
        if isinstance(fact, int | float) and not isinstance(fact, bool) and fact > 0:
            return _measured(Decimal(str(fact)), unit)
    texts = (str(attributes[key]) for key in _MEASURES if key in attributes)
    return next(filter(None, map(_parsed, texts)), None)


def _parsed(text: str) -> Measure | None:
    found = _MEASURE.fullmatch(text.strip().casefold())
    if not found or not (amount := Decimal(found[2].replace(",", "."))):
        return None
    return _measured(amount * int(found[1] or 1), found[3])


def _measured(amount: Decimal, name: str) -> Measure:
    unit, factor = _UNITS[name]
    return Measure(amount * factor, unit)


def _texts(value: str | Texts) -> list[str]:
    return [value] if isinstance(value, str) else list(value.values())
