"""Rate limits per address and per conversation, in memory or in Redis."""

import logging

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

from tresen.kit.errors import TooMany
from tresen.settings import Settings

logger = logging.getLogger(__name__)


class Limits:
    """What one address may ask and one conversation may say, per minute; without its Redis each process counts."""

    def __init__(self, settings: Settings) -> None:
        self._alone = MovingWindowRateLimiter(MemoryStorage())
        self._limiter = self._alone
        if settings.redis_url:
            shared = RedisStorage(f"async+{settings.redis_url}", wrap_exceptions=True, implementation="redispy")
            self._limiter = MovingWindowRateLimiter(shared)
        self._requests = RateLimitItemPerMinute(settings.requests_per_minute)
        self._messages = RateLimitItemPerMinute(settings.messages_per_minute)
        self._sign_ins = RateLimitItemPerMinute(10)

    async def request(self, request: Request) -> None:
        await self._hit(self._requests, "address", _address(request))

    async def message(self, conversation_id: str) -> None:
        await self._hit(self._messages, "conversation", conversation_id)

    async def sign_in(self, request: Request) -> None:
        await self._hit(self._sign_ins, "sign-in", _address(request))

    async def _hit(self, item: RateLimitItem, *key: str) -> None:
        try:
            within = await self._limiter.hit(item, *key)
        except StorageError as error:
            logger.warning("redis is unreachable, limits are counted in this process: %s", error.storage_error)
            within = await self._alone.hit(item, *key)
        if not within:
            raise TooMany


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
