"""Tax by destination, exact to the cent, and never guessed for a country that nobody knows."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tresen.shop import tax
from tresen.shop.house import House
from tresen.shop.money import Money
from tresen.shop.tax import EU, TaxRates, TaxShare, within

HOUSE = House(reduced_tax=("running-gear/sports-nutrition",))
FOOD = "running-gear/sports-nutrition"
RATES = st.sampled_from(sorted({each for rates in EU.values() for each in (rates.standard, rates.reduced)}))


@pytest.mark.parametrize(
    ("country", "category", "percent"),
    [
        ("DE", "running/running-socks", "19"), ("DE", FOOD, "7"), ("DE", f"{FOOD}/gels", "7"),
        ("DE", f"{FOOD}-tools", "19"), ("DE", "running-gear", "19"), ("DE", "", "19"),
        ("AT", "running", "20"), ("AT", FOOD, "10"), ("FI", "running", "25.5"), ("DK", FOOD, "25"), ("IE", FOOD, "0"),
        ("CH", "running", "8.1"), ("US", "running", "0"), ("ZZ", "running", "19"), ("ZZ", FOOD, "7"),
    ],
)  # fmt: skip
def test_the_destination_decides_and_an_unknown_one_does_not(country: str, category: str, percent: str) -> None:
    assert tax.rate(country, category, HOUSE) == Decimal(percent)


def test_every_country_of_the_eu_is_there_with_a_lawful_rate() -> None:
    assert len(EU) == 27
    assert all(15 <= rates.standard <= 27 and 0 <= rates.reduced <= rates.standard for rates in EU.values())


def test_the_merchants_rates_go_first_and_the_house_fills_in() -> None:
    moved = House(
        country="ZZ", tax_rates={"ZZ": TaxRates(Decimal(12), Decimal(3)), "AT": TaxRates(Decimal(1), Decimal(1))}
    )
    assert [tax.rate(country, "x", moved) for country in ("ZZ", "AT", "DE", "QQ")] == [12, 1, 19, 12]
    assert tax.rate("QQ", "x", House(country="ZZ")) == 0


@pytest.mark.parametrize(
    ("gross", "rate", "part"), [(11900, "19", 1900), (1290, "19", 206), (220, "7", 14), (1, "19", 0), (999, "0", 0)]
)
def test_the_tax_inside_a_price(gross: int, rate: str, part: int) -> None:
    assert tax.included(Money(gross, "EUR"), Decimal(rate)) == Money(part, "EUR")


@pytest.mark.parametrize(("net", "rate", "part"), [(10000, "19", 1900), (1084, "19", 206), (50, "7", 4), (999, "0", 0)])
def test_the_tax_on_top_of_a_price(net: int, rate: str, part: int) -> None:
    assert tax.added(Money(net, "EUR"), Decimal(rate)) == Money(part, "EUR")


@given(st.dictionaries(RATES, st.integers(0, 10**9), min_size=1), st.booleans())
def test_shares_add_up_to_the_cent(amounts: dict[Decimal, int], tax_included: bool) -> None:
    found = tax.shares({rate: Money(minor, "EUR") for rate, minor in amounts.items()}, tax_included)
    assert [each.rate for each in found] == sorted(amounts, reverse=True)
    for each in found:
        assert (each.gross if tax_included else each.net) == Money(amounts[each.rate], "EUR")
        assert each.net + each.tax == each.gross
        assert abs(each.tax.amount - each.net.amount * each.rate / 100) <= Decimal("0.01")
        assert each.tax.minor >= 0


def test_a_share_by_hand() -> None:
    amounts = {Decimal(7): Money(2390, "EUR"), Decimal(19): Money(1780, "EUR")}
    high = TaxShare(Decimal(19), Money(1496, "EUR"), Money(284, "EUR"))
    assert tax.shares(amounts, True) == (high, TaxShare(Decimal(7), Money(2234, "EUR"), Money(156, "EUR")))


@pytest.mark.parametrize(
    ("key", "parent", "expected"),
    [("a/b", "a", True), ("a", "a", True), ("a > b", "a", True), ("ab", "a", False), ("a", "a/b", False),
     ("a", "", False), ("", "", False), ("b/a", "a", False)],
)  # fmt: skip
def test_a_category_lies_within_its_parents(key: str, parent: str, expected: bool) -> None:
    assert within(key, parent) is expected
