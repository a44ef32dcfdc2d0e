"""The search tool as a model gets it: small enough, of the live catalog, and its arguments do what they say."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool

from tresen.agent import describing
from tresen.agent.tools.find_products import find_products
from tresen.bootstrap import Tresen
from tresen.conversation import shoppers
from tresen.kit.words import locales
from tresen.retrieval import tokens
from tresen.retrieval.facets import Facet, Facets

MOST_TOKENS = 800


def size(tool: Any) -> int:
    """As it is sent with every call of the model, counted by tiktoken."""
    assert tokens.active() == "o200k_base"
    return tokens.count(json.dumps(convert_to_openai_tool(tool), ensure_ascii=False, separators=(",", ":")))


async def overview_of(shop: Tresen) -> str:
    return describing.overview(find_products, await shop.retrieval.facets(), shop.settings.folder)


async def test_the_tool_names_the_demo_in_both_languages_within_its_budget(shop: Tresen) -> None:
    overview = await overview_of(shop)
    assert size(describing.with_overview(find_products, overview)) <= MOST_TOKENS
    facets = await shop.retrieval.facets()
    for facet in facets.categories:
        assert all(facet.labels[locale] in overview for locale in locales()), facet.key
    assert all(facet.key in overview for facet in facets.brands)
    for told in ("Damen|women", "size: ", "color: ", "waterproof", "vegan"):
        assert told in overview
    assert await overview_of(shop) == overview, "providers keep what does not change"


async def test_every_name_in_the_description_can_be_asked_for(shop: Tresen) -> None:
    for facet in (await shop.retrieval.facets()).categories:
        for locale in locales():
            assert await shop.retrieval.resolve_category(facet.labels[locale]) == facet.key


def names(prefix: str, count: int, parent: str = "") -> tuple[Facet, ...]:
    return tuple(
        Facet(f"{parent}{prefix}-{number}", {"de": f"{prefix} Nummer {number}", "en": f"{prefix} number {number}"},
              1000 - number, parent.rstrip("/"))
        for number in range(count)
    )  # fmt: skip


@pytest.mark.parametrize(("categories", "brands", "options"), [(5, 3, 2), (60, 900, 80), (3000, 4000, 300), (0, 0, 0)])
async def test_a_huge_catalog_is_named_by_what_is_most_common(
    shop: Tresen, categories: int, brands: int, options: int
) -> None:
    broad = names("Abteilung", min(categories, 20))
    narrow = tuple(
        each for number in range(len(broad)) for each in names("Art", categories // 20, f"{broad[number].key}/")
    )
    kinds = {f"kind_{number}": names("Wert", 50) for number in range(options)}
    facets = Facets((*broad, *narrow), names("Marke", brands), kinds, None, None)

    overview = describing.overview(find_products, facets, shop.settings.folder)
    assert size(describing.with_overview(find_products, overview)) <= MOST_TOKENS
    if categories:
        assert "Abteilung Nummer 0|Abteilung number 0" in overview and "Marke-0" in overview


@pytest.mark.parametrize(
    ("wish", "gone"),
    [
        ({"query": "Laufsocken", "exclude": ["Kiesel"]}, {"brand": "Kiesel"}),
        ({"query": "Energie für den Lauf", "category": "Sportnahrung", "exclude": ["Gel"]}, {"title": "Energiegel"}),
        ({"query": "running jacket", "exclude": ["Talwind", "Nordpfad"]}, {"brand": "Talwind"}),
    ],
)
async def test_what_is_excluded_is_not_shown(shop: Tresen, wish: dict[str, Any], gone: dict[str, str]) -> None:
    plain = await asked(shop, **{**wish, "exclude": [], "limit": 8})
    left = await asked(shop, **wish, limit=8)
    ((field, word),) = gone.items()
    assert any(word in item[field] for item in plain), "or there is nothing to exclude"
    assert left and not any(word in item[field] for item in left)


async def test_a_zero_is_no_limit(shop: Tresen) -> None:
    free = await asked(shop, query="Laufsocken", limit=8)
    assert await asked(shop, query="Laufsocken", price_min=0, price_max=0, rating_min=0, limit=8) == free


async def asked(shop: Tresen, **wish: Any) -> list[dict[str, Any]]:
    """What the model reads of the products that a call of the tool brings."""
    async with shop.db.write() as tx:
        shopper = (await shoppers.open_web(tx, "de")).shopper
        turn = SimpleNamespace(id="t", shopper=shopper, events=[], answered=0, answers_through=0)
        context = SimpleNamespace(
            shopper=shopper, house=shop.settings.shop, retrieval=shop.retrieval, open_tx=tx,
            run=SimpleNamespace(turn=turn),
        )  # fmt: skip
        text, _ = await find_products.coroutine(runtime=SimpleNamespace(context=context), **wish)
    found: list[dict[str, Any]] = json.loads(text)["products"]
    return found
