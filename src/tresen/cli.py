"""The command line: plain words, a next step on every error, exit code 2 for misuse and 1 for failure.

Heavy libraries are imported inside the commands, so that `tresen --help` answers at once.
"""

import sys
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tresen import cli_orders, cli_shoppers

app = typer.Typer(
    help="A shopping companion for shops.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_show_locals=False,  # a local may be a password
)
operators = typer.Typer(help="The people who answer in the inbox.", no_args_is_help=True, rich_markup_mode=None)
database = typer.Typer(help="The database.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(cli_orders.app, name="orders")
app.add_typer(cli_shoppers.app, name="shoppers")
app.add_typer(operators, name="operators")
app.add_typer(database, name="db")

Port = Annotated[int | None, typer.Option(help="Port on loopback; default TRESEN_PORT or 8080.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


class PriceUnit(StrEnum):
    MAJOR = "major"
    MINOR = "minor"


def main() -> None:
    """Run a command; every failure is one plain sentence and a next step."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from tresen.checkup import explain

        told = explain(error)
        if told is None:
            raise
        typer.echo(f"Error: {told.say}", err=True)
        if told.hint:
            typer.echo(f"Next: {told.hint}", err=True)
        sys.exit(1)


@app.command()
def demo(
    port: Port = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the browser.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Set up, ask one question, print the answer, and stop.")
    ] = False,
) -> None:
    """Serve the demo shop on this machine: no key, no other service."""
    from tresen import demoshop

    _logging("WARNING")
    _run(demoshop.demo(port, open_browser=not no_open, check=check))


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    name: Annotated[str, typer.Option(help="The shop's name.")] = "My shop",
) -> None:
    """Make a shop's folder with a commented tresen.toml."""
    from tresen import commands

    commands.init(folder, name)


@app.command()
def ingest(
    places: Annotated[list[str], typer.Argument(metavar="SOURCE", help="Files, folders and http(s) addresses.")],
    source: Annotated[str, typer.Option(help="Name of the source; default the first file's name.")] = "",
    currency: Annotated[str, typer.Option(help="Currency of the prices; default the shop's.")] = "",
    price_unit: Annotated[PriceUnit, typer.Option(help="major (12.90) or minor (1290).")] = PriceUnit.MAJOR,
    decimal: Annotated[str, typer.Option(help="Decimal sign of ambiguous prices: , or .")] = "",
    locale: Annotated[str, typer.Option(help="Language of the feed; default the shop's first.")] = "",
    form: Annotated[str, typer.Option("--format", help="How to read it; default by name and content.")] = "",
    every: Annotated[str, typer.Option(help="Again and again, such as 30m, 6h or 1d, until stopped.")] = "",
    mapping: Annotated[str, typer.Option("--map", help="Columns: title=Name,price=Preis, or a TOML file.")] = "",
    tax_included: Annotated[
        bool, typer.Option("--tax-included/--tax-excluded", help="Whether prices hold VAT.")
    ] = True,
    allow_shrink: Annotated[bool, typer.Option("--allow-shrink", help="Accept a feed that lost over 30 %.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check, write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Read feeds and documents into the shop, then index what has changed."""
    from tresen import commands

    options = {
        "source": source, "currency": currency, "price_unit": price_unit.value, "decimal": decimal, "locale": locale,
        "mapping": mapping, "tax_included": tax_included, "allow_shrink": allow_shrink, "dry_run": dry_run,
        "format": form,
    }  # fmt: skip
    raise typer.Exit(_run(commands.ingest(places, options, as_json, every)))


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")] = "",
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=200)] = 10,
    locale: Annotated[str, typer.Option(help="de or en.")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Say how the words were read and why each hit is one.")]
    = False,
    batch: Annotated[Path | None, typer.Option(help="A TSV file of query ids and queries.")] = None,
    run: Annotated[Path | None, typer.Option(help="Where to write the TREC run of --batch.")] = None,
    k: Annotated[int, typer.Option(help="How many hits per query in the run.", min=1, max=1000)] = 200,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Search the catalog without the model."""
    from tresen import commands

    if batch is not None and run is not None:
        _run(commands.batch(batch, run, k, locale))
    elif batch is not None or run is not None or not query:
        raise typer.BadParameter("give a QUERY, or both --batch QUERIES.tsv and --run OUT.trec")
    else:
        _run(commands.search(query, limit, locale, as_json, explain))


@app.command()
def tune(
    judgements: Annotated[Path, typer.Argument(help="TSV: query (or its id), product id of the feed, gain.")],
    queries: Annotated[Path | None, typer.Option(help="TSV: query id, query; if the judgements name ids.")] = None,
    source: Annotated[str, typer.Option(help="The source whose product ids are meant, if there are several.")] = "",
) -> None:
    """Fit the ranking of search to a shop's own judgements, and say what it gained."""
    from tresen import commands

    raise typer.Exit(_run(commands.tune(judgements, queries, source)))


@app.command()
def chat(locale: Annotated[str, typer.Option(help="de or en.")] = "") -> None:
    """Talk to the shop in the terminal."""
    from tresen import commands

    _logging("ERROR")
    _run(commands.chat(locale))


@app.command()
def serve(
    port: Port = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default TRESEN_HOST or 127.0.0.1.")] = None,
    no_work: Annotated[bool, typer.Option("--no-work", help="Only HTTP; `tresen worker` answers elsewhere.")] = False,
) -> None:
    """Serve the shop's folder over HTTP."""
    from tresen import commands

    _logging()
    _run(commands.serve(host, port, work=not no_work))


@app.command()
def worker() -> None:
    """Run only the respond and send loops."""
    from tresen import commands

    _logging()
    _run(commands.work())


@app.command("eval")
def evaluate(
    suites: Annotated[list[str], typer.Argument(help="The names of suites.")],
    limit: Annotated[int | None, typer.Option(help="Only so many samples.", min=1)] = None,
    threshold: Annotated[
        float, typer.Option(help="Pass rate, or NDCG@10, below which the exit code is 1.", min=0, max=1)
    ] = 0.6,
    log_dir: Annotated[Path, typer.Option(help="Where Inspect writes its logs.")] = Path("logs"),
    judged: Annotated[
        Path | None,
        typer.Option(help="retrieval: a folder with queries.tsv and judgements.tsv, for the shop in TRESEN_HOME."),
    ] = None,
) -> None:
    """Run eval suites on the demo shop.

    find, grounded and handoff hold conversations, stories has products told, money and shop_ops buy and send back,
    safety attacks, retrieval searches.
    """
    from tresen import evaluation

    raise typer.Exit(max(evaluation.run(suite, limit, threshold, log_dir, judged) for suite in suites))


@app.command()
def doctor() -> None:
    """Say what is missing and how to mend it."""
    from tresen import checkup

    raise typer.Exit(_run(checkup.run()))


@operators.command("add")
def operators_add(
    login: Annotated[str, typer.Argument(help="What the person signs in with.")],
    name: Annotated[str, typer.Option(prompt="Name that shoppers see", help="Name that shoppers see.")],
    password: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)],
) -> None:
    """Add a person who answers in the inbox."""
    from tresen import commands

    _run(commands.add_operator(login, name, password))


@database.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this version."""
    from tresen import commands

    _run(commands.upgrade())


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    import asyncio

    return asyncio.run(work)


def _logging(level: str | None = None) -> None:
    import logging

    from tresen.settings import Settings

    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=level or Settings().log_level.upper(), format=form)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it prints addresses, and a bot's token is in its address
