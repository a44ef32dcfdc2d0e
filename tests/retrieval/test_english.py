"""Two encoders: English queries use the one for English, all others the one for all languages."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tresen.kit.db import Database
from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval


@pytest.fixture
def english(encoder: Any) -> Any:
    made = type(encoder)("en")
    made.name = "trigrams-en"
    return made


@pytest.fixture
async def both(db: Database, tmp_path: Path, encoder: Any, english: Any) -> AsyncIterator[Callable[[], Retrieval]]:
    made: list[Retrieval] = []

    def open_one() -> Retrieval:
        made.append(Retrieval(db, tmp_path, (encoder, english)))
        return made[-1]

    yield open_one
    for each in made:
        await each.close()


@pytest.fixture(autouse=True)
async def three_products(shop: Any) -> None:
    titles = {
        "socks": ("Running socks", "Laufsocken"),
        "jacket": ("Rain jacket", "Regenjacke"),
        "helmet": ("Bike helmet", "Helm"),
    }
    for key, (name, german) in titles.items():
        await shop.put(key, {"en": name, "de": german}, description={"en": "Light and warm.", "de": "Leicht."})


async def meant(retrieval: Retrieval, text: str, locale: str) -> list[str]:
    found = await retrieval.find(Query(text, locale))
    assert any(reason.startswith("meaning") for hit in found.hits for reason in hit.why)
    return [hit.product_id for hit in found.hits]


@pytest.mark.parametrize(
    ("text", "locale", "asked"),
    [("rain jacket", "en", (0, 1)), ("Regenjacke", "de", (1, 0)), ("Jacke für Regen", "en", (1, 0))],
)
async def test_each_query_is_encoded_once_and_by_the_encoder_of_its_language(
    both: Any, encoder: Any, english: Any, text: str, locale: str, asked: tuple[int, int]
) -> None:
    retrieval = both()
    await retrieval.rebuild()
    before = encoder.encoded, english.encoded
    assert (await meant(retrieval, text, locale))[0] == "jacket"
    assert (encoder.encoded - before[0], english.encoded - before[1]) == asked


async def test_an_english_encoder_that_fails_leaves_the_other_one(both: Any, english: Any, caplog: Any) -> None:
    retrieval = both()
    await retrieval.rebuild()
    english.broken = True
    assert await meant(retrieval, "bike helmet", "en") == ["helmet"]
    assert "trigrams-en does not answer" in caplog.text


async def test_only_what_changed_is_encoded_anew_by_either(both: Any, shop: Any, encoder: Any, english: Any) -> None:
    retrieval = both()
    await retrieval.rebuild()
    before = encoder.encoded, english.encoded
    await shop.put("gloves", {"en": "Winter gloves", "de": "Handschuhe"})
    await retrieval.rebuild()
    assert encoder.encoded - before[0] <= 3  # a view per language, and the query that warms the search up
    assert english.encoded - before[1] <= 2


async def test_a_catalog_with_little_english_is_left_to_the_encoder_of_all(
    both: Any, shop: Any, encoder: Any, english: Any
) -> None:
    for number in range(3):
        await shop.put(f"de-{number}", {"de": f"Ding {number}"})
    retrieval = both()
    await retrieval.rebuild()
    before = english.encoded
    assert (await meant(retrieval, "rain jacket", "en"))[0] == "jacket"
    assert english.encoded == before


async def test_an_index_from_before_the_english_encoder_is_still_used(both: Any, opened: Any, caplog: Any) -> None:
    await opened().rebuild()
    assert (await meant(both(), "rain jacket", "en"))[0] == "jacket"
