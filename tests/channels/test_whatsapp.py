"""WhatsApp, against a server on loopback that speaks the Cloud API, and against pywa's own validator and reader."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from pywa.utils import webhook_updates_validator

from tresen.channels import whatsapp
from tresen.channels.base import Forged, Webhook
from tresen.conversation.outbox import TryAgain, Undeliverable
from tresen.conversation.parts import Action, Card, Cards, CardVariant, Choice, Choices, Image, OrderStatus, Text
from tresen.conversation.shoppers import Address
from tresen.kit.errors import Misconfigured, Unauthorized, Unprocessable

SAMPLES = Path(__file__).parent.parent / "samples" / "whatsapp"
SOCK = Card(
    "p_1", "Laufsocke Kiesel", "Kette", "12,90 €", True, 4.6, 31, "/media/p_1.svg", note="reduziert",
    variants=(CardVariant("v_1", ("blau", "39-42"), "12,90 €", True),),
)  # fmt: skip


def signed(body: bytes, secret: str = "appsecret") -> Webhook:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Webhook("POST", {}, {whatsapp.SIGNATURE: f"sha256={digest}"}, body)


async def test_known_signature_of_known_bytes(whatsapp_at: Any) -> None:
    body = bytes.fromhex("7b2268656c6c6f223a2277c3b6726c64227d")
    known = "sha256=f3ff85c3d36c2d762a581d2326c621aab71e84553bee7a122e59e5a5a6260c3c"
    number = whatsapp_at()
    assert number.receive(Webhook("POST", {}, {whatsapp.SIGNATURE: known}, body)).messages == ()
    with pytest.raises(Forged):
        number.receive(Webhook("POST", {}, {whatsapp.SIGNATURE: known}, body.replace(b"w", b"W")))
    with pytest.raises(Forged):
        number.receive(Webhook("POST", {}, {whatsapp.SIGNATURE: known.removeprefix("sha256=")}, body))
    with pytest.raises(Unauthorized):
        number.receive(Webhook("POST", {}, {"x-hub-signature": "sha1=abc"}, body))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_samples_are_signed_as_pywa_checks_it(path: Path) -> None:
    sample = json.loads(path.read_text("utf-8"))
    if sample.get("method") != "POST":
        return
    body = json.dumps(sample["body"], separators=(",", ":")).encode()
    assert webhook_updates_validator("sample-app-secret", body, sample["headers"][whatsapp.SIGNATURE])


async def test_junk_behind_a_good_signature_is_unprocessable(whatsapp_at: Any) -> None:
    for body in (b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000):
        with pytest.raises(Unprocessable):
            whatsapp_at().receive(signed(body))


@pytest.mark.parametrize(
    "value",
    [None, [], "x", {"messages": "x"}, {"messages": [None, 3]}, {"statuses": [{"status": "failed", "errors": "x"}]},
     {"messages": [{"id": "a", "from": "49", "type": {"x": 1}}]}, {"contacts": [{"wa_id": 5}]},
     {"messages": [{"id": "a", "from": "49", "type": "edit", "edit": {"message": None}}]},
     {"messages": [{"id": "a", "from": "49", "type": "interactive"}]}],
)  # fmt: skip
async def test_odd_shapes_never_break_it(whatsapp_at: Any, value: Any) -> None:
    if isinstance(value, dict):
        value = value | {"metadata": {"phone_number_id": "106540"}}
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}, None]}
    whatsapp_at().receive(signed(json.dumps(body).encode()))


async def test_handshake_needs_the_token_and_the_mode(whatsapp_at: Any) -> None:
    number = whatsapp_at()
    good = {"hub.mode": "subscribe", "hub.verify_token": "vt", "hub.challenge": "1158201444"}
    assert number.receive(Webhook("GET", good, {}, b"")).reply.body == b"1158201444"
    for wrong, status in (({"hub.verify_token": "no"}, 403), ({"hub.mode": "x"}, 403), ({"hub.verify_token": ""}, 401)):
        with pytest.raises(Unauthorized) as refused:
            number.receive(Webhook("GET", good | wrong, {}, b""))
        assert refused.value.status == status


def test_half_a_configuration_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHATSAPP_ACCESS_TOKEN", "wa-token")
    monkeypatch.setenv("WHATSAPP_PHONE_NUMBER_ID", "1")
    with pytest.raises(Misconfigured, match="WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN") as error:
        whatsapp.build("https://shop.example")
    assert "wa-token" not in str(error.value)


async def test_a_page_is_a_button_that_opens_it(graph: Any, whatsapp_at: Any, write: Any) -> None:
    number = whatsapp_at(graph.url)
    page = "https://shop.example/orders/K-1/pay?key=k"
    letter = write(number, OrderStatus("K-1", "awaiting_payment", "wartet", (), (), "18 €", "", page))
    (piece,) = number.render(letter)
    await number.send(letter, piece)
    assert graph.calls[0].data["interactive"] == {
        "type": "cta_url",
        "body": {"text": "🤖 *K-1* · wartet\nSumme: 18 €"},
        "action": {"name": "cta_url", "parameters": {"display_text": "Jetzt bezahlen", "url": page}},
    }


async def test_sends_text_to_a_number_and_to_a_user_id(graph: Any, whatsapp_at: Any, write: Any) -> None:
    number = whatsapp_at(graph.url)
    letter = write(number, Text("**Hallo** Ana"))
    (piece,) = number.render(letter)
    assert await number.send(letter, piece) == "wamid.OUT1"
    username = write(number, Text("**Hallo** Ana"), address=Address("whatsapp", "106540", "US.1349"))
    await number.send(username, piece)
    first, second = graph.calls
    assert first.path == "/v25.0/106540/messages"
    assert first.headers["authorization"] == "Bearer wa-token"
    assert first.data == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "5",
        "biz_opaque_callback_data": "c1:3",
        "type": "text",
        "text": {"body": "🤖 *Hallo* Ana", "preview_url": False},
    }
    assert second.data["recipient"] == "US.1349"
    assert "to" not in second.data


async def test_up_to_three_short_choices_are_buttons(whatsapp_at: Any, write: Any) -> None:
    number = whatsapp_at()
    choices = (Choice("Ja"), Choice("Mensch", Action("ask_for_human", label="Mensch")), Choice("Ja"))
    (piece,) = number.render(write(number, Text("Passt das?"), Choices(choices)))
    assert piece["interactive"]["type"] == "button"
    assert piece["interactive"]["body"] == {"text": "🤖 Passt das?"}
    assert [button["reply"] for button in piece["interactive"]["action"]["buttons"]] == [
        {"id": "t0|Ja", "title": "Ja"},
        {"id": "a1|ask_for_human||", "title": "Mensch"},
        {"id": "t2|Ja", "title": "Ja 2"},
    ]


async def test_more_or_longer_choices_are_a_list_and_more_than_ten_are_two(whatsapp_at: Any, write: Any) -> None:
    number = whatsapp_at()
    long = "Wandern auf Asphalt und auf nassem Schotter"
    (short_list,) = number.render(write(number, Text("Wofür?"), Choices((Choice(long), Choice("Bahn")))))
    (section,) = short_list["interactive"]["action"]["sections"]
    assert section["rows"][0] == {"id": f"t0|{long}", "title": "Wandern auf Asphalt und…", "description": long}
    assert section["rows"][1] == {"id": "t1|Bahn", "title": "Bahn"}
    twelve = Choices(tuple(Choice(f"Größe {size}") for size in range(12)))
    pieces = number.render(write(number, Text("Welche?"), twelve))
    assert len(pieces[0]["interactive"]["action"]["sections"][0]["rows"]) == 10
    assert [row["reply"]["title"] for row in pieces[1]["interactive"]["action"]["buttons"]] == ["Größe 10", "Größe 11"]
    assert pieces[1]["interactive"]["body"] == {"text": "Was passt für dich?"}


async def test_a_card_is_a_picture_with_two_buttons(whatsapp_at: Any, write: Any) -> None:
    number = whatsapp_at()
    (piece,) = number.render(write(number, Cards((SOCK,))))
    card = piece["interactive"]
    assert card["header"] == {"type": "image", "image": {"link": "https://shop.example/media/p_1.png"}}
    assert card["body"]["text"] == ("🤖 *1. Laufsocke Kiesel*\nKette · 12,90 € · ★ 4,6 (31)\nblau, 39-42\nreduziert")
    assert [button["reply"] for button in card["action"]["buttons"]] == [
        {"id": "a0|set_quantity|1|v_1", "title": "In den Warenkorb"},
        {"id": "a1|show_product||p_1", "title": "Details"},
    ]


async def test_a_picture_alone_has_its_words_below(whatsapp_at: Any, write: Any) -> None:
    number = whatsapp_at()
    (piece,) = number.render(
        write(number, Image("https://cdn.example/a b.jpg?v=2", "Größentabelle"), sender="operator:1")
    )
    assert piece == {
        "type": "image",
        "image": {"link": "https://cdn.example/a%20b.jpg?v=2", "caption": "👤 Größentabelle"},
    }


async def test_long_words_above_buttons_come_first_as_text(whatsapp_at: Any, write: Any) -> None:
    number = whatsapp_at()
    pieces = number.render(write(number, Text("Satz eins. " * 200), Choices((Choice("Ja"),))))
    assert [piece["type"] for piece in pieces] == ["text", "text", "interactive"]
    assert len(pieces[-1]["interactive"]["body"]["text"]) <= 1024
    assert sum(str(piece).count("Satz eins.") for piece in pieces) == 200


async def test_outside_the_window_nothing_is_sent_and_the_operator_is_told(
    graph: Any, whatsapp_at: Any, write: Any, clock: Any
) -> None:
    number = whatsapp_at(graph.url)
    letter = write(number, Text("Noch da?"), last_inbound_at=clock.now())
    (piece,) = number.render(letter)
    clock.forward(hours=23, minutes=59)
    await number.send(letter, piece)
    clock.forward(minutes=1)
    with pytest.raises(Undeliverable, match="24 Stunden"):
        await number.send(letter, piece)
    with pytest.raises(Undeliverable, match="24 hours"):
        await number.send(write(number, Text("x"), last_inbound_at=None, locale="en"), piece)
    assert len(graph.calls) == 1


async def test_outside_the_window_a_template_carries_the_whole_letter(
    graph: Any, whatsapp_at: Any, write: Any, clock: Any
) -> None:
    number = whatsapp_at(graph.url, reopen_template="our_answer")
    parts = (Text("Die **Socken** sind da.\n\nKomm vorbei!"), Cards((SOCK, SOCK)))
    letter = write(number, *parts)
    assert len(number.render(letter)) == 3
    clock.forward(hours=30)
    (piece,) = number.render(letter)
    await number.send(letter, piece)
    template = graph.calls[0].data["template"]
    assert template["name"] == "our_answer"
    assert template["language"] == {"code": "de"}
    (component,) = template["components"]
    words = component["parameters"][0]["text"]
    assert words.startswith("Die Socken sind da. Komm vorbei! 1. Laufsocke Kiesel")
    assert "\n" not in words
    # Begun inside the window and not finished: the rest fails in the open, it is not counted as sent.
    begun = write(number, *parts, sent_pieces=2)
    with pytest.raises(Undeliverable):
        await number.send(begun, number.render(begun)[2])


REFUSALS = [
    (400, {"code": 131047, "message": "Re-engagement"}, Undeliverable, None, "24 Stunden"),
    (400, {"code": 131026, "message": "Undeliverable", "error_data": {"details": "not on WhatsApp"}}, Undeliverable,
     None, "not on WhatsApp (131026)"),
    (400, {"code": 100, "message": "Invalid parameter"}, Undeliverable, None, "Invalid parameter"),
    (400, {"code": 130429, "message": "Rate limit hit"}, TryAgain, None, "Rate limit"),
    (400, {"code": 131056, "message": "pair rate"}, TryAgain, 16, "Too many"),
    (400, {"code": 999, "message": "odd", "is_transient": True}, TryAgain, None, "odd"),
    (401, {"code": 190, "message": "expired"}, TryAgain, None, "access token"),
    (403, {"code": 200, "message": "permission"}, TryAgain, None, "access token"),
    (429, {"message": "slow"}, TryAgain, 9, "slow"),
    (500, {"code": 5000, "message": "oops"}, TryAgain, None, "oops"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "error", "kind", "after", "told"), REFUSALS)
async def test_refusals_are_final_or_worth_another_try(
    graph: Any, whatsapp_at: Any, write: Any, status: int, error: Any, kind: Any, after: Any, told: str
) -> None:
    number = whatsapp_at(graph.url)
    letter = write(number, Text("Hallo"), attempts=2)
    graph.will(status, {"error": error}, **({"retry-after": "9"} if status == 429 else {}))
    with pytest.raises(kind) as raised:
        await number.send(letter, number.render(letter)[0])
    assert told in raised.value.say
    assert getattr(raised.value, "after", None) == after


async def test_no_answer_junk_and_no_server_are_worth_another_try(graph: Any, whatsapp_at: Any, write: Any) -> None:
    number = whatsapp_at(graph.url)
    letter = write(number, Text("Hallo"))
    (piece,) = number.render(letter)
    graph.will(200, {}, wait=1.0)
    graph.will(502, "<html>bad gateway</html>")
    for channel in (number, number, whatsapp_at()):
        with pytest.raises(TryAgain):
            await channel.send(letter, piece)


async def test_a_yes_without_an_id_is_still_a_yes(graph: Any, whatsapp_at: Any, write: Any) -> None:
    number = whatsapp_at(graph.url)
    letter = write(number, Text("Hallo"))
    graph.will(200, "ok")
    assert await number.send(letter, number.render(letter)[0]) == ""
