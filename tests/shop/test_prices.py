"""No reduction is announced that the last 30 days do not bear out, and unit prices are there where they must be."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from goods import goods, offer, stocked, variant_id
from hypothesis import given, settings
from hypothesis import strategies as st

from tresen.kit.db import Database
from tresen.shop import prices
from tresen.shop.catalog import Product, Variant
from tresen.shop.money import Money
from tresen.shop.prices import Charged, Measure, Reduction30, measure, reduction, unit_price

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CAP = variant_id("cap", "one")


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def path(*steps: tuple[float, int]) -> list[Charged]:
    """(days ago, cents), oldest first; each holds until the next, the last one holds now."""
    began = [NOW - timedelta(days=days) for days, _ in steps]
    ends = [*began[1:], None]
    return [
        Charged(eur(minor), True, since, until) for (_, minor), since, until in zip(steps, began, ends, strict=False)
    ]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(90, 20000), (5, 15000)], Reduction30(eur(20000), 25)),
        # C-330/23: down to 1.29 from 1.69 while 1.29 was asked within the 30 days before, so nothing is announced.
        ([(60, 129), (20, 169), (3, 129)], None),
        ([(60, 129), (40, 169), (3, 129)], Reduction30(eur(169), 23)),  # 1.29 ended 37 days before it
        ([(60, 20000), (30, 15000)], Reduction30(eur(20000), 25)),
        ([(60, 20000), (30.001, 15000)], None),
        ([(60, 20000), (10, 18000), (5, 15000)], Reduction30(eur(18000), 16)),
        ([(60, 15000), (5, 20000)], None),
        ([(60, 20000), (5, 20000)], None),
        ([(60, 20000)], None),
        ([], None),
        ([(2, 5000), (1, 4999)], Reduction30(eur(5000), 0)),
        ([(60, 129), (35, 169), (5, 128)], Reduction30(eur(169), 24)),
        ([(60, 129), (34.999, 169), (5, 128)], Reduction30(eur(129), 0)),
        ([(60, 300), (5, 0)], Reduction30(eur(300), 100)),
    ],
)  # fmt: skip
def test_what_may_be_announced(steps: list[tuple[float, int]], expected: Reduction30 | None) -> None:
    assert reduction(path(*steps), NOW) == expected


def test_prices_that_cannot_be_compared_announce_nothing() -> None:
    before, after = path((60, 20000), (5, 15000))
    assert reduction([replace(before, price=Money(20000, "USD")), after], NOW) is None
    assert reduction([replace(before, tax_included=False), after], NOW) is None
    assert reduction([before, replace(after, until=NOW)], NOW) is None


def low_by_the_hour(steps: Sequence[tuple[int, int]], began: int) -> int | None:
    """The lowest price of the 720 hours before hour `began`, asked hour by hour; (hour, cents or 0 for no price)."""
    asked: list[int] = []
    for hour in range(began - 720, began):
        said = [minor for since, minor in steps if since <= hour]
        if said and said[-1]:
            asked.append(said[-1])
    return min(asked, default=None)


steps_of = st.lists(st.tuples(st.integers(1, 400), st.sampled_from([0, 99, 128, 129, 149, 169, 20000])), max_size=14)


def check_against_the_hours(gaps: list[tuple[int, int]]) -> None:
    steps, hour = [], 0
    for gap, minor in gaps:
        hour += gap
        steps.append((hour, minor))
    now = hour + 400
    start = NOW - timedelta(hours=now)
    times = [start + timedelta(hours=since) for since, _ in steps]
    past = [
        Charged(eur(minor), True, since, until)
        for (_, minor), since, until in zip(steps, times, [*times[1:], None], strict=False)
        if minor
    ]
    found = reduction(past, NOW)
    if not steps or not steps[-1][1]:
        assert found is None
        return
    began, current = steps[-1]
    low = low_by_the_hour(steps, began)
    if low is None or low <= current or now - began > 720:
        assert found is None
    else:
        percent = int(Decimal(100) - Decimal(100 * current) / Decimal(low))
        assert found == Reduction30(eur(low), percent)


@settings(max_examples=500, deadline=None)
@given(steps_of)
def test_announced_percentages_agree_with_an_hourly_count(gaps: list[tuple[int, int]]) -> None:
    check_against_the_hours(gaps)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(steps_of)
def test_ten_thousand_price_paths(gaps: list[tuple[int, int]]) -> None:
    check_against_the_hours(gaps)


async def test_reductions_come_from_the_rows(each_db: Database, clock) -> None:  # type: ignore[no-untyped-def]
    for days, minor in ((0, 16900), (40, 14900), (20, 12900)):
        clock.forward(days=days)
        await stocked(each_db, goods("cap", offer("one", minor)), goods("hat", offer("one", 500)))
    async with each_db.read() as tx:
        assert await prices.reductions(tx, [CAP, variant_id("hat", "one"), "v_none"]) == {
            CAP: Reduction30(eur(14900), 13)
        }
        assert [each.price.minor for each in await prices.history(tx, CAP)] == [16900, 14900, 12900]
    clock.forward(days=31)
    async with each_db.read() as tx:
        assert await prices.reductions(tx, [CAP]) == {}


async def test_a_price_that_nobody_was_asked_for_is_no_price(db: Database) -> None:
    for minor in (99900, 4900):  # a slip of the feed, mended in the same instant
        await stocked(db, goods("cap", offer("one", minor)))
    async with db.read() as tx:
        assert await prices.reductions(tx, [CAP]) == {}
        assert len(await prices.history(tx, CAP)) == 1


async def test_a_former_shops_history_is_written_once(db: Database, clock) -> None:  # type: ignore[no-untyped-def]
    await stocked(db, goods("cap", offer("one", 3990)))
    now = clock.now()
    steps = [(now - timedelta(days=90), eur(4990)), (now - timedelta(days=5), eur(3990))]
    async with db.write() as tx:
        assert not await prices.backdate(tx, CAP, [*steps[:1], (now, eur(3000))])
        assert not await prices.backdate(tx, CAP, [])
        assert await prices.backdate(tx, CAP, steps)
        assert not await prices.backdate(tx, CAP, steps)
    async with db.read() as tx:
        assert await prices.reductions(tx, [CAP]) == {CAP: Reduction30(eur(4990), 20)}
    clock.forward(days=1)
    await stocked(db, goods("cap", offer("one", 3590)))  # feeds go on from there
    async with db.read() as tx:
        assert await prices.reductions(tx, [CAP]) == {CAP: Reduction30(eur(3990), 10)}


def sold(attributes: dict[str, Any], options: dict[str, Any], minor: int | None = 1390) -> tuple[Product, Variant]:
    price = None if minor is None else eur(minor)
    variant = Variant("v_1", "p_1", "1", options, price, True, 5, "")
    product = Product("p_1", "t", "1", {}, {}, "", (), "", attributes, {}, None, 0, (), (), "", "", (variant,))
    return product, variant


@pytest.mark.parametrize(
    ("attributes", "options", "expected"),
    [
        ({"net_weight_g": 500}, {"pack_size": "500 g"}, Measure(Decimal("0.5"), "kg")),
        ({"net_weight_g": 500}, {"pack_size": "1 kg"}, Measure(Decimal(1), "kg")),
        ({"net_weight_g": 600}, {"pack_size": {"de": "1,2 kg", "en": "1.2 kg"}}, Measure(Decimal("1.2"), "kg")),
        ({"net_weight_g": 60}, {"pack_size": {"de": "12 Stück", "en": "12 pieces"}}, Measure(Decimal("0.72"), "kg")),
        ({"net_weight_g": 60}, {"pack_size": {"de": "1 Stück", "en": "single"}}, Measure(Decimal("0.06"), "kg")),
        ({"net_weight_g": 60}, {"flavour": "lemon"}, Measure(Decimal("0.06"), "kg")),
        ({"net_weight_g": 210}, {"size": "36-40"}, Measure(Decimal("0.21"), "kg")),
        ({"net_weight_g": 20}, {"size": "60 g"}, Measure(Decimal("0.06"), "kg")),
        ({"net_volume_ml": 500}, {"volume": "1 l"}, Measure(Decimal(1), "l")),
        ({"net_length_m": 5}, {"color": "black"}, Measure(Decimal(5), "m")),
        ({"unit_pricing_measure": "6 x 250ml"}, {}, Measure(Decimal("1.5"), "l")),
        ({"weight_g": 370}, {"size": "S"}, None),  # a helmet weighs something, but is not sold by weight
        ({"volume_ml": 400}, {"volume": "400 ml"}, None),  # what fits into a bottle
        ({"net_weight_g": 0}, {}, None), ({"net_weight_g": True}, {}, None),
        ({"unit_pricing_measure": "much"}, {}, None),
    ],
)  # fmt: skip
def test_what_a_pack_holds(attributes: dict[str, Any], options: dict[str, Any], expected: Measure | None) -> None:
    assert measure(*sold(attributes, options)) == expected


@pytest.mark.parametrize(
    ("attributes", "minor", "german", "english"),
    [
        ({"net_weight_g": 500}, 1390, "27,80 €/kg", "€27.80/kg"), ({"net_volume_ml": 750}, 500, "6,67 €/l", "€6.67/l"),
        ({"net_length_m": 5}, 990, "1,98 €/m", "€1.98/m"), ({"net_weight_g": 1000}, 990, "", ""),
        ({"net_weight_g": 9}, 990, "", ""), ({"net_weight_g": 10}, 990, "990,00 €/kg", "€990.00/kg"),
        ({"net_weight_g": 500}, None, "", ""), ({}, 990, "", ""),
    ],
)  # fmt: skip
def test_unit_prices(attributes: dict[str, Any], minor: int | None, german: str, english: str) -> None:
    item = sold(attributes, {}, minor)
    assert [unit_price(*item, locale).replace("\xa0", " ") for locale in ("de", "en")] == [german, english]
