"""Placing an order: one transaction from the confirmed quote to the stored order, once however often it is asked."""

from dataclasses import dataclass, replace

from sqlalchemy import delete

from tresen.conversation import log
from tresen.conversation.events import OrderPlaced
from tresen.conversation.parts import OrderStatus, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.counter import letters, receipts
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.errors import Conflict
from tresen.kit.ids import secret
from tresen.kit.words import say
from tresen.shop import cart as shop_cart
from tresen.shop import codes, orderbook, orders, paying, quotes, stock
from tresen.shop.money import Money
from tresen.shop.orders import Order
from tresen.shop.promotions import Decision
from tresen.shop.quotes import Quote, QuoteChanged, UnknownQuote
from tresen.shop.reductions import Reduction
from tresen.shop.sales import cart_code
from tresen.shop.tables import cart, cart_line

LATER = ("invoice", "on_pickup")  # paid when the goods are there, so the order is worked on at once


class OtherTotal(Conflict):
    """The confirmation speaks of another sum than the offer: the same key with another body."""

    code = "other_total"
    say = "What is confirmed is not what was offered. Show the offer again."


@dataclass(frozen=True)
class Placed:
    """`again` tells that this nonce has been confirmed before, and nothing has happened now."""

    order: Order
    again: bool


async def place_order(tx: Tx, till: Till, shopper: Shopper, nonce: str, total_minor: int | None = None) -> Placed:
    """Turn a confirmed quote into an order: stock taken, cart emptied, payment opened, event and mail written.

    Raises:
        UnknownQuote, QuoteExpired, QuoteChanged, OtherTotal: nothing has happened; a new offer is needed.
        OutOfStock, CodeUsedUp: somebody else was faster.
    """
    quote = await quotes.take(tx, nonce, shopper.id)
    if quote.kind != "order":
        raise UnknownQuote
    if total_minor is not None and total_minor != quote.terms["total"]:
        raise OtherTotal
    if quote.outcome is not None:
        return Placed(await orderbook.find(tx, quote.outcome), again=True)
    await _unchanged(tx, shopper, quote)
    found = await till.backend.place(tx, quote.digest, _drafted(tx, shopper, quote))
    await _clear_away(tx, till, shopper, quote, found)
    await quotes.finish(tx, quote, found.number)
    state = "due" if found.payment in LATER else "created"
    await paying.charge(tx, found, found.payment, state)
    found = await orderbook.find(tx, found.number)
    placed = OrderPlaced(receipts.status(till, found, shopper.locale))
    await log.append(tx, shopper.conversation_id, placed, lease=shopper.lease, once=f"order:{found.number}")
    await letters.confirm_order(tx, till, found)
    tx.tell("orders", number=found.number)
    return Placed(found, again=False)


def told(till: Till, found: Order, locale: str) -> tuple[str, tuple[Part, ...]]:
    """What the shopper hears of an order that was just placed."""
    shown: OrderStatus = receipts.status(till, found, locale)
    key = "order-placed-pay" if shown.pay_url else "order-placed"
    text = say(key, locale, number=found.number, email=found.email)
    return text, (Text(text), shown)


async def _unchanged(tx: Tx, shopper: Shopper, quote: Quote) -> None:
    """The cart is still the one that was offered, and stays so; prices hold for as long as the quote does."""
    await shop_cart.lock(tx, shopper.id)
    now = await shop_cart.read(tx, shopper.id)
    held = {line.variant.id: line.quantity for line in now.lines}
    offered = {line["variant_id"]: line["quantity"] for line in quote.terms["lines"]}
    codes_then = {code for _, code, _, _ in quote.terms["applied"] if code}
    codes_now = set(await codes.of_shopper(tx, shopper.id))
    if now.id != quote.terms["cart_id"] or held != offered or codes_now != codes_then:
        raise QuoteChanged


def _drafted(tx: Tx, shopper: Shopper, quote: Quote) -> Order:
    """The order as it was offered, still without its number."""
    drafted = orders.from_terms(quote.terms)
    return replace(
        drafted, placed_at=tx.now, shopper_id=shopper.id, contact_id=shopper.contact_id,
        conversation_id=shopper.conversation_id, locale=shopper.locale, access=secret(),
        state="processing" if drafted.payment in LATER else "awaiting_payment",
    )  # fmt: skip


async def _clear_away(tx: Tx, till: Till, shopper: Shopper, quote: Quote, found: Order) -> None:
    """Nothing held back any more, promotions used, cart gone: the next one has a new id."""
    await stock.release(tx, quote.digest)
    nothing = Money(0, found.currency)
    applied = tuple(Reduction(key, code, label, nothing, ()) for key, code, label, _ in quote.terms["applied"])
    await codes.use(tx, found.number, shopper.id, found.email, till.house.promotions, Decision(applied))
    for table in (cart_line, cart_code):
        await tx.execute(delete(table).where(table.c.cart_id == found.cart_id))
    await tx.execute(delete(cart).where(cart.c.id == found.cart_id))
