"""The shop whose goods and orders are rows of our own database: the backend that is always there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import update

from tresen.kit.db import Tx
from tresen.shop import amending, effects, orderbook, returns, stock
from tresen.shop.catalog import counted
from tresen.shop.effects import Done
from tresen.shop.house import House
from tresen.shop.orders import Order, Return
from tresen.shop.returns import ReturnKind
from tresen.shop.sales import order


@dataclass(frozen=True)
class LocalShop:
    """Every verb takes effect in the caller's transaction, so an effect and its event come together or not at all."""

    house: House

    async def place(self, tx: Tx, key: str, drafted: Order) -> Order:
        async def work() -> str:
            year = drafted.placed_at.astimezone(self.house.zone).year
            number = f"{self.house.order_prefix}{year}-{await counted(tx, f'orders-{year}'):04d}"
            await orderbook.record(tx, replace(drafted, number=number))
            await stock.take(tx, [(line.variant_id, line.quantity) for line in drafted.lines], drafted.shopper_id)
            return number

        return await orderbook.find(tx, await effects.once(tx, key, "place", _binding(drafted), work))

    async def cancel(self, tx: Tx, key: str, found: Order) -> Order:
        async def work() -> str:
            await orderbook.move(tx, found, "cancel")
            await stock.put_back(tx, [(line.variant_id, line.quantity) for line in found.lines if line.variant_id])
            return found.number

        return await orderbook.find(tx, await effects.once(tx, key, "cancel", {"number": found.number}, work))

    async def readdress(self, tx: Tx, key: str, found: Order, to: Mapping[str, str]) -> Order:
        async def work() -> str:
            await orderbook.move(tx, found, "change")
            await tx.execute(update(order).where(order.c.number == found.number).values(address=dict(to)))
            return found.number

        arguments = {"number": found.number, "to": dict(to)}
        return await orderbook.find(tx, await effects.once(tx, key, "readdress", arguments, work))

    async def take_out(self, tx: Tx, key: str, found: Order, gone: Mapping[int, int]) -> Order:
        async def work() -> str:
            now = amending.without(found, gone, self.house.tax_included)
            await orderbook.move(tx, found, "change")
            await amending.rewrite(tx, now)
            await stock.put_back(tx, [(found.lines[at].variant_id, count) for at, count in gone.items()])
            return found.number

        arguments = {"number": found.number, "gone": _pieces(gone)}
        return await orderbook.find(tx, await effects.once(tx, key, "take_out", arguments, work))

    async def send_back(
        self, tx: Tx, key: str, found: Order, kind: ReturnKind, lines: Mapping[int, int], reason: str
    ) -> Return:
        async def work() -> str:
            return (await returns.ask(tx, found, kind, lines, reason)).number

        arguments = {"number": found.number, "kind": kind, "lines": _pieces(lines)}
        number = await effects.once(tx, key, "send_back", arguments, work)
        now = await orderbook.find(tx, found.number)
        return next(each for each in now.returns if each.number == number)

    async def done(self, tx: Tx, key: str) -> Done | None:
        return await effects.done(tx, key)


def _binding(drafted: Order) -> dict[str, object]:
    """What the shopper has confirmed of an order, as it is compared."""
    values = orderbook.values_of(drafted)
    named = ("cart_id", "shopper_id", "address", "shipping_key", "shipping_minor", "total_minor", "currency", "taxes")
    lines = [[line.variant_id, line.quantity, line.total.minor] for line in drafted.lines]
    return {name: values[name] for name in named} | {"lines": lines}


def _pieces(lines: Mapping[int, int]) -> dict[str, int]:
    return {str(at): count for at, count in lines.items()}
