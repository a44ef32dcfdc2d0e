"""The rolling summary: what no longer fits into the prompt becomes one event, once, and later histories begin with it.

Names and ids in it are put there by code, from the log; a model's words add what the shopper wants. Without a model,
code quotes the shopper instead. No shopper waits for a model's summary: the turn that finds that the room is full goes
on with what it has, cut to its budget, and the summary is there for a later one.
"""

import asyncio
import json
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage

from tresen.agent import prompts
from tresen.agent.history import fitting
from tresen.agent.history.view import BUDGET, Exchange, exchanges, ordered, summed
from tresen.agent.models.breaker import name_of
from tresen.agent.models.pricing import Usage, usage_of
from tresen.agent.models.terms import Terms
from tresen.agent.planner.model import Planner
from tresen.conversation import log, owner
from tresen.conversation.events import (
    HandoverAsked,
    HistoryErased,
    HistorySummarised,
    MessageReceived,
    OrderChanged,
    OrderPlaced,
    ReturnRequested,
    Stored,
    ToolReturned,
)
from tresen.conversation.forms import text_of
from tresen.conversation.parts import Cards, CartSummary
from tresen.conversation.spending import CapReached
from tresen.conversation.turn import Turn
from tresen.kit.db import Tx
from tresen.retrieval import tokens

logger = logging.getLogger(__name__)

ROOM = 1_200  # tokens of history that a provider's model reads, the summary aside
KEPT = 0.5  # of the room, when the rest is summed up: so that it is not done with every turn
MOST_TOKENS = 350  # of a summary
MOST_WORDS = 70  # of the model's part
MOST_SECONDS = 20.0  # nobody waits
MOST_SOURCE = 2_500  # tokens that the model reads for it
MOST_SHOWN = 10
MOST_QUOTED = 6  # of the shopper's messages, and letters of each
LETTERS = 100
FIRST, LAST = "<<<", ">>>"

_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_FORBIDDEN = re.compile(r"https?:|www\.|%|prozent|percent|[{}<>\[\]]", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Words:
    """The model's part, and what it took."""

    text: str
    model: str
    usage: Usage


class Summaries:
    """Keeps histories short; one summary of a conversation is made at a time."""

    def __init__(self, terms: Terms, home: Path) -> None:
        self._terms = terms
        self._home = home
        self._making: dict[str, asyncio.Task[None]] = {}

    async def keep(self, turn: Turn, chain: Sequence[BaseChatModel]) -> None:
        """Sum up what does not fit any more, if anything: by code at once, by a model in the background.

        `chain`: the planner alone has room for more, for its prompt costs nothing.
        """
        room = ROOM if len(chain) > 1 else BUDGET
        falling = _falling(exchanges(turn), room)
        talk = turn.shopper.conversation_id
        if not falling or talk in self._making:
            return
        draft = _Draft(talk, turn.events[-1].seq, falling[-1].through, _quoted(turn, falling[-1].through),
                       _facts(turn, falling[-1].through))  # fmt: skip
        if len(chain) == 1:
            data = draft.made(None)
            async with turn.db.write() as tx:
                await turn.append(tx, data, once=draft.once)
            return
        task = asyncio.create_task(self._make(turn, falling, draft, chain[0]))
        self._making[talk] = task
        task.add_done_callback(lambda _: self._making.pop(talk, None))

    async def done(self) -> None:
        """Wait for all that are being made."""
        await asyncio.gather(*self._making.values())

    async def _make(self, turn: Turn, falling: list[Exchange], draft: "_Draft", model: BaseChatModel) -> None:
        try:
            words = await _asked(turn, falling, model, self._terms, self._home)
            async with turn.db.write() as tx:
                await owner.locked(tx, draft.conversation_id)
                if not await _overtaken(tx, draft):
                    await log.append(tx, draft.conversation_id, draft.made(words), once=draft.once)
        except Exception:
            logger.exception("conversation %s is not summed up", draft.conversation_id)


@dataclass(frozen=True)
class _Draft:
    """What code knows of a summary to come: of events up to `through`, made when event `seen` was the last."""

    conversation_id: str
    seen: int
    through: int
    quoted: str
    facts: list[str]

    @property
    def once(self) -> str:
        return f"summary:{self.conversation_id}:{self.through}"

    def made(self, words: Words | None) -> HistorySummarised:
        text = _joined(words.text if words else self.quoted, self.facts)
        return HistorySummarised(self.through, text, words.model if words else "")


async def _overtaken(tx: Tx, draft: _Draft) -> bool:
    """Whether it was summed up elsewhere meanwhile, or erased: then this must not be written any more."""
    since = await log.read(tx, draft.conversation_id, after=draft.seen)
    return any(isinstance(each.data, HistorySummarised | HistoryErased) for each in since)


def _falling(found: list[Exchange], room: int) -> list[Exchange]:
    """The exchanges to sum up, oldest first; never the one that is being answered."""
    costs = [fitting.cost(fitting.slim(each.messages)) for each in found[:-1]]
    if sum(costs) <= room:
        return []
    left, number = sum(costs), 0
    while left > room * KEPT:
        left -= costs[number]
        number += 1
    return found[:number]


async def _asked(turn: Turn, falling: list[Exchange], model: BaseChatModel, terms: Terms, home: Path) -> Words | None:
    """The model's words; None when it does not answer in time, says nothing usable, or nothing may be spent."""
    if isinstance(model, Planner) or terms.breakers.state(model) != "closed":
        return None
    source = _source(turn, falling)
    system = prompts.render("summary", home, words=MOST_WORDS)
    size = tokens.count(system + source)
    try:
        held = await terms.purse.hold(turn, name_of(model), size)
    except CapReached:
        return None
    usage = Usage()
    try:
        async with asyncio.timeout(MOST_SECONDS):
            message = await model.ainvoke([SystemMessage(system), HumanMessage(source)])
        usage = usage_of(message, size)
    except Exception as error:  # noqa: BLE001  whatever a provider raises, code sums up instead
        logger.warning("no summary by %s: %s", name_of(model), type(error).__name__)
        message = AIMessage("")
    async with turn.db.write() as tx:
        cost = terms.purse.prices.cost(name_of(model), usage)
        await terms.purse.settle(tx, turn, held, usage, cost)
    said = " ".join(each.text for group in falling for each in group.messages if each.type == "human")
    text = _harmless(message.text, f"{said} {summed(turn).text}")
    return Words(text, name_of(model), usage) if text else None


def _source(turn: Turn, falling: list[Exchange]) -> str:
    """The conversation as data: JSON strings between two marks, which nothing inside can close."""
    lines = [_line(message) for each in falling for message in each.messages if message.text]
    room = MOST_SOURCE - tokens.count(summed(turn).text)
    while len(lines) > 1 and tokens.count("\n".join(lines)) > room:
        lines.pop(0)
    earlier = [json.dumps(f"earlier summary: {summed(turn).text}", ensure_ascii=False)] if summed(turn).text else []
    inside = "\n".join([*earlier, *lines]).replace(FIRST, "").replace(LAST, "")
    return f"{FIRST}\n{inside}\n{LAST}"


def _line(message: AnyMessage) -> str:
    who = {"human": "shopper", "ai": "assistant", "tool": "shop"}.get(message.type, message.type)
    return json.dumps(fitting.clipped(f"{who}: {message.text}", 400, 1), ensure_ascii=False)


def _harmless(text: str, said: str) -> str:
    """The sentences without links, mark-up and figures that the shopper did not say: those are asked for anew."""
    known = set(_FIGURE.findall(said))
    sentences = _SENTENCE.split(" ".join(text.split()))
    kept = [each for each in sentences if not _FORBIDDEN.search(each) and known.issuperset(_FIGURE.findall(each))]
    return " ".join(" ".join(kept).split()[: 2 * MOST_WORDS])


def _quoted(turn: Turn, through: int) -> str:
    """What the shopper said, by code: the first words, which tell the goal, and the newest ones."""
    said = [
        text_of(stored.data.parts, turn.shopper.locale)
        for place, stored in ordered(turn)
        if place <= through and isinstance(stored.data, MessageReceived)
    ]
    said = [" ".join(each.split()) for each in said if each.strip()]
    chosen = said if len(said) <= MOST_QUOTED else [said[0], *said[-MOST_QUOTED + 1 :]]
    return "The shopper said: " + " · ".join(json.dumps(each[:LETTERS], ensure_ascii=False) for each in chosen)


def _facts(turn: Turn, through: int) -> list[str]:
    """What happened, from the log: products shown, newest first, the cart, orders, returns, hand-overs."""
    events = [stored for place, stored in ordered(turn) if place <= through]
    lines = []
    carts = [part for part in _parts(events) if isinstance(part, CartSummary)]
    if carts and carts[-1].items:
        held = [f"{item.quantity} × {item.title} (variant {item.variant_id})" for item in carts[-1].items[:8]]
        lines.append(f"In the cart then: {', '.join(held)}")
    happened = dict.fromkeys(each for stored in events for each in _happened(stored))
    lines.extend(list(happened)[-6:])
    shown: dict[str, str] = {}
    for part in _parts(events):
        for card in part.cards if isinstance(part, Cards) else ():
            shown.pop(card.product_id, None)
            shown[card.product_id] = card.title
    newest = [f"{title} ({product})" for product, title in reversed(shown.items())][:MOST_SHOWN]
    return [*lines, *([f"Shown, newest first: {', '.join(newest)}"] if newest else [])]


def _parts(events: list[Stored]) -> Iterator[object]:
    for stored in events:
        if isinstance(stored.data, ToolReturned):
            yield from stored.data.parts
        elif (cart := getattr(stored.data, "cart", None)) is not None:
            yield cart


def _happened(stored: Stored) -> list[str]:
    match stored.data:
        case OrderPlaced(order=order):
            return [f"Ordered: {order.number}"]
        case OrderChanged(change=change, order=order):
            return [f"Order {order.number}: {change}"]
        case ReturnRequested(number=number, kind=kind, order=order):
            return [f"Order {order.number}: {kind} {number} asked for"]
        case HandoverAsked(department=department):
            return [f"A person was asked for ({department})"]
        case _:
            return []


def _joined(words: str, facts: list[str]) -> str:
    """Words first, then facts; what goes beyond the budget is cut from the end, products last."""
    text = "\n".join([words, *facts])
    while tokens.count(text) > MOST_TOKENS:
        text = text[: int(len(text) * 0.9)].rsplit(", ", 1)[0]
    return text
