"""The Details button of a card: one product, described from the shop's facts, by whichever model answers."""

import shutil
from pathlib import Path

import pytest

from tresen.bootstrap import bootstrap
from tresen.conversation import log, shoppers, turns
from tresen.conversation.events import MessageSent
from tresen.conversation.parts import Action
from tresen.settings import Settings
from tresen.shop import catalog
from tresen.shop.catalog import pick


@pytest.mark.parametrize("locale", ["de", "en"])
async def test_details_describe_the_one_product(demo_home: Path, tmp_path: Path, locale: str) -> None:
    shutil.copy(demo_home / "tresen.db", tmp_path / "tresen.db")
    app = bootstrap(Settings(home=tmp_path, database_url="", model="", encoder="none"))
    async with app.db.write() as tx:
        product = next(each for each in await catalog.all_products(tx) if each.external_id == "KK-SOCK-01")
        shopper = (await shoppers.open_web(tx, locale)).shopper
        title = pick(product.title, locale)
        await turns.receive(tx, shopper, (Action("show_product", product.id, label=title),), "m1")
    await turns.respond(app.db, app.bus, shopper.conversation_id, app.responder, app.taps)
    async with app.db.read() as tx:
        stored = [each.data for each in await log.read(tx, shopper.conversation_id)]
    (sent,) = [data for data in stored if isinstance(data, MessageSent)]
    cards = [card for part in sent.parts if part.type == "cards" for card in part.cards]
    assert cards[0].product_id == product.id  # what goes well with it is named as well, and has its card
    assert title in sent.parts[0].text
    assert len(sent.parts[0].text) > len(title) + 20
    await app.close()
