"""Prices and stock as feeds write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_ingest import amounts
from catalog_ingest.options import Options
from tresen.shop.money import Money


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("14.90", 1490), ("14,90", 1490), ("12,9", 1290), ("0", 0), (" 7 ", 700), (14.9, 1490), (15, 1500),
        ("1.299,00", 129900), ("1,299.00", 129900), ("1.299.000,50", 129900050), ("1 299,00 €", 129900),
        ("€ 12.90", 1290), ("12.90 EUR", 1290), ("EUR 12,90", 1290), ("1'299.50", 129950), ("12,-", 1200),
        ("12.9000", 1290), ("19.995", None), ("1.299", None), ("1,299", None), ("1e9", None), (1e9, None),
        ("NaN", None), (float("nan"), None), (float("inf"), None), (True, None), ("-1", None), (-0.01, None),
        ("12,90 USD", None), ("$12", None), ("auf Anfrage", None), ("1.2.3", None), ("12,90,1", None),
        ("12,90.1", None),
        ("99999999999", None), (10**400, None), ([12], None), ({}, None), ("٣", None), ("=1+1", None),
        ("1" * 100, None),
    ],
)  # fmt: skip
def test_prices_in_major_units(written: Any, minor: int | None) -> None:
    if minor is None:
        with pytest.raises(ValueError):
            amounts.price(written, "EUR", Options())
    else:
        assert amounts.price(written, "EUR", Options()) == Money(minor, "EUR")


@pytest.mark.parametrize("unknown", [None, "", "  "])
def test_a_price_may_be_unknown_and_is_not_zero_then(unknown: Any) -> None:
    assert amounts.price(unknown, "EUR", Options()) is None


def test_a_declared_decimal_mark_settles_what_is_ambiguous() -> None:
    assert amounts.price("1.299", "EUR", Options(decimal=",")) == Money(129900, "EUR")
    assert amounts.price("1.299", "EUR", Options(decimal=".")) == Money(130, "EUR")
    with pytest.raises(ValueError):
        amounts.price("12.90", "EUR", Options(decimal=","))


def test_minor_units_are_whole() -> None:
    minor = Options(price_unit="minor")
    assert amounts.price("1490", "EUR", minor) == amounts.price(1490, "EUR", minor) == Money(1490, "EUR")
    for wrong in ("14.90", 14.9, "1.299,00", -1, "x", True, 10**12):
        with pytest.raises(ValueError):
            amounts.price(wrong, "EUR", minor)


def test_a_currency_without_cents() -> None:
    assert amounts.price("1200", "JPY", Options()) == Money(1200, "JPY")


@pytest.mark.parametrize(
    ("written", "pieces"),
    [(18, 18), ("18", 18), ("18,0", 18), (18.0, 18), (0, 0), (None, None), ("", None), ("in stock", None),
     ("Ausverkauft", 0), ("out of stock", 0)],
)  # fmt: skip
def test_stock(written: Any, pieces: int | None) -> None:
    assert amounts.stock(written) == pieces


@pytest.mark.parametrize("wrong", [-1, "-2", 1.5, "viele", True, float("nan"), float("inf"), 10**30, [], "1e3"])
def test_wrong_stock(wrong: Any) -> None:
    with pytest.raises(ValueError):
        amounts.stock(wrong)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.lists(st.integers())))
def test_garbage_is_a_price_in_range_or_a_value_error(garbage: Any) -> None:
    for options in (Options(), Options(price_unit="minor"), Options(decimal=",")):
        try:
            money = amounts.price(garbage, "EUR", options)
        except ValueError:
            continue
        assert money is None or 0 <= money.minor <= amounts.MOST_MINOR
