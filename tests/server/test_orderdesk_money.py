"""Money at the order desk over HTTP: what comes is entered once, what is too much or refused is given back by hand."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import buying
import httpx
import little_app
import pytest
from little_app import employ
from visitor import Visitor

from tresen.bootstrap import Tresen


@pytest.fixture(scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Tresen, str]]:
    async with little_app.store(tmp_path_factory.mktemp("money")) as found:
        yield found


@pytest.fixture
async def desk(shop: tuple[Tresen, str]) -> AsyncIterator[httpx.AsyncClient]:
    cookies = {"tresen_operator": await employ(shop[0], f"Anna-{uuid.uuid4()}")}
    headers = {"X-Tresen": "1", "Accept-Language": "de"}
    async with httpx.AsyncClient(base_url=f"{shop[1]}/v1/inbox", cookies=cookies, headers=headers, timeout=30) as http:
        yield http


async def entered(desk: httpx.AsyncClient, number: str, body: Any) -> httpx.Response:
    return await desk.post(f"/orders/{number}/paid", json=body)


async def test_what_comes_is_entered_once(desk: httpx.AsyncClient, shop: tuple[Tresen, str]) -> None:
    number = await buying.buy(await Visitor.begin(shop[1]))
    for _ in range(2):
        sheet = (await entered(desk, number, {"id": "a", "amount": 1000})).json()
    assert (sheet["due_minor"], sheet["money"]["paid"], "paid" in sheet["actions"]) == (2470, "10,00\xa0€", True)
    again = await entered(desk, number, {"id": "a", "amount": 999})
    assert (again.status_code, again.json()["code"]) == (409, "money_id_reused")
    assert "anderen Betrag" in again.json()["detail"]
    sheet = (await entered(desk, number, {"id": "b", "amount": 3470})).json()
    assert (sheet["due_minor"], sheet["money"]["refunded"]) == (0, "10,00\xa0€")
    assert [each["reason"] for each in sheet["refunds"]] == ["paid too much"]


@pytest.mark.parametrize("amount", [0, -1, 10**16, "x", 1.5])
async def test_what_is_no_amount_is_refused(desk: httpx.AsyncClient, shop: tuple[Tresen, str], amount: Any) -> None:
    number = await buying.buy(await Visitor.begin(shop[1]))
    assert (await entered(desk, number, {"id": "a", "amount": amount})).status_code == 422
