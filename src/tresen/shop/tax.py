"""Value added tax: which rate a country asks for, and what of a price is tax.

The rates are facts of national law as of November 2026, within Articles 96 to 99 of Directive 2006/112/EC; the
Commission's "Taxes in Europe" database is where to check them. A merchant's own `tax_rates` go before them, so that a
new law does not wait for a new version.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tresen.shop.money import Money, rounded, share

if TYPE_CHECKING:
    from tresen.shop.house import House


@dataclass(frozen=True)
class TaxRates:
    """A country's rates in percent: the standard one, and the one for everyday food."""

    standard: Decimal
    reduced: Decimal


def _rates(standard: str, reduced: str = "") -> TaxRates:
    return TaxRates(Decimal(standard), Decimal(reduced or standard))


# Without a second rate, packaged food is not favoured there, or only listed basics are.
EU = {
    "AT": _rates("20", "10"), "BE": _rates("21", "6"), "BG": _rates("20"), "CY": _rates("19", "5"),
    "CZ": _rates("21", "12"), "DE": _rates("19", "7"), "DK": _rates("25"), "EE": _rates("24"),
    "ES": _rates("21", "10"), "FI": _rates("25.5", "13.5"), "FR": _rates("20", "5.5"), "GR": _rates("24", "13"),
    "HR": _rates("25"), "HU": _rates("27"), "IE": _rates("23", "0"), "IT": _rates("22", "10"),
    "LT": _rates("21"), "LU": _rates("17", "3"), "LV": _rates("21"), "MT": _rates("18", "0"),
    "NL": _rates("21", "9"), "PL": _rates("23", "5"), "PT": _rates("23"), "RO": _rates("21", "11"),
    "SE": _rates("25", "6"),  # food: 6 until the end of 2027, then 12 again
    "SI": _rates("22", "9.5"), "SK": _rates("23", "19"),
}  # fmt: skip
_ELSEWHERE = {"CH": _rates("8.1", "2.6"), "GB": _rates("20", "0"), "NO": _rates("25", "15"), "US": _rates("0")}


@dataclass(frozen=True)
class TaxShare:
    """What was charged at one rate: `net` + `tax` is what the shopper pays for it."""

    rate: Decimal
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.tax


def rate(country: str, category_key: str, house: "House") -> Decimal:
    """The rate in percent for goods of that category that go to `country` (ISO 3166, two letters).

    The destination's rates count; for a country without known rates, the shop's own. Categories in the shop's
    `reduced_tax`, and those below them, have the reduced rate.
    """
    found = _known(country, house) or _known(house.country, house) or TaxRates(Decimal(0), Decimal(0))
    return found.reduced if any(within(category_key, each) for each in house.reduced_tax) else found.standard


def within(category_key: str, parent: str) -> bool:
    """Whether the category is `parent` or lies below it."""
    below = category_key[len(parent) :].lstrip()[:1]
    return bool(parent) and category_key.startswith(parent) and below in ("", "/", ">")


def included(gross: Money, rate: Decimal) -> Money:
    """The tax contained in a gross amount."""
    return rounded(gross.amount * rate / (100 + rate), gross.currency)


def added(net: Money, rate: Decimal) -> Money:
    """The tax that comes on top of a net amount."""
    return rounded(net.amount * rate / 100, net.currency)


def shares(amounts: Mapping[Decimal, Money], tax_included: bool) -> tuple[TaxShare, ...]:
    """The amounts per rate divided into net and tax, highest rate first; amounts are gross or net as told."""
    return tuple(TaxShare(each, *_parts(amounts[each], each, tax_included)) for each in sorted(amounts, reverse=True))


def _known(country: str, house: "House") -> TaxRates | None:
    return house.tax_rates.get(country) or EU.get(country) or _ELSEWHERE.get(country)


def spread(amounts: Iterable[tuple[Decimal, Money]], freight: Money | None) -> dict[Decimal, Money]:
    """What is paid at each rate: (rate, amount) of the goods, and shipping at their rates, in proportion."""
    sums: dict[Decimal, Money] = {}
    for rate, amount in amounts:
        sums[rate] = sums[rate] + amount if rate in sums else amount
    if freight is None:
        return sums
    parts = share(freight, [amount.minor for amount in sums.values()])
    return {rate: amount + part for (rate, amount), part in zip(sums.items(), parts, strict=True)}


def _parts(amount: Money, rate: Decimal, tax_included: bool) -> tuple[Money, Money]:
    if not tax_included:
        return amount, added(amount, rate)
    tax = included(amount, rate)
    return amount - tax, tax
