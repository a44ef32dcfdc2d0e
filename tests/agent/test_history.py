"""The log as the model sees it: replies after what they answered, old results short, a budget kept."""

import json
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from tresen.agent import history
from tresen.conversation import log, outbox, owner, shoppers, turns
from tresen.conversation.events import CartChanged, MessageSent, ModelReplied, ToolCall, ToolReturned
from tresen.conversation.owner import Operator
from tresen.conversation.parts import Action, CartSummary, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turn import Reply, Turn
from tresen.kit.bus import Bus
from tresen.kit.db import Database

ANNA = Operator("anna", "Anna")


async def no_taps(*_: Any) -> None:
    return None


async def opened(db: Database) -> Shopper:
    async with db.write() as tx:
        return (await shoppers.open_web(tx, "de")).shopper


async def receive(db: Database, shopper: Shopper, message_id: str, *parts: Any) -> None:
    async with db.write() as tx:
        await turns.receive(tx, shopper, parts, message_id)


async def answered(db: Database, bus: Bus, shopper: Shopper, tool: str, result: dict[str, Any], text: str) -> None:
    """One past turn that called a tool."""

    async def responder(turn: Turn) -> Reply:
        call = ToolCall(f"c-{turn.id}", tool, {"query": "x"})
        await turn.note(ModelReplied(turn.id, "", (call,)))
        await turn.note(ToolReturned(turn.id, call.id, tool, json.dumps(result)))
        await turn.note(ModelReplied(turn.id, text))
        return Reply((Text(text),))

    assert await turns.respond(db, bus, shopper.conversation_id, responder, no_taps)


async def seen(db: Database, bus: Bus, shopper: Shopper, **options: Any) -> list[Any]:
    turn = await turns.claim(db, bus, shopper.conversation_id)
    assert turn is not None
    return history.messages(turn, **options)


async def test_a_reply_stands_after_what_it_answered(db: Database, bus: Bus) -> None:
    shopper = await opened(db)
    await receive(db, shopper, "1", Text("eins"))

    async def slow(turn: Turn) -> Reply:
        await receive(db, shopper, "2", Text("zwei"))
        return Reply((Text("Antwort auf eins"),))

    await turns.respond(db, bus, shopper.conversation_id, slow, no_taps)
    messages = await seen(db, bus, shopper)
    assert [message.text for message in messages] == ["eins", "Antwort auf eins", "zwei"]
    assert [type(message) for message in messages] == [HumanMessage, AIMessage, HumanMessage]


async def test_tool_calls_and_results_stay_together(db: Database, bus: Bus) -> None:
    shopper = await opened(db)
    await receive(db, shopper, "1", Text("Socken"))
    await answered(db, bus, shopper, "find_products", {"products": [{"n": 1, "id": "p1"}]}, "Bitte sehr.")
    await receive(db, shopper, "2", Text("das erste"))
    messages = await seen(db, bus, shopper)
    assert [type(message) for message in messages] == [HumanMessage, AIMessage, ToolMessage, AIMessage, HumanMessage]
    assert messages[1].tool_calls[0]["id"] == messages[2].tool_call_id
    assert messages[3].text == "Bitte sehr."


async def test_a_call_without_a_result_is_told_as_cut_off(db: Database, bus: Bus) -> None:
    shopper = await opened(db)
    await receive(db, shopper, "1", Text("Socken"))

    async def responder(turn: Turn) -> Reply:
        await turn.note(ModelReplied(turn.id, "", (ToolCall("c1", "show_cart", {}),)))
        return Reply((Text("Moment"),))

    await turns.respond(db, bus, shopper.conversation_id, responder, no_taps)
    await receive(db, shopper, "2", Text("und?"))
    messages = await seen(db, bus, shopper)
    assert messages[2].status == "error"
    assert messages[2].text == history.CUT


async def test_people_pages_and_taps_are_told_apart_from_the_shopper(db: Database, bus: Bus) -> None:
    shopper = await opened(db)
    async with db.write() as tx:
        await owner.take_over(tx, shopper.conversation_id, ANNA)
        await owner.reply(tx, shopper.conversation_id, ANNA, (Text("Hier ist Anna"),), "r1")
        await owner.hand_back(tx, shopper.conversation_id, ANNA.owner)
        summary = CartSummary((), "", 0)
        await log.append(tx, shopper.conversation_id, CartChanged("v1", 0, "Socke", summary))
    await receive(db, shopper, "1", Action("show_product", "p1", label="Merino-Socke"))
    messages = await seen(db, bus, shopper)
    assert messages[0].text == "[a colleague, a person, wrote] Hier ist Anna"
    assert messages[1].name == history.SHOP
    assert messages[2].text == "Merino-Socke [show_product p1]"


async def test_the_budget_drops_the_oldest_whole_exchanges(db: Database, bus: Bus) -> None:
    shopper = await opened(db)
    for number in range(12):
        await receive(db, shopper, str(number), Text(f"Frage {number} " + "viele Worte " * 40))
        await answered(db, bus, shopper, "show_cart", {"cart": {}}, f"Antwort {number}")
    await receive(db, shopper, "last", Text("und jetzt?"))
    messages = await seen(db, bus, shopper, budget=600)
    assert isinstance(messages[0], HumanMessage)
    assert messages[-1].text == "und jetzt?"
    assert not any("Frage 0" in message.text for message in messages)
    assert any("Frage 11" in message.text for message in messages)


async def test_old_products_shrink_and_what_was_shown_stays(db: Database, bus: Bus) -> None:
    shopper = await opened(db)
    await receive(db, shopper, "0", Text("Socken"))
    await answered(db, bus, shopper, "find_products", {"products": [{"n": 1, "id": "p1", "title": "A"}]}, "Bitte.")
    for number in range(1, 6):
        await receive(db, shopper, str(number), Text("mehr dazu"))
        long = {"id": "p1", "title": "A", "brand": "B", "price": "1 €", "description": "lang " * 300}
        await answered(db, bus, shopper, "get_product", long, "So ist es.")
    await receive(db, shopper, "last", Text("das erste"))
    messages = await seen(db, bus, shopper)
    results = [message for message in messages if isinstance(message, ToolMessage)]
    assert json.loads(results[0].text)["products"][0]["id"] == "p1"
    assert json.loads(results[1].text) == {"id": "p1", "title": "A", "brand": "B", "price": "1 €"}
    assert "lang" in results[-1].text


async def test_the_system_speaks_as_the_shop(db: Database, bus: Bus) -> None:
    shopper = await opened(db)
    async with db.write() as tx:
        await outbox.send(tx, shopper.conversation_id, MessageSent("system", (Text("Willkommen"),), shopper.contact_id))
    await receive(db, shopper, "1", Text("hallo"))
    assert [message.text for message in await seen(db, bus, shopper)] == ["Willkommen", "hallo"]
