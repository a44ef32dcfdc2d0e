"""A shopper's picture as a search: a model that sees says what is on it, or code says honestly that none does.

A picture that a messenger still holds is waited for, while another loop fetches it.
"""

import asyncio
import base64
import json
import logging
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage

from tresen.agent import prompts
from tresen.agent.models.breaker import name_of
from tresen.agent.models.faults import fault_of
from tresen.agent.models.pricing import usage_of
from tresen.agent.models.terms import Terms
from tresen.agent.planner.phrasing import sentences
from tresen.conversation import fetching, uploads
from tresen.conversation.events import MessageReceived, ToolReturned
from tresen.conversation.parts import Choice, Choices, Image, Part, Text
from tresen.conversation.spending import CapReached
from tresen.conversation.turn import Turn
from tresen.kit.errors import NotFound
from tresen.kit.words import say
from tresen.retrieval import tokens
from tresen.retrieval.facets import Facet
from tresen.retrieval.search import Retrieval
from tresen.shop.catalog import pick
from tresen.shop.house import House

logger = logging.getLogger(__name__)

TOOL = "look_at_picture"
SECONDS = 20.0
PATIENCE = 15.0  # seconds that a turn waits for a picture that a network still holds
MOST_PICTURES = 2  # of one turn that are looked at
MOST_WORDS = 12
PICTURE_TOKENS = 900  # about what a picture of this size takes
KINDS, COLOURS = 5, 5  # choices that are offered where nobody sees
NOTHING = "picture-nothing"
REASONS = frozenset({"picture_gone", "picture_kind", "picture_too_large", "picture_too_small", "picture_broken"})
_PLAIN = re.compile(r"[^\w\s,'’-]")


@dataclass(frozen=True)
class Unseen:
    """Why nobody saw a picture: the key of the sentence that says so."""

    sentence: str


UNSEEN = Unseen("picture-unseen")


@dataclass(frozen=True)
class Seen:
    """What came of a turn's pictures: `words` to search by, else the parts that say why there are none."""

    words: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass
class Eyes:
    """Looks at pictures with `model`; without one it asks the shopper."""

    model: BaseChatModel | None
    retrieval: Retrieval
    house: House
    home: Path
    terms: Terms = field(default_factory=Terms)
    patience: float = PATIENCE

    async def look(self, turn: Turn) -> Seen:
        """Every picture that this turn answers, each looked at once, whoever continues the turn."""
        pictures = [
            (f"look:{stored.seq}:{at}", part)
            for stored in turn.unanswered()
            if isinstance(stored.data, MessageReceived)
            for at, part in enumerate(stored.data.parts)
            if isinstance(part, Image)
        ]
        if not pictures:
            return Seen()
        found = [await self._seen(turn, call_id, image) for call_id, image in pictures[-MOST_PICTURES:]]
        words = tuple(dict.fromkeys(each for each in found if isinstance(each, str) and each))
        return Seen(words) if words else Seen(parts=await self._asked(turn, _telling(found)))

    async def _seen(self, turn: Turn, call_id: str, image: Image) -> str | Unseen:
        """What one picture shows: empty when there is nothing to look for."""
        done = turn.returned().get(call_id)
        if done is not None:
            words = _told(done.text)
            return UNSEEN if words is None else words
        if self.model is None:
            return UNSEEN
        await turn.live("tool.started", tool=TOOL, label=say(f"tool-{TOOL}", turn.shopper.locale))
        place = await self._place(turn, image)
        if isinstance(place, Unseen):
            return place
        words = await self._described(self.model, turn, place)
        told = {"failed": TOOL} if words is None else {"seen": words}
        text = json.dumps(told, ensure_ascii=False)
        data = ToolReturned(turn.id, call_id, TOOL, text, status="failed" if words is None else "ok")
        await turn.note(data, once=f"tool:{turn.id}:{call_id}")
        return UNSEEN if words is None else words

    async def _place(self, turn: Turn, image: Image) -> Path | Unseen:
        """The file of a picture of this conversation, as soon as it is here."""
        found = uploads.own(image)
        if found is None or found[0] != turn.shopper.conversation_id:
            return UNSEEN
        try:
            upload = await fetching.settled(turn.db, turn.bus, found[0], found[1], self.patience)
        except NotFound:
            return UNSEEN
        if upload.state == uploads.WAITING:
            return Unseen("picture-late")
        if upload.state == uploads.FAILED:
            return Unseen(f"refusal-{upload.reason if upload.reason in REASONS else fetching.UNREACHABLE}")
        place = uploads.path(self.home, upload.id)
        return place if place.is_file() else UNSEEN

    async def _described(self, model: BaseChatModel, turn: Turn, place: Path) -> str | None:
        """The model's words; None when it does not answer in time or nothing may be spent."""
        purse, name = self.terms.purse, name_of(model)
        try:
            held = await purse.hold(turn, name, PICTURE_TOKENS)
        except CapReached:
            return None
        messages = await self._messages(turn, place)
        answer = await self._answer(model, messages)
        if answer is None:
            await purse.give_back(turn, held)
            return None
        usage = usage_of(answer, PICTURE_TOKENS + tokens.count(messages[0].text))
        async with turn.db.write() as tx:
            await purse.settle(tx, turn, held, usage, purse.prices.cost(name, usage))
        return _searchable(answer.text)

    async def _answer(self, model: BaseChatModel, messages: list[AnyMessage]) -> AIMessage | None:
        breaker = self.terms.breakers.of(model)
        with breaker.trying() as may:
            if not may:
                return None
            try:
                async with asyncio.timeout(SECONDS):
                    answer = await model.ainvoke(messages, config={"callbacks": [], "tags": ["nostream"]})
            except Exception as error:  # noqa: BLE001  whatever a provider raises, the shopper is asked instead
                fault = fault_of(error)
                if fault.counts:
                    breaker.failed(for_good=fault.for_good)
                logger.warning("model %s saw nothing: %s: %s", name_of(model), fault.kind, str(error)[:300])
                return None
            breaker.succeeded()
            return answer

    async def _messages(self, turn: Turn, place: Path) -> list[AnyMessage]:
        data = await asyncio.to_thread(place.read_bytes)
        url = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
        picture: list[str | dict[Any, Any]] = [{"type": "image_url", "image_url": {"url": url}}]
        system = prompts.render("picture", self.home, house=self.house, locale=turn.shopper.locale)
        return [SystemMessage(system), HumanMessage(picture)]

    async def _asked(self, turn: Turn, why: str) -> tuple[Part, ...]:
        """An honest sentence, and what the shop has as choices: kinds of products first, then colours."""
        locale = turn.shopper.locale
        facets = await self.retrieval.facets()
        broad = {facet.parent for facet in facets.categories}
        kinds = [facet for facet in facets.categories if facet.key not in broad]
        offered = [*_most(kinds, KINDS), *_most(facets.options.get("color", ()), COLOURS)]
        labels = dict.fromkeys(pick(facet.labels, locale) for facet in offered)
        choices = Choices(tuple(Choice(label) for label in labels))
        told = Text(" ".join(say(key, locale) for key in (why, "picture-ask")))
        return (told, choices) if labels else (told,)


def with_pictures(messages: list[AnyMessage], seen: Seen, locale: str) -> list[AnyMessage]:
    """The history with what pictures show added to the shopper's words: data of theirs, as what they write is."""
    if not seen.words:
        return messages
    told = say("picture-search", locale, seen=" / ".join(seen.words))
    return [*messages, HumanMessage(told)]


def only_pictures(turn: Turn) -> bool:
    """Whether the shopper wrote nothing beside the pictures."""
    received = [stored.data for stored in turn.unanswered() if isinstance(stored.data, MessageReceived)]
    return all(isinstance(part, Image) for message in received for part in message.parts)


def _searchable(reply: str) -> str:
    """A few plain words from a model's reply; what reads as an instruction is left out."""
    bare = reply.strip().strip("`").removeprefix("json").strip()
    try:
        data = json.loads(bare)
        said = data.get("search") if isinstance(data, dict) else ""
    except (ValueError, RecursionError):
        said = "" if bare.startswith(("{", "[")) else bare.partition("\n")[0]
    words = " ".join(sentences(said)) if isinstance(said, str) else ""
    return " ".join(_PLAIN.sub(" ", words).split()[:MOST_WORDS])


def _telling(found: list[str | Unseen]) -> str:
    """The sentence that says the most of why there are no words."""
    if "" in found:
        return NOTHING
    reasons = [each.sentence for each in found if isinstance(each, Unseen)]
    return next((each for each in reasons if each != UNSEEN.sentence), UNSEEN.sentence)


def _told(text: str) -> str | None:
    try:
        data = json.loads(text)
    except ValueError:
        return None
    seen = data.get("seen") if isinstance(data, dict) else None
    return seen if isinstance(seen, str) else None


def _most(facets: Any, count: int) -> list[Facet]:
    return sorted(facets, key=lambda facet: -facet.count)[:count]
