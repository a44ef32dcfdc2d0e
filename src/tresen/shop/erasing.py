"""What the shop itself holds of a shopper that no order needs: taken away when they want to be forgotten.

Orders stay with their invoices' data, as the law wants it (in Germany § 147 AO and § 257 HGB).
"""

from collections.abc import Sequence

from sqlalchemy import delete, select

from tresen.kit.db import Tx
from tresen.shop import cart
from tresen.shop.sales import back_in_stock, checkout, order, personal_code, quote, reservation, saved_line


async def erase(tx: Tx, shopper_id: str, contact_ids: Sequence[str]) -> None:
    """Take away cart, saved lines, an unfinished checkout with its address, open offers, codes and waiting lists."""
    await cart.discard(tx, shopper_id)
    open_quotes = select(quote.c.digest).where(quote.c.shopper_id == shopper_id, quote.c.outcome.is_(None))
    await tx.execute(delete(reservation).where(reservation.c.quote.in_(open_quotes)))
    await tx.execute(delete(quote).where(quote.c.shopper_id == shopper_id, quote.c.outcome.is_(None)))
    for table in (saved_line, checkout, personal_code):
        await tx.execute(delete(table).where(table.c.shopper_id == shopper_id))
    await tx.execute(delete(back_in_stock).where(back_in_stock.c.contact_id.in_(contact_ids)))


async def orders_of(tx: Tx, shopper_id: str) -> list[str]:
    """The numbers of the orders that stay, oldest first."""
    query = select(order.c.number).where(order.c.shopper_id == shopper_id).order_by(order.c.placed_at)
    return [str(row.number) for row in await tx.rows(query)]
