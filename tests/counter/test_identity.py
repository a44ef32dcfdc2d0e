"""I5: orders and personal data are shown only to who proved who they are; nobody else learns that they exist."""

import asyncio
import re
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from goods import goods, offer, stocked, variant_id
from sqlalchemy import select

from tresen.conversation import log, mail, shoppers
from tresen.conversation.events import ShopperLinked
from tresen.conversation.shoppers import Address, Shopper
from tresen.conversation.tables import contact, one_time_code, proof
from tresen.counter import identity
from tresen.counter.identity import Claim, Known, OtherShopper, TooManyCodes
from tresen.kit.db import Database
from tresen.kit.errors import Fenced
from tresen.shop import cart, orderbook
from tresen.shop.house import House
from tresen.shop.money import Money
from tresen.shop.orders import Order

HOUSE = House(name="Test")
ANA, BEN = "ana@post.example", "ben@post.example"
NUMBERS = ("K-1", "K-2")


@pytest.fixture
async def people(each_db: Database) -> dict[str, str]:
    """Ana and Ben are known; each has an order. A guest's order names Ana's e-mail."""
    async with each_db.write() as tx:
        ids = {mail: await shoppers.introduce(tx, mail[:3].title(), mail, "de", None) for mail in (ANA, BEN)}
        for number, shopper_id, email in (
            ("K-1", ids[ANA], ""),
            ("K-2", ids[BEN], BEN),
            ("K-3", "a guest", ANA),
        ):
            await orderbook.record(tx, an_order(number, shopper_id=shopper_id, email=email))
    return ids


def an_order(number: str, **values: Any) -> Order:
    placed = datetime(2026, 11, 1, tzinfo=UTC)
    return Order(number, placed, "processing", Money(0, "EUR"), (), Money(1000, "EUR"), **values)


async def visitor(db: Database, external_id: str = "") -> Shopper:
    async with db.write() as tx:
        if external_id:
            return await shoppers.arrive(tx, Address("telegram", "bot", external_id), "de")
        return (await shoppers.open_web(tx, "de")).shopper


async def ask(db: Database, shopper: Shopper, claim: str) -> str:
    async with db.write() as tx:
        return await identity.send_code(tx, HOUSE, shopper, claim)


async def prove(db: Database, shopper: Shopper, code: str) -> Known:
    async with db.write() as tx:
        return await identity.prove(tx, shopper, code)


async def inbox(db: Database, recipient: str = "") -> list[str]:
    async with db.read() as tx:
        return [re.findall(r"\b\d{6}\b", each.text)[0] for each in await mail.listed(tx, recipient)]


async def seen(db: Database, shopper: Shopper) -> set[str]:
    async with db.read() as tx:
        found = [await orderbook.find(tx, f"K-{number}") for number in (1, 2, 3)]
        return {each.number for each in found if await identity.may_see(tx, shopper, each)}


async def linked(db: Database, shopper: Shopper) -> list[ShopperLinked]:
    async with db.read() as tx:
        stored = await log.read(tx, shopper.conversation_id)
    return [each.data for each in stored if isinstance(each.data, ShopperLinked)]


async def known(db: Database, shopper: Shopper) -> Known:
    async with db.read() as tx:
        return await identity.known(tx, shopper)


async def test_a_code_from_the_mail_proves_who_it_is(each_db: Database, people: dict[str, str]) -> None:
    shopper = await visitor(each_db)
    assert await seen(each_db, shopper) == set()
    await ask(each_db, shopper, " Ana@Post.example ")
    (code,) = await inbox(each_db, ANA)
    assert await prove(each_db, shopper, f" {code[:3]} {code[3:]} ") == Known(people[ANA], True, ANA, "Ana")
    assert await seen(each_db, shopper) == {"K-1", "K-3"}, "hers, and the guest's order that names her e-mail"
    assert await linked(each_db, shopper) == [ShopperLinked(people[ANA], "code")]


@pytest.mark.parametrize(("claim", "email"), [("K-1", ANA), ("#k-2", BEN), ("K-3", ANA)])
async def test_an_order_number_sends_to_the_mail_on_file(
    each_db: Database, people: dict[str, str], claim: str, email: str
) -> None:
    await ask(each_db, await visitor(each_db), claim)
    assert len(await inbox(each_db)) == 1
    assert len(await inbox(each_db, email)) == 1


@pytest.mark.parametrize(
    "claim",
    [
        "nobody@post.example",
        "K-9",
        "",
        "@",
        "ana@post.example\nbcc: eve@x.example",
        "%",
        "' OR 1=1 --",
        "a@" + "x" * 999,
    ],
)
async def test_what_leads_nowhere_sounds_the_same_and_writes_to_nobody(
    each_db: Database, people: dict[str, str], claim: str
) -> None:
    real = await ask(each_db, await visitor(each_db), ANA)
    assert await ask(each_db, await visitor(each_db), claim) == real
    assert len(await inbox(each_db)) == 1
    async with each_db.read() as tx:
        assert len(await tx.rows(select(one_time_code))) == 2, "both are counted alike"


async def test_mail_goes_to_the_address_on_file_never_to_the_typed_one(each_db: Database) -> None:
    """The Kelvin sign is a k in lower case, and another mailbox."""
    async with each_db.write() as tx:
        await shoppers.introduce(tx, "Kim", "kim@post.example", "de", None)
    await ask(each_db, await visitor(each_db), "\u212aim@post.example")
    async with each_db.read() as tx:
        assert {each.recipient for each in await mail.listed(tx)} <= {"kim@post.example"}


async def test_neither_answer_takes_longer(each_db: Database, people: dict[str, str]) -> None:
    async def took(claim: str) -> float:
        shopper = await visitor(each_db)
        began = time.process_time()  # what others do on this machine does not count
        await ask(each_db, shopper, claim)
        return time.process_time() - began

    real = [f"real{number}@post.example" for number in range(25)]
    async with each_db.write() as tx:
        for email in real:
            await shoppers.introduce(tx, "", email, "de", None)
    pairs = [(await took(email), await took(f"un{email}")) for email in real]
    gap = statistics.median(there - nowhere for there, nowhere in pairs)
    assert abs(gap) < 0.005, f"{gap * 1000:.1f} ms"


async def test_a_wrong_code_proves_nothing_and_five_are_enough(each_db: Database, people: dict[str, str]) -> None:
    shopper = await visitor(each_db)
    await ask(each_db, shopper, ANA)
    (code,) = await inbox(each_db)
    wrong = str((int(code) + 1) % 10**6).zfill(6)
    for _ in range(5):
        assert not (await prove(each_db, shopper, wrong)).proven
    assert not (await prove(each_db, shopper, code)).proven
    assert await seen(each_db, shopper) == set()
    assert await linked(each_db, shopper) == []


async def test_many_guesses_at_a_time_are_five(each_db: Database, people: dict[str, str]) -> None:
    shopper = await visitor(each_db)
    await ask(each_db, shopper, ANA)
    (code,) = await inbox(each_db)
    others = [str((int(code) + number) % 10**6).zfill(6) for number in range(1, 12)]
    await asyncio.gather(*(prove(each_db, shopper, guess) for guess in others))
    assert not (await prove(each_db, shopper, code)).proven


async def test_a_code_works_once_in_its_own_conversation_for_ten_minutes(
    each_db: Database, people: dict[str, str], clock: Any
) -> None:
    mine, other = await visitor(each_db), await visitor(each_db)
    await ask(each_db, mine, ANA)
    (code,) = await inbox(each_db)
    assert not (await prove(each_db, other, code)).proven
    found = await asyncio.gather(*(prove(each_db, mine, code) for _ in range(4)))
    assert sum(each.proven for each in found) == 1
    late = await visitor(each_db)
    await ask(each_db, late, BEN)
    clock.forward(minutes=10)
    assert not (await prove(each_db, late, (await inbox(each_db, BEN))[0])).proven


async def test_only_the_newest_code_counts(each_db: Database, people: dict[str, str], clock: Any) -> None:
    shopper = await visitor(each_db)
    await ask(each_db, shopper, ANA)
    clock.forward(seconds=1)
    await ask(each_db, shopper, BEN)
    (first,), (second,) = await inbox(each_db, ANA), await inbox(each_db, BEN)
    assert not (await prove(each_db, shopper, first)).proven or first == second
    assert (await prove(each_db, shopper, second)).shopper_id == people[BEN]


@pytest.mark.parametrize("code", ["", "      ", "abcdef", "000000", "𝟎𝟎𝟎𝟎𝟎𝟎", "1" * 5000, "\x00"])
async def test_without_a_code_nothing_is_right(each_db: Database, people: dict[str, str], code: str) -> None:
    shopper = await visitor(each_db)
    assert not (await prove(each_db, shopper, code)).proven
    await ask(each_db, shopper, "nobody@post.example")
    assert not (await prove(each_db, shopper, code)).proven


async def test_three_codes_an_hour_in_one_conversation(each_db: Database, people: dict[str, str], clock: Any) -> None:
    shopper = await visitor(each_db)
    for claim in (ANA, "nobody@post.example", "K-2"):
        await ask(each_db, shopper, claim)
    with pytest.raises(TooManyCodes):
        await ask(each_db, shopper, BEN)
    clock.forward(hours=1)
    await ask(each_db, shopper, BEN)


async def test_three_codes_an_hour_for_one_mail_however_it_is_asked_for(
    each_db: Database, people: dict[str, str], clock: Any
) -> None:
    asked = [(await visitor(each_db), claim) for claim in (ANA, "K-1", "K-3", ANA, "k-1", "ANA@post.example")]
    said = await asyncio.gather(*(ask(each_db, shopper, claim) for shopper, claim in asked))
    assert len(set(said)) == 1, "the limit of a mailbox tells nobody that it is one"
    assert len(await inbox(each_db, ANA)) == 3
    clock.forward(hours=1)
    await ask(each_db, await visitor(each_db), ANA)
    assert len(await inbox(each_db, ANA)) == 4


async def test_a_proof_ends(each_db: Database, people: dict[str, str], clock: Any) -> None:
    shopper = await visitor(each_db)
    await ask(each_db, shopper, ANA)
    await prove(each_db, shopper, (await inbox(each_db))[0])
    clock.forward(hours=12)
    assert await known(each_db, shopper) == Known(people[ANA], proven=False)
    assert await seen(each_db, shopper) == set()


async def test_guests_see_what_they_did_here_and_nobody_else_does(each_db: Database) -> None:
    here, there = await visitor(each_db), await visitor(each_db)
    async with each_db.write() as tx:
        await orderbook.record(tx, an_order("K-1", shopper_id=here.id, conversation_id=here.conversation_id))
        await orderbook.record(tx, an_order("K-2", shopper_id=there.id))
        await orderbook.record(tx, an_order("K-3", shopper_id=""))
    assert await seen(each_db, here) == {"K-1"}
    assert await seen(each_db, there) == set(), "an unproved shopper's other orders stay closed"


async def test_the_contact_an_order_names_may_see_it(each_db: Database, people: dict[str, str]) -> None:
    writer, stranger = await visitor(each_db, "100"), await visitor(each_db, "200")
    async with each_db.write() as tx:
        await orderbook.record(tx, an_order("K-9", shopper_id=people[ANA], contact_id=writer.contact_id))
        named = await orderbook.find(tx, "K-9")
        assert await identity.may_see(tx, writer, named)
        assert not await identity.may_see(tx, stranger, named)


async def test_linking_takes_this_contact_its_cart_and_its_orders_along(
    each_db: Database, people: dict[str, str]
) -> None:
    await stocked(each_db, goods("Laufsocke", offer("s", 1290, 5), offer("m", 1490, 5)))
    small, medium = variant_id("Laufsocke", "s"), variant_id("Laufsocke", "m")
    here, elsewhere = await visitor(each_db, "100"), await visitor(each_db, "200")
    async with each_db.write() as tx:
        await cart.set_quantity(tx, people[ANA], small, 2)
        await cart.set_quantity(tx, here.id, medium, 1)
        await orderbook.record(tx, an_order("K-9", shopper_id=here.id, conversation_id=here.conversation_id))
    await ask(each_db, here, ANA)
    await prove(each_db, here, (await inbox(each_db))[0])
    async with each_db.read() as tx:
        lines = {line.variant.id: line.quantity for line in (await cart.read(tx, people[ANA])).lines}
        owners = {row.external_id: row.shopper_id for row in await tx.rows(select(contact))}
        assert (await shoppers.now(tx, here)).id == people[ANA]
        assert (await orderbook.find(tx, "K-9")).shopper_id == people[ANA]
    assert lines == {small: 2, medium: 1}
    assert owners["100"] == people[ANA]
    assert owners["200"] == elsewhere.id


async def test_a_known_shopper_keeps_what_is_theirs_when_another_proves_here(
    each_db: Database, people: dict[str, str]
) -> None:
    await stocked(each_db, goods("Laufsocke", offer("s", 1290, 5)))
    here = await visitor(each_db)
    for email in (ANA, BEN):
        await ask(each_db, here, email)
        await prove(each_db, here, (await inbox(each_db, email))[0])
        if email == ANA:
            async with each_db.write() as tx:
                await cart.set_quantity(tx, people[ANA], variant_id("Laufsocke", "s"), 1)
    assert await seen(each_db, here) == {"K-2"}
    async with each_db.read() as tx:
        assert [(await cart.read(tx, people[who])).count for who in (ANA, BEN)] == [1, 0]


async def test_a_stale_turn_can_prove_nothing(each_db: Database, people: dict[str, str]) -> None:
    shopper = await visitor(each_db)
    await ask(each_db, shopper, ANA)
    stale = Shopper(shopper.id, shopper.contact_id, shopper.conversation_id, "de", lease="of another time")
    with pytest.raises(Fenced):
        await prove(each_db, stale, (await inbox(each_db))[0])
    assert not (await known(each_db, shopper)).proven


async def test_codes_are_stored_as_digests(db: Database) -> None:
    async with db.write() as tx:
        await shoppers.introduce(tx, "Ana", ANA, "de", None)
    await ask(db, await visitor(db), ANA)
    (code,) = await inbox(db)
    async with db.read() as tx:
        (row,) = await tx.rows(select(one_time_code))
    assert code not in str(row)


def claim(clock: Any, account: str = "7", email: str = ANA, name: str = "Ana", hours: float = 1) -> Claim:
    return Claim(account, email, name, clock.now() + timedelta(hours=hours))


async def recognise(db: Database, shopper: Shopper, told: Claim) -> Known:
    async with db.write() as tx:
        return await identity.recognise(tx, shopper, told)


async def test_the_host_shops_word_proves_until_its_token_ends(
    each_db: Database, people: dict[str, str], clock: Any
) -> None:
    shopper = await visitor(each_db)
    assert await recognise(each_db, shopper, claim(clock)) == Known(people[ANA], True, ANA, "Ana")
    assert await seen(each_db, shopper) == {"K-1", "K-3"}
    clock.forward(minutes=59)
    assert (await recognise(each_db, shopper, claim(clock))).proven
    assert await linked(each_db, shopper) == [ShopperLinked(people[ANA], "token")], "a renewed proof is no news"
    clock.forward(hours=1)
    assert await seen(each_db, shopper) == set()


async def test_an_account_is_the_same_shopper_whatever_mail_it_names(
    each_db: Database, people: dict[str, str], clock: Any
) -> None:
    first = await recognise(each_db, await visitor(each_db), claim(clock, "7", ""))
    again = await recognise(each_db, await visitor(each_db), claim(clock, "7", BEN))
    other = await recognise(each_db, await visitor(each_db), claim(clock, "8", ""))
    assert first.shopper_id == again.shopper_id != other.shopper_id
    assert again.email == "", "Ben's e-mail is Ben's"
    assert await seen(each_db, await visitor(each_db)) == set()


async def test_an_account_met_twice_at_a_time_is_one_shopper(each_db: Database, clock: Any) -> None:
    visitors = [await visitor(each_db) for _ in range(4)]
    new = claim(clock, "7", "new@post.example")
    found = await asyncio.gather(*(recognise(each_db, each, new) for each in visitors))
    assert len({each.shopper_id for each in found}) == 1


async def test_another_account_does_not_take_a_conversation_over(
    each_db: Database, people: dict[str, str], clock: Any
) -> None:
    shopper = await visitor(each_db)
    await recognise(each_db, shopper, claim(clock, "7", ANA))
    with pytest.raises(OtherShopper):
        await recognise(each_db, shopper, claim(clock, "8", BEN))
    assert await seen(each_db, shopper) == {"K-1", "K-3"}


async def test_one_mail_is_one_shopper(each_db: Database) -> None:
    async def introduced(email: str) -> str:
        async with each_db.write() as tx:
            return await shoppers.introduce(tx, "", email, "de", None)

    found = await asyncio.gather(*(introduced(email) for email in (ANA, "ANA@post.example", f" {ANA}")))
    assert len(set(found)) == 1
    async with each_db.read() as tx:
        assert await tx.rows(select(proof)) == []
