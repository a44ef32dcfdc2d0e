"""A whole purchase in one conversation: find, cart, code, checkout, button, order, return, withdrawal."""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import log, shoppers, turns
from tresen.conversation.events import MessageSent
from tresen.conversation.forms import text_of
from tresen.conversation.parts import Confirmation, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.counter import orderdesk
from tresen.kit.ids import secret
from tresen.settings import Settings
from tresen.shop.orders import Order

ADDRESS = "Erika Muster, Hauptstr. 5, 10115 Berlin, {mail}"
STORIES = {
    "de": {
        "find": "Zeig mir Winterlaufsocken mit Windschutz",
        "choose": "nimm die Winterlaufsocken mit Windschutz in blau 39-42, zwei Paar",
        "code": "ich hab einen Code: HALLO10",
        "checkout": "zur Kasse bitte",
        "shipping": "nach Hause schicken",
        "payment": "auf Rechnung",
        "yes": "ja, bitte bestellen",
        "where": "wo ist meine Bestellung?",
        "return": "ich möchte ein Paar Socken zurückgeben",
        "withdraw": "ich widerrufe den Vertrag",
    },
    "en": {
        "find": "show me winter running socks with a windproof forefoot",
        "choose": "take the winter socks with the windproof forefoot in blue 39-42, two pairs",
        "code": "i have a code: HALLO10",
        "checkout": "checkout please",
        "shipping": "ship it to my home",
        "payment": "by invoice",
        "yes": "yes please, order it",
        "where": "where is my order?",
        "return": "I want to return one pair of socks",
        "withdraw": "I withdraw from the contract",
    },
}


@pytest.fixture(scope="module")
async def quiet(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tresen]:
    """A copy of the demo shop without a worker: the test itself lets the agent respond."""
    home = tmp_path_factory.mktemp("purchase")
    shutil.copytree(demo_home, home, dirs_exist_ok=True, ignore=shutil.ignore_patterns("media"))
    app = bootstrap(Settings(home=home, database_url="", model=""))
    yield app
    await app.close()


@dataclass
class Talk:
    app: Tresen
    shopper: Shopper

    async def say(self, part: Part | str) -> MessageSent:
        app, conversation_id = self.app, self.shopper.conversation_id
        parts = (Text(part) if isinstance(part, str) else part,)
        async with app.db.write() as tx:
            received = await turns.receive(tx, self.shopper, parts, secret())
        await turns.respond(app.db, app.bus, conversation_id, app.responder, app.taps)
        async with app.db.read() as tx:
            answers = [each.data for each in await log.read(tx, conversation_id, after=received.seq)]
        (answer,) = [data for data in answers if isinstance(data, MessageSent) and data.answers_through]
        assert not answer.withheld, answer.withheld
        return answer

    def words(self, message: MessageSent) -> str:
        return text_of(tuple(part for part in message.parts if part.type == "text"), self.shopper.locale)

    async def orders(self) -> list[Order]:
        async with self.app.db.read() as tx:
            found = (await orderdesk.overview(tx)).orders
        return [each for each in found if each.conversation_id == self.shopper.conversation_id]


def offer(message: MessageSent) -> Confirmation:
    (found,) = [part for part in message.parts if isinstance(part, Confirmation)]
    return found


def kinds(message: MessageSent) -> set[str]:
    return {part.type for part in message.parts}


@pytest.mark.parametrize("locale", sorted(STORIES))
async def test_a_purchase_from_the_shelf_to_the_withdrawal(quiet: Tresen, locale: str) -> None:
    said = STORIES[locale]
    async with quiet.db.write() as tx:
        talk = Talk(quiet, (await shoppers.open_web(tx, locale)).shopper)

    assert "cards" in kinds(await talk.say(said["find"]))
    assert "cart" in kinds(await talk.say(said["choose"]))
    assert "HALLO10" in talk.words(await talk.say(said["code"]))

    asked = await talk.say(said["checkout"])
    assert {"choices", "link"} <= kinds(asked)
    assert "choices" not in kinds(await talk.say(said["shipping"]))
    assert "choices" in kinds(await talk.say(ADDRESS.format(mail=f"{locale}@post.example")))
    offered = await talk.say(said["payment"])
    total = offer(offered).total
    assert total and total.replace("\xa0", " ") in talk.words(offered)
    assert offer(offered).button in talk.words(offered)

    pointed = await talk.say(said["yes"])
    assert offer(offered).button in talk.words(pointed) and await talk.orders() == []

    await talk.say(offer(offered).action)
    (placed,) = await talk.orders()
    assert placed.state == "processing" and placed.total.text(locale) == total

    where = await talk.say(said["where"])
    assert "order" in kinds(where) and placed.number in talk.words(where)

    await _delivered(quiet, placed.number)
    back = await talk.say(said["return"])
    assert not re.search(r"warum|why", talk.words(back).lower())
    assert sum(item.quantity for item in offer(back).items) == 1
    await talk.say(offer(back).action)
    assert [each.kind for each in (await talk.orders())[0].returns] == ["return"]

    gone = await talk.say(said["withdraw"])
    await talk.say(offer(gone).action)
    (after,) = await talk.orders()
    assert [each.kind for each in after.returns] == ["return", "withdrawal"]
    assert not any(after.unreturned().values())


async def _delivered(app: Tresen, number: str) -> None:
    async with app.db.write() as tx:
        await orderdesk.ship(tx, app.till, number, "DHL", "00340434161094", by="desk")
        await orderdesk.deliver(tx, app.till, number, by="desk")
