"""The order of hits: what is meant before what merely mentions it, in evaluation runs as in the shop."""

from typing import Any

import pytest

from tresen.retrieval import judging
from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval


@pytest.fixture
async def stocked(retrieval: Retrieval, shop: Any) -> Retrieval:
    for key, title in {
        "fan": "USB desk fan, silent", "hub": "USB hub with 4 ports", "bag": "Laptop bag 15 in. black",
        "laptop": "Laptop 15 in. 8 GB", "microwave": "Over the range microwave oven", "bulb": "LED light bulb 60 watt",
    }.items():  # fmt: skip
        await shop.put(key, title)
    return retrieval


@pytest.mark.parametrize(
    ("wish", "first"),
    [("usb fan", "fan"), ("fan usb", "fan"), ("laptop bag", "bag"), ("lap top bag", "bag"), ("micorwave", "microwave"),
     ('15" laptop bag', "bag"), ("60w bulb", "bulb"), ("60 watts light bulb", "bulb"), ("notebook 15in", "laptop")],
)  # fmt: skip
async def test_what_is_meant_comes_first(stocked: Retrieval, wish: str, first: str) -> None:
    assert [hit.product_id for hit in (await stocked.find(Query(wish))).hits][:1] == [first]


async def test_a_complete_search_ranks_more_and_keeps_the_best_in_front(stocked: Retrieval) -> None:
    shown = await stocked.find(Query("laptop bag", limit=100))
    every = await stocked.find(Query("laptop bag", limit=100, complete=True))
    assert every.total >= shown.total
    assert every.hits[0].product_id == shown.hits[0].product_id == "bag"
    assert [hit.score for hit in every.hits] == sorted((hit.score for hit in every.hits), reverse=True)


async def test_explain_says_how_words_were_read(stocked: Retrieval) -> None:
    told = await stocked.explain(Query("Glühbirne unter 20 Euro", "de"))
    assert (told["language"], told["conditions"]) == ("de", "price_max")
    assert "bulb" in told["word glühbirne"]
    assert (await stocked.explain(Query("xyzzyq")))["word xyzzyq"] == "not known to the catalog"


async def test_a_run_of_the_catalog_agrees_with_its_judgements(stocked: Retrieval) -> None:
    asked = {"q1": "usb fan", "q2": "laptop bag"}
    runs = {
        key: [hit.product_id for hit in (await stocked.find(Query(text, "", limit=10, complete=True))).hits]
        for key, text in asked.items()
    }
    got = judging.agreement(runs, {"q1": {"fan": 2.0}, "q2": {"bag": 2.0, "laptop": 0.0}})
    assert (got.full, got.recall, got.empty) == (1.0, 1.0, 0.0)
