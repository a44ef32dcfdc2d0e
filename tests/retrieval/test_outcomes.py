"""Six ways to answer, told apart in data."""

from collections.abc import Mapping
from typing import Any

import pytest

from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval
from tresen.shop.money import Money

SOCKS = ({"de": "Laufen", "en": "Running"}, {"de": "Laufsocken", "en": "Running socks"})
HELMETS = ({"de": "Radfahren", "en": "Cycling"}, {"de": "Fahrradhelme", "en": "Bike helmets"})


@pytest.fixture(autouse=True)
async def catalog(shop: Any) -> None:
    await shop.put(
        "merino",
        {"de": "Laufsocken aus Merino", "en": "Merino running socks"},
        category=SOCKS,
        brand="Kiesel",
        rating=4.7,
        rating_count=90,
        variants=[
            ({"color": {"de": "Blau", "en": "blue"}, "size": "39-42"}, 1490, 0),
            ({"color": {"de": "Blau", "en": "blue"}, "size": "43-46"}, 1490, 4),
            ({"color": {"de": "Schwarz", "en": "black"}, "size": "39-42"}, 1490, 4),
        ],
    )
    await shop.put(
        "light",
        {"de": "Dünne Laufsocken", "en": "Thin running socks"},
        category=SOCKS,
        brand="Brisa",
        rating=3.9,
        rating_count=20,
        variants=[({"color": {"de": "Weiß", "en": "white"}, "size": "39-42"}, 790, 9)],
    )
    await shop.put("helmet", {"de": "Stadthelm Kiez", "en": "Kiez city helmet"}, category=HELMETS, brand="Zackig")


async def ids(retrieval: Retrieval, **asked: Any) -> list[str]:
    return [hit.product_id for hit in (await retrieval.find(Query(**asked))).hits]


async def test_found_picks_the_variants_that_meet_every_condition(retrieval: Retrieval) -> None:
    found = await retrieval.find(Query("Laufsocken", "de", options={"color": "blau", "size": "45"}))
    assert (found.outcome, found.relaxed, found.unknown) == ("found", (), ())
    assert [hit.variant_ids for hit in found.hits] == [("merino-1",)]


async def test_a_wish_in_the_text_puts_its_variant_first_after_what_is_in_stock(retrieval: Retrieval) -> None:
    found = await retrieval.find(Query("schwarze Laufsocken Merino", "de"))
    assert found.hits[0].variant_ids == ("merino-2", "merino-1", "merino-0")


async def test_an_unknown_value_is_named_and_the_rest_still_ranked(retrieval: Retrieval) -> None:
    found = await retrieval.find(Query("socks", options={"color": "chartreuse"}, brand="Nike"))
    assert (found.outcome, found.unknown) == ("filter_unknown", ("color:chartreuse", "brand:Nike"))
    assert {hit.product_id for hit in found.hits} == {"merino", "light"}


async def test_a_category_the_shop_lacks_brings_nothing_that_is_not_like_it(retrieval: Retrieval) -> None:
    for wish in ("Bügeleisen", "surfboard", "🎉"):
        found = await retrieval.find(Query(category=wish, locale="de"))
        assert (found.outcome, found.hits, found.category_key) == ("category_not_carried", (), "")


async def test_what_is_sold_out_is_relaxed_by_one_condition_towards_what_can_be_bought(retrieval: Retrieval) -> None:
    wish: Mapping[str, str] = {"color": "blue", "size": "39-42"}
    found = await retrieval.find(Query(category="socks", options=wish, in_stock=True))
    assert (found.outcome, found.relaxed, found.category_key) == ("relaxed", ("color",), "running/running-socks")
    assert {hit.variant_ids for hit in found.hits} == {("merino-2",), ("light-0",)}


async def test_stock_alone_is_relaxed_when_nothing_else_can_be(retrieval: Retrieval, shop: Any) -> None:
    await shop.offer("helmet-0", stock=0)
    found = await retrieval.find(Query("helmet", in_stock=True))
    assert (found.outcome, found.relaxed, [hit.product_id for hit in found.hits]) == (
        "relaxed",
        ("in_stock",),
        ["helmet"],
    )


async def test_a_price_nobody_meets_names_the_nearest(retrieval: Retrieval) -> None:
    found = await retrieval.find(Query("Laufsocken", "de", price_max=500))
    assert (found.outcome, found.nearest, found.relaxed) == ("out_of_reach", Money(790, "EUR"), ("price_max",))
    assert [hit.product_id for hit in found.hits] == ["light", "merino"]
    dear = await retrieval.find(Query("Laufsocken", "de", price_min=5000))
    assert (dear.outcome, dear.nearest) == ("out_of_reach", Money(1490, "EUR"))


async def test_nothing_is_said_when_no_single_condition_is_to_blame(retrieval: Retrieval) -> None:
    found = await retrieval.find(Query(category="socks", brand="Zackig", rating_min=4.9, options={"color": "blue"}))
    assert (found.outcome, found.hits, found.total) == ("nothing", (), 0)


@pytest.mark.parametrize("text", ["Bügeleisen", "surfboard", "wer ist Bundeskanzler", "pink surfboard"])
async def test_a_text_whose_words_the_catalog_does_not_know_names_what_it_does_not_carry(
    retrieval: Retrieval, text: str
) -> None:
    found = await retrieval.find(Query(text, "de"))
    assert (found.outcome, found.hits) == ("category_not_carried", ())


@pytest.mark.parametrize("text", ["🎉", "!?"])
async def test_a_text_without_a_word_that_says_anything_brings_nothing(retrieval: Retrieval, text: str) -> None:
    found = await retrieval.find(Query(text, "de"))
    assert (found.outcome, found.hits) == ("nothing", ())


async def test_a_price_in_the_text_is_a_condition_like_any_other(retrieval: Retrieval) -> None:
    assert await ids(retrieval, text="Laufsocken unter 10 Euro", locale="de") == ["light"]
    assert await ids(retrieval, text="running socks between 10 and 20 euros") == ["merino"]
    found = await retrieval.find(Query("Laufsocken bis 5 €", "de"))
    assert (found.outcome, found.nearest) == ("out_of_reach", Money(790, "EUR"))


async def test_no_text_and_no_condition_shows_the_best_rated(retrieval: Retrieval) -> None:
    assert (await ids(retrieval))[0] == "merino"
    assert await ids(retrieval, sort="price") == ["light", "helmet", "merino"]
    assert await ids(retrieval, exclude=frozenset({"merino"}), rating_min=3.0) == ["light"]


async def test_an_empty_shop_finds_nothing(retrieval: Retrieval, shop: Any) -> None:
    for key in ("merino", "light", "helmet"):
        await shop.withdraw(key)
    for query in (Query(), Query("Laufsocken"), Query(category="socks", price_max=1), Query(options={"color": "blue"})):
        assert (await retrieval.find(query)).hits == ()
