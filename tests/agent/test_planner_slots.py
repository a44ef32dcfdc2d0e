"""What the planner reads out of a wish: filters, quantities, colours, options, words of the catalog."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tresen.agent.planner.catalog import read_catalog
from tresen.agent.planner.colours import colours_in
from tresen.agent.planner.options import choose
from tresen.agent.planner.quantities import quantity
from tresen.agent.planner.results import detail
from tresen.agent.planner.slots import read_slots
from tresen.agent.planner.spelling import alike, fold, slips, words

CATALOG = read_catalog(
    "Categories: (key | German | English)\n"
    "- run | Laufen | Running\n- sock | Laufsocken | Running socks\n- jacket | Laufjacken | Running jackets\n"
    "- road | Straßenlaufschuhe | Road running shoes\n- trail | Trailrunning-Schuhe | Trail running shoes\n"
    "- warm | Mützen, Stirnbänder und Handschuhe | Caps, headbands and gloves\n- tea | Grüntee | Green tea\n"
    "Brands: Fjellrunde, Radwerk Süd, Kette"
)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("unter 50 Euro", None, 50.0),
        ("bis 30€", None, 30.0),
        ("max. 80 EUR", None, 80.0),
        ("under $49.99", None, 49.99),
        ("höchstens fünfzig Euro", None, 50.0),
        ("between 20 and 40", 20.0, 40.0),
        ("zwischen 20 und 40 €", 20.0, 40.0),
        ("20-40 Euro", 20.0, 40.0),
        ("ab 100 €", 100.0, None),
        ("around 30 euros", 24.0, 36.0),
        ("Größe zwischen 39 und 42", None, None),
        ("Größe 39 bis 42", None, None),
        ("39-42", None, None),
    ],
)
def test_prices(text: str, low: float | None, high: float | None) -> None:
    slots = read_slots(text)
    assert (slots.price_min, slots.price_max) == (low, high)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("Größe 42", "42"),
        ("Gr. M", "M"),
        ("in groesse 39–42", "39-42"),
        ("size 9", "9"),
        ("39/42", "39-42"),
        ("in 42", "42"),
        ("Jacke in XL", "XL"),
        ("Größe 39 bis 42", "39-42"),
        ("unter 42 Euro", ""),
        ("I'm looking for socks", ""),
    ],
)
def test_sizes(text: str, size: str) -> None:
    assert read_slots(text).size == size


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("zwei Paar", 2),
        ("2x", 2),
        ("x3", 3),
        ("ein Paar", 1),
        ("two of them", 2),
        ("doch drei", 3),
        ("zwölf Stück", 12),
        ("make it three", 3),
        ("the second one", None),
        ("Nummer 2 in Größe 42", None),
        ("39-42", None),
        ("blau, 40", None),
        ("500 ml", None),
        ("für 30 Euro", None),
    ],
)
def test_quantities(text: str, count: int | None) -> None:
    assert quantity(text) == count


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("die blauen", ["blue"]),
        ("in Dunkelblau", ["navy"]),
        ("light blue or navy", ["light_blue", "navy"]),
        ("grune Mütze", ["green"]),
        ("weißes Shirt", ["white"]),
        ("chartreuse", ["chartreuse"]),
        ("Rotor", []),
    ],
)
def test_colours(text: str, keys: list[str]) -> None:
    assert [colour.key for colour in colours_in(text)] == keys


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Laufsocken", "sock"),
        ("Socken", "sock"),
        ("runing socks", "sock"),
        ("Laufjacke", "jacket"),
        ("trail running shoes", "trail"),
        ("running shoes", ""),
        ("Handschuhe", "warm"),
        ("a cap", "warm"),
        ("green tea", "tea"),
        ("Kühlschrank", ""),
    ],
)
def test_categories(text: str, key: str) -> None:
    found = CATALOG.category(text)
    assert (found.key if found else "") == key


def test_brands_are_found_with_slips_but_not_in_other_words() -> None:
    assert CATALOG.brand("Socken von fjelrunde")[0] == "Fjellrunde"
    assert CATALOG.brand("Werkzeug von radwerk süd")[0] == "Radwerk Süd"
    assert CATALOG.brand("eine kette fürs Rad")[0] == ""


def test_a_range_of_sizes_holds_the_size_that_was_asked_for() -> None:
    variants = [
        {"id": f"v{place}", "options": {"color": "Blau", "size": size}, "price": "9 €", "stock": stock}
        for place, (size, stock) in enumerate((("35-38", 3), ("39-42", 0), ("43-46", None)))
    ]
    known = detail({"id": "p", "title": "Socke", "variants": variants})
    assert known is not None
    assert choose(known, ("Größe 37",)).variant == known.variants[0]
    assert choose(known, ("size 40 in blue",)).sold_out == "Blau 39-42"
    assert choose(known, ("44",)).variant == known.variants[2]
    assert choose(known, ("lila",)).unknown == ("color", "lila")


@given(st.text(max_size=40))
def test_folding_is_stable_and_never_fails(text: str) -> None:
    assert words(fold(text)) == words(text) or fold(fold(text)) != fold(text)
    read_slots(text)


@given(st.text("abcdefgh", max_size=12), st.text("abcdefgh", max_size=12))
def test_slips_are_counted_the_same_both_ways(one: str, other: str) -> None:
    assert slips(one, other) == slips(other, one)
    assert alike(one, other) == alike(other, one)
    assert alike(one, one)
