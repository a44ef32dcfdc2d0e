"""A reply says only what the fact sheet of its turn bears out."""

import json
from datetime import date

import pytest

from tresen.agent.grounding import check, settle
from tresen.agent.grounding.facts import Sheet
from tresen.agent.grounding.repair import complaints

SOCKS = {
    "id": "p1", "title": "Merinosocken Nordlicht", "brand": "Fjellrunde", "price": "12,90 €", "rating": 4.6,
    "ratings": 132, "available": True, "options": {"size": ["35-38", "39-42"]},
    "match": {"id": "v1", "options": {"size": "39-42"}, "price": "12,90 €", "stock": 3},
}  # fmt: skip
COAT = {
    "id": "p2", "title": "Regenjacke Traufe", "brand": "Talwind", "price": "1.234,50 €", "rating": None, "ratings": 0,
    "available": False, "options": {"size": ["S", "M"]},
    "match": {"id": "v2", "options": {"size": "S"}, "price": "1.234,50 €", "stock": 0},
}  # fmt: skip


@pytest.fixture
def sheet() -> Sheet:
    found = {"outcome": "found", "total": 2, "products": [SOCKS, COAT]}
    made = Sheet(date(2026, 11, 22))
    made.add("find_products", json.dumps(found, ensure_ascii=False))
    made.hear("unter 20 Euro, bitte")
    return made


def said(text: str, sheet: Sheet, locale: str = "de") -> str:
    return settle(text, check(text, sheet, locale).findings, sheet, locale).text


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Merinosocken Nordlicht kosten 12,90 €.",
        "The Nordlicht socks cost €12.90.",
        "Nordlicht: EUR 12,90 das Paar, knapp 13 Euro also.",
        "Zwei Paar Nordlicht kosten 25,80 €.",
        "Die Traufe kostet 1.234,50 Euro und ist leider ausverkauft.",
        "The Traufe is €1,234.50.",
        "Unter 20 € gibt es diese.",
        "Die Nordlicht gibt es in Größe 39-42, davon sind noch 3 Paar auf Lager.",
        "Die Nordlicht hat 4,6 Sterne aus über 100 Bewertungen.",
        "Die Socken sind aus Merinowolle.",
    ],
)
def test_what_the_shop_said_may_be_said(sentence: str, sheet: Sheet) -> None:
    assert check(sentence, sheet, "de").findings == ()


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Das kostet 11,90 €.", "price"),
        ("Only €9.99 today.", "price"),
        ("It is $12.90.", "price"),
        ("Du bekommst 10 % Rabatt.", "percent"),
        ("I can give you 50 percent off.", "percent"),
        ("Die Nordlicht wiegt 40 g.", "measure"),
        ("Die Nordlicht gibt es auch in 43-46.", "size"),
        ("Die Traufe ist sofort lieferbar.", "stock"),
        ("Die Lieferung dauert zwei Tage.", "period"),
        ("Sie kommt am Dienstag bei dir an.", "date"),
        ("Die Nordlicht hat 4,9 Sterne.", "rating"),
        ("Besser ist die Jacke „Wolkenbruch“.", "product"),
        ("Die Nordlicht ist von Talwind.", "brand"),
        ("Mehr unter www.nordlicht-socken.example.", "link"),
        ("Der Code WINTER25 gilt noch.", "code"),
    ],
)
def test_what_nobody_said_is_taken_out(sentence: str, kind: str, sheet: Sheet) -> None:
    text = f"Gern. {sentence} Sonst noch etwas?"
    found = check(text, sheet, "de").findings
    assert kind in [finding.kind for finding in found]
    settled = settle(text, found, sheet)
    assert settled.removed + settled.replaced == (sentence,)
    assert settled.text.startswith("Gern. ")
    assert settled.text.endswith("Sonst noch etwas?")


def test_a_price_of_another_product_is_set_right(sheet: Sheet) -> None:
    found = check("Die Nordlicht kostet 1.234,50 €. Passt das?", sheet, "de").findings
    assert [(finding.said, finding.instead) for finding in found] == [("1.234,50 €", "12,90 €")]
    settled = settle("Die Nordlicht kostet 1.234,50 €. Passt das?", found, sheet)
    assert settled.text == "Die Nordlicht kostet 12,90 €. Passt das?"
    assert settled.replaced == ("Die Nordlicht kostet 1.234,50 €.",)


def test_prices_and_stock_of_earlier_turns_are_not_said_again(sheet: Sheet) -> None:
    old = Sheet(sheet.today)
    old.add("get_product", json.dumps(SOCKS | {"attributes": {"Gewicht (g)": "48"}}), now=False)
    assert check("Die Nordlicht wiegt 48 g.", old, "de").findings == ()
    assert [each.kind for each in check("Die Nordlicht kostet 12,90 €.", old, "de").findings] == ["price"]
    assert [each.kind for each in check("Die Nordlicht ist auf Lager.", old, "de").findings] == ["stock"]


def test_what_the_shopper_said_is_no_fact_of_a_product(sheet: Sheet) -> None:
    assert check("Du suchst etwas unter 20 Euro.", sheet, "de").findings == ()
    assert [each.kind for each in check("Die Nordlicht kostet 20 Euro.", sheet, "de").findings] == ["price"]


def test_a_list_loses_its_line_and_keeps_its_shape(sheet: Sheet) -> None:
    text = "Zur Wahl:\n- Nordlicht: 12,90 €\n- Wolkenbruch 3000: 59,90 €\n\nWelche magst du?"
    assert said(text, sheet) == "Zur Wahl:\n- Nordlicht: 12,90 €\n\nWelche magst du?"


def test_an_announcement_goes_with_what_it_announced(sheet: Sheet) -> None:
    assert said("Gern.\nUnsere Rabatte:\n- 10 % auf Socken\n- 20 % auf Jacken", sheet) == "Gern."
    assert said("Unsere Rabatte:\n- 10 % auf Socken", sheet).endswith("das kann ich dir gerade nicht sicher sagen.")
    assert said("Gern. Hier sind deine Karten:", sheet) == "Gern. Hier sind deine Karten:"


def test_no_conjunction_is_left_hanging(sheet: Sheet) -> None:
    text = "Das passt gut zu deinem Lauf, und es kostet nur 3 Euro."
    assert said(text, sheet) == "Das passt gut zu deinem Lauf."
    assert said("Gern. Wenn du magst, kostet es nur 3 Euro.", sheet) == "Gern."


def test_a_date_and_a_decimal_point_end_no_sentence(sheet: Sheet) -> None:
    found = check("Es kommt am 23. November an. Gut so?", sheet, "de").findings
    assert {finding.sentence for finding in found} == {"Es kommt am 23. November an."}
    assert check("It costs €12.90 now. Nice.", sheet, "en").findings == ()


def test_a_refusal_is_a_fact_too() -> None:
    sheet = Sheet()
    sheet.add(
        "set_cart_quantity", '{"refused":"out_of_stock","say":"Only 2 left.","tell":"Es sind nur noch 2 da.","left":2}'
    )
    assert check("Davon sind nur noch 2 da.", sheet, "de").findings == ()


def test_the_complaint_names_the_claim_the_reason_and_the_fact(sheet: Sheet) -> None:
    words = complaints(check("Die Nordlicht kostet 9,90 €.", sheet, "de").findings)
    assert "9,90 €" in words
    assert "12,90 €" in words
    assert "no fact says this" in words
