"""A small shop that sells: socks on the shelf, ways to ship and to pay, and what a shopper says to buy them."""

from decimal import Decimal
from pathlib import Path

from goods import goods, offer, stocked, variant_id

from tresen import payments
from tresen.conversation import log, shoppers
from tresen.conversation.events import MessageSent
from tresen.conversation.forms import text_of
from tresen.conversation.shoppers import Shopper
from tresen.counter import cart, checkout, confirming
from tresen.counter import payments as settling
from tresen.counter.till import Till
from tresen.kit.clock import Clock
from tresen.kit.db import Database, Tx
from tresen.payments.base import Notice, Site, State
from tresen.shop import orderbook, paying
from tresen.shop.house import House
from tresen.shop.money import Money
from tresen.shop.orders import Order
from tresen.shop.promotions import Promotion
from tresen.shop.returnrules import ReturnRules
from tresen.shop.shipping import ShippingOption

HOUSE = House(
    name="Sockenhaus",
    address="Sockenweg 1, 12345 Musterstadt",
    order_prefix="SH-",
    payments=("demo", "invoice", "on_pickup"),
    invoice_limit=Decimal(500),
    shipping=(
        ShippingOption("parcel", {"de": "Paket", "en": "Parcel"}, ("DE",), Decimal("4.90"), Decimal(60), (2, 4)),
        ShippingOption("abroad", {"de": "Paket EU", "en": "Parcel EU"}, ("EU",), Decimal("14.90"), None, (4, 8)),
        ShippingOption("pickup", {"de": "Abholung", "en": "Pick-up"}, kind="pickup"),
    ),
    promotions=(
        Promotion("welcome", "percent", {"de": "Willkommen", "en": "Welcome"}, code="HALLO10", percent=Decimal(10),
                  per_shopper=1),
        Promotion("once", "fixed", {"de": "Einmal", "en": "Once"}, code="EINMAL", amount=Decimal(5), total=1),
    ),
    returns=ReturnRules(excluded=("food",)),
)  # fmt: skip
ADDRESS = {
    "name": "Erika Muster", "street": "Hauptstr. 5", "postal_code": "10115", "city": "Berlin", "country": "DE",
    "email": "erika@post.example",
}  # fmt: skip
SOCK = variant_id("sock", "s")
SCARCE = variant_id("sock", "m")
FIVE_LEFT = 5
TOTAL = 2 * 1490 + 490  # of two socks in a parcel


def till(folder: Path, clock: Clock, house: House = HOUSE) -> Till:
    site = Site(house, "http://shop.test", folder, clock)
    return Till(house, payments.configured(house.payments, site), "http://shop.test")


async def open_shop(db: Database, sock_stock: int = 50) -> None:
    await stocked(db, goods("sock", offer("s", 1490, sock_stock), offer("m", 1990, FIVE_LEFT)))


async def visitor(tx: Tx, locale: str = "de") -> Shopper:
    return (await shoppers.open_web(tx, locale)).shopper


async def ready_to_order(
    tx: Tx, counter: Till, shopper: Shopper, quantity: int = 2, payment: str = "invoice", shipping: str = "parcel",
    variant: str = SOCK,
) -> str:  # fmt: skip
    """Fill the cart and the checkout; returns the nonce of the quote."""
    await cart.set_quantity(tx, counter.house, shopper, variant, quantity)
    await checkout.remember(tx, counter, shopper, ADDRESS, shipping, payment)
    return (await checkout.quote(tx, counter, shopper)).action.target


async def ordered(db: Database, counter: Till, shopper: Shopper, payment: str = "demo") -> Order:
    """Two socks, ordered with the button."""
    async with db.write() as tx:
        nonce = await ready_to_order(tx, counter, shopper, payment=payment)
        return (await confirming.confirm(tx, counter, shopper, nonce)).order


async def notice(
    db: Database, counter: Till, found: Order, state: State, event: str, minor: int = TOTAL, of: str = ""
) -> Order:
    """News of the order's open payment, or its last one; with the provider `of`, if one is named."""
    payment = sorted((each for each in found.payments if of in ("", each.provider)), key=lambda each: each.is_open)[-1]
    reference = payment.reference or f"ref-{payment.id}"
    told = Notice(event, reference, payment.id, found.number, state, Money(minor, "EUR"))
    async with db.write() as tx:
        await settling.settle(tx, counter, payment.provider, told)
        return await orderbook.find(tx, found.number)


async def now(db: Database, found: Order) -> Order:
    async with db.read() as tx:
        return await orderbook.find(tx, found.number)


async def heard(db: Database, shopper: Shopper) -> list[str]:
    """What the shopper was told."""
    async with db.read() as tx:
        stored = await log.read(tx, shopper.conversation_id)
    return [text_of(each.data.parts, "de") for each in stored if isinstance(each.data, MessageSent)]


async def paid(tx: Tx, number: str) -> Order:
    """Let whatever is open of an order be paid, past any provider."""
    found = await orderbook.find(tx, number)
    for each in found.payments:
        await paying.settle(tx, each.id, "paid")
    found = await orderbook.find(tx, number)
    return await orderbook.move(tx, found, "pay") if found.state == "awaiting_payment" else found
