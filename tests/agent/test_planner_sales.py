"""Buying and what follows, in shoppers' words: which tool is called with what, and what is never done by words."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from little_counter import past_order
from little_shop import Chat, LittleShop, running_shop

from tresen.agent.planner.postal import FIELDS, read_address

SAID: dict[str, list[dict[str, Any]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _rows(part: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", SAID[part], ids=[row["text"][:60] for row in SAID[part]])


def _bought(locale: str = "de") -> LittleShop:
    shop = running_shop(locale)
    shop.orders = [past_order()]
    return shop


def _first(chat: Chat) -> tuple[str, dict[str, Any]]:
    return chat.calls[0] if chat.calls else ("none", {})


@_rows("buying")
def test_buying(row: dict[str, Any]) -> None:
    chat = Chat(running_shop())
    chat.say("Zeig mir Laufsocken")
    chat.say("nimm die erste in blau 39-42")
    chat.say(row["text"])
    name, args = _first(chat)
    assert name == row["tool"]
    assert args.items() >= row.get("args", {}).items()


@_rows("after")
def test_after_the_purchase(row: dict[str, Any]) -> None:
    chat = Chat(_bought())
    chat.say(row["text"])
    name, args = _first(chat)
    assert name == row["tool"]
    assert args.items() >= row["args"].items()


@_rows("others")
def test_what_is_no_errand(row: dict[str, Any]) -> None:
    chat = Chat(_bought())
    chat.say(row["text"])
    assert _first(chat)[0] == row["tool"]


@_rows("excluded")
def test_what_is_not_wanted_is_excluded(row: dict[str, Any]) -> None:
    chat = Chat(running_shop())
    chat.say(row["text"])
    name, args = _first(chat)
    assert (name, args.get("exclude")) == ("find_products", row["exclude"])
    assert not set(row["exclude"]) & set(args["query"].split())


@_rows("addresses")
def test_addresses(row: dict[str, Any]) -> None:
    found = read_address(row["text"])
    assert [found.get(name, "") for name in FIELDS] == row["read"]


@_rows("counted")
def test_only_words_of_quantity_change_a_quantity(row: dict[str, Any]) -> None:
    chat = Chat(running_shop())
    chat.say("Zeig mir Laufsocken")
    chat.say("nimm die erste in blau 39-42")
    chat.say(row["text"])
    assert chat.shop.cart == {"sock1-1": row["count"]}


@pytest.mark.parametrize("shown", [True, False])
@_rows("titled")
def test_what_is_named_by_its_whole_title_is_bought(row: dict[str, Any], shown: bool) -> None:
    chat = Chat(running_shop(row["locale"]))
    if shown:
        chat.say("Laufsocken" if row["locale"] == "de" else "running socks")
    chat.say(row["text"])
    assert chat.shop.cart == {"sock1-4": row["count"]}
    assert chat.named.count("find_products") == (0 if shown else 1)


CHECKOUTS = [
    ("de", ["zur Kasse", "Versand bitte", "Erika Muster, Hauptstr. 5, 10115 Berlin, e@post.example", "auf Rechnung"]),
    ("de", ["bestellen", "nach Hause", "Erika Muster", "Hauptstr. 5", "10115 Berlin", "e@post.example", "Rechnung"]),
    ("de", ["zur kasse, versand, auf rechnung", "erika muster, hauptstr 5, 10115 berlin, e@post.example"]),
    ("en", ["check out", "ship it please", "Erika Muster, Hauptstr. 5, Berlin 10115, e@post.example", "by invoice"]),
    (
        "de",
        [
            "Kasse",
            "Versand per Paket",
            "das Paket geht an Erika Muster",
            "Hauptstr. 5",
            "10115 Berlin",
            "e@post.example",
            "per Rechnung zahlen",
        ],
    ),
    (
        "en",
        [
            "check out",
            "ship it to Erika Muster",
            "Hauptstr. 5",
            "10115 Berlin (Germany)",
            "e@post.example",
            "paypal",
            "not by card",
            "on invoice then",
        ],
    ),
    ("en", ["buy it", "deliver it", "Erika Muster", "Hauptstr. 5", "10115 Berlin", "e@post.example", "bill"]),
]


@pytest.mark.parametrize(("locale", "texts"), CHECKOUTS, ids=[" / ".join(texts)[:50] for _, texts in CHECKOUTS])
def test_the_checkout_asks_for_one_thing_at_a_time(locale: str, texts: list[str]) -> None:
    shop = running_shop(locale)
    shop.cart = {"sock1-1": 1}
    chat = Chat(shop)
    answers = [chat.say(text) for text in texts]
    assert {key: text.lower() for key, text in shop.told.items() if key != "country"} == {
        "name": "erika muster", "street": shop.told["street"].lower(), "postal_code": "10115", "city": "berlin",
        "email": "e@post.example", "shipping": "home", "payment": "invoice",
    }  # fmt: skip
    assert "Zahlungspflichtig bestellen" in answers[-1] and "19,80 €" in answers[-1]


WAYS_TO_PAY = {
    "invoice": ("auf Rechnung", "per Rechnung zahlen", "by invoice"),
    "on_pickup": ("bar", "bei Abholung", "in cash please"),
    "": ("nicht auf Rechnung", "Klarna", "Rechnung oder bar?"),
}


@pytest.mark.parametrize(("said", "payment"), [(said, key) for key, texts in WAYS_TO_PAY.items() for said in texts])
def test_an_unclear_way_to_pay_is_asked_and_never_guessed(said: str, payment: str) -> None:
    chat = Chat(running_shop())
    chat.shop.cart = {"sock1-1": 1}
    for text in ("zur Kasse, Versand", "Erika Muster, Hauptstr. 5, 10115 Berlin, e@post.example", said):
        chat.say(text)
    assert chat.shop.told.get("payment", "") == payment


def test_what_leads_in_a_name_is_no_city() -> None:
    assert read_address("Das Paket geht an Jule Harms", lacking=("name", "street", "city")) == {"name": "Jule Harms"}


def test_a_country_alone_counts_before_the_rest_of_the_address() -> None:
    chat = Chat(running_shop("en"))
    chat.shop.cart = {"sock1-1": 1}
    for text in ("checkout", "ship to Austria", "Jo Doe, Am Anger 3, 6020 Innsbruck, jo@post.example"):
        chat.say(text)
    assert (chat.shop.told["country"], chat.shop.told["city"]) == ("AT", "Innsbruck")


def test_numbers_of_an_address_in_pieces_leave_the_cart_alone_and_counting_leaves_the_checkout_open() -> None:
    chat = Chat(running_shop())
    chat.say("Zeig mir Laufsocken")
    chat.say("nimm die erste in blau 39-42")
    for text in ("zur Kasse", "Versand", "Jule Harms", "Anger 4", "04109 Leipzig"):
        chat.say(text)
    assert chat.shop.cart == {"sock1-1": 1}
    chat.say("mach 2 Stück draus")
    chat.say("jule5@post.example")
    assert chat.shop.cart == {"sock1-1": 2}


@pytest.mark.parametrize(
    ("locale", "texts", "gone"),
    [
        ("de", ["nimm die Mütze wieder aus der Bestellung"], {"1": 1}),
        ("de", ["wo ist meine Bestellung?", "eine Socke weniger"], {"0": 1}),
        ("de", ["nimm eine Socke aus der Bestellung"], {"0": 1}),
        ("de", ["kannst du etwas aus meiner Bestellung herausnehmen?", "die Socken"], {"0": 2}),
        ("en", ["please take the socks out of my order"], {"0": 2}),
        ("en", ["remove one pair of socks from order KK-2026-1311"], {"0": 1}),
    ],
)
def test_items_are_taken_out_of_an_order(locale: str, texts: list[str], gone: dict[str, int]) -> None:
    shop = running_shop(locale)
    shop.orders = [past_order(state="processing")]
    chat = Chat(shop)
    for text in texts:
        answer = chat.say(text)
    assert chat.calls[-1] == ("change_order", {"order_number": "KK-2026-1311", "take_out": gone})
    assert "KK-2026-1311" in answer


@pytest.mark.parametrize(
    ("locale", "texts"),
    [
        ("de", ["kann ich die Bestellung anders bezahlen?", "auf Rechnung"]),
        ("de", ["ich möchte lieber auf Rechnung, bitte Zahlungsart ändern"]),
        ("de", ["meine Karte wurde abgelehnt", "dann per Rechnung"]),
        ("de", ["bei KK-2026-1311 hat die Zahlung nicht geklappt", "Rechnung bitte"]),
        ("en", ["can I pay another way?", "by invoice"]),
        ("en", ["my payment was declined", "invoice please"]),
        ("en", ["please change the payment method to invoice"]),
    ],
)
def test_an_order_is_paid_another_way(locale: str, texts: list[str]) -> None:
    shop = running_shop(locale)
    shop.orders = [past_order(state="awaiting_payment")]
    chat = Chat(shop)
    for text in texts:
        answer = chat.say(text)
    assert chat.calls[-1] == ("change_order", {"order_number": "KK-2026-1311", "payment": "invoice"})
    assert "KK-2026-1311" in answer


def test_another_product_is_no_answer_to_a_question_about_options() -> None:
    chat = Chat(running_shop("en"))
    chat.say("show me running socks")
    chat.say("the first one please")
    chat.say("2 pieces of Thick running socks Winter, black, 39-42")
    assert chat.shop.cart == {"sock3-1": 2}


@pytest.mark.parametrize("yes", ["ja", "ja bitte", "yes", "ok, bestellen", "jetzt kaufen", "go ahead"])
def test_a_typed_yes_points_to_the_button(yes: str) -> None:
    chat = Chat(running_shop())
    chat.shop.cart = {"sock1-1": 1}
    chat.say("zur Kasse, Abholung, bar im Laden")
    chat.say("Erika Muster, e@post.example")
    answer = chat.say(yes)
    assert "Zahlungspflichtig bestellen" in answer and not chat.calls


def test_who_picks_up_is_asked_for_no_street() -> None:
    chat = Chat(running_shop("en"))
    chat.shop.cart = {"sock1-1": 1}
    chat.say("checkout")
    asked = chat.say("I'll pick it up")
    assert "street" not in asked and "e-mail" in asked


def test_a_refused_code_is_said_as_the_shop_says_it() -> None:
    chat = Chat(running_shop())
    assert chat.say("ich hab nen gutschein WINTER99") == "Diesen Code gibt es nicht."


def test_proving_who_one_is_goes_on_with_what_was_asked() -> None:
    shop = _bought()
    shop.proven = False
    chat = Chat(shop)
    assert "KK-2026-1311" in chat.say("wo ist meine Bestellung KK-2026-1311?")
    assert chat.say("ja") == "Wir haben einen Code geschickt."
    assert chat.calls == [("prove_identity", {"order_number": "KK-2026-1311"})]
    assert chat.say("654321") == "Dieser Code stimmt nicht."
    assert "KK-2026-1311" in chat.say("achso: 123 456")
    assert chat.named == ["prove_identity", "track_order"]


def test_without_a_number_the_e_mail_is_asked_for() -> None:
    shop = _bought("en")
    shop.proven = False
    chat = Chat(shop)
    assert "e-mail" in chat.say("cancel my order")
    chat.say("erika@post.example")
    assert chat.calls == [("prove_identity", {"email": "erika@post.example"})]
    chat.say("123456")
    assert chat.named == ["prove_identity", "track_order", "cancel_order"]


@pytest.mark.parametrize(
    ("texts", "items"),
    [
        (["ich möchte die Socken zurückgeben"], {"0": 2}),
        (["ein Paar Socken soll zurück, bitte retoure anmelden"], {"0": 1}),
        (["ich will was zurückschicken", "die Mütze"], {"1": 1}),
        (["I want to return something", "both"], {"0": 2, "1": 1}),
        (["I need to send back part of my order", "number 2"], {"1": 1}),
    ],
)
def test_what_goes_back_is_asked_and_why_never(texts: list[str], items: dict[str, int]) -> None:
    chat = Chat(_bought())
    for text in texts:
        answer = chat.say(text)
        assert "warum" not in answer.lower() and "why" not in answer.lower()
    assert chat.calls[-1] == ("request_return", {"order_number": "KK-2026-1311", "items": items})


def test_an_exchange_says_what_the_shop_does_and_offers_the_return() -> None:
    chat = Chat(_bought())
    assert "Umtauschen per Post bieten wir nicht an." in chat.say("ich will die Mütze umtauschen")
    chat.say("ja")
    assert chat.calls[-1] == ("request_return", {"order_number": "KK-2026-1311", "items": {"1": 1}})


def test_a_withdrawal_needs_no_proof_and_is_never_argued_about() -> None:
    shop = _bought()
    shop.proven = False
    assert Chat(shop).say("ich möchte widerrufen") == "Hier kannst du widerrufen."


def test_a_new_address_in_pieces() -> None:
    chat = Chat(_bought("en"))
    assert "KK-2026-1311" in chat.say("I gave the wrong address")
    chat.say("Gartenweg 7, 20095 Hamburg")
    wanted = {"order_number": "KK-2026-1311", "street": "Gartenweg 7", "postal_code": "20095", "city": "Hamburg"}
    assert chat.calls[-1] == ("change_order", wanted)


def test_an_objection_without_an_order_goes_to_people() -> None:
    shop = running_shop()
    assert Chat(shop).say("ihr habt mir zu viel berechnet") == ""
    assert len(shop.handed_over) == 1


def test_sold_out_can_be_waited_for() -> None:
    shop = running_shop("en")
    chat = Chat(shop)
    chat.say("running socks")
    assert "sold out" in chat.say("the second in red, 39-42")
    chat.say("tell me when it's back")
    name, args = chat.calls[-1]
    assert name == "notify_when_back" and args["variant_id"].startswith("sock2")


def test_there_are_enough_of_them() -> None:
    assert sum(len(rows) for rows in SAID.values()) >= 60
