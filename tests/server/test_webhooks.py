"""Networks at the real door: what is forged stays out, what is repeated is stored once, a handshake is answered."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from little_app import furnish, served
from sqlalchemy import func, select

from tresen.bootstrap import Tresen
from tresen.conversation import log
from tresen.conversation.events import MessageReceived
from tresen.conversation.tables import conversation, event

SAMPLES = Path(__file__).parents[1] / "samples"
TELEGRAM_HEADER = "x-telegram-bot-api-secret-token"
NOWHERE = "http://127.0.0.1:9"


def sample(channel: str, name: str) -> dict[str, Any]:
    return dict(json.loads((SAMPLES / channel / f"{name}.json").read_text("utf-8")))


@pytest.fixture(scope="module")
async def door(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Tresen, str]]:
    """A shop that both networks call; nobody answers, and nothing leaves this machine."""
    home = tmp_path_factory.mktemp("webhooks")
    await furnish(home)
    with pytest.MonkeyPatch.context() as environment:
        for channel in ("telegram", "whatsapp"):
            for key, value in sample(channel, "settings")["env"].items():
                environment.setenv(key, value)
            environment.setenv(f"{channel.upper()}_BASE_URL", NOWHERE)
            environment.setenv(f"{channel.upper()}_TIMEOUT", "1")
        async with served(home, work=False, public_url="https://shop.example") as (app, url):
            assert set(app.channels) >= {"telegram", "whatsapp"}
            yield app, url


async def knock(door: tuple[Tresen, str], channel: str, sample: dict[str, Any], **more: Any) -> httpx.Response:
    body = b"" if sample["body"] is None else json.dumps(sample["body"], separators=(",", ":")).encode()
    content, headers = more.get("content", body), more.get("headers", sample["headers"])
    async with httpx.AsyncClient(base_url=door[1]) as http:
        return await http.request(
            sample["method"], f"/webhooks/{channel}", params=sample["query"], content=content, headers=headers
        )


async def events(app: Tresen) -> int:
    async with app.db.read() as tx:
        return int(await tx.scalar(select(func.count()).select_from(event)))


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_a_message_is_stored_once_however_often_it_comes(door: tuple[Tresen, str], channel: str) -> None:
    before = await events(door[0])
    for _ in range(3):
        answer = await knock(door, channel, sample(channel, "text"))
        assert answer.status_code == 200
    assert await events(door[0]) == before + 1
    async with door[0].db.read() as tx:
        newest = await tx.scalar(select(conversation.c.id).order_by(conversation.c.updated_at.desc()).limit(1))
        (stored,) = await log.read(tx, newest)
    expected = sample(channel, "text")["expect"]["messages"][0]
    assert isinstance(stored.data, MessageReceived)
    assert stored.data.parts[0].text == expected["parts"][0]["text"]  # type: ignore[union-attr]


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_a_forged_call_is_refused_and_stores_nothing(door: tuple[Tresen, str], channel: str) -> None:
    before, good = await events(door[0]), sample(channel, "text")
    header = sample(channel, "settings")["signature"]["header"]
    bare = {key: value for key, value in good["headers"].items() if key != header}
    wrong = good["headers"] | {header: good["headers"][header][:-1] + "x"}
    for headers, status in ((bare, 401), (bare | {header: ""}, 401), (wrong, 403)):
        answer = await knock(door, channel, good, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        for value in sample(channel, "settings")["env"].values():
            assert value not in answer.text
    assert await events(door[0]) == before


async def test_a_signature_covers_the_body_byte_for_byte(door: tuple[Tresen, str]) -> None:
    good, before = sample("whatsapp", "text"), await events(door[0])
    body = json.dumps(good["body"], separators=(",", ":")).encode()
    assert (await knock(door, "whatsapp", good, content=body + b" ")).status_code == 403
    assert (await knock(door, "whatsapp", good, content=body.replace(b"1", b"2", 1))).status_code == 403
    assert await events(door[0]) == before


async def test_the_handshake_of_whatsapp(door: tuple[Tresen, str]) -> None:
    good = sample("whatsapp", "handshake")
    answer = await knock(door, "whatsapp", good)
    assert (answer.status_code, answer.text) == (200, good["query"]["hub.challenge"])
    assert answer.headers["content-type"].startswith("text/plain"), "a challenge is an echo, never a page"
    for token in ("wrong", ""):
        refused = await knock(door, "whatsapp", good | {"query": good["query"] | {"hub.verify_token": token}})
        assert refused.status_code in (401, 403)
        assert good["query"]["hub.challenge"] not in refused.text


@pytest.mark.parametrize(("name", "status"), [("pigeon", 404), ("../telegram", 404), ("web", 404), ("Telegram", 404)])
async def test_an_unknown_channel_is_told_which_there_are(door: tuple[Tresen, str], name: str, status: int) -> None:
    async with httpx.AsyncClient(base_url=door[1]) as http:
        answer = await http.post(f"/webhooks/{name}", json={})
    assert answer.status_code == status
    if "/" not in name:
        assert answer.json()["code"] == "unknown_channel"
        assert "telegram, whatsapp" in answer.json()["hint"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\x00\xff", b'{"update_id": "x"}', b"[" * 9000, b"7" * 9000], ids=range(8)
)
async def test_signed_junk_never_breaks_the_door(door: tuple[Tresen, str], body: bytes) -> None:
    before = await events(door[0])
    env = {channel: sample(channel, "settings")["env"] for channel in ("telegram", "whatsapp")}
    signed = hmac.new(env["whatsapp"]["WHATSAPP_APP_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    async with httpx.AsyncClient(base_url=door[1]) as http:
        for channel, header in (
            ("telegram", {TELEGRAM_HEADER: env["telegram"]["TELEGRAM_WEBHOOK_SECRET"]}),
            ("whatsapp", {"x-hub-signature-256": f"sha256={signed}"}),
        ):
            answer = await http.post(f"/webhooks/{channel}", content=body, headers=header)
            assert answer.status_code in (200, 422), (channel, answer.text)
    assert await events(door[0]) == before


async def test_a_webhook_may_be_longer_than_a_message_but_not_endless(door: tuple[Tresen, str]) -> None:
    headers = {TELEGRAM_HEADER: sample("telegram", "settings")["env"]["TELEGRAM_WEBHOOK_SECRET"]}
    async with httpx.AsyncClient(base_url=door[1]) as http:
        for size, status in ((200_000, 200), (5_000_000, 413)):
            body = json.dumps({"update_id": size, "unknown": "x" * size})
            assert (await http.post("/webhooks/telegram", content=body, headers=headers)).status_code == status


async def test_a_late_failure_is_noted_where_it_belongs(door: tuple[Tresen, str]) -> None:
    """The sample names a conversation that does not exist here: it is not ours to fail on."""
    before = await events(door[0])
    assert (await knock(door, "whatsapp", sample("whatsapp", "statuses"))).status_code == 200
    assert await events(door[0]) == before
