"""A real turn that rules hand over: no model is asked, the shopper hears it from code, the operator gets a brief."""

from typing import Any

import pytest
from goods import goods, offer, stocked

from tresen.agent import mood
from tresen.conversation import log, owner, shoppers, turns
from tresen.conversation.events import HandoverAsked, MessageSent, ModelReplied
from tresen.conversation.parts import Action, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turn import Reply, Turn
from tresen.kit.bus import Bus
from tresen.kit.db import Database
from tresen.kit.errors import Fenced
from tresen.shop.house import Department, House

HOUSE = House(name="Test", departments=(Department("Service"), Department("Werkstatt")))


@pytest.fixture
async def shopper(db: Database) -> Shopper:
    await stocked(db, goods("sock", offer("s")))
    async with db.write() as tx:
        return (await shoppers.open_web(tx, "de")).shopper


async def say(db: Database, shopper: Shopper, part: Text | Action, id: str) -> None:
    async with db.write() as tx:
        await turns.receive(tx, shopper, (part,), id)


async def ruled(turn: Turn) -> Reply | None:
    """A responder as the agent is one: rules first."""
    found = mood.read(turn)
    if found.must_hand_over:
        await mood.hand_over(turn, HOUSE, found)
        return None
    return Reply((Text(f"({found.level.name.lower()})"),))


async def nothing(*_: Any) -> None:
    return None


async def logged(db: Database, shopper: Shopper, kind: type) -> list[Any]:
    async with db.read() as tx:
        return [each.data for each in await log.read(tx, shopper.conversation_id) if isinstance(each.data, kind)]


async def owner_of(db: Database, shopper: Shopper) -> str:
    async with db.read() as tx:
        return str((await owner.current(tx, shopper.conversation_id)).owner)


async def test_a_rule_ends_the_turn_before_any_model(db: Database, bus: Bus, shopper: Shopper) -> None:
    await say(db, shopper, Text("Habt ihr Socken aus Wolle?"), "1")
    assert await turns.respond(db, bus, shopper.conversation_id, ruled, nothing)
    await say(db, shopper, Text("Bist du ein Mensch? Ich will jemanden aus der Werkstatt sprechen!"), "2")
    assert await turns.respond(db, bus, shopper.conversation_id, ruled, nothing)
    (asked,) = await logged(db, shopper, HandoverAsked)
    assert (asked.reason, asked.department) == ("Möchte mit einem Menschen sprechen", "Werkstatt")
    assert asked.brief.startswith("Anliegen: Habt ihr Socken aus Wolle?\nStimmung: ruhig\n")
    told = (await logged(db, shopper, MessageSent))[-1]
    assert told.sender == "system" and told.parts[0].text.startswith("Ich bin der Assistent des Shops, eine KI")
    assert await logged(db, shopper, ModelReplied) == []
    assert await owner_of(db, shopper) == "waiting"
    assert not await turns.respond(db, bus, shopper.conversation_id, ruled, nothing), "nothing is left to answer"


async def test_going_back_to_the_assistant_does_not_hand_over_again(db: Database, bus: Bus, shopper: Shopper) -> None:
    await say(db, shopper, Text("Ich will einen Menschen sprechen"), "1")
    await turns.respond(db, bus, shopper.conversation_id, ruled, nothing)
    await say(db, shopper, Text("Frechheit, wo bleibt der Mensch?"), "2")
    await say(db, shopper, Action(owner.BACK, label="Weiter mit dem Assistenten"), "3")
    await turns.respond(db, bus, shopper.conversation_id, ruled, nothing)
    assert len(await logged(db, shopper, HandoverAsked)) == 1
    assert (await logged(db, shopper, MessageSent))[-1].parts[0].text == "(calm)"
    assert await owner_of(db, shopper) == "agent"


async def test_a_stale_turn_hands_nothing_over(db: Database, bus: Bus, shopper: Shopper, clock: Any) -> None:
    await say(db, shopper, Text("Mein Anwalt meldet sich bei euch"), "1")
    stale = await turns.claim(db, bus, shopper.conversation_id)
    assert stale is not None
    clock.forward(seconds=turns.LEASE.total_seconds() + 1)
    assert await turns.claim(db, bus, shopper.conversation_id) is not None
    with pytest.raises(Fenced):
        await mood.hand_over(stale, HOUSE, mood.read(stale))
    assert await owner_of(db, shopper) == "agent"
    assert await logged(db, shopper, HandoverAsked) == []
