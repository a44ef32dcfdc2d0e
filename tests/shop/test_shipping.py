"""What can be had where, for how much, and the days it takes: promises a calendar can check."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tresen.kit.errors import Misconfigured
from tresen.shop.house import DAYS, House
from tresen.shop.money import Money
from tresen.shop.shipping import (
    Opening,
    ShippingOption,
    arrives,
    calendar,
    destinations,
    options,
    promise,
    ready_at,
    window_text,
)

BERLIN = ZoneInfo("Europe/Berlin")
LABEL = {"de": "Paket", "en": "Parcel"}
HOME = ShippingOption("home", LABEL, ("DE",), Decimal("4.90"), Decimal(60), (2, 4))
AUSTRIA = ShippingOption("austria", LABEL, ("AT",), Decimal("9.90"), None, (3, 5))
EUROPE = ShippingOption("eu", LABEL, ("EU",), Decimal("14.90"), None, (4, 8))
WEEKDAYS, SATURDAY = Opening(DAYS[:5], time(10), time(19)), Opening(("sat",), time(10), time(18))
PICKUP = ShippingOption("pickup", LABEL, kind="pickup", opening=(WEEKDAYS, SATURDAY))
HOUSE = House(region="BW", shipping=(HOME, AUSTRIA, EUROPE, PICKUP))


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


def offered(country: str, minor: int, house: House = HOUSE, currency: str = "EUR") -> dict[str, int]:
    return {each.option.key: each.price.minor for each in options(house, country, Money(minor, currency))}


@pytest.mark.parametrize(
    ("country", "goods", "expected"),
    [
        ("DE", 5999, {"home": 490, "pickup": 0}), ("DE", 6000, {"home": 0, "pickup": 0}),
        ("AT", 6000, {"austria": 990, "pickup": 0}), ("FR", 100_000, {"eu": 1490, "pickup": 0}),
        ("CH", 5999, {"pickup": 0}), ("GB", 5999, {"pickup": 0}), ("", 5999, {"pickup": 0}),
    ],
)  # fmt: skip
def test_what_is_offered_where(country: str, goods: int, expected: dict[str, int]) -> None:
    assert offered(country, goods) == expected


def test_what_is_meant_for_everywhere_is_the_last_resort() -> None:
    world = ShippingOption("world", LABEL, (), Decimal(30))
    assert offered("CH", 1, House(shipping=(world, EUROPE))) == {"world": 3000}
    assert offered("FR", 1, House(shipping=(world, EUROPE))) == {"eu": 1490}


def test_a_shop_without_options_and_goods_in_other_money_have_none() -> None:
    assert offered("DE", 1, House()) == {}
    assert offered("DE", 1, HOUSE, "USD") == {}


def test_parcels_go_to_the_countries_named() -> None:
    found = destinations(HOUSE)
    assert (found[0], len(found)) == ("DE", 27)
    assert "CH" not in found
    assert destinations(House()) == ()


@pytest.mark.parametrize(
    ("ordered", "first", "last"),
    [
        ("2026-11-23 10:00", "2026-11-25", "2026-11-27"),  # Monday morning
        ("2026-11-23 13:59", "2026-11-25", "2026-11-27"),
        ("2026-11-23 14:00", "2026-11-26", "2026-11-30"),  # past the cut-off: leaves on Tuesday
        ("2026-11-20 10:00", "2026-11-24", "2026-11-26"),  # Friday
        ("2026-11-21 10:00", "2026-11-25", "2026-11-27"),  # Saturday: leaves on Monday
        ("2026-12-23 15:00", "2026-12-29", "2026-12-31"),  # leaves on Christmas Eve, a working day by law
        ("2026-12-24 15:00", "2026-12-30", "2027-01-04"),  # leaves on Monday the 28th; New Year's Day is none
        ("2027-01-05 15:00", "2027-01-11", "2027-01-13"),  # Epiphany is a holiday in Baden-Württemberg
        ("2026-03-28 10:00", "2026-04-01", "2026-04-07"),  # the clocks change, then Easter
    ],
)
def test_days_are_working_days_of_the_shops_region(ordered: str, first: str, last: str) -> None:
    assert arrives(HOME, HOUSE, at(ordered)) == (date.fromisoformat(first), date.fromisoformat(last))


def test_nobody_rings_on_a_holiday_of_the_destination() -> None:
    # Friday noon, three working days: Monday the 26th is Austria's national day.
    friday = at("2026-10-23 10:00")
    assert arrives(AUSTRIA, HOUSE, friday)[0] == date(2026, 10, 28)
    assert arrives(AUSTRIA, HOUSE, friday, "AT")[0] == date(2026, 10, 29)
    assert arrives(AUSTRIA, HOUSE, friday, "ZZ")[0] == date(2026, 10, 28)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)), st.sampled_from([HOME, AUSTRIA, EUROPE]))
def test_parcels_arrive_on_working_days_in_order(moment: datetime, option: ShippingOption) -> None:
    now = moment.replace(tzinfo=UTC)
    first, last = arrives(option, HOUSE, now)
    assert now.astimezone(BERLIN).date() + timedelta(days=option.days[0]) <= first <= last
    closed = calendar("DE", "BW")
    assert all(day.weekday() < 5 and day not in closed for day in (first, last))
    between = [first + timedelta(days=n) for n in range((last - first).days)]
    assert sum(day.weekday() < 5 and day not in closed for day in between) == option.days[1] - option.days[0]


@pytest.mark.parametrize(
    ("ordered", "ready"),
    [
        ("2026-11-24 11:00", "2026-11-24 13:00"),  # as the shop's own page promises it
        ("2026-11-24 08:00", "2026-11-24 12:00"),
        ("2026-11-24 17:00", "2026-11-24 19:00"),
        ("2026-11-24 17:01", "2026-11-25 12:00"),  # shortly before closing: first thing next day
        ("2026-11-24 20:00", "2026-11-25 12:00"),
        ("2026-11-21 16:30", "2026-11-23 12:00"),  # Saturday closes at six
        ("2026-12-24 18:00", "2026-12-28 12:00"),  # Christmas, then a Sunday
        ("2026-10-24 20:00", "2026-10-26 12:00"),  # the clocks change
    ],
)
def test_pick_up_is_ready_in_opening_hours(ordered: str, ready: str) -> None:
    assert ready_at(PICKUP, HOUSE, at(ordered)) == at(ready)
    assert arrives(PICKUP, HOUSE, at(ordered)) == (at(ready).date(), at(ready).date())


def test_a_counter_that_never_opens_is_the_merchants_mistake() -> None:
    never = ShippingOption("never", LABEL, kind="pickup", opening=(Opening(()),))
    with pytest.raises(Misconfigured, match="never"):
        ready_at(never, HOUSE, at("2026-11-24 11:00"))


def test_a_shift_shorter_than_the_work_ends_with_the_goods_ready() -> None:
    brief = ShippingOption("brief", LABEL, kind="pickup", opening=(Opening(DAYS, time(10), time(11)),))
    assert ready_at(brief, HOUSE, at("2026-11-24 08:00")) == at("2026-11-24 11:00")


def test_promises_as_people_say_them() -> None:
    monday = at("2026-11-23 10:00")
    assert promise(HOME, HOUSE, monday, "de") == "voraussichtlich Mittwoch, 25. November bis Freitag, 27. November"
    assert promise(HOME, HOUSE, monday, "en") == "expected Wednesday, November 25 to Friday, November 27"
    assert promise(PICKUP, HOUSE, monday, "de") == "abholbereit heute ab 12:00 Uhr"
    assert promise(PICKUP, HOUSE, at("2026-11-23 20:00"), "de") == "abholbereit am Dienstag, 24. November ab 12:00 Uhr"
    assert "Tuesday, November 24" in promise(PICKUP, HOUSE, at("2026-11-23 20:00"), "en")
    assert window_text(date(2026, 11, 25), date(2026, 11, 25), "de") == "Mittwoch, 25. November"


def test_a_region_that_is_none_is_refused_at_load_and_a_typed_yes_inside_the_eu() -> None:
    with pytest.raises(Misconfigured, match="QQ"):
        House(region="QQ")
    with pytest.raises(Misconfigured, match="typed"):
        House(typed_confirmation=True)
    assert House(country="US", region="CA", typed_confirmation=True).typed_confirmation
