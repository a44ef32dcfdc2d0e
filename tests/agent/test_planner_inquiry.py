"""Questions about what nobody has shown yet: the shop's own words answer them, or that it does not say is said."""

import pytest
from little_shop import Chat, LittleShop, running_shop, tea_shop

from tresen.agent.planner.evidence import Piece, best, sought
from tresen.agent.planner.references import content


@pytest.fixture
def german() -> Chat:
    return Chat(running_shop())


@pytest.fixture
def english() -> Chat:
    return Chat(running_shop("en"))


def test_a_product_is_looked_up_by_its_name_and_answers(german: Chat) -> None:
    said = german.say("Wie viel Wolle steckt in den Merino-Laufsocken Herbst?")
    assert german.named == ["find_products", "get_product"]
    assert "52 % Merinowolle" in said


def test_care_is_answered_with_the_figure_and_nothing_else(english: Chat) -> None:
    said = english.say("How hot can I wash the merino running socks Autumn?")
    assert "30 °C" in said and "52%" not in said


def test_what_the_shop_does_not_state_is_admitted_and_a_person_offered(english: Chat) -> None:
    said = english.say("How many decibels does the Weasel road running shoe make?")
    assert "does not say" in said and "team" in said
    assert english.say("yes please") == "" and english.named == ["ask_for_human"]


def test_a_question_in_german_of_what_is_not_stated(german: Chat) -> None:
    said = german.say("In welchem Land wird der Wiesel Straßenlaufschuh hergestellt?")
    assert "steht leider nichts" in said


def test_a_size_that_is_asked_for_by_name_is_looked_up(german: Chat) -> None:
    said = german.say("Habt ihr die dicken Laufsocken Winter noch in 43-46?")
    assert "get_product" in german.named and "43-46" in said


def test_what_the_documents_do_not_mention_is_named_with_the_closest_they_say(english: Chat) -> None:
    said = english.say("Can you deliver to a parcel locker?")
    assert "do not mention “locker”" in said and "€3.90" in said and "team" in said


def test_what_they_do_say_comes_without_a_hedge(english: Chat) -> None:
    said = english.say("How long does delivery take?")
    assert "Delivery takes two working days." in said and "mention" not in said


def test_a_service_that_nothing_is_said_of_is_no_search(german: Chat) -> None:
    said = german.say("Gibt es bei euch im Laden WLAN?")
    assert "find_products" not in german.named
    assert "nichts" in said


@pytest.mark.parametrize(
    ("locale", "text", "told"),
    [
        ("en", "Tell me about the Weasel shoe.", "Weasel"),
        ("en", "What do reviews say about the Weasel?", "Weasel"),
        ("de", "Erzähl mir was über den Laufschuh Wiesel.", "Wiesel"),
        ("de", "Was sagen die Bewertungen zum Laufschuh Wiesel?", "Wiesel"),
    ],
)
def test_what_is_called_by_its_name_is_told_of_before_it_was_shown(locale: str, text: str, told: str) -> None:
    chat = Chat(running_shop(locale))
    said = chat.say(text)
    assert chat.named == ["find_products", "get_product"]
    assert told in said.split(".")[0]


@pytest.mark.parametrize(
    ("locale", "shown", "text", "told"),
    [
        ("en", "Tell me about the Autumn socks.", "What do reviews say about the Weasel shoe?", "Weasel"),
        ("de", "Erzähl mir von den Laufsocken Herbst.", "Was sagen die Bewertungen zum Laufschuh Wiesel?", "Wiesel"),
        ("en", "Tell me about the Weasel shoe.", "What do the reviews say about the sole?", "Weasel"),
        ("de", "Erzähl mir vom Laufschuh Wiesel.", "Was sagen die Bewertungen zur Sohle?", "Wiesel"),
    ],
)
def test_another_name_is_another_product_and_a_part_is_not(locale: str, shown: str, text: str, told: str) -> None:
    chat = Chat(running_shop(locale))
    chat.say(shown)
    assert told in chat.say(text)


def test_what_was_told_of_is_put_in_with_a_yes(english: Chat) -> None:
    assert "cart?" in english.say("Tell me about the Weasel shoe.")
    english.say("yes")
    english.say("blue, size 35-38")
    assert english.shop.cart == {"shoe1-0": 1}


@pytest.mark.parametrize("text", ["Tell me about your running socks.", "Tell me about socks for beginners."])
def test_a_kind_of_goods_is_shown(text: str, english: Chat) -> None:
    english.say(text)
    assert english.named[-1:] == ["find_products"]


def test_goods_are_still_searched(german: Chat) -> None:
    german.say("Habt ihr warme Laufsocken?")
    assert german.named == ["find_products"]


@pytest.mark.parametrize(
    "text",
    [
        "What's the heel drop on the Weasel road running shoe?",  # nothing to drop from the cart
        "How long will you keep my order at the shop?",  # no order to look up
        "If I buy on invoice, how long do I have to pay?",  # no checkout
    ],
)
def test_a_question_is_no_errand(text: str, english: Chat) -> None:
    said = english.say(text)
    assert set(english.named) <= {"find_products", "get_product", "search_policies"} and "cart" not in said


def test_another_trade_is_asked_the_same_way() -> None:
    chat = Chat(tea_shop())
    said = chat.say("Which country is the parcel locker sewn in?")
    assert "not" in said


PIECES = [
    Piece("On the middle setting the battery lasts about nine hours."),
    Piece("Reaches far into the woods."),
    Piece("88 g", "Weight"),
    Piece("Oats, dates and salt; hazelnuts only in cocoa.", "Ingredients"),
    Piece("Traces of hazelnuts in all flavours.", "Ingredients"),
]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("How long does the battery last on the middle setting?", PIECES[:1]),
        ("How heavy is it?", PIECES[2:3]),
        ("How many metres does it reach?", []),
        ("How many grams of lactose are in it?", []),
        ("Does it contain hazelnuts?", PIECES[3:]),
        ("Is it approved by Sold Secure?", []),
    ],
)
def test_only_a_sentence_with_the_measure_and_the_thing_that_were_asked_for_answers(
    question: str, answers: list[Piece]
) -> None:
    assert sorted(best(sought(question, content(question)), PIECES), key=PIECES.index) == answers


@pytest.mark.parametrize("text", ["Für welche Bestellungen gilt der Code HALLO10?", "Wie lange gilt der Code HALLO10?"])
def test_the_terms_of_a_code_are_no_wish_to_apply_it(text: str, german: Chat) -> None:
    said = german.say(text)
    assert german.named == ["search_policies"] and "HALLO10" in said
    german.say("Ja, bitte")
    assert german.calls == [("apply_code", {"code": "HALLO10"})]


def test_whether_a_code_holds_is_tried(german: Chat) -> None:
    german.say("Gilt der Code HALLO10 noch?")
    assert german.named == ["apply_code"]


@pytest.mark.parametrize(
    ("text", "put"),
    [
        ("leg mir 2x Merino-Laufsocken Herbst in Blau, 39-42 rein", {"sock1-1": 2}),
        ("Davon 3 Stück bitte: Merino-Laufsocken Herbst in Blau, 43-46.", {"sock1-2": 3}),
        ("1 mal Wiesel Straßenlaufschuh in Blau, Größe 39-42 in den Warenkorb, bitte.", {"shoe1-1": 1}),
    ],
)
def test_an_order_by_name_is_one_order_shown_or_not(text: str, put: dict[str, int], german: Chat) -> None:
    german.say(text)
    assert german.shop.cart == put


def test_an_order_by_name_in_english(english: Chat) -> None:
    english.say("Put 2 × merino running socks Autumn in blue, 39-42 in my cart, please.")
    english.say("1 of those please: Weasel shoe in blue, 35-38.")
    assert english.shop.cart == {"sock1-1": 2, "shoe1-0": 1}


def test_fewer_than_there_were(german: Chat) -> None:
    german.say("leg mir 3x Merino-Laufsocken Herbst in Blau, 39-42 rein")
    german.say("Ach, mach aus den drei Merinosocken doch nur zwei.")
    assert german.shop.cart == {"sock1-1": 2}


def test_a_name_that_fits_two_is_asked_back_and_the_count_kept() -> None:
    shop: LittleShop = running_shop()
    chat = Chat(shop)
    said = chat.say("2x Laufsocken in Blau, 39-42 bitte")
    assert not shop.cart and "Welches" in said
    chat.say("die erste")
    assert list(shop.cart.values()) == [2]
