"""An order on its own page: the key in its address opens this order and nothing else, on any machine."""

import hmac
from dataclasses import dataclass

from tresen.conversation import owner
from tresen.conversation.shoppers import Shopper, as_shopper
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.shop import orderbook, returns
from tresen.shop.orders import TRANSITIONS, Order, UnknownOrder
from tresen.shop.returns import ReturnKind

KINDS: tuple[ReturnKind, ...] = ("return", "exchange", "withdrawal")


@dataclass(frozen=True)
class Ways:
    """What can be done with the order now; `back` is what may go back, by kind and position."""

    pay: bool
    cancel: bool
    address: bool
    back: dict[ReturnKind, dict[int, int]]


async def by_key(tx: Tx, number: str, key: str, lock: bool = False) -> Order:
    """The order that this key opens.

    Raises:
        UnknownOrder: there is none, or the key is not its own; the two look alike on purpose.
    """
    found = await orderbook.find(tx, number, lock=lock)
    if not found.access or not hmac.compare_digest(found.access.encode(), key.encode(errors="replace")):
        raise UnknownOrder
    return found


async def shopper_of(tx: Tx, found: Order) -> Shopper:
    """Who ordered, in the conversation where it happened.

    Raises:
        UnknownOrder: it came from elsewhere, and nothing can be asked for here.
    """
    if not found.conversation_id:
        raise UnknownOrder
    return as_shopper(await owner.current(tx, found.conversation_id))


def ways(tx: Tx, till: Till, found: Order) -> Ways:
    """What the page offers; what is asked for is checked again when it is done."""
    ours = bool(found.conversation_id)
    rules, zone = till.house.returns, till.house.zone
    back = {kind: returns.possible(found, kind, rules, zone, tx.now) for kind in KINDS} if ours else {}
    return Ways(
        pay=found.state == "awaiting_payment",
        cancel=ours and (found.state, "cancel") in TRANSITIONS,
        address=ours and (found.state, "change") in TRANSITIONS,
        back={kind: lines for kind, lines in back.items() if lines},
    )
