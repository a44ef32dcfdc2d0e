"""What happens to carts beyond putting in: merged on proof, set aside, carried along in a link."""

from datetime import timedelta

import pytest
from goods import goods, offer, stocked, variant_id, withdrawn

from tresen.kit.db import Database, Tx
from tresen.kit.errors import NotFound
from tresen.shop import cart, codes, links, saved, stock
from tresen.shop.cart import MOST_PER_LINE, OtherCurrency, UnknownVariant
from tresen.shop.links import LinkGone
from tresen.shop.promotions import Promotion
from tresen.shop.saved import NotSaved
from tresen.shop.stock import OutOfStock

SOCK = goods("sock", offer("s", 1290, 5), offer("m", 1490, 3), offer("xl", 990, None))
FRANC = goods("franc", offer("one", 2500, 3, "CHF"))
S, M, XL = (variant_id("sock", sku) for sku in ("s", "m", "xl"))
CHF = variant_id("franc", "one")
LEFT = Promotion("left", "free_shipping", {"en": "Come back"}, personal=True)


async def put(tx: Tx, shopper: str, **quantities: int) -> None:
    for name, quantity in quantities.items():
        await cart.set_quantity(tx, shopper, {"s": S, "m": M, "xl": XL, "chf": CHF}[name], quantity)


async def aside(tx: Tx, shopper: str) -> dict[str, int]:
    return {each.variant.id: each.quantity for each in await saved.of_shopper(tx, shopper)}


@pytest.fixture
async def tx(db: Database):  # type: ignore[no-untyped-def]
    await stocked(db, SOCK, FRANC)
    async with db.write() as opened:
        yield opened


async def test_of_two_quantities_the_larger_one_counts(tx: Tx) -> None:
    await put(tx, "guest", s=2, m=3)
    await put(tx, "anna", s=4, m=1, xl=1)
    await cart.merge(tx, "guest", "anna")
    assert await cart.held(tx, "anna") == {S: 4, M: 3, XL: 1}
    assert await cart.held(tx, "guest") == {}
    await cart.merge(tx, "guest", "anna")
    await cart.merge(tx, "anna", "anna")
    assert await cart.held(tx, "anna") == {S: 4, M: 3, XL: 1}


async def test_a_merge_is_capped_by_stock_and_loses_nothing(tx: Tx) -> None:
    await put(tx, "guest", s=5, m=2)
    await put(tx, "anna", s=1)
    await stock.take(tx, [(S, 3), (M, 3)])
    await cart.merge(tx, "guest", "anna")
    assert await cart.held(tx, "anna") == {S: 2}
    assert await aside(tx, "anna") == {M: 2}


async def test_another_currency_is_set_aside(tx: Tx) -> None:
    await put(tx, "guest", chf=1)
    await put(tx, "anna", s=1)
    await cart.merge(tx, "guest", "anna")
    assert (await cart.held(tx, "anna"), await aside(tx, "anna")) == ({S: 1}, {CHF: 1})


async def test_codes_saved_lines_and_reservations_move_along(tx: Tx) -> None:
    await put(tx, "guest", s=5)
    await codes.add(tx, "guest", "TEN")
    await codes.add(tx, "anna", "five")
    code = await codes.issue(tx, LEFT, "guest", "r:1")
    await saved.save_for_later(tx, "guest", M)
    await stock.reserve(tx, "q", "guest", [(S, 5)], tx.now + timedelta(minutes=15))
    await cart.merge(tx, "guest", "anna")
    assert sorted(await codes.of_shopper(tx, "anna")) == ["five", "ten"]
    assert list(await codes.personal(tx, "anna", [code])) == [code.lower()]
    assert (await aside(tx, "anna"), await aside(tx, "guest")) == ({M: 1}, {})
    assert await cart.held(tx, "anna") == {S: 5}
    assert await stock.available(tx, [S], "anna") == {S: 5}


async def test_a_line_is_set_aside_and_brought_back(tx: Tx) -> None:
    await put(tx, "anna", s=3, m=1)
    await saved.save_for_later(tx, "anna", S)
    assert (await cart.held(tx, "anna"), await aside(tx, "anna")) == ({M: 1}, {S: 3})
    assert await saved.bring_back(tx, "anna", S) == 3
    assert (await cart.held(tx, "anna"), await aside(tx, "anna")) == ({M: 1, S: 3}, {})
    with pytest.raises(NotSaved):
        await saved.bring_back(tx, "anna", S)
    with pytest.raises(NotSaved):
        await saved.bring_back(tx, "ben", M)


async def test_what_was_never_in_the_cart_is_saved_as_one_piece(tx: Tx) -> None:
    await saved.save_for_later(tx, "anna", M)
    await saved.save_for_later(tx, "anna", M)
    assert await aside(tx, "anna") == {M: 1}
    with pytest.raises(UnknownVariant):
        await saved.save_for_later(tx, "anna", "v_nobody")


async def test_what_is_sold_out_stays_aside(tx: Tx) -> None:
    await put(tx, "anna", s=5)
    await saved.save_for_later(tx, "anna", S)
    await stock.take(tx, [(S, 4)])
    with pytest.raises(OutOfStock) as refused:
        await saved.bring_back(tx, "anna", S)
    assert refused.value.left == 1
    assert await aside(tx, "anna") == {S: 5}


async def test_a_link_carries_the_cart_and_its_codes_to_somebody_else(tx: Tx) -> None:
    await put(tx, "anna", s=2, xl=1)
    token = await links.link(tx, await cart.read(tx, "anna"), ["ten"])
    await put(tx, "ben", s=1, m=1)
    for _ in range(2):
        opened = await links.open_link(tx, token, "ben")
        assert (set(opened.added), opened.missing) == ({S, XL}, ())
        assert await cart.held(tx, "ben") == {S: 2, M: 1, XL: 1}
    assert await codes.of_shopper(tx, "ben") == ["ten"]
    assert await cart.held(tx, "anna") == {S: 2, XL: 1}


async def test_a_link_brings_what_can_be_had_and_names_the_rest(db: Database) -> None:
    await stocked(db, SOCK, FRANC)
    async with db.write() as tx:
        await put(tx, "anna", s=5, m=3, xl=2)
        token = await links.link(tx, await cart.read(tx, "anna"))
        await stock.take(tx, [(S, 3), (M, 3)])
    async with db.write() as tx:
        opened = await links.open_link(tx, token, "ben")
        told = {each.variant_id: (each.wanted, each.got, type(each.refusal)) for each in opened.missing}
        assert told == {S: (5, 2, OutOfStock), M: (3, 0, OutOfStock)}
        assert await cart.held(tx, "ben") == {S: 2, XL: 2}
        await put(tx, "cem", chf=1)
        kinds = {type(each.refusal) for each in (await links.open_link(tx, token, "cem")).missing}
        assert kinds == {OtherCurrency, OutOfStock}
    await withdrawn(db, ["sock"])
    async with db.write() as tx:
        opened = await links.open_link(tx, token, "dora")
        assert {type(each.refusal) for each in opened.missing} == {UnknownVariant}
        assert await cart.held(tx, "dora") == {}


async def test_an_unknown_or_old_link_opens_nothing(db: Database, clock) -> None:  # type: ignore[no-untyped-def]
    await stocked(db, SOCK)
    async with db.write() as tx:
        await put(tx, "anna", s=1)
        token = await links.link(tx, await cart.read(tx, "anna"))
        with pytest.raises(LinkGone):
            await links.open_link(tx, token + "x", "ben")
    clock.forward(days=links.DAYS)
    async with db.write() as tx:
        with pytest.raises(NotFound):
            await links.open_link(tx, token, "ben")


async def test_a_line_never_holds_more_than_the_most(tx: Tx) -> None:
    await put(tx, "guest", xl=MOST_PER_LINE)
    assert await cart.put_up_to(tx, "anna", XL, MOST_PER_LINE + 5) is None
    await cart.merge(tx, "guest", "anna")
    assert await cart.held(tx, "anna") == {XL: MOST_PER_LINE}


async def test_a_discarded_cart_is_followed_by_a_new_one(tx: Tx) -> None:
    await put(tx, "anna", s=1)
    await codes.add(tx, "anna", "ten")
    before = (await cart.read(tx, "anna")).id
    await cart.discard(tx, "anna")
    await put(tx, "anna", m=1)
    assert (await cart.held(tx, "anna"), await codes.of_shopper(tx, "anna")) == ({M: 1}, [])
    assert (await cart.read(tx, "anna")).id != before


async def test_a_merge_takes_nothing_out_of_the_cart_it_fills(tx: Tx) -> None:
    await put(tx, "anna", s=3)
    await put(tx, "guest", s=5)
    await stock.take(tx, [(S, 4)])
    await cart.merge(tx, "guest", "anna")
    assert await cart.held(tx, "anna") == {S: 3}
