"""Totals: to the cent, for every country, and the same when somebody else computes them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
import straight
from hypothesis import given, settings
from hypothesis import strategies as st
from lines import line

from tresen.shop import pricing, promotions, shipping
from tresen.shop.cart import Line
from tresen.shop.house import House
from tresen.shop.money import Money
from tresen.shop.pricing import Totals
from tresen.shop.promotions import Decision, Promotion, Usage
from tresen.shop.shipping import ShippingOption

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PARCEL = ShippingOption("parcel", {"en": "Parcel"}, (), Decimal("4.95"), Decimal(60))
RATES = {"DE": ("19", "7"), "FR": ("20", "5.5"), "CH": ("8.1", "2.6"), "US": ("0", "0")}
CATEGORIES = ("socks", "caps", "food")


def house(gross: bool = True, *options: ShippingOption) -> House:
    return House(tax_included=gross, reduced_tax=("food",), shipping=options or (PARCEL,))


def total_of(shop: House, lines: list[Line], decision: Decision, country: str) -> Totals:
    """As the checkout does it: the goods first, then shipping for what is left of them."""
    goods = pricing.totals(shop, lines, decision, country).due_goods
    return pricing.totals(shop, lines, decision, country, shipping.options(shop, country, goods)[0])


def test_gross_prices_contain_their_tax_and_shipping_is_taxed_like_the_goods() -> None:
    found = total_of(house(), [line("a", 1190, 2), line("b", 1070, 1, "food")], Decision(), "DE")
    assert (found.goods, found.shipping, found.total) == (Money(3450, "EUR"), Money(495, "EUR"), Money(3945, "EUR"))
    told = [(str(each.rate), each.net.minor, each.tax.minor) for each in found.taxes]
    assert told == [("19", 2287, 434), ("7", 1144, 80)]
    assert sum(each.gross.minor for each in found.taxes) == 3945


def test_net_prices_have_their_tax_added_once_per_rate() -> None:
    found = total_of(house(False), [line("a", 333, 1), line("b", 333, 1)], Decision(), "DE")
    assert [(each.net.minor, each.tax.minor) for each in found.taxes] == [(1161, 221)]
    assert (found.goods.minor, found.total.minor) == (666, 1382)


@pytest.mark.parametrize(("country", "tax"), [("DE", 190), ("FR", 198), ("US", 0), ("", 190)])
def test_the_destination_decides_on_the_tax_and_not_on_the_price(country: str, tax: int) -> None:
    found = pricing.totals(house(), [line("a", 1190)], Decision(), country)
    assert (found.total.minor, [each.tax.minor for each in found.taxes]) == (1190, [tax])


def test_free_shipping_looks_at_the_goods_after_discounts() -> None:
    ten = Promotion("ten", "percent", {"en": "Ten"}, percent=Decimal(10))
    lines = [line("a", 6500)]
    decision = promotions.decide(lines, (), [ten], Usage(), NOW, {})
    assert total_of(house(), lines, Decision(), "DE").shipping == Money(0, "EUR")
    assert total_of(house(), lines, decision, "DE").shipping == Money(495, "EUR")


def test_a_free_shipping_promotion_is_for_the_options_it_names() -> None:
    free = Promotion("free", "free_shipping", {"en": "Free"}, shipping=("parcel",))
    lines, express = [line("a", 1000)], ShippingOption("express", {"en": "Express"}, (), Decimal("9.90"))
    decision = promotions.decide(lines, (), [free], Usage(), NOW, {})
    shop = house(True, PARCEL, express)
    prices = [
        pricing.totals(shop, lines, decision, "DE", each).shipping
        for each in shipping.options(shop, "DE", Money(1000, "EUR"))
    ]
    assert prices == [Money(0, "EUR"), Money(990, "EUR")]


def test_goods_for_nothing_still_pay_their_shipping() -> None:
    gift = Promotion("gift", "percent", {"en": "Gift"}, percent=Decimal(100))
    lines = [line("a", 1190), line("b", 1070, 1, "food")]
    found = total_of(house(), lines, promotions.decide(lines, (), [gift], Usage(), NOW, {}), "DE")
    assert (found.due_goods.minor, found.total.minor) == (0, 495)
    assert sum(each.gross.minor for each in found.taxes) == 495


@dataclass(frozen=True)
class Case:
    lines: list[Line]
    offered: list[Promotion]
    codes: list[str]
    country: str
    gross: bool
    price: int
    free_from: int | None


@st.composite
def carts(draw: st.DrawFn) -> list[Line]:
    shapes = st.tuples(st.integers(0, 20_000), st.integers(1, 12), st.sampled_from(CATEGORIES))
    drawn = draw(st.lists(shapes, min_size=1, max_size=6))
    return [line(f"n{at}", cents, count, category) for at, (cents, count, category) in enumerate(drawn)]


@st.composite
def offers(draw: st.DrawFn, number: int) -> Promotion:
    kind = draw(st.sampled_from(["percent", "fixed", "free_shipping", "buy_x_get_y", "tiered"]))
    cents = st.integers(1, 30_000).map(lambda minor: Decimal(minor) / 100)
    percents = st.integers(1, 1000).map(lambda tenths: Decimal(tenths) / 10)
    return Promotion(
        f"k{number}",
        kind,
        {"en": "x"},
        code=draw(st.sampled_from(["", f"c{number}"])),
        percent=draw(percents) if kind == "percent" else draw(st.sampled_from([Decimal(0), Decimal(50)])),
        amount=draw(cents),
        tiers=tuple(draw(st.lists(st.tuples(cents, percents), min_size=1, max_size=3, unique_by=lambda each: each[0]))),
        buy=draw(st.integers(1, 4)),
        get=draw(st.integers(1, 2)),
        minimum=draw(st.just(Decimal(0)) | cents),
        categories=tuple(draw(st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True))),
        stacks=draw(st.booleans()),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    offered = [draw(offers(number)) for number in range(draw(st.integers(0, 5)))]
    return Case(
        draw(carts()),
        offered,
        draw(st.lists(st.sampled_from([f"c{number}" for number in range(5)]), max_size=4)),
        draw(st.sampled_from(list(RATES))),
        draw(st.booleans()),
        draw(st.integers(0, 2000)),
        draw(st.none() | st.integers(0, 30_000)),
    )


def the_shop(case: Case) -> tuple[Totals, Decision]:
    threshold = None if case.free_from is None else Decimal(case.free_from) / 100
    option = ShippingOption("parcel", {"en": "Parcel"}, (), Decimal(case.price) / 100, threshold)
    decision = promotions.decide(case.lines, case.codes, case.offered, Usage(), NOW, {})
    return total_of(house(case.gross, option), case.lines, decision, case.country), decision


def the_other(case: Case) -> straight.Sum:
    standard, reduced = (Fraction(each) for each in RATES[case.country])
    items = [
        straight.Item(
            each.price.minor,
            each.quantity,
            each.product.category_key,
            reduced if each.product.category_key == "food" else standard,
        )
        for each in case.lines
    ]
    deals = [
        straight.Deal(
            each.key, each.kind, each.code, Fraction(each.percent), int(each.amount * 100),
            tuple((int(start * 100), Fraction(percent)) for start, percent in each.tiers),
            each.buy, each.get, int(each.minimum * 100), each.categories, each.stacks,
        )
        for each in case.offered
    ]  # fmt: skip
    return straight.totals(items, deals, set(case.codes), case.gross, case.price, case.free_from)


def holds(case: Case) -> None:
    mine, decision = the_shop(case)
    other = the_other(case)
    assert [each.discount.minor for each in mine.lines] == list(other.off)
    assert [each.key for each in decision.applied] == list(other.deals)
    assert mine.shipping is not None
    figures = (mine.goods.minor, mine.discount.minor, mine.shipping.minor, mine.total.minor)
    assert figures == (other.goods, other.discount, other.shipping, other.total)
    assert {Fraction(each.rate): (each.net.minor, each.tax.minor) for each in mine.taxes} == other.taxes
    assert all(0 <= each.due.minor <= each.amount.minor for each in mine.lines)
    assert 0 <= mine.discount.minor <= mine.goods.minor
    assert mine.total.minor >= 0
    assert sum(each.gross.minor for each in mine.taxes) == mine.total.minor
    wanted = {promotions.fold(code) for code in case.codes}
    assert wanted == set(decision.refused) | {each.code for each in decision.applied if each.code}


@settings(max_examples=300, deadline=None)
@given(cases())
def test_totals_are_what_somebody_else_computes(case: Case) -> None:
    holds(case)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(cases())
def test_totals_are_what_somebody_else_computes_many_times(case: Case) -> None:
    holds(case)
