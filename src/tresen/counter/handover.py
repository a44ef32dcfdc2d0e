"""Use cases of the hand-over: a visible message, a promised time and a brief, every time."""

from datetime import datetime

from babel.dates import format_date, format_time

from tresen.conversation import owner, reach
from tresen.conversation.owner import Handover, Operator
from tresen.conversation.parts import Action, Cards, Choice, Choices, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.counter import briefs, cards
from tresen.counter.briefs import Case
from tresen.counter.find import get_product
from tresen.kit.db import Tx
from tresen.kit.words import maybe, say
from tresen.shop.house import Department, House

LONGEST_REASON = 300
UNKNOWN = Case()


async def ask_for_human(
    tx: Tx, house: House, shopper: Shopper, reason: str = "", department: str = "", brief: str = "",
    case: Case = UNKNOWN,
) -> str:  # fmt: skip
    """Hand the conversation to a person and tell the shopper who answers, by when, and how to be reached.

    Args:
        reason: In the words of whoever asks; empty when `case` names the rule that asks.
        brief: The model's own words; they are quoted as such.

    Returns:
        What was said to the shopper.
    """
    desk = house.department(department)
    promised = desk.promised_by(tx.now, house.zone)
    text = " ".join(filter(None, (
        say("assistant-is-ai", shopper.locale) if case.asks_for_ai else "",
        maybe(f"handover-first-{case.code}", shopper.locale) if case.code else "",
        _promise(house, desk, promised, tx.now, shopper.locale),
        await _reach(tx, house, desk, shopper),
    )))  # fmt: skip
    back = say("back-to-assistant", shopper.locale)
    message: tuple[Part, ...] = (Text(text), Choices((Choice(back, Action(owner.BACK, label=back)),)))
    why = reason or (say(f"handover-reason-{case.code}", house.locales[0]) if case.code else "")
    summary = await briefs.brief(tx, house, shopper, case, brief)
    await owner.ask(tx, shopper, Handover(why[:LONGEST_REASON], desk.name, summary, promised, message))
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


async def _reach(tx: Tx, house: House, desk: Department, shopper: Shopper) -> str:
    """Out of hours, ask for another way to somebody whom only this page reaches."""
    away = not desk.is_open(tx.now, house.zone)
    return say("handover-reach-you", shopper.locale) if away and (await reach.known(tx, shopper)).only_here else ""
