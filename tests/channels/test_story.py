"""From a webhook through the real log and outbox to the network: said once, whatever is repeated or interrupted."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tresen.channels.base import Channel, Received, Webhook
from tresen.conversation import log, outbox, owner, shoppers, turns
from tresen.conversation.events import MessageReceived, SendFailed, SendSucceeded
from tresen.conversation.parts import Action, Card, Cards, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turn import Answer, Reply, Turn
from tresen.kit.db import Database, Tx

pytestmark = pytest.mark.filterwarnings("ignore:Please use 'Bot.getUpdates'")
SAMPLES = Path(__file__).parent.parent / "samples"
SOCKS = Cards(tuple(Card(f"p_{number}", f"Socke {number}", "Kette", "9 €", True) for number in (1, 2)))


def sample(channel: str, name: str) -> Webhook:
    found = json.loads((SAMPLES / channel / f"{name}.json").read_text("utf-8"))
    return Webhook("POST", {}, found["headers"], json.dumps(found["body"], separators=(",", ":")).encode())


async def store(db: Database, received: Received) -> list[Shopper]:
    found = []
    for message in received.messages:
        async with db.write() as tx:
            shopper = await shoppers.arrive(tx, message.address, message.locale)
            await turns.receive(tx, shopper, message.parts, message.external_id)
            found.append(shopper)
    return found


async def answer(turn: Turn) -> Reply:
    return Reply((Text(f"Gern, {len(turn.unanswered())} Frage"), SOCKS))


async def taps(tx: Tx, shopper: Shopper, action: Action) -> Answer | None:
    return Answer("done", (Text(f"{action.quantity} × {action.target} liegt im Warenkorb"),))


async def respond(db: Database, bus: Any) -> None:
    for conversation_id in await turns.due(db):
        await turns.respond(db, bus, conversation_id, answer, taps)


async def events(db: Database, shopper: Shopper) -> list[Any]:
    async with db.read() as tx:
        return [stored.data for stored in await log.read(tx, shopper.conversation_id)]


@pytest.fixture
def number(graph: Any, whatsapp_at: Any) -> Channel:
    channel: Channel = whatsapp_at(graph.url, app_secret="sample-app-secret", public_url="")
    return channel


def told(network: Any) -> list[str]:
    """What the network was asked to show, the first line of each piece."""
    found = []
    for call in network.calls:
        content = call.data.get("interactive", call.data)
        body = content.get("body") or content.get("text")
        found.append((body["text"] if "text" in body else body["body"]).split("\n")[0])
    return found


NOTICE = "🤖 Du sprichst mit dem Assistenten des Shops (KI)."
WHOLE = [NOTICE, "*1. Socke 1*", "*2. Socke 2*"]


async def test_a_message_that_comes_three_times_is_answered_once(
    db: Database, bus: Any, graph: Any, number: Channel
) -> None:
    webhook = sample("whatsapp", "text")
    (shopper,) = await store(db, number.receive(webhook))
    await store(db, number.receive(webhook))
    await respond(db, bus)
    await store(db, number.receive(webhook))
    await respond(db, bus)
    assert await outbox.send_due(db, {"whatsapp": number}) == 1
    assert await outbox.send_due(db, {"whatsapp": number}) == 0
    assert told(graph) == WHOLE
    assert {call.data["recipient"] for call in graph.calls} == {"DE.13491208655302741918"}
    found = await events(db, shopper)
    assert sum(isinstance(data, MessageReceived) for data in found) == 1
    assert [data.network_id for data in found if isinstance(data, SendSucceeded)] == [
        "wamid.OUT1,wamid.OUT2,wamid.OUT3"
    ]


async def test_a_letter_that_was_cut_off_goes_on_at_the_next_piece(
    db: Database, bus: Any, clock: Any, graph: Any, number: Channel
) -> None:
    await store(db, number.receive(sample("whatsapp", "text")))
    await respond(db, bus)
    graph.will(200, {"messages": [{"id": "wamid.A"}]})
    graph.will(200, {"messages": [{"id": "wamid.B"}]}, wait=0.4)
    sending = asyncio.create_task(outbox.send_due(db, {"whatsapp": number}))
    while len(graph.calls) < 2:
        await asyncio.sleep(0.01)
    sending.cancel()  # the process dies while the second piece is on its way
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert await outbox.send_due(db, {"whatsapp": number}) == 0, "the dead process still holds the letter"
    clock.forward(seconds=61)
    assert await outbox.send_due(db, {"whatsapp": number}) == 1
    # At least once: nobody can know whether the second piece arrived. The first is not repeated, the third not lost.
    assert told(graph) == [WHOLE[0], WHOLE[1], WHOLE[1], WHOLE[2]]


async def test_a_busy_network_gets_the_rest_later(
    db: Database, bus: Any, clock: Any, graph: Any, number: Channel
) -> None:
    (shopper,) = await store(db, number.receive(sample("whatsapp", "text")))
    await respond(db, bus)
    graph.will(200, {"messages": [{"id": "wamid.A"}]})
    graph.will(429, {"error": {"code": 130429, "message": "Rate limit hit"}})
    await outbox.send_due(db, {"whatsapp": number})
    assert await outbox.send_due(db, {"whatsapp": number}) == 0
    clock.forward(seconds=5)
    await outbox.send_due(db, {"whatsapp": number})
    assert told(graph) == [WHOLE[0], WHOLE[1], WHOLE[1], WHOLE[2]]
    assert [data.final for data in await events(db, shopper) if isinstance(data, SendFailed)] == [False]


async def test_an_operators_answer_after_the_window_fails_in_the_open(
    db: Database, bus: Any, clock: Any, graph: Any, number: Channel
) -> None:
    (shopper,) = await store(db, number.receive(sample("whatsapp", "text")))
    clock.forward(hours=25)
    anna = owner.Operator("o1", "Anna")
    async with db.write() as tx:
        await owner.take_over(tx, shopper.conversation_id, anna)
        await owner.reply(tx, shopper.conversation_id, anna, (Text("Bist du noch da?"),), once="1")
    await outbox.send_due(db, {"whatsapp": number})
    assert graph.calls == []
    (failed,) = [data for data in await events(db, shopper) if isinstance(data, SendFailed)]
    assert failed.final
    assert "24 Stunden" in failed.reason


async def test_a_tap_in_telegram_runs_without_a_responder(
    db: Database, bus: Any, telegram_network: Any, telegram_at: Any
) -> None:
    bot = telegram_at(telegram_network.url, secret="sample-webhook-secret")
    received = bot.receive(sample("telegram", "button"))
    await store(db, received)
    await store(db, bot.receive(sample("telegram", "button")))
    await respond(db, bus)
    await outbox.send_due(db, {"telegram": bot})
    (call,) = telegram_network.named("sendMessage")
    assert call.data["text"] == f"{NOTICE}\n1 × v_blau39 liegt im Warenkorb"
    assert call.data["chat_id"] == "5"


async def test_a_shopper_who_blocked_the_bot_is_given_up_at_once(
    db: Database, bus: Any, telegram_network: Any, telegram_at: Any
) -> None:
    bot = telegram_at(telegram_network.url, secret="sample-webhook-secret")
    (shopper,) = await store(db, bot.receive(sample("telegram", "text")))
    await respond(db, bus)
    telegram_network.will(403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked"})
    await outbox.send_due(db, {"telegram": bot})
    assert await outbox.send_due(db, {"telegram": bot}) == 0
    assert len(telegram_network.calls) == 1
    assert [data.final for data in await events(db, shopper) if isinstance(data, SendFailed)] == [True]


async def test_polled_news_that_come_again_are_stored_once(
    db: Database, bus: Any, telegram_network: Any, telegram_at: Any
) -> None:
    bot = telegram_at(telegram_network.url, public_url="")
    row = json.loads(sample("telegram", "text").body)
    for _ in range(2):  # the first time the process died before it could store its position
        telegram_network.will(200, {"ok": True, "result": [row]})
        messages, position = await bot.poll(0)
        assert position == 901
        await store(db, Received(messages))
    await respond(db, bus)
    await outbox.send_due(db, {"telegram": bot})
    assert len(telegram_network.named("sendMessage")) == 3
