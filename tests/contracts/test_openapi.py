"""The public contract, version 1: every call is there, every error is a problem, and no body breaks the server."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import services
from goods import product_id, variant_id
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from little_app import employ, furnish, served
from sqlalchemy import text
from visitor import Visitor

from tresen.kit.bus import LocalBus
from tresen.kit.clock import SystemClock
from tresen.kit.db import Database

CONTRACT = {
    "/v1/conversations": {"post"},
    "/v1/conversations/{conversation_id}": {"get"},
    "/v1/conversations/{conversation_id}/messages": {"post"},
    "/v1/conversations/{conversation_id}/events": {"get"},
    "/v1/conversations/{conversation_id}/feedback": {"post"},
    "/v1/conversations/{conversation_id}/cart": {"put"},
    "/v1/conversations/{conversation_id}/viewed": {"post"},
    "/v1/conversations/{conversation_id}/locale": {"put"},
    "/v1/conversations/{conversation_id}/identity": {"put"},
    "/v1/conversations/{conversation_id}/checkout": {"get", "put"},
    "/v1/conversations/{conversation_id}/checkout/link": {"post"},
    "/v1/conversations/{conversation_id}/quote": {"post"},
    "/v1/conversations/{conversation_id}/confirm": {"post"},
    "/v1/conversations/{conversation_id}/orders": {"get"},
    "/v1/conversations/{conversation_id}/orders/{number}": {"get"},
    "/v1/conversations/{conversation_id}/orders/{number}/cancel": {"post"},
    "/v1/conversations/{conversation_id}/orders/{number}/return": {"post"},
    "/v1/conversations/{conversation_id}/orders/{number}/address": {"post"},
    "/v1/conversations/{conversation_id}/codes": {"post"},
    "/v1/conversations/{conversation_id}/codes/{code}": {"delete"},
    "/v1/conversations/{conversation_id}/cart/link": {"post"},
    "/v1/conversations/{conversation_id}/cart/open": {"post"},
    "/v1/conversations/{conversation_id}/memory": {"get", "delete"},
    "/v1/conversations/{conversation_id}/memory/consent": {"put"},
    "/v1/chat": {"post"},
    "/v1/products/{product_id}": {"get"},
    "/v1/search": {"get"},
    "/v1/shop": {"get"},
    "/v1/documents/{document_id}": {"get"},
    "/v1/carts/{cart_id}": {"get"},
    "/v1/inbox/sessions": {"post", "delete"},
    "/v1/inbox/me": {"get"},
    "/v1/inbox/conversations": {"get"},
    "/v1/inbox/conversations/{conversation_id}": {"get"},
    "/v1/inbox/conversations/{conversation_id}/events": {"get"},
    "/v1/inbox/events": {"get"},
    "/v1/inbox/conversations/{conversation_id}/take-over": {"post"},
    "/v1/inbox/conversations/{conversation_id}/hand-back": {"post"},
    "/v1/inbox/conversations/{conversation_id}/messages": {"post"},
    "/v1/inbox/conversations/{conversation_id}/typing": {"post"},
    "/webhooks/{channel}": {"get", "post"},
    "/webhooks/payments/{provider}": {"post"},
    "/healthz": {"get"},
    "/readyz": {"get"},
}
ADDRESS = {
    "name": "Erika Muster", "street": "Hauptstr. 5", "postal_code": "10115", "city": "Berlin", "country": "DE",
    "extra": "", "region": "", "email": "erika@post.example", "phone": "+49 30 1234567",
}  # fmt: skip
# The bodies of the calls, as the contract names their fields.
FIELDS = {
    "/v1/conversations": {"locale": "de", "context": {"page": "/p", "product": product_id("Helm"), "referrer": ""}},
    "/v1/conversations/{id}/messages": {
        "id": "m", "text": "Hallo",
        "action": {"name": "set_quantity", "target": variant_id("Helm", "one"), "quantity": 1, "label": "x"},
    },
    "/v1/conversations/{id}/feedback": {"message": 1, "thumb": "up", "words": "gut"},
    "/v1/conversations/{id}/cart": {"variant_id": variant_id("Helm", "one"), "quantity": 1},
    "/v1/conversations/{id}/viewed": {"product": product_id("Helm")},
    "/v1/conversations/{id}/locale": {"locale": "en"},
    "/v1/conversations/{id}/identity": {"identity": "a.b.c"},
    "/v1/conversations/{id}/checkout": {"address": ADDRESS, "shipping": "parcel", "payment": "invoice"},
    "/v1/conversations/{id}/confirm": {"nonce": "n" * 32, "total": 1290},
    "/v1/conversations/{id}/orders/K-1/return": {"lines": {"0": 1}, "kind": "withdrawal", "reason": "zu klein"},
    "/v1/conversations/{id}/orders/K-1/address": ADDRESS,
    "/v1/conversations/{id}/codes": {"code": "HALLO10"},
    "/v1/conversations/{id}/cart/open": {"token": "t" * 32},
    "/v1/conversations/{id}/memory/consent": {"viewed": True},
    "/v1/chat": {"text": "Hallo", "conversation": "", "token": "", "locale": "de"},
    "/v1/inbox/sessions": {"login": "anna", "password": "geheim"},
    "/v1/inbox/conversations/{id}/messages": {"id": "r", "text": "Hallo", "product_id": product_id("Helm")},
}  # fmt: skip
PUTS = ("/cart", "/locale", "/identity", "/checkout", "/consent")


@dataclass
class Fuzzed:
    """A running shop, a shopper and an operator in it."""

    http: httpx.AsyncClient
    visitor: Visitor

    async def send(self, path: str, content: bytes) -> httpx.Response:
        method = "PUT" if path.endswith(PUTS) else "POST"
        headers = {**self.visitor.auth, "X-Tresen": "1", "Content-Type": "application/json"}
        return await self.http.request(method, path.format(id=self.visitor.id), content=content, headers=headers)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
async def fuzzed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fuzzed]:
    """Without a worker: what is posted here is not worth an answer."""
    home = tmp_path_factory.mktemp("fuzzed")
    shared: dict[str, Any] = {}
    if request.param == "postgresql":
        shared = {"database_url": services.postgres()}
        database = Database(shared["database_url"], SystemClock(), LocalBus())
        async with database.write() as tx:
            await tx.execute(text("DROP SCHEMA public CASCADE"))
            await tx.execute(text("CREATE SCHEMA public"))
        await database.close()
    await furnish(home, **shared)
    async with served(home, work=False, **shared) as (app, url):
        cookies = {"tresen_operator": await employ(app, "Anna")}
        visitor = await Visitor.begin(url, "de")
        async with httpx.AsyncClient(base_url=url, cookies=cookies, timeout=20) as http:
            await http.post(f"/v1/inbox/conversations/{visitor.id}/take-over", headers={"X-Tresen": "1"})
            yield Fuzzed(http, visitor)


def is_problem(answer: httpx.Response) -> None:
    assert answer.headers["content-type"] == "application/problem+json", (answer.status_code, answer.text)
    told = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= set(told) <= {
        "type", "title", "status", "detail", "code", "hint", "fields",
    }  # fmt: skip
    assert told["status"] == answer.status_code
    assert told["code"] and len(told["detail"]) > 5
    assert "Traceback" not in answer.text


async def test_every_call_of_the_contract_is_described(fuzzed: Fuzzed) -> None:
    described = (await fuzzed.http.get("/openapi.json")).json()
    found = {path: set(calls) for path, calls in described["paths"].items()}
    assert {path: found.get(path, set()) & calls for path, calls in CONTRACT.items()} == CONTRACT
    names = [call["operationId"] for calls in described["paths"].values() for call in calls.values()]
    assert len(names) == len(set(names))
    for path, calls in described["paths"].items():
        for call in calls.values():
            assert call.get("description") or call.get("summary"), path


async def test_every_error_is_a_problem(fuzzed: Fuzzed) -> None:
    wrong = [
        ("GET", "/v1/nothing", 404), ("GET", "/nothing", 404), ("PATCH", "/v1/shop", 405), ("GET", "/static/x", 404),
        ("GET", "/media/x.svg", 404), ("GET", "/media/x.png", 404), ("GET", "/v1/products/x", 404),
        ("GET", "/v1/search?limit=x", 422), ("POST", "/v1/chat", 422), ("POST", "/webhooks/x", 404),
        ("GET", f"/v1/conversations/{fuzzed.visitor.id}", 401), ("GET", "/v1/carts/x", 401),
        ("POST", "/v1/inbox/conversations/x/take-over", 422), ("GET", "/v1/inbox/conversations/x", 404),
    ]  # fmt: skip
    for method, path, status in wrong:
        answer = await fuzzed.http.request(method, path)
        assert answer.status_code == status, path
        is_problem(answer)


@pytest.mark.parametrize(
    "value",
    ["a\x00b", "\ud800", "\u202e\u200b", "𝕏" * 50, 10**40, 1e308, [], None, "", {"\ud800": 1}, "x" * 5000,
     "99999999999999999999"],
    ids=repr,
)  # fmt: skip
async def test_one_odd_value_in_each_field_is_answered(fuzzed: Fuzzed, value: Any) -> None:
    for path, fields in FIELDS.items():
        bodies = [{**fields, name: value} for name in fields] + [value, {**fields, "more": value}]
        bodies += [{**fields, key: {**inner, name: value}} for key, inner in fields.items() if isinstance(inner, dict)
                   for name in inner]  # fmt: skip
        for body in bodies:
            if path == "/v1/chat":
                body = {**body, "conversation": "nobody"} if isinstance(body, dict) else body
            answer = await fuzzed.send(path, json.dumps(body).encode())
            assert answer.status_code < 500, (path, body, answer.text)
            if answer.status_code >= 400:
                is_problem(answer)


@pytest.mark.parametrize("odd", ["%00", "a%00b", "%ED%A0%80", "%FF", "x" * 3000, "%F0%9D%95%8F", ".", "%2e%2e"])
async def test_odd_addresses_are_answered(fuzzed: Fuzzed, odd: str) -> None:
    headers = {**fuzzed.visitor.auth, "X-Tresen": "1"}
    calls = [(method, path) for path, methods in CONTRACT.items() for method in methods if "{" in path]
    for method, path in calls:
        target = path.split("{")[0] + odd + path.split("}")[1]
        answer = await fuzzed.http.request(method, target, headers=headers)
        assert answer.status_code < 500, (method, target, answer.text)
    for query in ("q", "brand", "category", "color", "locale", "sort", "limit"):
        answer = await fuzzed.http.get(f"/v1/search?{query}={odd}")
        assert answer.status_code < 500, (query, answer.text)
    for path in (f"/inbox?key={odd}", f"/v1/shop?locale={odd}", f"/v1/inbox/conversations?state={odd}"):
        assert (await fuzzed.http.get(path)).status_code < 500, path


@pytest.mark.parametrize("cursor", ["²", "١", "-1", "1e3", "9" * 5000, "", "0x1", "\xff", "1,2"])
async def test_odd_cursors_are_answered(fuzzed: Fuzzed, cursor: str) -> None:
    for base in ("/v1", "/v1/inbox"):
        path = f"{base}/conversations/{fuzzed.visitor.id}/events"
        headers = [(name.encode(), value.encode()) for name, value in fuzzed.visitor.auth.items()]
        try:
            raw = cursor.encode("latin-1")
        except UnicodeEncodeError:
            raw = cursor.encode()
        async with fuzzed.http.stream("GET", path, headers=[*headers, (b"last-event-id", raw)]) as answer:
            if answer.status_code == 200:
                assert cursor.strip() in ("", "1")
                continue
            await answer.aread()
        assert answer.status_code in (400, 410, 422), answer.text
        is_problem(answer)
        if not cursor.startswith("-") and cursor.isascii():
            bad = await fuzzed.http.get(path, params={"after": cursor}, headers=fuzzed.visitor.auth)
            assert bad.status_code in (410, 422)


odd_text = st.text(st.characters(), max_size=20)  # surrogates and NUL included
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | odd_text
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_text, inner, max_size=3), max_leaves=6
)


def like(fields: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Bodies with the right names and any values, now and then the right ones."""
    return st.fixed_dictionaries({}, optional={name: st.just(value) | anything for name, value in fields.items()})


@pytest.mark.parametrize("path", FIELDS)
@settings(
    max_examples=6, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
async def test_no_body_breaks_the_server(fuzzed: Fuzzed, path: str, data: st.DataObject) -> None:
    body = data.draw(like(FIELDS[path]) | anything)
    if path == "/v1/chat" and isinstance(body, dict):
        body["conversation"] = "nobody"  # else it waits for an answer that nobody gives
    answer = await fuzzed.send(path, json.dumps(body).encode())
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        is_problem(answer)
