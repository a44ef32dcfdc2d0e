"""Whole conversations with the planner over a little shop: the story, its paraphrases, and what may not happen."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from little_shop import Chat, running_shop, tea_shop

STORIES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
RUNS = [(locale, story) for locale, stories in STORIES.items() for story in stories]


@pytest.mark.parametrize(("locale", "story"), RUNS, ids=[story["find"] for _, story in RUNS])
def test_the_story(locale: str, story: dict[str, str]) -> None:
    shop = running_shop(locale)
    chat = Chat(shop)
    found, put, returns = (chat.say(story[part]) for part in ("find", "choose", "returns"))
    assert "Merino" in found
    assert shop.cart == {"sock1-1": 2}
    assert shop.money(29.8) in put
    assert "Quelle: Rückgabe" in returns or "Source: Returns" in returns
    assert chat.say("Ich will mit einem Menschen reden" if locale == "de" else "let me talk to a person") == ""
    assert "Merino" in shop.handed_over[0]["brief"]


def test_a_missing_size_is_asked_for_and_the_answer_completes_the_wish() -> None:
    shop = running_shop()
    chat = Chat(shop)
    chat.say("Laufsocken mit guter Bewertung")
    asked = chat.say("zwei Paar von der zweiten")
    assert "Blau" in asked and "39-42" in asked and not shop.cart
    asked = chat.say("blau")
    assert "39-42" in asked and "Farbe" not in asked and not shop.cart
    chat.say("39-42")
    assert shop.cart == {"sock1-1": 2}


def test_sold_out_is_an_honest_no_with_the_nearest_choices() -> None:
    shop = running_shop("en")
    chat = Chat(shop)
    chat.say("running socks")
    answer = chat.say("the second in red, 39-42")
    assert "sold out" in answer and "black 39-42" in answer and "red 35-38" in answer
    assert not shop.cart
    chat.say("then black")
    assert shop.cart == {"sock2-4": 1}


def test_a_colour_that_does_not_exist_is_named_with_those_that_do() -> None:
    shop = running_shop()
    chat = Chat(shop)
    chat.say("Laufsocken")
    answer = chat.say("die erste in lila, 39-42")
    assert "lila" in answer and "Blau und Schwarz" in answer and not shop.cart


def test_more_than_there_is_is_refused_and_the_rest_is_offered() -> None:
    shop = running_shop()
    chat = Chat(shop)
    chat.say("Laufsocken")
    assert "nur noch 5" in chat.say("nimm 9 Paar von der ersten in blau, 39-42")
    assert not shop.cart
    chat.say("ja")
    assert shop.cart == {"sock1-1": 5}


def test_quantities_are_absolute_and_one_more_counts_from_the_cart() -> None:
    shop = running_shop()
    chat = Chat(shop)
    chat.say("Laufsocken")
    chat.say("nimm die erste in blau 39-42")
    for text, count in (("noch eins", 2), ("doch drei", 3), ("mach zwei daraus", 2), ("one more", 3), ("nur eins", 1)):
        chat.say(text)
        assert shop.cart == {"sock1-1": count}, text
    chat.say("nimm das wieder raus")
    assert shop.cart == {}


def test_the_cart_is_emptied_in_one_turn() -> None:
    shop = running_shop("en")
    shop.cart = {"sock1-1": 2, "sock2-0": 1, "sock3-0": 1, "sock4-0": 1, "shoe1-0": 1}
    chat = Chat(shop)
    chat.say("empty my cart please")
    assert shop.cart == {} and chat.rounds == 2


def test_one_of_several_items_is_removed_by_its_name() -> None:
    shop = running_shop("en")
    shop.cart = {"sock1-1": 2, "sock2-0": 1}
    chat = Chat(shop)
    assert "Which" in chat.say("remove one item from my cart")
    chat.say("remove the Summer socks from the cart")
    assert shop.cart == {"sock1-1": 2}


def test_two_wishes_in_one_message_are_looked_up_in_parallel() -> None:
    chat = Chat(running_shop())
    answer = chat.say("Zeig mir Laufsocken und wie lange habe ich Rückgaberecht?")
    assert chat.named == ["find_products", "search_policies"] and chat.rounds == 1
    assert "Merino-Laufsocken" in answer and "30 Tage" in answer


def test_a_shop_of_another_trade() -> None:
    shop = tea_shop()
    chat = Chat(shop)
    assert "Gyokuro Shade" in chat.say("I'm after a green tea that's well rated")
    assert "100 g" in chat.say("I'll take the first one")
    chat.say("250g, two of them")
    assert shop.cart == {"tea2-1": 2}
    assert "low" in chat.say("and what about its caffeine?")
    assert "Assam" in chat.say("do you have black tea as well?")


def test_the_answer_is_in_the_language_the_shopper_writes() -> None:
    chat = Chat(running_shop("de"))
    assert "fit" in chat.say("show me running socks")
    assert "Which" in chat.say("ok")[:20] or "get that" in chat.say("ok")
    assert "passen" in chat.say("zeig mir Laufsocken")


def test_only_what_the_shop_states_is_said_of_a_product() -> None:
    chat = Chat(running_shop())
    chat.say("Laufsocken")
    assert "52 % Merinowolle" in chat.say("Woraus besteht die erste?")
    assert "Wollwaschgang" in chat.say("und wie wasche ich die?")
    assert "steht" in (answer := chat.say("wie viel wiegt das?")) and "nichts" in answer
    chat.say("ja bitte")
    assert chat.named == ["ask_for_human"]


def test_a_yes_to_our_offer_is_the_offered_wish() -> None:
    shop = tea_shop()
    chat = Chat(shop)
    chat.say("green tea")
    assert "Gyokuro" in chat.say("tell me more about the second one")
    assert "100 g" in chat.say("yes please")
    chat.say("100 g")
    assert shop.cart == {"tea2-0": 1}


def test_an_open_question_outlives_a_look_into_the_cart() -> None:
    shop = running_shop()
    chat = Chat(shop)
    chat.say("Laufsocken")
    chat.say("nimm die erste in blau")
    chat.say("was ist im Warenkorb?")
    chat.say("39-42")
    assert shop.cart == {"sock1-1": 1}


def test_what_a_review_orders_is_not_repeated_and_not_obeyed() -> None:
    chat = Chat(running_shop())
    chat.say("Laufsocken")
    answer = chat.say("wie sind die Bewertungen der ersten?")
    assert "4,6" in answer and "heil" in answer
    assert "90" not in answer and "Rabatt" not in answer


def test_allergies_are_never_reassured() -> None:
    shop = running_shop()
    chat = Chat(shop)
    chat.say("Laufsocken")
    chat.say("Ich habe eine Latexallergie, kann ich die zweite tragen?")
    assert len(shop.handed_over) == 1


NOES: list[tuple[dict[str, Any], str, str]] = [
    ({"outcome": "category_not_carried", "products": []}, "do not carry", "führen wir leider nicht"),
    (
        {"outcome": "out_of_reach", "products": [], "nearest_price": "14,90 €"},
        "nearest costs 14,90 €",
        "kostet 14,90 €",
    ),
    ({"outcome": "relaxed", "relaxed": ["color"]}, "Leaving out the colour", "ohne die Vorgabe bei Farbe"),
    ({"outcome": "filter_unknown", "unknown": ["color:chartreuse"]}, "“chartreuse” is not", "„chartreuse“ gibt es"),
    ({"outcome": "nothing", "products": []}, "found nothing", "nichts gefunden"),
]


@pytest.mark.parametrize(("outcome", "english", "german"), NOES, ids=[str(each[0]["outcome"]) for each in NOES])
def test_the_five_noes_are_five_sentences(outcome: dict[str, Any], english: str, german: str) -> None:
    for text, expected in (("find me running socks in blue", english), ("such mir blaue Laufsocken", german)):
        shop = running_shop()
        shop.outcome = outcome
        assert expected.lower() in Chat(shop).say(text).lower()


@pytest.mark.parametrize("locale", ["de", "en"])
def test_answers_are_short(locale: str) -> None:
    chat = Chat(running_shop(locale))
    for text in ("Laufsocken", "wie lange ist die Rückgabe?", "was kannst du?", "die erste in blau", "Versandkosten?"):
        assert len(chat.say(text).split()) <= 60
