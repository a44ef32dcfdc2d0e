"""German queries find products of an English catalog, and English ones those of a German catalog."""

from typing import Any

import pytest

from tresen.retrieval import glossary
from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval

ENGLISH = {
    "saw": "Bosch hole saw 3 in.", "jig": "Makita cordless jig saw", "mower": "Gas lawn mower 21 in.",
    "rug": "Wool area rug 8 ft", "lamp": "Bathroom vanity light chrome", "pad": "Gaming mouse pad",
}  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "product"),
    [
        ("bosch lochsäge", "saw"), ("stichsäge", "jig"), ("rasenmäher", "mower"), ("wollteppich", "rug"),
        ("badezimmerlampe", "lamp"), ("mauspad", "pad"), ("mower", "mower"), ("rasenmaeher", "mower"),
    ],
)  # fmt: skip
async def test_german_finds_english(retrieval: Retrieval, shop: Any, wish: str, product: str) -> None:
    for key, title in ENGLISH.items():
        await shop.put(key, title)
    for locale in ("", "de"):
        assert [hit.product_id for hit in (await retrieval.find(Query(wish, locale))).hits][:1] == [product]


async def test_english_finds_german(retrieval: Retrieval, shop: Any) -> None:
    await shop.put("saw", {"de": "Stichsäge mit Akku"})
    await shop.put("hat", {"de": "Mütze aus Wolle"})
    assert [hit.product_id for hit in (await retrieval.find(Query("jigsaw", "en"))).hits] == ["saw"]


def test_a_compound_is_read_by_its_parts() -> None:
    assert glossary.translations("gartentisch", "de")[0][0] == "patio table"
    assert glossary.translations("holzregal", "de") == (("wood", "wooden"), ("shelf", "shelving", "rack"))
    assert glossary.translations("xyzabc", "de") == ()


def test_every_entry_has_both_sides() -> None:
    for source in ("de", "en"):
        assert all(form and all(phrases) for form, phrases in glossary._entries(source).items())
