"""`tresen eval`: the suites against the demo shop, with whatever model the settings name; searches need none."""

import asyncio
import json
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from evals.labels import ATTACKS, PURCHASES, STORIES
from evals.run import Subject
from evals.run import run as run_suite
from evals.seek import Sight
from evals.talk import Transcript
from tresen import books, commands, demoshop, worker
from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import log, owner, shoppers
from tresen.conversation.events import MessageSent, Stored, ToolReturned
from tresen.conversation.forms import text_of
from tresen.conversation.parts import Cards, Sources, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turns import receive
from tresen.kit.errors import Misconfigured
from tresen.kit.ids import secret
from tresen.raids.play import DemoRaids
from tresen.rehearsal import DemoDeals
from tresen.retrieval.query import Query
from tresen.shop import cart as shop_cart
from tresen.shop import catalog
from tresen.spent import Spent

SECONDS_PER_ANSWER = 120
RANKED = 200  # products per query that are compared with the judgements
SHOWN = 10


class DemoTalk:
    """Holds conversations with the demo shop; wired on first use, inside the event loop that asks."""

    def __init__(self, spent: Spent | None = None) -> None:
        self._spent = spent or Spent()
        self._app: Tresen | None = None
        self._open = AsyncExitStack()
        self._wiring = asyncio.Lock()

    async def __call__(self, turns: list[str], locale: str) -> Transcript:
        app = await self._wired()
        async with app.db.write() as tx:
            shopper = (await shoppers.open_web(tx, locale)).shopper
        answers = [await _say(app, shopper, text) for text in turns]
        async with app.db.read() as tx:
            self._spent.add(await log.read(tx, shopper.conversation_id))
        return await _transcript(app, shopper, answers)

    async def _wired(self) -> Tresen:
        async with self._wiring:
            if self._app is None:
                self._app = bootstrap(demoshop.demo_settings(folder="evals"))
                await self._app.start()
                await demoshop.load_demo(self._app)
                await self._open.enter_async_context(worker.running(self._app))
            return self._app


class ShopSearch:
    """Searches the demo shop, or with `own` the shop of the settings; wired on first use, as conversations are."""

    def __init__(self, own: bool = False) -> None:
        self._own = own
        self._app: Tresen | None = None
        self._external: dict[str, str] = {}

    async def __call__(self, query: str, locale: str) -> Sight:
        app = await self._wired()
        wish = Query(text=query, locale=locale, limit=SHOWN)
        started = time.perf_counter()
        shown = await app.retrieval.find(wish)
        seconds = time.perf_counter() - started
        found = await app.retrieval.find(replace(wish, limit=RANKED, complete=True))
        return Sight([self._external[hit.product_id] for hit in found.hits], len(shown.hits), seconds)

    async def _wired(self) -> Tresen:
        if self._app is None:
            app = bootstrap() if self._own else bootstrap(demoshop.demo_settings(folder="evals"))
            await app.start()
            if not self._own:
                await demoshop.load_demo(app)
            async with app.db.read() as tx:
                self._external = {item.id: item.external_id for item in await catalog.all_products(tx)}
            await app.retrieval.refresh()
            self._app = app
        return self._app


def run(
    suite: str,
    limit: int | None,
    threshold: float,
    log_dir: Path,
    judged: Path | None = None,
    spent: Spent | None = None,
) -> int:
    """Run one suite; the exit code says whether it passed. `judged` searches the shop of the settings instead.

    `spent` is added to: what the conversations cost.

    Raises:
        Unprocessable: `judged` is no folder of judged queries.
    """
    if judged is not None and suite != "retrieval":
        raise Misconfigured(
            f"The suite {suite} has its own samples.", hint="--judged goes with `tresen eval retrieval`"
        )
    subject = _subject(suite, judged is not None, spent or Spent())
    return run_suite(suite, subject, log_dir=log_dir, limit=limit, threshold=threshold, judged=judged)


def _subject(suite: str, own: bool, spent: Spent) -> Subject:
    """What the suite is put to: searches, purchases, attacks, stories, or else conversations."""
    if suite == "retrieval":
        return ShopSearch(own)
    if suite in ATTACKS:
        return DemoRaids(spent=spent)
    if suite in STORIES:
        from tresen.recital import DemoStories

        return DemoStories(spent)
    return DemoDeals(spent=spent) if suite in PURCHASES else DemoTalk(spent)


async def _say(app: Tresen, shopper: Shopper, text: str) -> tuple[int, MessageSent]:
    async with app.db.write() as tx:
        received = await receive(tx, shopper, (Text(text),), secret())
    answer = commands.next_answer(app, shopper.conversation_id, received.seq)
    return received.seq, await asyncio.wait_for(answer, SECONDS_PER_ANSWER)


async def _transcript(app: Tresen, shopper: Shopper, answers: list[tuple[int, MessageSent]]) -> Transcript:
    async with app.db.read() as tx:
        stored = await log.read(tx, shopper.conversation_id)
        cart = await shop_cart.read(tx, shopper.id)
        row = await owner.current(tx, shopper.conversation_id)
        ids = [card.product_id for _, answer in answers for card in _cards(answer)]
        documents = await books.documents(tx)
        external = {product.id: product.external_id for product in await catalog.products(tx, ids)}
    return Transcript(
        replies=[text_of(answer.parts, shopper.locale) for _, answer in answers],
        shown=[[external.get(card.product_id, "") for card in _cards(answer)] for _, answer in answers],
        outcomes=[_outcomes(stored, seq, answer) for seq, answer in answers],
        cart={line.variant.sku: line.quantity for line in cart.lines},
        owner=row.owner.split(":")[0],
        cited=[[documents.get(key, "") for key in _cited(answer)] for _, answer in answers],
    )


def _cards(answer: MessageSent) -> list[Any]:
    return [card for part in answer.parts if isinstance(part, Cards) for card in part.cards]


def _cited(answer: MessageSent) -> list[str]:
    """The ids of the documents, from their links."""
    sources = [source for part in answer.parts if isinstance(part, Sources) for source in part.sources]
    return list(dict.fromkeys(Path(urlsplit(source.url).path).name for source in sources))


def _outcomes(stored: list[Stored], seq: int, answer: MessageSent) -> list[str]:
    """What the searches of one turn reported."""
    found = [each.data for each in stored if each.seq > seq and isinstance(each.data, ToolReturned)]
    searches = [data for data in found if data.turn == answer.turn and data.tool == "find_products"]
    return [json.loads(data.text)["outcome"] for data in searches if data.status == "ok"]
