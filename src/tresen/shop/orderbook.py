"""Where orders are kept: read whole, written once, changed only along the table of transitions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from tresen.kit.db import Tx
from tresen.kit.ids import row_id
from tresen.shop.money import Money
from tresen.shop.orders import Fulfilment, NotNow, Order, OrderLine, Payment, Refund, Return, UnknownOrder
from tresen.shop.sales import fulfilment, order, order_line, order_note, payment, refund, shop_return
from tresen.shop.tax import TaxShare

AT_ONCE = 500  # orders per query; databases take only so many values


async def find(tx: Tx, number: str, lock: bool = False) -> Order:
    """The order of that number; `lock` keeps others from changing it until the commit.

    Raises:
        UnknownOrder: there is none.
    """
    query = select(order).where(order.c.number == number)
    row = await tx.row(query.with_for_update() if lock else query)
    if row is None:
        raise UnknownOrder
    return (await _whole(tx, [row]))[0]


async def matching(tx: Tx, query: Select[Any]) -> list[Order]:
    """The orders whose rows `query` selects, in its order, each with everything that belongs to it."""
    return await _whole(tx, await tx.rows(query))


async def of_shopper(tx: Tx, shopper_id: str) -> list[Order]:
    """The shopper's orders, newest first."""
    return await matching(tx, select(order).where(order.c.shopper_id == shopper_id).order_by(order.c.placed_at.desc()))


async def of_cart(tx: Tx, cart_id: str) -> Order | None:
    """The order that this cart became."""
    found = await matching(tx, select(order).where(order.c.cart_id == cart_id))
    return found[0] if found else None


async def move(tx: Tx, found: Order, action: str, **values: Any) -> Order:
    """Let `action` happen to the order and return it as it is now.

    Raises:
        NotNow: it cannot happen in this state, or another change came first.
    """
    change = update(order).where(order.c.number == found.number, order.c.state == found.state)
    done = await tx.execute(change.values(state=found.after(action), **values))
    if done.rowcount != 1:
        raise NotNow(found.state, action)
    return await find(tx, found.number)


async def pay_by(tx: Tx, number: str, provider: str) -> Order:
    """Note with whom the order is paid."""
    await tx.execute(update(order).where(order.c.number == number).values(payment=provider))
    return await find(tx, number)


async def record(tx: Tx, found: Order) -> None:
    """Store an order with its lines, payments and fulfilments; one of that number must not exist."""
    await tx.execute(insert(order).values(**values_of(found)))
    rows = [_line_values(found.number, at, line) for at, line in enumerate(found.lines)]
    if rows:
        await tx.execute(insert(order_line), rows)


async def add_note(tx: Tx, number: str, by: str, text: str) -> None:
    """A note of the shop's people on an order; shoppers never see it."""
    values = {"id": row_id(), "order_number": number, "by": by, "text": text[:2000], "at": tx.now}
    await tx.execute(insert(order_note).values(**values))


async def notes(tx: Tx, number: str) -> list[tuple[datetime, str, str]]:
    """(when, by whom, text) of an order's notes, oldest first."""
    rows = await tx.rows(select(order_note).where(order_note.c.order_number == number).order_by(order_note.c.at))
    return [(row.at, row.by, row.text) for row in rows]


def values_of(found: Order) -> dict[str, Any]:
    """The order as its row holds it."""
    return {
        "number": found.number, "shopper_id": found.shopper_id, "contact_id": found.contact_id,
        "conversation_id": found.conversation_id, "cart_id": found.cart_id, "locale": found.locale,
        "placed_at": found.placed_at, "state": found.state, "email": found.email.strip().lower(),
        "address": found.address, "shipping_key": found.shipping_key, "shipping_label": found.shipping_label,
        "shipping_minor": found.shipping.minor, "goods_minor": found.goods.minor, "total_minor": found.total.minor,
        "reductions": [[label, amount.minor] for label, amount in found.reductions],
        "taxes": [[str(each.rate), each.net.minor, each.tax.minor] for each in found.taxes],
        "currency": found.currency, "payment": found.payment, "arrives_from": found.arrives[0],
        "arrives_until": found.arrives[1], "delivered_at": found.delivered_at, "access": found.access,
    }  # fmt: skip


def _line_values(number: str, at: int, line: OrderLine) -> dict[str, Any]:
    return {
        "number": number, "position": at, "variant_id": line.variant_id, "product_id": line.product_id,
        "sku": line.sku, "title": line.title, "options": line.options, "category_key": line.category_key,
        "quantity": line.quantity, "unit_minor": line.unit_price.minor, "discount_minor": line.discount_minor,
        "tax_rate": str(line.tax_rate),
    }  # fmt: skip


async def _whole(tx: Tx, rows: Sequence[Row[Any]]) -> list[Order]:
    found: list[Order] = []
    for at in range(0, len(rows), AT_ONCE):
        found += await _some(tx, rows[at : at + AT_ONCE])
    return found


async def _some(tx: Tx, rows: Sequence[Row[Any]]) -> list[Order]:
    numbers = [row.number for row in rows]
    lines: dict[str, list[Row[Any]]] = {number: [] for number in numbers}
    query = select(order_line).where(order_line.c.number.in_(numbers)).order_by(order_line.c.position)
    for line in await tx.rows(query):
        lines[line.number].append(line)
    parts = {table.name: await _of(tx, table, numbers) for table in (payment, refund, fulfilment, shop_return)}
    return [_order(row, lines[row.number], parts) for row in rows]


async def _of(tx: Tx, table: Any, numbers: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The rows of a table that hangs on orders, by order number, oldest first."""
    at = table.c.shipped_at if table is fulfilment else table.c.created_at
    found: dict[str, list[Row[Any]]] = {}
    for row in await tx.rows(select(table).where(table.c.order_number.in_(numbers)).order_by(at, *table.primary_key)):
        found.setdefault(row.order_number, []).append(row)
    return found


def _order(row: Row[Any], lines: Sequence[Row[Any]], parts: Mapping[str, Mapping[str, list[Row[Any]]]]) -> Order:
    def money(minor: int) -> Money:
        return Money(minor, row.currency)

    mine = {name: found.get(row.number, []) for name, found in parts.items()}
    return Order(
        number=row.number, placed_at=row.placed_at, state=row.state, shipping=money(row.shipping_minor),
        lines=tuple(_line(each, row.currency) for each in lines), total=money(row.total_minor),
        shopper_id=row.shopper_id, contact_id=row.contact_id, conversation_id=row.conversation_id,
        cart_id=row.cart_id, locale=row.locale, email=row.email, address=dict(row.address),
        shipping_key=row.shipping_key, shipping_label=dict(row.shipping_label),
        reductions=tuple((label, money(minor)) for label, minor in row.reductions),
        taxes=tuple(TaxShare(Decimal(rate), money(net), money(tax)) for rate, net, tax in row.taxes),
        payment=row.payment, arrives=(row.arrives_from, row.arrives_until), delivered_at=row.delivered_at,
        seen_at=row.seen_at, access=row.access,
        payments=tuple(Payment(p.id, p.provider, p.reference, p.url, p.state, Money(p.minor, p.currency), p.created_at)
                       for p in mine["payment"]),
        refunds=tuple(Refund(r.id, r.payment_id, Money(r.minor, r.currency), r.reason, r.state, r.once)
                      for r in mine["refund"]),
        fulfilments=tuple(Fulfilment(f.carrier, f.tracking_code, f.tracking_url, positions(f.lines), f.shipped_at)
                          for f in mine["fulfilment"]),
        returns=tuple(Return(r.number, r.kind, r.state, r.reason, positions(r.lines), money(r.refund_minor),
                             r.created_at) for r in mine["shop_return"]),
    )  # fmt: skip


def _line(row: Row[Any], currency: str) -> OrderLine:
    return OrderLine(
        row.sku, row.title, row.quantity, Money(row.unit_minor, currency), row.variant_id, row.product_id,
        row.options, row.category_key, row.discount_minor, Decimal(row.tax_rate),
    )  # fmt: skip


def positions(lines: Mapping[str, int]) -> dict[int, int]:
    """JSON knows only words as keys."""
    return {int(at): int(count) for at, count in lines.items()}
