"""What a server refuses before it thinks: too many calls, too long bodies, other sites; and what every page carries."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import services
from little_app import furnish, served
from visitor import Visitor

from tresen.conversation import operators
from tresen.kit.ids import secret

PAGES = ("/demo", "/inbox", "/widget.js", "/static/inbox.js", "/healthz", "/v1/shop", "/v1/nothing")
PARTNER, STRANGER = "https://shop.example", "https://evil.example"


@pytest.fixture(scope="module")
async def url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A server of a public shop that embeds the widget on one other site."""
    home = tmp_path_factory.mktemp("limits")
    await furnish(home)
    async with served(home, allowed_origins=[PARTNER], public_url="https://chat.example") as (_, address):
        yield address


def is_too_many(answer: httpx.Response) -> bool:
    if answer.status_code != 429:
        return False
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "too_many_requests"
    assert int(answer.headers["retry-after"]) > 0
    return True


async def test_one_address_may_ask_so_often(tmp_path: Path) -> None:
    async with served(tmp_path, requests_per_minute=5) as (_, url), httpx.AsyncClient(base_url=url) as http:
        answers = [await http.get("/v1/shop") for _ in range(7)]
        assert [is_too_many(answer) for answer in answers] == [False] * 5 + [True] * 2
        assert is_too_many(await http.get("/v1/shop", headers={"Forwarded": "for=203.0.113.7"}))
        for path in ("/healthz", "/demo"):  # a probe is never locked out
            assert (await http.get(path)).status_code == 200


async def test_one_conversation_may_say_so_much(tmp_path: Path) -> None:
    async with served(tmp_path, work=False, messages_per_minute=3) as (_, url):
        loud, calm = await Visitor.begin(url), await Visitor.begin(url)
        answers = [await loud.post(f"message {number}") for number in range(5)]
        assert [is_too_many(answer) for answer in answers] == [False] * 3 + [True] * 2
        assert (await loud.snapshot())["last_seq"] == 3
        assert (await calm.post("Hallo")).status_code == 202
        assert answers[-1].json()["detail"].endswith("Bitte warte einen Moment.")
        known = {"conversation": loud.id, "token": loud.token, "text": "Hallo"}
        assert is_too_many(await loud.http.post("/v1/chat", json=known)), "there is a second door"
        assert (await loud.snapshot())["last_seq"] == 3


async def test_passwords_cannot_be_guessed_by_the_dozen(tmp_path: Path) -> None:
    async with served(tmp_path, work=False) as (_, url), httpx.AsyncClient(base_url=url) as http:
        tries = [{"login": f"anna{number}", "password": "guess"} for number in range(12)]
        answers = [await http.post("/v1/inbox/sessions", json=each) for each in tries]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert all(is_too_many(answer) for answer in answers[10:])


async def test_limits_are_shared_over_redis(tmp_path: Path) -> None:
    redis = {"redis_url": services.redis(), "requests_per_minute": 3}
    async with AsyncExitStack() as stack:
        urls = [(await stack.enter_async_context(served(tmp_path, work=False, **redis)))[1] for _ in range(2)]
        http = await stack.enter_async_context(httpx.AsyncClient())
        answers = [await http.get(f"{url}/v1/shop") for url in urls * 3]
    assert any(is_too_many(answer) for answer in answers)


async def test_without_redis_the_shop_is_still_open(tmp_path: Path) -> None:
    dead = {"redis_url": "redis://127.0.0.1:9/0", "messages_per_minute": 2}
    async with served(tmp_path, **dead) as (_, url):
        visitor = await Visitor.begin(url)
        await visitor.say("Hallo")
        answers = [await visitor.post(f"{number}") for number in range(3)]
        assert [is_too_many(answer) for answer in answers] == [False, True, True], "each process counts for itself"


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1_000_000, 6_000_000])
async def test_long_bodies_are_refused_with_and_without_their_length(url: str, size: int) -> None:
    visitor = await Visitor.begin(url)
    body = b'{"id": "1", "text": "' + b"x" * size + b'"}'

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 60_000):
            yield body[start : start + 60_000]

    headers = {**visitor.auth, "Content-Type": "application/json"}
    for content in (body, in_pieces()):
        try:
            answer = await visitor.http.post(f"{visitor.path}/messages", content=content, headers=headers)
        except (httpx.WriteError, httpx.RemoteProtocolError):  # it may hang up before it has read it all
            continue
        assert answer.status_code == 413
        assert answer.json()["code"] == "too_large"
    assert (await visitor.snapshot())["last_seq"] == 0


async def test_other_sites_get_no_word(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        for origin, allowed in (
            (PARTNER, True),
            (STRANGER, False),
            ("null", False),
            (f"{PARTNER}.evil.example", False),
        ):
            asked = {"Origin": origin, "Access-Control-Request-Method": "POST",
                     "Access-Control-Request-Headers": "authorization,content-type"}  # fmt: skip
            preflight = await http.options("/v1/conversations", headers=asked)
            plain = await http.get("/v1/shop", headers={"Origin": origin})
            for answer in (preflight, plain):
                assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
                assert "access-control-allow-credentials" not in answer.headers, "no cookie of ours for another site"
            assert preflight.status_code == (200 if allowed else 400)


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_carries_the_security_headers(url: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        headers = (await http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = dict(each.strip().partition(" ")[::2] for each in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "script-src" not in policy
    assert policy["frame-ancestors"] == "'none'"
    assert "server" not in headers or "uvicorn" in headers["server"]


@pytest.mark.parametrize("path", PAGES)
async def test_a_head_is_a_get_without_a_body(url: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        head, get = await http.head(path), await http.get(path)
    assert head.content == b""
    assert head.status_code in (get.status_code, 405)
    if path in ("/demo", "/healthz", "/widget.js", "/inbox"):
        assert head.status_code == 200, "monitors and link previews ask like this"


async def test_an_unknown_method_names_the_known_ones(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        for method, path in (("DELETE", "/v1/shop"), ("PATCH", "/v1/conversations"), ("OPTIONS", "/v1/shop")):
            answer = await http.request(method, path)
            assert answer.status_code == 405
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["allow"]


async def test_on_https_the_cookie_is_secure(tmp_path: Path) -> None:
    async with served(tmp_path, work=False, public_url="https://chat.example") as (app, url):
        async with app.db.write() as tx:
            anna = await operators.add(tx, "anna", "Anna", secret())
            key = await operators.one_time_link(tx, anna.id)
        async with httpx.AsyncClient(base_url=url) as http:
            answer = await http.get("/inbox", params={"key": key}, headers={"Host": "evil.example"})
    assert answer.headers["location"] == "/inbox"
    assert {"secure", "httponly", "samesite=strict"} <= {
        flag.strip().lower() for flag in answer.headers["set-cookie"].split(";")
    }


async def test_files_outside_the_folders_stay_there(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        for path in ("/static/%2e%2e/app.py", "/static/..%2fapp.py", "/media/%2e%2e/tresen.db", "/media/..%2ftresen.db",
                     "/static//etc/passwd", "/media/..png", "/media/x%00.png"):  # fmt: skip
            answer = await http.get(path)
            assert answer.status_code in (400, 404, 422), path


async def test_many_readers_do_not_hold_up_a_writer(url: str) -> None:
    visitor = await Visitor.begin(url)
    frames: list[Any] = []

    async def read() -> None:
        async for frame in visitor.stream():
            if frame["event"] == "message.sent":
                frames.append(frame)
                return

    readers = [asyncio.create_task(read()) for _ in range(30)]
    await visitor.say("Hallo")
    await asyncio.wait_for(asyncio.gather(*readers), 20)
    assert len({frame["id"] for frame in frames}) == 1 and len(frames) == 30
