"""What the commands do; each is short and talks to the same bootstrap as the server."""

import asyncio
import json
import shlex
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from rich.console import Console
from rich.table import Table

from tresen import worker
from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import log, operators, shoppers, turns
from tresen.conversation.events import MessageSent, Stored
from tresen.conversation.forms import text_of
from tresen.conversation.parts import Text
from tresen.counter import find
from tresen.kit.errors import Misconfigured, TresenError
from tresen.kit.ids import secret
from tresen.retrieval import judging
from tresen.retrieval.query import Query
from tresen.shop import catalog

if TYPE_CHECKING:
    from catalog_ingest.report import Report

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
            report = await _ingest_once(app, places, options, as_json)
            nothing_usable = bool(report.read) and report.read == report.rejected_rows
            return 1 if nothing_usable or not report.complete else 0

        async def again() -> float | None:
            until = (await _ingest_once(app, places, options, as_json)).valid_until
            return (until - app.clock.now()).total_seconds() if until else None

        await repeat(again, seconds, _tell_failure)
        return 0
    finally:
        await app.close()


async def _ingest_once(app: Tresen, places: list[str], options: dict[str, Any], as_json: bool) -> "Report":
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
        "at": app.clock.now().astimezone(house.zone),
    }
    downloader = Downloader(allow_private=app.settings.allow_private_feeds)
    remote = Remote(downloader, Stamps(app.settings.folder / "feeds"))
    report = await remote.ingest(app.db, app.retrieval, places, Options(**told), Bar(Console(stderr=True)))
    if as_json:
        console.print_json(json.dumps(report.as_dict(), ensure_ascii=False, default=str))
    else:
        console.print("\n".join(report.summary()), highlight=False, markup=False)
    return report


def _tell_failure(error: TresenError, pause: float) -> None:
    told = f"Error: {error.say}\nNext: {error.hint or 'nothing was changed'}; trying again in {pause:.0f} s"
    Console(stderr=True).print(told, highlight=False, markup=False)


async def search(query: str, limit: int, locale: str, as_json: bool, explain: bool = False) -> None:
    app = bootstrap()
    await app.start()
    tongue = app.settings.shop.locale(locale)
    async with app.db.read() as tx:
        shelf = await find.find_products(tx, app.retrieval, Query(text=query, locale=tongue, limit=limit))
    told = await app.retrieval.explain(Query(text=query, locale=tongue)) if explain else {}
    await app.close()
    why = {hit.product_id: hit.why for hit in shelf.found.hits}
    if as_json:
        hits = [{"card": asdict(card), **({"why": why[card.product_id]} if explain else {})} for card in shelf.cards]
        found = {"outcome": shelf.found.outcome, "hits": hits, **({"understood": told} if explain else {})}
        console.print_json(json.dumps(found, ensure_ascii=False))
        return
    more = ("Why",) if explain else ()
    table = Table("#", "Title", "Brand", "Price", "Rating", *more, title=f"{shelf.found.outcome}, {shelf.found.total}"
                  " in all")  # fmt: skip
    for number, card in enumerate(shelf.cards, 1):
        reasons = (" ".join(why[card.product_id]),) if explain else ()
        table.add_row(str(number), card.title, card.brand, card.price, str(card.rating or ""), *reasons)
    console.print(table)
    for name, value in told.items():
        console.print(f"{name}: {value}", markup=False, highlight=False)


async def batch(queries: Path, run: Path, depth: int, locale: str) -> None:
    """Search for every line `id<TAB>query` and write a TREC run with the feed's product ids.

    Raises:
        Misconfigured: the run has no folder to be written to.
    """
    asked = judging.read_queries(queries)
    if not run.parent.is_dir():
        raise Misconfigured(f"{run} cannot be written.", hint="its folder has to be there already")
    app = bootstrap()
    await app.start()
    names = {key: name for key, (_, name) in (await _feed_ids(app)).items()}
    ranked = []
    for key, text in asked.items():
        found = await app.retrieval.find(Query(text=text, locale=locale, limit=depth, complete=True))
        ranked.append((key, [(names.get(hit.product_id, hit.product_id), hit.score) for hit in found.hits]))
    await app.close()
    await asyncio.to_thread(run.write_text, "".join(judging.trec(ranked, "tresen")), "utf-8")
    console.print(
        f"Wrote {sum(len(hits) for _, hits in ranked)} hits of {len(asked)} queries to {run}.", soft_wrap=True
    )


async def tune(judgements: Path, queries: Path | None, source: str) -> int:
    """Fit the ranking to judgements and keep it if it did better on those held back; exit code 1 if it did not."""
    told = judging.read_judgements(judgements)
    texts = judging.read_queries(queries) if queries else {key: key for key in told}
    app = bootstrap()
    await app.start()
    feed = await _feed_ids(app)
    ids = {name: key for key, (each, name) in feed.items() if source in ("", each)} | {key: key for key in feed}
    own = {query: {ids[key]: gain for key, gain in gains.items() if key in ids} for query, gains in told.items()}
    tuned = await app.retrieval.tune(texts, own)
    await app.close()
    if tuned is None:
        raise Misconfigured(
            "Too few judged queries to learn from.", hint="give at least 12 with a good product of this catalog"
        )
    console.print(
        f"{tuned.queries} queries, {tuned.held_back} held back: NDCG@10 {tuned.before:.4f} -> {tuned.after:.4f}"
    )
    kept = tuned.after > tuned.before
    console.print("Kept in ranking.json." if kept else "No better; the ranking stays as it was.")
    return 0 if kept else 1


async def _feed_ids(app: Tresen) -> dict[str, tuple[str, str]]:
    """(source, id in the feed) by product id."""
    async with app.db.read() as tx:
        return {item.id: (item.source, item.external_id) for item in await catalog.all_products(tx)}


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
