"""The counter: one use case, one transaction, one event; nothing for whom no longer owns the conversation."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from goods import goods, offer, product_id, stocked, variant_id, withdrawn
from sqlalchemy import update

from tresen.conversation import log, owner, shoppers, turns
from tresen.conversation.events import CartChanged, MessageSent, ProductViewed, Stored, ToolReturned
from tresen.conversation.forms import text_of
from tresen.conversation.owner import Operator
from tresen.conversation.parts import Action, Cards, CartSummary, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.tables import conversation
from tresen.conversation.turn import Reply, Turn
from tresen.counter import cards, cart, find, handover, taps
from tresen.counter.till import Till
from tresen.kit.bus import Bus
from tresen.kit.db import Database, Tx
from tresen.kit.errors import Fenced, NotFound
from tresen.shop.house import Department, House
from tresen.shop.stock import OutOfStock

HOUSE = House(departments=(Department("Service"), Department("Workshop", days=())), email="a@b.example", phone="123")
SOCK = goods("sock", offer("s", 1290, 3), offer("m", 1490, 0), offer("l", None, 1))
S, M = variant_id("sock", "s"), variant_id("sock", "m")
ANNA = Operator("anna", "Anna")


@pytest.fixture
async def shopper(db: Database) -> Shopper:
    await stocked(db, SOCK)
    async with db.write() as tx:
        return (await shoppers.open_web(tx, "en")).shopper


async def stored(db: Database, shopper: Shopper) -> list[Stored]:
    async with db.read() as tx:
        return await log.read(tx, shopper.conversation_id)


async def data(db: Database, shopper: Shopper, kind: type) -> list[Any]:
    return [each.data for each in await stored(db, shopper) if isinstance(each.data, kind)]


async def say(db: Database, shopper: Shopper, *parts: Text | Action, id: str = "m1") -> None:
    async with db.write() as tx:
        await turns.receive(tx, shopper, parts, id)


async def leased(db: Database, bus: Bus, shopper: Shopper) -> Turn:
    await say(db, shopper, Text("hello"))
    turn = await turns.claim(db, bus, shopper.conversation_id)
    assert turn is not None
    return turn


async def held(db: Database, shopper: Shopper) -> CartSummary:
    async with db.read() as tx:
        return await cart.show_cart(tx, HOUSE, shopper)


async def test_a_change_of_the_cart_is_one_event_that_tells_it_all(db: Database, shopper: Shopper) -> None:
    async with db.write() as tx:
        summary = await cart.set_quantity(tx, HOUSE, shopper, S, 2)
    assert (summary.total, summary.count) == ("€25.80", 2)
    (item,) = summary.items
    assert (item.title, item.options, item.quantity, item.price, item.total, item.most) == (
        "sock in English", "S", 2, "€12.90", "€25.80", 3,
    )  # fmt: skip
    assert [each.data for each in await stored(db, shopper)] == [CartChanged(S, 2, "sock in English", summary)]
    assert await held(db, shopper) == summary


async def test_what_is_removed_is_still_named(db: Database, shopper: Shopper) -> None:
    for quantity in (1, 0):
        async with db.write() as tx:
            await cart.set_quantity(tx, HOUSE, shopper, S, quantity)
    last = (await data(db, shopper, CartChanged))[-1]
    assert (last.quantity, last.title, last.cart) == (0, "sock in English", CartSummary((), "", 0))


async def test_a_refusal_leaves_neither_an_event_nor_a_change(db: Database, shopper: Shopper) -> None:
    with pytest.raises(OutOfStock):
        async with db.write() as tx:
            await cart.set_quantity(tx, HOUSE, shopper, M, 1)
    assert await stored(db, shopper) == []
    assert (await held(db, shopper)).items == ()


async def test_a_stale_turn_cannot_touch_the_cart(db: Database, bus: Bus, shopper: Shopper, clock: Any) -> None:
    stale = await leased(db, bus, shopper)
    async with db.write() as tx:
        await cart.set_quantity(tx, HOUSE, stale.shopper, S, 1)
    clock.forward(seconds=turns.LEASE.total_seconds() + 1)
    fresh = await turns.claim(db, bus, shopper.conversation_id)
    assert fresh is not None and fresh.id == stale.id
    with pytest.raises(Fenced):
        async with db.write() as tx:
            await cart.set_quantity(tx, HOUSE, stale.shopper, S, 3)
    assert (await held(db, shopper)).count == 1
    async with db.write() as tx:
        await cart.set_quantity(tx, HOUSE, fresh.shopper, S, 2)
    assert [event.quantity for event in await data(db, shopper, CartChanged)] == [1, 2]


async def test_after_a_take_over_the_turn_can_do_nothing(db: Database, bus: Bus, shopper: Shopper) -> None:
    turn = await leased(db, bus, shopper)
    async with db.write() as tx:
        await owner.take_over(tx, shopper.conversation_id, ANNA)
    with pytest.raises(Fenced):
        async with db.write() as tx:
            await cart.set_quantity(tx, HOUSE, turn.shopper, S, 1)
    with pytest.raises(Fenced):
        await turn.note(ProductViewed(product_id("sock"), "sock"))
    assert (await held(db, shopper)).count == 0
    async with db.write() as tx:  # the shopper's own hand on the cart is never fenced
        await cart.set_quantity(tx, HOUSE, shopper, S, 1)
    assert (await held(db, shopper)).count == 1


async def test_unknown_and_withdrawn_products_are_not_found(db: Database, shopper: Shopper) -> None:
    await withdrawn(db, ["sock"])
    for unknown in ("p_nobody", product_id("sock"), "", "'; DROP TABLE product"):
        async with db.read() as tx:
            with pytest.raises(NotFound) as refused:
                await find.get_product(tx, unknown)
        assert (refused.value.code, refused.value.status) == ("unknown_product", 404)
        assert refused.value.told("de") == "Dieses Produkt gibt es nicht mehr."


async def test_what_is_looked_at_is_noted(db: Database, shopper: Shopper) -> None:
    async with db.write() as tx:
        await find.view_product(tx, shopper, product_id("sock"))
    assert await data(db, shopper, ProductViewed) == [ProductViewed(product_id("sock"), "sock in English")]
    with pytest.raises(NotFound):
        async with db.write() as tx:
            await find.view_product(tx, shopper, "p_nobody")
    assert len(await stored(db, shopper)) == 1


@pytest.mark.parametrize(
    ("locale", "department", "expected"),
    [("de", "", "bis spätestens 13:30 Uhr"), ("en", "Service", "1:30"), ("de", "Workshop", "a@b.example / 123")],
)
async def test_the_promise_is_worded_by_code(
    db: Database, shopper: Shopper, locale: str, department: str, expected: str
) -> None:
    async with db.write() as tx:
        said = await handover.ask_for_human(tx, HOUSE, replace(shopper, locale=locale), department=department)
    assert expected in said
    (message,) = await data(db, shopper, MessageSent)
    assert message.sender == "system"
    assert said in text_of(message.parts, locale)


@pytest.mark.parametrize("locale", ["de", "en"])
async def test_nobody_is_sent_to_an_empty_address(db: Database, shopper: Shopper, locale: str) -> None:
    house = House(departments=(Department(days=()),))
    async with db.write() as tx:
        said = await handover.ask_for_human(tx, house, replace(shopper, locale=locale))
    assert "  " not in said and ":" not in said


async def respond(db: Database, bus: Bus, shopper: Shopper) -> list[Any]:
    """Let a responder that only says "?" answer what the taps leave; what was sent and returned, in order."""

    async def puzzled(_turn: Turn) -> Reply:
        return Reply((Text("?"),))

    async def tap(tx: Tx, who: Shopper, action: Action) -> Any:
        return await taps.run(Till(HOUSE), tx, who, action)

    assert await turns.respond(db, bus, shopper.conversation_id, puzzled, tap)
    return [each.data for each in await stored(db, shopper) if isinstance(each.data, MessageSent | ToolReturned)]


async def test_a_tap_on_the_cart_needs_no_responder(db: Database, bus: Bus, shopper: Shopper) -> None:
    await say(db, shopper, Action("set_quantity", S, 2, "two"))
    returned, sent = await respond(db, bus, shopper)
    assert (returned.tool, returned.status) == ("set_quantity", "ok")
    assert sent.sender == "agent"
    assert [part.type for part in sent.parts] == ["text", "cart"]
    assert sent.parts[1].count == 2
    assert len(await data(db, shopper, CartChanged)) == 1


async def test_a_tap_without_a_quantity_means_one_and_zero_means_none(db: Database, bus: Bus, shopper: Shopper) -> None:
    for number, (quantity, expected) in enumerate([(None, 1), (0, 0)]):
        await say(db, shopper, Action("set_quantity", S, quantity), id=str(number))
        await respond(db, bus, shopper)
        assert (await held(db, shopper)).count == expected


async def test_a_tap_that_is_refused_says_why_and_what_is_left(db: Database, bus: Bus, shopper: Shopper) -> None:
    await say(db, shopper, Action("set_quantity", S, 9))
    returned, sent = await respond(db, bus, shopper)
    assert returned.status == "refused"
    assert "3" in text_of(sent.parts, "en")
    assert (await held(db, shopper)).count == 0


async def test_taps_that_show_the_cart_and_ask_for_a_person(db: Database, bus: Bus, shopper: Shopper) -> None:
    await say(db, shopper, Action("show_cart"))
    assert [part.type for part in (await respond(db, bus, shopper))[-1].parts] == ["cart"]
    await say(db, shopper, Action("ask_for_human"), id="m2")
    sent = [each for each in await respond(db, bus, shopper) if isinstance(each, MessageSent)][-1]
    assert sent.sender == "system"
    async with db.read() as tx:
        assert (await owner.current(tx, shopper.conversation_id)).owner == "waiting"


async def test_a_tap_nobody_knows_is_left_to_the_responder(db: Database, bus: Bus, shopper: Shopper) -> None:
    await say(db, shopper, Action("show_product", product_id("sock"), label="More"))
    assert [each.parts for each in await respond(db, bus, shopper)] == [(Text("?"),)]


async def test_a_tap_of_a_turn_that_died_is_not_run_again(db: Database, bus: Bus, shopper: Shopper, clock: Any) -> None:
    await say(db, shopper, Action("set_quantity", S, 2))
    turn = await turns.claim(db, bus, shopper.conversation_id)
    assert turn is not None
    action = Action("set_quantity", S, 2)
    async with db.write() as tx:
        answer = await taps.run(Till(HOUSE), tx, turn.shopper, action)
        assert answer is not None
        returned = ToolReturned(turn.id, f"tap:{turn.answers_through}", action.name, answer.text, answer.parts)
        await turn.append(tx, returned, once="the tap")
    clock.forward(seconds=turns.LEASE.total_seconds() + 1)
    assert [type(each) for each in await respond(db, bus, shopper)] == [ToolReturned, MessageSent]
    assert len(await data(db, shopper, CartChanged)) == 1


async def test_an_operators_card_is_built_from_the_shop(db: Database, shopper: Shopper) -> None:
    async with db.write() as tx:
        await owner.take_over(tx, shopper.conversation_id, ANNA)
        first = await handover.send_card(tx, shopper.conversation_id, ANNA, product_id("sock"), "de", "r1")
        assert await handover.send_card(tx, shopper.conversation_id, ANNA, product_id("sock"), "de", "r1") == first
        with pytest.raises(NotFound):
            await handover.send_card(tx, shopper.conversation_id, ANNA, "p_nobody", "de", "r2")
    (message,) = await data(db, shopper, MessageSent)
    (part,) = message.parts
    assert isinstance(part, Cards)
    assert (part.cards[0].title, part.cards[0].price) == ("sock auf Deutsch", "ab 12,90\xa0€")


async def test_a_card_says_what_is_sold_out(db: Database, shopper: Shopper) -> None:
    await stocked(db, goods("hat", offer("one", 900, 0)))
    async with db.read() as tx:
        hat, sock = await find.get_product(tx, product_id("hat")), await find.get_product(tx, product_id("sock"))
    assert cards.card(hat, "de").note == "Zurzeit ausverkauft"
    assert not cards.card(hat, "de").available
    shown = cards.card(sock, "de", [M])
    assert (shown.variant_id, shown.price, shown.note) == (M, "14,90\xa0€", "M ist ausverkauft")
    assert [each.price for each in shown.variants] == ["12,90\xa0€", "14,90\xa0€", "Preis auf Anfrage"]


async def test_waiting_is_counted_from_the_first_ask(db: Database, shopper: Shopper, clock: Any) -> None:
    async with db.write() as tx:
        await handover.ask_for_human(tx, HOUSE, shopper)
    asked_at = clock.now()
    clock.forward(minutes=5)
    async with db.write() as tx:
        await handover.ask_for_human(tx, HOUSE, shopper)
        row = await owner.current(tx, shopper.conversation_id)
    assert row.waiting_since == asked_at
    assert clock.now() - row.waiting_since == timedelta(minutes=5)


async def test_prices_of_now_not_of_then(db: Database, shopper: Shopper) -> None:
    async with db.write() as tx:
        await cart.set_quantity(tx, HOUSE, shopper, S, 2)
        await tx.execute(update(conversation).values(locale="de"))
    await stocked(db, goods("sock", offer("s", 1000, 3)))
    assert (await held(db, replace(shopper, locale="de"))).total == "20,00\xa0€"
    (changed,) = await data(db, shopper, CartChanged)
    assert changed.cart.total == "€25.80", "what was shown stays what was shown"
