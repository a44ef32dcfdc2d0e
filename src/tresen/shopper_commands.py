"""What `tresen shoppers` does, in plain words."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console

from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import uploads
from tresen.counter import erasing
from tresen.kit.errors import Unprocessable

console = Console()


async def find(email: str) -> None:
    """Print the ids, one a line; exit code 1 when there is none."""
    async with _shop() as app, app.db.read() as tx:
        ids = await erasing.found(tx, email)
    _tell("\n".join(ids) or f"Nobody here has {email}.")
    if not ids:
        sys.exit(1)


async def export(shopper: str, email: str, out: Path | None) -> None:
    """Write everything that is held; of several shoppers with one e-mail, all."""
    async with _shop() as app, app.db.read() as tx:
        held = [await erasing.disclosed(tx, each) for each in await _meant(app, shopper, email)]
    text = json.dumps({"shoppers": held}, ensure_ascii=False, indent=2, default=str)
    if out is None:
        _tell(text)
    else:
        await asyncio.to_thread(out.write_text, text + "\n", "utf-8")
        _tell(f"Wrote {out}. It holds personal data: hand it over safely, then delete it.")


async def erase(shopper: str, email: str, sure: Callable[[str], bool]) -> None:
    """Erase, then delete the files of the pictures at once."""
    async with _shop() as app:
        for each in await _meant(app, shopper, email):
            if not sure(f"Erase shopper {each} for good?"):
                _tell("Nothing was erased.")
                continue
            async with app.db.write() as tx:
                gone = await erasing.erase(tx, each)
            _tell(f"Erased shopper {each}: {_counted(gone)}")
            if gone.orders:
                _tell(f"Orders stay, because the law wants them kept: {', '.join(gone.orders)}.")
        await uploads.sweep(app.db, app.settings.folder)
    _tell("Not in Tresen's hands: backups, log files, mail that was sent, the messengers' and the model's own servers.")


def _counted(gone: erasing.Erased) -> str:
    taken = gone.taken
    things = (taken.conversations, "conversation"), (taken.remembered, "remembered thing"), (taken.pictures, "picture")
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in things) + "."


async def _meant(app: Tresen, shopper: str, email: str) -> list[str]:
    """The ids that are meant.

    Raises:
        Unprocessable: nothing was named, or both ways.
        UnknownShopper: nobody has this e-mail.
    """
    if bool(shopper) == bool(email):
        raise Unprocessable(
            "Name a shopper: an id, or --email.", hint="tresen shoppers find name@example.com lists ids"
        )
    if shopper:
        return [shopper]
    async with app.db.read() as tx:
        ids = await erasing.found(tx, email)
    if not ids:
        raise erasing.UnknownShopper(f"Nobody here has {email}.")
    return ids


@asynccontextmanager
async def _shop() -> AsyncIterator[Tresen]:
    app = bootstrap()
    await app.start()
    try:
        yield app
    finally:
        await app.close()


def _tell(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
