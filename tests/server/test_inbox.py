"""The inbox over HTTP: who may in, what waits first, and one operator at a time."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from goods import product_id, variant_id
from little_app import employ, furnish, served
from visitor import Visitor, frames_of, part, words

from tresen.bootstrap import Tresen
from tresen.conversation import operators
from tresen.kit.ids import secret

Hire = Callable[[str], Any]
HUMAN = "Ich möchte mit einem Menschen sprechen"


@pytest.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Tresen, str]]:
    home = tmp_path_factory.mktemp("inbox")
    await furnish(home)
    async with served(home) as (app, url):
        yield app, url


@pytest.fixture
def url(office: tuple[Tresen, str]) -> str:
    return office[1]


@pytest.fixture
async def hire(office: tuple[Tresen, str]) -> AsyncIterator[Hire]:
    """Operators who are signed in; their logins are new in each test."""
    async with AsyncExitStack() as stack:

        async def hired(name: str) -> httpx.AsyncClient:
            cookies = {"tresen_operator": await employ(office[0], f"{name}-{uuid.uuid4()}")}
            client = httpx.AsyncClient(base_url=office[1], cookies=cookies, headers={"X-Tresen": "1"}, timeout=20)
            return await stack.enter_async_context(client)

        yield hired


def path(visitor: Visitor, rest: str = "") -> str:
    return f"/v1/inbox/conversations/{visitor.id}{rest}"


async def listed(http: httpx.AsyncClient, state: str) -> list[dict[str, Any]]:
    answer = (await http.get("/v1/inbox/conversations", params={"state": state})).raise_for_status()
    return list(answer.json()["conversations"])


async def waiting(url: str) -> Visitor:
    visitor = await Visitor.begin(url, "de")
    await visitor.say(HUMAN)
    return visitor


CALLS = [
    ("GET", "/v1/inbox/me", None),
    ("GET", "/v1/inbox/conversations", None),
    ("GET", "/v1/inbox/events", None),
    ("GET", "/v1/inbox/conversations/{id}", None),
    ("GET", "/v1/inbox/conversations/{id}/events", None),
    ("POST", "/v1/inbox/conversations/{id}/take-over", None),
    ("POST", "/v1/inbox/conversations/{id}/hand-back", None),
    ("POST", "/v1/inbox/conversations/{id}/typing", None),
    ("POST", "/v1/inbox/conversations/{id}/messages", {"id": "1", "text": "hi"}),
    ("DELETE", "/v1/inbox/sessions", None),
]


@pytest.mark.parametrize(("method", "target", "body"), CALLS)
async def test_only_operators_come_in(url: str, method: str, target: str, body: Any) -> None:
    visitor = await Visitor.begin(url)
    target = target.format(id=visitor.id)
    for cookie in ("", "tresen_operator=nonsense", f"tresen_operator={visitor.token}"):
        headers = {"X-Tresen": "1", **visitor.auth, **({"Cookie": cookie} if cookie else {})}
        answer = await visitor.http.request(method, target, json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "target", "body"), [call for call in CALLS if call[0] != "GET"])
async def test_a_call_from_another_site_changes_nothing(
    url: str, hire: Hire, method: str, target: str, body: Any
) -> None:
    visitor, anna = await Visitor.begin(url), await hire("Anna")
    del anna.headers["X-Tresen"]
    answer = await anna.request(method, target.format(id=visitor.id), json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "missing_header")
    assert (await anna.get("/v1/inbox/me")).status_code == 200
    assert (await visitor.snapshot())["owner"] == "agent"


async def test_an_operators_cookie_opens_no_shoppers_door(url: str, hire: Hire) -> None:
    visitor, anna = await Visitor.begin(url), await hire("Anna")
    assert (await anna.get(visitor.path)).status_code == 401


async def test_signing_in_and_out(office: tuple[Tresen, str]) -> None:
    app, url = office
    login, password = f"a-{uuid.uuid4()}", secret()
    async with app.db.write() as tx:
        await operators.add(tx, login, "Anna", password)
    async with httpx.AsyncClient(base_url=url, headers={"X-Tresen": "1"}) as http:
        answer = await http.post("/v1/inbox/sessions", json={"login": login, "password": password})
        assert (answer.status_code, answer.content) == (204, b"")
        flags = [each.strip() for each in answer.headers["set-cookie"].lower().split(";")]
        assert {"httponly", "samesite=strict", "path=/", "max-age=43200"} <= set(flags)
        assert "secure" not in flags, "this shop is not served over https"
        me = (await http.get("/v1/inbox/me")).json()
        assert (me["name"], me["login"]) == ("Anna", login)
        old = {"Cookie": f"tresen_operator={http.cookies['tresen_operator']}"}
        answer = await http.delete("/v1/inbox/sessions")
        assert answer.status_code == 204
        assert "tresen_operator" not in http.cookies
        assert (await http.get("/v1/inbox/me", headers=old)).status_code == 401


async def test_wrong_login_and_wrong_password_are_one_answer(office: tuple[Tresen, str]) -> None:
    app, url = office
    login = f"a-{uuid.uuid4()}"
    async with app.db.write() as tx:
        await operators.add(tx, login, "Anna", secret())
    async with httpx.AsyncClient(base_url=url) as http:
        tries = [{"login": login, "password": "wrong"}, {"login": "nobody", "password": "wrong"}]
        one, two = [await http.post("/v1/inbox/sessions", json=each) for each in tries]
    assert one.status_code == two.status_code == 401
    assert one.json() == two.json()
    assert "set-cookie" not in one.headers


async def test_a_one_time_link_works_once(office: tuple[Tresen, str]) -> None:
    app, url = office
    async with app.db.write() as tx:
        anna = await operators.add(tx, f"a-{uuid.uuid4()}", "Anna", secret())
        key = await operators.one_time_link(tx, anna.id)
    async with httpx.AsyncClient(base_url=url) as http:
        await http.head("/inbox", params={"key": key})  # a preview in a messenger must not use it up
        first = await http.get("/inbox", params={"key": key})
        assert (first.status_code, first.headers["location"]) == (303, "/inbox")
        assert (await http.get("/v1/inbox/me")).json()["id"] == anna.id
        http.cookies.clear()
        again = await http.get("/inbox", params={"key": key})
        assert (again.status_code, again.headers["location"]) == (303, "/inbox?expired=1")
        assert "set-cookie" not in again.headers
        assert (await http.get("/inbox?expired=1")).status_code == 200


async def test_who_waits_longest_comes_first(url: str, hire: Hire) -> None:
    anna = await hire("Anna")
    before = len(await listed(anna, "waiting"))
    first, second = await waiting(url), await waiting(url)
    await first.post("Hallo?")  # news do not change the place in the queue
    rows = await listed(anna, "waiting")
    assert [row["id"] for row in rows[before:]] == [first.id, second.id]
    row = rows[before]
    assert row["owner"] == "waiting"
    assert row["department"] and row["promised_by"] > row["waiting_since"]
    assert row["channel"] == "web" and row["locale"] == "de"
    assert [row["id"] for row in await listed(anna, "all")][: before + 2] == [row["id"] for row in rows]
    assert not {first.id, second.id} & {row["id"] for row in await listed(anna, "agent")}


async def test_the_others_come_newest_first(url: str, hire: Hire) -> None:
    anna = await hire("Anna")
    one, two, empty = [await Visitor.begin(url) for _ in range(3)]
    for visitor in (one, two, one):
        await visitor.say("Hallo")
    rows = await listed(anna, "agent")
    assert [row["id"] for row in rows][:2] == [one.id, two.id]
    assert empty.id not in {row["id"] for row in rows}, "nobody has written there"
    assert rows[0]["last_from"] == "agent" and rows[0]["last_text"]
    counts = (await anna.get("/v1/inbox/conversations")).json()["counts"]
    assert counts["agent"] == len(rows) and counts["mine"] == 0
    assert (await anna.get("/v1/inbox/conversations", params={"state": "theirs"})).status_code == 422


async def test_one_operator_at_a_time(url: str, hire: Hire) -> None:
    visitor, anna, ben = await waiting(url), await hire("Anna"), await hire("Ben")
    assert (await ben.post(path(visitor, "/messages"), json={"id": "1", "text": "hi"})).json()["code"] == "not_owner"
    assert (await anna.post(path(visitor, "/take-over"))).status_code == 204
    assert (await anna.post(path(visitor, "/take-over"))).status_code == 204
    late = await ben.post(path(visitor, "/take-over"))
    assert (late.status_code, late.json()["code"]) == (409, "owned_by_other")
    assert late.json()["detail"]
    answer = await ben.post(path(visitor, "/messages"), json={"id": "1", "text": "hi"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_owner")
    assert [row["id"] for row in await listed(anna, "mine")] == [visitor.id]
    assert await listed(ben, "mine") == []
    me = (await anna.get("/v1/inbox/me")).json()
    assert (await anna.get(path(visitor))).json()["owner"] == f"operator:{me['id']}"


async def test_nobody_hands_anothers_conversation_back(url: str, hire: Hire) -> None:
    visitor, anna, ben = await waiting(url), await hire("Anna"), await hire("Ben")
    await anna.post(path(visitor, "/take-over"))
    refused = await ben.post(path(visitor, "/hand-back"))
    assert (refused.status_code, refused.json()["code"]) == (409, "not_yours")
    german = await ben.post(path(visitor, "/hand-back"), headers={"Accept-Language": "de"})
    assert "jemand anderes" in german.json()["detail"]
    assert (await visitor.snapshot())["owner"] == "operator"
    assert (await anna.post(path(visitor, "/hand-back"))).status_code == 204
    other = await waiting(url)
    assert (await ben.post(path(other, "/hand-back"))).status_code == 204, "who waits may be sent back by anybody"


async def test_the_list_tells_what_is_in_the_cart(url: str, hire: Hire) -> None:
    visitor, anna = await waiting(url), await hire("Anna")
    assert next(row for row in await listed(anna, "waiting") if row["id"] == visitor.id)["cart_total"] == ""
    body = {"variant_id": variant_id("Helm", "one"), "quantity": 2}
    (await visitor.http.put(f"{visitor.path}/cart", json=body, headers=visitor.auth)).raise_for_status()
    row = next(row for row in await listed(anna, "waiting") if row["id"] == visitor.id)
    assert row["cart_total"] == (await visitor.snapshot())["cart"]["total"] == "178,00\xa0€"


async def test_two_who_take_over_at_once_are_one(url: str, hire: Hire) -> None:
    visitor, staff = await waiting(url), [await hire(f"O{number}") for number in range(4)]
    answers = await asyncio.gather(*(each.post(path(visitor, "/take-over")) for each in staff))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409]


async def test_replies_arrive_once_with_the_name(url: str, hire: Hire) -> None:
    visitor, anna = await waiting(url), await hire("Anna")
    await anna.post(path(visitor, "/take-over"))
    body = {"id": "r1", "text": "Hallo, hier ist Anna"}
    posts = await asyncio.gather(*(anna.post(path(visitor, "/messages"), json=body) for _ in range(4)))
    assert {answer.status_code for answer in posts} == {202}
    assert len({answer.json()["seq"] for answer in posts}) == 1
    seen = (await visitor.snapshot())["events"]
    replies = [event for event in seen if event["event"] == "message.sent" and event["sender"].startswith("operator:")]
    assert [(words(reply), reply["label"][:4]) for reply in replies] == [("Hallo, hier ist Anna", "Anna")]
    snapshot = await visitor.snapshot()
    assert snapshot["owner"] == "operator" and snapshot["operator"].startswith("Anna")


async def test_an_operator_shows_a_product(url: str, hire: Hire) -> None:
    visitor, anna = await waiting(url), await hire("Anna")
    await anna.post(path(visitor, "/take-over"))
    answer = await anna.post(path(visitor, "/messages"), json={"id": "r1", "product_id": product_id("Helm")})
    assert answer.status_code == 202
    (card,) = part((await visitor.snapshot())["events"][-1], "cards")["cards"]
    assert (card["title"], card["price"]) == ("Helm auf Deutsch", "89,00\xa0€")
    unknown = await anna.post(path(visitor, "/messages"), json={"id": "r2", "product_id": "p_nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_product")
    for empty in ({"id": "r3"}, {"id": "r3", "text": " \n"}, {"id": "r3", "text": "\u200b"}):
        refused = await anna.post(path(visitor, "/messages"), json=empty)
        assert (refused.status_code, refused.json()["code"]) == (422, "empty_message")


async def test_the_agent_is_silent_until_handed_back(url: str, hire: Hire) -> None:
    visitor, anna = await waiting(url), await hire("Anna")
    await anna.post(path(visitor, "/take-over"))
    seq = (await visitor.post("Hallo?")).json()["seq"]
    await asyncio.sleep(0.3)
    assert (await visitor.snapshot())["last_seq"] == seq
    assert (await anna.post(path(visitor, "/hand-back"))).status_code == 204
    async for frame in visitor.stream(seq):
        if frame["event"] == "message.sent":
            assert frame["data"]["sender"] == "agent"
            break
    assert (await visitor.snapshot())["owner"] == "agent"
    assert (await anna.post(path(visitor, "/messages"), json={"id": "9", "text": "?"})).json()["code"] == "not_owner"


async def test_the_operator_reads_everything_the_shopper_little(url: str, hire: Hire) -> None:
    visitor, anna = await Visitor.begin(url, "de"), await hire("Anna")
    await visitor.say("Zeig mir einen Helm")
    await visitor.say(HUMAN)
    whole = (await anna.get(path(visitor))).json()
    names = {event["event"] for event in whole["events"]}
    assert {"model.replied", "tool.returned", "handover.asked", "owner.changed"} <= names
    assert "Zeig mir einen Helm" in whole["brief"]
    assert whole["cart"]["count"] == 0 and whole["shopper"]["id"]
    seen: list[dict[str, Any]] = []
    async with anna.stream("GET", path(visitor, "/events"), headers={"Last-Event-ID": "0"}) as response:
        async for frame in frames_of(response):
            seen.append(frame)
            if frame["id"] == whole["events"][-1]["seq"]:
                break
    stored = [{"event": frame["event"], **frame["data"]} for frame in seen if frame["id"]]
    assert stored == whole["events"]
    wrong = await anna.get(path(visitor, "/events"), headers={"Last-Event-ID": "9999"})
    assert (wrong.status_code, wrong.json()["code"]) == (410, "expired_cursor")


async def test_typing_is_seen_and_not_kept(url: str, hire: Hire) -> None:
    visitor, anna = await waiting(url), await hire("Anna")
    last = (await visitor.snapshot())["last_seq"]

    async def first_hint() -> dict[str, Any]:
        async for frame in visitor.stream(last):
            return frame
        raise AssertionError("no hint")

    hint = asyncio.create_task(first_hint())
    for _ in range(50):
        assert (await anna.post(path(visitor, "/typing"))).status_code == 204
        await asyncio.sleep(0.05)
        if hint.done():
            break
    frame = await hint
    assert (frame["id"], frame["event"], frame["data"]["who"]) == (0, "typing", "operator")
    assert frame["data"]["label"].startswith("Anna")
    assert (await visitor.snapshot())["last_seq"] == last


async def test_the_list_hears_of_every_change(url: str, hire: Hire) -> None:
    visitor, anna = await Visitor.begin(url), await hire("Anna")
    async with anna.stream("GET", "/v1/inbox/events") as response:
        frames = frames_of(response)
        await anext(frames)  # says that the stream is open
        seq = (await visitor.post("Hallo")).json()["seq"]
        async for frame in frames:
            assert frame["event"] == "inbox"
            if frame["data"]["conversation"] == visitor.id:
                assert frame["data"] == {"conversation": visitor.id, "seq": seq, "event": "message.received"}
                break


async def test_unknown_conversations_are_not_found(hire: Hire) -> None:
    anna = await hire("Anna")
    for method, target, body in CALLS:
        if "{id}" in target:
            answer = await anna.request(method, target.format(id="nobody"), json=body)
            expected = 204 if target.endswith("/typing") else 404
            assert answer.status_code == expected, target
