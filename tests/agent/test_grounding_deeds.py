"""What is told as done was done in this conversation: by a tool, by a button, or by what an order says of itself."""

import json
from typing import Any

import pytest

from tresen.agent.grounding import check
from tresen.agent.grounding.facts import Sheet

ORDER = {
    "number": "SH-2026-0007", "state": "shipped", "label": "unterwegs", "total": "34,70 €",
    "items": [{"position": 0, "title": "Merinosocken Nordlicht", "options": "Blau, 39-42", "quantity": 2}],
    "details": {"Sendung": "DHL 00340434161094000001", "Lieferadresse": "Rosenweg 8, 50667 Köln"},
}  # fmt: skip


def sheet(**results: Any) -> Sheet:
    made = Sheet()
    for tool, facts in results.items():
        made.add(tool, facts if isinstance(facts, str) else json.dumps(facts, ensure_ascii=False))
    return made


def deeds_of(text: str, **results: Any) -> list[str]:
    """The deeds in a text that nothing has done."""
    return [each.said for each in check(text, sheet(**results)).findings if each.kind == "deed"]


@pytest.mark.parametrize(
    "text",
    [
        "Deine Bestellung ist aufgegeben.", "Ich habe die Socken für dich bestellt.", "Das habe ich gerade storniert.",
        "Deine Bestellung wurde erfolgreich abgeschickt!", "Die Erstattung ist veranlasst.",
        "I have placed your order.", "I've refunded the amount.", "Your order has been cancelled.",
        "I just ordered them.",
        "The refund was issued today.", "Alles klar. Ich habe dein Geld zurückerstattet. Sonst noch etwas?",
    ],
)  # fmt: skip
def test_a_deed_is_noticed(text: str) -> None:
    assert deeds_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ich habe noch nichts bestellt.", "Mit dem Knopf bestellst du.",
        "Sobald deine Bestellung aufgegeben ist, kommt Post.",
        "Ich kann nicht für dich bestellen.", "Wenn die Bestellung abgeschickt ist, hast du 14 Tage.",
        "Your order is not placed yet.", "Once your order is placed, you get a mail.",
        "Press the button to place the order.", "I have not refunded anything.", "Returns are free within 14 days.",
        "Diese Socken sind oft bestellt worden, sagen die Bewertungen.", "Du kannst sie zurückgeben.",
        "Ich habe dir vier Paar herausgesucht.",
    ],
)  # fmt: skip
def test_honest_words_are_left_alone(text: str) -> None:
    assert not deeds_of(text)


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("Ich habe dir zwei Paar in den Warenkorb gelegt.", {"set_cart_quantity": {"cart": {"items": [], "count": 2}}}),
        ("Dein Paket SH-2026-0007 ist unterwegs.", {"track_order": {"orders": [ORDER]}}),
        ("We've shipped your socks.", {"track_order": {"orders": [ORDER]}}),
        ("Deine Bestellung ist storniert.", {"confirm": "Deine Bestellung SH-2026-0007 ist storniert."}),
        ("Noted: you take 42.", {"remember": {"noted": True, "tell": "Noted: size 42."}}),
        ("Ich habe die Stornierung vorbereitet.", {"cancel_order": {"offered": "cancel", "done": False}}),
    ],
)
def test_what_was_done_may_be_said(text: str, results: dict[str, Any]) -> None:
    assert deeds_of(text, **results) == []


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("Dein Paket wurde schon zugestellt.", {"track_order": {"orders": [ORDER]}}),
        ("Deine Bestellung ist storniert.", {"cancel_order": {"offered": "cancel", "done": False}}),
        ("I've put it into your cart.", {"set_cart_quantity": {"refused": "out_of_stock", "say": "None left."}}),
        ("Ich habe dir das gemerkt.", {"remember": {"noted": False, "tell": "Soll ich mir das merken?"}}),
        ("Das Geld ist schon erstattet.", {"search_policies": {"passages": [{"text": "Dein Geld ist erstattet."}]}}),
        ("Deine Lieferadresse ist geändert.", {"track_order": {"orders": [ORDER]}}),
    ],
)
def test_what_was_only_offered_refused_or_read_is_not_done(text: str, results: dict[str, Any]) -> None:
    assert deeds_of(text, **results) != []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Überweise es auf DE89 3704 0044 0532 0130 00.", "reference"),
        ("Deine Bestellung SH-2026-0008 ist unterwegs.", "reference"),
        ("Das Paket kommt mit GLS.", "service"),
        ("Zahlen kannst du mit PayPal.", "service"),
        ("Es geht an den Rosenweg 18 in Köln.", "address"),
        ("Ruf uns an: 0800 123 4567.", "link"),
        ("Write to help@sockenhaus.example.", "link"),
    ],
)
def test_what_only_a_record_holds_is_traced_to_one(text: str, kind: str) -> None:
    assert kind in [each.kind for each in check(text, sheet(track_order={"orders": [ORDER]})).findings]


def test_what_a_record_holds_may_be_said() -> None:
    text = "SH-2026-0007 kommt mit DHL (00340434161094000001) in den Rosenweg 8, 50667 Köln."
    assert check(text, sheet(track_order={"orders": [ORDER]})).findings == ()
