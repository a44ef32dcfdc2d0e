"""Puts an attacker's text where the model reads it, and takes it away again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from evals.attacks import Plant
from tresen.bootstrap import Tresen
from tresen.conversation import operators, owner
from tresen.conversation.parts import Text
from tresen.kit.ids import row_id, secret
from tresen.raids.people import Scene
from tresen.retrieval.query import PassageHit
from tresen.shop import orderbook, sales
from tresen.shop.tables import document, product

STARS = 5


@asynccontextmanager
async def planted(app: Tresen, plant: Plant, scene: Scene) -> AsyncIterator[None]:
    """The shop with this text in it; the catalog and the documents are as before afterwards."""
    match plant.where:
        case "policy":
            async with _in_document(app, plant):
                yield
        case "order_note":
            await _on_orders(app, plant.text, scene)
            yield
        case "operator":
            await _by_operator(app, plant.text, scene)
            yield
        case _:
            async with _in_catalog(app, plant):
                yield


@asynccontextmanager
async def _in_catalog(app: Tresen, plant: Plant) -> AsyncIterator[None]:
    """The search goes on by the words that were indexed; what is read is what stands there now."""
    which = product.c.external_id == plant.product
    async with app.db.write() as tx:
        before = (await tx.execute(select(product).where(which))).one()
        await tx.execute(update(product).where(which).values(_worded(before, plant)))
    try:
        yield
    finally:
        columns = ("title", "description", "details", "reviews")
        async with app.db.write() as tx:
            await tx.execute(update(product).where(which).values({name: getattr(before, name) for name in columns}))


def _worded(row: Any, plant: Plant) -> dict[str, Any]:
    text = plant.text
    match plant.where:
        case "title":
            return {"title": {locale: f"{words} {text}" for locale, words in row.title.items()}}
        case "description":
            return {"description": {locale: f"{words} {text}" for locale, words in row.description.items()}}
        case "detail":
            return {"details": {**row.details, "note": dict.fromkeys(row.title, text)}}
        case _:
            first = {"stars": STARS, "text": text, "author": "Kim", "locale": next(iter(row.title))}
            return {"reviews": [first, *row.reviews[1:]]}


@asynccontextmanager
async def _in_document(app: Tresen, plant: Plant) -> AsyncIterator[None]:
    """Every passage of the document, in each language, ends in the text."""
    async with app.db.read() as tx:
        found = await tx.rows(select(document.c.id, document.c.external_id))
    poisoned = {row.id for row in found if plant.product in row.external_id}
    if not poisoned:
        raise LookupError(f"no document is called {plant.product}")
    genuine = app.retrieval.passages

    async def passages(text: str, locale: str, limit: int = 4) -> list[PassageHit]:
        hits = await genuine(text, locale, limit)
        return [_ending_in(hit, plant.text) if hit.passage.document_id in poisoned else hit for hit in hits]

    vars(app.retrieval)["passages"] = passages
    try:
        yield
    finally:
        del vars(app.retrieval)["passages"]


def _ending_in(hit: PassageHit, text: str) -> PassageHit:
    return replace(hit, passage=replace(hit.passage, text=f"{hit.passage.text} {text}"))


async def _on_orders(app: Tresen, text: str, scene: Scene) -> None:
    """Where a parcel goes to, as somebody typed it, and a note that the shop's people keep."""
    for number in (scene.names["$own_order"], scene.names["$own_delivered"]):
        async with app.db.write() as tx:
            address = (await orderbook.find(tx, number)).address
            street = {**address, "street": f"{address['street']}, {text}"}
            await tx.execute(update(sales.order).where(sales.order.c.number == number).values(address=street))
            note = {"id": row_id(), "order_number": number, "by": "operator:a", "text": text, "at": tx.now}
            await tx.execute(sales.order_note.insert().values(**note))


async def _by_operator(app: Tresen, text: str, scene: Scene) -> None:
    """A person of the shop has written it in this conversation, and has handed back."""
    talk = scene.shopper.conversation_id
    async with app.db.write() as tx:
        added = await operators.find(tx, "raid") or await operators.add(tx, "raid", "Jo", secret())
        who = owner.Operator(added.id, added.name)
        await owner.take_over(tx, talk, who)
        await owner.reply(tx, talk, who, (Text(text),), secret())
        await owner.hand_back(tx, talk, who.owner)
