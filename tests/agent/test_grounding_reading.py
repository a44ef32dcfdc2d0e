"""Figures, moments and sizes are read from German and English prose."""

from datetime import date

import pytest

from tresen.agent.grounding.reading.clauses import sentences
from tresen.agent.grounding.reading.figures import figures
from tresen.agent.grounding.reading.moments import moments
from tresen.agent.grounding.reading.naming import Names
from tresen.agent.grounding.reading.numbers import numbers, parse
from tresen.agent.grounding.reading.ordinals import ordinals
from tresen.agent.grounding.reading.sizes import sizes
from tresen.agent.grounding.reading.stock import stock

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "dimension", "low", "high"),
    [
        ("89,90 €", "EUR", 89.9, 89.9),
        ("EUR 1.234,50", "EUR", 1234.5, 1234.5),
        ("€1,234.50", "EUR", 1234.5, 1234.5),
        ("89 Euro 90", "EUR", 89.9, 89.9),
        ("zwanzig Euro", "EUR", 20, 20),
        ("fifty-five euros", "EUR", 55, 55),
        ("zehn Cent", "EUR", 0.1, 0.1),
        ("zwischen 129 und 249 Euro", "EUR", 129, 249),
        ("von 129 € bis 249 €", "EUR", 129, 249),
        ("12,5 %", "percent", 12.5, 12.5),
        ("1,2 kg", "mass", 1200, 1200),
        ("10.000 mm", "length", 10, 10),
        ("0.5 l", "volume", 0.5, 0.5),
        ("-8 to +2 °C", "celsius", -8, 2),
        ("2–4 Werktage", "workday", 2, 4),
        ("14-tägiges Rückgaberecht", "day", 14, 14),
        ("eine Woche", "day", 7, 7),
        ("zwei Jahre", "month", 24, 24),
        ("2-year guarantee", "month", 24, 24),
        ("4,6 von 5 Sternen", "rating", 4.6, 4.6),
        ("rated 4.5", "rating", 4.5, 4.5),
        ("13 von 15", "of 15", 13, 13),
        ("am sechsten Tag", "nth day", 6, 6),
        ("160 feet", "length", 48.768, 48.768),
    ],
)
def test_a_figure_is_a_number_with_a_dimension(text: str, dimension: str, low: float, high: float) -> None:
    (found,) = [figure for figure in (*figures(text), *ordinals(text)) if figure.dimension == dimension]
    assert (float(found.low), float(found.high)) == pytest.approx((low, high))


@pytest.mark.parametrize("text", ["IPX6", "USB-C", "a day", "ein Schuh", "hallo2@kiesel.example"])
def test_what_is_no_figure_is_none(text: str) -> None:
    assert [figure for figure in figures(text) if not figure.dimension.startswith("#")] == []


@pytest.mark.parametrize(
    ("text", "locale", "found"),
    [
        ("am 23. November", "de", [("date", 1123)]),
        ("23.11.2026", "de", [("date", 1123)]),
        ("Nov 23", "en", [("date", 1123)]),
        ("on 24 and 31 December", "en", [("date", 1224), ("date", 1231)]),
        ("übermorgen", "de", [("date", 1124)]),
        ("on Mondays", "en", [("weekday", 0)]),
        ("bis 18 Uhr", "de", [("clock", 1080)]),
        ("at 6 pm", "en", [("clock", 1080)]),
        ("Samstag ab zehn geöffnet", "de", [("weekday", 5), ("hour of day", 600)]),
        ("Silvester", "de", [("date", 1231)]),
        ("it got 4.5.", "en", []),
        ("Guten Morgen", "de", []),
    ],
)
def test_a_moment_is_found(text: str, locale: str, found: list[tuple[str, int]]) -> None:
    assert [(figure.dimension, int(figure.low)) for figure in moments(text, TODAY, locale)] == found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("in Größe 42", [(42, 42)]),
        ("EU 44", [(44, 44)]),
        ("von 39-42", [(39, 42)]),
        ("in 85 cm", []),
        ("10–19 Uhr", []),
    ],
)
def test_sizes_are_found(text: str, named: list[tuple[float, float]]) -> None:
    assert [(size.low, size.high) for claim in sizes(text) for size in claim.sizes] == named


def test_letter_sizes_are_found() -> None:
    assert [size.name for claim in sizes("in S, M und XL") for size in claim.sizes] == ["S", "M", "XL"]


@pytest.mark.parametrize(
    ("text", "there", "count"),
    [
        ("Er ist auf Lager.", True, None),
        ("Er ist leider nicht auf Lager.", False, None),
        ("It is sold out.", False, None),
        ("Es sind nur noch drei Stück da.", True, 3),
        ("Only two left.", True, 2),
        ("Die haben wir noch zwölfmal.", True, 12),
    ],
)
def test_stock_is_read(text: str, there: bool, count: int | None) -> None:
    assert (there, count) in [(found.there, found.count) for found in stock(text, [(0, len(text))])]


def test_a_condition_says_nothing_of_stock() -> None:
    assert stock("Ich melde mich, sobald er wieder auf Lager ist.", [(0, 15), (17, 48)]) == []


def test_separators_of_both_languages() -> None:
    assert [float(parse(text)) for text in ("1.234,5", "1,234.5", "1234.5", "10.000", "0.125")] == [
        1234.5, 1234.5, 1234.5, 10000, 0.125,
    ]  # fmt: skip
    assert [int(number.value) for number in numbers("einundzwanzig, twenty-one, 21")] == [21, 21, 21]


def test_sentences_end_where_they_end() -> None:
    text = "Es kommt am 23. November. Für 12.90. Wiegt 40 g. Das ist z. B. leicht.\n- Größe 42. Gut"
    assert [text[start:end].strip() for start, end in sentences(text)] == [
        "Es kommt am 23. November.", "Für 12.90.", "Wiegt 40 g.", "Das ist z. B. leicht.", "- Größe 42.", "Gut",
    ]  # fmt: skip


def test_a_name_in_quotes_is_said_whole() -> None:
    known = Names()
    known.add("shoe", "Laufschuh „Stadtrunde“ für jeden Tag", "Kiesel")
    known.add("hat", "Merinomütze für den Winter", "Kiesel")
    assert known.mentions("Start, Runde, Stopp.") == []
    assert [set(each.ids) for each in known.mentions("Die Stadtrunde und die Mütze.")] == [{"shoe"}, {"hat"}]
