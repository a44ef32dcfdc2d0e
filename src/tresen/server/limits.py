"""Rate limits per address and per conversation, in memory or in Redis."""

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter

from tresen.kit.errors import TooMany
from tresen.settings import Settings


class Limits:
    """What one address may ask and one conversation may say, per minute."""

    def __init__(self, settings: Settings) -> None:
        storage: Storage = MemoryStorage()
        if settings.redis_url:
            storage = RedisStorage(f"async+{settings.redis_url}", implementation="redispy")
        self._limiter = MovingWindowRateLimiter(storage)
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
        if not await self._limiter.hit(item, *key):
            raise TooMany


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
