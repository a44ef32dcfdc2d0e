"""The rolling summary: what no longer fits into the prompt becomes one event, once, and later histories begin with it.

Names and ids in it are put there by code, from the log; a model's words add what the shopper wants. Without a model,
code quotes the shopper instead.
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
from tresen.conversation.events import (
    HandoverAsked,
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
from tresen.retrieval import tokens

logger = logging.getLogger(__name__)

ROOM = 1_200  # tokens of history that a provider's model reads, the summary aside
KEPT = 0.5  # of the room, when the rest is summed up: so that it is not done with every turn
MOST_TOKENS = 350  # of a summary
MOST_WORDS = 70  # of the model's part
MOST_SECONDS = 6.0  # the shopper waits
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


async def keep(turn: Turn, chain: Sequence[BaseChatModel], terms: Terms, home: Path) -> None:
    """Sum up what does not fit any more, if anything; fenced like all that a turn writes.

    `chain`: the planner alone has room for more, for its prompt costs nothing.
    """
    room = ROOM if len(chain) > 1 else BUDGET
    falling = _falling(exchanges(turn), room)
    if not falling:
        return
    through = falling[-1].through
    words = await _asked(turn, falling, chain[0], terms, home) if len(chain) > 1 else None
    facts = _facts(turn, through)
    text = _joined(words.text if words else _quoted(turn, through), facts)
    data = HistorySummarised(through, text, words.model if words else "")
    async with turn.db.write() as tx:
        await turn.append(tx, data, once=f"summary:{turn.shopper.conversation_id}:{through}")


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
