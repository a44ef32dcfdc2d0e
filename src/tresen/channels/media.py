"""Reads the pictures that networks hold, never one piece more than is allowed, and never for too long."""

import asyncio

import httpx

from tresen.conversation.outbox import TryAgain
from tresen.kit.pictures import Gone, TooLarge

MOST_SECONDS = 30.0  # for one file, however slowly it drips
GONE = frozenset({400, 403, 404, 410})
_CHUNK = 64 * 1024


def check_size(told: object, most: int) -> None:
    """Refuse by what the network says of a file, before any of it is read.

    Raises:
        TooLarge: it says so itself.
    """
    size = int(told) if isinstance(told, int | str) and str(told).isdecimal() else 0
    if size > most:
        raise TooLarge


async def download(client: httpx.AsyncClient, url: str, most: int, network: str) -> bytes:
    """The file at `url`; no redirect is followed.

    Raises:
        Gone: the network no longer has it.
        TooLarge: it is longer than `most` bytes, whatever was said of it.
        TryAgain: no answer, a fault of the network's, or it takes too long.
    """
    plainly = {"Accept-Encoding": "identity"}
    try:
        async with asyncio.timeout(MOST_SECONDS), client.stream("GET", url, headers=plainly) as answer:
            if answer.status_code in GONE:
                raise Gone
            if not answer.is_success:
                raise TryAgain(f"{network} does not give the picture: HTTP {answer.status_code}")
            check_size(answer.headers.get("content-length"), most)
            read = bytearray()
            async for piece in answer.aiter_raw(_CHUNK):
                read += piece
                check_size(len(read), most)
            return bytes(read)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise TryAgain(f"{network} does not give the picture: {type(error).__name__}") from None
