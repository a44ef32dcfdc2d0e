"""Fewer items in an order that has not left yet: offered as a quote, done with the button."""

from tresen.conversation.parts import Confirmation
from tresen.conversation.shoppers import Shopper
from tresen.counter import aftercare
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.shop import amending


async def offer(tx: Tx, till: Till, shopper: Shopper, number: str, gone: aftercare.Lines) -> Confirmation:
    """Ask whether these pieces (position: how many fewer) shall leave the order.

    Raises:
        UnknownOrder, NotNow, Unprocessable.
    """
    found = await aftercare.my_order(tx, shopper, number)
    found.after("change")
    amending.without(found, gone, till.house.tax_included)
    terms = {"lines": {str(at): count for at, count in gone.items()}, "kind": "return"}
    return await aftercare.offer(tx, till, shopper, found, "items", terms)
