"""Telegram, against a server on loopback that speaks its protocol."""

import json
import logging
from typing import Any

import pytest

from tresen.channels import telegram
from tresen.channels.base import Polled, Webhook
from tresen.conversation.outbox import TryAgain, Undeliverable
from tresen.conversation.parts import Action, Card, Cards, CardVariant, Choice, Choices, OrderStatus, Text
from tresen.kit.errors import Misconfigured, Unauthorized, Unprocessable

# Both are known and meant; the channel itself silences the first one, but pytest begins anew.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Please use 'Bot.getUpdates'"),
    pytest.mark.filterwarnings("ignore:Deprecated since version v22.2"),
]
SECRET = "loopback-webhook-secret"
SOCK = Card(
    "p_1", "Laufsocke <Kiesel> & Kette", "Kette", "12,90 €", True, 4.6, 31, "/media/p_1.svg",
    variants=(CardVariant("v_1", ("blau", "39-42"), "12,90 €", True),),
)  # fmt: skip


def signed(body: bytes) -> Webhook:
    return Webhook("POST", {}, {telegram.SIGNATURE: SECRET}, body)


async def test_junk_behind_a_good_secret_is_unprocessable(telegram_at: Any) -> None:
    for body in (b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000):
        with pytest.raises(Unprocessable):
            telegram_at().receive(signed(body))


async def test_a_polled_bot_takes_no_webhook(telegram_at: Any) -> None:
    bot = telegram_at(public_url="")
    assert isinstance(bot, Polled)
    with pytest.raises(Unauthorized):
        bot.receive(signed(b"{}"))


def test_polls_unless_the_world_can_reach_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:abc")
    monkeypatch.delenv("TELEGRAM_WEBHOOK_SECRET", raising=False)
    for public_url in ("", "http://127.0.0.1:8080"):
        assert isinstance(telegram.build(public_url), telegram.PollingTelegram)
    with pytest.raises(Misconfigured, match="TELEGRAM_WEBHOOK_SECRET"):
        telegram.build("https://shop.example")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "not allowed: ümlaut")
    with pytest.raises(Misconfigured):
        telegram.build("https://shop.example")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", SECRET)
    assert isinstance(telegram.build("https://shop.example"), telegram.Telegram)


def test_a_token_that_is_none_is_refused_without_being_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "secret words")
    with pytest.raises(Misconfigured) as error:
        telegram.build("")
    assert "secret words" not in str(error.value)


async def test_opening_registers_the_webhook_or_takes_it_away(telegram_network: Any, telegram_at: Any) -> None:
    await telegram_at(telegram_network.url).open()
    (call,) = telegram_network.named("setWebhook")
    assert call.data["url"] == "https://shop.example/webhooks/telegram"
    assert call.data["secret_token"] == SECRET
    assert json.loads(call.data["allowed_updates"]) == ["message", "edited_message", "callback_query"]
    await telegram_at(telegram_network.url, public_url="").open()
    assert len(telegram_network.named("deleteWebhook")) == 1


async def test_sends_text_as_html_with_bold_and_nothing_else(
    telegram_network: Any, telegram_at: Any, write: Any
) -> None:
    bot = telegram_at(telegram_network.url)
    letter = write(bot, Text("**Neu** & <b>echt</b>"), Choices((Choice("Ja, gern"), Choice("Nein"))))
    (piece,) = bot.render(letter)
    assert await bot.send(letter, piece) == "1001"
    (call,) = telegram_network.named("sendMessage")
    assert call.path == "/bot987654321:loopback-token/sendMessage"
    assert call.data["chat_id"] == "5"
    assert call.data["parse_mode"] == "HTML"
    assert call.data["text"] == "🤖 <b>Neu</b> &amp; &lt;b&gt;echt&lt;/b&gt;"
    (row,) = json.loads(call.data["reply_markup"])["inline_keyboard"]
    assert [button["text"] for button in row] == ["Ja, gern", "Nein"]
    assert [button["callback_data"] for button in row] == ["t0|Ja, gern", "t1|Nein"]


async def test_a_page_is_a_button_that_opens_it(telegram_network: Any, telegram_at: Any, write: Any) -> None:
    bot = telegram_at(telegram_network.url)
    page = "https://shop.example/orders/K-1?key=k"
    letter = write(bot, OrderStatus("K-1", "shipped", "unterwegs", (), (), "18 €", page))
    (piece,) = bot.render(letter)
    await bot.send(letter, piece)
    (call,) = telegram_network.named("sendMessage")
    assert call.data["text"] == "🤖 <b>K-1</b> · unterwegs\nSumme: 18 €"
    rows = json.loads(call.data["reply_markup"])["inline_keyboard"]
    assert rows == [[{"text": "Bestellung ansehen", "url": page}]]


async def test_a_card_is_a_picture_with_buttons_that_come_back_as_taps(
    telegram_network: Any, telegram_at: Any, write: Any
) -> None:
    bot = telegram_at(telegram_network.url)
    letter = write(bot, Cards((SOCK,)))
    (piece,) = bot.render(letter)
    await bot.send(letter, piece)
    (call,) = telegram_network.named("sendPhoto")
    assert call.data["photo"] == "https://shop.example/media/p_1.png"
    assert call.data["caption"].startswith(
        "🤖 <b>1. Laufsocke &lt;Kiesel&gt; &amp; Kette</b>\nKette · 12,90 € · ★ 4,6 (31)"
    )
    markup = json.loads(call.data["reply_markup"])
    (add, details) = markup["inline_keyboard"][0]
    assert add["text"] == "In den Warenkorb"
    tap = {
        "update_id": 1,
        "callback_query": {
            "id": "9",
            "from": {"id": 5, "is_bot": False, "first_name": "A"},
            "chat_instance": "x",
            "data": add["callback_data"],
            "message": {
                "message_id": 2,
                "date": 1760000000,
                "chat": {"id": 5, "type": "private"},
                "reply_markup": markup,
            },
        },
    }
    (message,) = bot.receive(signed(json.dumps(tap).encode())).messages
    assert message.parts == (Action("set_quantity", "v_1", 1, "In den Warenkorb"),)
    assert details["callback_data"] == "a1|show_product||p_1"


async def test_a_card_without_a_public_picture_is_text(telegram_at: Any, write: Any) -> None:
    bot = telegram_at(public_url="")
    (piece,) = bot.render(write(bot, Cards((SOCK,))))
    assert piece.photo == ""
    assert "Laufsocke" in piece.text


async def test_a_picture_that_telegram_cannot_fetch_does_not_lose_the_card(
    telegram_network: Any, telegram_at: Any, write: Any
) -> None:
    bot = telegram_at(telegram_network.url)
    letter = write(bot, Cards((SOCK,)))
    telegram_network.will(400, {"ok": False, "error_code": 400, "description": "failed to get HTTP URL content"})
    await bot.send(letter, bot.render(letter)[0])
    (call,) = telegram_network.named("sendMessage")
    assert "Laufsocke" in call.data["text"]
    assert json.loads(call.data["reply_markup"])["inline_keyboard"]


REFUSALS = [
    (403, {"description": "Forbidden: bot was blocked by the user"}, Undeliverable, None, "blockiert"),
    (400, {"description": "Bad Request: chat not found"}, Undeliverable, None, "Chat not found"),
    (429, {"description": "slow down", "parameters": {"retry_after": 7}}, TryAgain, 7, "Telegram"),
    (401, {"description": "Unauthorized"}, TryAgain, None, "token"),
    (500, {"description": "Internal"}, TryAgain, None, "Internal"),
]


@pytest.mark.parametrize(("status", "error", "kind", "after", "told"), REFUSALS)
async def test_refusals_are_final_or_worth_another_try(
    telegram_network: Any, telegram_at: Any, write: Any, status: int, error: Any, kind: Any, after: Any, told: str
) -> None:
    bot = telegram_at(telegram_network.url)
    letter = write(bot, Text("Hallo"))
    telegram_network.will(status, {"ok": False, "error_code": status, **error})
    with pytest.raises(kind) as raised:
        await bot.send(letter, bot.render(letter)[0])
    assert told in raised.value.say
    assert "loopback-token" not in raised.value.say
    assert getattr(raised.value, "after", None) == after


async def test_no_answer_junk_and_no_server_are_worth_another_try(
    telegram_network: Any, telegram_at: Any, write: Any
) -> None:
    bot, nowhere = telegram_at(telegram_network.url), telegram_at()
    letter = write(bot, Text("Hallo"))
    (piece,) = bot.render(letter)
    telegram_network.will(200, {"ok": True, "result": {}}, wait=1.0)
    telegram_network.will(502, "<html>bad gateway</html>")
    for channel in (bot, bot, nowhere):
        with pytest.raises(TryAgain) as raised:
            await channel.send(letter, piece)
        assert "loopback-token" not in raised.value.say


async def test_the_token_never_reaches_the_log(
    telegram_network: Any, telegram_at: Any, write: Any, caplog: pytest.LogCaptureFixture
) -> None:
    bot = telegram_at(telegram_network.url)
    letter = write(bot, Text("Hallo"))
    with caplog.at_level(logging.INFO, logger="httpx"):
        await bot.send(letter, bot.render(letter)[0])
    assert "sendMessage" in caplog.text
    assert "loopback-token" not in caplog.text


def update(number: int, **kind: Any) -> dict[str, Any]:
    return {"update_id": number, **kind}


def text(number: int, words: str) -> dict[str, Any]:
    author = {"id": 5, "is_bot": False, "first_name": "Ana", "language_code": "de"}
    message = {"message_id": number, "date": 1760000000, "chat": {"id": 5, "type": "private"}, "from": author}
    return update(number, message=message | {"text": words})


async def test_polling_reads_in_order_moves_on_and_stops_spinners(telegram_network: Any, telegram_at: Any) -> None:
    bot = telegram_at(telegram_network.url, public_url="")
    tap = json.loads(json.dumps(text(12, "")["message"] | {"text": "Karte"}))
    author = tap.pop("from")
    query = {"id": "q1", "from": author, "chat_instance": "x", "data": "a0|show_cart||", "message": tap}
    broken = update(13, message={"message_id": "x", "date": []})
    telegram_network.will(200, {"ok": True, "result": [text(11, "eins"), update(12, callback_query=query), broken]})
    messages, position = await bot.poll(11)
    assert [message.parts for message in messages] == [(Text("eins"),), (Action("show_cart", label="show_cart"),)]
    assert position == 14
    (question,) = telegram_network.named("getUpdates")
    assert question.data["offset"] == "11"
    assert [call.data["callback_query_id"] for call in telegram_network.named("answerCallbackQuery")] == ["q1"]
    assert await bot.poll(position) == ((), 14)


async def test_a_tap_that_is_too_old_to_answer_is_still_read(telegram_network: Any, telegram_at: Any) -> None:
    bot = telegram_at(telegram_network.url, public_url="")
    sample = text(12, "Karte")["message"]
    query = {"id": "q1", "from": sample["from"], "chat_instance": "x", "data": "a0|show_cart||", "message": sample}
    telegram_network.will(200, {"ok": True, "result": [update(12, callback_query=query)]})
    telegram_network.will(400, {"ok": False, "error_code": 400, "description": "query is too old"})
    messages, position = await bot.poll(0)
    assert (len(messages), position) == (1, 13)


@pytest.mark.parametrize("status", [401, 409, 500])
async def test_polling_that_fails_is_tried_again(telegram_network: Any, telegram_at: Any, status: int) -> None:
    telegram_network.will(status, {"ok": False, "error_code": status, "description": "no"})
    with pytest.raises(TryAgain):
        await telegram_at(telegram_network.url, public_url="").poll(0)


async def test_polled_and_pushed_updates_are_the_same_message(telegram_network: Any, telegram_at: Any) -> None:
    row = text(21, "Hallo")
    telegram_network.will(200, {"ok": True, "result": [row]})
    polled, _ = await telegram_at(telegram_network.url, public_url="").poll(0)
    assert polled == telegram_at().receive(signed(json.dumps(row).encode())).messages


def test_buttons_share_rows_only_while_they_stay_readable(telegram_at: Any, write: Any) -> None:
    bot = telegram_at()
    labels = ["S", "M", "L", "XL", "XXL", "Eine Auskunft über meine Bestellung"]
    (piece,) = bot.render(write(bot, Text("?"), Choices(tuple(Choice(label) for label in labels))))
    rows = [[button.text for button in row] for row in piece.keyboard.inline_keyboard]
    assert rows == [["S", "M", "L", "XL"], ["XXL"], ["Eine Auskunft über meine Bestellung"]]
