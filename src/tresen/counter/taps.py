"""Taps: what a button does, run through the same use cases as the tools, without a model."""

from tresen.conversation.parts import Action, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turn import Answer
from tresen.counter import cart, handover
from tresen.kit.db import Tx
from tresen.kit.words import say
from tresen.shop.house import House


async def run(house: House, tx: Tx, shopper: Shopper, action: Action) -> Answer | None:
    """Do what the tap says; None when a responder has to say something about it."""
    match action.name:
        case "set_quantity":
            summary = await cart.set_quantity(
                tx, shopper, action.target, 1 if action.quantity is None else action.quantity
            )
            text = say("cart-changed", shopper.locale, count=summary.count)
            return Answer(text, (Text(text), summary))
        case "show_cart":
            summary = await cart.show_cart(tx, shopper)
            return Answer("cart shown", (summary,))
        case "ask_for_human":
            text = await handover.ask_for_human(tx, house, shopper, reason=say("reason-asked", shopper.locale))
            return Answer(text, ends_turn=True)
        case _:
            return None
