"""Suggestions: from what others bought and what the catalog says, with a reason; better only when facts say so."""

from dataclasses import replace

import pytest
from goods import goods, offer, product_id, stocked
from sqlalchemy import insert

from tresen.kit.db import Database, Tx
from tresen.shop import catalog, suggestions
from tresen.shop.catalog import Product
from tresen.shop.sales import order, order_line
from tresen.shop.saving import NewProduct

SHOE = replace(
    goods("shoe", offer("shoe-42", 10_000, 5)), category_key="shoes", goes_well_with=("sock", "bottle", "gone"),
    rating=4.0, rating_count=20,
)  # fmt: skip
SOCK = replace(goods("sock", offer("sock-s", 1290, 5)), category_key="socks")
BOTTLE = replace(goods("bottle", offer("bottle-1", 990, 5)), category_key="bottles", rating=4.9, rating_count=50)
LAMP = replace(goods("lamp", offer("lamp-1", 4990, 5)), category_key="lamps")
GONE = replace(goods("gone", offer("gone-1", 990, 0)), category_key="bags")
OTHER_SHOE = replace(goods("other", offer("other-42", 9000, 5)), category_key="shoes", rating=4.6, rating_count=30)


async def ordered(tx: Tx, number: str, *names: str, state: str = "delivered", only_skus: bool = False) -> None:
    values = {"placed_at": tx.now, "state": state, "shipping_minor": 0, "currency": "EUR", "address": {}}
    lists = {"shipping_label": {}, "reductions": [], "taxes": []}
    await tx.execute(insert(order).values(number=number, shopper_id=f"s{number}", **values, **lists))
    skus = {"shoe": "shoe-42", "sock": "sock-s", "bottle": "bottle-1", "lamp": "lamp-1", "gone": "gone-1"}
    for position, name in enumerate(names):
        line = {"sku": skus[name], "title": name, "quantity": 1, "unit_minor": 1, "position": position}
        key = "" if only_skus else product_id(name)
        await tx.execute(insert(order_line).values(number=number, product_id=key, **line))


async def read(tx: Tx, *names: str) -> list[Product]:
    return await catalog.products(tx, [product_id(name) for name in names])


async def completed(tx: Tx, *names: str, limit: int = 3) -> list[tuple[str, str, int]]:
    found = await suggestions.complete(tx, await read(tx, *names), limit)
    return [(each.product.external_id, each.reason.key, each.reason.count) for each in found]


@pytest.fixture
async def tx(db: Database):  # type: ignore[no-untyped-def]
    await stocked(db, SHOE, SOCK, BOTTLE, LAMP, GONE, OTHER_SHOE)
    async with db.write() as opened:
        yield opened


async def test_the_catalog_says_what_goes_with_it_and_sold_out_is_left_out(tx: Tx) -> None:
    assert await completed(tx, "shoe") == [("bottle", "goes_well_with", 0), ("sock", "goes_well_with", 0)]
    assert await completed(tx, "shoe", limit=1) == [("bottle", "goes_well_with", 0)]
    assert await completed(tx, "shoe", "bottle") == [("sock", "goes_well_with", 0)]
    assert await completed(tx) == []


async def test_what_others_bought_together_comes_first_with_how_often(tx: Tx) -> None:
    for number in range(3):
        await ordered(tx, f"l{number}", "shoe", "lamp")
    for number in range(2):
        await ordered(tx, f"s{number}", "sock", "shoe", only_skus=True)
    assert await completed(tx, "shoe") == [
        ("lamp", "bought_together", 3), ("sock", "bought_together", 2), ("bottle", "goes_well_with", 0),
    ]  # fmt: skip
    assert await completed(tx, "lamp") == [("shoe", "bought_together", 3)]


async def test_one_order_and_cancelled_ones_say_nothing(tx: Tx) -> None:
    await ordered(tx, "o1", "lamp", "bottle")
    await ordered(tx, "o2", "lamp", "bottle", state="cancelled")
    await ordered(tx, "o3", "lamp", "gone")
    await ordered(tx, "o4", "lamp", "gone")
    assert await completed(tx, "lamp") == []


async def test_another_one_of_the_same_category_completes_nothing(tx: Tx) -> None:
    for number in ("a", "b"):
        await ordered(tx, number, "sock", "lamp")
    assert [name for name, _, _ in await completed(tx, "sock")] == ["lamp"]
    shoes = await suggestions.complete(tx, [replace((await read(tx, "shoe"))[0], goes_well_with=("other",))])
    assert shoes == []


async def better(db: Database, asked: NewProduct, *others: NewProduct) -> str | None:
    await stocked(db, asked, *others)
    async with db.read() as tx:
        found = await suggestions.better(tx, (await read(tx, asked.external_id))[0])
    if found is None:
        return None
    assert (found.reason.key, found.reason.count) == ("better_rated", found.product.rating_count)
    assert found.reason.with_product.external_id == asked.external_id
    return found.product.external_id


async def test_better_is_clearly_better_rated_by_enough_people_for_not_much_more(db: Database) -> None:
    assert await better(db, SHOE, OTHER_SHOE) == "other"


@pytest.mark.parametrize(
    "short_of",
    [
        {"rating": 4.2}, {"rating": None}, {"rating_count": 4}, {"category_key": "boots"},
        {"variants": (offer("x", 9000, 0),)}, {"variants": (offer("x", 13_001, 5),)},
        {"variants": (offer("x", None, 5),)}, {"variants": (offer("x", 9000, 5, "CHF"),)},
    ],
)  # fmt: skip
async def test_without_the_facts_nothing_is_better(db: Database, short_of: dict[str, object]) -> None:
    assert await better(db, SHOE, replace(OTHER_SHOE, **short_of)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("unknown", [{"rating": None}, {"rating_count": 4}, {"variants": (offer("x", None, 5),)}])
async def test_about_what_is_not_known_nothing_is_claimed(db: Database, unknown: dict[str, object]) -> None:
    assert await better(db, replace(SHOE, **unknown), OTHER_SHOE) is None  # type: ignore[arg-type]


async def test_the_best_rated_of_the_better_ones_is_named(db: Database) -> None:
    dearer = replace(OTHER_SHOE, external_id="dearer", rating=4.8, variants=(offer("d", 13_000, 5),))
    assert await better(db, SHOE, OTHER_SHOE, dearer) == "dearer"
