"""`tresen demo`: the shop "Kiesel & Kette" in a folder of its own, with products, documents and known shoppers."""

import asyncio
import json
import sys
import webbrowser
from importlib.resources import files
from typing import Any

from tresen import commands, pastorders, worker
from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import operators, shoppers, turns
from tresen.conversation.forms import plain
from tresen.conversation.parts import Text
from tresen.conversation.shoppers import Address
from tresen.kit.db import Tx
from tresen.kit.ids import secret
from tresen.settings import Settings
from tresen.shop import catalog, orderbook
from tresen.shop.house import House

FIRST_NEW_ORDER = 2000  # the demo's past orders have smaller numbers
DEMO_QUESTION = "Hey, finde ein neues Paar Laufsocken mit guter Bewertung für mich"


async def demo(port: int | None, open_browser: bool, check: bool) -> None:
    """Load the demo shop into a folder of its own and serve it on loopback."""
    settings = demo_settings(port)
    app = bootstrap(settings)
    await app.start()
    await load_demo(app)
    if check:
        await _check(app)
        await app.close()
        return
    link = await _inbox_link(app)
    shop = f"{settings.base_url}/demo"
    commands.console.print(
        f"\nShop   {shop}\nInbox  {link}   (works once, signs you in)\n", highlight=False, soft_wrap=True
    )
    if open_browser:
        webbrowser.open(shop)
    await commands.run_server(app, settings.host, settings.port, work=True)


def demo_settings(port: int | None = None, folder: str = "demo") -> Settings:
    """Settings of the demo: its own folder inside TRESEN_HOME, loopback only."""
    base = Settings()
    home = base.folder / folder
    home.mkdir(parents=True, exist_ok=True)
    toml = home / "tresen.toml"
    if not toml.exists():
        toml.write_text((files("catalog_ingest") / "demo" / "tresen.toml").read_text("utf-8"), "utf-8")
    return Settings(home=home, demo=True, host="127.0.0.1", port=base.port if port is None else port, database_url="")


async def load_demo(app: Tresen) -> None:
    """Bring the demo catalog in through the same pipeline as any other; a second start writes nothing."""
    from catalog_ingest import demo as demo_catalog
    from catalog_ingest.progress import Bar

    await demo_catalog.load(app.db, app.retrieval, app.settings.folder, Bar(commands.console))
    people = json.loads((files("catalog_ingest") / "demo" / "shoppers.json").read_text("utf-8"))["shoppers"]
    async with app.db.write() as tx:
        if not await catalog.number(tx, f"orders-{tx.now.year}"):
            await catalog.set_number(tx, f"orders-{tx.now.year}", FIRST_NEW_ORDER)
        for person in people:
            await _introduce(tx, person, app.settings.shop)


async def _inbox_link(app: Tresen) -> str:
    """A one-time link for the demo's operator, who is made at the first start."""
    async with app.db.write() as tx:
        staff = await operators.find(tx, "demo") or await operators.add(tx, "demo", "Anna", secret())
        key = await operators.one_time_link(tx, staff.id)
    return f"{app.settings.base_url}/inbox?key={key}"


async def _check(app: Tresen) -> None:
    """One question through the whole spine; fails loudly when no product comes back."""
    async with app.db.write() as tx:
        opened = await shoppers.open_web(tx, "de")
        received = await turns.receive(tx, opened.shopper, (Text(DEMO_QUESTION),), secret())
    async with worker.running(app):
        answer = await asyncio.wait_for(commands.next_answer(app, opened.shopper.conversation_id, received.seq), 60)
    for part in answer.parts:
        commands.console.print(plain(part, "de"), markup=False, highlight=False)
    if not any(part.type == "cards" for part in answer.parts):
        sys.exit("the demo shop answered without a product")


async def _introduce(tx: Tx, person: dict[str, Any], house: House) -> None:
    """A shopper whom the shop knows already, with past orders; a second start finds them as they are."""
    address = Address(**person["contact"]) if "contact" in person else None
    shopper_id = await shoppers.introduce(tx, person["name"], person["email"], person["locale"], address)
    contact_id = await shoppers.contact_of(tx, address) if address else ""
    known = {each.number for each in await orderbook.of_shopper(tx, shopper_id)}
    for data in person["orders"]:
        if data["number"] not in known:
            await pastorders.record(tx, house, shopper_id, contact_id, person, data)
