"""The HTTP contract of conversations: right statuses, helpful sentences, streams that resume."""

import asyncio
from typing import Any

import httpx
import pytest
from visitor import Visitor, frames_of, words


async def collected(visitor: Visitor, after: int = 0, until: int | None = None) -> list[dict[str, Any]]:
    """Stored events of the stream from `after` on, up to seq `until`."""
    found: list[dict[str, Any]] = []
    last = until or (await visitor.snapshot())["events"][-1]["seq"]
    async for frame in visitor.stream(after):
        if frame["id"]:
            found.append(frame)
        if frame["id"] >= last:
            return found
    raise AssertionError("the stream ended early")


async def test_a_conversation_begins_with_who_speaks(url: str) -> None:
    visitor = await Visitor.begin(url, "de")
    assert visitor.greeting["notice"] == "Du sprichst mit dem Assistenten des Shops (KI)."
    assert len(visitor.greeting["choices"]) == 3
    assert len(visitor.token) >= 32


async def test_a_message_streams_and_is_answered(url: str) -> None:
    visitor = await Visitor.begin(url, "de")
    answer = await visitor.say("Zeig mir Laufsocken")
    names = [frame["event"] for frame in visitor.frames]
    assert names.index("message.received") < names.index("turn.started") < names.index("message.sent")
    assert "text.delta" in names
    assert answer["sender"] == "agent"
    assert [each["type"] for each in answer["parts"]][:2] == ["text", "cards"]


async def test_what_was_streamed_is_what_is_stored(url: str) -> None:
    visitor = await Visitor.begin(url, "de")
    answer = await visitor.say("Zeig mir Laufsocken")
    deltas = ""
    for frame in visitor.frames:
        deltas = "" if frame["event"] == "text.reset" else deltas + frame["data"].get("text", "")
    assert words(answer).startswith(deltas.strip()[:40])


async def test_the_same_message_twice_is_one_message(url: str) -> None:
    visitor = await Visitor.begin(url)
    first = (await visitor.post("Hallo", id="same")).json()
    posts = await asyncio.gather(*(visitor.post("Hallo", id="same") for _ in range(10)))
    assert {post.json()["seq"] for post in posts} == {first["seq"]}
    conflict = await visitor.post("Etwas anderes", id="same")
    assert conflict.status_code == 409
    assert conflict.json()["code"] == "id_reused"


async def test_a_stream_cut_after_every_event_resumes_exactly(url: str) -> None:
    visitor = await Visitor.begin(url)
    for text in ("Zeig mir Laufsocken", "Wie lange habe ich Rückgaberecht?"):
        await visitor.say(text)
    whole = await collected(visitor)
    for cut in range(len(whole)):
        rest = await collected(visitor, after=whole[cut - 1]["id"] if cut else 0, until=whole[-1]["id"])
        assert whole[:cut] + rest == whole


async def test_a_reader_that_leaves_does_not_stop_the_turn(url: str) -> None:
    visitor = await Visitor.begin(url)
    await visitor.post("Zeig mir Laufsocken")
    async for frame in visitor.stream():
        if frame["event"] == "turn.started":
            break
    for _ in range(200):
        if any(event["event"] == "message.sent" for event in (await visitor.snapshot())["events"]):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("nobody answered")


async def test_two_readers_see_the_same(url: str) -> None:
    visitor = await Visitor.begin(url)
    await visitor.say("Hallo")
    one, two = await asyncio.gather(collected(visitor), collected(visitor))
    assert one == two


async def test_the_shopper_never_sees_what_is_for_operators(url: str) -> None:
    visitor = await Visitor.begin(url)
    await visitor.say("Ich möchte mit einem Menschen sprechen")
    for frame in await collected(visitor):
        assert frame["event"] not in ("model.replied", "tool.returned")
        assert not {"brief", "contact_id", "external_id", "reason", "withheld"} & set(frame["data"])


async def test_chat_in_one_call(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=60) as http:
        async with http.stream("POST", "/v1/chat", json={"text": "Zeig mir Helme", "locale": "de"}) as response:
            frames = [frame async for frame in frames_of(response)]
        assert frames[0]["event"] == "conversation"
        assert frames[-1]["event"] == "message.sent"
        known = {"conversation": frames[0]["data"]["id"], "token": frames[0]["data"]["token"]}
        async with http.stream("POST", "/v1/chat", json={"text": "Einen Menschen bitte", **known}) as response:
            frames = [frame async for frame in frames_of(response)]
    assert "handover.asked" in [frame["event"] for frame in frames]
    assert frames[-1]["data"]["sender"] == "system"


async def test_feedback_is_kept_and_only_on_answers(url: str) -> None:
    visitor = await Visitor.begin(url)
    answer = await visitor.say("Hallo")
    path = f"{visitor.path}/feedback"
    thumb = await visitor.http.post(path, json={"message": answer["seq"], "thumb": "up"}, headers=visitor.auth)
    assert thumb.status_code == 204
    wrong = await visitor.http.post(path, json={"message": 1, "thumb": "up"}, headers=visitor.auth)
    assert wrong.status_code == 404
    assert (await visitor.snapshot())["events"][-1]["thumb"] == "up"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"id": "1", "text": "x" * 20_000}, 413, "too_long"),
        ({"id": "1", "text": "x" * 100_000}, 413, "too_large"),
        ({"id": "1", "text": "   \u200b\u0000 "}, 422, "empty_message"),
        ({"id": "1"}, 422, "empty_message"),
        ({"text": "no id"}, 422, "invalid"),
        ({"id": "1", "text": "hi", "discount": 100}, 422, "invalid"),
        ({"id": "1", "action": {"name": "drop_tables"}}, 422, "invalid"),
        ({"id": "x" * 500, "text": "hi"}, 422, "invalid"),
        ([1, 2, 3], 422, "invalid"),
    ],
)
async def test_bad_messages_are_refused_with_a_sentence(url: str, body: Any, status: int, code: str) -> None:
    visitor = await Visitor.begin(url)
    response = await visitor.http.post(f"{visitor.path}/messages", json=body, headers=visitor.auth)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.json()["detail"]) > 10
    assert (await visitor.snapshot())["last_seq"] == 0


async def test_binary_junk_is_refused(url: str) -> None:
    visitor = await Visitor.begin(url)
    headers = {**visitor.auth, "Content-Type": "application/json"}
    for junk in (b"\x00\xff\xfe" * 100, b"{", b"[" * 5000):
        response = await visitor.http.post(f"{visitor.path}/messages", content=junk, headers=headers)
        assert response.status_code in (400, 422)
        assert "code" in response.json()


async def test_only_the_token_of_a_conversation_opens_it(url: str) -> None:
    mine, other = await Visitor.begin(url), await Visitor.begin(url)
    calls = [("GET", "", None), ("GET", "/events", None), ("POST", "/messages", {"id": "1", "text": "hi"}),
             ("PUT", "/cart", {"variant_id": "v", "quantity": 1}), ("POST", "/feedback", {"message": 1}),
             ("POST", "/viewed", {"product": "p"}), ("PUT", "/locale", {"locale": "en"})]  # fmt: skip
    for method, path, body in calls:
        target = mine.path + path
        foreign = await mine.http.request(method, target, json=body, headers=other.auth)
        unknown = await mine.http.request(method, "/v1/conversations/nobody" + path, json=body, headers=other.auth)
        bare = await mine.http.request(method, target, json=body)
        wrong = await mine.http.request(method, target, json=body, headers={"Authorization": "Bearer nonsense"})
        assert [foreign.status_code, unknown.status_code, bare.status_code, wrong.status_code] == [404, 404, 401, 404]
        assert foreign.json() == unknown.json()


@pytest.mark.parametrize(("cursor", "status", "code"), [("abc", 410, "bad_cursor"), ("99999", 410, "expired_cursor")])
async def test_a_wrong_cursor_is_told_what_to_do(url: str, cursor: str, status: int, code: str) -> None:
    visitor = await Visitor.begin(url)
    headers = {**visitor.auth, "Last-Event-ID": cursor}
    response = await visitor.http.get(f"{visitor.path}/events", headers=headers)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert "last_seq" in response.json()["hint"]


async def test_unknown_paths_are_problems_too(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        response = await http.get("/v1/nothing")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


async def test_an_unknown_channel_names_those_there_are(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        response = await http.post("/webhooks/pigeon", content=b"{}")
    assert response.status_code == 404
    assert response.json()["code"] == "unknown_channel"
