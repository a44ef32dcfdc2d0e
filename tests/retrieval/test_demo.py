"""Obvious wishes against the demo shop; what must come was written down from the catalog, not from the ranking."""

import pytest

from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval


async def shown(demo: Retrieval, text: str, locale: str, limit: int = 4) -> list[str]:
    found = await demo.find(Query(text, locale, limit=limit))
    return [hit.product_id for hit in found.hits]


@pytest.mark.parametrize(
    ("text", "locale", "families"),
    [
        ("Laufsocken", "de", "SOCK"),
        ("Hey, finde ein neues Paar Laufsocken mit guter Bewertung für mich", "de", "SOCK"),
        ("running socks", "en", "SOCK"),
        ("Laufsoken", "de", "SOCK"),
        ("runing soks", "en", "SOCK"),
        ("Wollsocken", "de", "SOCK"),
        ("chaussettes", "fr", "SOCK"),
        ("Schuhe für Trails", "de", "TRAIL"),
        ("road running shoes", "en", "SHOE"),
        ("Fahrradschloss", "de", "LOCK"),
        ("bike lock", "en", "LOCK"),
        ("Fahradhelm", "de", "HELM"),
        ("Helm für mein Kind", "de", "HELM"),
        ("GPS watch", "en", "WTCH"),
        ("Handschuhe", "de", "CGLV CAPG"),
        ("Radhose", "de", "CSHT"),
        ("Fahrradtasche", "de", "BAGS"),
    ],
)
async def test_the_first_four_are_of_the_kind(demo: Retrieval, text: str, locale: str, families: str) -> None:
    kinds = [key.partition("-")[0] for key in await shown(demo, text, locale)]
    assert len(kinds) == 4
    assert set(kinds) <= set(families.split()), kinds


@pytest.mark.parametrize(
    ("text", "locale", "product"),
    [
        ("Faltschloss", "de", "LOCK-01"),
        ("folding lock", "en", "LOCK-01"),
        ("Bügelschloss", "de", "LOCK-02"),
        ("Drehmomentschlüssel", "de", "PUMP-06"),
        ("torque wrench", "en", "PUMP-06"),
        ("Spikereifen für den Winter", "de", "TYRE-05"),
        ("KK-HELM-03", "de", "HELM-03"),
        ("tyres with spikes", "en", "TYRE-05"),
        ("Kinderhelm", "de", "HELM-03"),
        ("multi-tool", "en", "PUMP-05"),
    ],
)
async def test_the_one_that_is_meant_comes_first(demo: Retrieval, text: str, locale: str, product: str) -> None:
    assert (await shown(demo, text, locale))[0] == product


@pytest.mark.parametrize("text", ["Bügeleisen", "surfboard", "Kaffeemaschine", "lipstick", "Zelt", "tell me a joke"])
async def test_what_the_shop_does_not_have_is_not_found(demo: Retrieval, text: str) -> None:
    found = await demo.find(Query(text, "de"))
    assert found.outcome in {"category_not_carried", "nothing"}
    assert found.hits == ()
    assert (await demo.find(Query(category=text, locale="de"))).outcome == "category_not_carried"


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        ("Laufsocken", "running/running-socks"),
        ("socks", "running/running-socks"),
        ("Helm", "cycling/bike-helmets"),
        ("Schläuche", "cycling/tyres-and-tubes"),
        ("Mütze", "running-gear/caps,-headbands-and-gloves"),
        ("running gloves", "running-gear/caps,-headbands-and-gloves"),
        ("Fahrradhelme für Kinder", "cycling/bike-helmets"),
        ("laufschue", "running"),  # road and trail shoes: the category above both
        ("Fahrrad", ""),
        ("Bügeleisen", ""),
        ("tennis rackets", ""),  # no misspelt jackets
    ],
)
async def test_words_for_categories(demo: Retrieval, wish: str, key: str) -> None:
    assert await demo.resolve_category(wish) == key


async def test_gloves_are_no_shoes(demo: Retrieval) -> None:
    found = await demo.find(Query(category="Schuhe", limit=100))
    assert {hit.product_id.partition("-")[0] for hit in found.hits} == {"SHOE", "TRAIL", "CSHO"}


async def test_filters_hold_whatever_the_text_says(demo: Retrieval) -> None:
    query = Query("schwarze Laufsocken", "de", options={"color": "Blau", "size": "41"}, in_stock=True, rating_min=4.5)
    found = await demo.find(query)
    assert found.outcome == "found"
    assert {hit.product_id.partition("-")[0] for hit in found.hits} == {"SOCK"}


async def test_another_kind_does_not_stand_in_for_the_one_that_a_filter_took_away(demo: Retrieval) -> None:
    found = await demo.find(Query("Laufsocken", "de", options={"color": "pink"}))
    assert (found.outcome, found.relaxed) == ("relaxed", ("color",))
    assert {hit.product_id.partition("-")[0] for hit in found.hits} == {"SOCK"}


async def test_cheapest_first_stays_with_the_kind(demo: Retrieval) -> None:
    found = await demo.find(Query("Laufsocken", "de", sort="price", limit=12))
    assert {hit.product_id.partition("-")[0] for hit in found.hits} == {"SOCK"}
    assert found.total == 12
