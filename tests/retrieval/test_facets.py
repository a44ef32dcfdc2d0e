"""Facets are counted from the live catalog."""

from typing import Any

import pytest

from tresen.retrieval.facets import Facet
from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval
from tresen.shop.money import Money

BLUE, BLACK = {"de": "Blau", "en": "blue"}, {"de": "Schwarz", "en": "black"}
SOCKS = ({"de": "Laufen", "en": "Running"}, {"de": "Laufsocken", "en": "Running socks"})
SHIRTS = ({"de": "Laufen", "en": "Running"}, {"de": "Laufshirts", "en": "Running shirts"})


@pytest.fixture(autouse=True)
async def catalog(shop: Any) -> None:
    names = {"de": "Laufsocken", "en": "Running socks"}
    await shop.put(
        "socks",
        names,
        category=SOCKS,
        brand="Kiesel",
        attributes={"waterproof": False, "weight_g": 48, "material": {"de": "Wolle", "en": "wool"}},
        variants=[({"color": BLUE, "size": "39-42"}, 900, 1), ({"color": BLACK, "size": "39-42"}, 1900, 1)],
    )
    await shop.put("shirt", names, category=SHIRTS, brand="Brisa", variants=[({"color": BLUE, "size": "M"}, None, 0)])


async def test_every_value_is_counted_once_per_product(retrieval: Retrieval) -> None:
    found = await retrieval.facets()
    assert {(each.key, each.count, each.parent) for each in found.categories} == {
        ("running", 2, ""),
        ("running/running-socks", 1, "running"),
        ("running/running-shirts", 1, "running"),
    }
    assert found.options["color"] == (Facet("blau", BLUE, 2), Facet("schwarz", BLACK, 1))
    assert [each.key for each in found.options["size"]] == ["39-42", "m"]
    assert found.options["size"][0].labels == {"de": "39-42", "en": "39-42"}
    assert {each.key for each in found.brands} == {"Kiesel", "Brisa"}
    assert (found.price_min, found.price_max) == (Money(900, "EUR"), Money(1900, "EUR"))


async def test_what_can_be_chosen_comes_before_attributes_in_words_and_numbers_are_left_out(
    retrieval: Retrieval,
) -> None:
    assert list((await retrieval.facets()).options) == ["color", "size", "material"]


async def test_facets_of_a_filter_state(retrieval: Retrieval) -> None:
    found = await retrieval.facets(Query(options={"color": "schwarz"}))
    assert [each.key for each in found.brands] == ["Kiesel"]
    assert [each.key for each in found.options["color"]] == ["schwarz"]
    assert found.price_min == Money(1900, "EUR")


async def test_a_facet_key_can_be_asked_for(retrieval: Retrieval) -> None:
    for key, values in (await retrieval.facets()).options.items():
        for each in values:
            found = await retrieval.find(Query(options={key: each.key}))
            assert (found.outcome, found.total) == ("found", each.count)
