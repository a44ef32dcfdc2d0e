"""I1, I2, I8, I10: stored once, answered once, by one responder, whatever is redelivered, raced or killed."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from tresen.conversation import log, outbox, owner, shoppers, turns
from tresen.conversation.events import (
    MessageReceived,
    MessageSent,
    ToolReturned,
    TurnAbandoned,
    TurnFailed,
    TurnStarted,
)
from tresen.conversation.owner import Operator
from tresen.conversation.parts import Action, Text
from tresen.conversation.shoppers import Address, Shopper
from tresen.conversation.tables import conversation
from tresen.conversation.turn import Answer, Reply, Turn
from tresen.kit.bus import Bus
from tresen.kit.db import Database, Tx
from tresen.kit.errors import Conflict, Fenced, Refusal

ANNA = Operator("anna", "Anna")


async def no_taps(_tx: Tx, _shopper: Shopper, _action: Action) -> Answer | None:
    return None


async def echo(turn: Turn) -> Reply:
    said = [part.text for stored in turn.unanswered() for part in stored.data.parts if part.type == "text"]
    return Reply((Text("you said: " + " | ".join(said)),))


async def open_conversation(db: Database) -> Shopper:
    async with db.write() as tx:
        return (await shoppers.open_web(tx, "en")).shopper


async def receive(db: Database, shopper: Shopper, text: str, message_id: str) -> turns.Received:
    async with db.write() as tx:
        return await turns.receive(tx, shopper, (Text(text),), message_id)


async def events(db: Database, shopper: Shopper, *kinds: type) -> list[Any]:
    async with db.read() as tx:
        stored = await log.read(tx, shopper.conversation_id)
    return [each.data for each in stored if not kinds or isinstance(each.data, kinds)]


async def test_a_message_is_answered_once(each_db: Database, bus: Bus) -> None:
    shopper = await open_conversation(each_db)
    await receive(each_db, shopper, "hello", "m1")
    assert await turns.respond(each_db, bus, shopper.conversation_id, echo, no_taps)
    assert not await turns.respond(each_db, bus, shopper.conversation_id, echo, no_taps)
    sent = await events(each_db, shopper, MessageSent)
    assert [message.parts[0].text for message in sent] == ["you said: hello"]
    assert await turns.due(each_db) == []


async def test_the_same_id_again_changes_nothing(each_db: Database) -> None:
    shopper = await open_conversation(each_db)
    first = await receive(each_db, shopper, "hello", "m1")
    again = await asyncio.gather(*(receive(each_db, shopper, "hello", "m1") for _ in range(5)))
    assert {received.seq for received in again} == {first.seq}
    assert not any(received.fresh for received in again)
    assert len(await events(each_db, shopper, MessageReceived)) == 1


async def test_the_same_id_with_another_body_is_a_conflict(each_db: Database) -> None:
    shopper = await open_conversation(each_db)
    await receive(each_db, shopper, "hello", "m1")
    with pytest.raises(Conflict) as refused:
        await receive(each_db, shopper, "another", "m1")
    assert refused.value.code == "id_reused"


async def test_concurrent_posts_keep_their_order_and_are_all_answered(each_db: Database, bus: Bus) -> None:
    shopper = await open_conversation(each_db)
    await asyncio.gather(*(receive(each_db, shopper, str(number), f"m{number}") for number in range(20)))
    async with each_db.read() as tx:
        seqs = [stored.seq for stored in await log.read(tx, shopper.conversation_id)]
    assert seqs == list(range(1, 21))
    await turns.respond(each_db, bus, shopper.conversation_id, echo, no_taps)
    (answer,) = await events(each_db, shopper, MessageSent)
    assert sorted(answer.parts[0].text.removeprefix("you said: ").split(" | "), key=int) == [str(n) for n in range(20)]


async def test_first_messages_of_a_new_contact_meet_in_one_conversation(each_db: Database) -> None:
    address = Address("telegram", "bot", "42")

    async def arrive(number: int) -> str:
        async with each_db.write() as tx:
            shopper = await shoppers.arrive(tx, address, "de")
            await turns.receive(tx, shopper, (Text("hi"),), f"update-{number}")
            return shopper.conversation_id

    assert len(set(await asyncio.gather(*(arrive(number) for number in range(8))))) == 1


async def test_two_workers_race_and_one_answers(each_db: Database, bus: Bus) -> None:
    shopper = await open_conversation(each_db)
    await receive(each_db, shopper, "hello", "m1")
    race = [turns.respond(each_db, bus, shopper.conversation_id, echo, no_taps) for _ in range(6)]
    assert sum(await asyncio.gather(*race)) == 1
    assert len(await events(each_db, shopper, MessageSent)) == 1
    assert len(await events(each_db, shopper, TurnStarted)) == 1


async def test_a_message_during_the_turn_is_the_next_turn(db: Database, bus: Bus) -> None:
    shopper = await open_conversation(db)
    await receive(db, shopper, "one", "m1")

    async def slow(turn: Turn) -> Reply:
        await receive(db, shopper, "two", "m2")
        return await echo(turn)

    await turns.respond(db, bus, shopper.conversation_id, slow, no_taps)
    assert await turns.due(db) == [shopper.conversation_id]
    await turns.respond(db, bus, shopper.conversation_id, echo, no_taps)
    sent = await events(db, shopper, MessageSent)
    assert [message.parts[0].text for message in sent] == ["you said: one", "you said: two"]


async def test_a_stale_worker_can_write_nothing(each_db: Database, bus: Bus, clock: Any) -> None:
    shopper = await open_conversation(each_db)
    await receive(each_db, shopper, "hello", "m1")
    stale = await turns.claim(each_db, bus, shopper.conversation_id)
    assert stale is not None
    clock.forward(seconds=60)
    assert await turns.respond(each_db, bus, shopper.conversation_id, echo, no_taps)
    before = await events(each_db, shopper)
    with pytest.raises(Fenced):
        await stale.note(ToolReturned(stale.id, "c1", "show_cart", "{}"))
    assert await events(each_db, shopper) == before


async def test_a_dead_worker_is_followed_by_one_that_continues_its_turn(
    each_db: Database, bus: Bus, clock: Any
) -> None:
    shopper = await open_conversation(each_db)
    await receive(each_db, shopper, "hello", "m1")
    dead = await turns.claim(each_db, bus, shopper.conversation_id)
    assert dead is not None
    await dead.note(ToolReturned(dead.id, "c1", "show_cart", "{}"))
    assert await turns.claim(each_db, bus, shopper.conversation_id) is None
    clock.forward(seconds=60)
    heir = await turns.claim(each_db, bus, shopper.conversation_id)
    assert heir is not None
    assert heir.id == dead.id
    assert heir.returned()["c1"].text == "{}"
    assert len(await events(each_db, shopper, TurnStarted)) == 1


async def test_a_take_over_silences_the_agent_in_mid_turn(each_db: Database, bus: Bus) -> None:
    shopper = await open_conversation(each_db)
    await receive(each_db, shopper, "hello", "m1")
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow(turn: Turn) -> Reply:
        started.set()
        await go_on.wait()
        return await echo(turn)

    answering = asyncio.create_task(turns.respond(each_db, bus, shopper.conversation_id, slow, no_taps))
    await started.wait()
    async with each_db.write() as tx:
        await owner.take_over(tx, shopper.conversation_id, ANNA)
    go_on.set()
    await answering
    assert await events(each_db, shopper, MessageSent) == []
    assert len(await events(each_db, shopper, TurnAbandoned)) == 1
    await receive(each_db, shopper, "are you there?", "m2")
    assert not await turns.respond(each_db, bus, shopper.conversation_id, echo, no_taps)


async def test_a_take_over_stops_a_model_that_is_still_talking(db: Database, bus: Bus) -> None:
    shopper = await open_conversation(db)
    await receive(db, shopper, "hello", "m1")
    started, stopped = asyncio.Event(), asyncio.Event()

    async def endless(_turn: Turn) -> Reply:
        started.set()
        try:
            await asyncio.sleep(3600)
        finally:
            stopped.set()
        raise AssertionError

    answering = asyncio.create_task(turns.respond(db, bus, shopper.conversation_id, endless, no_taps))
    await started.wait()
    async with db.write() as tx:
        await owner.take_over(tx, shopper.conversation_id, ANNA)
    await asyncio.wait_for(answering, 5)
    assert stopped.is_set()


async def test_what_the_operator_left_unanswered_is_the_agents_again(db: Database, bus: Bus) -> None:
    shopper = await open_conversation(db)
    async with db.write() as tx:
        await owner.take_over(tx, shopper.conversation_id, ANNA)
    await receive(db, shopper, "one", "m1")
    async with db.write() as tx:
        await owner.reply(tx, shopper.conversation_id, ANNA, (Text("hi, Anna here"),), "r1")
    await receive(db, shopper, "two", "m2")
    async with db.write() as tx:
        await owner.hand_back(tx, shopper.conversation_id, ANNA.owner)
    assert await turns.respond(db, bus, shopper.conversation_id, echo, no_taps)
    sent = await events(db, shopper, MessageSent)
    assert [message.parts[0].text for message in sent] == ["hi, Anna here", "you said: two"]


async def test_a_failing_responder_is_tried_again_and_then_says_so(db: Database, bus: Bus, clock: Any) -> None:
    shopper = await open_conversation(db)
    await receive(db, shopper, "hello", "m1")

    async def broken(_turn: Turn) -> Reply:
        raise RuntimeError("the planner has a bug")

    for _ in range(turns.MOST_ATTEMPTS):
        assert await turns.respond(db, bus, shopper.conversation_id, broken, no_taps)
        clock.forward(seconds=5)
    await turns.respond(db, bus, shopper.conversation_id, broken, no_taps)
    assert len(await events(db, shopper, TurnFailed)) == 1
    (apology,) = await events(db, shopper, MessageSent)
    assert apology.sender == "system"
    assert apology.parts[1].choices[0].action.name == "ask_for_human"
    assert await turns.due(db) == []


async def test_a_cancelled_worker_leaves_the_turn_to_the_next_at_once(db: Database, bus: Bus) -> None:
    shopper = await open_conversation(db)
    await receive(db, shopper, "hello", "m1")
    started = asyncio.Event()

    async def slow(_turn: Turn) -> Reply:
        started.set()
        await asyncio.sleep(3600)
        raise AssertionError

    answering = asyncio.create_task(turns.respond(db, bus, shopper.conversation_id, slow, no_taps))
    await started.wait()
    answering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answering
    assert await turns.respond(db, bus, shopper.conversation_id, echo, no_taps)
    assert len(await events(db, shopper, TurnStarted)) == 1


async def test_a_tap_runs_once_even_when_its_turn_is_continued(db: Database, bus: Bus, clock: Any) -> None:
    shopper = await open_conversation(db)
    async with db.write() as tx:
        await turns.receive(tx, shopper, (Action("set_quantity", "v1", 2),), "m1")
    runs = 0

    async def taps(_tx: Tx, _shopper: Shopper, _action: Action) -> Answer:
        nonlocal runs
        runs += 1
        return Answer("done", (Text("done"),))

    turn = await turns.claim(db, bus, shopper.conversation_id)
    assert turn is not None
    await turns._tapped(turn, turn.unanswered()[0], taps)
    clock.forward(seconds=60)
    assert await turns.respond(db, bus, shopper.conversation_id, echo, taps)
    assert runs == 1
    (sent,) = await events(db, shopper, MessageSent)
    assert sent.parts == (Text("done"),)


async def test_a_refused_tap_changes_nothing_and_tells_why(db: Database, bus: Bus) -> None:
    shopper = await open_conversation(db)
    async with db.write() as tx:
        await turns.receive(tx, shopper, (Action("set_quantity", "v1", 2),), "m1")

    async def taps(tx: Tx, shopper: Shopper, _action: Action) -> Answer:
        await tx.execute(update(conversation).where(conversation.c.id == shopper.conversation_id).values(locale="xx"))
        raise Refusal("Only 1 left.", code="out_of_stock", left=1)

    await turns.respond(db, bus, shopper.conversation_id, echo, taps)
    (returned,) = await events(db, shopper, ToolReturned)
    assert returned.status == "refused"
    (sent,) = await events(db, shopper, MessageSent)
    assert sent.parts == (Text("Only one of this variant is left."),)
    async with db.read() as tx:
        assert (await owner.current(tx, shopper.conversation_id)).locale == "en"


async def test_the_web_needs_no_outbox_and_a_messenger_does(db: Database) -> None:
    web = await open_conversation(db)
    async with db.write() as tx:
        await outbox.send(tx, web.conversation_id, MessageSent("system", (Text("hi"),), web.contact_id))
        telegram = await shoppers.arrive(tx, Address("telegram", "bot", "1"), "de")
        message = MessageSent("system", (Text("hi"),), telegram.contact_id)
        await outbox.send(tx, telegram.conversation_id, message)
        rows = await tx.rows(outbox.outbox.select())
    assert [row.conversation_id for row in rows] == [telegram.conversation_id]
