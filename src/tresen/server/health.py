"""Liveness and readiness."""

import logging
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import text

from tresen.agent.models.breaker import name_of
from tresen.conversation import turns
from tresen.retrieval import tokens
from tresen.server.deps import App

logger = logging.getLogger(__name__)
router = APIRouter(tags=["health"])


@router.get("/healthz")
@router.head("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
@router.head("/readyz", include_in_schema=False)
async def readyz(app: App, response: Response) -> dict[str, Any]:
    """The database answers, the index is there, and a model can be asked."""
    try:
        async with app.db.read() as tx:
            await tx.execute(text("SELECT 1"))
        database = True
        await app.retrieval.refresh()
        waiting = len(await turns.due(app.db))
    except Exception as error:  # noqa: BLE001  a probe reports whatever is wrong
        logger.warning("not ready: %s", error)
        database, waiting = False, 0
    checks = {"database": database, "index": database and app.retrieval.ready, "model": bool(app.agent.chain)}
    if not all(checks.values()):
        response.status_code = 503
    models = [name_of(model) for model in app.agent.chain]
    # A model that is down does not make us unready: the next one answers, and at last the planner.
    breakers = {name_of(model): app.agent.terms.breakers.state(model) for model in app.agent.chain[:-1]}
    return {
        "ready": all(checks.values()), **checks, "models": models, "breakers": breakers, "tokens": tokens.active(),
        "due": waiting,
    }  # fmt: skip
