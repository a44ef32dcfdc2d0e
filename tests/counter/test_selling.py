"""Codes, saving, links and suggestions at the counter: one event per change, and a cart that says what it costs."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from goods import goods, offer, product_id, stocked, variant_id

from tresen.conversation import log, shoppers
from tresen.conversation.events import CartChanged
from tresen.conversation.forms import plain
from tresen.conversation.parts import CartSummary, Row
from tresen.conversation.shoppers import Shopper
from tresen.counter import cart, codes, saving, suggest
from tresen.counter.codes import CodeNotThere
from tresen.counter.saving import EmptyCart, StillThere
from tresen.kit.db import Database
from tresen.kit.errors import Fenced
from tresen.shop import stock
from tresen.shop.cart import UnknownVariant
from tresen.shop.house import House
from tresen.shop.promotions import CodeBelowMinimum, CodeExpired, CodeUnknown, Promotion
from tresen.shop.shipping import ShippingOption

TEN = Promotion("ten", "percent", {"de": "Herbst", "en": "Autumn"}, code="TEN", percent=Decimal(10))
SHIP = Promotion("ship", "free_shipping", {"de": "Porto", "en": "Postage"}, code="SHIP", stacks=True)
BIG = replace(TEN, key="big", code="BIG", minimum=Decimal(100))
OLD = replace(TEN, key="old", code="OLD", ends=datetime(2026, 1, 1, tzinfo=UTC))
PARCEL = ShippingOption("parcel", {"en": "Parcel"}, (), Decimal("4.95"), Decimal(60))
PICKUP = ShippingOption("pickup", {"en": "Pick-up"}, kind="pickup")
HOUSE = House(promotions=(TEN, BIG, SHIP, OLD), shipping=(PARCEL, PICKUP))
SOCK = replace(
    goods("sock", offer("s", 1290, 5), offer("m", 1490, 0)), goes_well_with=("cap",), rating=4.0, rating_count=9
)
CAP = replace(goods("cap", offer("one", 2500, 3)), category_key="caps")
BEST = replace(goods("best", offer("b", 1390, 3)), rating=4.8, rating_count=12)
S, M, ONE = variant_id("sock", "s"), variant_id("sock", "m"), variant_id("cap", "one")


@pytest.fixture
async def shopper(db: Database) -> Shopper:
    await stocked(db, SOCK, CAP, BEST)
    async with db.write() as tx:
        return (await shoppers.open_web(tx, "en")).shopper


async def put(db: Database, shopper: Shopper, quantity: int = 2, house: House = HOUSE) -> CartSummary:
    async with db.write() as tx:
        return await cart.set_quantity(tx, house, shopper, S, quantity)


async def changes(db: Database, shopper: Shopper) -> list[Any]:
    async with db.read() as tx:
        return [each.data for each in await log.read(tx, shopper.conversation_id) if isinstance(each.data, CartChanged)]


async def test_a_code_changes_the_total_and_is_named(db: Database, shopper: Shopper) -> None:
    await put(db, shopper)
    async with db.write() as tx:
        summary = await codes.apply_code(tx, HOUSE, shopper, " ten ")
    assert (summary.total, summary.reductions) == ("€23.22", (Row("Autumn (TEN)", "-€2.58"),))
    assert (await changes(db, shopper))[-1] == CartChanged("", 1, "Code TEN", summary)
    async with db.write() as tx:
        assert await cart.show_cart(tx, HOUSE, shopper) == summary
        assert await codes.apply_code(tx, HOUSE, shopper, "TEN") == summary
        summary = await codes.remove_code(tx, HOUSE, shopper, "Ten")
    assert (summary.total, summary.reductions) == ("€25.80", ())
    assert [(each.quantity, each.title) for each in (await changes(db, shopper))[1:]] == [
        (1, "Code TEN"),
        (0, "Code TEN"),
    ]
    with pytest.raises(CodeNotThere):
        async with db.write() as tx:
            await codes.remove_code(tx, HOUSE, shopper, "ten")


@pytest.mark.parametrize(("code", "refusal"), [("big", CodeBelowMinimum), ("old", CodeExpired), ("x", CodeUnknown)])
async def test_a_code_that_does_not_count_changes_nothing(
    db: Database, shopper: Shopper, code: str, refusal: type[Exception]
) -> None:
    before = await put(db, shopper)
    with pytest.raises(refusal):
        async with db.write() as tx:
            await codes.apply_code(tx, HOUSE, shopper, code)
    async with db.read() as tx:
        assert await cart.show_cart(tx, HOUSE, shopper) == before
    assert len(await changes(db, shopper)) == 1


async def test_a_code_that_no_longer_counts_is_kept_and_explained(db: Database, shopper: Shopper) -> None:
    dear = replace(HOUSE, promotions=(replace(TEN, minimum=Decimal(20)),))
    await put(db, shopper, house=dear)
    async with db.write() as tx:
        await codes.apply_code(tx, dear, shopper, "ten")
    summary = await put(db, shopper, 1, house=dear)
    assert (summary.total, summary.reductions) == ("€12.90", ())
    assert summary.notes[-1] == "Code TEN: This code needs €7.10 more of goods."
    assert (await put(db, shopper, 2, house=dear)).total == "€23.22"


async def test_the_notes_tell_of_tax_and_shipping(db: Database, shopper: Shopper) -> None:
    shipping = "plus shipping from €4.95"
    assert (await put(db, shopper)).notes == ("incl. VAT", shipping, "€34.20 more and shipping is free.")
    assert (await put(db, shopper, 5)).notes == ("incl. VAT", "Free shipping")
    assert (await put(db, shopper, 1, House())).notes == ("incl. VAT", "plus shipping")
    abroad = House(tax_included=False, country="US")
    assert (await put(db, shopper, 1, abroad)).notes == ("plus tax where it applies", "plus shipping")
    net = await put(db, shopper, 1, House(tax_included=False))
    assert (net.total, net.notes[0]) == ("€15.35", "The total includes €2.45 of tax.")
    assert (await put(db, shopper, 0)).notes == ()


async def test_free_shipping_is_a_reduction_without_a_figure(db: Database, shopper: Shopper) -> None:
    await put(db, shopper)
    async with db.write() as tx:
        summary = await codes.apply_code(tx, HOUSE, shopper, "ship")
    assert (summary.total, summary.reductions) == ("€25.80", (Row("Postage (SHIP)", "Free shipping"),))
    assert summary.notes == ("incl. VAT", "Free shipping")


async def test_the_plain_cart_adds_up_for_who_reads_it(db: Database, shopper: Shopper) -> None:
    await put(db, shopper)
    async with db.write() as tx:
        summary = await codes.apply_code(tx, HOUSE, shopper, "ten")
    assert plain(summary, "en").splitlines()[:4] == [
        "2 × sock in English (S): €25.80", "Autumn (TEN): -€2.58", "Total: €23.22", "incl. VAT",
    ]  # fmt: skip


async def test_the_most_of_a_line_is_what_others_have_left(db: Database, shopper: Shopper) -> None:
    await put(db, shopper)
    async with db.write() as tx:
        await stock.reserve(tx, "q1", "somebody", [(S, 2)], datetime(2027, 1, 1, tzinfo=UTC))
        await stock.reserve(tx, "q2", shopper.id, [(S, 2)], datetime(2027, 1, 1, tzinfo=UTC))
        assert [item.most for item in (await cart.show_cart(tx, HOUSE, shopper)).items] == [3]


async def test_saving_for_later_and_bringing_back_are_changes_of_the_cart(db: Database, shopper: Shopper) -> None:
    await put(db, shopper)
    async with db.write() as tx:
        assert (await saving.save_for_later(tx, HOUSE, shopper, S)).items == ()
        assert (await saving.save_for_later(tx, HOUSE, shopper, ONE)).items == ()
        assert (await saving.bring_back(tx, HOUSE, shopper, S)).total == "€25.80"
    told = [(each.variant_id, each.quantity, each.title) for each in await changes(db, shopper)]
    assert told[1:] == [(S, 0, "sock in English"), (S, 2, "sock in English")]


async def test_only_what_is_sold_out_is_waited_for(db: Database, shopper: Shopper) -> None:
    async with db.write() as tx:
        assert await saving.notify_when_back(tx, shopper, M) == "sock in English"
        with pytest.raises(StillThere):
            await saving.notify_when_back(tx, shopper, S)
        with pytest.raises(UnknownVariant):
            await saving.notify_when_back(tx, shopper, "v_nobody")
        await stock.put_back(tx, [(M, 1)])
        (due,) = await stock.due_back(tx)
    assert (due.variant_id, due.contact_id, due.conversation_id) == (M, shopper.contact_id, shopper.conversation_id)


async def test_a_link_fills_another_cart_and_says_what_is_missing(db: Database, shopper: Shopper) -> None:
    async with db.write() as tx:
        with pytest.raises(EmptyCart):
            await saving.link_cart(tx, shopper)
        await cart.set_quantity(tx, HOUSE, shopper, S, 5)
        await codes.apply_code(tx, HOUSE, shopper, "ten")
        token = await saving.link_cart(tx, shopper)
        await stock.take(tx, [(S, 4)])
        other = (await shoppers.open_web(tx, "de")).shopper
        opened = await saving.open_cart_link(tx, HOUSE, other, token)
    assert (opened.summary.count, opened.summary.total) == (1, "11,61\xa0€")
    (missing,) = opened.missing
    assert missing.startswith("sock auf Deutsch: ")
    assert await changes(db, other) == [CartChanged("", 1, "Warenkorb aus einem Link", opened.summary)]


async def test_a_suggestion_is_a_card_with_its_reason(db: Database, shopper: Shopper) -> None:
    async with db.write() as tx:
        assert await suggest.suggest_additions(tx, shopper) == ()
        await cart.set_quantity(tx, HOUSE, shopper, S, 1)
        (card,) = await suggest.suggest_additions(tx, shopper)
        assert (card.title, card.note) == ("cap in English", "Goes well with: sock in English")
        best = await suggest.suggest_better(tx, shopper, product_id("sock"))
        assert best is not None
        assert (best.title, best.note) == ("best in English", "Better rated: 4.8 instead of 4.0 stars (12 ratings)")
        assert await suggest.suggest_better(tx, shopper, product_id("best")) is None


async def test_who_lost_the_conversation_changes_no_code_and_no_list(db: Database, shopper: Shopper) -> None:
    before = await put(db, shopper)
    stale = replace(shopper, lease="gone")
    for act in (
        lambda tx: codes.apply_code(tx, HOUSE, stale, "ten"),
        lambda tx: saving.save_for_later(tx, HOUSE, stale, S),
    ):
        with pytest.raises(Fenced):
            async with db.write() as tx:
                await act(tx)
    async with db.read() as tx:
        assert await cart.show_cart(tx, HOUSE, shopper) == before
