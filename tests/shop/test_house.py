"""Who answers when: promises that can be kept, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tresen.kit.errors import Misconfigured
from tresen.shop.house import DAYS, Department, House

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Department()  # Monday to Friday, 10 to 18, within 30 minutes
ALWAYS = Department(days=DAYS, opens=time(0), closes=time(0), minutes=30)
LATE = Department(days=("fri", "sat"), opens=time(20), closes=time(2), minutes=30)


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "promised"),
    [
        ("2026-11-20 12:00", "2026-11-20 12:30"),  # Friday, open
        ("2026-11-20 07:00", "2026-11-20 10:30"),  # before opening
        ("2026-11-20 17:50", "2026-11-20 18:00"),  # not after closing
        ("2026-11-20 18:00", "2026-11-23 10:30"),  # closed: Monday
        ("2026-11-21 12:00", "2026-11-23 10:30"),  # Saturday
        ("2026-03-27 19:00", "2026-03-30 10:30"),  # the clocks go forward in between
        ("2026-10-23 19:00", "2026-10-26 10:30"),  # and back
    ],
)
def test_promised_by(asked: str, promised: str) -> None:
    assert OFFICE.promised_by(at(asked), BERLIN) == at(promised)


@pytest.mark.parametrize(
    "asked",
    [at("2026-03-29 01:45"), at("2026-10-25 02:45", fold=0), at("2026-10-25 02:10", fold=1), at("2026-10-25 02:45", 1)],
)
def test_half_an_hour_is_half_an_hour_when_the_clocks_change(asked: datetime) -> None:
    assert ALWAYS.promised_by(asked, BERLIN) == asked + timedelta(minutes=30)
    assert ALWAYS.is_open(asked, BERLIN)


@pytest.mark.parametrize(
    ("asked", "open_now", "promised"),
    [
        ("2026-11-20 19:00", False, "2026-11-20 20:30"),
        ("2026-11-20 23:50", True, "2026-11-21 00:20"),
        ("2026-11-21 01:00", True, "2026-11-21 01:30"),
        ("2026-11-21 01:50", True, "2026-11-21 02:00"),
        ("2026-11-21 02:00", False, "2026-11-21 20:30"),
        ("2026-11-22 01:00", True, "2026-11-22 01:30"),
        ("2026-11-22 02:00", False, "2026-11-27 20:30"),
    ],
)
def test_a_shift_may_end_after_midnight(asked: str, open_now: bool, promised: str) -> None:
    assert LATE.is_open(at(asked), BERLIN) is open_now
    assert LATE.promised_by(at(asked), BERLIN) == at(promised)


def test_one_day_a_week_is_found_on_every_other_day() -> None:
    only = Department(days=("wed",))
    for days in range(7):
        asked = at("2026-11-18 18:00") + timedelta(days=days)  # a Wednesday, just closed
        assert only.promised_by(asked, BERLIN) == at("2026-11-25 10:30")


def test_who_never_opens_promises_nothing() -> None:
    assert Department(days=()).promised_by(at("2026-11-20 12:00"), BERLIN) is None
    assert not Department(days=()).is_open(at("2026-11-20 12:00"), BERLIN)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.times(),
    st.times(),
    st.integers(0, 600),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_a_promise_lies_ahead_in_opening_hours_and_within_reach(
    moment: datetime, days: set[str], opens: time, closes: time, minutes: int, zone: str
) -> None:
    desk = Department(days=tuple(days), opens=opens, closes=closes, minutes=minutes)
    now = moment.replace(tzinfo=UTC)
    promised = desk.promised_by(now, ZoneInfo(zone))
    assert promised is not None
    assert now <= promised <= now + timedelta(days=9)
    if desk.is_open(now, ZoneInfo(zone)):
        assert promised <= now + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("de", "de"), ("de-AT", "de"), ("en_US", "en"), ("EN", "en"), ("fr", "de"), ("", "de"), (None, "de"),
     ("en-US,en;q=0.9,de;q=0.8", "en"), ("en,de;q=0.5", "en"), ("fr-FR, en;q=0.8", "en")],
)  # fmt: skip
def test_the_shops_language_that_fits(wanted: str | None, expected: str) -> None:
    assert House().locale(wanted) == expected


@pytest.mark.parametrize("prefix", ["bl-", "Ä-", "A/B-", "A B", "'", "A" * 21])
def test_an_order_prefix_that_cannot_be_looked_up_is_refused_at_load(prefix: str) -> None:
    with pytest.raises(Misconfigured, match="order_prefix"):
        House(order_prefix=prefix)
    assert House(order_prefix="BL24-").order_prefix == "BL24-"


def test_departments_go_by_name_else_the_first() -> None:
    house = House(departments=(Department("Service"), Department("Werkstatt")))
    assert house.department(" werkstatt ").name == "Werkstatt"
    assert house.department("Buchhaltung").name == house.department("").name == "Service"
    assert House(departments=()).department("any").name == "Service"
