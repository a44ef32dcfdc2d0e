"""Setting shown products side by side, choosing a department, and mending slips without inventing words."""

import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from little_shop import Chat, running_shop

from tresen.agent.planner.catalog import read_catalog
from tresen.agent.planner.decide import Calls, decide, read
from tresen.agent.planner.mending import mended

CATALOG = read_catalog(
    "Categories: (key | German | English)\n- sock | Laufsocken | Running socks\n"
    "- light | Fahrradlichter | Bike lights\n"
    "Brands: Kette\nAttributes, with some of their values (German|English):\ngender: Damen|women\n"
    "Attributes that are yes or no: waterproof"
)


@pytest.mark.parametrize(
    ("locale", "text", "ahead"),
    [
        ("de", "welche ist günstiger, die erste oder die dritte?", "Am günstigsten ist Leichte Laufsocken Sommer"),
        ("en", "which of them is cheaper, number 2 or number 3?", "The cheapest is Merino running socks Autumn"),
        ("de", "Welche von beiden ist besser bewertet?", "Am besten bewertet ist"),
    ],
)
def test_numbers_tell_which_one_is_ahead(locale: str, text: str, ahead: str) -> None:
    chat = Chat(running_shop(locale))
    chat.say("Laufsocken, gut bewertet" if locale == "de" else "well rated running socks")
    answer = chat.say(text)
    assert chat.named == ["compare_products"]
    assert ahead in answer


def test_what_no_product_states_is_not_guessed() -> None:
    chat = Chat(running_shop("en"))
    chat.say("running socks")
    assert "neither" in chat.say("which is lighter, the first or the second?")


def test_the_department_whose_trade_is_spoken_of_is_asked() -> None:
    house = "People of the shop\n- Service: Mo, 10\n- Werkstatt: Mo, 10\nLocale: de"
    tools = running_shop().tools()
    for text, department in (
        ("Mein Schaltwerk klemmt, ich will mit jemandem aus der Reparatur sprechen", "Werkstatt"),
        ("ich will mit einem Menschen sprechen", None),
    ):
        step = decide(read([SystemMessage(house), HumanMessage(text)], tools))
        assert isinstance(step, Calls)
        (call,) = step.calls
        assert (call.name, call.args.get("department")) == ("ask_for_human", department)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("lafusocken", "laufsocken"),
        ("bewertugn", "bewertung"),
        ("gelb", "gelb"),
        ("shpping", "shipping"),
        ("persn", "person"),
        ("wasserdichet", "wasserdichte"),
        ("rde", "rde"),
        ("schawrz", "schwarz"),
        ("mitarbieter", "mitarbeiter"),
    ],
)
def test_slips_are_mended(slip: str, meant: str) -> None:
    assert mended(slip, CATALOG) == meant


@pytest.mark.parametrize(
    "word", ["Licht", "Kappe", "Helm", "helle", "warm", "stand", "back", "Sattel", "skirt", "Reise"]
)
def test_other_words_are_left_alone(word: str) -> None:
    assert mended(word, CATALOG) == word
