"""What is said in the end: a model's words with every claim traced, no lie about who speaks, and cards that agree."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tresen.agent import grounding, showing
from tresen.agent.answers import cart_facts
from tresen.agent.context import Run
from tresen.agent.grounding import Settled
from tresen.agent.grounding.facts import Sheet
from tresen.agent.mood import candour
from tresen.conversation.events import (
    CartChanged,
    HistorySummarised,
    MessageReceived,
    OrderChanged,
    OrderPlaced,
    ReturnRequested,
    Stored,
    ToolReturned,
)
from tresen.conversation.forms import text_of
from tresen.conversation.parts import Card, CartSummary, OrderStatus, Text
from tresen.conversation.turn import Reply, Turn
from tresen.counter import cards, find
from tresen.kit.errors import NotFound
from tresen.kit.words import say
from tresen.shop.house import House


@dataclass(frozen=True)
class Wording:
    """Makes a reply of a model's last words."""

    house: House

    def sheet(self, turn: Turn, known: str = "") -> Sheet:
        """Everything that may be claimed before a tool has run: the log, the cart, and the shopper's own words."""
        sheet = Sheet(turn.at.astimezone(self.house.zone).date())
        for stored in turn.events:
            _learn(sheet, stored, turn)
        for text in (*said(turn), known):
            sheet.hear(text)
        return sheet

    async def reply(self, text: str, run: Run, held: Sequence[str]) -> Reply:
        """The words that may be said, and the parts that go with them."""
        turn, locale = run.turn, run.turn.shopper.locale
        spoken = self.house.voice.said(candour.honest(text, locale, any(map(candour.asks, said(turn)))))
        settled = self._settled(spoken, run, locale)
        words = settled.text or say("claims-removed" if settled.removed else "nothing-said", locale)

        async def build(ids: Sequence[str]) -> Sequence[Card]:
            return await _cards(turn, ids)

        stories = [part for part in run.parts if isinstance(part, Text)]
        above = "\n".join(part.text for part in stories)
        told, parts = await showing.agreeing(words, showing.gathered(run.parts), run.sheet, locale, build, above)
        return Reply(
            (*stories, Text(told), *parts), settled.removed, tuple(held), tuple(run.repaired), settled.replaced
        )

    def _settled(self, text: str, run: Run, locale: str) -> Settled:
        """The words whose claims can be traced. What the planner says is put together from facts in the first place."""
        if run.budget.planned:
            return Settled(text)
        checked = grounding.check(text, run.sheet, locale)
        return grounding.settle(text, checked.findings, run.sheet, locale)


def said(turn: Turn) -> list[str]:
    """What the shopper wrote and this turn answers; it may be said back: a budget is not an invented price."""
    received = [stored.data for stored in turn.unanswered() if isinstance(stored.data, MessageReceived)]
    return [text_of(message.parts, turn.shopper.locale) for message in received]


def _learn(sheet: Sheet, stored: Stored, turn: Turn) -> None:
    match stored.data:
        case ToolReturned(turn=of, tool=tool, text=text, parts=parts):
            now = of == turn.id
            sheet.add(tool, text, now)
            for part in parts:
                if isinstance(part, CartSummary):
                    sheet.add("show_cart", json.dumps(cart_facts(part), ensure_ascii=False), now)
        case CartChanged(cart=cart):
            sheet.add("show_cart", json.dumps(cart_facts(cart), ensure_ascii=False), now=False)
        case OrderPlaced(order=order) | OrderChanged(order=order) | ReturnRequested(order=order):
            sheet.add("track_order", json.dumps(_order(order, stored.data), ensure_ascii=False))
        case HistorySummarised(text=text):
            sheet.add("", text, now=False)


def _order(order: OrderStatus, event: OrderPlaced | OrderChanged | ReturnRequested) -> dict[str, Any]:
    """An order and what has just become of it, as `track_order` tells it."""
    items = [{"title": each.title, "options": each.options, "quantity": each.quantity} for each in order.items]
    told = {"number": order.number, "state": order.state, "label": order.label, "items": items, "total": order.total}
    change = event.change if isinstance(event, OrderChanged) else event.name
    return {"orders": [{**told, "details": {row.label: row.value for row in order.rows}, "change": change}]}


async def _cards(turn: Turn, ids: Sequence[str]) -> list[Card]:
    """The cards of products as the shop has them now; those that it no longer has are left out."""
    found = []
    async with turn.db.read() as tx:
        for product_id in ids:
            try:
                found.append(await find.get_product(tx, product_id))
            except NotFound:
                continue
        return list(await cards.shown(tx, found, turn.shopper.locale))
