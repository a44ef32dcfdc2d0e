"""What a suite that buys needs from the shop: a whole conversation, and the rows that came of it."""

from collections.abc import Sequence
from typing import Any, Protocol

from pydantic import BaseModel

from evals.deals import Offer, Ordered, Step, Sums


class Ledger(BaseModel, frozen=True):
    """The shop's books after a conversation.

    `replies` is the prose of each turn, `shown` everything else of it as plain text, `facts` what the tools returned.
    `missed` are the steps that could not be done, because nothing offered them. `stock` is what changed on the shelf.
    """

    replies: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    cart: dict[str, int] = {}
    sums: Sums | None = None
    offer: Offer | None = None
    orders: tuple[Ordered, ...] = ()
    stock: dict[str, int] = {}


class Deal(Protocol):
    """Holds one conversation with a shop that `given` is known to. It is awaited on Inspect's own event loop."""

    async def __call__(self, turns: Sequence[str | Step], locale: str, given: dict[str, Any] | None) -> Ledger: ...
