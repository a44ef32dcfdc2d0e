"""WooCommerce's product export."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from catalog_ingest import check
from catalog_ingest.options import Options
from catalog_ingest.sources import LeftOut, Row, Unreadable, sources_of
from catalog_ingest.sources.woocommerce import read
from tresen.shop.money import Money

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HEAD = "ID,Type,SKU,Name,Published,Visibility in catalog,Short description,Description,Date sale price starts,"
HEAD += "Date sale price ends,In stock?,Stock,Backorders allowed?,Sale price,Regular price,Categories,Images,Parent,"
HEAD += "Cross-sells,Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)\n"


def line(**cells: str) -> str:
    names = HEAD.strip().split(",")
    told = {
        name.lower().replace(" ", "_").replace("?", "").replace("(s)", "").replace("-", "_"): name for name in names
    }
    by_name = {told[name]: cell for name, cell in cells.items()}
    defaults = {"Type": "simple", "Published": "1", "In stock?": "1"}
    return ",".join(f'"{by_name.get(name, defaults.get(name, ""))}"' for name in names) + "\n"


def rows(folder: Path, content: str) -> list[Row | Unreadable | LeftOut]:
    path = folder / "wc-product-export.csv"
    path.write_text(content, "utf-8")
    assert [source.name for source in sources_of(path, Options())] == ["woocommerce"]
    return list(read(path, Options(at=NOW)))


def products(folder: Path, content: str) -> dict[str, Any]:
    found = rows(folder, content)
    assert all(isinstance(row, Row) for row in found), found
    checked = (check.product(row.data, Options(locale="en"))[0] for row in found if isinstance(row, Row))
    return {product.external_id: product for product in checked}


def test_variations_belong_to_their_parent_by_sku_or_number(tmp_path: Path) -> None:
    blue = {"attribute_1_name": "Colour", "attribute_1_value": "Blue", "images": "/blue.jpg", "stock": "3"}
    red = {"attribute_1_name": "Colour", "attribute_1_value": "Red", "in_stock": "0"}
    fits = {"attribute_1_name": "Colour", "attribute_1_value": "Blue, Red", "attribute_2_name": "Fit"}
    texts = {"short_description": "Cotton.", "description": "<p>Soft,\\nwarm</p>", "categories": "Wear, Wear > Tops"}
    parent = {"sku": "H", "name": "Hoodie", "images": "/1.jpg, /2.jpg", "attribute_2_value": "loose"}
    content = HEAD + line(type="variation", id="9", sku="H-B", parent="H", regular_price="45", **blue)
    content += line(type="variable", id="7", **parent, **texts, **fits)
    content += line(type="variation", id="10", parent="id:7", regular_price="46", **red)
    (hoodie,) = products(tmp_path, content).values()
    assert (hoodie.title, hoodie.category_key, hoodie.image) == ({"en": "Hoodie"}, "wear/tops", "/1.jpg")
    assert hoodie.description == {"en": "Cotton.\nSoft, warm"}
    assert hoodie.attributes == {"fit": "loose"}
    assert [(each.sku, each.options, each.price, each.stock, each.image) for each in hoodie.variants] == [
        ("H-B", {"color": "Blue"}, Money(4500, "EUR"), 3, "/blue.jpg"),
        ("id:10", {"color": "Red"}, Money(4600, "EUR"), 0, ""),
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "price"),
    [
        ("", "", 800), ("2026-11-20", "2026-11-30", 800), ("2026-11-20", "2026-11-25", 800),
        ("2026-11-26", "", 1000), ("", "2026-11-24", 1000), ("soon", "", 1000), ("", "2026-11-25T11:00:00", 1000),
    ],
)  # fmt: skip
def test_the_sale_price_counts_while_it_holds(tmp_path: Path, starts: str, ends: str, price: int) -> None:
    sale = {"date_sale_price_starts": starts, "date_sale_price_ends": ends}
    content = HEAD + line(sku="A", name="A", sale_price="8", regular_price="10", **sale)
    assert products(tmp_path, content)["A"].variants[0].price == Money(price, "EUR")


@pytest.mark.parametrize(
    ("cells", "stock"),
    [
        ({}, None), ({"stock": "4"}, 4), ({"in_stock": "0", "stock": "4"}, 0), ({"in_stock": "backorder"}, None),
        ({"stock": "0", "backorders_allowed": "notify"}, None), ({"stock": "-3", "backorders_allowed": "0"}, 0),
    ],
)  # fmt: skip
def test_stock(tmp_path: Path, cells: dict[str, str], stock: int | None) -> None:
    content = HEAD + line(sku="A", name="A", regular_price="1", **cells)
    assert products(tmp_path, content)["A"].variants[0].stock == stock


@pytest.mark.parametrize(
    "cells",
    [
        {"published": "0"}, {"published": "-1"}, {"visibility_in_catalog": "hidden"}, {"type": "grouped"},
        {"type": "external"}, {"type": "variable"},
    ],
)  # fmt: skip
def test_what_is_not_sold_here_is_left_out_with_a_reason(tmp_path: Path, cells: dict[str, str]) -> None:
    (row,) = rows(tmp_path, HEAD + line(sku="A", name="A", **cells))
    assert isinstance(row, LeftOut) and row.reason


def test_cross_sells_formulas_and_commas(tmp_path: Path) -> None:
    content = HEAD + line(id="1", sku="A", name="'=A", cross_sells="id:2, X", categories="One\\, two > Three")
    content += line(id="2", sku="B", name="B", attribute_1_name="Size", attribute_1_value="S, M")
    found = products(tmp_path, content)
    assert found["A"].goes_well_with == ("B", "X")
    assert (found["A"].title, found["A"].category[0]) == ({"en": "=A"}, {"en": "One, two"})
    assert found["B"].attributes == {"size": ["S", "M"]}


def test_a_sku_of_two_products_is_told(tmp_path: Path) -> None:
    twice = line(type="variable", sku="H", name="Hoodie") + line(type="variable", sku="H", name="Hat")
    (row,) = rows(tmp_path, HEAD + twice + line(type="variation", sku="H-1", parent="H", regular_price="1"))
    assert isinstance(row, Unreadable) and "two products" in row.reason


def test_german_headers(tmp_path: Path) -> None:
    content = "ID,Typ,Artikelnummer,Name,Veröffentlicht,Kurzbeschreibung,Beschreibung,Vorrätig?,Lager,Angebotspreis,"
    content += "Regulärer Preis,Kategorien,Bilder,Übergeordnetes Produkt,Attribut 1 Name,Attribut 1 Wert(e)\n"
    content += '1,variable,S,Socke,1,,Warm,1,,,,Laufen > Socken,/s.jpg,,Farbe,"Blau, Rot"\n'
    content += "2,variation,S-B,Socke - Blau,1,,,1,4,,12.90,,,S,Farbe,Blau\n"
    (sock,) = products(tmp_path, content).values()
    assert (sock.category_key, sock.variants[0].options) == ("laufen/socken", {"color": "Blau"})
    assert (sock.variants[0].price, sock.variants[0].stock) == (Money(1290, "EUR"), 4)
