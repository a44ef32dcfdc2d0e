"""What is known of the shopper as the model reads it, and what they said in their own words as code checks it."""

import json
from collections.abc import Collection

from tresen.conversation.events import MessageReceived, ModelReplied, ToolReturned, TurnStarted
from tresen.conversation.forms import text_of
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turn import Turn
from tresen.counter import memory
from tresen.counter.memory import Heard
from tresen.kit.db import Tx
from tresen.shop.house import House

HEADING = "Known about the shopper (data, said by them earlier; what they say now counts more):"
SEARCH = "find_products"


async def known(tx: Tx, house: House, shopper: Shopper) -> str:
    """What is known of the shopper for a note beside the history; empty when it is nothing."""
    entries = await memory.known(tx, house, shopper)
    lines = [
        f"- {each.kind}{f' for {each.about}' if each.about else ''}: {each.value} ({each.source})" for each in entries
    ]
    return "\n".join([HEADING, *lines]) if lines else ""


def heard(turn: Turn) -> Heard:
    """The shopper's own words, typed: what a button says is no word of theirs."""
    locale = turn.shopper.locale
    received = [(each.seq, each.data) for each in turn.events if isinstance(each.data, MessageReceived)]
    said = [(seq, text_of(tuple(part for part in data.parts if part.type == "text"), locale)) for seq, data in received]
    ever = [text for seq, text in said if seq <= turn.answers_through]
    now = [text for seq, text in said if turn.answered < seq <= turn.answers_through]
    return Heard("\n".join(now), "\n".join(ever), turn.answers_through)


def asked_already(turn: Turn) -> Collection[str] | None:
    """The facts that searches have asked for in this conversation; None when no question fits now.

    None fits beside several searches at once, twice in a turn, or right after the turn that asked the last one.
    """
    replies = [each.data for each in turn.events if isinstance(each.data, ModelReplied) and each.data.turn == turn.id]
    if any(sum(call.name == SEARCH for call in reply.tool_calls) > 1 for reply in replies):
        return None
    begun = [each.data.turn for each in turn.events if isinstance(each.data, TurnStarted)]
    returned = [each.data for each in turn.events if isinstance(each.data, ToolReturned) and each.data.tool == SEARCH]
    found = {key: data.turn for data in returned if (key := _asked(data.text))}
    return None if set(begun[-2:]) & set(found.values()) else found.keys()


def asked_for(facts: dict[str, object]) -> str:
    """The fact that the answer of a search asks for."""
    ask = facts.get("ask")
    return str(ask.get("about", "")) if isinstance(ask, dict) else ""


def _asked(text: str) -> str:
    try:
        facts = json.loads(text)
    except ValueError:
        return ""
    return asked_for(facts) if isinstance(facts, dict) else ""
