"""Who wants to be forgotten is: every table and file is searched for their words afterwards; orders and others stay."""

import json
from pathlib import Path
from typing import Any

import pytest
import selling
from photos import photo
from sqlalchemy import select, update

from tresen.conversation import log, outbox, proofs, shoppers, turns, uploads
from tresen.conversation.events import HistoryErased, MessageSent, ToolReturned, TurnStarted
from tresen.conversation.parts import Action, Text
from tresen.conversation.shoppers import Address, Shopper
from tresen.conversation.tables import contact, conversation, upload
from tresen.counter import checkout, erasing, find, identity, memory, saving, taps
from tresen.counter.erasing import SURE, UnknownShopper
from tresen.counter.identity import Claim
from tresen.counter.memory import Heard
from tresen.counter.till import Till
from tresen.kit import pictures
from tresen.kit.db import Database, Tx, metadata
from tresen.kit.errors import NotFound

WORD = "zebragruen"
EMAIL = "erika@post.example"  # in the order, too
SAID = f"Ich mag kein {WORD}, mein Zeichen ist {WORD}"


@pytest.fixture
def till(tmp_path: Path, clock: Any) -> Till:
    return selling.till(tmp_path, clock)


async def say(tx: Tx, who: Shopper, text: str, external_id: str = "1") -> None:
    received = await turns.receive(tx, who, (Text(text),), external_id)
    await log.append(tx, who.conversation_id, TurnStarted(f"t{external_id}", received.seq))
    await log.append(tx, who.conversation_id, ToolReturned(f"t{external_id}", "c", "find_products", text))
    answer = MessageSent("agent", (Text(f"Verstanden: {text}"),), who.contact_id, received.seq, f"t{external_id}")
    await outbox.send(tx, who.conversation_id, answer)
    mine = conversation.c.id == who.conversation_id
    await tx.execute(update(conversation).where(mine).values(answered=received.seq))


async def lived(db: Database, till: Till, home: Path, who: Shopper) -> str:
    """Everything a shopper can leave behind; returns the number of their order."""
    found = await selling.ordered(db, till, who, payment="invoice")
    picture = pictures.read(photo())
    upload_id = uploads.write(home, picture)
    async with db.write() as tx:
        await say(tx, who, SAID)
        await memory.remember(tx, till.house, who, "dislike", WORD, "", Heard(SAID, SAID, 1), SAID)
        await memory.choose_viewed(tx, who, agreed=True)
        await find.view_product(tx, who, found.lines[0].product_id)
        await uploads.add(tx, who.conversation_id, upload_id, picture)
        await proofs.make_code(tx, who.conversation_id, EMAIL, genuine=True)
        await selling.cart.set_quantity(tx, till.house, who, selling.SOCK, 2)
        await saving.save_for_later(tx, till.house, who, selling.SOCK)
        await selling.cart.set_quantity(tx, till.house, who, selling.SOCK, 1)
        await checkout.remember(tx, till, who, {**selling.ADDRESS, "name": WORD}, "parcel", "invoice")
        await checkout.quote(tx, till, who)
    return found.number


async def everything(db: Database) -> dict[str, str]:
    """All rows of all tables, as text."""
    async with db.read() as tx:
        return {
            name: json.dumps([list(row) for row in await tx.rows(select(table))], default=str)
            for name, table in metadata.tables.items()
        }


async def test_nothing_is_left_but_the_order(each_db: Database, till: Till, tmp_path: Path) -> None:
    await selling.open_shop(each_db)
    async with each_db.write() as tx:
        who, other = await selling.visitor(tx), await selling.visitor(tx)
        await say(tx, other, "Ich bin jemand anderes")
        await identity.recognise(tx, who, Claim("konto-77", "", WORD, tx.now.replace(year=2030)))
        who = await shoppers.now(tx, who)
    number = await lived(each_db, till, tmp_path, who)
    assert {name for name, rows in (await everything(each_db)).items() if WORD in rows} >= {
        "event", "remembered", "shopper", "checkout", "quote"
    }  # fmt: skip
    async with each_db.write() as tx:
        gone = await erasing.erase(tx, who.id)
    assert gone.orders == (number,)
    assert (gone.taken.conversations, gone.taken.remembered, gone.taken.pictures) == (1, 1, 1)
    left = await everything(each_db)
    assert {name for name, rows in left.items() if WORD in rows} == set()
    assert {name for name, rows in left.items() if EMAIL in rows or "Erika" in rows} <= {"shop_order", "mail", "quote"}
    for table in (
        "cart_line",
        "saved_line",
        "checkout",
        "remembered",
        "consent",
        "host_account",
        "proof",
        "reservation",
    ):
        assert left[table] == "[]", table
    assert number in left["shop_order"] and "jemand anderes" in left["event"]
    assert await uploads.sweep(each_db, tmp_path) == 1
    assert list((tmp_path / uploads.FOLDER).iterdir()) == []
    async with each_db.read() as tx:
        assert await tx.rows(select(upload)) == []
        with pytest.raises(NotFound):
            await shoppers.by_token(tx, who.conversation_id, "x")
        events = [each.data for each in await log.read(tx, who.conversation_id)]
    assert events[-1] == HistoryErased(len(events) - 1, "shop")


async def test_a_second_time_is_no_harm_and_a_stranger_is_unknown(each_db: Database, till: Till) -> None:
    async with each_db.write() as tx:
        who = await selling.visitor(tx)
        await say(tx, who, SAID)
        await erasing.erase(tx, who.id)
        assert (await erasing.erase(tx, who.id)).taken.remembered == 0
        with pytest.raises(UnknownShopper):
            await erasing.erase(tx, "nobody")


async def test_asked_in_the_chat_and_confirmed_it_goes_on(each_db: Database, till: Till, tmp_path: Path) -> None:
    await selling.open_shop(each_db)
    async with each_db.write() as tx:
        who = await shoppers.arrive(tx, Address("telegram", "b", "4711"), "de")
        await say(tx, who, SAID)
        asked = await taps.run(till, tx, who, Action("erase_me", label="Alles löschen"))
        assert asked is not None and asked.parts[1].type == "choices"
        assert WORD in json.dumps([str(each.data) for each in await log.read(tx, who.conversation_id)])
    async with each_db.write() as tx:
        yes = Action("erase_me", SURE, label="Ja, alles löschen")
        await turns.receive(tx, who, (yes,), "2")
        done = await taps.run(till, tx, who, yes)
        assert done is not None and "gelöscht" in done.text
    left = await everything(each_db)
    assert WORD not in left["event"] and "4711" in left["contact"], "an answer has to reach them"
    assert '"erase_me"' in left["event"].replace("\\", "")


async def test_only_who_proved_it_erases_what_was_said_elsewhere(each_db: Database, till: Till) -> None:
    async with each_db.write() as tx:
        known, thief = await selling.visitor(tx), await selling.visitor(tx)
        for each in (known, thief):
            await identity.recognise(tx, each, Claim("", "ana@post.example", "Ana", tx.now.replace(year=2030)))
        known, thief = await shoppers.now(tx, known), await shoppers.now(tx, thief)
        assert known.id == thief.id
        await say(tx, known, SAID)
        await memory.remember(tx, till.house, known, "dislike", WORD, "", Heard(SAID, SAID, 1), SAID)
        await tx.execute(proofs.proof.delete().where(proofs.proof.c.conversation_id == thief.conversation_id))
        erased = await erasing.erase_here(tx, thief)
        assert not erased.whole and "zeigst" in erasing.told(erased, "de")
    left = await everything(each_db)
    assert WORD in left["event"] and WORD in left["remembered"] and "ana@post.example" in left["shopper"]
    async with each_db.write() as tx:
        assert (await erasing.erase_here(tx, known)).whole
    left = await everything(each_db)
    assert not {name for name, rows in left.items() if WORD in rows or "ana@post.example" in rows}


async def test_a_turn_that_runs_meanwhile_writes_nothing_more(db: Database, bus: Any) -> None:
    async with db.write() as tx:
        who = await selling.visitor(tx)
        await turns.receive(tx, who, (Text(SAID),), "1")
    turn = await turns.claim(db, bus, who.conversation_id)
    assert turn is not None
    async with db.write() as tx:
        await erasing.erase(tx, who.id)
    with pytest.raises(turns.Fenced):
        await turn.note(ToolReturned(turn.id, "c", "t", SAID))
    assert await turns.due(db) == []
    assert WORD not in (await everything(db))["event"]


async def test_everything_is_handed_over(each_db: Database, till: Till, tmp_path: Path) -> None:
    await selling.open_shop(each_db)
    async with each_db.write() as tx:
        who = await selling.visitor(tx)
    number = await lived(each_db, till, tmp_path, who)
    async with each_db.read() as tx:
        assert await erasing.found(tx, EMAIL.upper()) == [who.id]
        assert await erasing.found(tx, "") == []
        held = await erasing.disclosed(tx, who.id)
    text = json.dumps(held, default=str)
    assert held["orders"][0]["number"] == number and "access" not in held["orders"][0]
    assert held["remembered"][0]["value"] == WORD and held["contacts"][0]["consents"] == ["viewed"]
    assert len(held["pictures"]) == 1 and SAID in text
    async with each_db.read() as tx:
        keys = [row.external_id for row in await tx.rows(select(contact))]
    assert keys[0] in text
