"""Pictures that shoppers sent: rows here, their bytes as files in the shop's folder.

One that a network still holds has its row with the message, and its file once it was fetched.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, or_, select, update

from tresen.conversation.parts import Image, Part
from tresen.conversation.tables import upload
from tresen.kit.db import Database, Tx
from tresen.kit.errors import NotFound, TooMany, Unprocessable
from tresen.kit.ids import digest, secret
from tresen.kit.pictures import MEDIA_TYPE, Picture
from tresen.kit.words import say

FOLDER = "uploads"
MOST = 40  # of one conversation in a day
DAY = timedelta(days=1)
MOST_SWEPT = 500  # at once
WAITING, KEPT, FAILED = "waiting", "kept", "failed"
ERASED = "erased"  # nobody sees it any more; its file goes next, then its row
TOPIC = "pictures"  # of the bus: there is something to fetch
_URL = re.compile(r"/v1/conversations/([\w-]{1,40})/uploads/([\w-]{1,40})")
_ID_LETTERS = 32


@dataclass(frozen=True)
class Upload:
    """`state` is waiting, kept, failed (then `reason` is the code of why) or erased."""

    id: str
    conversation_id: str
    media_type: str
    width: int
    height: int
    state: str = KEPT
    reason: str = ""

    @property
    def url(self) -> str:
        return f"/v1/conversations/{self.conversation_id}/uploads/{self.id}"


def path(home: Path, upload_id: str) -> Path:
    """Where the bytes of an upload are; its id comes from our table, never from an address."""
    return home / FOLDER / f"{upload_id}.jpg"


def write(home: Path, picture: Picture, upload_id: str = "") -> str:
    """Put the bytes into the shop's folder, whole or not at all, and return the id, a new one unless given."""
    upload_id = upload_id or secret()
    place = path(home, upload_id)
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_suffix(f".{secret()}.part")
    half.write_bytes(picture.data)
    half.replace(place)
    return upload_id


async def add(tx: Tx, conversation_id: str, upload_id: str, picture: Picture) -> Upload:
    """Note a picture that was written.

    Raises:
        TooMany: this conversation has sent enough of them today.
    """
    if not await _room(tx, conversation_id):
        raise TooMany("This conversation has sent enough pictures for today.", code="pictures_many")
    row = {
        "id": upload_id, "conversation_id": conversation_id, "media_type": picture.media_type,
        "size": len(picture.data), "width": picture.width, "height": picture.height, "created_at": tx.now,
    }  # fmt: skip
    await tx.execute(upload.insert().values(**row))
    return Upload(upload_id, conversation_id, picture.media_type, picture.width, picture.height)


async def expected(
    tx: Tx, conversation_id: str, parts: tuple[Part, ...], channel: str, external_id: str, locale: str
) -> tuple[Part, ...]:
    """A message with the pictures that `channel` holds as pictures of ours, which are then waited for.

    The same message gives the same parts, however often the network repeats it; a picture that is one too many for
    today stays with the network.
    """
    ours = list(parts)
    for at, part in enumerate(parts):
        if isinstance(part, Image) and part.url.startswith(f"{channel}:"):
            upload_id = digest(f"{conversation_id}:{external_id}:{at}")[:_ID_LETTERS]
            if await _expect(tx, conversation_id, upload_id, part.url):
                known = Upload(upload_id, conversation_id, MEDIA_TYPE, 0, 0)
                ours[at] = Image(known.url, say("upload-alt", locale))
    return tuple(ours)


async def find(tx: Tx, conversation_id: str, upload_id: str) -> Upload:
    """A picture of this conversation.

    Raises:
        NotFound: there is none, or it is another conversation's.
    """
    mine = (upload.c.id == upload_id, upload.c.conversation_id == conversation_id)
    query = select(upload).where(*mine, upload.c.state != ERASED)
    row = await tx.row(query)
    if row is None:
        raise NotFound("There is no such picture.", code="unknown_upload")
    return Upload(row.id, row.conversation_id, row.media_type, row.width, row.height, row.state, row.reason)


async def parts(tx: Tx, conversation_id: str, ids: Sequence[str], locale: str) -> tuple[Image, ...]:
    """The pictures as parts of a message.

    Raises:
        Unprocessable: one of them was not uploaded in this conversation.
    """
    try:
        found = [await find(tx, conversation_id, each) for each in dict.fromkeys(ids)]
    except NotFound as missing:
        raise Unprocessable("An attachment was not uploaded here.", code="unknown_upload") from missing
    return tuple(Image(each.url, say("upload-alt", locale)) for each in found)


def own(image: Image) -> tuple[str, str] | None:
    """(conversation, upload) that a part of a message shows; None for a picture that a network keeps."""
    found = _URL.fullmatch(image.url)
    return (found[1], found[2]) if found else None


async def older(tx: Tx, than: datetime) -> bool:
    """Whether a picture is there that was sent before, or one whose file has to go."""
    due = or_(upload.c.created_at <= than, upload.c.state == ERASED)
    return await tx.scalar(select(upload.c.id).where(due).limit(1)) is not None


async def expire(tx: Tx, than: datetime) -> None:
    """Erase the pictures that were sent before."""
    await tx.execute(update(upload).where(upload.c.created_at <= than).values(state=ERASED, media="", lease_token=None))


async def sweep(db: Database, home: Path) -> int:
    """Delete the files of erased pictures, then their rows, so that no file is forgotten; returns how many."""
    async with db.read() as tx:
        gone = select(upload.c.id).where(upload.c.state == ERASED).limit(MOST_SWEPT)
        ids = [row.id for row in await tx.rows(gone)]
    for each in ids:
        await asyncio.to_thread(path(home, each).unlink, missing_ok=True)
    async with db.write() as tx:
        await tx.execute(delete(upload).where(upload.c.id.in_(ids)))
    return len(ids)


async def _room(tx: Tx, conversation_id: str) -> bool:
    lately = upload.c.created_at > tx.now - DAY
    count = select(func.count()).where(upload.c.conversation_id == conversation_id, lately)
    return int(await tx.scalar(count)) < MOST


async def _expect(tx: Tx, conversation_id: str, upload_id: str, media: str) -> bool:
    """Whether there is a row for the picture now."""
    if await tx.scalar(select(upload.c.id).where(upload.c.id == upload_id)):
        return True
    if not await _room(tx, conversation_id):
        return False
    row = {
        "id": upload_id, "conversation_id": conversation_id, "media_type": MEDIA_TYPE, "size": 0, "width": 0,
        "height": 0, "created_at": tx.now, "state": WAITING, "media": media, "due_at": tx.now,
    }  # fmt: skip
    await tx.execute(tx.upsert(upload).values(**row).on_conflict_do_nothing(index_elements=["id"]))
    tx.tell(TOPIC)
    return True
