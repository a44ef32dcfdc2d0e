"""I6: a hand-over always has a visible message, an owner or a promised time, and a brief; it never loops."""

from datetime import UTC, datetime

import pytest

from tresen.conversation import log, owner, shoppers, turns
from tresen.conversation.events import HandoverAsked, MessageSent, OwnerChanged
from tresen.conversation.forms import text_of
from tresen.conversation.owner import Operator
from tresen.conversation.parts import Action, Text
from tresen.conversation.shoppers import Shopper
from tresen.counter import handover
from tresen.kit.bus import Bus
from tresen.kit.db import Database
from tresen.kit.errors import Conflict
from tresen.shop.house import House

HOUSE = House(name="Test", email="a@b.example", phone="123")
ANNA, BEN = Operator("anna", "Anna"), Operator("ben", "Ben")


async def opened(db: Database, locale: str = "en") -> Shopper:
    async with db.write() as tx:
        return (await shoppers.open_web(tx, locale)).shopper


async def ask(db: Database, shopper: Shopper) -> None:
    async with db.write() as tx:
        await handover.ask_for_human(tx, HOUSE, shopper, "wants a person", brief="looks for socks")


async def receive(db: Database, shopper: Shopper, *parts: Text | Action, message_id: str) -> None:
    async with db.write() as tx:
        await turns.receive(tx, shopper, parts, message_id)


async def stored(db: Database, shopper: Shopper, kind: type) -> list:
    async with db.read() as tx:
        return [each.data for each in await log.read(tx, shopper.conversation_id) if isinstance(each.data, kind)]


async def owner_of(db: Database, shopper: Shopper) -> str:
    async with db.read() as tx:
        return (await owner.current(tx, shopper.conversation_id)).owner


async def test_asking_leaves_a_message_a_promise_and_a_brief(each_db: Database) -> None:
    shopper = await opened(each_db)
    await receive(each_db, shopper, Text("socks please"), message_id="m1")
    await ask(each_db, shopper)
    (asked,) = await stored(each_db, shopper, HandoverAsked)
    assert "looks for socks" in asked.brief
    assert "socks please" in asked.brief
    assert asked.promised_by == datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
    (message,) = await stored(each_db, shopper, MessageSent)
    assert "1:30" in text_of(message.parts, "en")  # the shop's clock, not UTC
    assert await owner_of(each_db, shopper) == "waiting"


@pytest.mark.parametrize(
    ("hour", "day", "expected"),
    [(8, 20, "heute bis 10:30 Uhr"), (22, 20, "Montag, 23. November"), (12, 21, "Montag, 23. November")],
)
async def test_out_of_hours_the_promise_names_the_next_opening(
    db: Database, clock, hour: int, day: int, expected: str
) -> None:
    clock.instant = datetime(2026, 11, day, hour - 1, tzinfo=UTC)
    shopper = await opened(db, "de")
    await ask(db, shopper)
    (message,) = await stored(db, shopper, MessageSent)
    assert expected in text_of(message.parts, "de")


async def test_asking_twice_is_asking_once(db: Database) -> None:
    shopper = await opened(db)
    await ask(db, shopper)
    await ask(db, shopper)
    assert len(await stored(db, shopper, HandoverAsked)) == 1
    assert len(await stored(db, shopper, MessageSent)) == 1


async def test_a_waiting_shopper_is_acknowledged_once_per_message(each_db: Database) -> None:
    shopper = await opened(each_db)
    await ask(each_db, shopper)
    for _ in range(3):
        await receive(each_db, shopper, Text("still there?"), message_id="m1")
    await receive(each_db, shopper, Text("hello?"), message_id="m2")
    assert len(await stored(each_db, shopper, MessageSent)) == 3  # the promise and two acknowledgements


async def test_a_waiting_shopper_can_go_back_to_the_assistant(db: Database, bus: Bus) -> None:
    shopper = await opened(db)
    await ask(db, shopper)
    await receive(db, shopper, Action("back_to_assistant"), message_id="m1")
    assert await owner_of(db, shopper) == "agent"
    assert await turns.due(db) == [shopper.conversation_id]


async def test_only_one_operator_has_a_conversation(each_db: Database) -> None:
    shopper = await opened(each_db)
    async with each_db.write() as tx:
        await owner.take_over(tx, shopper.conversation_id, ANNA)
        await owner.take_over(tx, shopper.conversation_id, ANNA)
    with pytest.raises(Conflict, match="Another operator"):
        async with each_db.write() as tx:
            await owner.take_over(tx, shopper.conversation_id, BEN)
    assert len(await stored(each_db, shopper, OwnerChanged)) == 1


async def test_an_operator_answers_only_what_is_theirs_and_once_per_id(each_db: Database) -> None:
    shopper = await opened(each_db)
    with pytest.raises(Conflict, match="Take the conversation over"):
        async with each_db.write() as tx:
            await owner.reply(tx, shopper.conversation_id, ANNA, (Text("hi"),), "r1")
    async with each_db.write() as tx:
        await owner.take_over(tx, shopper.conversation_id, ANNA)
        first = await owner.reply(tx, shopper.conversation_id, ANNA, (Text("hi"),), "r1")
        assert await owner.reply(tx, shopper.conversation_id, ANNA, (Text("hi"),), "r1") == first
    (message,) = await stored(each_db, shopper, MessageSent)
    assert message.sender == "operator:anna"
