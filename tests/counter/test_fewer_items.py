"""What is left of an order after items were taken out is a whole order: withdrawn, it comes back whole."""

import selling
from selling import SCARCE, now

from tresen.conversation import mail
from tresen.conversation.shoppers import Shopper
from tresen.counter import aftercare, amending, cart, checkout, confirming, orderdesk, payments
from tresen.counter.till import Till
from tresen.kit.db import Database
from tresen.shop.orders import Order

SHIPPING = 490


async def halved(db: Database, till: Till, shopper: Shopper) -> Order:
    """An order of two kinds of socks from which one kind was taken out; paid."""
    async with db.write() as tx:
        await cart.set_quantity(tx, till.house, shopper, SCARCE, 1)
        nonce = await selling.ready_to_order(tx, till, shopper, 2)
        found = (await confirming.confirm(tx, till, shopper, nonce)).order
        at = next(at for at, line in enumerate(found.lines) if line.variant_id == SCARCE)
        asked = await amending.offer(tx, till, shopper, found.number, {at: 1})
        await confirming.confirm(tx, till, shopper, asked.action.target)
        await payments.mark_paid(tx, till, found.number, "operator:a")
    return await now(db, found)


async def withdrawn(db: Database, till: Till, shopper: Shopper, found: Order) -> Order:
    async with db.write() as tx:
        asked = await aftercare.offer_return(tx, till, shopper, found.number, {}, "withdrawal")
        await confirming.confirm(tx, till, shopper, asked.action.target)
    return await now(db, found)


async def test_withdrawn_before_it_leaves_it_is_cancelled(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await withdrawn(each_db, till, shopper, await halved(each_db, till, shopper))
    assert (found.state, found.returns, found.refunded.minor) == ("cancelled", (), 2 * 1490 + SHIPPING)


async def test_withdrawn_later_its_shipping_comes_back_too(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await halved(each_db, till, shopper)
    async with each_db.write() as tx:
        await orderdesk.ship(tx, till, found.number, "Post", "T1", "operator:a")
        await orderdesk.deliver(tx, till, found.number, "operator:a")
    found = await withdrawn(each_db, till, shopper, found)
    async with each_db.write() as tx:
        found = await orderdesk.receive_return(tx, till, found.returns[0].number, "operator:a")
    assert (found.state, found.refunded.minor) == ("returned", 2 * 1490 + SHIPPING)


async def test_a_part_that_is_withdrawn_before_it_leaves_does_not_leave(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    found = await selling.ordered(each_db, till, shopper, "demo")
    found = await selling.notice(each_db, till, found, "paid", "e1")
    async with each_db.write() as tx:
        asked = await aftercare.offer_return(tx, till, shopper, found.number, {0: 1}, "withdrawal")
        for _ in range(2):
            await confirming.confirm(tx, till, shopper, asked.action.target)
        letters = [each.text for each in await mail.listed(tx) if "Widerruf" in each.subject]
    found = await now(each_db, found)
    assert (found.state, found.returns, found.unsent(), found.refunded.minor) == ("processing", (), {0: 1}, 1490)
    assert found.total.minor == 1490 + SHIPPING
    assert [("noch bei uns" in text) for text in letters] == [True]


async def test_taken_out_twice_in_one_moment_is_paid_back_twice(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    """Each button is its own change, however fast one follows the other."""
    async with each_db.write() as tx:
        await cart.set_quantity(tx, till.house, shopper, selling.SOCK, 3)
        await checkout.remember(tx, till, shopper, selling.ADDRESS, "parcel", "demo")
        nonce = (await checkout.quote(tx, till, shopper)).action.target
        second = (await confirming.confirm(tx, till, shopper, nonce)).order
        await selling.paid(tx, second.number)
        for _ in range(2):
            asked = await amending.offer(tx, till, shopper, second.number, {0: 1})
            await confirming.confirm(tx, till, shopper, asked.action.target)
    assert (await now(each_db, second)).refunded.minor == 2 * 1490
