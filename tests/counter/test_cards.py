"""Cards say what a price must say: the reduction with its 30-day low, the unit price, tax and shipping."""

from dataclasses import replace
from typing import Any

import pytest
from goods import goods, offer, product_id, stocked, variant_id

from tresen.agent import answers
from tresen.conversation import shoppers
from tresen.conversation.forms import plain
from tresen.conversation.parts import Card, Cards
from tresen.counter import cards, cart
from tresen.counter.find import Shelf
from tresen.kit.db import Database
from tresen.retrieval.query import Found, Hit
from tresen.shop import catalog
from tresen.shop.house import House
from tresen.shop.saving import NewProduct


def whole(text: str) -> str:
    return text.replace("\xa0", " ")


async def card_of(db: Database, name: str, locale: str = "de", *matching: str) -> Card:
    async with db.read() as tx:
        found = await catalog.products(tx, [product_id(name)])
        (card,) = await cards.shown(tx, found, locale, {product_id(name): matching})
    return card


async def reduced(db: Database, clock: Any, *steps: NewProduct) -> None:
    for step in steps:
        clock.forward(days=40)
        await stocked(db, step)


@pytest.mark.parametrize(
    ("locale", "told"),
    [("de", "−25 % · statt 20,00 €, niedrigster Preis der letzten 30 Tage"),
     ("en", "−25% · was €20.00, lowest price of the last 30 days")],
)  # fmt: skip
async def test_a_reduction_is_told_with_the_low_of_thirty_days(
    db: Database, clock: Any, locale: str, told: str
) -> None:
    await reduced(db, clock, goods("cap", offer("one", 2000)), goods("cap", offer("one", 1500)))
    card = await card_of(db, "cap", locale)
    assert whole(card.was) == whole(card.variants[0].was) == told
    clock.forward(days=31)
    assert (await card_of(db, "cap", locale)).was == ""


async def test_less_than_a_percent_is_told_without_one(db: Database, clock: Any) -> None:
    await reduced(db, clock, goods("cap", offer("one", 20000)), goods("cap", offer("one", 19900)))
    assert whole((await card_of(db, "cap")).was) == "statt 200,00 €, niedrigster Preis der letzten 30 Tage"


async def test_a_price_of_many_is_only_reduced_when_all_are(db: Database, clock: Any) -> None:
    both = (offer("s", 2000), offer("m", 2000))
    await reduced(db, clock, goods("cap", *both), goods("cap", offer("s", 1500), both[1]))
    card = await card_of(db, "cap")
    assert card.was == ""
    assert [bool(each.was) for each in card.variants] == [True, False]
    assert (await card_of(db, "cap", "de", variant_id("cap", "s"))).was
    await stocked(db, goods("cap", offer("s", 1500), offer("m", 1500)))
    assert whole((await card_of(db, "cap")).was).startswith("−25 %")


async def test_the_unit_price_belongs_to_the_price_on_the_card(db: Database) -> None:
    packs = (
        replace(offer("s", 1390), options={"pack": "500 g"}),
        replace(offer("l", 2390), options={"pack": "1,25 kg"}),
    )
    await stocked(db, replace(goods("powder", *packs), attributes={"net_weight_g": 500}))
    card = await card_of(db, "powder")
    assert [whole(each) for each in (card.price, card.unit_price)] == ["ab 13,90 €", "27,80 €/kg"]
    assert [whole(each.unit_price) for each in card.variants] == ["27,80 €/kg", "19,12 €/kg"]
    assert whole((await card_of(db, "powder", "en", variant_id("powder", "l"))).unit_price) == "€19.12/kg"


async def test_the_tax_note_follows_the_price(db: Database) -> None:
    await stocked(db, goods("cap", offer("one")), goods("hat", replace(offer("one"), tax_included=False)))
    await stocked(db, goods("scarf", offer("one", None)))
    assert (await card_of(db, "cap")).tax_note == "inkl. MwSt., zzgl. Versand"
    assert (await card_of(db, "hat", "en")).tax_note == "plus tax and shipping"
    assert (await card_of(db, "scarf")).tax_note == ""


async def test_text_only_channels_say_it_too() -> None:
    first = Card("p_1", "Kappe", "Kette", "15 €", True, was="statt 20 €", unit_price="3 €/kg", tax_note="inkl. MwSt.")
    text = plain(Cards((first, replace(first, title="Hut"))), "de")
    assert text.splitlines() == [
        "1. Kappe (Kette) · 15 € · statt 20 € · 3 €/kg",
        "2. Hut (Kette) · 15 € · statt 20 € · 3 €/kg",
        "inkl. MwSt.",
    ]


async def test_a_line_of_the_cart_says_it_too(db: Database, clock: Any) -> None:
    packs = replace(goods("powder", offer("one", 2000)), attributes={"net_weight_g": 500})
    cheaper = replace(goods("powder", offer("one", 1500)), attributes={"net_weight_g": 500})
    await reduced(db, clock, packs, cheaper)
    async with db.write() as tx:
        shopper = (await shoppers.open_web(tx, "en")).shopper
        (item,) = (await cart.set_quantity(tx, House(), shopper, variant_id("powder", "one"), 1)).items
    assert whole(item.was) == "−25% · was €20.00, lowest price of the last 30 days"
    assert whole(item.unit_price) == "€30.00/kg"


@pytest.mark.parametrize("locale", ["de", "en"])
async def test_the_model_is_told_what_the_card_shows(db: Database, clock: Any, locale: str) -> None:
    packs = (replace(goods("powder", offer("one", minor)), attributes={"net_weight_g": 500}) for minor in (2000, 1500))
    await reduced(db, clock, *packs)
    card = await card_of(db, "powder", locale)
    async with db.write() as tx:
        (product,) = await catalog.products(tx, [card.product_id])
        shopper = (await shoppers.open_web(tx, locale)).shopper
        held = await cart.set_quantity(tx, House(), shopper, variant_id("powder", "one"), 1)
    told = answers.product_facts(product, [], locale, card)
    hit = Hit(card.product_id, (), 1.0, ())
    (line,) = answers.shelf_facts(Shelf(Found((hit,), 1, "found"), (product,), (card,)), locale)["products"]
    for facts in (told, told["variants"][0], line, answers.cart_facts(held)["cart"]["items"][0]):
        assert (facts["was"], facts["unit_price"]) == (card.was, card.unit_price)
