"""Policy passages: the right heading, the shopper's language first, and silence where the documents are silent."""

from typing import Any

import pytest

from tresen.retrieval.passages import PASSAGE_ENOUGH
from tresen.retrieval.search import Retrieval


@pytest.mark.parametrize(
    ("text", "locale", "title"),
    [
        ("Wie lange kann ich etwas zurückgeben?", "de", "Rückgabe und Widerruf"),
        ("Was kostet der Versand nach Österreich?", "de", "Versand und Lieferung"),
        ("can I return worn shoes?", "en", "Returns and withdrawal"),
        ("Can I pay by invoice?", "en", "Payment"),
        ("Wann habt ihr geöffnet?", "de", "Öffnungszeiten"),
        ("Was macht ihr mit meinen Daten?", "de", "Datenschutz"),
        ("How much is shipping?", "en", "Shipping and delivery"),
        ("Wie erreiche ich euch?", "de", "Kontakt"),
    ],
)
async def test_a_question_is_answered_by_its_document(demo: Retrieval, text: str, locale: str, title: str) -> None:
    hits = await demo.passages(text, locale)
    assert (hits[0].passage.title, hits[0].passage.locale) == (title, locale)
    assert hits[0].score >= PASSAGE_ENOUGH
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(hits) <= 4


@pytest.mark.parametrize(
    "text", ["Wie hoch ist der Mount Everest?", "tell me a joke", "Bügeleisen", "Sind die Socken vegan?", "🎉", ""]
)
async def test_what_the_documents_do_not_say_is_no_passage(demo: Retrieval, text: str) -> None:
    assert await demo.passages(text, "de") == []


async def test_another_language_answers_when_the_shoppers_own_does_not(retrieval: Retrieval, shop: Any) -> None:
    await shop.document("ship", "Shipping", "en", {"Parcels": "We ship parcels to Austria."})
    await shop.document("impressum", "Impressum", "de", {"Anschrift": "Kiesel und Kette, Hauptstraße 1"})
    await retrieval.rebuild()
    assert [hit.passage.locale for hit in await retrieval.passages("parcels to Austria", "de", limit=1)] == ["en"]
    await shop.document("versand", "Versand", "de", {"Pakete": "Parcels: Austria. Pakete gehen nach Österreich."})
    await retrieval.rebuild()
    hits = await retrieval.passages("parcels to Austria", "de", limit=2)
    assert hits[0].passage.locale == "de"
