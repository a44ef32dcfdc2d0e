"""Sending an order out: parcels, pick-up, delivery."""

from collections.abc import Mapping

from sqlalchemy import insert

from tresen.kit.db import Tx
from tresen.kit.errors import Unprocessable
from tresen.kit.ids import row_id
from tresen.shop import orderbook
from tresen.shop.orders import Fulfilment, Order
from tresen.shop.sales import fulfilment


async def ship(
    tx: Tx, found: Order, carrier: str, code: str, url: str = "", lines: Mapping[int, int] | None = None
) -> Order:
    """Send a parcel with `lines` (position: quantity), or with everything that is still here.

    Raises:
        NotNow: the order cannot be sent in its state.
        Unprocessable: more than what is still here, or nothing.
    """
    here = found.unsent()
    parcel = dict(here if lines is None else lines)
    if not parcel or any(not 0 < count <= here.get(at, 0) for at, count in parcel.items()):
        raise Unprocessable("This is not what is still to be sent.", code="bad_parcel")
    moved = await orderbook.move(tx, found, "ship")
    await send(tx, moved.number, Fulfilment(carrier, code, url, parcel, tx.now))
    return await orderbook.find(tx, found.number)


async def send(tx: Tx, number: str, parcel: Fulfilment) -> None:
    """Write a parcel down."""
    values = {"id": row_id(), "order_number": number, "carrier": parcel.carrier, "tracking_code": parcel.tracking_code,
              "tracking_url": parcel.tracking_url, "lines": {str(at): count for at, count in parcel.lines.items()},
              "shipped_at": parcel.shipped_at or tx.now}  # fmt: skip
    await tx.execute(insert(fulfilment).values(**values))


async def deliver(tx: Tx, found: Order) -> Order:
    """The last parcel has arrived, or the shopper has collected the order; returns count their days from here."""
    return await orderbook.move(tx, found, "deliver", delivered_at=tx.now)
