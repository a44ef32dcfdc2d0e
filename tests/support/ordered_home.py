"""A shop's folder in which Erika has written and ordered: for tests of the command line."""

import asyncio
from pathlib import Path

import selling
from little_app import wired

from tresen.conversation import turns
from tresen.conversation.parts import Text
from tresen.counter import confirming

WROTE = "Ich bin die Erika vom Deich"
TOML = """
[shop]
name = "Sockenhaus"
order_prefix = "SH-"
payments = ["invoice"]

[[shop.shipping]]
key = "parcel"
label = { de = "Paket", en = "Parcel" }
countries = ["DE"]
price = 4.90
"""


def order_in(home: Path) -> None:
    """Open the shop in this folder, and let Erika write and order."""
    (home / "tresen.toml").write_text(TOML, "utf-8")
    asyncio.run(_order(home))


async def _order(home: Path) -> None:
    app = wired(home)
    await app.start()
    await selling.open_shop(app.db)
    async with app.db.write() as tx:
        shopper = await selling.visitor(tx)
        await turns.receive(tx, shopper, (Text(WROTE),), "1")
        nonce = await selling.ready_to_order(tx, app.till, shopper)
        await confirming.confirm(tx, app.till, shopper, nonce)
    await app.close()
