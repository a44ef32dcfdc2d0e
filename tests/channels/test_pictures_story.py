"""A photo sent in a messenger: fetched, looked at, searched for and answered there as in the widget; or said why."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from little_app import employ, furnish, served
from photos import HTML, SECRET, from_a_camera
from seeing import SeeingModel
from serving import serving
from sqlalchemy import select

from tresen.bootstrap import Tresen
from tresen.conversation import log
from tresen.conversation.events import MessageReceived, MessageSent, ToolReturned
from tresen.conversation.forms import text_of
from tresen.conversation.tables import conversation, upload

pytestmark = [
    pytest.mark.filterwarnings("ignore:Please use 'Bot.getFile'"),
    pytest.mark.filterwarnings("ignore:Deprecated since version v22.2"),
]
SAMPLES = Path(__file__).parents[1] / "samples"
NAMES = {"telegram": ("photo", "AgAClarge"), "whatsapp": ("image", "MEDIA1")}
Open = Callable[..., AbstractAsyncContextManager[tuple[Tresen, str]]]


def sample(channel: str, name: str) -> dict[str, Any]:
    return dict(json.loads((SAMPLES / channel / f"{name}.json").read_text("utf-8")))


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("messenger")
    await furnish(home)
    return home


@pytest.fixture
def opened(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """The shop with one messenger, whose network is on loopback, and a model that sees `seen`."""

    @asynccontextmanager
    async def open(channel: str, network: Any, seen: str | None = "Laufsocke") -> AsyncIterator[tuple[Tresen, str]]:
        for key, value in sample(channel, "settings")["env"].items():
            monkeypatch.setenv(key, value)
        monkeypatch.setenv(f"{channel.upper()}_BASE_URL", network.url)
        if channel == "telegram":
            monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "987654321:loopback-token")
        fake = SeeingModel(json.dumps({"search": seen}))
        async with serving(fake.app) as provider:
            eyes = {"vision_model": "eyes-1", "openai_base_url": f"{provider}/v1"} if seen is not None else {}
            database = f"sqlite+aiosqlite:///{tmp_path / 'messenger.db'}"
            (tmp_path / "messenger.db").write_bytes((home / "tresen.db").read_bytes())
            public = {"public_url": "https://shop.example", "database_url": database}
            async with served(home, **public, **eyes) as (app, url):
                yield app, url

    return open


@pytest.fixture
def networks(telegram_network: Any, graph: Any) -> dict[str, Any]:
    return {"telegram": telegram_network, "whatsapp": graph}


async def arrive(url: str, channel: str) -> None:
    told = sample(channel, NAMES[channel][0])
    body = json.dumps(told["body"], separators=(",", ":")).encode()
    async with httpx.AsyncClient(base_url=url) as http:
        for _ in range(2):  # networks repeat themselves
            (await http.post(f"/webhooks/{channel}", content=body, headers=told["headers"])).raise_for_status()


async def answered(app: Tresen) -> list[Any]:
    """The events of the one conversation, once there is an answer."""
    async with asyncio.timeout(20):
        while True:
            async with app.db.read() as tx:
                ids = [row.id for row in await tx.rows(select(conversation.c.id))]
                found = [each.data for each in await log.read(tx, ids[0])] if ids else []
            if any(isinstance(each, MessageSent) for each in found):
                return found
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("channel", NAMES)
async def test_a_photo_becomes_a_search_and_is_shown_to_operators(
    channel: str, networks: dict[str, Any], opened: Open
) -> None:
    network = networks[channel]
    network.files[f"{NAMES[channel][1]}.jpg"] = from_a_camera()
    async with opened(channel, network) as (app, url):
        await arrive(url, channel)
        found = await answered(app)
        (received,) = [each for each in found if isinstance(each, MessageReceived)]
        (sent,) = [each for each in found if isinstance(each, MessageSent)]
        assert [part.type for part in received.parts] == ["image", "text"]
        assert "Laufsocke" in text_of(sent.parts, "de")
        assert next(each.tool for each in found if isinstance(each, ToolReturned)) == "look_at_picture"
        key = await employ(app, f"Ada {channel}")
        async with httpx.AsyncClient(base_url=url, headers={"Cookie": f"tresen_operator={key}"}) as http:
            shown = await http.get(received.parts[0].url)  # type: ignore[union-attr]
        assert shown.status_code == 200
        assert b"Exif" not in shown.content and SECRET.encode() not in shown.content
        async with app.db.read() as tx:
            (row,) = await tx.rows(select(upload))
        assert (row.state, row.media, row.width) == ("kept", "", 640)
        async with asyncio.timeout(10):
            while not any("Laufsocke" in json.dumps(call.data) for call in network.calls):
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("channel", NAMES)
@pytest.mark.parametrize(
    ("data", "said"), [(HTML, "JPEG, PNG oder WebP"), (b"\0" * 20_000_000, "zu groß"), (None, "nicht mehr abrufbar")]
)
async def test_what_cannot_be_looked_at_is_said(
    channel: str, networks: dict[str, Any], opened: Open, data: bytes | None, said: str
) -> None:
    network = networks[channel]
    if data is not None:
        network.files[f"{NAMES[channel][1]}.jpg"] = data
    else:
        gone = {"ok": False, "error_code": 400, "description": "Bad Request: wrong file_id", "error": {"code": 100}}
        network.will(200, {"ok": True, "result": True}) if channel == "telegram" else None  # its setWebhook
        network.will(400, gone)
    async with opened(channel, network) as (app, url):
        await arrive(url, channel)
        (sent,) = [each for each in await answered(app) if isinstance(each, MessageSent)]
        assert said in text_of(sent.parts, "de")


async def test_a_network_that_is_down_is_said_in_time(
    networks: dict[str, Any], opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = networks["whatsapp"]
    for _ in range(6):
        network.will(503, {"error": {"code": 2, "message": "Service temporarily unavailable"}})
    async with opened("whatsapp", network) as (app, url):
        app.agent._eyes.patience = 0.5
        await arrive(url, "whatsapp")
        (sent,) = [each for each in await answered(app) if isinstance(each, MessageSent)]
        assert "noch nicht angekommen" in text_of(sent.parts, "de")


async def test_without_a_model_that_sees_nobody_waits(networks: dict[str, Any], opened: Open) -> None:
    async with opened("whatsapp", networks["whatsapp"], seen=None) as (app, url):
        await arrive(url, "whatsapp")
        (sent,) = [each for each in await answered(app) if isinstance(each, MessageSent)]
        assert "keine Bilder ansehen" in text_of(sent.parts, "de")
