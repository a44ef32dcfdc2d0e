"""What the use cases of ordering and of what follows ask of a shop: six verbs, named here and nowhere else.

Who stands behind them keeps to decision 0008. Reading is not among them: orders, goods and prices are read from our own
rows, which a system elsewhere keeps up to date by its news.
"""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from tresen.kit.db import Tx
from tresen.shop.effects import Done
from tresen.shop.orders import Order, Return
from tresen.shop.returns import ReturnKind


@runtime_checkable  # LangChain checks what a tool is given, and a till is part of it
class Backend(Protocol):
    """Effects on orders. The same key again is the same effect and the same answer.

    Each raises EffectReused when its key was used with other arguments, and its own refusals; then nothing has
    happened. The orders that are given are locked.
    """

    async def place(self, tx: Tx, key: str, drafted: Order) -> Order:
        """Take the goods and write the order down, at exactly these terms; the number is given here.

        Raises:
            OutOfStock.
        """

    async def cancel(self, tx: Tx, key: str, found: Order) -> Order:
        """Undo an order that has not left: its goods can be sold again.

        Raises:
            NotNow.
        """

    async def readdress(self, tx: Tx, key: str, found: Order, to: Mapping[str, str]) -> Order:
        """Send an order that has not left to another address in the same country.

        Raises:
            NotNow.
        """

    async def take_out(self, tx: Tx, key: str, found: Order, gone: Mapping[int, int]) -> Order:
        """Take pieces (position: how many fewer) out of an order that has not left; its total follows.

        Raises:
            NotNow, Unprocessable.
        """

    async def send_back(
        self, tx: Tx, key: str, found: Order, kind: ReturnKind, lines: Mapping[int, int], reason: str
    ) -> Return:
        """Write down that pieces (position: quantity) come back; that they may was checked."""

    async def done(self, tx: Tx, key: str) -> Done | None:
        """What has come of a key; None if it was never heard of. Only this ends a doubt."""
