"""`tresen shoppers`: what is held of a shopper, to hand over and to erase, as they may ask of a shop."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="What is held of a shopper: find, export, erase.", no_args_is_help=True, rich_markup_mode=None)

Id = Annotated[str, typer.Argument(help="The shopper's id, as the inbox shows it.")]
Email = Annotated[str, typer.Option(help="Instead of the id: the e-mail they proved, or named in an order.")]


@app.command()
def find(email: Annotated[str, typer.Argument(help="The e-mail they proved, or named in an order.")]) -> None:
    """List the ids of the shoppers with this e-mail."""
    from tresen import shopper_commands

    _run(shopper_commands.find(email))


@app.command()
def export(
    shopper: Id = "",
    email: Email = "",
    out: Annotated[Path | None, typer.Option(help="Where to write it; default the screen.")] = None,
) -> None:
    """Write everything that is held of a shopper as JSON, orders and conversations included."""
    from tresen import shopper_commands

    _run(shopper_commands.export(shopper, email, out))


@app.command()
def erase(
    shopper: Id = "",
    email: Email = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase what is held of a shopper. Orders stay, because the law wants them kept."""
    from tresen import shopper_commands

    _run(shopper_commands.erase(shopper, email, lambda told: yes or typer.confirm(told)))


def _run(work: Coroutine[Any, Any, None]) -> None:
    import asyncio

    asyncio.run(work)
