"""The cart: absolute quantities, honest refusals, totals that anybody can check."""

import asyncio
from dataclasses import replace

import pytest
from goods import goods, offer, product_id, stocked, variant_id, withdrawn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tresen.kit.db import Database
from tresen.kit.errors import Unprocessable
from tresen.kit.ids import secret
from tresen.shop import cart, catalog
from tresen.shop.cart import MOST_PER_LINE, Cart, Line, NoPrice, OtherCurrency, UnknownVariant
from tresen.shop.catalog import Product, Variant
from tresen.shop.money import Money
from tresen.shop.stock import OutOfStock

SOCK = goods("sock", offer("s", 1290, 5), offer("m", 1490, 0), offer("l", None, 5), offer("xl", 990, None))
CAP = goods("cap", offer("one", 2500, 3))
S, M, L, XL = (variant_id("sock", sku) for sku in ("s", "m", "l", "xl"))
ONE = variant_id("cap", "one")


async def put(db: Database, variant: str, quantity: int, shopper: str = "anna") -> None:
    async with db.write() as tx:
        await cart.set_quantity(tx, shopper, variant, quantity)


async def held(db: Database, shopper: str = "anna") -> Cart:
    async with db.read() as tx:
        return await cart.read(tx, shopper)


async def counts(db: Database, shopper: str = "anna") -> dict[str, int]:
    return {line.variant.id: line.quantity for line in (await held(db, shopper)).lines}


async def test_the_quantity_is_what_the_cart_holds_and_not_what_is_added(each_db: Database) -> None:
    await stocked(each_db, SOCK, CAP)
    for quantity in (2, 2, 5, 1):
        await put(each_db, S, quantity)
        assert await counts(each_db) == {S: quantity}
    await put(each_db, ONE, 3)
    found = await held(each_db)
    assert (found.count, found.total) == (4, Money(1290 + 3 * 2500, "EUR"))
    await put(each_db, S, 0)
    await put(each_db, S, 0)
    assert await counts(each_db) == {ONE: 3}
    assert await counts(each_db, "ben") == {}


async def test_lines_stay_in_the_order_they_came(db: Database, clock) -> None:  # type: ignore[no-untyped-def]
    await stocked(db, SOCK, CAP)
    for variant in (XL, ONE, S):
        clock.forward(seconds=1)
        await put(db, variant, 1)
    clock.forward(seconds=1)
    await put(db, XL, 2)
    assert list(await counts(db)) == [XL, ONE, S]


@pytest.mark.parametrize(
    ("variant", "quantity", "refusal", "code"),
    [
        (S, 6, OutOfStock, "out_of_stock"), (M, 1, OutOfStock, "out_of_stock"), (L, 1, NoPrice, "price_unknown"),
        ("v_nobody", 1, UnknownVariant, "unknown_variant"), (S, -1, Unprocessable, "bad_quantity"),
        (S, MOST_PER_LINE + 1, Unprocessable, "bad_quantity"), (XL, MOST_PER_LINE + 1, Unprocessable, "bad_quantity"),
    ],
)  # fmt: skip
async def test_a_refusal_leaves_the_cart_as_it_was(
    db: Database, variant: str, quantity: int, refusal: type[Exception], code: str
) -> None:
    await stocked(db, SOCK, CAP)
    await put(db, S, 1)
    with pytest.raises(refusal) as refused:
        await put(db, variant, quantity)
    assert refused.value.code == code  # type: ignore[attr-defined]
    assert await counts(db) == {S: 1}


@pytest.mark.parametrize(("variant", "left", "sentence"), [(S, 5, "Only 5"), (M, 0, "sold out")])
async def test_who_asks_for_too_much_hears_what_is_left(db: Database, variant: str, left: int, sentence: str) -> None:
    await stocked(db, SOCK)
    with pytest.raises(OutOfStock, match=sentence) as refused:
        await put(db, variant, 6)
    assert refused.value.values == {"left": left}


async def test_an_unknown_stock_is_no_limit_but_the_lines_own(db: Database) -> None:
    await stocked(db, SOCK)
    await put(db, XL, MOST_PER_LINE)
    assert await counts(db) == {XL: MOST_PER_LINE}


async def test_what_is_withdrawn_leaves_the_cart_and_comes_back(db: Database) -> None:
    await stocked(db, SOCK, CAP)
    await put(db, S, 2)
    await put(db, ONE, 1)
    await withdrawn(db, ["sock"])
    found = await held(db)
    assert ([line.variant.id for line in found.lines], found.total) == ([ONE], Money(2500, "EUR"))
    with pytest.raises(UnknownVariant):
        await put(db, S, 1)
    await stocked(db, SOCK)
    assert await counts(db) == {S: 2, ONE: 1}


async def test_what_is_withdrawn_can_still_be_removed(db: Database) -> None:
    await stocked(db, SOCK)
    await put(db, S, 2)
    await withdrawn(db, ["sock"])
    await put(db, S, 0)
    await stocked(db, SOCK)
    assert await counts(db) == {}


async def test_a_variant_without_a_price_waits_outside(db: Database) -> None:
    await stocked(db, CAP)
    await put(db, ONE, 1)
    await stocked(db, goods("cap", offer("one", None, 3)))
    assert (await held(db)).total is None
    await stocked(db, goods("cap", offer("one", 2600, 3)))
    assert (await held(db)).total == Money(2600, "EUR")


async def test_the_price_is_the_price_of_now(db: Database) -> None:
    await stocked(db, CAP)
    await put(db, ONE, 2)
    await stocked(db, goods("cap", offer("one", 1999, 3)))
    assert (await held(db)).total == Money(3998, "EUR")


async def test_one_cart_has_one_currency(db: Database) -> None:
    await stocked(db, SOCK, goods("hat", offer("one", 2500, 3, "USD")))
    await put(db, S, 1)
    with pytest.raises(OtherCurrency):
        await put(db, variant_id("hat", "one"), 1)
    await put(db, S, 0)
    await put(db, variant_id("hat", "one"), 1)
    assert (await held(db)).total == Money(2500, "USD")


async def test_a_line_that_changes_its_currency_waits_outside(db: Database, clock) -> None:  # type: ignore[no-untyped-def]
    await stocked(db, SOCK, CAP)
    await put(db, S, 1)
    clock.forward(seconds=1)
    await put(db, ONE, 1)
    await stocked(db, goods("cap", offer("one", 2500, 3, "USD")))
    assert (await held(db)).total == Money(1290, "EUR")
    await put(db, S, 2)
    await stocked(db, CAP)
    assert await counts(db) == {S: 2, ONE: 1}


async def test_a_product_in_two_currencies_is_shown_in_its_first(db: Database) -> None:
    await stocked(db, goods("hat", offer("a", 2500), offer("b", 100, currency="USD"), offer("c", 2400)))
    async with db.read() as tx:
        (product,) = await catalog.products(tx, [product_id("hat")])
    assert product.price_from() == Money(2400, "EUR")


async def test_two_currencies_at_once_are_still_one_cart(each_db: Database) -> None:
    await stocked(each_db, SOCK, goods("hat", offer("one", 2500, 3, "USD")))
    for shopper in map(str, range(8)):
        both = (put(each_db, variant, 1, shopper) for variant in (S, variant_id("hat", "one")))
        outcomes = await asyncio.gather(*both, return_exceptions=True)
        assert sorted(type(outcome) for outcome in outcomes if outcome) == [OtherCurrency]
        assert (await held(each_db, shopper)).count == 1


async def test_many_taps_at_once_leave_one_line_each(each_db: Database) -> None:
    await stocked(each_db, SOCK, CAP)
    taps = [put(each_db, variant, quantity) for quantity in (1, 2, 3) for variant in (S, ONE, XL)]
    await asyncio.gather(*taps)
    found = await counts(each_db)
    assert set(found) == {S, ONE, XL}
    assert set(found.values()) <= {1, 2, 3}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from([S, M, L, XL, ONE, "v_nobody"]), st.integers(-1, 100)), max_size=8))
async def test_the_cart_is_what_a_simple_model_says(db: Database, steps: list[tuple[str, int]]) -> None:
    """Every accepted step counts, no refused one does, and the total is the sum a child would do."""
    shopper = secret()
    await stocked(db, SOCK, CAP)
    cents, left = {S: 1290, XL: 990, ONE: 2500, M: 1490}, {S: 5, M: 0, XL: 99, ONE: 3}
    model: dict[str, int] = {}
    for variant, quantity in steps:
        allowed = 0 <= quantity <= 99 and (quantity == 0 or quantity <= left.get(variant, -1))
        try:
            await put(db, variant, quantity, shopper)
        except (OutOfStock, NoPrice, UnknownVariant, Unprocessable):
            assert not allowed
        else:
            assert allowed
            model = {key: count for key, count in (model | {variant: quantity}).items() if count}
    found = await held(db, shopper)
    assert {line.variant.id: line.quantity for line in found.lines} == model
    total = sum(cents[variant] * count for variant, count in model.items())
    assert found.total == (Money(total, "EUR") if model else None)
    assert found.count == sum(model.values())


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 99)), max_size=30))
def test_totals_are_exact(rows: list[tuple[int, int]]) -> None:
    variant = Variant("v", "p", "s", {}, None, True, None, "")
    product = Product("p", "", "", {}, {}, "", (), "", {}, {}, None, 0, (), (), "", "", (variant,))
    found = Cart("c", tuple(Line(variant, product, count, Money(minor, "EUR")) for minor, count in rows))
    expected = sum(minor * count for minor, count in rows)
    assert (found.total or Money(0, "EUR")).minor == expected
    assert replace(found, lines=()).total is None
