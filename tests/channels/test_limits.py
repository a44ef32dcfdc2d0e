"""Whatever a letter holds, no piece of it is more than its network takes."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tresen.channels import telegram, whatsapp
from tresen.conversation.outbox import Letter
from tresen.conversation.parts import (
    Action,
    Audio,
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
    Other,
    Row,
    Source,
    Sources,
    Text,
)
from tresen.conversation.shoppers import Address
from tresen.kit.clock import SystemClock

short = st.text(max_size=60)
words = st.one_of(
    short,
    st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=40), st.integers(1, 400)),
    st.builds(lambda text, times: f"**{text}** <i>&amp; " * times, short, st.integers(1, 120)),
)
pictures = st.one_of(short, st.just("/media/x.svg"), st.builds(lambda text: f"https://x.example/{text}.png", short))
actions = st.none() | st.builds(
    Action, st.text(max_size=40), st.text(max_size=80), st.none() | st.integers(0, 99), words
)
variants = st.builds(CardVariant, short, st.tuples(short, short), short, st.booleans(), pictures)
cards = st.builds(
    Card, short, words, words, words, st.booleans(), st.none() | st.floats(0, 5), st.integers(0, 10**9), pictures,
    short, words, st.tuples(short), st.lists(variants, max_size=3).map(tuple), short,
)  # fmt: skip
items = st.builds(CartItem, short, short, words, words, st.integers(0, 999), short, short)
several = st.lists(items, max_size=3).map(tuple)
rows = st.lists(st.builds(Row, words, words), max_size=3).map(tuple)
pages = st.one_of(pictures, st.just("/confirm/n0nce"), st.builds(lambda text: f"https://x.example/{text}", words))
parts = st.one_of(
    st.builds(Text, words),
    st.builds(Cards, st.lists(cards, max_size=4).map(tuple)),
    st.builds(Choices, st.lists(st.builds(Choice, words, actions), max_size=25).map(tuple)),
    st.builds(CartSummary, several, short, st.integers(0, 9)),
    st.builds(
        Confirmation, st.sampled_from(["order", "cancel"]), words, several, rows, short, words, short,
        st.builds(Action, short, short), short, pages,
    ),
    st.builds(OrderStatus, short, short, words, several, rows, short, pages, pages),
    st.builds(
        Comparison, st.lists(cards, max_size=3).map(tuple),
        st.lists(st.lists(words, min_size=1, max_size=4).map(tuple), max_size=3).map(tuple),
    ),
    st.builds(Sources, st.lists(st.builds(Source, words, words, pictures), max_size=3).map(tuple)),
    st.builds(Link, words, pictures),
    st.builds(Image, pictures, words),
    st.builds(Audio, pictures),
    st.builds(Other, short),
    st.builds(Action, short, short, st.none(), words),
)  # fmt: skip
letters = st.builds(
    lambda said, locale, sender: Letter(
        "l", "c", 1, Address("x", "y", "5"), locale, tuple(said), sender, datetime.now(UTC), 0, 1, ""
    ),
    st.lists(parts, max_size=5),
    st.sampled_from(["de", "en", "fr"]),
    st.sampled_from(["agent", "system", "operator:o1"]),
)


class Reader(HTMLParser):
    """The text as Telegram counts it; refuses tags that Telegram would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert (tag, attrs) == ("b", [])
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def shown(text: str, most: int) -> None:
    assert any(character.isprintable() and not character.isspace() for character in text)
    assert length(text) <= most


@pytest.fixture(scope="module")
async def channels() -> AsyncIterator[tuple[telegram.Telegram, whatsapp.WhatsApp]]:
    bot = telegram.Telegram(telegram.Settings(bot_token="1:a", webhook_secret="s" * 16), "https://shop.example")
    number = whatsapp.WhatsApp(whatsapp.Settings(phone_number_id="1"), "https://shop.example", SystemClock())
    yield bot, number
    await bot.close()
    await number.close()


@settings(deadline=None)
@given(letter=letters)
def test_telegram(channels: Any, letter: Letter) -> None:
    pieces = channels[0].render(letter)
    assert channels[0].render(letter) == pieces
    for piece in pieces:
        reader = Reader()
        reader.feed(piece.text)
        reader.close()
        assert not reader.open
        if not piece.photo:
            shown(reader.text, 4096)
        assert length(reader.text) <= (1024 if piece.photo else 4096)
        rows = piece.keyboard.inline_keyboard if piece.keyboard else ()
        assert all(1 <= len(row) <= 8 for row in rows)
        buttons = [button for row in rows for button in row]
        assert len(buttons) <= 100
        for button in buttons:
            shown(button.text, 64)
            assert bool(button.url) is not bool(button.callback_data)
            assert button.url is None or button.url.startswith("https://")
            assert button.callback_data is None or 1 <= len(button.callback_data.encode()) <= 64


@settings(deadline=None)
@given(letter=letters)
def test_whatsapp(channels: Any, letter: Letter) -> None:
    pieces = channels[1].render(letter)
    assert channels[1].render(letter) == pieces
    for piece in pieces:
        json.dumps(piece).encode()
        content = piece[piece["type"]]
        match piece["type"]:
            case "text":
                shown(content["body"], 4096)
            case "image":
                assert length(content.get("caption", "")) <= 1024
                assert content["link"].startswith("https://")
            case "interactive":
                shown(content["body"]["text"], 1024)
                {"button": check_buttons, "list": check_rows, "cta_url": check_link}[content["type"]](content)
            case _:
                pytest.fail(f"a piece of no known type: {piece}")


@pytest.mark.parametrize(("units", "pieces"), [(1021, 1), (1022, 2)])
def test_words_under_a_picture_and_above_buttons_end_at_the_limit(channels: Any, units: int, pieces: int) -> None:
    for channel in channels:
        assert len(channel.render(letter_of(Image("https://x.example/a.png", "x" * units)))) == pieces
    assert len(channels[1].render(letter_of(Text("x" * units), Choices((Choice("Ja"),))))) == pieces


@pytest.mark.parametrize(("units", "pieces"), [(4093, 1), (4094, 2)])
def test_plain_words_end_at_the_limit(channels: Any, units: int, pieces: int) -> None:
    for channel in channels:
        assert len(channel.render(letter_of(Text("x" * units)))) == pieces


def test_labels_end_at_the_limit(channels: Any) -> None:
    def shape(label: str) -> Any:
        (piece,) = channels[1].render(letter_of(Text("?"), Choices((Choice(label),))))
        return piece["interactive"]

    assert shape("x" * 20)["type"] == "button"
    assert shape("x" * 21)["type"] == "list"
    (row,) = shape("x" * 24)["action"]["sections"][0]["rows"]
    assert (row["title"], "description" in row) == ("x" * 24, False)
    (row,) = shape("x" * 73)["action"]["sections"][0]["rows"]
    assert (row["title"], row["description"]) == ("x" * 23 + "…", "x" * 71 + "…")


def letter_of(*several: Any) -> Letter:
    return Letter("l", "c", 1, Address("x", "y", "5"), "de", several, "agent", datetime.now(UTC), 0, 1, "")


def check_buttons(content: Any) -> None:
    replies = [button["reply"] for button in content["action"]["buttons"]]
    assert 1 <= len(replies) <= 3
    check_titles(replies, 20, 256)


def check_link(content: Any) -> None:
    assert content["action"]["name"] == "cta_url"
    way = content["action"]["parameters"]
    shown(way["display_text"], 20)
    assert way["url"].startswith("https://") and length(way["url"]) <= 2000


def check_rows(content: Any) -> None:
    assert "header" not in content
    shown(content["action"]["button"], 20)
    (section,) = content["action"]["sections"]
    assert 1 <= len(section["rows"]) <= 10
    check_titles(section["rows"], 24, 200)
    assert all(length(row.get("description", "")) <= 72 for row in section["rows"])


def check_titles(rows: Any, title: int, payload: int) -> None:
    for row in rows:
        shown(row["title"], title)
        assert 1 <= len(row["id"]) <= payload
    assert len({row["title"] for row in rows}) == len({row["id"] for row in rows}) == len(rows)
