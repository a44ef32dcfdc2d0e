"""Feeds by address: fetched when they have changed, and a failure leaves the shop as it was."""

import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from catalog_feeds import product_page
from serving import serving
from sqlalchemy import select

from catalog_ingest.options import Options
from catalog_ingest.progress import Silent
from catalog_ingest.remote import Remote, Stamps, is_address
from catalog_ingest.report import Report
from tresen.kit.errors import Unavailable, Unprocessable
from tresen.kit.http import Downloader
from tresen.shop.tables import price as price_table

CSV = b"id,title,price\n1,Sock,9.00\n2,Cap,19.00\n3,Bottle,12.00\n4,Bag,30.00\n"


class Site:
    """A shop's web site with feeds by path, each with an ETag; counts what it sends."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.sent: list[int] = []
        self.base = ""

    def put(self, path: str, content: bytes, **headers: str) -> str:
        self.files[path] = (content, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.base + path

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        content, headers = self.files.get(scope["path"], (b"", {"status": "404"}))
        asked = {name.decode(): value.decode() for name, value in scope["headers"]}
        status = int(headers.get("status", "200"))
        if "ETag" in headers and asked.get("if-none-match") == headers["ETag"]:
            status, content = 304, b""
        self.sent.append(status)
        told = [(name.lower().encode(), value.encode()) for name, value in headers.items() if name != "status"]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": content})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    found = Site()
    async with serving(found) as base:
        found.base = base
        yield found


class Ingester:
    """Ingests what it is told to, as the command does."""

    def __init__(self, feeder: Any, allow_private: bool = True) -> None:
        self.feeder = feeder
        self.stamps = Stamps(feeder.folder / "home" / "feeds")
        self.remote = Remote(Downloader(allow_private=allow_private), self.stamps)

    async def __call__(self, *places: str, **options: Any) -> Report:
        return await self.remote.ingest(self.feeder.db, self.feeder.indexer, places, Options(**options), Silent())

    async def titles(self) -> dict[str, str]:
        return {key: product.title["de"] for key, product in (await self.feeder.products()).items()}


@pytest.fixture
def ingest(feeder: Any) -> Ingester:
    return Ingester(feeder)


async def test_a_feed_is_ingested_once_and_then_only_when_it_changes(site: Site, ingest: Ingester) -> None:
    url = site.put("/feed.csv", CSV, ETag='"1"')
    assert (await ingest(url)).new == 4
    ingest.feeder.written.clear()
    again = await ingest(url)
    assert (again.read, again.not_modified, again.indexed) == (0, [url], None)
    assert again.summary() == [f"{url} has not changed since the last time"]
    assert (ingest.feeder.written, site.sent) == ([], [200, 304])
    site.put("/feed.csv", CSV.replace(b"Cap", b"Hat"), ETag='"2"')
    assert (await ingest(url)).changed == 1
    assert (await ingest.titles())["2"] == "Hat"


async def test_without_a_stamp_the_feed_is_read_again_and_nothing_changes(site: Site, ingest: Ingester) -> None:
    url = site.put("/feed.csv", CSV)
    await ingest(url)
    assert (await ingest(url)).unchanged == 4


@pytest.mark.parametrize("status", ["404", "500", "403"])
async def test_a_failure_leaves_the_old_catalog(site: Site, ingest: Ingester, status: str) -> None:
    url = site.put("/feed.csv", CSV, ETag='"1"')
    await ingest(url)
    ingest.feeder.written.clear()
    site.put("/feed.csv", b"Sorry", status=status)
    with pytest.raises(Unavailable) as told:
        await ingest(url)
    assert "nothing was changed" in told.value.hint
    assert (ingest.feeder.written, len(await ingest.titles())) == ([], 4)


async def test_a_page_that_says_sorry_is_no_feed(site: Site, ingest: Ingester) -> None:
    url = site.put("/feed.csv", CSV)
    await ingest(url)
    site.put("/feed.csv", b"<html><body>Sorry, we are down</body></html>", Content_Type="text/html")
    with pytest.raises(Unprocessable):
        await ingest(url)
    assert len(await ingest.titles()) == 4


async def test_one_failure_among_several_changes_nothing(site: Site, ingest: Ingester) -> None:
    with pytest.raises(Unavailable):
        await ingest(site.put("/feed.csv", CSV), f"{site.base}/missing.csv")
    assert ingest.feeder.written == []


async def test_a_feed_that_was_not_saved_is_fetched_again(site: Site, ingest: Ingester) -> None:
    url = site.put("/feed.csv", CSV, ETag='"1"')
    await ingest(url, dry_run=True)
    ingest.feeder.indexer.fails = True
    with pytest.raises(Unavailable):
        await ingest(url)
    ingest.feeder.indexer.fails = False
    assert (await ingest(url)).indexed == 1
    assert site.sent == [200, 200, 200]


async def test_a_broken_feed_is_fetched_again(site: Site, ingest: Ingester) -> None:
    packed = gzip.compress(CSV * 100)
    url = site.put("/feed.csv.gz", packed[: len(packed) // 2], ETag='"1"')
    assert not (await ingest(url)).complete
    await ingest(url)
    assert site.sent == [200, 200]


async def test_other_options_or_an_empty_shop_need_the_whole_feed(site: Site, ingest: Ingester) -> None:
    url = site.put("/feed.csv", CSV, ETag='"1"')
    await ingest(url)
    assert (await ingest(url, locale="en")).changed == 4
    assert (await ingest(url, source="new")).new == 4
    assert site.sent == [200, 200, 200]


async def test_files_that_together_are_one_source_are_read_together(site: Site, ingest: Ingester) -> None:
    one = site.put("/a.csv", CSV, ETag='"1"')
    two = site.put("/b.csv", b"id,title,price\n5,Belt,9.00\n", ETag='"1"')
    await ingest(one, two, source="shop")
    site.put("/b.csv", b"id,title,price\n5,New belt,9.00\n", ETag='"2"')
    report = await ingest(one, two, source="shop")
    assert (report.changed, report.unchanged, report.withdrawn) == (1, 4, 0)


async def test_an_unchanged_feed_is_read_again_when_a_sale_begins_or_ends(site: Site, ingest: Ingester) -> None:
    dates = "2026-11-20T00:00+00:00/2026-11-30T00:00+00:00"
    feed = "id\ttitle\tlink\tavailability\tprice\tsale price\tsale price effective date\n"
    feed += f"1\tSock\t/x\tin_stock\t10.00 EUR\t8.00 EUR\t{dates}\n"
    url = site.put("/feed.tsv", feed.encode(), ETag='"1"')

    async def price_at(day: int) -> int:
        await ingest(url, at=datetime(2026, 11, day, 12, tzinfo=UTC))
        price = (await ingest.feeder.products())["1"].variants[0].price
        assert price is not None
        return int(price.minor)

    assert [await price_at(day) for day in (18, 19, 21, 22, 30)] == [1000, 1000, 800, 800, 1000]
    assert site.sent == [200, 304, 200, 304, 200]


async def test_a_price_that_is_valid_until_a_day_leaves_although_the_page_is_unchanged(
    site: Site, ingest: Ingester
) -> None:
    url = site.put("/sock.html", product_page("2026-11-20").encode(), ETag='"1"', Content_Type="text/html")
    berlin = ZoneInfo("Europe/Berlin")
    seen = []
    for told in ("2026-11-19T12:00", "2026-11-20T23:59", "2026-11-21T00:00", "2026-11-21T06:00"):
        report = await ingest(url, at=datetime.fromisoformat(told).replace(tzinfo=berlin))
        price = (await ingest.feeder.products())["1"].variants[0].price
        seen.append((price.minor if price else None, report.valid_until))
    midnight = datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert seen == [(800, midnight), (800, midnight), (None, None), (None, None)]
    assert site.sent == [200, 304, 200, 304]
    async with ingest.feeder.db.read() as tx:
        assert [row.valid_until is None for row in await tx.rows(select(price_table))] == [False]


@pytest.mark.parametrize(
    ("path", "content_type", "content", "new"),
    [
        ("/export", "text/csv; charset=utf-8", CSV, 4),
        ("/export.php", "application/xml", b"<rss><item><id>1</id><title>A</title></item></rss>", 1),
        ("/export", "application/octet-stream", b"<rss><item><id>1</id><title>A</title></item></rss>", 1),
        ("/export", "", b'{"id": "1", "title": "A"}\n', 1),
        ("/export", "text/html", b"<h1>Shipping</h1><p>Two days.</p>", 1),
        ("/x.md", "text/plain", b"# Shipping\n\nTwo days.", 1),
    ],
)  # fmt: skip
async def test_the_format_is_found_without_a_suffix(
    site: Site, ingest: Ingester, path: str, content_type: str, content: bytes, new: int
) -> None:
    headers = {"Content_Type": content_type} if content_type else {}
    assert (await ingest(site.put(path, content, **headers))).new == new


async def test_what_is_packed_on_the_way_is_read(site: Site, ingest: Ingester) -> None:
    one = site.put("/feed.csv", gzip.compress(CSV), Content_Encoding="gzip")
    two = site.put("/x.html", gzip.compress(b"<h1>Shipping</h1><p>Two days.</p>"), Content_Encoding="gzip")
    assert (await ingest(one, two)).new == 5


async def test_a_bomb_is_refused_whatever_it_claims_to_be(site: Site, ingest: Ingester) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    for name in ("/a.csv", "/a.html", "/a.xml", "/a.md"):
        with pytest.raises(Unprocessable):
            await ingest(site.put(name, bomb, Content_Encoding="gzip"))
    assert ingest.feeder.written == []


async def test_files_and_addresses_may_be_mixed(site: Site, ingest: Ingester) -> None:
    local = ingest.feeder.file("more.csv", "id,title\n9,Belt\n")
    report = await ingest(site.put("/feed.csv", CSV), str(local))
    assert report.new == 5


async def test_a_private_address_is_refused_by_default(site: Site, feeder: Any) -> None:
    with pytest.raises(Unprocessable, match="private network"):
        await Ingester(feeder, allow_private=False)(site.put("/feed.csv", CSV))
    assert (site.sent, feeder.written) == ([], [])


async def test_secrets_of_an_address_are_kept_nowhere(site: Site, ingest: Ingester) -> None:
    site.put("/feed.csv", CSV, ETag='"1"')
    url = f"{site.base}/feed.csv?token=s3cret"
    report = await ingest(url)
    await ingest(url)
    kept = "".join(path.name + path.read_text() for path in ingest.stamps.folder.iterdir())
    assert site.sent == [200, 304]
    assert "s3cret" not in kept + str(report.as_dict()) + str(ingest.feeder.folder)


def test_a_spoilt_stamp_is_no_stamp(tmp_path: Path, feeder: Any) -> None:
    stamps = Ingester(feeder).stamps
    stamps.folder.mkdir(parents=True)
    assert stamps.of("https://x.example/a", Options()) is None
    for content in ("", "[]", "{}", '{"etag": 1, "last_modified": "", "until": "never"}'):
        stamps._file("https://x.example/a", Options()).write_text(content)
        assert stamps.of("https://x.example/a", Options()) is None


@pytest.mark.parametrize("place", ["https://x.example/a", "HTTP://x", "file:///x"])
def test_what_an_address_is(place: str) -> None:
    assert is_address(place)


@pytest.mark.parametrize("place", ["C:/feed.csv", "feeds/a.csv", "a.csv", ""])
def test_what_a_file_is(place: str) -> None:
    assert not is_address(place)
