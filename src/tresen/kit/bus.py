"""Wake-ups and live hints. Everything on the bus may be lost: what must last is in the log."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol, runtime_checkable

import redis.asyncio as redis

Hint = dict[str, Any]
log = logging.getLogger(__name__)

# A reader that falls this many hints behind loses the oldest; the log still tells it everything.
QUEUE_LIMIT = 512


@runtime_checkable
class Bus(Protocol):
    async def publish(self, topic: str, hint: Hint) -> None: ...

    def subscribe(self, topic: str) -> Any:
        """An async context manager that gives a `Subscription`."""

    async def close(self) -> None: ...


class Subscription:
    """The hints of one topic, in order, for one reader."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Hint] = asyncio.Queue()

    def put(self, hint: Hint) -> None:
        if self._queue.qsize() >= QUEUE_LIMIT:
            self._queue.get_nowait()
        self._queue.put_nowait(hint)

    async def next(self, within: float) -> Hint | None:
        """The next hint, or None when none came within so many seconds."""
        try:
            return await asyncio.wait_for(self._queue.get(), within)
        except TimeoutError:
            return None


class LocalBus:
    """One process."""

    def __init__(self) -> None:
        self._readers: dict[str, set[Subscription]] = defaultdict(set)

    async def publish(self, topic: str, hint: Hint) -> None:
        for reader in self._readers.get(topic, ()):
            reader.put(hint)

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[Subscription]:
        reader = Subscription()
        self._readers[topic].add(reader)
        try:
            yield reader
        finally:
            self._readers[topic].discard(reader)
            if not self._readers[topic]:
                del self._readers[topic]

    async def close(self) -> None:
        self._readers.clear()


class RedisBus:
    """Many processes, over Redis publish/subscribe; without Redis the slow polls carry on."""

    def __init__(self, url: str) -> None:
        self._redis = redis.from_url(url)
        self._local = LocalBus()

    async def publish(self, topic: str, hint: Hint) -> None:
        try:
            await self._redis.publish(f"tresen:{topic}", json.dumps(hint))
        except redis.RedisError as error:
            log.warning("redis is unreachable, hints stay in this process: %s", error)
            await self._local.publish(topic, hint)

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[Subscription]:
        async with self._local.subscribe(topic) as reader:
            there = asyncio.Event()
            pump = asyncio.create_task(self._pump(topic, reader, there))
            try:
                with suppress(TimeoutError):  # a Redis that hangs holds no reader up
                    await asyncio.wait_for(there.wait(), 1)
                yield reader
            finally:
                pump.cancel()
                with suppress(asyncio.CancelledError):
                    await pump

    async def _pump(self, topic: str, reader: Subscription, there: asyncio.Event) -> None:
        """Carry hints to `reader` for ever; `there` is set once it hears Redis or knows that it cannot."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(f"tresen:{topic}")
                    async for message in channel.listen():
                        there.set()  # the first one confirms the subscription
                        if message["type"] == "message":
                            reader.put(json.loads(message["data"]))
            except redis.RedisError as error:
                there.set()
                log.warning("redis subscription lost, trying again: %s", error)
                await asyncio.sleep(1)

    async def close(self) -> None:
        await self._local.close()
        await self._redis.aclose()
