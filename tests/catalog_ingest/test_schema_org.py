"""Product pages with schema.org JSON-LD."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from catalog_ingest import check
from catalog_ingest.options import Options
from catalog_ingest.sources import LeftOut, Row, Unreadable, sources_of
from catalog_ingest.sources.schema_org import read
from tresen.shop.money import Money

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def page(*scripts: Any, lang: str = "en") -> str:
    texts = (each if isinstance(each, str) else json.dumps(each) for each in scripts)
    inside = "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)
    return f'<html lang="{lang}"><head><title>x</title>{inside}</head><body><p>Words.</p></body></html>'


def sock(**fields: Any) -> dict[str, Any]:
    offer = {"@type": "Offer", "price": "12.90", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}
    return {"@context": "https://schema.org", "@type": "Product", "sku": "S", "name": "Sock", "offers": offer} | fields


def rows(folder: Path, **pages: str) -> list[Row | Unreadable | LeftOut]:
    for name, content in pages.items():
        (folder / f"{name}.html").write_text(content, "utf-8")
    return list(read(folder, Options(at=NOW)))


def products(folder: Path, **pages: str) -> dict[str, Any]:
    found = rows(folder, **pages)
    assert all(isinstance(row, Row) for row in found), found
    checked = (check.product(row.data, Options())[0] for row in found if isinstance(row, Row))
    return {product.external_id: product for product in checked}


def test_a_product_with_all_that_pages_say(tmp_path: Path) -> None:
    node = sock(
        description="<p>Warm</p>",
        brand={"@type": "Brand", "name": "Kiesel"},
        image=["https://x.example/1.jpg", "https://x.example/2.jpg"],
        url="https://x.example/sock",
        category="Run > Socks",
        gtin13="4006381333931",
        material="wool",
        additionalProperty={"@type": "PropertyValue", "name": "Height", "value": 12, "unitText": "cm"},
        aggregateRating={"ratingValue": "92", "bestRating": "100", "ratingCount": "7"},
        review={"reviewRating": {"ratingValue": 4}, "author": "Jo", "reviewBody": "Good"},
    )
    product = products(tmp_path, sock=page(node))["S"]
    assert (product.title, product.description) == ({"en": "Sock"}, {"en": "Warm"})
    assert (product.brand, product.image, product.url) == (
        "Kiesel",
        "https://x.example/1.jpg",
        "https://x.example/sock",
    )
    assert product.attributes == {"gtin": "4006381333931", "material": "wool", "height": "12 cm"}
    assert (product.rating, product.rating_count) == (4.6, 7)
    (review,) = product.reviews
    assert (review.stars, review.author, review.text, review.locale) == (4, "Jo", "Good", "en")
    assert product.variants[0].price == Money(1290, "EUR")


def test_a_group_has_variants_even_by_reference(tmp_path: Path) -> None:
    red = {"@type": "Product", "@id": "#red", "sku": "S-R", "color": "red", "size": "M", "offers": sock()["offers"]}
    blue = sock(sku="S-B", color="blue", size="M")
    group = {"@type": "ProductGroup", "productGroupID": "S", "name": "Sock", "variesBy": "https://schema.org/color"}
    graph = {"@graph": [group | {"hasVariant": [blue, {"@id": "#red"}]}, red]}
    (product,) = products(tmp_path, sock=page(graph)).values()
    assert [(each.sku, each.options) for each in product.variants] == [
        ("S-B", {"color": "blue"}),
        ("S-R", {"color": "red"}),
    ]


def test_variants_on_pages_of_their_own_are_one_product(tmp_path: Path) -> None:
    group = {"@type": "ProductGroup", "productGroupID": "S", "name": "Sock"}
    red = page(sock(sku="S-R", name="Red sock", color="red", isVariantOf=group))
    blue = page(sock(sku="S-B", name="Blue sock", color="blue", isVariantOf=group))
    found = products(tmp_path, red=red, other=page(sock(sku="X")), blue=blue)
    assert set(found) == {"S", "X"}
    assert found["S"].title == {"en": "Sock"}
    assert [(each.sku, each.options) for each in found["S"].variants] == [
        ("S-B", {"color": "blue"}),
        ("S-R", {"color": "red"}),
    ]


async def test_a_product_that_several_pages_show_is_saved_once(feeder: Any) -> None:
    feeder.file("pages/list.html", page(sock(), sock(sku="X", name="Cap")))
    feeder.file("pages/sock.html", page(sock(name="Sock again")))
    report = await feeder.ingest(feeder.folder / "pages")
    assert (report.new, report.rejected_rows) == (2, 1)
    assert (await feeder.products())["S"].title == {"en": "Sock"}


@pytest.mark.parametrize(
    ("offers", "price", "stock"),
    [
        ({"price": 12.9, "priceCurrency": "EUR"}, 1290, None),
        ({"price": "12.90", "priceCurrency": "EUR", "availability": "http://schema.org/OutOfStock"}, 1290, 0),
        ({"price": "12.90", "priceCurrency": "EUR", "availability": "SoldOut"}, 1290, 0),
        ({"price": "9", "priceCurrency": "EUR", "priceValidUntil": "2026-11-24"}, None, None),
        ({"price": "9", "priceCurrency": "EUR", "priceValidUntil": "2026-11-25"}, 900, None),
        ({"price": "9", "priceCurrency": "EUR", "inventoryLevel": {"value": 4}}, 900, 4),
        ({"@type": "AggregateOffer", "lowPrice": "5", "highPrice": "9", "priceCurrency": "EUR"}, None, None),
        ({"@type": "AggregateOffer", "lowPrice": "5", "highPrice": "5", "priceCurrency": "EUR"}, 500, None),
        ({"priceSpecification": [{"priceType": "https://schema.org/ListPrice", "price": 20, "priceCurrency": "EUR"},
                                 {"price": 15, "priceCurrency": "EUR"}]}, 1500, None),
        ([{"price": 7, "priceCurrency": "EUR", "availability": "OutOfStock"}, {"price": 8, "priceCurrency": "EUR"}],
         800, None),
        (None, None, None),
    ],
)  # fmt: skip
def test_offers(tmp_path: Path, offers: Any, price: int | None, stock: int | None) -> None:
    (variant,) = products(tmp_path, sock=page(sock(offers=offers)))["S"].variants
    assert variant.price == (None if price is None else Money(price, "EUR"))
    assert variant.stock == stock


def test_several_offers_with_skus_are_variants(tmp_path: Path) -> None:
    offers = [{"sku": f"S-{size}", "name": size, "price": 9, "priceCurrency": "EUR"} for size in ("M", "L")]
    product = products(tmp_path, sock=page(sock(offers=offers)))["S"]
    assert [(each.sku, each.options) for each in product.variants] == [("S-M", {"offer": "M"}), ("S-L", {"offer": "L"})]


@pytest.mark.parametrize(
    "text",
    [
        "<!-- {} -->", "//<![CDATA[\n{}\n//]]>", "<![CDATA[{}]]>", " {} ",
    ],
)  # fmt: skip
def test_wrapped_json_is_read(tmp_path: Path, text: str) -> None:
    assert "S" in products(tmp_path, sock=page(text.replace("{}", json.dumps(sock()))))


@pytest.mark.parametrize(
    "text", [json.dumps(sock())[:-1] + ",}", json.dumps(sock()).replace('"', "&quot;"), '[{"a": "x\ty"}, %s]']
)
def test_small_faults_are_forgiven(tmp_path: Path, text: str) -> None:
    told = (text % json.dumps(sock()) if "%s" in text else text).replace("&quot;@type", "&quot;@type")
    (tmp_path / "sock.html").write_text(page(told) + '<!-- "Product" -->')
    assert "S" in products(tmp_path)


def test_broken_json_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    broken, good = rows(tmp_path, sock=page('{"@type": "Product", "name": ', sock()))
    assert isinstance(broken, Unreadable) and (broken.file, broken.line) == ("sock.html", 1)
    assert "cannot be read" in broken.reason
    assert isinstance(good, Row) and good.data["id"] == "S"


def test_json_that_nests_for_ever_is_told(tmp_path: Path) -> None:
    deep = '{"@type": "Product", "a": ' + "[" * 200_000
    (row,) = rows(tmp_path, sock=page(deep))
    assert isinstance(row, Unreadable) and "nested too deeply" in row.reason


def test_references_in_a_circle_end(tmp_path: Path) -> None:
    one = sock() | {"@id": "#a", "isVariantOf": {"@id": "#b"}}
    two = {"@type": "ProductGroup", "@id": "#b", "productGroupID": "G", "hasVariant": [{"@id": "#a"}, {"@id": "#b"}]}
    found = rows(tmp_path, sock=page({"@graph": [one, two]}))
    assert len(found) == 1


def test_the_category_comes_from_the_way_to_the_page(tmp_path: Path) -> None:
    names = ["Home", "Run", "Socks", "Sock"]
    steps = [{"@type": "ListItem", "position": at, "name": name} for at, name in enumerate(names, 1)]
    trail = {"@type": "BreadcrumbList", "itemListElement": list(reversed(steps))}
    assert products(tmp_path, sock=page(sock(), trail))["S"].category_key == "run/socks"


def test_a_folder_of_pages_and_policies_is_both(tmp_path: Path) -> None:
    (tmp_path / "sock.html").write_text(page(sock()))
    (tmp_path / "shipping.md").write_text("# Shipping\n\nTwo days.")
    (tmp_path / "about.html").write_text(page({"@type": "Organization", "name": "K"}))
    found = {each.name: list(each.read(tmp_path, Options())) for each in sources_of(tmp_path, Options())}
    assert [row.file for row in found["schema_org"]] == ["sock.html"]
    assert [row.file for row in found["documents"]] == ["about.html", "shipping.md"]
