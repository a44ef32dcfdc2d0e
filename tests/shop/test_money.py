"""Money is exact, never mixed, and written the way people write it."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tresen.shop.money import Money, percent_of, rounded, share

minors = st.integers(-(10**12), 10**12)
currencies = st.sampled_from(["EUR", "USD", "JPY", "CHF", "KWD"])


@given(minors, minors, minors, currencies)
def test_sums_are_exact_in_any_order(a: int, b: int, c: int, currency: str) -> None:
    x, y, z = (Money(minor, currency) for minor in (a, b, c))
    assert (x + y) + z == x + (y + z) == Money(a + b + c, currency)
    assert (x + y) * 3 == x * 3 + y * 3
    assert (x + y) - y == x


@given(minors, minors, currencies, currencies)
def test_currencies_are_never_mixed(a: int, b: int, one: str, other: str) -> None:
    x, y = Money(a, one), Money(b, other)
    if one == other:
        assert (x < y, x <= y, x > y, x >= y) == (a < b, a <= b, a > b, a >= b)
        return
    assert x != y
    for mix in (
        lambda: x + y,
        lambda: x - y,
        lambda: x < y,
        lambda: x <= y,
        lambda: x > y,
        lambda: x >= y,
        lambda: min(x, y),
    ):
        with pytest.raises(ValueError, match=other):
            mix()


@pytest.mark.parametrize("factor", [1.5, Decimal("1.5"), True, "2"])
def test_money_is_multiplied_by_whole_numbers_only(factor: Any) -> None:
    with pytest.raises(TypeError):
        Money(100, "EUR") * factor


@pytest.mark.parametrize("minor", [1.0, True, "1", None, Decimal(1)])
def test_money_counts_whole_minor_units(minor: Any) -> None:
    with pytest.raises(TypeError):
        Money(minor, "EUR")


@pytest.mark.parametrize("currency", ["eur", "EURO", "", "€"])
def test_a_currency_is_an_iso_code(currency: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.345", "EUR", 1235), ("12.3449999", "EUR", 1234), ("-12.345", "EUR", -1235), ("0.005", "EUR", 1),
        ("-0.005", "EUR", -1), ("0.0049", "EUR", 0), ("1.5", "JPY", 2), ("2.5", "JPY", 3), ("1.2345", "KWD", 1235),
    ],
)  # fmt: skip
def test_halves_round_away_from_zero(amount: str, currency: str, minor: int) -> None:
    assert rounded(Decimal(amount), currency) == Money(minor, currency)


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=6), currencies)
def test_rounding_moves_by_half_a_unit_at_most_and_is_even_handed(amount: Decimal, currency: str) -> None:
    found = rounded(amount, currency)
    unit = Money(1, currency).amount
    assert abs(found.amount - amount) <= unit / 2
    assert rounded(-amount, currency).minor == -found.minor
    assert rounded(found.amount, currency) == found


@pytest.mark.parametrize(
    ("money", "german", "english"),
    [
        (Money(1290, "EUR"), "12,90 €", "€12.90"),
        (Money(123456789, "EUR"), "1.234.567,89 €", "€1,234,567.89"),
        (Money(0, "EUR"), "0,00 €", "€0.00"),
        (Money(5, "EUR"), "0,05 €", "€0.05"),
        (Money(-1290, "EUR"), "-12,90 €", "-€12.90"),
        (Money(1290, "USD"), "12,90 $", "$12.90"),
        (Money(1290, "JPY"), "1.290 ¥", "¥1,290"),
    ],
)
def test_written_as_people_write_it(money: Money, german: str, english: str) -> None:
    assert [re.sub(r"\s", " ", money.text(locale)) for locale in ("de", "en")] == [german, english]


@given(minors, st.lists(st.integers(0, 10**9), min_size=1, max_size=12), currencies)
def test_shares_add_up_exactly_and_are_fair_to_the_unit(minor: int, weights: list[int], currency: str) -> None:
    parts = share(Money(minor, currency), weights)
    assert sum(part.minor for part in parts) == minor
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        fair = Fraction(minor * weight, whole) if whole else Fraction(minor, len(weights))
        assert abs(part.minor - fair) < 1
        assert weight or not whole or part.minor == 0
    assert [part.minor for part in share(Money(-minor, currency), weights)] == [-part.minor for part in parts]


@pytest.mark.parametrize(
    ("minor", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]), (490, [1990, 220], [441, 49]), (1, [1, 2], [0, 1]), (7, [0, 5, 0], [0, 7, 0]),
        (5, [0, 0], [3, 2]), (-100, [1, 1, 1], [-34, -33, -33]), (0, [3, 4], [0, 0]),
    ],
)  # fmt: skip
def test_the_largest_remainder_gets_the_cent(minor: int, weights: list[int], parts: list[int]) -> None:
    assert share(Money(minor, "EUR"), weights) == [Money(part, "EUR") for part in parts]


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_shares_need_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        share(Money(100, "EUR"), weights)


@pytest.mark.parametrize(
    ("minor", "percent", "currency", "part"),
    [(1290, 10, "EUR", 129), (1295, 10, "EUR", 130), (999, Decimal("12.5"), "EUR", 125), (1290, 0, "EUR", 0),
     (1005, 10, "JPY", 101), (1290, 100, "EUR", 1290)],
)  # fmt: skip
def test_a_percentage_is_rounded_like_everything(minor: int, percent: Decimal, currency: str, part: int) -> None:
    assert percent_of(Money(minor, currency), percent) == Money(part, currency)
