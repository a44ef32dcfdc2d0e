"""What a sentence names beside its words: the kind of goods, values, order, size, and what the shop lacks."""

from typing import Any

import pytest

from tresen.retrieval import asking, glossary, understanding
from tresen.retrieval.naming import naming
from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval

SOCKS = ({"de": "Laufen", "en": "Running"}, {"de": "Laufsocken", "en": "Running socks"})
JACKETS = ({"de": "Laufen", "en": "Running"}, {"de": "Laufjacken", "en": "Running jackets"})
HELMETS = ({"de": "Radfahren", "en": "Cycling"}, {"de": "Fahrradhelme", "en": "Bike helmets"})


@pytest.fixture
async def shelf(retrieval: Retrieval, shop: Any) -> Retrieval:
    blue, red = ({"color": {"de": de, "en": en}, "size": "M"} for de, en in (("Blau", "blue"), ("Rot", "red")))
    put = shop.put
    await put("red", {"de": "Dünne Laufsocken", "en": "Thin running socks"}, category=SOCKS, variants=[(red, 900, 3)])
    await put(
        "blue", {"de": "Dicke Laufsocken", "en": "Thick running socks"}, category=SOCKS, variants=[(blue, 1900, 3)]
    )
    await put("rain", {"de": "Laufjacke Guss", "en": "Guss running jacket"}, category=JACKETS,
              attributes={"waterproof": True}, variants=[(blue, 9900, 3)])  # fmt: skip
    await put("wind", {"de": "Laufjacke Zug", "en": "Zug running jacket"}, category=JACKETS, variants=[(red, 5900, 3)])
    await put("helmet", {"de": "Stadthelm Kiez", "en": "Kiez city helmet"}, category=HELMETS)
    return retrieval


@pytest.mark.parametrize(
    ("text", "locale", "keys"),
    [
        ("blaue Laufsocken", "de", ["blue", "red"]),
        ("red socks", "en", ["red", "blue"]),
        ("Strümpfe", "de", ["blue", "red"]),
        ("cheapest socks", "en", ["red", "blue"]),
        ("hochwertige Socken", "de", ["blue", "red"]),
        ("Jacke für den Regen", "de", ["rain", "wind"]),
        ("jacket for rainy days", "en", ["rain", "wind"]),
        ("socks around 20 euros", "en", ["blue"]),
    ],
)
async def test_a_kind_with_what_is_said_of_it(shelf: Retrieval, text: str, locale: str, keys: list[str]) -> None:
    found = await shelf.find(Query(text, locale))
    shown = [hit.product_id for hit in found.hits]
    assert (shown if text != "Strümpfe" else sorted(shown)) == keys


@pytest.mark.parametrize(("text", "locale"), [("Stadtfahrrad", "de"), ("ski boots", "en"), ("city bike", "en")])
async def test_goods_that_the_shop_lacks_are_told(shelf: Retrieval, text: str, locale: str) -> None:
    found = await shelf.find(Query(text, locale))
    assert (found.outcome, found.hits) == ("category_not_carried", ())


async def test_a_category_that_is_no_category_is_read_as_text(shelf: Retrieval) -> None:
    found = await shelf.find(Query(category="Kleidung für den Regen", locale="de"))
    assert found.outcome == "found"
    assert found.hits[0].product_id == "rain"


async def test_a_size_of_the_text_is_a_condition_that_gives_way(shelf: Retrieval) -> None:
    found = await shelf.find(Query("Laufsocken Gr. M", "de"))
    assert "size" in found.hits[0].why
    assert {hit.product_id for hit in found.hits} == {"red", "blue"}
    assert "size" in (await shelf.explain(Query("Laufsocken Gr. M", "de")))["conditions"]


async def test_how_a_text_was_understood_can_be_seen(shelf: Retrieval) -> None:
    told = await shelf.explain(Query("blaue Laufsocken", "de"))
    assert told["kind"] == "laufsocken (2 products)"
    assert told["preferred"] == "color blaue"


@pytest.mark.parametrize(
    ("text", "sort", "rest"),
    [
        ("günstigste Laufschuhe", "price", "Laufschuhe"), ("best rated socks", "rating", "socks"),
        ("premium jacket", "price_desc", "jacket"), ("Laufschuhe", "relevance", "Laufschuhe"),
    ],
)  # fmt: skip
def test_an_order_is_read(text: str, sort: str, rest: str) -> None:
    assert understanding.order(text) == (sort, rest)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Schuhe bis 50", None, 5000), ("Uhr um die 80 Euro", 6000, 10000), ("Jacke unter hundert Euro", None, 10000),
        ("lamp between 20 and 50", 2000, 5000), ("helmet under fifty euros", None, 5000),
    ],
)  # fmt: skip
def test_prices_in_words(text: str, low: int | None, high: int | None) -> None:
    found = understanding.read(Query(text), "EUR")
    assert (found.price_min, found.price_max) == (low, high)


@pytest.mark.parametrize(
    ("text", "about", "thing"),
    [
        ("what brands of trail shoes do you have?", "brands", "trail shoes"),
        ("Welche Marken von Trailschuhen habt ihr?", "brands", "Trailschuhen"),
        ("Welche Laufschuhmarken führt ihr", "brands", "Laufschuh"),
        ("trail shoe brands", "brands", "trail shoe"),
        ("Was für Marken habt ihr?", "brands", ""),
        ("do you sell tents at all?", "carried", "tents"),
        ("Verkauft ihr überhaupt Zelte?", "carried", "Zelte"),
        ("Bietet ihr auch Kajaks an?", "carried", "Kajaks"),
        ("brand new laptop", "", "brand new laptop"),
        ("stock pot", "", "stock pot"),
        ("welche Schuhe für Regen", "", "welche Schuhe für Regen"),
    ],
)
def test_a_question_about_the_shop_is_told_from_a_wish(text: str, about: str, thing: str) -> None:
    assert asking.read(text) == (about, thing)


async def test_brands_of_a_kind_are_counted(retrieval: Retrieval, shop: Any) -> None:
    socks, helmet = {"de": "Laufsocken", "en": "running socks"}, {"de": "Stadthelm", "en": "city helmet"}
    for key, brand in (("a", "Grat"), ("b", "Grat"), ("c", "Kies")):
        await shop.put(key, socks, category=SOCKS, brand=brand)
    await shop.put("d", helmet, category=HELMETS, brand="Helmo")
    found = await retrieval.find(Query("what brands of socks do you have", "en", limit=1))
    assert (found.about, found.brands) == ("brands", (("Grat", 2), ("Kies", 1)))
    everything = await retrieval.find(Query("Welche Marken habt ihr?", "de"))
    assert dict(everything.brands) == {"Grat": 2, "Kies": 1, "Helmo": 1}
    assert (await retrieval.find(Query("socks", "en"))).brands == ()
    facets = await retrieval.facets(Query("socks", "en"))
    assert [(each.key, each.count) for each in facets.brands] == [("Grat", 2), ("Kies", 1)]


async def test_whether_goods_are_sold_at_all(shelf: Retrieval) -> None:
    yes = await shelf.find(Query("do you sell helmets at all", "en"))
    no = await shelf.find(Query("habt ihr Zelte", "de"))
    assert (yes.about, yes.outcome, yes.total) == ("carried", "found", 1)
    assert (no.about, no.outcome) == ("carried", "category_not_carried")


async def test_the_cheapest_of_a_kind_comes_first(shelf: Retrieval) -> None:
    found = await shelf.find(Query("what is the cheapest jacket you have", "en"))
    assert [hit.product_id for hit in found.hits] == ["wind", "rain"]


def test_a_sentence_is_cut_where_it_stops_naming() -> None:
    said = naming("Ich suche Handschuhe fürs Rad ohne Polster", ("de",))
    assert (said.phrases, said.home, said.without) == ((("handschuhe",),), ("rad",), ("polster",))
    assert naming("keep stones out of my shoes", ("en",)).phrases == ()


def test_a_purpose_has_hints_in_both_languages() -> None:
    assert {"waterproof", "wasserdicht"} <= set(glossary.hints("rain")) & set(glossary.hints("Regen".lower()))
    assert glossary.hints("xyzzy") == ()
