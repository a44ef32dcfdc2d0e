"""The brief for whoever takes a conversation over: lines with labels, none of which crowds out another."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tresen.conversation import log, reach
from tresen.conversation.events import HandoverAsked, MessageReceived, ModelReplied, Stored, ToolReturned
from tresen.conversation.forms import plain, text_of
from tresen.conversation.parts import CartSummary
from tresen.conversation.shoppers import Shopper
from tresen.counter import identity
from tresen.counter.cart import show_cart
from tresen.kit.db import Tx
from tresen.kit.words import maybe, say
from tresen.shop import orderbook
from tresen.shop.house import House
from tresen.shop.orders import Order, UnknownOrder

LONGEST_GOAL = 240
LONGEST_QUOTE = 180
LONGEST_WORDS = 600  # of the model
LONGEST_LINE = 360
MOST_QUOTES = 4
MOST_TRIES = 5
MOST_ORDERS = 4
MOST_ITEMS = 5
TELLING = ("query", "order_number", "objection")  # arguments of tools that say what was tried


@dataclass(frozen=True)
class Case:
    """What is known of why a person is needed.

    `code` is the rule that decided, as in `handover-reason-<code>`; `mood` the level and the signs it was told by.
    """

    code: str = ""
    goal: str = ""
    mood: tuple[str, ...] = ()
    asks_for_ai: bool = False  # the shopper wanted to know whether a machine answers


async def brief(tx: Tx, house: House, shopper: Shopper, case: Case, words: str = "") -> str:
    """The whole brief in the language of the shop's people. `words` are the model's own."""
    locale = house.locales[0]
    events = await log.read(tx, shopper.conversation_id)
    received = [stored.data for stored in events if isinstance(stored.data, MessageReceived)]
    said = [text for message in received if (text := _line(text_of(message.parts, locale), LONGEST_QUOTE))]
    tried, failed = _tries(events, locale)
    cart = await show_cart(tx, house, _as_read_by(shopper, locale))
    lines = [
        ("goal", _line(case.goal or _longest(said), LONGEST_GOAL)),
        ("mood", _mood(case.mood, locale)),
        ("language", say(f"language-{shopper.locale}", locale) if shopper.locale in ("de", "en") else shopper.locale),
        ("contact", _contact(await reach.known(tx, shopper), locale)),
        ("cart", _cart(cart, locale)),
        ("orders", "; ".join(await _orders(tx, house, shopper, said, locale))),
        ("tried", "; ".join(tried)),
        ("failed", "; ".join(failed)),
        ("said", "".join(f"\n› {each}" for each in said[-MOST_QUOTES:])),
        ("assistant", _line(words, LONGEST_WORDS)),
        ("step", maybe(f"brief-step-{case.code}", locale) or say("brief-step-other", locale)),
    ]
    return "\n".join(f"{say(f'brief-{name}', locale)}: {text}".replace(": \n", ":\n") for name, text in lines if text)


def shown(events: Sequence[Stored], locale: str) -> str:
    """The brief of the last hand-over, first of all with the ways to be reached that the shopper has written since."""
    asked = [stored for stored in events if isinstance(stored.data, HandoverAsked)]
    if not asked:
        return ""
    since = (each.data for each in events if each.seq > asked[-1].seq)
    ways = [way for data in since if isinstance(data, MessageReceived) for way in reach.addresses(data.parts)]
    text = asked[-1].data.brief if isinstance(asked[-1].data, HandoverAsked) else ""
    note = f"{say('brief-reach', locale)}: {', '.join(dict.fromkeys(ways))}" if ways else ""
    return "\n".join(filter(None, (note, text)))


def _as_read_by(shopper: Shopper, locale: str) -> Shopper:
    return Shopper(shopper.id, shopper.contact_id, shopper.conversation_id, locale)


def _line(text: str, most: int) -> str:
    """On one line, cut at a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[:most].rsplit(" ", 1)[0] + " …"


def _longest(said: list[str]) -> str:
    return max(said[-MOST_QUOTES:], key=len, default="")


def _mood(told: tuple[str, ...], locale: str) -> str:
    if not told:
        return ""
    level, *signs = told
    why = ", ".join(say(f"mood-sign-{sign.replace('_', '-')}", locale) for sign in signs)
    return say(f"mood-{level}", locale) + (f" ({why})" if why else "")


def _contact(found: reach.Reach, locale: str) -> str:
    only_here = say("brief-only-here", locale) if found.only_here else ""
    channel = maybe(f"brief-channel-{found.channel}", locale) or found.channel.capitalize()
    return ", ".join(filter(None, (channel, found.name, found.email, only_here)))


def _cart(cart: CartSummary, locale: str) -> str:
    if not cart.items:
        return ""
    *items, total = plain(CartSummary(cart.items, cart.total, cart.count), locale).split("\n")
    more = [f"+ {len(items) - MOST_ITEMS}"] if len(items) > MOST_ITEMS else []
    return "; ".join([*(_line(item, LONGEST_QUOTE) for item in items[:MOST_ITEMS]), *more, total])


async def _orders(tx: Tx, house: House, shopper: Shopper, said: list[str], locale: str) -> list[str]:
    """The shopper's own orders that may be shown, and those they named, marked when nothing proves them theirs."""
    found = {each.number: each for each in await orderbook.of_shopper(tx, shopper.id)}
    for number in _numbers(house, said):
        try:
            found = {number: await orderbook.find(tx, number), **found}
        except UnknownOrder:
            continue
    told = []
    for each in list(found.values())[:MOST_ORDERS]:
        proved = await identity.may_see(tx, shopper, each)
        told.append(_order(each, locale) + ("" if proved else f" ({say('brief-unproved', locale)})"))
    return told


def _order(found: Order, locale: str) -> str:
    state = say(f"order-state-{found.state.replace('_', '-')}", locale)
    return f"{found.number}: {state}, {found.total.text(locale)}"


def _numbers(house: House, said: list[str]) -> list[str]:
    if not house.order_prefix:
        return []
    number = re.compile(rf"{re.escape(house.order_prefix)}[\w-]{{3,20}}", re.IGNORECASE)
    return list(dict.fromkeys(each.upper() for text in said for each in number.findall(text)))[-MOST_ORDERS:]


def _tries(events: Sequence[Stored], locale: str) -> tuple[list[str], list[str]]:
    """What was tried, and what of it failed, latest last."""
    tried: dict[str, None] = {}
    failed: dict[str, None] = {}
    for what, returned in _calls(events):
        found = _found(returned)
        name = maybe(f"brief-tried-{returned.tool}", locale) or returned.tool.replace("_", " ")
        line = _line(f"{name} „{what}“" if what else name, LONGEST_QUOTE)
        if returned.status == "ok" and found != 0:
            tried[line] = None
        else:
            failed[f"{line}: {_why(returned, locale)}"] = None
    return list(tried)[-MOST_TRIES:], list(failed)[-MOST_TRIES:]


def _calls(events: Sequence[Stored]) -> Iterator[tuple[str, ToolReturned]]:
    asked = {
        (stored.data.turn, call.id): call.args
        for stored in events
        if isinstance(stored.data, ModelReplied)
        for call in stored.data.tool_calls
    }
    for stored in events:
        data = stored.data
        if isinstance(data, ToolReturned) and data.tool != "ask_for_human":
            args = asked.get((data.turn, data.call_id), {})
            yield next((str(args[key]) for key in TELLING if args.get(key)), ""), data


def _found(returned: ToolReturned) -> int | None:
    """How many products or passages there were; None for tools that do not search."""
    facts = _facts(returned)
    rows = facts.get("products") if returned.tool == "find_products" else facts.get("passages")
    return len(rows) if isinstance(rows, list) else None


def _why(returned: ToolReturned, locale: str) -> str:
    if returned.status == "ok":
        return say("brief-nothing-found", locale)
    facts = _facts(returned)
    code = str(facts.get("refused") or "")
    return say("brief-refused", locale, code=code) if code else say("brief-broken", locale)


def _facts(returned: ToolReturned) -> dict[str, Any]:
    try:
        read = json.loads(returned.text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
