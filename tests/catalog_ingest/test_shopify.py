"""Shopify's product export, both dialects."""

from pathlib import Path
from typing import Any

import pytest

from catalog_ingest import check
from catalog_ingest.options import Options
from catalog_ingest.sources import LeftOut, Row, Unreadable, sources_of
from catalog_ingest.sources.shopify import read
from tresen.shop.money import Money

OLD = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
OLD += "Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,"
OLD += "Variant Barcode,Image Src,Image Position,Variant Image,Status\n"
NEW = "Title,URL handle,Description,Vendor,Product category,Status,SKU,Option1 name,Option1 value,Price,"
NEW += "Inventory tracker,Inventory quantity,Continue selling when out of stock,Product image URL,Variant image URL\n"


def rows(folder: Path, content: str) -> list[Row | Unreadable | LeftOut]:
    (folder / "products_export.csv").write_text(content, "utf-8")
    assert [source.name for source in sources_of(folder / "products_export.csv", Options())] == ["shopify"]
    return list(read(folder / "products_export.csv", Options()))


def one(folder: Path, content: str) -> Any:
    (row,) = rows(folder, content)
    assert isinstance(row, Row), row
    product, unknown = check.product(row.data, Options(locale="en"))
    assert unknown == []
    return product


def test_variants_are_grouped_by_handle_and_keep_their_pictures(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        OLD
        + 'sock,Sock,"<p>Warm &amp; soft.</p><script>x()</script>",K,Socks,"a, b",TRUE,Farbe,Blue,Size,M,S-1,shopify,3,'
        "deny,12.90,'4006,/1.jpg,2,/blue.jpg,active\n"
        "sock,,,,,,,,Red,,M,S-2,shopify,-2,deny,13.90,,/2.jpg,1,/red.jpg,\n"
        "sock,,,,,,,,,,,,,,,,,/3.jpg,3,,\n",
    )
    assert (product.external_id, product.title, product.brand) == ("sock", {"en": "Sock"}, "K")
    assert product.description == {"en": "Warm & soft."}
    assert product.attributes == {"tags": ["a", "b"], "gtin": ["4006"]}
    assert product.image == "/2.jpg"
    blue, red = product.variants
    assert (blue.sku, blue.options, blue.price) == ("S-1", {"color": "Blue", "size": "M"}, Money(1290, "EUR"))
    assert (red.sku, red.options, red.image) == ("S-2", {"color": "Red", "size": "M"}, "/red.jpg")
    assert (blue.stock, red.stock) == (3, 0)


def test_the_new_dialect_means_the_same(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        NEW + "Cap,cap,<b>Light</b>,K,Wear > Caps,Active,C-1,Color,Red,19.00,shopify,3,DENY,/c.jpg,/r.jpg\n"
        ",cap,,,,,C-2,,Blue,19.00,shopify,0,CONTINUE,,\n",
    )
    assert (product.category_key, product.description, product.image) == ("wear/caps", {"en": "Light"}, "/c.jpg")
    assert [(each.sku, each.options, each.stock) for each in product.variants] == [
        ("C-1", {"color": "Red"}, 3),
        ("C-2", {"color": "Blue"}, None),
    ]


def test_the_only_variant_has_no_options_and_gets_a_sku(tmp_path: Path) -> None:
    product = one(tmp_path, NEW + "Box,box,,K,,active,,Title,Default Title,9.00,,,,,\n")
    (variant,) = product.variants
    assert (variant.sku, variant.options, variant.stock) == ("box", {}, None)


def test_a_title_alone_is_enough(tmp_path: Path) -> None:
    product = one(tmp_path, "Title,URL handle,Price\nGrüne Tüte,,3.00\n")
    assert (product.external_id, product.variants[0].price) == ("gruene-tuete", Money(300, "EUR"))


@pytest.mark.parametrize(("status", "published"), [("draft", "TRUE"), ("archived", "TRUE"), ("active", "FALSE")])
def test_what_the_shop_holds_back_is_left_out(tmp_path: Path, status: str, published: str) -> None:
    (row,) = rows(tmp_path, f"Handle,Title,Vendor,Published,Status,Variant Price\nx,X,K,{published},{status},1.00\n")
    assert isinstance(row, LeftOut) and row.id == "x"


def test_own_fields_of_the_shop_become_attributes(tmp_path: Path) -> None:
    header = "Title,URL handle,Price,Material (product.metafields.custom.material),Care (product.metafields.my.care)\n"
    product = one(tmp_path, header + f"A,a,1.00,Wool,{'wash cold ' * 30}\n")
    assert product.attributes == {"material": "Wool"}
    assert product.details["care"]["en"].startswith("wash cold")


def test_variants_that_stand_apart_are_one_product(tmp_path: Path) -> None:
    content = NEW + "A,a,,K,,active,A1,Size,M,1.00,,,,,\nB,b,,K,,active,B1,,,1.00,,,,,\n,a,,,,,A2,,L,2.00,,,,,\n"
    found = {row.data["id"]: row.data for row in rows(tmp_path, content) if isinstance(row, Row)}
    assert [each["sku"] for each in found["a"]["variants"]] == ["A1", "A2"]
    assert [each["sku"] for each in found["b"]["variants"]] == ["B1"]


def test_one_broken_line_takes_its_whole_product_along(tmp_path: Path) -> None:
    content = (
        NEW + "A,a,,K,,active,A1,Size,M,1.00,,,,,\n,a,,,,,A2,,L,2.00,,,,,,one,too,many\nB,b,,K,,active,B1,,,1.00,,,,,\n"
    )
    broken, good = rows(tmp_path, content)
    assert isinstance(broken, Unreadable) and (broken.id, broken.line) == ("a", 3)
    assert isinstance(good, Row) and good.data["id"] == "b"


async def test_a_product_that_becomes_a_draft_leaves_the_shop(feeder: Any) -> None:
    head = "Title,URL handle,Price,Status\n"
    full = head + "".join(f"P{i},p{i},1.00,active\n" for i in range(5))
    await feeder.ingest(feeder.file("shop.csv", full))
    report = await feeder.ingest(feeder.file("shop.csv", full.replace("p4,1.00,active", "p4,1.00,draft")))
    assert (report.withdrawn, report.rejected_rows, sum(report.left_out.values())) == (1, 0, 1)
    assert set(await feeder.products()) == {"p0", "p1", "p2", "p3"}
    assert any("left out" in line for line in report.summary())
