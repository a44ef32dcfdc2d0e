"""The hand-over at the counter: the whole brief in the words of the shop's people, the way to be reached."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest
import selling
from goods import goods, offer, stocked, variant_id
from sqlalchemy import update

from tresen.conversation import log, owner, shoppers, turns
from tresen.conversation.events import HandoverAsked, MessageSent, ModelReplied, ToolCall, ToolReturned
from tresen.conversation.parts import Part, Text
from tresen.conversation.shoppers import Address, Shopper
from tresen.conversation.tables import shopper as people
from tresen.counter import briefs, cart, handover
from tresen.counter.briefs import Case
from tresen.kit.db import Database
from tresen.shop.house import Department, House

HOUSE = House(locales=("de", "en"), departments=(Department("Service"),), order_prefix="SH-")
ABROAD = replace(HOUSE, locales=("en", "de"))
ANGRY = Case("anger", "I want my money back for SH-1 and a working light", ("angry", "anger", "thumbs_down"))
EVENING = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
LONG = "Blumenkohl " * 400


@pytest.fixture
async def shopper(db: Database) -> Shopper:
    await stocked(db, goods("sock", *(offer(f"s{n}", 1290, 99) for n in range(8))))
    async with db.write() as tx:
        return (await shoppers.open_web(tx, "en")).shopper


async def hear(db: Database, shopper: Shopper, text: str, id: str = "") -> None:
    async with db.write() as tx:
        await turns.receive(tx, shopper, (Text(text),), id or text[:100])


async def tried(db: Database, shopper: Shopper, tool: str, args: dict[str, Any], text: str, status: Any = "ok") -> None:
    async with db.write() as tx:
        call = f"{tool}{args}"
        said = ModelReplied("t", "", (ToolCall(call, tool, args),))
        await log.append(tx, shopper.conversation_id, said)
        await log.append(tx, shopper.conversation_id, ToolReturned("t", call, tool, text, (), status))


async def asked(db: Database, shopper: Shopper, house: House = HOUSE, **given: Any) -> HandoverAsked:
    async with db.write() as tx:
        await handover.ask_for_human(tx, house, shopper, **given)
        found = [each.data for each in await log.read(tx, shopper.conversation_id)]
    return [each for each in found if isinstance(each, HandoverAsked)][-1]


async def sent(db: Database, shopper: Shopper) -> list[str]:
    async with db.read() as tx:
        found = [each.data for each in await log.read(tx, shopper.conversation_id)]
    return [words(each.parts) for each in found if isinstance(each, MessageSent)]


def words(parts: tuple[Part, ...]) -> str:
    return " ".join(part.text for part in parts if isinstance(part, Text))


async def story(db: Database, shopper: Shopper) -> None:
    await hear(db, shopper, "a bike light please")
    await tried(db, shopper, "find_products", {"query": "bike light"}, '{"products":[{"id":"p1"},{"id":"p2"}]}')
    await tried(db, shopper, "find_products", {"query": "unicorn light"}, '{"products":[]}')
    await tried(db, shopper, "track_order", {"order_number": "SH-1"}, '{"refused":"unknown_order"}', "refused")
    await tried(db, shopper, "search_policies", {"query": "refund"}, "kaputt", "failed")
    await tried(db, shopper, "prove_identity", {"email": "a@b.example", "code": "123456"}, "{}")
    async with db.write() as tx:
        await cart.set_quantity(tx, HOUSE, shopper, variant_id("sock", "s1"), 2)
    await hear(db, shopper, "this is a scam!!")


async def test_the_whole_brief_in_german(db: Database, shopper: Shopper) -> None:
    await story(db, shopper)
    told = await asked(db, shopper, brief="Wants a refund.\nSuggest calling.", case=ANGRY)
    assert told.reason == "Ist verärgert oder beschwert sich"
    assert told.brief.replace("\xa0", " ") == "\n".join([
        "Anliegen: I want my money back for SH-1 and a working light",
        "Stimmung: wütend (schimpft, Daumen nach unten)",
        "Sprache: Englisch",
        "Kontakt: Website, nur über diese Seite erreichbar",
        "Warenkorb: 2 × sock auf Deutsch (S1): 25,80 €; Summe: 25,80 €",
        "Versucht: Suche „bike light“; Identitätsnachweis",
        "Nicht geklappt: Suche „unicorn light“: nichts gefunden; "
        "Bestellung nachgesehen „SH-1“: abgelehnt (unknown_order); Nachgelesen „refund“: technischer Fehler",
        "Zuletzt geschrieben:",
        "› a bike light please",
        "› this is a scam!!",
        "Vom Assistenten: Wants a refund. Suggest calling.",
        "Nächster Schritt: Entschuldigen, Vorgang ansehen, eine konkrete Lösung mit Termin nennen.",
    ])  # fmt: skip
    assert "123456" not in told.brief, "a code is nobody's business"


async def test_the_whole_brief_in_english_of_a_known_shopper(db: Database, shopper: Shopper) -> None:
    async with db.write() as tx:
        await tx.execute(update(people).values(name="Erika", email="erika@post.example"))
    await hear(db, shopper, "ein Mensch bitte")
    told = await asked(db, replace(shopper, locale="de"), ABROAD, reason="Wunsch nach einem Menschen")
    assert told.reason == "Wunsch nach einem Menschen"
    assert told.brief.split("\n") == [
        "Request: ein Mensch bitte",
        "Language: German",
        "Contact: website, Erika, erika@post.example",
        "Last written:",
        "› ein Mensch bitte",
        "Next step: Read the conversation and answer.",
    ]


async def test_no_part_crowds_out_another(db: Database, shopper: Shopper) -> None:
    for number in range(9):
        await hear(db, shopper, f"{number} {LONG}")
        await tried(db, shopper, "find_products", {"query": f"{number} {LONG}"}, '{"products":[{}]}')
        await tried(db, shopper, "search_policies", {"query": f"{number} {LONG}"}, '{"passages":[]}')
    async with db.write() as tx:
        for number in range(8):
            await cart.set_quantity(tx, HOUSE, shopper, variant_id("sock", f"s{number}"), 2)
    told = await asked(db, shopper, reason=LONG, brief=LONG, case=replace(ANGRY, goal=LONG))
    labels = [line.split(":")[0] for line in told.brief.split("\n") if not line.startswith("›")]
    assert labels == [
        "Anliegen", "Stimmung", "Sprache", "Kontakt", "Warenkorb", "Versucht", "Nicht geklappt", "Zuletzt geschrieben",
        "Vom Assistenten", "Nächster Schritt",
    ]  # fmt: skip
    assert len(told.brief) < 6_000 and len(told.reason) == handover.LONGEST_REASON
    assert [line[2] for line in told.brief.split("\n") if line.startswith("›")] == ["5", "6", "7", "8"]
    assert "+ 3" in told.brief and "Summe: 206,40" in told.brief


async def test_orders_stand_in_the_brief_and_foreign_ones_are_marked(db: Database, clock: Any, tmp_path: Any) -> None:
    await selling.open_shop(db)
    async with db.write() as tx:
        buyer, stranger = await selling.visitor(tx), await selling.visitor(tx)
    order = await selling.ordered(db, selling.till(tmp_path, clock), buyer, "invoice")
    await hear(db, stranger, f"wo bleibt {order.number.lower()} und SH-9999999?")
    own, told = await asked(db, buyer, selling.HOUSE), await asked(db, stranger, selling.HOUSE)
    assert f"Bestellungen: {order.number}: in Bearbeitung" in own.brief and "nachgewiesen" not in own.brief
    (line,) = [each for each in told.brief.split("\n") if each.startswith("Bestellungen")]
    assert line.replace("\xa0", " ") == (
        f"Bestellungen: {order.number}: in Bearbeitung, {order.total.text('de')} (nur genannt, nicht nachgewiesen)"
    ).replace("\xa0", " ")


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("code", ["health", "fire", "medicine", "legal", "anger", "failures", "asked", "privacy", ""])
async def test_every_reason_has_its_words(db: Database, shopper: Shopper, code: str, locale: str) -> None:
    told = await asked(db, replace(shopper, locale=locale), case=Case(code))
    (said,) = await sent(db, shopper)
    assert bool(told.reason) == bool(code)
    assert ("112" in said) == (code in ("health", "fire"))
    assert "Nächster Schritt: " in told.brief


async def test_out_of_hours_the_page_asks_for_a_way_to_be_reached(db: Database, shopper: Shopper, clock: Any) -> None:
    clock.instant = EVENING
    await asked(db, shopper)
    (said,) = await sent(db, shopper)
    assert "Monday" in said and "leave your e-mail address or phone number" in said


async def test_nobody_is_asked_who_can_be_reached_or_is_answered_now(db: Database, clock: Any) -> None:
    house = replace(HOUSE, departments=(Department("Service", opens=time(8), closes=time(20)),))
    async with db.write() as tx:
        web = (await shoppers.open_web(tx, "de")).shopper
        messenger = await shoppers.arrive(tx, Address("telegram", "shop", "7"), "de")
    await asked(db, web, house)
    clock.instant = EVENING
    await asked(db, messenger, house)
    assert not [each for who in (web, messenger) for each in await sent(db, who) if "Telefonnummer" in each]


async def test_an_address_is_noted_while_waiting_and_acknowledged_once(db: Database, shopper: Shopper) -> None:
    await hear(db, shopper, "early@before.example", "m0")
    await asked(db, shopper)
    for id in ("m1", "m1"):
        await hear(db, shopper, "Reach me at erika@post.example or +49 (0)170 123-4567, order 4711, 20.11.2026", id)
    await hear(db, shopper, "or not", "m2")
    noted, plain = (await sent(db, shopper))[1:]
    assert "erika@post.example, +49 (0)170 123-4567." in noted
    assert "@" not in plain
    async with db.read() as tx:
        brief = briefs.shown(await log.read(tx, shopper.conversation_id), "de")
        assert (await owner.current(tx, shopper.conversation_id)).owner == "waiting"
    assert brief.startswith("Erreichbar (selbst angegeben): erika@post.example, +49 (0)170 123-4567\n")
    assert "early@" not in brief.split("\n")[0]


def test_without_a_hand_over_there_is_no_brief() -> None:
    assert briefs.shown([], "de") == ""


async def test_who_asks_whether_a_machine_answers_is_told_with_the_hand_over(db: Database, shopper: Shopper) -> None:
    await asked(db, shopper, case=Case("asked", asks_for_ai=True))
    (said,) = await sent(db, shopper)
    assert said.startswith("I am the shop's assistant, an AI and not a human.")
