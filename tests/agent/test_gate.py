"""The gate shows nothing that the check would take out, and nothing later than it must."""

import json
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tresen.agent.grounding import check, settle
from tresen.agent.grounding.facts import Sheet
from tresen.agent.grounding.gate import Gate

CLAIMS = Path(__file__).parent / "claims"
FACTS = {
    "products": [
        {"id": "p1", "title": "Merinosocken Nordlicht", "brand": "Fjellrunde", "price": "12,90 €", "available": True},
        {"id": "p2", "title": "Trailsocken Grat", "brand": "Talwind", "price": "16,90 €", "available": False},
    ],
    "total": 2,
}
PIECES = [
    "Gern! ", "Klar, ", "Das passt zu dir, und ", "die Nordlicht kostet 12,90 €. ", "die Nordlicht kostet 9,99 €. ",
    "Die Grat ist auf Lager. ", "Sie hat 4,9 Sterne", ". ", "Zur Wahl:\n", "- Nordlicht: 12,90 €\n", "- Grat: 3 €\n",
    "Am 23. November. ", "Sonst noch etwas? ", "\n\n", "z. B. ", "2. ", "Ab 14 € – ", "wir liefern morgen; ", "okay. ",
]  # fmt: skip


def sheet() -> Sheet:
    made = Sheet()
    made.add("find_products", json.dumps(FACTS, ensure_ascii=False))
    return made


def streamed(gate: Gate, text: str, sizes: list[int]) -> str:
    shown, start = "", 0
    for size in [*sizes, len(text)]:
        shown += gate.feed(text[start : start + size])
        start += size
    return shown


def bare(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=10), st.lists(st.integers(1, 12), max_size=60))
def test_what_was_shown_is_the_beginning_of_what_may_be_said(pieces: list[str], sizes: list[int]) -> None:
    text, known = "".join(pieces), sheet()
    settled = settle(text, check(text, known).findings, known).text
    gate = Gate(known)
    shown = streamed(gate, text, sizes)
    assert bare(settled).startswith(bare(shown))
    assert bare(shown + gate.flush()) == bare(settled)


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_wrong_price_never_shows(size: int) -> None:
    text = "Ich habe etwas gefunden. Die Nordlicht kostet 9,99 €. Die Grat kostet 16,90 €. Magst du sie sehen?"
    gate = Gate(sheet())
    shown = streamed(gate, text, [size] * (len(text) // size)) + gate.flush()
    assert (
        shown == "Ich habe etwas gefunden. Die Nordlicht kostet 12,90 €. Die Grat kostet 16,90 €. Magst du sie sehen?"
    )
    assert [finding.said for finding in gate.findings] == ["9,99 €"]
    assert gate.held == ["Die Nordlicht kostet 9,99 €.", "Die Grat kostet 16,90 €."]


def test_an_opening_goes_out_with_its_first_token() -> None:
    gate = Gate(sheet())
    assert gate.feed("Das ") == "Das"
    assert gate.feed("passt gut ") == " passt gut"
    assert gate.feed("zu dir, und es kostet ") == " zu dir"
    assert gate.feed("9,99 €. Noch ") == ". "
    assert gate.feed("etwas? Die Grat") == "Noch etwas? "


def test_an_opening_that_was_shown_stays() -> None:
    gate, text = Gate(sheet()), "Heute kosten sie nur 3 Euro. Magst du sie?"
    shown = streamed(gate, text, [6] * 7) + gate.flush()
    assert shown == "Heute kosten sie nur … das kann ich dir gerade nicht sicher sagen. Magst du sie?"


def test_facts_that_arrive_meanwhile_count() -> None:
    gate = Gate(Sheet())
    gate.sheet.add("find_products", json.dumps(FACTS))
    assert gate.feed("Die Nordlicht kostet 12,90 €. Gut ") == "Die Nordlicht kostet 12,90 €. "


def test_a_new_message_begins_anew() -> None:
    gate = Gate(sheet())
    gate.feed("Die Nordlicht kostet 9")
    gate.reset()
    assert gate.feed("Hallo! Wie") == "Hallo! "


def test_the_opening_is_not_delayed() -> None:
    """At most 5 ms from the token to the shopper, also beside a full sheet of facts."""
    scenes = {scene["id"]: scene for scene in json.loads((CLAIMS / "scenes.json").read_text("utf-8"))}
    full = Sheet()
    for name in ("de-vergleich", "de-regenjacke", "de-versand"):
        for result in scenes[name]["results"]:
            full.add(result["tool"], json.dumps(result["text"], ensure_ascii=False))
    streamed(Gate(full), "Gern, das Riegel kostet 94,90 €. ", [4] * 8)  # word lists are read once per process
    delays = []
    for _ in range(20):
        gate, begun = Gate(full), perf_counter()
        assert gate.feed("Das passt ") == "Das passt"
        delays.append(perf_counter() - begun)
    assert sorted(delays)[10] < 0.005


def test_a_long_reply_costs_in_proportion() -> None:
    full, sentence = sheet(), "Die Nordlicht kostet 12,90 € und passt dir gut. "
    spent = []
    for times in (20, 80):
        gate, begun = Gate(full), perf_counter()
        streamed(gate, sentence * times, [5] * (len(sentence) * times // 5))
        spent.append(perf_counter() - begun)
    assert spent[1] < spent[0] * 12
