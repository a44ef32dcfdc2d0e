"""Google Merchant product data: RSS, Atom and tables."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from catalog_ingest import check
from catalog_ingest.options import Options
from catalog_ingest.sources import LeftOut, Row, Unreadable, sources_of
from catalog_ingest.sources.merchant import read
from tresen.shop.money import Money

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def rss(*items: str) -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>x</title>{inside}</channel></rss>'
    )


def item(**fields: str) -> str:
    told = {"id": "A", "title": "Sock", "price": "12.90 EUR", "availability": "in_stock"} | fields
    return "".join(f"<g:{name}>{value}</g:{name}>" for name, value in told.items())


def rows(folder: Path, content: str, name: str = "feed.xml") -> list[Row | Unreadable | LeftOut]:
    (folder / name).write_text(content, "utf-8")
    assert [source.name for source in sources_of(folder / name, Options())] == ["merchant"]
    return list(read(folder / name, Options(at=NOW)))


def products(folder: Path, content: str, name: str = "feed.xml") -> dict[str, Any]:
    found = rows(folder, content, name)
    assert all(isinstance(row, Row) for row in found), found
    checked = (check.product(row.data, Options(locale="en"))[0] for row in found if isinstance(row, Row))
    return {product.external_id: product for product in checked}


def test_items_of_a_group_are_one_product_wherever_they_stand(tmp_path: Path) -> None:
    blue = item(id="S-B", title="Trail sock blue M", item_group_id="S", color="blue", size="M", material="wool")
    red = item(id="S-R", title="Trail sock red M", item_group_id="S", color="red", size="M", material="wool")
    found = products(tmp_path, rss(blue, item(id="X", title="Cap"), red))
    sock = found["S"]
    assert (sock.title, sock.attributes) == ({"en": "Trail sock"}, {"material": "wool"})
    assert [(each.sku, each.options) for each in sock.variants] == [
        ("S-B", {"color": "blue", "size": "M"}),
        ("S-R", {"color": "red", "size": "M"}),
    ]
    assert set(found) == {"S", "X"}


def test_what_differs_within_a_group_is_an_option(tmp_path: Path) -> None:
    one = item(id="1", item_group_id="S", material="wool", gender="male")
    two = item(id="2", item_group_id="S", material="silk", gender="male")
    sock = products(tmp_path, rss(one, two))["S"]
    assert [each.options for each in sock.variants] == [{"material": "wool"}, {"material": "silk"}]
    assert sock.attributes == {"gender": "male"}


@pytest.mark.parametrize(
    ("told", "minor"),
    [("12.90 EUR", 1290), ("EUR 12.90", 1290), ("12,90 EUR", 1290), ("1,299.00 EUR", 129900), ("15 EUR", 1500)],
)
def test_prices(tmp_path: Path, told: str, minor: int) -> None:
    assert products(tmp_path, rss(item(price=told)))["A"].variants[0].price == Money(minor, "EUR")


def test_a_price_in_a_currency_that_the_shop_does_not_have_is_told(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, rss(item(price="12.90 USD")))
    assert isinstance(row, Row)
    with pytest.raises(check.Rejected, match="the price is in USD, the feed in EUR"):
        check.product(row.data, Options())


@pytest.mark.parametrize(
    ("dates", "minor", "until"),
    [
        ("", 990, None),
        ("2026-11-20T00:00+0100/2026-11-30T23:59+0100", 990, datetime(2026, 11, 30, 22, 59, tzinfo=UTC)),
        ("2026-11-20T00:00+0100/2026-11-24T23:59+0100", 1290, None),
        ("2026-11-25T14:00+0100/2026-11-30T23:59+0100", 1290, datetime(2026, 11, 25, 13, tzinfo=UTC)),
        ("2026-11-25T12:30+0100/2026-11-30T23:59+0100", 990, datetime(2026, 11, 30, 22, 59, tzinfo=UTC)),
        ("next week", 1290, None),
    ],
)
def test_a_sale_price_counts_only_while_its_dates_hold(
    tmp_path: Path, dates: str, minor: int, until: datetime | None
) -> None:
    content = rss(item(sale_price="9.90 EUR", sale_price_effective_date=dates))
    assert products(tmp_path, content)["A"].variants[0].price == Money(minor, "EUR")
    (row,) = rows(tmp_path, content)
    assert isinstance(row, Row) and row.until == until


@pytest.mark.parametrize(
    ("told", "stock"),
    [
        ("in_stock", None), ("in stock", None), ("In Stock", None), ("out_of_stock", 0), ("out of stock", 0),
        ("preorder", None), ("backorder", None),
    ],
)  # fmt: skip
def test_availability(tmp_path: Path, told: str, stock: int | None) -> None:
    assert products(tmp_path, rss(item(availability=told)))["A"].variants[0].stock == stock


def test_what_is_sent_later_says_so(tmp_path: Path) -> None:
    later = item(availability="preorder", availability_date="2027-01-15")
    assert products(tmp_path, rss(later))["A"].details == {"availability": {"en": "Sock: preorder 2027-01-15"}}


def test_an_unknown_availability_is_rejected(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, rss(item(availability="perhaps")))
    assert isinstance(row, Row)
    with pytest.raises(check.Rejected, match="stock"):
        check.product(row.data, Options())


def test_googles_names_win_and_nested_ones_do_not_disturb(tmp_path: Path) -> None:
    more = "<title>plain</title><link>https://shop.example/a</link>"
    more += "<description><![CDATA[<b>Warm</b> & soft]]></description>"
    more += "<g:shipping><g:price>4.90 EUR</g:price></g:shipping><g:product_detail><g:section_name>s</g:section_name>"
    more += "<g:attribute_name>Fit</g:attribute_name><g:attribute_value>loose</g:attribute_value></g:product_detail>"
    sock = products(tmp_path, rss(more + item(product_type="Run &gt; Socks", google_product_category="209")))["A"]
    assert (sock.title, sock.url, sock.description) == ({"en": "Sock"}, "https://shop.example/a", {"en": "Warm & soft"})
    assert (sock.attributes, sock.category_key) == ({"fit": "loose"}, "run/socks")
    assert sock.variants[0].price == Money(1290, "EUR")


def test_a_table_has_the_same_names(tmp_path: Path) -> None:
    content = "ID\tTitle\tLink\tPrice\tSale price\tAvailability\tItem group id\tColor\tImage link\n"
    content += "1\tCap red\thttps://x.example/1\t9.00 EUR\t8.00 EUR\tin stock\tC\tred\t/r.jpg\n"
    content += "2\tCap blue\thttps://x.example/2\t9.00 EUR\t\tout_of_stock\tC\tblue\t/b.jpg\n"
    for name in ("feed.txt", "feed.tsv"):
        (cap,) = products(tmp_path, content, name).values()
        assert [(each.price, each.stock, each.image) for each in cap.variants] == [
            (Money(800, "EUR"), None, "/r.jpg"),
            (Money(900, "EUR"), 0, "/b.jpg"),
        ]


def test_a_feed_that_breaks_off_yields_nothing_but_the_reason(tmp_path: Path) -> None:
    content = rss(*(item(id=str(number)) for number in range(50)))
    (row,) = rows(tmp_path, content[: len(content) // 2])
    assert isinstance(row, Unreadable) and row.cut
    assert "not well-formed XML at line 1" in row.reason


async def test_a_feed_that_breaks_off_changes_nothing(feeder: Any) -> None:
    content = rss(*(item(id=str(number), title=f"Sock {number}") for number in range(10)))
    await feeder.ingest(feeder.file("feed.xml", content))
    report = await feeder.ingest(feeder.file("feed.xml", content[: len(content) // 2]))
    assert (report.complete, report.saved, report.withdrawn) == (False, 0, 0)
    assert len(await feeder.products()) == 10


async def test_on_one_line_or_many_a_feed_is_saved_by_its_entries(feeder: Any) -> None:
    content = rss(*(item(id=str(number), title=f"Sock {number}") for number in range(3)), item(id="1", title="Twice"))
    report = await feeder.ingest(feeder.file("feed.xml", content))
    assert (report.new, report.rejected_rows) == (3, 1)
    assert (await feeder.products())["1"].title == {"de": "Sock 1"}
