"""`tresen demo`: the shop "Kiesel & Kette" in a folder of its own, with products, documents and known shoppers."""

import asyncio
import json
import sys
import webbrowser
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from sqlalchemy import select

from tresen import commands, worker
from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import operators, shoppers, turns
from tresen.conversation.parts import Text, plain
from tresen.conversation.shoppers import Address
from tresen.kit.db import Tx
from tresen.kit.ids import secret
from tresen.settings import Settings
from tresen.shop import orders
from tresen.shop.catalog import pick
from tresen.shop.money import rounded
from tresen.shop.orders import Order, OrderLine
from tresen.shop.tables import product, variant

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
    return Settings(home=home, host="127.0.0.1", port=base.port if port is None else port, database_url="")


async def load_demo(app: Tresen) -> None:
    """Bring the demo catalog in through the same pipeline as any other; a second start writes nothing."""
    from catalog_ingest import demo as demo_catalog
    from catalog_ingest.progress import Bar

    await demo_catalog.load(app.db, app.retrieval, app.settings.folder, Bar(commands.console))
    people = json.loads((files("catalog_ingest") / "demo" / "shoppers.json").read_text("utf-8"))["shoppers"]
    async with app.db.write() as tx:
        for person in people:
            await _introduce(tx, person, app.settings.shop.currency)


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


async def _introduce(tx: Tx, person: dict[str, Any], currency: str) -> None:
    """A shopper whom the shop knows already, with past orders."""
    address = Address(**person["contact"]) if "contact" in person else None
    shopper_id = await shoppers.introduce(tx, person["name"], person["email"], person["locale"], address)
    for data in person["orders"]:
        await orders.record(tx, shopper_id, await _order(tx, data, currency, person["locale"]))


async def _order(tx: Tx, data: dict[str, Any], currency: str, locale: str) -> Order:
    skus = [line["sku"] for line in data["lines"]]
    query = select(variant.c.sku, product.c.title).join(product, product.c.id == variant.c.product_id)
    titles = {row.sku: pick(row.title, locale) for row in await tx.rows(query.where(variant.c.sku.in_(skus)))}
    lines = tuple(
        OrderLine(line["sku"], titles[line["sku"]], line["quantity"], rounded(Decimal(line["unit_price"]), currency))
        for line in data["lines"]
    )
    tracking = data.get("tracking") or {"carrier": "", "code": ""}
    return Order(
        data["number"],
        datetime.fromisoformat(data["placed_at"]),
        data["state"],
        rounded(Decimal(data["shipping"]), currency),
        lines,
        tracking["carrier"],
        tracking["code"],
    )
