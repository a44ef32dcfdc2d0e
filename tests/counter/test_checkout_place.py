"""Where goods change hands decides on tax; where no parcel goes, nobody is sent to pick up unasked."""

import pytest
import selling

from tresen.conversation.shoppers import Shopper
from tresen.counter import cart, checkout
from tresen.counter.checkout import Incomplete
from tresen.counter.till import Till
from tresen.kit.db import Database

AUSTRIAN = selling.ADDRESS | {"postal_code": "5020", "city": "Salzburg", "country": "AT"}
SWISS = selling.ADDRESS | {"postal_code": "8001", "city": "Zürich", "country": "CH"}


@pytest.fixture
async def shopper(db: Database) -> Shopper:
    await selling.open_shop(db)
    async with db.write() as tx:
        found = await selling.visitor(tx)
        await cart.set_quantity(tx, selling.HOUSE, found, selling.SOCK, 1)
    return found


@pytest.mark.parametrize(("shipping", "rate"), [("pickup", "19"), ("abroad", "20")])
async def test_what_is_picked_up_is_taxed_where_the_shop_is(
    db: Database, till: Till, shopper: Shopper, shipping: str, rate: str
) -> None:
    async with db.write() as tx:
        found = await checkout.remember(tx, till, shopper, AUSTRIAN, shipping)
    assert found.totals is not None and [str(each.rate) for each in found.totals.taxes] == [rate]


async def test_a_pick_up_is_not_chosen_for_who_lives_where_no_parcel_goes(
    db: Database, till: Till, shopper: Shopper
) -> None:
    async with db.write() as tx:
        found = await checkout.remember(tx, till, shopper, SWISS, payment="invoice")
        assert [each.option.key for each in found.shipping] == ["pickup"]
        assert found.chosen is None and "shipping" in found.missing
        with pytest.raises(Incomplete):
            await checkout.quote(tx, till, shopper)
        chosen = await checkout.remember(tx, till, shopper, None, "pickup")
    assert chosen.chosen is not None and not chosen.missing
