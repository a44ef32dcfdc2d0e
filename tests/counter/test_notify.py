"""Being told without having written: once, where it was ordered, by mail too, and never what nobody wanted to hear."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from goods import goods, offer, stocked, variant_id
from sqlalchemy import select

from tresen.conversation import consents, log, mail, shoppers
from tresen.conversation.events import MessageSent
from tresen.conversation.forms import text_of
from tresen.conversation.mail import Mail
from tresen.conversation.parts import Cards, Choices, Link
from tresen.conversation.shoppers import Address, Shopper
from tresen.conversation.tables import outbox
from tresen.counter import notify
from tresen.counter.notify import OCCASIONS, Told
from tresen.counter.till import Till
from tresen.kit.db import Database
from tresen.kit.words import locales, say
from tresen.shop import orderbook, stock
from tresen.shop.house import House
from tresen.shop.money import Money
from tresen.shop.orders import Fulfilment, Order, OrderLine, Payment, Refund, Return

HOUSE = House(name="Kiesel", email="hallo@kiesel.example")
TILL = Till(HOUSE, base_url="https://shop.example")
PLACED = datetime(2026, 11, 1, tzinfo=UTC)
LEFT = {"title": "Socken"}


async def visitor(db: Database, external_id: str = "", locale: str = "de") -> Shopper:
    async with db.write() as tx:
        if external_id:
            return await shoppers.arrive(tx, Address("telegram", "bot", external_id), locale)
        return (await shoppers.open_web(tx, locale)).shopper


def ordered(shopper: Shopper, email: str = "ana@post.example", **values: Any) -> Order:
    ten = Money(1000, "EUR")
    fixed: dict[str, Any] = {
        "number": "K-1", "placed_at": PLACED, "state": "processing", "shipping": Money(0, "EUR"), "total": ten,
        "lines": (OrderLine("s", "Socken", 1, ten),), "shopper_id": shopper.id, "contact_id": shopper.contact_id,
        "conversation_id": shopper.conversation_id, "locale": shopper.locale, "email": email,
    }  # fmt: skip
    return Order(**fixed | values)


async def news(db: Database, order: Order, change: str) -> Told:
    async with db.write() as tx:
        return await notify.order_news(tx, TILL, order, change)


async def tell(db: Database, shopper: Shopper, occasion: str, facts: Mapping[str, str], once: str = "1") -> Told:
    async with db.write() as tx:
        return await notify.notify(tx, HOUSE, shopper.contact_id, occasion, facts, once)


async def sent(db: Database, shopper: Shopper) -> list[MessageSent]:
    async with db.read() as tx:
        stored = await log.read(tx, shopper.conversation_id)
    return [each.data for each in stored if isinstance(each.data, MessageSent)]


async def letters(db: Database) -> list[Mail]:
    async with db.read() as tx:
        return list(await mail.listed(tx))


async def agree(db: Database, shopper: Shopper) -> None:
    async with db.write() as tx:
        await consents.give(tx, shopper.contact_id, "cart_left")


HAPPENED: dict[str, dict[str, Any]] = {
    "paid": {},
    "payment_failed": {"payments": (Payment("p", "demo", "r", "", "failed", Money(1000, "EUR"), PLACED),)},
    "shipped": {"fulfilments": (Fulfilment("DHL", "00340", "https://dhl.example/00340", {0: 1}),)},
    "ready": {},
    "delivered": {},
    "cancelled": {},
    "refunded": {"refunds": (Refund("r", "p", Money(1000, "EUR"), "", "asked"),)},
    "return_received": {"returns": (Return("R-1", "return", "received", "", {0: 1}, Money(1000, "EUR"), PLACED),)},
    "return_declined": {"returns": (Return("R-1", "return", "declined", "", {0: 1}, Money(1000, "EUR"), PLACED),)},
}


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("change", HAPPENED)
async def test_every_change_of_an_order_is_told_once_in_the_shoppers_language(
    db: Database, change: str, locale: str
) -> None:
    shopper = await visitor(db, "100", locale)
    order = ordered(shopper, **HAPPENED[change])
    assert [await news(db, order, change) for _ in range(2)] == ["told", "known"]
    (message,) = await sent(db, shopper)
    assert message.sender == "system"
    assert "K-1" in text_of(message.parts, locale)
    async with db.read() as tx:
        assert len(await tx.rows(select(outbox))) == 1, "it leaves through the messenger"
    written = await letters(db)
    assert len(written) == (0 if OCCASIONS[change].letter == "" else 1)
    for letter in written:
        assert letter.recipient == "ana@post.example"
        assert "K-1" in letter.subject and "K-1" in letter.text and "Socken" in letter.text


async def test_a_change_told_twice_at_a_time_is_told_once(each_db: Database) -> None:
    shopper = await visitor(each_db, "100")
    told = await asyncio.gather(*(news(each_db, ordered(shopper), "ready") for _ in range(5)))
    assert sorted(told) == ["known"] * 4 + ["told"]
    assert len(await letters(each_db)) == 1


async def test_a_second_parcel_is_news_and_can_be_tracked(db: Database) -> None:
    shopper = await visitor(db)
    parcel = Fulfilment("DHL", "1", "https://dhl.example/1", {0: 1})
    first = ordered(shopper, fulfilments=(parcel,))
    second = replace(first, fulfilments=(parcel, replace(parcel, carrier="", tracking_url="https://dhl.example/2")))
    assert [await news(db, each, "shipped") for each in (first, second, second)] == ["told", "told", "known"]
    one, two = await sent(db, shopper)
    assert "DHL" in text_of(one.parts, "de") and "none" not in text_of(two.parts, "de")
    assert [part.url for part in two.parts if isinstance(part, Link)] == ["https://dhl.example/2"]


async def test_only_the_contact_that_ordered_is_told(db: Database) -> None:
    ana, ben = await visitor(db, "100"), await visitor(db, "200")
    mixed = ordered(ana, conversation_id=ben.conversation_id)
    assert await news(db, mixed, "ready") == "nowhere"
    assert await news(db, ordered(ana, conversation_id="", number="K-2"), "ready") == "told"
    assert [len(await sent(db, each)) for each in (ana, ben)] == [1, 0]


async def test_an_order_of_another_system_is_told_by_mail_alone(db: Database) -> None:
    shopper = await visitor(db)
    elsewhere = ordered(shopper, contact_id="", conversation_id="")
    assert await news(db, elsewhere, "shipped") == "nowhere"
    assert len(await letters(db)) == 1
    assert await sent(db, shopper) == []


async def test_without_a_mail_address_the_chat_is_enough(db: Database) -> None:
    shopper = await visitor(db)
    assert await news(db, ordered(shopper, email=""), "delivered") == "told"
    assert await letters(db) == []


async def test_news_of_an_order_come_at_night_and_as_often_as_they_are(db: Database, clock: Any) -> None:
    clock.instant = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    shopper = await visitor(db)
    assert [await news(db, ordered(shopper), each) for each in ("ready", "delivered")] == ["told", "told"]


async def test_words_of_a_product_are_no_markup_in_mail(db: Database) -> None:
    shopper = await visitor(db)
    line = OrderLine("s", '<img src=x onerror="alert(1)">', 1, Money(1000, "EUR"))
    await news(db, ordered(shopper, lines=(line,)), "ready")
    (letter,) = await letters(db)
    assert "<img" in letter.text
    assert "<img" not in letter.html and "&lt;img" in letter.html


async def test_a_left_cart_needs_consent_on_this_contact(db: Database) -> None:
    here, there = await visitor(db, "100"), await visitor(db, "200")
    await agree(db, there)
    assert await tell(db, here, "cart_left", LEFT) == "no_consent"
    assert await tell(db, there, "cart_left", LEFT) == "told"
    assert await sent(db, here) == []
    (message,) = await sent(db, there)
    (stop,) = [part for part in message.parts if isinstance(part, Choices)]
    assert stop.choices[0].action is not None and stop.choices[0].action.name == notify.STOP


async def test_consent_can_be_taken_back(db: Database) -> None:
    shopper = await visitor(db)
    await agree(db, shopper)
    async with db.write() as tx:
        await notify.stop_reminders(tx, shopper)
    assert await tell(db, shopper, "cart_left", LEFT) == "no_consent"


@pytest.mark.parametrize(
    ("moment", "told"),
    [("07:59", "quiet"), ("08:00", "told"), ("20:59", "told"), ("21:00", "quiet"), ("00:00", "quiet")],
)
@pytest.mark.parametrize("day", ["2026-11-20", "2026-07-20"])
async def test_nights_are_quiet_by_the_shops_clock(db: Database, clock: Any, day: str, moment: str, told: str) -> None:
    shopper = await visitor(db)
    await agree(db, shopper)
    clock.instant = datetime.fromisoformat(f"{day}T{moment}").replace(tzinfo=HOUSE.zone)
    assert await tell(db, shopper, "cart_left", LEFT) == told
    assert len(await sent(db, shopper)) == (told == "told")


async def test_once_a_day_per_shopper_on_whichever_contact(each_db: Database, clock: Any) -> None:
    async with each_db.write() as tx:
        for number in ("100", "200"):
            await shoppers.introduce(tx, "Ana", "ana@post.example", "de", Address("telegram", "bot", number))
    contacts = [await visitor(each_db, number) for number in ("100", "200")]
    for each in contacts:
        await agree(each_db, each)
    told = await asyncio.gather(*(tell(each_db, each, "cart_left", LEFT, each.contact_id) for each in contacts))
    assert sorted(told) == ["enough", "told"]
    clock.forward(hours=23)
    assert await tell(each_db, contacts[0], "cart_left", LEFT, "2") == "enough"
    clock.forward(hours=1, seconds=1)
    assert await tell(each_db, contacts[0], "cart_left", LEFT, "2") == "told"


async def test_who_waits_is_told_when_it_is_back(each_db: Database) -> None:
    await stocked(each_db, goods("Socke", offer("s", 1290, 0)))
    shopper, sock = await visitor(each_db), variant_id("Socke", "s")
    async with each_db.write() as tx:
        await stock.wait_for(tx, sock, shopper.contact_id, shopper.conversation_id)
        assert await notify.tell_who_waits(tx, HOUSE) == 0
    await stocked(each_db, goods("Socke", offer("s", 1290, 4)))
    async with each_db.write() as tx:
        assert await notify.tell_who_waits(tx, HOUSE) == 1
        assert await notify.tell_who_waits(tx, HOUSE) == 0
    (message,) = await sent(each_db, shopper)
    (cards,) = [part for part in message.parts if isinstance(part, Cards)]
    assert cards.cards[0].variant_id == sock
    assert "Socke auf Deutsch" in text_of(message.parts, "de")


def test_every_occasion_has_its_words() -> None:
    facts = {"number": "K-1", "carrier": "DHL", "amount": "1 €", "title": "T", "shop": "S", "due": "2 €"}
    letters = [f"mail-{kind.letter}{part}" for kind in OCCASIONS.values() if kind.letter for part in ("", "-subject")]
    for key in (*letters, *(kind.words for kind in OCCASIONS.values())):
        for locale in locales():
            assert len(say(key, locale, **facts)) > 10


async def test_a_recorded_order_is_told_like_any_other(db: Database) -> None:
    shopper = await visitor(db)
    async with db.write() as tx:
        await orderbook.record(tx, ordered(shopper))
        found = await orderbook.find(tx, "K-1")
    assert await news(db, found, "delivered") == "told"
