"""Product stories: what one product is, told for one shopper's use and values, from the shop's facts alone."""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from tresen.agent import prompts
from tresen.agent.models.breaker import name_of
from tresen.agent.models.faults import fault_of
from tresen.agent.models.pricing import Usage
from tresen.agent.models.terms import Terms
from tresen.agent.stories import lines, writing
from tresen.agent.stories.facts import Audience, Sentence, Stated, facts_of
from tresen.conversation import spending
from tresen.conversation.spending import Spent
from tresen.kit.db import Database, Tx
from tresen.kit.ids import digest
from tresen.shop import stories
from tresen.shop.catalog import Product, pick
from tresen.shop.house import House

logger = logging.getLogger(__name__)

SECONDS = 20.0  # for one model with its repair; then the next one, at last the planner
MOST_AT_ONCE = 4  # stories that models write in one process
WORDS = {"web": 80, "phone": 35, "voice": 35, "alexa": 35}  # by channel; the others are messengers
WORDS_ELSEWHERE = 50
LONGER = 4 / 3  # than a reply
PLANNER = "planner"


@dataclass(frozen=True)
class Story:
    """A finished story; `sentences` name the facts they rest on, `generated_by` is a model or the planner."""

    sentences: tuple[Sentence, ...]
    generated_by: str

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class Telling:
    """Everything one story is made of; two that are equal by `key` are one story."""

    product_id: str
    title: str
    locale: str
    audience: Audience
    facts: tuple[Stated, ...]
    prompt: str

    @property
    def for_whom(self) -> str:
        """Digest of the audience and of the words that the model is told: both make another story."""
        return digest(json.dumps([*self.audience.told(), self.prompt], ensure_ascii=False))

    @property
    def of_what(self) -> str:
        return digest(json.dumps([[fact.field, fact.text] for fact in self.facts], ensure_ascii=False))

    @property
    def key(self) -> tuple[str, ...]:
        return self.product_id, self.locale, self.for_whom, self.of_what


class Stories:
    """Tells stories with a model chain that ends in the planner; equal ones at a time are told once."""

    def __init__(self, chain: Sequence[BaseChatModel], house: House, home: Path, terms: Terms) -> None:
        self._models = list(chain[:-1])
        self._house = house
        self._home = home
        self._terms = terms
        self._telling: dict[tuple[str, ...], asyncio.Future[Story]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)

    def telling(self, product: Product, audience: Audience, locale: str) -> Telling:
        """What a story of this product for this audience is made of."""
        prompt = prompts.render("product_story", self._home, house=self._house, locale=locale, words=audience.words)
        facts = facts_of(product, self._house, audience, locale)
        return Telling(product.id, pick(product.title, locale), locale, audience, facts, prompt)

    async def ready(self, tx: Tx, telling: Telling, payers: Sequence[str]) -> Story | None:
        """The story that no model has to be asked for: told before of the same facts, or the planner's.

        `payers` are whose rows of spending a model is paid from; with nothing left there, the planner tells.
        """
        if not self._models:
            return _planned(telling)
        found = await stories.read(tx, telling.product_id, telling.locale, telling.for_whom)
        if found is not None and found.facts == telling.of_what:
            return Story(tuple(Sentence(text, sources) for text, sources in found.sentences), found.model)
        purse = self._terms.purse
        spent = await spending.read(tx, spending.day(tx.now, purse.zone), payers)
        if any(purse.caps.of(name).reached(spent[name]) for name in payers):
            return _planned(telling)
        return None

    async def make(self, db: Database, telling: Telling, payers: Sequence[str]) -> Story:
        """A new story. It is kept and paid for after it was returned, so that a caller may hold a read transaction."""
        waiting = self._telling.get(telling.key)
        if waiting is None:
            waiting = self._telling[telling.key] = asyncio.get_running_loop().create_future()
            task = asyncio.create_task(self._tell(db, telling, payers, waiting))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(waiting)

    async def _tell(
        self, db: Database, telling: Telling, payers: Sequence[str], waiting: "asyncio.Future[Story]"
    ) -> None:
        try:
            async with db.read() as tx:  # it may have been kept since the caller looked
                kept = await self.ready(tx, telling, payers)
            story, spent = (kept, Spent()) if kept else await self._told(telling)
            waiting.set_result(story)
            if not kept:
                await self._keep(db, telling, story, payers, spent)
        except Exception:
            logger.exception("the story of %s was not kept", telling.product_id)
        finally:
            self._telling.pop(telling.key, None)
            waiting.cancel()

    async def _told(self, telling: Telling) -> tuple[Story, Spent]:
        spent = Spent()
        for model in self._models:
            breaker = self._terms.breakers.of(model)
            with breaker.trying() as may:
                if not may:
                    continue
                try:
                    async with self._slots, asyncio.timeout(SECONDS):
                        async for reply in writing.replies(model, telling.prompt, telling.facts, telling.audience,
                                                                telling.locale):  # fmt: skip
                            spent += self._price(model, reply.usage)
                            if reply.sentences:
                                breaker.succeeded()
                                return Story(reply.sentences, name_of(model)), spent
                except Exception as error:  # noqa: BLE001  whatever a provider raises, the next one tells
                    fault = fault_of(error)
                    if fault.counts:
                        breaker.failed(for_good=fault.for_good)
                    logger.warning("model %s told no story: %s: %s", name_of(model), fault.kind, str(error)[:300])
        return _planned(telling), spent

    def _price(self, model: BaseChatModel, usage: Usage) -> Spent:
        return Spent(1, usage.input, usage.output, self._terms.purse.prices.cost(name_of(model), usage))

    async def _keep(self, db: Database, telling: Telling, story: Story, payers: Sequence[str], spent: Spent) -> None:
        """Keep what a model told, and pay for it; the planner's stories are told anew each time."""
        sentences = tuple((each.text, each.sources) for each in story.sentences)
        kept = stories.Kept(story.text, sentences, telling.of_what, story.generated_by)
        async with db.write() as tx:
            if spent.calls:
                await spending.add_all(tx, spending.day(tx.now, self._terms.purse.zone), payers, spent)
            if story.generated_by != PLANNER:
                await stories.keep(tx, telling.product_id, telling.locale, telling.for_whom, kept)


def _planned(telling: Telling) -> Story:
    return Story(tuple(lines.compose(telling.facts, telling.audience, telling.locale)), PLANNER)


def words_on(channel: str, house: House) -> int:
    """How long a story is on a channel: somewhat longer than a reply where the shop sets how long those are."""
    reply = house.voice.lengths.get(channel)
    return round(reply * LONGER) if reply else WORDS.get(channel, WORDS_ELSEWHERE)
