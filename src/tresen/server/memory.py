"""What a shopper said of themselves, over HTTP: to read, to take along, to have forgotten; and what they agree to."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from tresen.counter import memory
from tresen.counter.memory_words import ALL, exported
from tresen.server.chat import Body
from tresen.server.deps import App, Reading, Visitor, Writing

router = APIRouter(prefix="/v1/conversations/{conversation_id}/memory", tags=["memory"])


class Agreed(Body):
    viewed: bool


@router.get("")
async def get_memory(app: App, visitor: Visitor, tx: Reading) -> JSONResponse:
    """Everything that is remembered of the shopper whose conversation this is, as a file to keep."""
    known: dict[str, Any] = {"remembered": exported(await memory.known(tx, app.settings.shop, visitor))}
    return JSONResponse(known, headers={"Content-Disposition": 'attachment; filename="memory.json"'})


@router.delete("", status_code=204)
async def forget_all(app: App, visitor: Visitor, tx: Writing) -> None:
    """Forget all of it; 404 when there is nothing."""
    await memory.forget(tx, app.settings.shop, visitor, ALL)


@router.put("/consent", status_code=204)
async def choose(visitor: Visitor, tx: Writing, body: Agreed) -> None:
    """Whether the pages that the shopper looks at may order what is found in the same visit."""
    await memory.choose_viewed(tx, visitor, body.viewed)
