"""What shoppers write on the way to an order and after it: addresses, what goes back, what was there before."""

import pytest

from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.language import detect
from tresen.agent.planner.memory import Memory, Wish, remember
from tresen.agent.planner.orderfacts import Piece
from tresen.agent.planner.orders import _meant
from tresen.agent.planner.postal import read_address
from tresen.agent.planner.quantities import quantity
from tresen.agent.planner.slots import read_slots
from tresen.agent.planner.transcript import TAPPED, Turn


@pytest.mark.parametrize(
    ("text", "name", "postal", "city"),
    [
        ("Ab zur Kasse bitte: Nora Kessel, Gartengasse 12, 5020 Salzburg", "Nora Kessel", "5020", "Salzburg"),
        ("Checkout please: Sean Doyle, Lerchenweg 7, 79104 Freiburg", "Sean Doyle", "79104", "Freiburg"),
        ("Ole Brandt, Storgatan 8, 111 51 Stockholm, Schweden", "Ole Brandt", "111 51", "Stockholm"),
        ("Send it to Rory Blake, ul. Jasna 5, 31-147 Kraków, Poland", "Rory Blake", "31-147", "Kraków"),
    ],
)
def test_an_address_after_a_colon_and_codes_in_two_parts(text: str, name: str, postal: str, city: str) -> None:
    found = read_address(text)
    assert (found.get("name"), found.get("postal_code"), found.get("city")) == (name, postal, city)


PUMP, PATCHES = Piece(1, "Standpumpe Werkbank", "Rot", 1, 1), Piece(2, "Flickzeug Hosentasche", "", 2, 2)


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("Die Standpumpe möchte ich zurückschicken. Das Flickzeug behalte ich.", [PUMP]),
        ("Ich behalte die Standpumpe, das Flickzeug geht zurück", [PATCHES]),
        ("Bitte alles zurück", [PUMP, PATCHES]),
    ],
)
def test_what_is_kept_does_not_go_back(text: str, back: list[Piece]) -> None:
    assert _meant(Wish("send_back", (text,)), [PUMP, PATCHES]) == back


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("mach aus den drei Sonnenschilden doch nur zwei", 2),
        ("make it two instead of three", 2),
        ("Laufsocken aus Wolle, zwei Paar", 2),
    ],
)
def test_what_there_was_is_not_what_is_wanted(text: str, count: int) -> None:
    assert quantity(text) == count


@pytest.mark.parametrize(("text", "size"), [("in L/XL bitte", "L-XL"), ("do you have it in a large?", "L")])
def test_sizes_in_two_letters_and_in_words(text: str, size: str) -> None:
    assert read_slots(text).size == size


def test_a_german_name_makes_no_german_message() -> None:
    assert detect("I'll take the Schweißfrei one", Catalog(), "de") == "en"
    assert detect("Größe 42", Catalog(), "en") == "de"


def test_an_order_that_was_placed_ends_the_checkout() -> None:
    asked = Memory(pending=Wish("checkout"), offer=Wish("press"))
    after = remember(asked, Turn(notes=(f"{TAPPED} order KK-2026-2004 placed",)))
    assert after.pending is None and after.offer is None and after.orders[0].number == "KK-2026-2004"
