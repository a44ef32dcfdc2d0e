"""Sending an order out: parcels, pick-up, delivery."""

from collections.abc import Mapping

from sqlalchemy import insert, select

from tresen.kit.db import Tx
from tresen.kit.errors import Conflict, Unprocessable
from tresen.kit.ids import digest, row_id
from tresen.shop import orderbook
from tresen.shop.orders import Fulfilment, Order
from tresen.shop.sales import fulfilment


class ParcelReused(Conflict):
    code = "parcel_id_reused"
    say = "This parcel was entered already, with other contents."


async def ship(
    tx: Tx, found: Order, carrier: str, code: str, url: str = "", lines: Mapping[int, int] | None = None, once: str = ""
) -> Order:
    """Send a parcel with `lines` (position: quantity), or with everything that is still here.

    Args:
        once: Made by the caller; `sent` knows the parcel by it.

    Raises:
        NotNow: the order cannot be sent in its state.
        Unprocessable: more than what is still here, or nothing.
    """
    here = found.unsent()
    parcel = dict(here if lines is None else lines)
    if not parcel or any(not 0 < count <= here.get(at, 0) for at, count in parcel.items()):
        raise Unprocessable("This is not what is still to be sent.", code="bad_parcel")
    moved = await orderbook.move(tx, found, "ship")
    await send(tx, moved.number, Fulfilment(carrier, code, url, parcel, tx.now), once)
    return await orderbook.find(tx, found.number)


async def sent(
    tx: Tx, number: str, carrier: str, code: str, url: str, lines: Mapping[int, int] | None, once: str
) -> bool:
    """Whether this very parcel was entered before; the order must be locked.

    Raises:
        ParcelReused: another one was.
    """
    row = await tx.row(select(fulfilment).where(fulfilment.c.id == _key(number, once))) if once else None
    if row is None:
        return False
    known = (row.carrier, row.tracking_code, row.tracking_url)
    if known != (carrier, code, url) or lines not in (None, orderbook.positions(row.lines)):
        raise ParcelReused
    return True


async def send(tx: Tx, number: str, parcel: Fulfilment, once: str = "") -> None:
    """Write a parcel down."""
    key = _key(number, once) if once else row_id()
    values = {"id": key, "order_number": number, "carrier": parcel.carrier, "tracking_code": parcel.tracking_code,
              "tracking_url": parcel.tracking_url, "lines": {str(at): count for at, count in parcel.lines.items()},
              "shipped_at": parcel.shipped_at or tx.now}  # fmt: skip
    await tx.execute(insert(fulfilment).values(**values))


async def deliver(tx: Tx, found: Order) -> Order:
    """The last parcel has arrived, or the shopper has collected the order; returns count their days from here."""
    return await orderbook.move(tx, found, "deliver", delivered_at=tx.now)


def _key(number: str, once: str) -> str:
    return digest(f"{number}:{once}")[:36]
