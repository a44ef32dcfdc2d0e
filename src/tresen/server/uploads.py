"""Pictures of shoppers: sent as the body of a request, shown to who sent them and to the shop's people."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import FileResponse

from tresen.conversation import operators, shoppers, uploads
from tresen.kit import pictures
from tresen.kit.errors import NotFound
from tresen.server.deps import COOKIE, App, Limited, Visitor, bearer

router = APIRouter(prefix="/v1", tags=["conversations"])
KEPT = {"Cache-Control": "private, max-age=86400", "Content-Disposition": "inline"}


@router.post("/conversations/{conversation_id}/uploads", status_code=201)
async def send(app: App, limits: Limited, visitor: Visitor, request: Request) -> dict[str, Any]:
    """Send a picture (JPEG, PNG or WebP as the body); its id goes into the `attachments` of a message."""
    await limits.message(visitor.conversation_id)
    picture = await asyncio.to_thread(pictures.read, await _body(request))
    folder = app.settings.folder
    upload_id = await asyncio.to_thread(uploads.write, folder, picture)
    try:
        async with app.db.write() as tx:
            added = await uploads.add(tx, visitor.conversation_id, upload_id, picture)
    except BaseException:
        uploads.path(folder, upload_id).unlink(missing_ok=True)
        raise
    return {"id": added.id, "url": added.url, "width": added.width, "height": added.height}


@router.get("/conversations/{conversation_id}/uploads/{upload_id}")
async def show(
    app: App, request: Request, conversation_id: str, upload_id: str, authorization: Annotated[str, Header()] = ""
) -> FileResponse:
    """A picture, for the token of its conversation or an operator's session."""
    async with app.db.read() as tx:
        key = request.cookies.get(COOKIE, "")
        if key and not authorization:
            await operators.by_session(tx, key)
        else:
            await shoppers.by_token(tx, conversation_id, bearer(authorization))
        found = await uploads.find(tx, conversation_id, upload_id)
    place = uploads.path(app.settings.folder, found.id)
    if not await asyncio.to_thread(place.is_file):
        raise NotFound("There is no such picture any more.", code="unknown_upload")
    return FileResponse(place, media_type=found.media_type, headers=KEPT)


async def _body(request: Request) -> bytes:
    """The whole body, and not one piece more than is allowed."""
    read = bytearray()
    pieces: AsyncIterator[bytes] = request.stream()
    async for piece in pieces:
        read += piece
        if len(read) > pictures.MOST_BYTES:
            raise pictures.TooLarge
    return bytes(read)
