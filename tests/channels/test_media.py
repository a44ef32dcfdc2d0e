"""Pictures that networks hold, fetched from servers on loopback: never too much, too long or elsewhere."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from photos import photo

from tresen.channels import media
from tresen.conversation.fetching import Keeper
from tresen.conversation.outbox import TryAgain
from tresen.kit.pictures import Gone, TooLarge

pytestmark = [
    pytest.mark.filterwarnings("ignore:Please use 'Bot.getFile'"),
    pytest.mark.filterwarnings("ignore:Deprecated since version v22.2"),
]
MOST = 8 * 1024 * 1024
TWENTY = 20 * 1024 * 1024


async def endless() -> AsyncIterator[bytes]:
    """More than is taken, by a server that does not say how much."""
    for _ in range(TWENTY // 65536):
        yield b"\0" * 65536


async def dripping() -> AsyncIterator[bytes]:
    while True:
        yield b"\0"
        await asyncio.sleep(0.02)


@pytest.fixture(params=["telegram", "whatsapp"])
def kept(request: pytest.FixtureRequest, telegram_network: Any, graph: Any, telegram_at: Any, whatsapp_at: Any) -> Any:
    """(network, channel, what it says of the picture) of each network that keeps pictures."""
    if request.param == "telegram":
        told = {"ok": True, "result": {"file_id": "F", "file_unique_id": "u", "file_path": "photos/file_1.jpg"}}
        return telegram_network, telegram_at(telegram_network.url, timeout=10), told
    told = {"url": f"{graph.url}/media/1?ext=9", "mime_type": "image/jpeg", "id": "MEDIA1"}
    return graph, whatsapp_at(graph.url, timeout=10), told


def size_of(told: dict[str, Any], size: int) -> dict[str, Any]:
    inside = told.get("result", told)
    return told | ({"result": inside | {"file_size": size}} if "result" in told else {"file_size": size})


async def test_a_picture_is_asked_for_and_read(kept: Any) -> None:
    network, channel, told = kept
    assert isinstance(channel, Keeper)
    network.will(200, size_of(told, 12_000))
    network.will(200, photo())
    assert await channel.fetch("MEDIA1", MOST) == photo()
    asked, read = network.calls
    assert "getFile" in asked.path or asked.path == "/v25.0/MEDIA1"
    assert "photos/file_1.jpg" in read.path or read.headers["authorization"] == "Bearer wa-token"


async def test_what_says_that_it_is_too_large_is_not_read(kept: Any) -> None:
    network, channel, told = kept
    network.will(200, size_of(told, TWENTY))
    with pytest.raises(TooLarge):
        await channel.fetch("MEDIA1", MOST)
    assert len(network.calls) == 1


@pytest.mark.parametrize("body", [b"\0" * TWENTY, endless], ids=["announced", "not announced"])
async def test_twenty_megabytes_are_never_read(kept: Any, body: Any) -> None:
    network, channel, told = kept
    network.will(200, told)
    network.will(200, body if isinstance(body, bytes) else body())
    with pytest.raises(TooLarge):
        await channel.fetch("MEDIA1", MOST)


@pytest.mark.parametrize("status", [404, 410])
async def test_an_expired_picture_is_gone(kept: Any, status: int) -> None:
    network, channel, told = kept
    network.will(200, told)
    network.will(status, "gone")
    with pytest.raises(Gone):
        await channel.fetch("MEDIA1", MOST)


@pytest.mark.parametrize(
    "answers",
    [[(500, "x")], [(None, None), (503, "busy")], [(None, None), (302, "")], [(429, "x")]],
    ids=str,
)
async def test_a_network_in_trouble_is_asked_again(kept: Any, answers: Any) -> None:
    network, channel, told = kept
    for status, body in answers:
        network.will(*(200, told) if status is None else (status, body))
    with pytest.raises(TryAgain):
        await channel.fetch("MEDIA1", MOST)


async def test_a_network_that_is_down_is_asked_again(telegram_at: Any, whatsapp_at: Any) -> None:
    for channel in (telegram_at(), whatsapp_at()):
        with pytest.raises(TryAgain):
            await channel.fetch("MEDIA1", MOST)


async def test_a_picture_that_drips_is_given_up(kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MOST_SECONDS", 0.3)
    network, channel, told = kept
    network.will(200, told)
    network.will(200, dripping())
    with pytest.raises(TryAgain, match="TimeoutError"):
        await channel.fetch("MEDIA1", MOST)


@pytest.mark.parametrize("place", ["../../etc/passwd", "/etc/passwd", "http://x/y", "", "a/../b"])
async def test_telegram_cannot_lead_us_elsewhere(telegram_network: Any, telegram_at: Any, place: str) -> None:
    bot = telegram_at(telegram_network.url, timeout=10)
    telegram_network.will(200, {"ok": True, "result": {"file_id": "F", "file_path": place}})
    with pytest.raises(Gone):
        await bot.fetch("F", MOST)
    assert len(telegram_network.calls) == 1


async def test_telegram_refuses_in_words(telegram_network: Any, telegram_at: Any, caplog: Any) -> None:
    bot = telegram_at(telegram_network.url, timeout=10)
    for said, refused in (
        ("file is too big", TooLarge),
        ("wrong file_id or the file is unavailable", Gone),
    ):
        telegram_network.will(400, {"ok": False, "error_code": 400, "description": f"Bad Request: {said}"})
        with pytest.raises(refused):
            await bot.fetch("F", MOST)
    with caplog.at_level(logging.DEBUG):
        telegram_network.will(200, {"ok": True, "result": {"file_path": "photos/1.jpg"}})
        telegram_network.will(200, photo())
        await bot.fetch("F", MOST)
    assert "loopback-token" not in caplog.text


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/latest", "https://127.0.0.1/x", "https://fbsbx.com.evil.example/x", "https://evilfbsbx.com/",
     "http://lookaside.fbsbx.com/x", "https://lookaside.fbsbx.com:8443/x", "file:///etc/passwd", "https://[::1", ""],
)  # fmt: skip
async def test_whatsapps_token_is_shown_to_meta_alone(graph: Any, whatsapp_at: Any, url: str) -> None:
    graph.will(200, {"url": url})
    with pytest.raises(Gone):
        await whatsapp_at(graph.url, timeout=10).fetch("MEDIA1", MOST)
    assert len(graph.calls) == 1


@pytest.mark.parametrize(("code", "raised"), [(100, Gone), (190, TryAgain), (130429, TryAgain), (131052, Gone)])
async def test_whatsapp_says_whether_it_is_worth_another_try(
    graph: Any, whatsapp_at: Any, code: int, raised: type[Exception]
) -> None:
    graph.will(400, {"error": {"code": code, "message": "no"}})
    with pytest.raises(raised):
        await whatsapp_at(graph.url, timeout=10).fetch("MEDIA1", MOST)
