"""Dates of sales: in the shop's own time zone unless they name one, through the nights when the clock is changed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from catalog_feeds import merchant_feed, product_page, woocommerce_export

from catalog_ingest.amounts import holds, next_change
from catalog_ingest.options import Options
from catalog_ingest.sources import Row, Source, merchant, schema_org, woocommerce

BERLIN, HONOLULU = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Honolulu")


def berlin(told: str) -> datetime:
    """The instant at which clocks in Berlin show this."""
    return datetime.fromisoformat(told).replace(tzinfo=BERLIN)


def seen_from(zone: ZoneInfo, at: datetime) -> datetime:
    return at.astimezone(zone)


@pytest.mark.parametrize(
    ("start", "end", "at", "held"),
    [
        ("2026-11-20", "", "2026-11-20T00:00", True),
        ("2026-11-20", "", "2026-11-19T23:59", False),
        ("", "2026-11-20", "2026-11-20T23:59:59", True),
        ("", "2026-11-20", "2026-11-21T00:00", False),
        ("", "2026-11-20T18:00", "2026-11-20T17:59", True),
        ("", "2026-11-20T18:00", "2026-11-20T18:00", False),
        ("2026-11-20 08:00:00", "2026-11-20 18:00:00", "2026-11-20T07:59", False),
        ("", "2026-11-20T18:00Z", "2026-11-20T18:30", True),
        ("", "2026-11-20T18:00+01:00", "2026-11-20T18:30", False),
        ("", "2026-10-25", "2026-10-25T23:30", True),
        ("", "2026-10-25", "2026-10-26T00:00", False),
        ("", "9999-12-31", "2026-11-20T12:00", True),
        ("0001-01-01", "", "2026-11-20T12:00", True),
        ("2026-11-20", "2026-11-10", "2026-11-15T12:00", False),
        ("soon", "", "2026-11-20T12:00", False),
    ],
)
def test_a_date_without_a_zone_is_in_the_shops(start: str, end: str, at: str, held: bool) -> None:
    now = berlin(at)
    assert holds(start, end, now) == held


def test_the_same_date_is_another_instant_in_another_shop() -> None:
    at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # the 21st in Berlin, the 20th on Hawaii
    assert not holds("", "2026-11-20", seen_from(BERLIN, at))
    assert holds("", "2026-11-20", seen_from(HONOLULU, at))
    assert holds("", "2026-11-20", at)


@pytest.mark.parametrize(
    ("start", "end", "at", "then"),
    [
        ("2026-11-20", "2026-11-22", "2026-11-19T12:00", "2026-11-19T23:00"),
        ("2026-11-20", "2026-11-22", "2026-11-21T12:00", "2026-11-22T23:00"),
        ("", "2026-10-25", "2026-10-24T12:00", "2026-10-25T23:00"),
        ("", "2026-10-24", "2026-10-23T12:00", "2026-10-24T22:00"),
        ("", "2026-11-22T18:00", "2026-11-21T12:00", "2026-11-22T17:00"),
        ("2026-11-20", "2026-11-22", "2026-11-23T12:00", None),
        ("", "9999-12-31", "2026-11-23T12:00", None),
        ("2026-11-25", "2026-11-20", "2026-11-15T12:00", None),
        ("soon", "2026-11-25", "2026-11-15T12:00", None),
    ],
)
def test_when_a_sale_changes_something(start: str, end: str, at: str, then: str | None) -> None:
    expected = None if then is None else datetime.fromisoformat(then).replace(tzinfo=UTC)
    assert next_change(start, end, berlin(at)) == expected


def test_the_change_is_the_first_instant_that_means_something_else() -> None:
    for start, end in (("2026-11-20", ""), ("", "2026-11-20"), ("2026-11-20T10:00", "2026-11-20T11:00")):
        now = berlin("2026-11-19T12:00")
        while change := next_change(start, end, now):
            assert holds(start, end, change.astimezone(BERLIN)) != holds(start, end, now)
            now = change.astimezone(BERLIN)


@pytest.mark.parametrize(
    ("source", "file"),
    [
        (merchant.source, ("feed.tsv", merchant_feed("2026-11-19/2026-11-20"))),
        (woocommerce.source, ("export.csv", woocommerce_export("2026-11-19", "2026-11-20"))),
        (schema_org.source, ("page.html", product_page("2026-11-20"))),
    ],
    ids=["merchant", "woocommerce", "schema_org"],
)
def test_every_source_reads_dates_in_the_shops_zone(tmp_path: Path, source: Source, file: tuple[str, str]) -> None:
    (tmp_path / file[0]).write_text(file[1], "utf-8")

    def read(at: datetime) -> tuple[Any, datetime | None]:
        (row,) = source.read(tmp_path / file[0], Options(at=at))
        assert isinstance(row, Row)
        return row.data["variants"][0]["price"], row.until

    before, after = read(berlin("2026-11-20T23:59")), read(berlin("2026-11-21T00:00"))
    assert str(before[0]).startswith("8") and before[1] == datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert not str(after[0]).startswith("8") and after[1] is None
