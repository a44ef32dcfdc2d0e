"""Fetches the pictures that shoppers sent through a network: a loop of its own, tried again with back-off."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from sqlalchemy import Row, select

from tresen.conversation import log, queue, uploads
from tresen.conversation.outbox import TryAgain
from tresen.conversation.tables import upload
from tresen.conversation.uploads import FAILED, KEPT, Upload
from tresen.kit import pictures
from tresen.kit.bus import Bus
from tresen.kit.db import Database
from tresen.kit.errors import Refusal
from tresen.kit.pictures import Picture

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 6  # over a minute, and longer where the network is slow to fail
MOST_AT_ONCE = 4
POLL_SECONDS = 0.5
UNREACHABLE = "picture_unreachable"


@runtime_checkable
class Keeper(Protocol):
    """A channel whose network keeps the pictures that shoppers send."""

    async def fetch(self, media: str, most: int) -> bytes:
        """The bytes of what the network calls `media`, at most so many.

        Raises:
            Refusal: there is nothing that could be kept, and never will be.
            TryAgain: not now.
        """


async def fetch_due(db: Database, keepers: Mapping[str, Keeper], home: Path, limit: int = 20) -> int:
    """Lease and fetch what is due, a few at a time; returns how many pictures were tried."""
    slots = asyncio.Semaphore(MOST_AT_ONCE)

    async def fetch(upload_id: str) -> bool:
        async with slots:
            async with db.write() as tx:
                row = await queue.lease(tx, upload, upload_id)
            if row is not None:
                await _fetch(db, keepers, home, row)
            return row is not None

    return sum(await asyncio.gather(*map(fetch, await queue.due(db, upload, limit))))


async def settled(db: Database, bus: Bus, conversation_id: str, upload_id: str, seconds: float) -> Upload:
    """The picture once it was fetched or given up; as it is after so many seconds.

    Raises:
        NotFound: there is none in this conversation.
    """
    ends = asyncio.get_running_loop().time() + seconds
    async with bus.subscribe(log.topic(conversation_id)) as news:
        while True:
            async with db.read() as tx:
                found = await uploads.find(tx, conversation_id, upload_id)
            left = ends - asyncio.get_running_loop().time()
            if found.state != uploads.WAITING or left <= 0:
                return found
            await news.next(min(left, POLL_SECONDS))


async def _fetch(db: Database, keepers: Mapping[str, Keeper], home: Path, row: Row[Any]) -> None:
    channel, _, media = row.media.partition(":")
    try:
        if channel not in keepers:
            raise TryAgain(f"the channel {channel!r} is not configured here")
        data = await keepers[channel].fetch(media, pictures.MOST_BYTES)
        picture = await asyncio.to_thread(pictures.read, data)
    except Refusal as error:
        logger.info("picture %s is not kept: %s", row.id, error.code)
        await _give_up(db, row, error.code)
    except TryAgain as error:
        await _later(db, row, error.say, queue.pause(row.attempts, error.after))
    except Exception:
        logger.exception("channel %s failed on picture %s", channel, row.id)
        await _later(db, row, "the channel failed", queue.pause(row.attempts))
    else:
        await _keep(db, home, row, picture)


async def _keep(db: Database, home: Path, row: Row[Any], picture: Picture) -> None:
    await asyncio.to_thread(uploads.write, home, picture, row.id)
    size = {"size": len(picture.data), "width": picture.width, "height": picture.height}
    await _settle(db, row, {**size, "media": "", "state": KEPT})
    async with db.read() as tx:
        erased = await tx.scalar(select(upload.c.id).where(upload.c.id == row.id)) is None
    if erased:
        uploads.path(home, row.id).unlink(missing_ok=True)


async def _later(db: Database, row: Row[Any], reason: str, pause: timedelta) -> None:
    if row.attempts >= MOST_ATTEMPTS:
        logger.warning("picture %s is given up: %s", row.id, reason)
        await _give_up(db, row, UNREACHABLE)
        return
    async with db.write() as tx:
        await queue.put_back(tx, upload, row.id, row.lease_token, pause)


async def _give_up(db: Database, row: Row[Any], reason: str) -> None:
    await _settle(db, row, {"state": FAILED, "reason": reason, "media": ""})


async def _settle(db: Database, row: Row[Any], values: Mapping[str, Any]) -> None:
    """Write down what came of it and tell who waits."""
    async with db.write() as tx:
        mine = upload.update().where(upload.c.id == row.id, upload.c.lease_token == row.lease_token)
        await tx.execute(mine.values(lease_token=None, **values))
        tx.tell(log.topic(row.conversation_id), event="picture", upload=row.id)
