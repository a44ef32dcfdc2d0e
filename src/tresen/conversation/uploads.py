"""Pictures that shoppers sent: rows here, their bytes as files in the shop's folder."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from tresen.conversation.parts import Image
from tresen.conversation.tables import upload
from tresen.kit.db import Tx
from tresen.kit.errors import NotFound, TooMany, Unprocessable
from tresen.kit.ids import secret
from tresen.kit.pictures import Picture
from tresen.kit.words import say

FOLDER = "uploads"
MOST = 40  # of one conversation
_URL = re.compile(r"/v1/conversations/([\w-]{1,40})/uploads/([\w-]{1,40})")


@dataclass(frozen=True)
class Upload:
    id: str
    conversation_id: str
    media_type: str
    width: int
    height: int

    @property
    def url(self) -> str:
        return f"/v1/conversations/{self.conversation_id}/uploads/{self.id}"


def path(home: Path, upload_id: str) -> Path:
    """Where the bytes of an upload are; its id comes from our table, never from an address."""
    return home / FOLDER / f"{upload_id}.jpg"


def write(home: Path, picture: Picture) -> str:
    """Put the bytes into the shop's folder, whole or not at all, and return the new id."""
    upload_id = secret()
    place = path(home, upload_id)
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_suffix(".part")
    half.write_bytes(picture.data)
    half.replace(place)
    return upload_id


async def add(tx: Tx, conversation_id: str, upload_id: str, picture: Picture) -> Upload:
    """Note a picture that was written.

    Raises:
        TooMany: this conversation has sent enough of them.
    """
    count = select(func.count()).where(upload.c.conversation_id == conversation_id)
    if int(await tx.scalar(count)) >= MOST:
        raise TooMany("This conversation holds enough pictures.", code="pictures_many")
    row = {
        "id": upload_id, "conversation_id": conversation_id, "media_type": picture.media_type,
        "size": len(picture.data), "width": picture.width, "height": picture.height, "created_at": tx.now,
    }  # fmt: skip
    await tx.execute(upload.insert().values(**row))
    return Upload(upload_id, conversation_id, picture.media_type, picture.width, picture.height)


async def find(tx: Tx, conversation_id: str, upload_id: str) -> Upload:
    """A picture of this conversation.

    Raises:
        NotFound: there is none, or it is another conversation's.
    """
    query = select(upload).where(upload.c.id == upload_id, upload.c.conversation_id == conversation_id)
    row = await tx.row(query)
    if row is None:
        raise NotFound("There is no such picture.", code="unknown_upload")
    return Upload(row.id, row.conversation_id, row.media_type, row.width, row.height)


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
