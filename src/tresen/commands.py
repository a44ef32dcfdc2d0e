"""What the commands do; each is short and talks to the same bootstrap as the server."""

import asyncio
import json
import shlex
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import uvicorn
from rich.console import Console
from rich.table import Table

from tresen import worker
from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import log, operators, shoppers, turns
from tresen.conversation.events import MessageSent, Stored
from tresen.conversation.parts import Text, text_of
from tresen.counter import find
from tresen.kit.errors import Misconfigured, TresenError
from tresen.kit.ids import secret
from tresen.retrieval.query import Query

console = Console()


def init(folder: Path, name: str) -> None:
    """Make the folder of a shop; what is there already is left alone."""
    toml = folder / "tresen.toml"
    if toml.exists():
        raise Misconfigured(f"{toml} exists already.", hint="edit it, or choose another folder")
    (folder / "prompts").mkdir(parents=True, exist_ok=True)
    template = (files("tresen") / "tresen.toml.template").read_text("utf-8")
    toml.write_text(template.replace("{name}", name.replace('"', "'")), "utf-8")
    home = shlex.quote(str(folder))
    text = f"Made {folder}. Next:\n  export TRESEN_HOME={home}\n  tresen ingest FEED\n  tresen serve"
    console.print(text, soft_wrap=True, markup=False, highlight=False)


async def ingest(places: list[str], options: dict[str, Any], as_json: bool, every: str = "") -> int:
    """Ingest feeds, once or for ever; exit code 1 when not a single row could be used."""
    from catalog_ingest.schedule import repeat, seconds_of

    seconds = seconds_of(every) if every else 0
    app = bootstrap()
    await app.start()
    try:
        if not seconds:
            return await _ingest_once(app, places, options, as_json)
        await repeat(lambda: _ingest_once(app, places, options, as_json), seconds, _tell_failure)
        return 0
    finally:
        await app.close()


async def _ingest_once(app: Tresen, places: list[str], options: dict[str, Any], as_json: bool) -> int:
    from catalog_ingest.options import Options, read_mapping
    from catalog_ingest.progress import Bar
    from catalog_ingest.remote import Remote, Stamps
    from tresen.kit.http import Downloader

    house = app.settings.shop
    told = {
        **options,
        "currency": options["currency"] or house.currency,
        "locale": options["locale"] or house.locales[0],
        "mapping": read_mapping(options["mapping"]),
    }
    downloader = Downloader(allow_private=app.settings.allow_private_feeds)
    remote = Remote(downloader, Stamps(app.settings.folder / "feeds"))
    report = await remote.ingest(app.db, app.retrieval, places, Options(**told), Bar(Console(stderr=True)))
    if as_json:
        console.print_json(json.dumps(report.as_dict(), ensure_ascii=False, default=str))
    else:
        console.print("\n".join(report.summary()), highlight=False, markup=False)
    nothing_usable = bool(report.read) and report.read == report.rejected_rows
    return 1 if nothing_usable or not report.complete else 0


def _tell_failure(error: TresenError, pause: float) -> None:
    told = f"Error: {error.say}\nNext: {error.hint or 'nothing was changed'}; trying again in {pause:.0f} s"
    Console(stderr=True).print(told, highlight=False, markup=False)


async def search(query: str, limit: int, locale: str, as_json: bool) -> None:
    app = bootstrap()
    await app.start()
    tongue = app.settings.shop.locale(locale)
    async with app.db.read() as tx:
        shelf = await find.find_products(tx, app.retrieval, Query(text=query, locale=tongue, limit=limit))
    await app.close()
    if as_json:
        hits = [{"card": asdict(card)} for card in shelf.cards]
        console.print_json(json.dumps({"outcome": shelf.found.outcome, "hits": hits}, ensure_ascii=False))
        return
    table = Table("#", "Title", "Brand", "Price", "Rating", title=f"{shelf.found.outcome}, {shelf.found.total} in all")
    for number, card in enumerate(shelf.cards, 1):
        table.add_row(str(number), card.title, card.brand, card.price, str(card.rating or ""))
    console.print(table)


async def chat(locale: str) -> None:
    """A conversation in the terminal: the same log, the same agent, an empty line ends it."""
    app = bootstrap()
    await app.start()
    tongue = app.settings.shop.locale(locale)
    async with app.db.write() as tx:
        address = shoppers.Address("terminal", "", secret())
        shopper = await shoppers.arrive(tx, address, tongue)
    async with worker.running(app):
        while line := (await asyncio.to_thread(_ask)).strip():
            async with app.db.write() as tx:
                received = await turns.receive(tx, shopper, (Text(line),), secret())
            answer = await next_answer(app, shopper.conversation_id, received.seq)
            console.print(text_of(answer.parts, tongue), markup=False, highlight=False)
    await app.close()


def _ask() -> str:
    try:
        return input("> ")
    except EOFError:
        return ""


async def next_answer(app: Tresen, conversation_id: str, seq: int) -> MessageSent:
    """Wait for what answers the message with this seq."""
    async for item in log.follow(app.db, app.bus, conversation_id, seq):
        if isinstance(item, Stored) and isinstance(item.data, MessageSent):
            return item.data
    raise AssertionError("the log is followed for ever")


async def serve(host: str | None, port: int | None, work: bool) -> None:
    app = bootstrap()
    settings = app.settings
    await run_server(app, host or settings.host, settings.port if port is None else port, work)


async def work() -> None:
    app = bootstrap()
    await app.start()
    async with worker.running(app):
        await asyncio.Event().wait()


async def add_operator(login: str, name: str, password: str) -> None:
    app = bootstrap()
    await app.start()
    async with app.db.write() as tx:
        await operators.add(tx, login, name, password)
    await app.close()
    console.print(f"Added. Sign in as {login} at {app.settings.base_url}/inbox", highlight=False)


async def upgrade() -> None:
    app = bootstrap()
    await app.start()
    await app.close()
    console.print("The database is up to date.")


async def run_server(app: Tresen, host: str, port: int, work: bool) -> None:
    from tresen.server.app import create_app

    config = uvicorn.Config(
        create_app(app, work), host=host, port=port, log_level="warning", timeout_graceful_shutdown=5
    )
    await uvicorn.Server(config).serve()
