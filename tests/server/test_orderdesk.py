"""The order desk over HTTP: what operators do with an order, who hears of it, and what is refused."""

import asyncio
import csv
import io
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import buying
import httpx
import little_app
import pytest
import selling
from little_app import employ
from visitor import Visitor, frames_of, words

from tresen.bootstrap import Tresen
from tresen.conversation import mail
from tresen.counter import payments

ADDRESS = selling.ADDRESS
TOTAL = 2 * 1490 + 490


@dataclass
class Desk:
    app: Tresen
    url: str
    http: httpx.AsyncClient

    async def order(self, payment: str = "invoice", shipping: str = "parcel", locale: str = "de") -> "Bought":
        """Somebody buys two pairs of socks."""
        visitor = await Visitor.begin(self.url, locale)
        return Bought(await buying.buy(visitor, payment, shipping), visitor)

    async def get(self, path: str, **params: str) -> Any:
        return (await self.http.get(f"/v1/inbox{path}", params=params)).raise_for_status().json()

    async def do(self, path: str, body: Any = None, status: int = 200) -> Any:
        answer = await self.http.post(f"/v1/inbox{path}", json=body)
        assert answer.status_code == status, answer.text
        if status >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
        return answer.json()

    async def returned(self, bought: "Bought", lines: dict[str, int]) -> str:
        """The shopper announces a return; its number."""
        await buying.send_back(bought.visitor, bought.number, lines)
        return str((await self.get(f"/orders/{bought.number}"))["returns"][-1]["number"])


@dataclass
class Bought:
    number: str
    visitor: Visitor

    async def told(self) -> list[str]:
        """What automatic messages the shopper got."""
        events = (await self.visitor.snapshot())["events"]
        return [words(event) for event in events if event["event"] == "message.sent"]

    async def changes(self) -> list[str]:
        events = (await self.visitor.snapshot())["events"]
        return [event["change"] for event in events if event["event"] == "order.changed"]


@pytest.fixture(scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Tresen, str]]:
    async with little_app.store(tmp_path_factory.mktemp("desk")) as found:
        yield found


@pytest.fixture
async def desk(shop: tuple[Tresen, str]) -> AsyncIterator[Desk]:
    app, url = shop
    cookies = {"tresen_operator": await employ(app, f"Anna-{uuid.uuid4()}")}
    headers = {"X-Tresen": "1", "Accept-Language": "en"}
    async with httpx.AsyncClient(base_url=url, cookies=cookies, headers=headers, timeout=30) as http:
        yield Desk(app, url, http)


CALLS = [
    ("GET", "/v1/inbox/orders", None),
    ("GET", "/v1/inbox/orders.csv", None),
    ("GET", "/v1/inbox/orders/{number}", None),
    ("POST", "/v1/inbox/orders/{number}/ship", {"carrier": "Post", "tracking_code": "T1"}),
    ("POST", "/v1/inbox/orders/{number}/ready", None),
    ("POST", "/v1/inbox/orders/{number}/deliver", None),
    ("POST", "/v1/inbox/orders/{number}/cancel", {"reason": "x"}),
    ("POST", "/v1/inbox/orders/{number}/paid", None),
    ("POST", "/v1/inbox/orders/{number}/refund", {"id": "r1", "amount": 100, "reason": "x"}),
    ("POST", "/v1/inbox/orders/{number}/refunds/nothing/paid-out", None),
    ("POST", "/v1/inbox/orders/{number}/notes", {"text": "x"}),
    ("POST", "/v1/inbox/returns/{number}-R1/receive", {"restock": True}),
    ("POST", "/v1/inbox/returns/{number}-R1/decline", {"reason": "x"}),
]


async def test_only_operators_come_in_and_only_from_our_page(desk: Desk) -> None:
    bought = await desk.order()
    for method, target, body in CALLS:
        path = target.format(number=bought.number)
        for headers in ({}, {"Cookie": "tresen_operator=nonsense"}, bought.visitor.auth):
            told = {"X-Tresen": "1", **headers}
            answer = await bought.visitor.http.request(method, path, json=body, headers=told)
            assert (answer.status_code, answer.json()["code"]) == (401, "signed_out"), path
            assert answer.headers["content-type"] == "application/problem+json"
        if method == "POST":
            foreign = await desk.http.post(path, json=body, headers={"X-Tresen": "0"})
            assert (foreign.status_code, foreign.json()["code"]) == (422, "missing_header"), path
    found = await desk.get(f"/orders/{bought.number}")
    assert (found["state"], found["notes"]) == ("processing", [])


async def test_unknown_numbers_are_not_found(desk: Desk) -> None:
    for method, target, body in CALLS:
        if "{number}" in target:
            answer = await desk.http.request(method, target.format(number="SH-0000-0000"), json=body)
            assert answer.status_code in (404, 422), target
            assert answer.json()["code"] in ("unknown_order", "unknown_return"), target


async def test_a_new_order_is_news_until_somebody_looks(desk: Desk) -> None:
    before = (await desk.get("/orders"))["unseen"]
    bought = await desk.order()
    page = await desk.get("/orders")
    assert page["unseen"] == before + 1
    assert page["news"][0]["number"] == page["orders"][0]["number"] == bought.number
    line = page["orders"][0]
    assert (line["name"], line["total"], line["count"], line["unseen"]) == ("Erika Muster", "€34.70", 2, True)
    assert page["counts"]["processing"] >= 1
    await desk.get(f"/orders/{bought.number}")
    page = await desk.get("/orders")
    assert (page["unseen"], page["orders"][0]["unseen"]) == (before, False)


async def test_search_and_states(desk: Desk) -> None:
    bought = await desk.order()
    for word in ("erika muster", bought.number[-4:], "sock"):
        assert bought.number in [each["number"] for each in (await desk.get("/orders", q=word))["orders"]], word
    assert (await desk.get("/orders", q="nobody-of-this-name"))["orders"] == []
    assert bought.number not in [each["number"] for each in (await desk.get("/orders", state="shipped"))["orders"]]
    assert (await desk.http.get("/v1/inbox/orders", params={"state": "lost"})).json()["code"] == "bad_state"


async def test_the_sheet_has_everything_in_the_operators_language(desk: Desk) -> None:
    bought = await desk.order()
    sheet = await desk.get(f"/orders/{bought.number}")
    assert sheet["lines"][0]["quantity"] == sheet["lines"][0]["unsent"] == 2
    assert sheet["address"][:3] == ["Erika Muster", "Hauptstr. 5", "10115 Berlin"]
    assert sheet["conversation"] == bought.visitor.id
    assert sheet["actions"] == ["ship", "cancel", "paid"]
    assert sheet["money"]["total"] == "€34.70" and sheet["payments"][0]["state"] == "due"
    german = await desk.http.get(f"/v1/inbox/orders/{bought.number}", headers={"Accept-Language": "de"})
    assert german.json()["money"]["total"] == "34,70\xa0€"


async def test_ship_in_two_parcels_and_the_shopper_hears_of_both(desk: Desk) -> None:
    bought = await desk.order()
    parcel = {
        "id": "p1",
        "carrier": "Post",
        "tracking_code": "T1",
        "tracking_url": "https://post.example/T1",
        "lines": {"0": 1},
    }
    sheet = await desk.do(f"/orders/{bought.number}/ship", parcel)
    assert (sheet["state"], sheet["lines"][0]["unsent"], sheet["actions"][0]) == ("shipped", 1, "ship")
    assert sheet["fulfilments"][0]["tracking_code"] == "T1"
    again = await desk.do(f"/orders/{bought.number}/ship", parcel)
    assert again["fulfilments"] == sheet["fulfilments"]
    other = await desk.do(f"/orders/{bought.number}/ship", {**parcel, "tracking_code": "T9"}, 409)
    assert other["code"] == "parcel_id_reused"
    too_many = await desk.do(f"/orders/{bought.number}/ship", {**parcel, "id": "p2", "lines": {"0": 2}}, 422)
    assert too_many["code"] == "bad_parcel"
    sheet = await desk.do(f"/orders/{bought.number}/ship", {"carrier": "Post", "tracking_code": "T2"})
    assert "ship" not in sheet["actions"] and len(sheet["fulfilments"]) == 2
    told = await bought.told()
    assert len(told) == 3 and all(bought.number in text for text in told), "the confirmation and two parcels"
    assert "T1" in told[1] and "T2" in told[2]
    sheet = await desk.do(f"/orders/{bought.number}/deliver")
    assert sheet["state"] == "delivered"
    assert (await desk.do(f"/orders/{bought.number}/deliver", status=409))["code"] == "order_state"
    assert await bought.changes() == ["shipped", "shipped", "delivered"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example", "post.example/1"])
async def test_a_tracking_link_is_a_web_address(desk: Desk, url: str) -> None:
    bought = await desk.order()
    refused = await desk.do(f"/orders/{bought.number}/ship", {"carrier": "Post", "tracking_url": url}, 422)
    assert refused["code"] == "bad_tracking_url"
    assert (await desk.get(f"/orders/{bought.number}"))["fulfilments"] == []


async def test_pick_up(desk: Desk) -> None:
    bought = await desk.order(payment="on_pickup", shipping="pickup")
    sheet = await desk.get(f"/orders/{bought.number}")
    assert (sheet["pickup"], sheet["actions"]) == (True, ["make_ready", "cancel", "paid"])
    assert (await desk.do(f"/orders/{bought.number}/ready"))["state"] == "ready"
    assert (await desk.do(f"/orders/{bought.number}/paid"))["payments"][0]["state"] == "paid"
    assert (await desk.do(f"/orders/{bought.number}/paid", status=409))["code"] == "nothing_to_pay"
    assert (await desk.do(f"/orders/{bought.number}/deliver"))["state"] == "delivered"


async def test_cancel_keeps_the_reason_and_gives_the_money_back(desk: Desk) -> None:
    bought = await desk.order()
    await desk.do(f"/orders/{bought.number}/paid")
    assert (await desk.do(f"/orders/{bought.number}/cancel", {"reason": ""}, 422))["code"] == "invalid"
    sheet = await desk.do(f"/orders/{bought.number}/cancel", {"reason": "Lager leer"})
    assert (sheet["state"], sheet["refunds"][0]["amount"], sheet["actions"]) == ("cancelled", "€34.70", [])
    assert "Lager leer" in sheet["notes"][0]["text"] and sheet["notes"][0]["by"].startswith("Anna")
    assert (await desk.do(f"/orders/{bought.number}/cancel", {"reason": "again"}, 409))["code"] == "order_state"
    assert len(await bought.told()) == 3, "the confirmation, the thanks for the money, and the cancellation"


async def test_a_refund_is_made_once(desk: Desk) -> None:
    bought = await desk.order()
    body = {"id": "r1", "amount": 500, "reason": "Kratzer"}
    assert (await desk.do(f"/orders/{bought.number}/refund", body, 409))["code"] == "refund_too_much"
    await desk.do(f"/orders/{bought.number}/paid")
    sheets = await asyncio.gather(*(desk.do(f"/orders/{bought.number}/refund", body) for _ in range(5)))
    assert all(len(sheet["refunds"]) == 1 for sheet in sheets)
    assert sheets[0]["refundable_minor"] == TOTAL - 500
    reused = await desk.do(f"/orders/{bought.number}/refund", {**body, "amount": 501}, 409)
    assert reused["code"] == "refund_id_reused"
    more = await desk.do(f"/orders/{bought.number}/refund", {"id": "r2", "amount": TOTAL - 499, "reason": ""}, 409)
    assert more["code"] == "refund_too_much" and "29.70" in more["detail"]
    assert (await bought.changes()).count("refunded") == 1
    told = [text for text in await bought.told() if "5,00\xa0€" in text]
    assert len(told) == 1
    for wrong in ({"amount": 0}, {"amount": -5}, {"id": "a#b"}, {"amount": 1.5}):
        assert (await desk.do(f"/orders/{bought.number}/refund", {**body, **wrong}, 422))["code"] == "invalid"


async def test_a_refund_by_hand_is_ticked_off(desk: Desk) -> None:
    bought = await desk.order()
    await desk.do(f"/orders/{bought.number}/paid")
    sheet = await desk.do(f"/orders/{bought.number}/refund", {"id": "r1", "amount": 500, "reason": "x"})
    path = f"/orders/{bought.number}/refunds/{sheet['refunds'][0]['id']}/paid-out"
    assert (await desk.do(path, status=422))["code"] == "unknown_refund", "nobody has decided how yet"
    await payments.pay_back(desk.app.db, desk.app.till)
    assert (await desk.get(f"/orders/{bought.number}"))["refunds"][0]["state"] == "due"
    assert (await desk.do(path))["refunds"][0]["state"] == "done"
    assert (await desk.do(path, status=422))["code"] == "unknown_refund"


async def test_a_return_comes_in(desk: Desk) -> None:
    bought = await desk.order()
    await desk.do(f"/orders/{bought.number}/paid")
    await desk.do(f"/orders/{bought.number}/ship", {"carrier": "Post", "tracking_code": "T1"})
    await desk.do(f"/orders/{bought.number}/deliver")
    first = await desk.returned(bought, {"0": 1})
    asked = (await desk.get(f"/orders/{bought.number}"))["returns"][0]
    assert (asked["state"], asked["actions"], asked["refund"]) == ("asked", ["receive", "decline"], "€14.90")
    assert (await desk.get("/orders"))["orders"][0]["returns"] == 1
    sheet = await desk.do(f"/returns/{first}/receive", {"restock": False})
    assert (sheet["returns"][0]["state"], sheet["refunds"][0]["amount"]) == ("refunded", "€14.90")
    assert (await desk.do(f"/returns/{first}/receive", {}, 422))["code"] == "return_state"
    second = await desk.returned(bought, {"0": 1})
    sheet = await desk.do(f"/returns/{second}/decline", {"reason": "getragen"})
    assert sheet["returns"][1]["state"] == "declined" and "getragen" in sheet["notes"][-1]["text"]
    assert "getragen" not in " ".join(await bought.told())
    changes = [each for each in await bought.changes() if each.startswith("return_")]
    assert changes == ["return_received", "return_declined"]


async def test_notes_are_for_the_team(desk: Desk) -> None:
    bought = await desk.order()
    sheet = await desk.do(f"/orders/{bought.number}/notes", {"text": "Bitte als Geschenk"}, 201)
    assert sheet["notes"][0]["text"] == "Bitte als Geschenk" and sheet["notes"][0]["by"].startswith("Anna")
    assert (await desk.do(f"/orders/{bought.number}/notes", {"text": " "}, 422))["code"] == "empty_note"
    seen = json.dumps((await bought.visitor.snapshot())["events"])
    assert "Geschenk" not in seen
    async with desk.app.db.read() as tx:
        assert "Geschenk" not in json.dumps([each.text for each in await mail.listed(tx, ADDRESS["email"])])


async def test_the_export_runs_no_formula(desk: Desk) -> None:
    bought = await desk.order()
    answer = await desk.http.get("/v1/inbox/orders.csv", params={"q": bought.number})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"] and answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["number"], row["quantity"], row["order_total"]) for row in rows] == [(bought.number, "2", "34.70")]


async def test_the_stream_hears_of_new_and_changed_orders(desk: Desk) -> None:
    async with desk.http.stream("GET", "/v1/inbox/events") as response:
        frames = frames_of(response)
        assert (await anext(frames))["event"] == "inbox"
        bought = await desk.order()
        await _until(frames, bought.number)
        await desk.do(f"/orders/{bought.number}/notes", {"text": "x"}, 201)
        await _until(frames, bought.number)


async def _until(frames: AsyncIterator[dict[str, Any]], number: str) -> None:
    async for frame in frames:
        if frame["event"] == "orders" and frame["data"]["number"] == number:
            return


async def test_refusals_speak_german_too(desk: Desk) -> None:
    bought = await desk.order()
    body = {"carrier": "Post", "lines": {"7": 1}}
    answer = await desk.http.post(
        f"/v1/inbox/orders/{bought.number}/ship", json=body, headers={"Accept-Language": "de"}
    )
    assert answer.json()["detail"] == "Das ist nicht, was noch verschickt werden muss."


async def test_two_who_ship_at_once_send_one_parcel(desk: Desk) -> None:
    bought = await desk.order()
    body = {"carrier": "Post", "tracking_code": "T1"}
    path = f"/v1/inbox/orders/{bought.number}/ship"
    answers = await asyncio.gather(*(desk.http.post(path, json=body) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 422, 422, 422]
    assert len((await desk.get(f"/orders/{bought.number}"))["fulfilments"]) == 1
