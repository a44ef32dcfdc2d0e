"""Prices and percentages reach the shopper only when a fact holds them."""

import pytest

from tresen.agent.grounding import Gate, check

FACTS = ['{"price":"12,90 €","total":"1.234,50 €"}', "unter 20 Euro"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Das kostet 12,90 €.",
        "It costs €12.90.",
        "It costs EUR 12.90 per pair.",
        "Zusammen 1.234,50 Euro.",
        "That is €1,234.50 in total.",
        "Unter 20 € gibt es diese.",
        "Größe 39-42, zwei Paar, 48 g leicht.",
        "Die Socken sind aus Merinowolle.",
    ],
)
def test_what_the_shop_said_may_be_said(sentence: str) -> None:
    assert check(sentence, FACTS).text == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Das kostet 11,90 €.",
        "Only €9.99 today.",
        "Du bekommst 10 % Rabatt.",
        "I can give you 50 percent off.",
        "It is $12.90.",
    ],
)
def test_what_nobody_said_is_withheld(sentence: str) -> None:
    checked = check(f"Gern. {sentence} Sonst noch etwas?", FACTS)
    assert checked.text == "Gern. Sonst noch etwas?"
    assert checked.withheld == (sentence,)


def test_a_decimal_point_does_not_end_a_sentence() -> None:
    assert check("It costs €12.90 now. Nice.", FACTS).withheld == ()


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_the_stream_says_nothing_that_the_check_would_remove(size: int) -> None:
    text = "Ich habe etwas gefunden, das passt. Es kostet 9,99 €. Die anderen kosten 12,90 €. Magst du sie sehen?"
    gate, shown = Gate(list(FACTS)), ""
    for start in range(0, len(text), size):
        shown += gate.feed(text[start : start + size])
    assert "9,99" not in shown
    assert shown.startswith("Ich habe etwas gefunden, das passt.")


def test_claim_free_words_stream_at_once() -> None:
    gate = Gate()
    assert gate.feed("Hallo, ") == "Hallo, "
    assert gate.feed("schön dass du ") == "schön dass du "
    assert gate.feed("da bist, es kostet 12") == "da bist, "


def test_numbers_that_are_no_claim_do_not_hold_the_stream() -> None:
    gate = Gate()
    assert gate.feed("Diese 4") == ""
    assert gate.feed(" passen: Laufsocken in 39-42 ") == "Diese 4 passen: "
    assert gate.feed("und zwei ") == "Laufsocken in 39-42 und zwei "


def test_facts_that_arrive_meanwhile_count() -> None:
    facts: list[str] = []
    gate = Gate(facts)
    facts.append("12,90 €")
    assert "12,90" in gate.feed("Es kostet 12,90 €. Gut ")
