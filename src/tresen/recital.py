"""Stories of the demo shop for evaluators: a shopper looks at a product's page and asks what is special about it."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

from evals.telling import Heard
from tresen import commands, demoshop, worker
from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import log, shoppers
from tresen.conversation.events import MessageSent
from tresen.conversation.forms import plain
from tresen.conversation.parts import Cards, Text
from tresen.conversation.turns import receive
from tresen.counter import find
from tresen.counter.facts import fact_text
from tresen.kit.ids import secret
from tresen.shop import catalog
from tresen.shop.catalog import Product, pick
from tresen.spent import Spent

SECONDS_PER_ANSWER = 120


class DemoStories:
    """Has stories told by the demo shop; wired on first use, inside the event loop that asks."""

    def __init__(self, spent: Spent | None = None) -> None:
        self._spent = spent or Spent()
        self._app: Tresen | None = None
        self._products: dict[str, Product] = {}
        self._open = AsyncExitStack()
        self._wiring = asyncio.Lock()

    async def __call__(self, product: str, said: str, locale: str) -> Heard:
        app = await self._wired()
        async with app.db.write() as tx:
            shopper = (await shoppers.open_web(tx, locale)).shopper
            await find.view_product(tx, shopper, self._products[product].id)
        async with app.db.write() as tx:
            received = await receive(tx, shopper, (Text(said),), secret())
        answer = commands.next_answer(app, shopper.conversation_id, received.seq)
        told = await asyncio.wait_for(answer, SECONDS_PER_ANSWER)
        async with app.db.read() as tx:
            self._spent.add(await log.read(tx, shopper.conversation_id))
        return self._heard(told, product, locale, app)

    def _heard(self, answer: MessageSent, product: str, locale: str, app: Tresen) -> Heard:
        """The story is the first text; what follows asks how to go on."""
        told = [plain(part, locale) for part in answer.parts if isinstance(part, Text)]
        external = {each.id: each.external_id for each in self._products.values()}
        cards = [card for part in answer.parts if isinstance(part, Cards) for card in part.cards]
        facts = stated(self._products[product], locale, app.settings.shop.returns.days)
        return Heard(told[0] if told else "", [external[card.product_id] for card in cards], facts)

    async def _wired(self) -> Tresen:
        async with self._wiring:
            if self._app is None:
                app = bootstrap(demoshop.demo_settings(folder="evals"))
                await app.start()
                await demoshop.load_demo(app)
                async with app.db.read() as tx:
                    self._products = {each.external_id: each for each in await catalog.all_products(tx)}
                await self._open.enter_async_context(worker.running(app))
                self._app = app
            return self._app


def stated(product: Product, locale: str, days: int) -> list[str]:
    """All that the shop states of a product, and for how long it takes it back."""
    facts: dict[str, Any] = {**product.attributes}
    sheet = [f"{key.replace('_', ' ')} {fact_text(fact, locale)} {json.dumps(fact)}" for key, fact in facts.items()]
    details = [pick(texts, locale) for texts in product.details.values()]
    reviews = [review.text for review in product.reviews]
    named = [pick(product.title, locale), product.brand, *(pick(step, locale) for step in product.category)]
    return [*named, pick(product.description, locale), *sheet, *details, *reviews, f"{days} Tage days"]
