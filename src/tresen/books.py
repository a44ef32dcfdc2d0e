"""The shop's rows after a conversation, as the suites that buy compare them: skus, cents, words of the tables."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from evals.deals import Back, Offer, Ordered, Sums
from evals.ledger import Ledger
from tresen.conversation.shoppers import Shopper
from tresen.kit.db import Tx
from tresen.shop import orderbook, orders, pricing
from tresen.shop.house import House
from tresen.shop.money import Money
from tresen.shop.orders import Order
from tresen.shop.sales import order, quote
from tresen.shop.tables import document, variant
from tresen.shop.tax import TaxShare


async def shelf(tx: Tx) -> dict[str, int]:
    """What is in stock, by sku."""
    rows = await tx.rows(select(variant.c.sku, variant.c.stock).where(variant.c.stock.is_not(None)))
    return {row.sku: row.stock for row in rows}


async def documents(tx: Tx) -> dict[str, str]:
    """The file names of the shop's documents, by their ids."""
    rows = await tx.rows(select(document.c.id, document.c.external_id))
    return {row.id: Path(row.external_id).stem for row in rows}


async def read(tx: Tx, house: House, shopper: Shopper, known: list[str], before: Mapping[str, int]) -> Ledger:
    """The rows of a conversation, with the orders of `known` and what has changed on the shelf since `before`."""
    priced = await pricing.of_cart(tx, house, shopper.id)
    mine = (order.c.conversation_id == shopper.conversation_id) | order.c.number.in_(known)
    found = await orderbook.matching(tx, select(order).where(mine).order_by(order.c.placed_at))
    now = await shelf(tx)
    return Ledger(
        cart={line.variant.sku: line.quantity for line in priced.cart.lines},
        sums=_of_totals(priced.totals) if priced.totals else None,
        offer=await _offer(tx, shopper),
        orders=tuple(_ordered(each) for each in found),
        stock={sku: now[sku] - count for sku, count in before.items() if now.get(sku, count) != count},
    )


async def _offer(tx: Tx, shopper: Shopper) -> Offer | None:
    """The order that waits for its button."""
    waiting = (quote.c.conversation_id == shopper.conversation_id, quote.c.kind == "order", quote.c.outcome.is_(None))
    query = select(quote.c.terms).where(*waiting, quote.c.expires_at > tx.now).order_by(quote.c.created_at.desc())
    terms = await tx.scalar(query.limit(1))
    if terms is None:
        return None
    found = orders.from_terms(terms)
    return Offer(lines=_lines(found), sums=_of_order(found), city=found.address.get("city", ""))


def _ordered(found: Order) -> Ordered:
    return Ordered(
        number=found.number,
        state=found.state,
        lines=_lines(found),
        sums=_of_order(found),
        city=found.address.get("city", ""),
        shipping=found.shipping_key,
        payment=found.payment,
        paid=found.paid.minor,
        refunded=found.refunded.minor,
        returns=tuple(
            Back(kind=each.kind, state=each.state, refund=each.refund.minor,
                 lines={found.lines[at].sku: count for at, count in each.lines.items()})
            for each in found.returns
        ),
    )  # fmt: skip


def _lines(found: Order) -> dict[str, int]:
    return {line.sku: line.quantity for line in found.lines}


def _of_order(found: Order) -> Sums:
    off = sum(amount.minor for _, amount in found.reductions)
    return _sums(found.goods, off, found.shipping.minor, found.total, found.taxes)


def _of_totals(found: pricing.Totals) -> Sums:
    freight = found.shipping.minor if found.shipping else None
    return _sums(found.goods, found.discount.minor, freight, found.total, found.taxes)


def _sums(goods: Money, off: int, freight: int | None, total: Money, taxes: tuple[TaxShare, ...]) -> Sums:
    by_rate = {_percent(each.rate): each.tax.minor for each in taxes}
    return Sums(goods=goods.minor, discount=off, shipping=freight, total=total.minor, taxes=by_rate)


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
