"""From the cart to the order: what is offered is what is ordered, once, by whom it was offered to."""

import asyncio
from typing import Any

import pytest
import selling
from goods import goods, offer, stocked, variant_id
from sqlalchemy import func, select

from tresen.conversation import log, mail
from tresen.conversation.events import OrderPlaced
from tresen.conversation.shoppers import Shopper
from tresen.counter import cart, checkout, codes, confirming, ordering
from tresen.counter.checkout import Incomplete, NoSuchChoice
from tresen.counter.till import Till
from tresen.kit.db import Database
from tresen.shop import catalog, orderbook, quotes
from tresen.shop.address import BadAddress
from tresen.shop.orders import TooLarge
from tresen.shop.promotions import CodeUsedUp
from tresen.shop.quotes import QuoteChanged, QuoteExpired, UnknownQuote
from tresen.shop.sales import order
from tresen.shop.stock import OutOfStock


async def stock_of(db: Database, variant: str) -> int | None:
    async with db.read() as tx:
        return (await catalog.variants(tx, [variant]))[variant].stock


async def test_what_is_missing_is_asked_for_in_order(each_db: Database, till: Till, shopper: Shopper) -> None:
    async with each_db.write() as tx:
        assert (await checkout.look(tx, till, shopper)).missing[0] == "cart"
        await cart.set_quantity(tx, till.house, shopper, selling.SOCK, 1)
        for missing, said in (("shipping", {"shipping_key": "parcel"}), ("address", {"to": selling.ADDRESS}),
                              ("payment", {"payment": "invoice"})):  # fmt: skip
            with pytest.raises(Incomplete) as raised:
                await checkout.quote(tx, till, shopper)
            assert raised.value.missing[0] == missing
            await checkout.remember(tx, till, shopper, **said)
        assert (await checkout.quote(tx, till, shopper)).kind == "order"


async def test_the_quote_names_every_figure_and_the_button_of_the_law(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    async with each_db.write() as tx:
        await cart.set_quantity(tx, till.house, shopper, selling.SOCK, 2)
        await codes.apply_code(tx, till.house, shopper, "hallo10")
        await checkout.remember(tx, till, shopper, selling.ADDRESS, "parcel", "invoice")
        shown = await checkout.quote(tx, till, shopper)
    rows = {row.label: row.value.replace("\xa0", " ") for row in shown.rows}
    assert shown.button == "Zahlungspflichtig bestellen"
    assert [item.total for item in shown.items] == ["29,80\xa0€"]
    assert rows["Willkommen"] == "−2,98 €"
    assert rows["Versand"] == "4,90 €"
    assert shown.total == "31,72\xa0€"
    assert rows["enthaltene MwSt. 19 %"] == "5,06 €"
    assert "Berlin" in rows["Lieferadresse"]


async def test_a_confirmed_quote_becomes_one_order(each_db: Database, till: Till, shopper: Shopper) -> None:
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)
    async with each_db.write() as tx:
        done = await confirming.confirm(tx, till, shopper, nonce)
    assert done.order.number.startswith("SH-2026-")
    assert done.order.total.minor == 2 * 1490 + 490
    assert done.order.state == "processing"
    assert [each.state for each in done.order.payments] == ["due"]
    assert await stock_of(each_db, selling.SOCK) == 48
    async with each_db.read() as tx:
        assert (await cart.show_cart(tx, till.house, shopper)).count == 0
        events = [each.data for each in await log.read(tx, shopper.conversation_id)]
        letters = await mail.listed(tx)
    placed = [each for each in events if isinstance(each, OrderPlaced)]
    assert [each.order.number for each in placed] == [done.order.number]
    assert [each.recipient for each in letters] == ["erika@post.example"]
    assert "34,70" in letters[0].text


async def test_fifty_confirmations_are_one_order_and_one_answer(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)

    async def press() -> str:
        async with each_db.write() as tx:
            return (await confirming.confirm(tx, till, shopper, nonce, 2 * 1490 + 490)).order.number

    numbers = await asyncio.gather(*(press() for _ in range(50)))
    async with each_db.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(order)) == 1
    assert len(set(numbers)) == 1
    assert await stock_of(each_db, selling.SOCK) == 48


async def test_another_total_with_the_same_nonce_is_a_conflict(each_db: Database, till: Till, shopper: Shopper) -> None:
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)
        with pytest.raises(ordering.OtherTotal):
            await confirming.confirm(tx, till, shopper, nonce, 1)
        assert (await confirming.confirm(tx, till, shopper, nonce, 3470)).order.total.minor == 3470


async def test_only_whom_it_was_offered_to_can_confirm(each_db: Database, till: Till, shopper: Shopper) -> None:
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)
        other = await selling.visitor(tx)
        for who, key in ((other, nonce), (shopper, "made up"), (shopper, "")):
            with pytest.raises(UnknownQuote):
                await confirming.confirm(tx, till, who, key)


async def test_an_offer_holds_for_fifteen_minutes(each_db: Database, till: Till, shopper: Shopper, clock: Any) -> None:
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)
    clock.forward(minutes=15)
    async with each_db.write() as tx:
        with pytest.raises(QuoteExpired):
            await confirming.confirm(tx, till, shopper, nonce)


async def test_a_confirmed_order_answers_after_its_offer_has_ended(
    each_db: Database, till: Till, shopper: Shopper, clock: Any
) -> None:
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)
        first = await confirming.confirm(tx, till, shopper, nonce)
    clock.forward(hours=3)
    async with each_db.write() as tx:
        assert (await confirming.confirm(tx, till, shopper, nonce)).order.number == first.order.number


async def test_a_changed_cart_is_not_what_was_offered(each_db: Database, till: Till, shopper: Shopper) -> None:
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)
        await cart.set_quantity(tx, till.house, shopper, selling.SOCK, 3)
        with pytest.raises(QuoteChanged):
            await confirming.confirm(tx, till, shopper, nonce)


async def test_the_offered_price_holds_while_the_offer_does(each_db: Database, till: Till, shopper: Shopper) -> None:
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)
    await stocked(each_db, goods("sock", offer("s", 9990, 50), offer("m", 1990, 5)))
    async with each_db.write() as tx:
        assert (await confirming.confirm(tx, till, shopper, nonce)).order.total.minor == 3470


async def test_what_is_offered_to_one_is_held_back_from_others(
    each_db: Database, till: Till, shopper: Shopper, clock: Any
) -> None:
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper, selling.FIVE_LEFT, variant=selling.SCARCE)
        other = await selling.visitor(tx)
        with pytest.raises(OutOfStock):
            await cart.set_quantity(tx, till.house, other, selling.SCARCE, 1)
    clock.forward(minutes=16)
    async with each_db.write() as tx:
        await selling.ready_to_order(tx, till, other, 1, variant=selling.SCARCE)
        with pytest.raises(QuoteExpired):
            await confirming.confirm(tx, till, shopper, nonce)


async def test_a_newer_offer_ends_the_older_one(each_db: Database, till: Till, shopper: Shopper) -> None:
    async with each_db.write() as tx:
        old = await selling.ready_to_order(tx, till, shopper)
        new = (await checkout.quote(tx, till, shopper)).action.target
        with pytest.raises(QuoteExpired):
            await confirming.confirm(tx, till, shopper, old)
        assert (await confirming.confirm(tx, till, shopper, new)).order.number


async def test_a_code_for_one_use_is_used_once(each_db: Database, till: Till, shopper: Shopper) -> None:
    nonces = []
    async with each_db.write() as tx:
        people = [shopper, await selling.visitor(tx)]
        for who in people:
            await cart.set_quantity(tx, till.house, who, selling.SOCK, 1)
            await codes.apply_code(tx, till.house, who, "EINMAL")
            nonces.append(await selling.ready_to_order(tx, till, who))
        await confirming.confirm(tx, till, people[0], nonces[0])
        with pytest.raises(CodeUsedUp):
            await confirming.confirm(tx, till, people[1], nonces[1])


async def test_a_bad_address_or_choice_is_refused_and_not_kept(each_db: Database, till: Till, shopper: Shopper) -> None:
    async with each_db.write() as tx:
        await cart.set_quantity(tx, till.house, shopper, selling.SOCK, 1)
        with pytest.raises(BadAddress) as raised:
            await checkout.remember(tx, till, shopper, selling.ADDRESS | {"postal_code": "1"})
        assert raised.value.fields == {"postal_code": "wrong"}
        with pytest.raises(BadAddress):
            await checkout.remember(tx, till, shopper, {**selling.ADDRESS, "email": ""})
        with pytest.raises(NoSuchChoice):
            await checkout.remember(tx, till, shopper, payment="gold")
    for said in ({"shipping_key": "A" * 100_000}, {"payment": "A" * 100_000}):
        with pytest.raises(NoSuchChoice):
            async with each_db.write() as tx:
                await checkout.remember(tx, till, shopper, **said)
    async with each_db.read() as tx:
        assert (await checkout.wishes(tx, shopper)).address == {}


async def test_an_order_beyond_all_bounds_is_for_people(each_db: Database, till: Till, shopper: Shopper) -> None:
    """Each price fits its column, the sum of them would not."""
    await stocked(each_db, goods("ship", offer("xl", 1_999_999_999, 9)))
    async with each_db.write() as tx:
        await cart.set_quantity(tx, till.house, shopper, variant_id("ship", "xl"), 1)
        await checkout.remember(tx, till, shopper, selling.ADDRESS, "parcel", "demo")
        nonce = (await checkout.quote(tx, till, shopper)).action.target
        assert (await confirming.confirm(tx, till, shopper, nonce)).order.total.minor == 1_999_999_999
        await cart.set_quantity(tx, till.house, shopper, variant_id("ship", "xl"), 2)
        with pytest.raises(TooLarge):
            await checkout.quote(tx, till, shopper)


async def test_who_picks_up_needs_no_street(each_db: Database, till: Till, shopper: Shopper) -> None:
    async with each_db.write() as tx:
        await cart.set_quantity(tx, till.house, shopper, selling.SOCK, 1)
        who = {"name": "Erika Muster", "email": "erika@post.example"}
        await checkout.remember(tx, till, shopper, shipping_key="pickup")
        await checkout.remember(tx, till, shopper, who, payment="on_pickup")
        nonce = (await checkout.quote(tx, till, shopper)).action.target
        placed = (await confirming.confirm(tx, till, shopper, nonce)).order
    assert placed.total.minor == 1490
    assert placed.shipping_key == "pickup"


async def test_a_crash_before_the_commit_leaves_everything_and_the_same_nonce_works(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)
    with pytest.raises(RuntimeError, match="power"):
        async with each_db.write() as tx:
            await confirming.confirm(tx, till, shopper, nonce)
            raise RuntimeError("power cut")
    assert await stock_of(each_db, selling.SOCK) == 50
    async with each_db.write() as tx:
        number = (await confirming.confirm(tx, till, shopper, nonce)).order.number
    async with each_db.read() as tx:
        assert (await orderbook.find(tx, number)).total.minor == 3470
        assert (await quotes.peek(tx, nonce)).outcome == number
