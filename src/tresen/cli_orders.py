"""`tresen orders`: the order desk on the command line. Numbers and words in, one plain sentence out."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="The order desk: list, ship, refund and take back.", no_args_is_help=True, rich_markup_mode=None)

Number = Annotated[str, typer.Argument(help="The order's number.")]
State = Annotated[str, typer.Option(help="Only orders in this state, such as processing or shipped.")]
Search = Annotated[str, typer.Option("--search", "-q", help="Words in number, name, e-mail or items.")]
Why = Annotated[str, typer.Option(help="Why; it stays with the order.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


@app.command("list")
def list_orders(
    state: State = "",
    search: Search = "",
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=1000)] = 50,
    as_json: Json = False,
) -> None:
    """List orders, the newest first; * marks those nobody has opened yet."""
    from tresen import order_commands

    _run(order_commands.list_orders(state, search, limit, as_json))


@app.command()
def show(number: Number, as_json: Json = False) -> None:
    """Show one order, whole, with what can be done next."""
    from tresen import order_commands

    _run(order_commands.show(number, as_json))


@app.command()
def ship(
    number: Number,
    carrier: Annotated[str, typer.Option(help="Who carries the parcel.")] = "",
    code: Annotated[str, typer.Option(help="The tracking number.")] = "",
    url: Annotated[str, typer.Option(help="Where the parcel can be followed.")] = "",
    line: Annotated[
        list[str] | None, typer.Option(help="POSITION=QUANTITY, once per line; without it everything is sent.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send a parcel; the shopper is told."""
    from tresen import order_commands

    parcel = dict(_position(each) for each in line) if line else None
    _run(order_commands.act("ship", number, as_json, carrier=carrier, code=code, url=url, lines=parcel))


@app.command()
def ready(number: Number, as_json: Json = False) -> None:
    """Say that an order can be picked up; the shopper is told."""
    from tresen import order_commands

    _run(order_commands.act("make_ready", number, as_json))


@app.command()
def deliver(number: Number, as_json: Json = False) -> None:
    """Say that everything has arrived, or was picked up."""
    from tresen import order_commands

    _run(order_commands.act("deliver", number, as_json))


@app.command()
def paid(number: Number, as_json: Json = False) -> None:
    """Book an invoice, or money at the counter, as paid."""
    from tresen import order_commands

    _run(order_commands.act("paid", number, as_json))


@app.command()
def cancel(number: Number, reason: Why, as_json: Json = False) -> None:
    """Cancel what has not left; what was paid goes back."""
    from tresen import order_commands

    _run(order_commands.act("cancel", number, as_json, reason=reason))


@app.command()
def refund(
    number: Number,
    amount: Annotated[str, typer.Argument(help="Such as 12.90, in the order's currency.")],
    reason: Why = "",
    once: Annotated[str, typer.Option(help="A name for this refund; the same name again refunds nothing more.")] = "",
    as_json: Json = False,
) -> None:
    """Give money back the way it came."""
    from tresen import order_commands

    _run(order_commands.refund(number, amount, reason, once, as_json))


@app.command("return-received")
def return_received(
    number: Annotated[str, typer.Argument(help="The return's number, such as K-2026-0001-R1.")],
    no_restock: Annotated[bool, typer.Option("--no-restock", help="The goods cannot be sold again.")] = False,
    as_json: Json = False,
) -> None:
    """Say that a return has arrived; its money goes back."""
    from tresen import order_commands

    _run(order_commands.act("return_received", number, as_json, restock=not no_restock))


@app.command()
def note(number: Number, text: Annotated[str, typer.Argument(help="What the team should know.")]) -> None:
    """Write a note that shoppers never see."""
    from tresen import order_commands

    _run(order_commands.act("note", number, False, text=text))


@app.command()
def export(
    to: Annotated[Path | None, typer.Option(help="The file to write; default is the screen.")] = None,
    state: State = "",
    search: Search = "",
) -> None:
    """Write orders as CSV, one row per item; formulas are disarmed."""
    from tresen import order_commands

    _run(order_commands.export(to, state, search))


def _position(text: str) -> tuple[int, int]:
    at, _, count = text.partition("=")
    if not at.isdecimal() or not count.isdecimal():
        raise typer.BadParameter("a line is POSITION=QUANTITY, such as 0=2")
    return int(at), int(count)


def _run(work: Coroutine[Any, Any, None]) -> None:
    import asyncio

    asyncio.run(work)
