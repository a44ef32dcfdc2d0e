"""Taps: what a button does, run through the same use cases as the tools, without a model."""

from tresen.conversation.parts import Action, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turn import Answer
from tresen.counter import cart, confirming, handover, notify
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
        case "ask_for_human":
            text = await handover.ask_for_human(tx, till.house, shopper, reason=say("reason-asked", shopper.locale))
            return Answer(text, ends_turn=True)
        case notify.STOP:
            text = await notify.stop_reminders(tx, shopper)
            return Answer(text, (Text(text),))
        case _:
            return None
