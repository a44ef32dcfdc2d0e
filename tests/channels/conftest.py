"""Networks on loopback: real servers that write down what they are asked and answer as they are told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from tresen.channels import telegram, whatsapp
from tresen.channels.base import Channel
from tresen.conversation.outbox import Letter
from tresen.conversation.parts import Part
from tresen.conversation.shoppers import Address

TOKEN = "987654321:loopback-token"
SECRET = "loopback-webhook-secret"
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Call:
    path: str
    data: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    wait: float = 0
    headers: dict[str, str] = field(default_factory=dict)


class Network:
    """A network that takes everything, except for what a test has queued with `will`."""

    def __init__(self, roots: tuple[str, ...], usual: Callable[["Network", str], Any]) -> None:
        self.url = ""
        self._roots = roots
        self.calls: list[Call] = []
        self.answers: list[Answer] = []
        self.files: dict[str, bytes] = {}
        self._usual = usual

    def named(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.path.endswith(f"/{method}")]

    def will(self, status: int, body: Any, wait: float = 0, **headers: str) -> None:
        """Answer the next call like this, after so many seconds."""
        self.answers.append(Answer(status, body, wait, headers))

    async def take(self, request: Request) -> Response:
        if not request.url.path.startswith(self._roots):  # ports are used again: somebody else's late call
            return Response(status_code=404)
        raw = await request.body()
        is_json = request.headers.get("content-type", "").startswith("application/json")
        data = json.loads(raw) if is_json else dict(parse_qsl(raw.decode()))
        self.calls.append(Call(request.url.path, data, dict(request.headers)))
        usual = self.files.get(request.url.path.rpartition("/")[2]) or self._usual(self, request.url.path)
        answer = self.answers.pop(0) if self.answers else Answer(200, usual)
        await asyncio.sleep(answer.wait)
        if isinstance(answer.body, AsyncIterator):
            return StreamingResponse(answer.body, answer.status)
        if isinstance(answer.body, str | bytes):
            return Response(answer.body, answer.status)
        return JSONResponse(answer.body, answer.status, answer.headers)


def _telegram(network: Network, path: str) -> dict[str, Any]:
    method = path.rpartition("/")[2]
    if method == "getUpdates":
        return {"ok": True, "result": []}
    if method == "getFile":
        return {"ok": True, "result": {"file_path": f"photos/{network.calls[-1].data['file_id']}.jpg"}}
    if not method.startswith("send"):
        return {"ok": True, "result": True}
    chat = {"id": 5, "type": "private", "first_name": "Ana"}
    return {"ok": True, "result": {"message_id": 1000 + len(network.calls), "date": 1760000000, "chat": chat}}


def _graph(network: Network, path: str) -> dict[str, Any]:
    if "/MEDIA" in path:
        return {"url": f"{network.url}/media/{path.rpartition('/')[2]}.jpg", "mime_type": "image/jpeg"}
    return {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.OUT{len(network.calls)}"}]}


async def _served(network: Network) -> AsyncIterator[Network]:
    app = FastAPI()
    app.add_route("/{path:path}", network.take, methods=["GET", "POST"])
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    network.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield network
    server.should_exit = True
    await serving


@pytest.fixture
async def telegram_network() -> AsyncIterator[Network]:
    async for network in _served(Network((f"/bot{TOKEN}/", f"/file/bot{TOKEN}/"), _telegram)):
        yield network


@pytest.fixture
async def graph() -> AsyncIterator[Network]:
    async for network in _served(Network(("/v25.0/106540/", "/v25.0/MEDIA", "/media/"), _graph)):
        yield network


@pytest.fixture
async def telegram_at() -> AsyncIterator[Callable[..., telegram.Telegram]]:
    """Bots for a server's address; without a public address they poll."""
    built: list[telegram.Telegram] = []

    def make(
        url: str = NOWHERE, public_url: str = "https://shop.example", secret: str = SECRET, timeout: float = 0.5
    ) -> telegram.Telegram:
        kind = telegram.Telegram if public_url else telegram.PollingTelegram
        settings = telegram.Settings(
            bot_token=TOKEN, webhook_secret=secret, base_url=url, timeout=timeout, poll_seconds=0
        )
        built.append(kind(settings, public_url))
        return built[-1]

    yield make
    for channel in built:
        await channel.close()


@pytest.fixture
async def whatsapp_at(clock: Any) -> AsyncIterator[Callable[..., whatsapp.WhatsApp]]:
    """Business numbers for a server's address, on the test's clock."""
    built: list[whatsapp.WhatsApp] = []

    def make(url: str = NOWHERE, public_url: str = "https://shop.example", **more: Any) -> whatsapp.WhatsApp:
        keys = {"access_token": "wa-token", "app_secret": "appsecret", "verify_token": "vt"}
        settings = whatsapp.Settings(base_url=url, phone_number_id="106540", **({"timeout": 0.5} | keys | more))
        built.append(whatsapp.WhatsApp(settings, public_url, clock))
        return built[-1]

    yield make
    for channel in built:
        await channel.close()


@pytest.fixture(scope="session")
def write() -> Callable[..., Letter]:
    """A letter from the agent, within the window of the test's clock, unless told otherwise."""

    def letter(channel: Channel, *parts: Part, **more: Any) -> Letter:
        values: dict[str, Any] = {
            "id": "l1",
            "conversation_id": "c1",
            "seq": 3,
            "address": Address(channel.name, channel.account, "5"),
            "locale": "de",
            "parts": parts,
            "sender": "agent",
            "last_inbound_at": datetime(2026, 11, 20, 11, 0, tzinfo=UTC),
            "sent_pieces": 0,
            "attempts": 1,
            "lease": "lease",
        }
        return Letter(**(values | more))

    return letter
