"""The story that everything hangs on, in the words of twenty shoppers, against the shop's own rows."""

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import log, owner, shoppers, turns
from tresen.conversation.events import MessageSent
from tresen.conversation.forms import text_of
from tresen.conversation.parts import Text
from tresen.conversation.shoppers import Shopper
from tresen.kit.ids import secret
from tresen.settings import Settings
from tresen.shop import cart, catalog
from tresen.shop.catalog import Product, Variant
from tresen.shop.tables import variant

STORIES = [
    json.loads(line) for line in (Path(__file__).parent / "samples" / "story.jsonl").read_text("utf-8").splitlines()
]
BLUE, SIZE = {"Blau", "blue"}, "39-42"


@pytest.fixture(scope="module")
async def quiet(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tresen]:
    """A copy of the demo shop without a worker: the test itself lets the agent respond."""
    home = tmp_path_factory.mktemp("story")
    shutil.copytree(demo_home, home, dirs_exist_ok=True, ignore=shutil.ignore_patterns("media"))
    app = bootstrap(Settings(home=home, database_url="", model=""))
    yield app
    await app.close()


@dataclass
class Talk:
    app: Tresen
    shopper: Shopper

    @classmethod
    async def begin(cls, app: Tresen, locale: str) -> "Talk":
        async with app.db.write() as tx:
            return cls(app, (await shoppers.open_web(tx, locale)).shopper)

    async def say(self, text: str) -> MessageSent:
        app, conversation_id = self.app, self.shopper.conversation_id
        async with app.db.write() as tx:
            received = await turns.receive(tx, self.shopper, (Text(text),), secret())
        await turns.respond(app.db, app.bus, conversation_id, app.responder, app.taps)
        async with app.db.read() as tx:
            answers = [each.data for each in await log.read(tx, conversation_id, after=received.seq)]
        (answer,) = [data for data in answers if isinstance(data, MessageSent)]
        return answer

    async def cart(self) -> list[tuple[str, str, int]]:
        async with self.app.db.read() as tx:
            found = await cart.read(tx, self.shopper.id)
        return [(line.product.id, line.variant.id, line.quantity) for line in found.lines]

    async def owner(self) -> str:
        async with self.app.db.read() as tx:
            return str((await owner.current(tx, self.shopper.conversation_id)).owner)


def parts(message: MessageSent, kind: str) -> list[Any]:
    return [part for part in message.parts if part.type == kind]


def shown(message: MessageSent) -> list[Any]:
    return [card for part in parts(message, "cards") for card in part.cards]


async def product(app: Tresen, product_id: str) -> Product:
    async with app.db.read() as tx:
        return (await catalog.products(tx, [product_id]))[0]


def blue_39_42(item: Product) -> Variant | None:
    for each in item.variants:
        color = each.options.get("color", {})
        if isinstance(color, dict) and BLUE & set(color.values()) and each.options.get("size") == SIZE:
            return each
    return None


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["id"])
async def test_the_story_in_free_words(quiet: Tresen, story: dict[str, Any]) -> None:
    talk = await Talk.begin(quiet, story["locale"])
    find, choose, returns, human = story["turns"]

    found = await talk.say(find)
    socks = [await product(quiet, card.product_id) for card in shown(found)]
    assert len(socks) >= 2, text_of(found.parts, story["locale"])
    assert all("running-socks" in item.category_key and (item.rating or 0) >= 4 for item in socks)

    chosen = await talk.say(choose)
    wanted = blue_39_42(socks[1])
    if wanted is not None and (wanted.stock or 0) >= 2:
        assert await talk.cart() == [(socks[1].id, wanted.id, 2)], text_of(chosen.parts, story["locale"])
        assert parts(chosen, "cart")[0].count == 2
    else:
        assert await talk.cart() == []

    answered = await talk.say(returns)
    cited = [source.title for part in parts(answered, "sources") for source in part.sources]
    assert any("Rückgabe" in title or "Returns" in title for title in cited), text_of(answered.parts, story["locale"])

    await talk.say(human)
    assert await talk.owner() == "waiting"


@pytest.mark.parametrize("locale", ["de", "en"])
async def test_sold_out_is_an_honest_no_with_the_nearest_choices(quiet: Tresen, locale: str) -> None:
    talk = await Talk.begin(quiet, locale)
    found = await talk.say(
        {"de": "Laufsocken mit guter Bewertung in Blau", "en": "blue running socks, well rated"}[locale]
    )
    products = [await product(quiet, card.product_id) for card in shown(found)]
    number, item, wanted = next((n, each, blue) for n, each in enumerate(products, 1) if (blue := blue_39_42(each)))
    async with quiet.db.write() as tx:
        number_of_change = await catalog.next_number(tx, "change")
        gone = update(variant).where(variant.c.id == wanted.id).values(stock=0, changed=number_of_change)
        await tx.execute(gone)
    words = {
        "de": f"Nummer {number} in Blau, Größe 39-42, zwei Paar",
        "en": f"number {number} in blue, size 39-42, two pairs",
    }
    no = await talk.say(words[locale])
    assert await talk.cart() == []
    said = text_of(no.parts, locale)
    assert {"de": "ausverkauft", "en": "sold out"}[locale] in said
    others = [each.label(locale) for each in item.variants if each.id != wanted.id and each.available]
    assert any(value in said for label in others for value in label.split(", "))
    async with quiet.db.write() as tx:
        number_of_change = await catalog.next_number(tx, "change")
        await tx.execute(update(variant).where(variant.c.id == wanted.id).values(stock=9, changed=number_of_change))
