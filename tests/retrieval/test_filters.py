"""Filters are exact: compared with a scan in plain Python over random catalogs, and value by value."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tresen.retrieval import columns, documents
from tresen.retrieval.categories import Categories
from tresen.retrieval.finder import Catalog, find
from tresen.retrieval.query import Query
from tresen.retrieval.values import ValueIndex, Values
from tresen.shop.catalog import Product, Variant
from tresen.shop.money import Money

RED = {"color": "red"}
COLORS, SIZES, BRANDS, LEAVES = ("blue", "red", "black"), ("S", "M", "L"), ("Kiesel", "Kette"), ("Socks", "Helmets")


def a_product(key: str, title: str = "thing", leaf: str = "Socks", brand: str = "Kiesel", **more: Any) -> Product:
    values: dict[str, Any] = {
        "source": "test", "external_id": key, "description": {}, "details": {}, "reviews": (), "goes_well_with": (),
        "image": "", "url": "", "rating": None, "rating_count": 0, "attributes": {}, "variants": (),
    }  # fmt: skip
    path = ({"en": "Sports"}, {"en": leaf})
    names = {"id": key, "title": {"en": title}, "brand": brand, "category": path}
    return Product(**{**values, **names, "category_key": f"sports/{leaf.lower()}", **more})


def a_variant(key: str, owner: str, options: Mapping[str, str], minor: int | None, stock: int | None) -> Variant:
    amount = None if minor is None else Money(minor, "EUR")
    return Variant(key, owner, key, dict(options), amount, True, stock, "")


def loaded(catalog: list[Product]) -> Catalog:
    sold = [item for item in catalog if item.variants]
    lexical = documents.product_lexical(sold, columns.locales_of(sold))
    return Catalog(columns.of(catalog, "EUR"), Categories(sold, lexical.vocabularies), lexical, None)


@st.composite
def catalogs(draw: st.DrawFn) -> list[Product]:
    found = []
    for number in range(draw(st.integers(0, 8))):
        key = f"p{number}"
        offers = st.tuples(
            st.fixed_dictionaries({"color": st.sampled_from(COLORS), "size": st.sampled_from(SIZES)}),
            st.none() | st.integers(0, 5),
            st.none() | st.integers(0, 2),
        )
        variants = [
            a_variant(f"{key}v{at}", key, options, minor, stock)
            for at, (options, minor, stock) in enumerate(draw(st.lists(offers, max_size=4)))
        ]
        rating = draw(st.none() | st.sampled_from((3.9, 4.6, 5.0)))
        leaf, brand = draw(st.sampled_from(LEAVES)), draw(st.sampled_from(BRANDS))
        attributes = draw(st.sampled_from(({}, {"waterproof": True}, {"waterproof": False})))
        found.append(
            a_product(key, leaf=leaf, brand=brand, rating=rating, attributes=attributes, variants=tuple(variants))
        )
    return found


queries = st.builds(
    Query,
    category=st.sampled_from(("", *LEAVES)),
    brand=st.sampled_from(("", *BRANDS)),
    options=st.fixed_dictionaries(
        {},
        optional={
            "color": st.sampled_from(COLORS),
            "size": st.sampled_from(SIZES),
            "waterproof": st.sampled_from(("true", "no")),
        },
    ),
    price_min=st.none() | st.integers(0, 5),
    price_max=st.none() | st.integers(0, 5),
    rating_min=st.none() | st.sampled_from((4.0, 4.6)),
    in_stock=st.booleans(),
    sort=st.sampled_from(("relevance", "price", "price_desc", "rating")),
    limit=st.just(1000),
    exclude=st.sampled_from((frozenset[str](), frozenset({"p0", "p3"}))),
    unwanted=st.sampled_from(((), (), ("blue",), ("Kiesel",), ("socks", "RED"), ("L", "", "chartreuse"))),
)


def scan(catalog: list[Product], query: Query) -> dict[str, set[str]]:
    """What must be found: product id -> the variants that meet every condition."""
    found: dict[str, set[str]] = {}
    for item in catalog:
        if item.id in query.exclude or query.category not in ("", item.category[-1]["en"]):
            continue
        if query.brand not in ("", item.brand) or (query.rating_min and (item.rating or 0) < query.rating_min):
            continue
        fitting = {each.id for each in item.variants if meets(item, each, query)}
        if fitting:
            found[item.id] = fitting
    return found


def refused(item: Product, each: Variant, query: Query) -> bool:
    own = (item.brand, item.category[-1]["en"], each.options["color"], each.options["size"])
    return not {word.casefold() for word in query.unwanted}.isdisjoint(str(value).casefold() for value in own)


def meets(item: Product, each: Variant, query: Query) -> bool:
    if refused(item, each, query):
        return False
    minor = None if each.price is None else each.price.minor
    if query.price_min is not None and (minor is None or minor < query.price_min):
        return False
    if query.price_max is not None and (minor is None or minor > query.price_max):
        return False
    if query.in_stock and each.stock == 0:
        return False
    waterproof = {"true": True, "no": False}.get(query.options.get("waterproof", ""))
    if waterproof is not None and item.attributes.get("waterproof") is not waterproof:
        return False
    return all(query.options.get(key, each.options[key]) == each.options[key] for key in ("color", "size"))


@settings(max_examples=300, deadline=None)
@given(catalogs(), queries)
def test_what_is_found_is_what_a_scan_finds(catalog: list[Product], query: Query) -> None:
    compare_with_a_scan(catalog, query)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(catalogs(), queries)
def test_what_is_found_is_what_a_scan_finds_ten_thousand_times(catalog: list[Product], query: Query) -> None:
    compare_with_a_scan(catalog, query)


def compare_with_a_scan(catalog: list[Product], query: Query) -> None:
    found = find(loaded(catalog), query, lambda text: None)
    expected = scan(catalog, query)
    if expected and not found.unknown:
        assert found.outcome == "found"
        assert {hit.product_id: set(hit.variant_ids) for hit in found.hits} == expected
        assert found.total == len(expected)
    elif found.outcome == "found":
        assert not found.hits
    assert all(hit.variant_ids for hit in found.hits)


TEXTS = ("blue socks", "a helmet, please", "thing", "Kiesel", "waterproof things", "best rated socks", "zzz quantum")


@settings(max_examples=100, deadline=None)
@given(catalogs(), queries, st.sampled_from(TEXTS))
def test_a_text_orders_and_a_filter_decides(catalog: list[Product], query: Query, text: str) -> None:
    leaves = {item.category[-1]["en"] for item in catalog if item.variants}
    query = replace(query, category=query.category if query.category in leaves else "")  # another one is read as text
    expected = scan(catalog, query)
    found = find(loaded(catalog), replace(query, text=text), lambda *_: None)
    if found.outcome == "found":
        assert all(set(hit.variant_ids) == expected[hit.product_id] for hit in found.hits)
    ranked = find(loaded(catalog), replace(query, text=text, complete=True), lambda *_: None)
    if expected and not ranked.unknown and text != "zzz quantum":
        assert {hit.product_id: set(hit.variant_ids) for hit in ranked.hits} == expected


@settings(max_examples=60, deadline=None)
@given(catalogs(), queries)
def test_the_order_is_the_one_asked_for(catalog: list[Product], query: Query) -> None:
    found = find(loaded(catalog), query, lambda text: None)
    by_id = {item.id: item for item in catalog}
    prices = {each.id: each.price for item in catalog for each in item.variants}
    stocks = {each.id: each.stock for item in catalog for each in item.variants}
    for hit in found.hits:
        sold_out = [stocks[key] == 0 for key in hit.variant_ids]
        assert sold_out == sorted(sold_out)
    if query.sort == "rating" and found.outcome == "found":
        ratings = [by_id[hit.product_id].rating or 0 for hit in found.hits]
        assert ratings == sorted(ratings, reverse=True)
    if query.sort == "price" and query.in_stock and found.outcome == "found":
        lowest = [min(p.minor if (p := prices[key]) else 10**9 for key in hit.variant_ids) for hit in found.hits]
        assert lowest == sorted(lowest)


def the_values(*values: Any) -> Values:
    index = ValueIndex()
    for row, value in enumerate(values):
        index.add(row, {"key": value})
    return index.done(("de", "en"))["key"]


def met(known: Values, wish: str) -> list[int] | None:
    rows = known.find(wish)
    return None if rows is None else [int(row) for row in rows]


@pytest.mark.parametrize(
    ("wish", "rows"),
    [
        ("Blau", [0]),
        ("blue", [0]),
        ("BLAUE", [0]),
        ("hellblau", [1]),
        ("helblau", [1]),
        ("light blue", [1]),
        ("Türkis", [2]),
        ("turkis", [2]),
        ("chartreuse", None),
        ("rot", None),
    ],
)
def test_a_colour_is_met_in_any_language_form_and_accent(wish: str, rows: list[int] | None) -> None:
    known = the_values(
        {"de": "Blau", "en": "blue"}, {"de": "Hellblau", "en": "light blue"}, {"de": "Türkis", "en": "turquoise"}
    )
    assert met(known, wish) == rows


@pytest.mark.parametrize(
    ("wish", "rows"),
    [("41", [0]), ("39-42", [0]), ("43", [1, 2]), ("M", [3, 4]), ("L", [4]), ("XXL", None), ("47", None)],
)
def test_a_size_is_met_within_a_range_and_before_brackets(wish: str, rows: list[int] | None) -> None:
    assert met(the_values("39-42", "43-46", "43", "M (55-59 cm)", "M/L"), wish) == rows


def test_material_is_met_by_a_word_of_it_and_a_fact_by_yes_or_its_name() -> None:
    assert met(the_values({"de": "Merinowolle", "en": "merino wool"}, "polyester"), "Merino") == [0]
    facts = the_values(True, False)
    assert met(facts, "ja") == met(facts, "key") == [0]
    assert met(facts, "no") == [1]


def test_an_option_of_the_variant_stands_before_the_attribute_of_its_product() -> None:
    pump = a_product("p", attributes={"valve": ["Presta", "Schrader"]})
    variants = (a_variant("v0", "p", {"valve": "Schrader"}, 100, 1), a_variant("v1", "p", {}, 100, 1))
    catalog = loaded([a_product("p", attributes=pump.attributes, variants=variants)])
    found = find(catalog, Query(options={"Valve": "presta"}), lambda text: None)
    assert [hit.variant_ids for hit in found.hits] == [("v1",)]


def test_what_is_unwanted_is_never_found_under_any_of_its_names() -> None:
    blue = {"de": "Blau", "en": "blue"}
    gel = a_product("gel", "Energy gel", "Nutrition", "Nike", variants=(a_variant("g", "gel", {"color": "x"}, 100, 1),))
    bar = a_product("bar", "Energy bar", "Nutrition", variants=(a_variant("b", "bar", {"color": "x"}, 100, 1),))
    colors = (Variant("s0", "sock", "s0", {"color": blue}, None, True, 1, ""), a_variant("s1", "sock", RED, 100, 1))
    sock = a_product("sock", variants=colors)
    catalog = loaded([gel, bar, sock])

    def left(*unwanted: str, **more: Any) -> dict[str, tuple[str, ...]]:
        found = find(catalog, Query(unwanted=unwanted, **more), lambda text: None)
        return {hit.product_id: hit.variant_ids for hit in found.hits}

    assert set(left("nike")) == {"bar", "sock"}
    assert set(left("gels", text="energy")) == {"bar"}
    assert set(left("Socks")) == {"gel", "bar"}
    assert left("blau")["sock"] == ("s1",)
    assert set(left("Nike", "Socks", "bar")) == set()
    assert set(left("quantum", "", "  ")) == {"gel", "bar", "sock"}


def test_what_is_unwanted_stays_so_when_another_condition_is_dropped() -> None:
    pair = [a_product(key, brand=brand, variants=(a_variant(key, key, {"color": "red"}, 100, 1),), rating=3.0)
            for key, brand in (("a", "Nike"), ("b", "Kiesel"))]  # fmt: skip
    found = find(loaded(pair), Query(unwanted=("Nike",), rating_min=4.5), lambda text: None)
    assert (found.outcome, [hit.product_id for hit in found.hits]) == ("relaxed", ["b"])


@pytest.mark.parametrize(
    ("asked", "found"), [("women", "uw"), ("Damen", "uw"), ("men", "mu"), ("unisex", "u"), ("kids", "k")]
)
def test_what_is_for_everybody_is_for_women_and_for_men(asked: str, found: str) -> None:
    says = {"w": {"de": "Damen", "en": "women"}, "m": {"de": "Herren", "en": "men"}, "u": "Unisex",
            "k": {"de": "Kinder", "en": "kids"}, "x": None}  # fmt: skip
    catalog = loaded(
        [
            a_product(
                key,
                attributes={"gender": value} if value else {},
                variants=(a_variant(key, key, RED, 100, 1),),
            )
            for key, value in says.items()
        ]
    )
    hits = find(catalog, Query("", options={"gender": asked}), lambda *_: None).hits
    assert "".join(sorted(hit.product_id for hit in hits)) == found
