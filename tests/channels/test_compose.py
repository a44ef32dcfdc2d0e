"""What goes into the bubbles, and how they are cut."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tresen.channels.compose import Draft, Limits, blank, clean, clip, compose, distinct, fit, picture, split, units
from tresen.channels.taps import Button, payload, tapped
from tresen.conversation.outbox import Letter
from tresen.conversation.parts import (
    Action,
    Card,
    Cards,
    CardVariant,
    CartItem,
    CartSummary,
    Choice,
    Choices,
    Comparison,
    Confirmation,
    Image,
    Link,
    OrderStatus,
    Part,
    Row,
    Source,
    Sources,
    Text,
)
from tresen.conversation.shoppers import Address

SHOP = "https://shop.example"
ANY = st.text(max_size=300)


def letter(*parts: Part, locale: str = "de", sender: str = "agent") -> Letter:
    return Letter("l", "c", 1, Address("x", "y", "z"), locale, parts, sender, None, 0, 1, "")


def drafts(*parts: Part, public_url: str = SHOP, **more: Any) -> list[Draft]:
    return compose(letter(*parts, **more), public_url)


def card(number: int = 1, **more: Any) -> Card:
    values = {"product_id": f"p_{number}", "title": f"Socke {number}", "brand": "Kette", "price": "ab 9 €"}
    return Card(**(values | {"available": True} | more))


BLUE = CardVariant("v_blue", ("blau", "39-42"), "12,90 €", True, "/media/blue.svg")
SOLD = CardVariant("v_red", ("rot", "39-42"), "12,90 €", False)


def labels(draft: Draft) -> list[str]:
    return [button.label for button in draft.buttons]


def test_words_that_belong_together_share_a_bubble_with_the_choices_below() -> None:
    cart = CartSummary((CartItem("v", "p", "Socke", "blau", 2, "9 €", "18 €"),), "18 €", 2)
    sources = Sources((Source("Rückgabe", "Fristen", "/demo/policies/d1#fristen"), Source("AGB", "", "")))
    (draft,) = drafts(Text("Klar."), cart, sources, Link("Zur Kasse", "/checkout/1"), Choices((Choice("Ja"),)))
    assert draft.text == (
        "🤖 Klar.\n\n2 × Socke (blau): 18 €\nSumme: 18 €\n\n"
        "📄 Rückgabe › Fristen\nhttps://shop.example/demo/policies/d1#fristen\n📄 AGB\n\n"
        "Zur Kasse\nhttps://shop.example/checkout/1"
    )
    assert labels(draft) == ["Ja"]


def test_cards_are_numbered_through_the_letter_and_choices_follow_them() -> None:
    found = drafts(
        Text("Zwei:"), Cards((card(1), card(2))), Text("Und:"), Cards((card(3),)), Choices((Choice("Mehr"),))
    )
    assert [draft.text.split("\n")[0] for draft in found] == [
        "🤖 Zwei:", "**1. Socke 1**", "**2. Socke 2**", "Und:", "**3. Socke 3**", "Was passt für dich?",
    ]  # fmt: skip
    assert labels(found[-1]) == ["Mehr"]


def test_a_card_offers_exactly_the_variant_it_shows() -> None:
    (asked,) = drafts(Cards((card(variants=(SOLD, BLUE), variant_id="v_blue"),)))
    assert "12,90 €" in asked.text and "blau, 39-42" in asked.text and "ab 9 €" not in asked.text
    assert asked.image == "https://shop.example/media/blue.png"
    assert asked.buttons[0].action == Action("set_quantity", "v_blue", 1, "In den Warenkorb")
    (only,) = drafts(Cards((card(variants=(BLUE,)),)))
    assert only.buttons[0].action == Action("set_quantity", "v_blue", 1, "In den Warenkorb")
    (several,) = drafts(Cards((card(variants=(SOLD, BLUE)),)), locale="en")
    assert labels(several) == ["Details"]
    assert several.buttons[0].action == Action("show_product", "p_1", label="Details")


def test_what_is_sold_out_cannot_be_put_into_the_cart() -> None:
    for sold in (
        card(available=False, variant_id="v"),
        card(variants=(SOLD,)),
        card(variants=(SOLD, BLUE), variant_id="v_red"),
    ):
        (draft,) = drafts(Cards((sold,)))
        assert labels(draft) == ["Details"]
        assert "ausverkauft" in draft.text


SOCKS = (CartItem("v", "p", "Socke", "blau", 2, "9 €", "18 €"),)
CONFIRM = "https://shop.example/confirm/n0nce"


def offer(url: str = CONFIRM, kind: str = "order") -> Confirmation:
    button = "Zahlungspflichtig bestellen"
    action = Action("confirm", "n0nce", label=button)
    rows = (Row("Versand", "4,90 €"),)
    return Confirmation(kind, "Bitte prüfe", SOCKS, rows, "22,90 €", "Gilt bis 12:15 Uhr.", button, action, "", url)


def test_an_offer_leads_to_the_page_with_its_button_and_nothing_here_orders() -> None:
    said, offered = drafts(Text("Gern."), offer())
    assert said.text == "🤖 Gern."
    assert offered.text == (
        "**Bitte prüfe**\n2 × Socke (blau): 18 €\nVersand: 4,90 €\nSumme: 22,90 €\nGilt bis 12:15 Uhr.\n\n"
        "Der Button zum Bestätigen ist auf unserer Seite."
    )
    assert offered.buttons == (Button("Prüfen und bestellen", url=CONFIRM),)
    assert labels(drafts(offer(kind="cancel"), locale="en")[0]) == ["Review and confirm"]
    assert all(button.action is None for draft in drafts(offer()) for button in draft.buttons)


def test_a_page_that_is_not_on_the_web_is_named_in_words() -> None:
    (local,) = drafts(offer("http://127.0.0.1:8080/confirm/n0nce"))
    assert local.buttons == ()
    assert local.text.endswith("Prüfen und bestellen:\nhttp://127.0.0.1:8080/confirm/n0nce")
    (relative,) = drafts(offer("/confirm/n0nce"))
    assert relative.buttons == (Button("Prüfen und bestellen", url=CONFIRM),)


@pytest.mark.parametrize(
    ("url", "pay_url", "label", "leads_to", "named"),
    [
        (f"{SHOP}/o", f"{SHOP}/o/pay", "Jetzt bezahlen", f"{SHOP}/o/pay", True),
        (f"{SHOP}/o", "", "Bestellung ansehen", f"{SHOP}/o", False),
    ],
)
def test_an_order_leads_to_what_is_next(url: str, pay_url: str, label: str, leads_to: str, named: bool) -> None:
    status = OrderStatus("K-1", "any", "unterwegs", SOCKS, (Row("Sendung", "DHL 123"),), "18 €", url, pay_url)
    (draft,) = drafts(status)
    assert draft.text.split("\n")[:4] == [
        "🤖 **K-1** · unterwegs", "2 × Socke (blau): 18 €", "Sendung: DHL 123", "Summe: 18 €",
    ]  # fmt: skip
    assert (f"Bestellung ansehen: {url}" in draft.text) is named
    assert draft.buttons == (Button(label, url=leads_to),)
    (bare,) = drafts(OrderStatus("K-1", "any", "unterwegs", (), (), ""))
    assert bare == Draft("🤖 **K-1** · unterwegs")


def test_a_comparison_is_told_product_by_product() -> None:
    (draft,) = drafts(Comparison((card(1), card(2)), (("Preis", "9 €", "12 €"), ("Gewicht", "40 g", "–"))))
    assert draft.text == "🤖 **Socke 1**\nPreis: 9 €\nGewicht: 40 g\n\n**Socke 2**\nPreis: 12 €\nGewicht: –"


def test_stars_are_written_as_the_locale_writes_numbers() -> None:
    rated = card(rating=4.5, rating_count=1234)
    assert "★ 4,5 (1.234)" in drafts(Cards((rated,)))[0].text
    assert "★ 4.5 (1,234)" in drafts(Cards((rated,)), locale="en")[0].text
    assert "★ 4,5\n" in drafts(Cards((card(rating=4.5, note="neu"),)))[0].text
    assert "★" not in drafts(Cards((card(),)))[0].text


def test_a_picture_nobody_outside_can_see_becomes_words() -> None:
    (draft,) = drafts(Image("/media/a.png", "Größentabelle"), public_url="")
    assert draft == Draft("🤖 Größentabelle")
    (draft,) = drafts(Image("https://cdn.example/a.gif", ""))
    assert draft == Draft("🤖 [Bild]\nhttps://cdn.example/a.gif")


@pytest.mark.parametrize(
    ("url", "public_url", "found"),
    [
        ("/media/x.svg", SHOP, f"{SHOP}/media/x.png"),
        (f"{SHOP}/media/x.svg?v=2", SHOP, f"{SHOP}/media/x.png?v=2"),
        ("/media/x.JPG", SHOP, f"{SHOP}/media/x.JPG"),
        ("https://cdn.example/ä b.jpeg", "", "https://cdn.example/%C3%A4%20b.jpeg"),
        ("https://cdn.example/x.svg", SHOP, ""),
        ("/media/x.svg", "", ""),
        ("/media/x.png", "http://127.0.0.1:8080", ""),
        ("http://cdn.example/x.png", SHOP, ""),
        ("https://cdn.example/x.webp", SHOP, ""),
        ("data:image/png;base64,AA.png", SHOP, ""),
        ("javascript:alert(1)//.png", SHOP, ""),
        ("https://[broken/x.png", SHOP, ""),
        ("https:///x.png", SHOP, ""),
        (f"https://cdn.example/{'x' * 3000}.png", SHOP, ""),
        ("", SHOP, ""),
    ],
)
def test_only_pictures_a_network_can_fetch_are_sent(url: str, public_url: str, found: str) -> None:
    assert picture(url, public_url) == found


def test_links_that_are_no_web_links_are_not_shown() -> None:
    (draft,) = drafts(Link("Klick", "javascript:alert(1)"))
    assert draft.text == "🤖 Klick"


def test_nothing_to_say_is_no_bubble() -> None:
    assert drafts(Text(" \n\u200b"), Cards(()), Choices(())) == []


def test_splits_at_the_kindest_place() -> None:
    assert split("Eins eins.\n\nZwei zwei zwei", 16) == ["Eins eins.", "Zwei zwei zwei"]
    assert split("Eins zwei drei. Vier fünf", 20) == ["Eins zwei drei.", "Vier fünf"]
    assert split("aaaa bbbb cccc", 10) == ["aaaa bbbb", "cccc"]
    assert split("🧦" * 5, 4) == ["🧦🧦", "🧦🧦", "🧦"]


@given(ANY, st.integers(2, 40))
def test_splitting_keeps_every_visible_character(text: str, limit: int) -> None:
    chunks = split(clean(text), limit)
    assert all(units(chunk) <= limit and not blank(chunk) for chunk in chunks)
    visible = [character for character in clean(text) if character.isprintable() and not character.isspace()]
    told = [character for chunk in chunks for character in chunk if character.isprintable() and not character.isspace()]
    assert told == visible


@given(ANY, st.integers(2, 40))
def test_clipping_is_one_line_within_the_limit(text: str, limit: int) -> None:
    assert units(clip(text, limit)) <= limit
    assert "\n" not in clip(text, limit)


@given(st.lists(st.text("ab", max_size=30), max_size=12), st.integers(10, 24))
def test_distinct_labels_differ_and_fit(words: list[str], limit: int) -> None:
    found = distinct(words, limit)
    assert len(set(found)) == len(words)
    assert all(units(title) <= limit for title in found)


def test_halves_of_characters_and_control_characters_are_mended() -> None:
    assert clean("a\ud83db\x00\x1b[0m\r\nc\ud83e\udde6") == "a\ufffdb[0m\nc🧦"


@given(st.text(min_size=1, max_size=100), st.integers(0, 99), st.integers(20, 256))
def test_said_buttons_come_back_as_their_words(label: str, number: int, most: int) -> None:
    data = payload(Button(label), number, most)
    assert len(data.encode()) <= most
    assert tapped(data, label) == Text(label)


@given(st.text("abc_", min_size=1), st.text(max_size=30), st.none() | st.integers(0, 10**6), st.text(min_size=1))
def test_actions_come_back_whole_or_are_said(name: str, target: str, quantity: int | None, label: str) -> None:
    action = Action(name, target, quantity, label)
    for most in (64, 256):
        data = payload(Button(label, action), 0, most)
        assert len(data.encode()) <= most
        assert tapped(data, label) in (action, Text(label))
    assert tapped(payload(Button(label, action), 0, 10_000), label) == action


@pytest.mark.parametrize("data", ["", "YES", "a0|", "a0||1|x", "a0|buy|-1|x", "a0|buy|1e3|x", "t0|", "a0|buy", "|||"])
def test_payloads_that_are_not_ours_are_words(data: str) -> None:
    assert tapped(data, "Ja") == Text("Ja")


def test_a_picture_with_too_many_words_keeps_both() -> None:
    limits = Limits(text=100, caption=20, prompt=50, buttons=3)
    found = fit(Draft("Wort " * 10, "https://x.example/a.png"), limits, "de")
    assert [(draft.text.count("Wort"), bool(draft.image)) for draft in found] == [(10, False), (0, True)]
