"""`tresen orders`: the order desk on the command line. Numbers and words in, one plain sentence out."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="The order desk: list, ship, refund and take back.", no_args_is_help=True, rich_markup_mode=None)


def _at_most(letters: int) -> Callable[[str], str]:
    """What a column holds."""

    def check(given: str) -> str:
        if len(given) > letters:
            raise typer.BadParameter(f"at most {letters} letters")
        return given

    return check


Number = Annotated[str, typer.Argument(help="The order's number.")]
State = Annotated[str, typer.Option(help="Only orders in this state, such as processing or shipped.")]
Search = Annotated[str, typer.Option("--search", "-q", help="Words in number, name, e-mail or items.")]
Why = Annotated[str, typer.Option(help="Why; it stays with the order.")]
Once = Annotated[
    str,
    typer.Option(
        help="A name of your own for this step; the same name again does nothing more.", callback=_at_most(64)
    ),
]
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
    carrier: Annotated[str, typer.Option(help="Who carries the parcel.", callback=_at_most(80))] = "",
    code: Annotated[str, typer.Option(help="The tracking number.", callback=_at_most(80))] = "",
    url: Annotated[str, typer.Option(help="Where the parcel can be followed.", callback=_at_most(1000))] = "",
    line: Annotated[
        list[str] | None, typer.Option(help="POSITION=QUANTITY, once per line; without it everything is sent.")
    ] = None,
    once: Once = "",
    as_json: Json = False,
) -> None:
    """Send a parcel; the shopper is told."""
    from tresen import order_commands

    parcel = dict(_position(each) for each in line) if line else None
    _run(order_commands.act("ship", number, as_json, carrier=carrier, code=code, url=url, lines=parcel, once=once))


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
def paid(
    number: Number,
    amount: Annotated[str, typer.Argument(help="How much has come, such as 12.90; without it, all that is due.")] = "",
    once: Once = "",
    as_json: Json = False,
) -> None:
    """Enter money that has come: what is missing stays due, what is too much goes back."""
    from tresen import order_commands

    _run(order_commands.act("paid", number, as_json, amount=amount, once=once))


@app.command("paid-out")
def paid_out(
    number: Number,
    refund: Annotated[str, typer.Argument(help="The id of the refund, as `show` names it.")],
    as_json: Json = False,
) -> None:
    """Say that a refund which waited for people was paid out."""
    from tresen import order_commands

    _run(order_commands.act("paid_out", number, as_json, refund=refund))


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
    once: Once = "",
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


@app.command("return-declined")
def return_declined(
    number: Annotated[str, typer.Argument(help="The return's number, such as K-2026-0001-R1.")],
    reason: Why,
    as_json: Json = False,
) -> None:
    """Refuse a return; the shopper is asked to talk to you."""
    from tresen import order_commands

    _run(order_commands.act("return_declined", number, as_json, reason=reason))


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
