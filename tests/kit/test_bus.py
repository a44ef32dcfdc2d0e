"""The bus: hints in order, nobody waits for a slow reader, and Redis may go and come back."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlparse

import pytest
import services

from tresen.kit.bus import QUEUE_LIMIT, LocalBus, RedisBus
from tresen.kit.ids import secret


async def test_every_reader_of_a_topic_hears_everything_in_order() -> None:
    bus = LocalBus()
    async with bus.subscribe("a") as one, bus.subscribe("a") as two, bus.subscribe("b") as other:
        for number in range(3):
            await bus.publish("a", {"n": number})
        for reader in (one, two):
            assert [await reader.next(0.1) for _ in range(4)] == [{"n": 0}, {"n": 1}, {"n": 2}, None]
        assert await other.next(0.01) is None


async def test_a_slow_reader_loses_the_oldest_and_holds_nobody_up() -> None:
    bus = LocalBus()
    async with bus.subscribe("a") as slow:
        for number in range(QUEUE_LIMIT + 10):
            await asyncio.wait_for(bus.publish("a", {"n": number}), 1)
        heard = [await slow.next(0.1) for _ in range(QUEUE_LIMIT)]
        assert [hint["n"] for hint in heard if hint] == list(range(10, QUEUE_LIMIT + 10))
        assert await slow.next(0.01) is None


async def test_who_left_is_forgotten() -> None:
    bus = LocalBus()
    async with bus.subscribe("a"):
        pass
    await bus.publish("a", {})
    assert not bus._readers


class Cable:
    """A TCP line to Redis that can be cut and mended, always on the same port."""

    def __init__(self, url: str) -> None:
        self._to = urlparse(url)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}{self._to.path}"

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.hostname, self._to.port)
        self._open |= {writer, back}
        await asyncio.gather(_pump(reader, back), _pump(there, writer))
        self._open -= {writer, back}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(4096):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture
async def cable() -> AsyncIterator[Cable]:
    line = Cable(services.redis())
    await line.mend()
    yield line
    await line.cut()


@asynccontextmanager
async def buses(url: str, count: int = 2) -> AsyncIterator[list[RedisBus]]:
    made = [RedisBus(url) for _ in range(count)]
    yield made
    for bus in made:
        await bus.close()


async def test_hints_travel_between_processes_in_order(cable: Cable) -> None:
    topic = secret()
    async with buses(cable.url) as (here, there), there.subscribe(topic) as far, here.subscribe(topic) as near:
        for number in range(5):
            await here.publish(topic, {"n": number, "ü": "€"})
        for reader in (far, near):
            assert [await reader.next(2) for _ in range(5)] == [{"n": n, "ü": "€"} for n in range(5)]
            assert await reader.next(0.05) is None, "a hint came twice"


async def test_a_reader_misses_nothing_from_the_moment_it_has_subscribed(cable: Cable) -> None:
    async with buses(cable.url) as (here, there):
        await here.publish("warm", {})
        for number in range(20):
            async with there.subscribe(topic := secret()) as far:
                await here.publish(topic, {"n": number})
                assert await far.next(1) == {"n": number}


async def test_without_redis_hints_stay_in_the_process_and_it_is_said(
    cable: Cable, caplog: pytest.LogCaptureFixture
) -> None:
    await cable.cut()
    with caplog.at_level(logging.WARNING, "tresen.kit.bus"):
        async with buses(cable.url, 1) as (bus,), bus.subscribe("t") as reader:
            await asyncio.wait_for(bus.publish("t", {"n": 1}), 5)
            assert await reader.next(1) == {"n": 1}
    assert "redis is unreachable" in caplog.text


async def test_readers_come_back_when_redis_does(cable: Cable) -> None:
    topic = secret()
    async with buses(cable.url) as (here, there), there.subscribe(topic) as far:
        await here.publish(topic, {"n": 1})
        assert await far.next(2) == {"n": 1}
        await cable.cut()
        await asyncio.sleep(0.1)
        await here.publish(topic, {"n": 2})  # may be lost: the log tells
        await cable.mend()
        for _ in range(100):
            await here.publish(topic, {"n": 3})
            if (found := await far.next(0.1)) == {"n": 3}:
                return
            assert found in (None, {"n": 2})
    raise AssertionError("the reader never came back")


async def test_leaving_does_not_wait_for_redis(cable: Cable) -> None:
    async with buses(cable.url, 1) as (bus,):
        async with bus.subscribe("t"):
            await cable.cut()
            left = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - left < 1
