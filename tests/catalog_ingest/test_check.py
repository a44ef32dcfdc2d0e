"""What a raw row has to be, field by field, and that garbage is refused and never believed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_ingest import check
from catalog_ingest.options import Options
from catalog_ingest.texts import clean, line, slug
from tresen.shop.money import Money


def row(**other: Any) -> dict[str, Any]:
    return {"id": "S1", "title": "Socke", "variants": [{"sku": "a", "price": "12,90"}]} | other


def made(**other: Any) -> Any:
    return check.product(row(**other), Options())[0]


def refused(**other: Any) -> tuple[str, str]:
    with pytest.raises(check.Rejected) as wrong:
        made(**other)
    return wrong.value.field, wrong.value.reason


def test_the_least_a_product_needs() -> None:
    item, unknown = check.product({"id": 7, "title": "Socke"}, Options(locale="de"))
    assert (item.external_id, item.title, unknown) == ("7", {"de": "Socke"}, [])
    assert [(each.sku, each.price, each.stock) for each in item.variants] == [("7", None, None)]


def test_a_product_without_variants_is_its_own() -> None:
    item, unknown = check.product({"id": "7", "title": "x", "price": 3, "stock": "4", "sku": "q"}, Options())
    (only,) = item.variants
    assert (only.sku, only.price, only.stock, unknown) == ("q", Money(300, "EUR"), 4, [])


def test_plain_text_is_in_the_language_of_the_feed_and_empty_languages_go() -> None:
    item, _ = check.product(row(title={"en": "Sock", "de": " "}, description="Warm"), Options(locale="en"))
    assert (item.title, item.description) == ({"en": "Sock"}, {"en": "Warm"})


def test_the_category_key_is_made_of_english_names() -> None:
    item = made(category=[{"de": "Radfahren", "en": "Cycling"}, "Größen & Maße"])
    assert item.category == ({"de": "Radfahren", "en": "Cycling"}, {"de": "Größen & Maße"})
    assert item.category_key == "cycling/groessen-masse"
    assert made(category="Sport > Laufen").category_key == "sport/laufen"


def test_attributes_keep_their_types() -> None:
    facts = {"Gewicht (g)": 48, "waterproof": False, "valve": ["Presta", {"de": "Blitz"}], "gone": None, "x": 1.5}
    assert made(attributes=facts).attributes == {
        "gewicht_g": 48, "waterproof": False, "valve": ["Presta", {"de": "Blitz"}], "x": 1.5,
    }  # fmt: skip


def test_tags_and_control_characters_go() -> None:
    assert made(title="<b>Socke</b> &amp; <script>alert(1)</script>Schuh\x00\x07").title == {"de": "Socke & Schuh"}
    assert made(title="&lt;img src=x onerror=alert(1)&gt;Socke").title == {"de": "Socke"}
    assert made(title="a < b und b > c").title == {"de": "a < b und b > c"}
    assert made(title="\u202eabc\ud800\ufeff").title == {"de": "abc"}
    assert made(description="<p>Eins.</p><p>Zwei.</p>").description == {"de": "Eins.\nZwei."}


def test_formulas_stay_text() -> None:
    assert made(title="=cmd|' /C calc'!A0").title == {"de": "=cmd|' /C calc'!A0"}


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"id": ""}, "id"), ({"id": None}, "id"), ({"id": True}, "id"), ({"id": "x" * 201}, "id"),
        ({"title": ""}, "title"), ({"title": "<br>"}, "title"), ({"title": ["a"]}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": {"deutsch": "x"}}, "title"), ({"title": {"de": {"de": "x"}}}, "title"),
        ({"title": float("nan")}, "title"),
        ({"description": "x" * 20_001}, "description"), ({"description": "x" * 300_000}, "description"),
        ({"brand": "x" * 201}, "brand"), ({"category": 7}, "category"), ({"category": ["a"] * 9}, "category"),
        ({"category": [["a"]]}, "category"), ({"attributes": []}, "attributes"),
        ({"attributes": {"a": {"b": 1}}}, "attributes"),
        ({"attributes": {"a": float("inf")}}, "attributes"), ({"attributes": {"a": 10**30}}, "attributes"),
        ({"attributes": {"a": [["b"]]}}, "attributes"), ({"details": {"a": True}}, "details"),
        ({"rating": 5.1}, "rating.value"), ({"rating": {"value": "NaN"}}, "rating.value"),
        ({"rating": {"value": 4, "count": -1}}, "rating.count"), ({"rating": {"value": 10**400}}, "rating.value"),
        ({"reviews": [{"stars": 6}]}, "reviews.0.stars"), ({"reviews": [{"text": "x"}]}, "reviews.0.stars"),
        ({"reviews": [{"stars": 5, "locale": "xxx"}]}, "reviews.0.locale"), ({"reviews": "gut"}, "reviews"),
        ({"goes_well_with": "S2"}, "goes_well_with"), ({"goes_well_with": ["a"] * 51}, "goes_well_with"),
        ({"image": "javascript:alert(1)"}, "image"), ({"image": "//evil.example/x"}, "image"),
        ({"url": "data:text/html,x"}, "url"),
        ({"url": "http://"}, "url"), ({"url": "/a\\b"}, "url"), ({"url": "/a b"}, "url"),
        ({"url": "/a\x00b"}, "url"), ({"url": "/a\ud800"}, "url"),
        ({"url": "http://[x"}, "url"),
        ({"url": "/" + "x" * 1000}, "url"), ({"url": 7}, "url"),
        ({"variants": []}, "variants"), ({"variants": None}, "variants"), ({"variants": "x"}, "variants"),
        ({"variants": [{"sku": ""}]}, "variants.0.sku"), ({"variants": [{"price": 1}]}, "variants.0.sku"),
        ({"variants": [{"sku": "a"}, {"sku": "a"}]}, "variants.1.sku"),
        ({"variants": [{"sku": "a", "price": "x"}]}, "variants.0.price"),
        ({"variants": [{"sku": "a", "price": "1e9"}]}, "variants.0.price"),
        ({"variants": [{"sku": "a", "stock": -1}]}, "variants.0.stock"),
        ({"variants": [{"sku": "a", "currency": "XXQ"}]}, "variants.0.currency"),
        ({"variants": [{"sku": "a", "options": 3}]}, "variants.0.options"),
        ({"variants": [{"sku": "a", "image": "ftp://x/y"}]}, "variants.0.image"), ({"variants": [7]}, "variants.0"),
        ({"variants": [{"sku": str(i)} for i in range(2049)]}, "variants"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(other: dict[str, Any], field: str) -> None:
    named, reason = refused(**other)
    assert named == field
    assert 3 < len(reason) < 310
    assert "Value error" not in reason


def test_more_than_one_wrong_field_is_said() -> None:
    assert refused(title="", brand="x" * 500)[1].endswith("(and 1 more)")


@pytest.mark.parametrize("url", ["https://shop.example/a?b=c#d", "http://shop.example", "/media/a-b.svg", "", None])
def test_addresses_that_may_stand(url: Any) -> None:
    assert made(url=url, image=url).url == (url or "")


def test_a_variant_may_have_its_own_currency() -> None:
    assert made(variants=[{"sku": "a", "price": "3", "currency": "chf"}]).variants[0].price == Money(300, "CHF")


def test_the_tax_is_as_declared() -> None:
    item, _ = check.product(row(), Options(tax_included=False))
    assert item.variants[0].tax_included is False


def test_reviews_and_ratings() -> None:
    item = made(rating={"value": "4,6", "count": "132"}, reviews=[{"stars": "5", "text": "<i>Gut</i>", "author": "J"}])
    assert (item.rating, item.rating_count) == (4.6, 132)
    (review,) = item.reviews
    assert (review.stars, review.text, review.author, review.locale) == (5, "Gut", "J", "de")
    assert made(rating=4.5).rating == 4.5
    assert made(rating=None).rating is None


def test_a_document_needs_passages_and_a_language() -> None:
    passage = {"heading": "H", "anchor": "h", "text": "T"}
    data = {"id": "a.md", "title": "A", "locale": "", "passages": [passage]}
    assert check.document(data, Options(locale="en"))[0].locale == "en"
    wrongs: tuple[dict[str, Any], ...] = (
        {"passages": []},
        {"locale": "deutsch"},
        {"title": ""},
        {"url": "javascript:x"},
    )
    for wrong in wrongs:
        with pytest.raises(check.Rejected):
            check.document(data | wrong, Options())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("id", "title", "description", "brand", "category", "attributes", "details", "rating", "reviews",
          "goes_well_with", "image", "url", "variants", "price", "stock", "sku")  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.booleans())
def test_garbage_is_rejected_or_becomes_something_every_database_can_hold(data: dict[str, Any], whole: bool) -> None:
    data = (row() if whole else {}) | data
    try:
        item, _ = check.product(data, Options())
    except check.Rejected as wrong:
        assert wrong.reason
        return
    text = json.dumps([item.title, item.attributes, item.details, item.category], ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in text
    text.encode("utf-8")
    assert item.external_id and item.title and item.variants
    assert len(item.content_hash) == 64


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_clean_text_stays_as_it_is_when_cleaned_again(text: str) -> None:
    once = line(text)
    assert not any(letter in once for letter in "\x00\n\r\x1b\u202e")
    assert clean(once).encode("utf-8") is not None


@given(st.text())
def test_a_slug_is_never_empty_and_always_plain(text: str) -> None:
    assert slug(text)
    assert set(slug(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_hostile_markup_is_cleaned_in_no_time() -> None:
    for piece in ("<a", "<a <b>", "<!--", "&lt;", "<b>" * 3, "<![CDATA["):
        refused(title=piece * 40_000)
