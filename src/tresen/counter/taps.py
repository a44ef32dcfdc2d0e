"""Taps: what a button does, run through the same use cases as the tools, without a model."""

from tresen.conversation import erasing as redaction
from tresen.conversation import turns
from tresen.conversation.parts import Action, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turn import Answer
from tresen.counter import aftercare, cart, confirming, erasing, handover, memory, memory_words, notify, repaying
from tresen.counter.briefs import Case
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.words import say


async def run(till: Till, tx: Tx, shopper: Shopper, action: Action) -> Answer | None:
    """Do what the tap says; None when a responder has to say something about it."""
    match action.name:
        case "set_quantity":
            summary = await cart.set_quantity(
                tx, till.house, shopper, action.target, 1 if action.quantity is None else action.quantity
            )
            text = say("cart-changed", shopper.locale, count=summary.count)
            return Answer(text, (Text(text), summary))
        case "show_cart":
            summary = await cart.show_cart(tx, till.house, shopper)
            return Answer("cart shown", (summary,))
        case "confirm":
            done = await confirming.confirm(tx, till, shopper, action.target)
            return Answer(done.text, done.parts)
        case repaying.PAY_WITH:
            number, _, way = action.target.rpartition("/")
            offered = await aftercare.offer_payment(tx, till, shopper, number, way)
            return Answer(offered.title, (offered,))
        case memory_words.REMEMBER | memory_words.FORGET | memory_words.EXPORT:
            return await _memory(till, tx, shopper, action)
        case redaction.ERASE:
            if action.target != erasing.SURE:
                return Answer("asked whether everything shall be erased", erasing.asked(shopper.locale))
            text = erasing.told(await erasing.erase_here(tx, shopper), shopper.locale)
            return Answer(text, (Text(text),))
        case turns.ANSWER:
            typed = await confirming.confirm_typed(tx, till, shopper, action.target, action.label)
            return Answer(typed.text, typed.parts) if typed else None
        case "ask_for_human":
            text = await handover.ask_for_human(tx, till.house, shopper, case=Case("asked"))
            return Answer(text, ends_turn=True)
        case notify.STOP:
            text = await notify.stop_reminders(tx, shopper)
            return Answer(text, (Text(text),))
        case _:
            return None


async def _memory(till: Till, tx: Tx, shopper: Shopper, action: Action) -> Answer:
    """Have something remembered or forgotten, or take along what is known."""
    house, locale = till.house, shopper.locale
    if action.name == memory_words.EXPORT:
        text = await memory.export(tx, house, shopper)
        return Answer("exported", (Text(text),))
    if action.name == memory_words.REMEMBER:
        noted = await memory.confirm(tx, house, shopper, action.target)
        text = memory_words.noted(noted.entry, noted.before, locale)
        return Answer(text, (Text(text), memory_words.way_back(noted.entry, locale)))
    gone = await memory.forget(tx, house, shopper, action.target)
    text = memory_words.forgotten(gone, everything=action.target == memory_words.ALL, locale=locale)
    return Answer("forgotten", (Text(text),))
