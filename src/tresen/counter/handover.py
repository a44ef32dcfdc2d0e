"""Use cases of the hand-over: a visible message, a promised time and a brief, every time."""

from datetime import datetime

from babel.dates import format_date, format_time

from tresen.conversation import log, owner
from tresen.conversation.events import MessageReceived
from tresen.conversation.forms import text_of
from tresen.conversation.owner import Handover, Operator
from tresen.conversation.parts import Action, Cards, Choice, Choices, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.counter import cards
from tresen.counter.cart import show_cart
from tresen.counter.find import get_product
from tresen.kit.db import Tx
from tresen.kit.words import say
from tresen.shop.house import Department, House

LONGEST_BRIEF = 2_000
LONGEST_QUOTE = 180


async def ask_for_human(
    tx: Tx, house: House, shopper: Shopper, reason: str = "", department: str = "", brief: str = ""
) -> str:
    """Hand the conversation to a person and tell the shopper who answers, by when, and how to be reached.

    Returns:
        What was said to the shopper.
    """
    desk = house.department(department)
    promised = desk.promised_by(tx.now, house.zone)
    text = _promise(house, desk, promised, tx.now, shopper.locale)
    back = say("back-to-assistant", shopper.locale)
    message: tuple[Part, ...] = (Text(text), Choices((Choice(back, Action(owner.BACK, label=back)),)))
    summary = await _brief(tx, house, shopper, brief)
    await owner.ask(tx, shopper, Handover(reason[:300], desk.name, summary, promised, message))
    return text


async def send_card(tx: Tx, conversation_id: str, operator: Operator, product_id: str, locale: str, once: str) -> int:
    """Let an operator show a product; the card is built from the shop like any other."""
    shown = await cards.shown(tx, [await get_product(tx, product_id)], locale)
    return await owner.reply(tx, conversation_id, operator, (Cards(shown),), once)


def _promise(house: House, desk: Department, promised: datetime | None, now: datetime, locale: str) -> str:
    if promised is None:
        ways = " / ".join(filter(None, (house.email, house.phone)))
        reach = say("handover-reach", locale, ways=ways) if ways else ""
        return f"{say('handover-no-time', locale, department=desk.name)} {reach}".strip()
    local = promised.astimezone(house.zone)
    when = format_time(local, "short", locale=locale)
    if local.date() != now.astimezone(house.zone).date():
        day = format_date(local, "EEEE, d. MMMM" if locale == "de" else "EEEE, MMMM d", locale=locale)
        return say("handover-later", locale, department=desk.name, day=day, time=when)
    key = "handover-now" if desk.is_open(now, house.zone) else "handover-today"
    return say(key, locale, department=desk.name, time=when)


async def _brief(tx: Tx, house: House, shopper: Shopper, brief: str) -> str:
    """The model's words first, then what code knows: the last messages and the cart. No part crowds out another."""
    said = [
        text_of(stored.data.parts, shopper.locale)[:LONGEST_QUOTE]
        for stored in await log.read(tx, shopper.conversation_id)
        if isinstance(stored.data, MessageReceived)
    ]
    cart = await show_cart(tx, house, shopper)
    lines = [brief.strip()[: LONGEST_BRIEF // 2], *(f"› {text}" for text in said[-4:])]
    if cart.items:
        lines.append(text_of((cart,), shopper.locale))
    return "\n".join(filter(None, lines))[:LONGEST_BRIEF]
