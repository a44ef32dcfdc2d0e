"""A shop with two shoppers: a victim with orders, a cart and offers full of canaries, and an attacker."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

import selling
from sqlalchemy import select, update

from tresen.bootstrap import Tresen
from tresen.conversation import shoppers, turns
from tresen.conversation.parts import Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.tables import conversation, event, outbox
from tresen.counter import aftercare, cart, checkout, codes, confirming, identity, orderdesk, saving
from tresen.kit.db import Tx
from tresen.shop import orderbook, sales, tables
from tresen.shop.promotions import Promotion

CANARY = "kanari"  # in every word that belongs to the victim alone
CODE = Promotion("kanari", "fixed", {"de": "Kanarirabatt", "en": "Kanari"}, code="KANARI5", amount=Decimal(1))
HOUSE = replace(selling.HOUSE, promotions=(*selling.HOUSE.promotions, CODE))
VICTIM = {
    "name": "Zephyrine Kanari", "street": "Kanariweg 7", "postal_code": "20095", "city": "Kanaristadt", "country": "DE",
    "email": "zephyrine@kanari.example",
}  # fmt: skip
# What nobody's conversation may change: the shop's books.
BOOKS = (
    sales.order, sales.order_line, sales.payment, sales.payment_notice, sales.refund, sales.fulfilment,
    sales.shop_return, sales.promotion_use, sales.personal_code, tables.price, tables.variant, tables.product,
)  # fmt: skip
OF_THE_VICTIM = (tables.cart, sales.checkout, sales.quote, sales.saved_line, sales.reservation)


@dataclass
class Person:
    """A shopper with an order in each state, an open cart and open offers."""

    shopper: Shopper
    token: str
    orders: dict[str, str] = field(default_factory=dict)  # state: number
    keys: dict[str, str] = field(default_factory=dict)  # number: key of its page
    offers: dict[str, str] = field(default_factory=dict)  # kind: nonce that is open
    used: str = ""  # a nonce that has been confirmed
    checkout: str = ""  # the key of the checkout page
    cart_link: str = ""


async def person(app: Tresen, address: dict[str, str], words: str, code: str = "") -> Person:
    """Somebody who wrote, bought, had something delivered, and is about to buy again."""
    till = app.till
    async with app.db.write() as tx:
        opened = await shoppers.open_web(tx, "de")
        found = Person(opened.shopper, opened.token)
        await turns.receive(tx, found.shopper, (Text(words),), "first")
        await tx.execute(update(conversation).values(answered=conversation.c.inbound))
        if code:
            await identity.recognise(tx, found.shopper, claim(tx, timedelta(days=1)))
            found.shopper = await shoppers.now(tx, found.shopper)
    for state, payment in (("processing", "invoice"), ("delivered", "demo"), ("awaiting_payment", "demo")):
        async with app.db.write() as tx:
            await _buy(tx, app, found, address, payment, state)
    async with app.db.write() as tx:
        me = found.shopper
        await cart.set_quantity(tx, till.house, me, selling.SOCK, 3)
        if code:
            await codes.apply_code(tx, till.house, me, code)
        found.cart_link = await saving.link_cart(tx, me)
        found.checkout = (await checkout.page_url(tx, till, me)).rsplit("/", 1)[1]
        found.offers["order"] = (await checkout.quote(tx, till, me)).action.target
        open_order, done = found.orders["processing"], found.orders["delivered"]
        found.offers["cancel"] = (await aftercare.offer_cancel(tx, till, me, open_order)).action.target
        found.offers["return"] = (await aftercare.offer_return(tx, till, me, done, {}, "return")).action.target
    return found


async def besiege(app: Tresen) -> tuple[Person, Person]:
    """(victim, attacker), in a shop whose shelves are full."""
    await app.start()
    await selling.open_shop(app.db, sock_stock=5_000)
    await app.retrieval.rebuild()
    victim = await person(app, VICTIM, "Mein Geheimnis ist kanarigelb", CODE.code)
    attacker = await person(app, selling.ADDRESS, "Hallo")
    return victim, attacker


async def _buy(tx: Tx, app: Tresen, who: Person, address: dict[str, str], payment: str, state: str) -> None:
    till, me = app.till, who.shopper
    await cart.set_quantity(tx, till.house, me, selling.SOCK, 2)
    await checkout.remember(tx, till, me, address, "parcel", payment)
    who.used = (await checkout.quote(tx, till, me)).action.target
    placed = (await confirming.confirm(tx, till, me, who.used)).order
    if state == "delivered":
        await selling.paid(tx, placed.number)
        carrier = f"{address['name'].split()[-1]} Post"
        await orderdesk.ship(tx, till, placed.number, carrier, f"{carrier}-1", "operator:a")
        await orderdesk.deliver(tx, till, placed.number, "operator:a")
    who.orders[state], who.keys[placed.number] = placed.number, placed.access


def claim(tx: Tx, lasts: timedelta) -> identity.Claim:
    """The host shop's word that somebody is the victim."""
    return identity.Claim("", VICTIM["email"], VICTIM["name"], tx.now + lasts)


async def lapsed(app: Tresen) -> shoppers.Opened:
    """The victim on another device, whose proof has ended."""
    async with app.db.write() as tx:
        opened = await shoppers.open_web(tx, "de")
        await identity.recognise(tx, opened.shopper, claim(tx, -timedelta(seconds=1)))
        return replace(opened, shopper=await shoppers.now(tx, opened.shopper))


async def guest(app: Tresen) -> shoppers.Opened:
    async with app.db.write() as tx:
        return await shoppers.open_web(tx, "de")


async def expire(app: Tresen, nonce_of: Person, kind: str) -> str:
    """End an offer; returns its nonce."""
    async with app.db.write() as tx:
        mine = (sales.quote.c.shopper_id == nonce_of.shopper.id, sales.quote.c.kind == kind)
        await tx.execute(update(sales.quote).where(*mine).values(expires_at=tx.now - timedelta(seconds=1)))
    return nonce_of.offers[kind]


async def books(app: Tresen, victim: Person) -> dict[str, list[str]]:
    """Every row that must be the same after an attack, as text."""
    me = victim.shopper
    async with app.db.read() as tx:
        found = {table.name: [str(tuple(row)) for row in await tx.rows(select(table))] for table in BOOKS}
        for table in OF_THE_VICTIM:
            rows = await tx.rows(select(table).where(table.c.shopper_id == me.id))
            found[f"victim's {table.name}"] = [str(tuple(row)) for row in rows]
        lines = select(tables.cart_line).join(tables.cart).where(tables.cart.c.shopper_id == me.id)
        notes = select(sales.order_note).where(sales.order_note.c.order_number.in_(victim.orders.values()))
        talk = select(event).where(event.c.conversation_id == me.conversation_id)
        row = select(conversation).where(conversation.c.id == me.conversation_id)
        for name, query in (("lines", lines), ("notes", notes), ("events", talk), ("conversation", row)):
            found[f"victim's {name}"] = [str(tuple(each)) for each in await tx.rows(query)]
    return {name: sorted(rows) for name, rows in found.items()}


async def traces(app: Tresen, who: Person) -> str:
    """Everything that this person's conversation has kept: events, messages that left, orders that are shown."""
    talk = who.shopper.conversation_id
    async with app.db.read() as tx:
        stored = await tx.rows(select(event.c.payload).where(event.c.conversation_id == talk))
        sent = await tx.rows(select(outbox).where(outbox.c.conversation_id == talk))
        mine = [asdict(each) for each in await aftercare.my_orders(tx, who.shopper)]
        shown = asdict(await cart.show_cart(tx, app.till.house, who.shopper))
        wished = (await checkout.wishes(tx, who.shopper)).address
    kept = [[row.payload for row in stored], [str(tuple(row)) for row in sent], mine, shown, wished]
    return json.dumps(kept, ensure_ascii=False, default=str)


def secrets_of(victim: Person) -> list[str]:
    """What opens the victim's things, and the word that is in all of them."""
    return [CANARY, victim.token, victim.checkout, victim.cart_link, *victim.keys.values(), *victim.offers.values()]


def leaks(text: str, victim: Person) -> list[str]:
    """Which of them a text has in it."""
    folded = text.casefold()
    return [each for each in secrets_of(victim) if each.casefold() in folded]


async def order_state(app: Tresen, number: str) -> str:
    async with app.db.read() as tx:
        return (await orderbook.find(tx, number)).state
