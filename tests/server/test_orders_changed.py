"""Changes of an order over JSON, by the shopper: fewer items, another way to pay; offered, and done by the button."""

from collections.abc import AsyncIterator

import buying
import httpx
import little_app
import pytest
from visitor import Visitor

from tresen.bootstrap import Tresen
from tresen.shop import orderbook


@pytest.fixture(scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Tresen, str]]:
    async with little_app.store(tmp_path_factory.mktemp("changes")) as found:
        yield found


@pytest.fixture
async def visitor(shop: tuple[Tresen, str]) -> Visitor:
    return await Visitor.begin(shop[1], "en")


async def asked(visitor: Visitor, path: str, body: object) -> httpx.Response:
    return await visitor.http.post(f"{visitor.path}/orders/{path}", json=body, headers=visitor.auth)


async def confirmed(visitor: Visitor, offer: httpx.Response) -> dict[str, object]:
    nonce = offer.json()["action"]["target"]
    done = await visitor.http.post(f"{visitor.path}/confirm", json={"nonce": nonce}, headers=visitor.auth)
    return dict(done.raise_for_status().json()["order"])


async def test_fewer_items(visitor: Visitor) -> None:
    number = await buying.buy(visitor)
    offer = await asked(visitor, f"{number}/items", {"lines": {"0": 1}})
    assert (offer.status_code, offer.json()["kind"]) == (201, "items")
    order = await confirmed(visitor, offer)
    assert order["total"] == "€19.80"
    for lines in ({"0": 1}, {"7": 1}, {"0": -1}):
        refused = await asked(visitor, f"{number}/items", {"lines": lines})
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_items"), lines
    assert (await asked(visitor, f"{number}/items", {"lines": {}})).status_code == 422


async def test_another_way_to_pay(shop: tuple[Tresen, str], visitor: Visitor) -> None:
    number = await buying.buy(visitor, "demo")
    path = f"{visitor.path}/orders/{number}/payments"
    ways = (await visitor.http.get(path, headers=visitor.auth)).json()["payments"]
    assert {each["key"]: each["chosen"] for each in ways} == {"demo": True, "invoice": False}
    assert (await asked(visitor, f"{number}/payment", {"payment": "gold"})).json()["code"] == "no_such_choice"
    offer = await asked(visitor, f"{number}/payment", {"payment": "invoice"})
    assert (offer.status_code, offer.json()["kind"]) == (201, "payment")
    async with shop[0].db.read() as tx:
        assert (await orderbook.find(tx, number)).payment == "demo", "the offer alone changes nothing"
    assert (await confirmed(visitor, offer))["state"] == "processing"
    assert (await visitor.http.get(path, headers=visitor.auth)).json() == {"payments": []}
    late = await asked(visitor, f"{number}/payment", {"payment": "demo"})
    assert (late.status_code, late.json()["code"]) == (409, "nothing_to_pay")


async def test_nobody_else_can_ask(shop: tuple[Tresen, str], visitor: Visitor) -> None:
    number = await buying.buy(visitor, "demo")
    stranger = await Visitor.begin(shop[1], "en")
    for path, body in ((f"{number}/items", {"lines": {"0": 1}}), (f"{number}/payment", {"payment": "invoice"})):
        assert (await asked(stranger, path, body)).json()["code"] == "unknown_order"
