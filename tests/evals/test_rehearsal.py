"""Purchases in a copy of the demo shop: what steps do, what is read from the rows, and that the demo stays as it is."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from evals.deals import Back, Step
from tresen.bootstrap import bootstrap
from tresen.rehearsal import DemoDeals
from tresen.settings import Settings
from tresen.shop import orderbook
from tresen.shop.orders import UnknownOrder

BAND = "KK-CAPG-04-TRQ-LXL"


@pytest.fixture(scope="module")
async def deals(demo_home: Path) -> AsyncIterator[DemoDeals]:
    found = DemoDeals(demo_home)
    yield found
    await found.close()


def known(number: str, state: str) -> dict[str, Any]:
    line = {"sku": BAND, "quantity": 2, "unit_price": "16.90"}
    sold = {"number": number, "days_ago": 1, "state": state, "option": "home", "payment": "demo", "shipping": "4.90"}
    address = {"street": "Weg 1", "postal_code": "79098", "city": "Freiburg", "country": "DE"}
    email = f"{number.lower()}@post.example"
    return {"name": "Erika", "email": email, "locale": "de", "orders": [sold | {"lines": [line]}], "address": address}


async def test_a_step_that_nothing_offers_is_named(deals: DemoDeals) -> None:
    turns = ["Hallo!", Step(press="Zahlungspflichtig bestellen"), Step(code="erika@post.example"), Step(desk="ship")]
    found = await deals(turns, "de", None)
    assert len(found.missed) == 3 and len(found.replies) == len(found.shown) == 4
    assert found.replies[0] and (found.cart, found.offer, found.orders, found.stock) == ({}, None, (), {})


async def test_what_the_desk_does_is_in_the_rows(deals: DemoDeals) -> None:
    found = await deals([Step(desk="ship"), Step(desk="deliver")], "de", known("KK-2026-9001", "processing"))
    [order] = found.orders
    assert (order.number, order.state, order.lines, order.city) == ("KK-2026-9001", "delivered", {BAND: 2}, "Freiburg")
    assert order.sums is not None and (order.sums.goods, order.sums.shipping, order.sums.total) == (3380, 490, 3870)
    assert (order.paid, order.refunded, order.returns) == (3870, 0, ()) and not found.missed


async def test_the_code_is_read_from_the_mail(deals: DemoDeals) -> None:
    person = known("KK-2026-9002", "delivered")
    turns = ["Wo ist meine Bestellung KK-2026-9002?", person["email"], Step(code=person["email"])]
    found = await deals(turns, "de", person)
    assert not found.missed and found.replies[2]


async def test_the_demo_itself_sees_nothing_of_it(deals: DemoDeals, demo_home: Path) -> None:
    await deals([Step(desk="ship")], "de", known("KK-2026-9003", "processing"))
    app = bootstrap(Settings(home=demo_home, database_url=""))
    async with app.db.read() as tx:
        with pytest.raises(UnknownOrder):
            await orderbook.find(tx, "KK-2026-9003")
    await app.close()


def test_a_return_compares_by_its_rows() -> None:
    back = Back(kind="return", state="asked", lines={BAND: 1}, refund=1690)
    assert back == Back.model_validate_json(back.model_dump_json()) != back.model_copy(update={"refund": 1691})
