"""Feeds that are broken, or made to break something: told in the report, and the shop stays whole."""

import gzip
import json
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_ingest import check
from catalog_ingest.blocks import blocks, soup_of
from catalog_ingest.feed import Good, feeds
from catalog_ingest.options import Options
from catalog_ingest.sources import LeftOut, Row, Unreadable
from catalog_ingest.sources.jsonl import read
from catalog_ingest.texts import clean
from tresen.kit.errors import TresenError, Unprocessable


def lines(folder: Path, content: bytes, name: str = "x.jsonl") -> list[Row | Unreadable | LeftOut]:
    (folder / name).write_bytes(content)
    return list(read(folder / name, Options()))


def test_a_byte_order_mark_and_empty_lines_are_no_trouble(tmp_path: Path) -> None:
    found = lines(tmp_path, b'\xef\xbb\xbf{"id": "1"}\r\n\n  \n{"id": "2"}')
    assert [(each.line, each.data["id"]) for each in found if isinstance(each, Row)] == [(1, "1"), (4, "2")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"id": "M\xfctze"}', "not UTF-8"),
        (b'{"id": "1", "a": "\x00"}', "not JSON"),
        (b'{"id": "1"', "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'"id"', "not a JSON object"),
        (b'{"id": "1", "a": ' + b"[" * 200_000, "nested too deeply"),
        (b'{"id": "1", "a": ' + b"9" * 5000 + b"}", "not JSON"),
    ],
)
def test_a_line_that_is_no_product_is_told(tmp_path: Path, content: bytes, reason: str) -> None:
    broken, good = lines(tmp_path, content + b'\n{"id": "2"}\n')
    assert isinstance(broken, Unreadable) and isinstance(good, Row)
    assert (broken.line, good.line) == (1, 2)
    assert reason in broken.reason


def test_a_line_of_ten_megabytes_is_left_behind_with_its_id(tmp_path: Path) -> None:
    broken, good = lines(tmp_path, b'{"id": "big", "title": "' + b"x" * 10_000_000 + b'"}\n{"id": "2"}\n')
    assert broken == Unreadable(1, "the line is longer than 4 MB", "big")
    assert (good.line, type(good)) == (2, Row)


def test_a_huge_line_at_the_end_without_a_newline(tmp_path: Path) -> None:
    (broken,) = lines(tmp_path, b"x" * 9_000_000)
    assert (broken.line, type(broken)) == (1, Unreadable)


async def test_a_packed_feed_that_breaks_off_saves_what_there_is_and_withdraws_nothing(feeder: Any) -> None:
    rows = [feeder.sock(f"S{i:04}", brand=str(hash(str(i)))) for i in range(2000)]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    whole = feeder.file("shop.jsonl.gz", gzip.compress(text.encode()))
    await feeder.ingest(whole)
    rows[0]["title"] = "Neu"
    packed = gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())
    report = await feeder.ingest(feeder.file("shop.jsonl.gz", packed[: len(packed) // 2]))
    assert (report.complete, report.withdrawn, report.changed) == (False, 0, 1)
    assert "breaks off" in report.rejected[-1].reason
    assert any("nothing of it was withdrawn" in warning for warning in report.warnings)
    assert len(await feeder.products()) == 2000


async def test_a_packed_feed_with_rubbish_in_it(feeder: Any) -> None:
    packed = bytearray(gzip.compress("".join(json.dumps(feeder.sock(f"S{i}")) + "\n" for i in range(500)).encode()))
    packed[len(packed) // 2 :] = bytes(len(packed) - len(packed) // 2)
    report = await feeder.ingest(feeder.file("shop.jsonl.gz", bytes(packed)))
    assert report.complete is False


async def test_a_gz_that_is_none(feeder: Any) -> None:
    with pytest.raises(Unprocessable, match="not a gzip file"):
        await feeder.ingest(feeder.file("shop.jsonl.gz", b'{"id": "1"}\n'))


async def test_an_unpacked_name_with_packed_content_is_read_all_the_same(feeder: Any) -> None:
    content = gzip.compress(json.dumps(feeder.sock()).encode())
    assert (await feeder.ingest(feeder.file("shop.jsonl", content))).new == 1


async def test_formulas_and_markup_reach_the_shop_as_plain_text(feeder: Any) -> None:
    await feeder.ingest(feeder.file("x.csv", "id,title,brand\n1,\"=cmd|' /C calc'!A0\",<script>x</script>B\n"))
    product = (await feeder.products())["1"]
    assert (product.title, product.brand) == ({"de": "=cmd|' /C calc'!A0"}, "B")


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]><rss><item><id>{"&a;" * 50_000}</id></item></rss>'
HOSTILE_XML = {
    "billion laughs": LAUGHS + "]><rss><item><id>&j;</id></item></rss>",
    "quadratic blow-up": QUADRATIC,
    "external entity": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><item><id>&a;</id></item></rss>',
    "external document type": '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><rss><item><id>1</id></item></rss>',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1/x">%a;]><rss/>',
    "a nest": "<a>" * 100_000,
    "an attribute of 10 MB": f'<rss><item x="{"y" * 10_000_000}"><id>1</id></item></rss>',
    "a comment of 10 MB": f"<rss><!--{'y' * 10_000_000}--><item><id>1</id></item></rss>",
}


@pytest.mark.parametrize("content", HOSTILE_XML.values(), ids=HOSTILE_XML)
async def test_xml_made_to_do_harm_is_refused_at_once(feeder: Any, content: str) -> None:
    path = feeder.file("feed.xml", content)
    began = time.process_time()
    with pytest.raises(Unprocessable, match="is not read") as told:
        await feeder.ingest(path)
    assert time.process_time() - began < 2
    assert told.value.hint
    assert feeder.written == []


async def test_an_xml_entry_of_ten_megabytes_is_left_out_alone(feeder: Any) -> None:
    def entry(key: str, title: str) -> str:
        return f"<item><id>{key}</id><title>{title}</title><price>1.00 EUR</price></item>"

    content = f"<rss>{entry('1', 'x' * 10_000_000)}{entry('2', 'Sock')}</rss>"
    report = await feeder.ingest(feeder.file("feed.xml", content))
    assert [(each.id, each.reason) for each in report.rejected] == [("1", "the entry is longer than 1 MB")]
    assert set(await feeder.products()) == {"2"}


OPENINGS = ("<!--", "<a ", "<a b='", "<?", "<![CDATA[", "<![x", "</", "<!a", "<b>", "<script>", "<")


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("end", ["", ">", "-->", "]>"])
def test_markup_that_nothing_closes_costs_no_more_than_other_text(opening: str, end: str) -> None:
    """Without care each of them is searched for its end through the whole page."""
    began = time.process_time()
    soup_of((opening + "x" * 40) * 50_000 + end)
    clean(opening * (200_000 // len(opening)) + end)
    assert time.process_time() - began < 8


def test_a_page_of_nothing_but_tags_is_refused() -> None:
    with pytest.raises(ValueError, match="tags"):
        soup_of("<b>" * 200_000)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a <!-- b --> c", "a c"), ("a <![CDATA[b]]> c", "a b c"), ("a <![endif]--> b", "a --> b"), ("1 < 2", "1 < 2"),
        ("a <b>b</b> <c", "a b <c"), ("a <!--[if IE]> b <![endif]--> c", "a c"),
        ("a <!--[if !IE]><!--> b <!--<![endif]--> c", "a b c"), ("<p>a</p><!-- b", "a\n<!-- b"),
    ],
)  # fmt: skip
def test_markup_with_and_without_its_end_is_read_as_before(markup: str, text: str) -> None:
    assert "\n".join(block.text for block in blocks(soup_of(markup))) == text


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.jsonl.gz", "bomb.xml.gz", "bomb.csv"])
async def test_a_gzip_bomb_is_refused_at_once(feeder: Any, name: str) -> None:
    packer = zlib.compressobj(wbits=31)
    head = {"xml": b"<rss>"}.get(name.split(".")[1], b"id,title\n1,x\n")
    packed = packer.compress(head) + b"".join(packer.compress(b"\n" * 1_000_000) for _ in range(60)) + packer.flush()
    began = time.process_time()
    with pytest.raises(Unprocessable, match="unpacks to more than"):
        await feeder.ingest(feeder.file(name, packed))
    assert time.process_time() - began < 8
    assert feeder.written == []


async def test_a_zip_is_no_feed(feeder: Any) -> None:
    with pytest.raises(Unprocessable, match="Nothing here reads"):
        await feeder.ingest(feeder.file("feed.zip", b"PK\x03\x04"))


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1"])
async def test_formulas_are_text_in_every_table(feeder: Any, cell: str) -> None:
    shopify = feeder.file("shopify.csv", f'Handle,Title,Vendor,Variant Price\na,"{cell}",K,1.00\n')
    woo = feeder.file("woo.csv", f'ID,Type,SKU,Name,Published,Regular price\n1,simple,b,"{cell}",1,1.00\n')
    google = feeder.file("google.csv", f'id,title,link,price,availability\nc,"{cell}",/x,1.00 EUR,in_stock\n')
    await feeder.ingest(shopify, woo, google)
    assert {each.title["de"] for each in (await feeder.products()).values()} == {cell.strip()}


async def test_a_link_out_of_a_folder_is_not_followed(feeder: Any, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nwords")
    feeder.file("docs/a.md", "# A\n\nwords")
    (tmp_path / "docs" / "b.md").symlink_to(tmp_path / "secret.md")
    assert (await feeder.ingest(tmp_path / "docs")).new == 1


async def test_sql_in_ids_is_only_text(feeder: Any) -> None:
    evil = "'; DROP TABLE product; --"
    await feeder.ingest(feeder.jsonl(feeder.sock(evil)), source="x' OR 1=1 --")
    assert evil in await feeder.products()


async def test_ids_that_differ_by_something_invisible_are_equal(feeder: Any) -> None:
    report = await feeder.ingest(feeder.jsonl(feeder.sock("S1"), feeder.sock(" S1\u200b\x00")))
    assert (report.new, report.rejected_rows) == (1, 1)


HEADS = (
    b"",
    b"id,title,sku\n",
    b"Handle,Title,Vendor,Variant Price\n",
    b"ID,Type,SKU,Name,Published,Regular price\n",
    b"id,title,link,price,availability\n",
    b'<script type="application/ld+json">{"@type": "Product"}',
    b"<rss><item><id>",
    b"%PDF-1.4\n1 0 obj\n",
)
HOSTILE = st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=HOSTILE,
    name=st.sampled_from(["x.jsonl", "x.csv", "x.tsv.gz", "x.md", "x.html", "x.txt", "x.xml", "x.pdf"]),
    head=st.sampled_from(HEADS),
)
async def test_any_bytes_are_rows_rejections_or_a_clear_error(
    tmp_path: Path, content: bytes, name: str, head: bytes
) -> None:
    (tmp_path / name).write_bytes(head + content)
    try:
        (feed,) = feeds([tmp_path / name], Options())
        async for batch in feed.batches():
            for row in batch:
                if isinstance(row, Good):
                    assert row.item.external_id
                else:
                    assert row.reason if isinstance(row, LeftOut) else row.rejection.reason
    except TresenError as error:
        assert error.hint


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.dictionaries(
            st.sampled_from(["id", "title", "variants", "brand"]),
            st.text(max_size=5)
            | st.none()
            | st.lists(st.dictionaries(st.sampled_from(["sku", "price"]), st.text(max_size=3)), max_size=3),
        ),
        max_size=6,
    )
)
async def test_every_row_is_saved_whole_or_told(feeder: Any, rows: list[dict[str, Any]]) -> None:
    path = feeder.file("any.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    if not rows:
        return
    report = await feeder.ingest(path, allow_shrink=True)
    assert report.read == report.saved + report.unchanged + report.rejected_rows == len(rows)
    live = await feeder.products()
    for row in rows:
        try:
            item, _ = check.product(row, Options())
        except check.Rejected:
            continue
        assert len(live[item.external_id].variants) > 0
