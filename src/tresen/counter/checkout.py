"""Checkout: what the shopper has said so far about an order, what is still missing, and the quote to confirm."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from babel.dates import format_time
from sqlalchemy import select

from tresen.conversation import owner, shoppers
from tresen.conversation.parts import Action, Confirmation, Row
from tresen.conversation.shoppers import Shopper
from tresen.counter import assent, identity, receipts
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.errors import Conflict, NotFound
from tresen.kit.ids import digest, secret
from tresen.kit.words import say
from tresen.payments.base import Provider
from tresen.shop import address, orders, pricing, quotes, shipping, stock
from tresen.shop.address import BadAddress, PostalAddress
from tresen.shop.catalog import pick
from tresen.shop.orders import TooLarge
from tresen.shop.pricing import Priced, Totals
from tresen.shop.quotes import Who
from tresen.shop.sales import checkout
from tresen.shop.shipping import Offered

HOURS = 24  # that a link to the checkout page works
NEEDED = ("cart", "shipping", "address", "payment")


class Incomplete(Conflict):
    """Something is missing before an order can be offered; `missing` names it."""

    code = "checkout_incomplete"

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        super().__init__(f"Before this can be ordered, ask for: {', '.join(missing)}.", first=missing[0])

    def told(self, locale: str) -> str:
        return say(f"refusal-checkout-{self.missing[0]}", locale)


class NoSuchChoice(Conflict):
    code = "no_such_choice"
    say = "This cannot be chosen here. Choose one of those that are offered."


@dataclass(frozen=True)
class Wishes:
    """What the shopper has said; empty where nothing was said yet."""

    address: dict[str, str]
    shipping: str = ""
    payment: str = ""

    @property
    def country(self) -> str:
        return self.address.get("country", "")


@dataclass(frozen=True)
class Look:
    """Where the checkout stands: what is chosen, what can be chosen, and what it comes to."""

    priced: Priced
    wishes: Wishes
    shipping: tuple[Offered, ...]
    payments: tuple[Provider, ...]
    chosen: Offered | None
    totals: Totals | None
    missing: tuple[str, ...]


async def wishes(tx: Tx, shopper: Shopper) -> Wishes:
    """What was said so far; an address that was given elsewhere only while it is proved who asks."""
    row = await tx.row(select(checkout).where(checkout.c.shopper_id == shopper.id))
    if row is None:
        return Wishes({})
    here = row.conversation_id == shopper.conversation_id or (await identity.known(tx, shopper)).proven
    return Wishes(dict(row.address) if here else {}, row.shipping, row.payment)


async def remember(
    tx: Tx, till: Till, shopper: Shopper, to: Mapping[str, str] | None = None, shipping_key: str = "", payment: str = ""
) -> Look:
    """Keep what the shopper says about the order to come; what is not said stays as it was.

    Raises:
        BadAddress: field by field; nothing is kept.
        NoSuchChoice: this shipping or payment is not offered for this cart and country.
    """
    if not _offers(till, shipping_key, payment):
        raise NoSuchChoice
    known = await wishes(tx, shopper)
    said = replace(known, shipping=shipping_key or known.shipping, payment=payment or known.payment)
    if to is not None:
        pickup = _is_pickup(till, said.shipping)
        said = replace(said, address={k: v for k, v in asdict(_checked(to, pickup)).items() if v})
    await _keep(tx, shopper, address=said.address, shipping=said.shipping, payment=said.payment)
    found = await look(tx, till, shopper)
    if (shipping_key and found.chosen is None) or (payment and "payment" in found.missing):
        raise NoSuchChoice
    return found


async def fill_in(
    tx: Tx, till: Till, shopper: Shopper, to: Mapping[str, str], shipping_key: str, payment: str
) -> tuple[Look, dict[str, str]]:
    """Take a whole form: what is right is kept, what is wrong is named, field: reason.

    Of a wrong address only another country is kept, because it decides what can be chosen.
    """
    known, faults = await wishes(tx, shopper), {}
    try:
        found = _checked(to, _is_pickup(till, shipping_key))
        kept = {name: text for name, text in asdict(found).items() if text}
    except BadAddress as bad:
        faults, country = dict(bad.fields), to.get("country", "")
        moved = country != known.country and "country" not in faults
        kept = {"country": country} if moved else known.address
    await _keep(tx, shopper, address=kept, shipping=shipping_key, payment=payment)
    now = await look(tx, till, shopper)
    faults |= {name: "missing" for name in ("shipping", "payment") if name in now.missing}
    return now, faults


async def look(tx: Tx, till: Till, shopper: Shopper) -> Look:
    """The checkout as it stands, with the totals of now."""
    said = await wishes(tx, shopper)
    country = said.country or till.house.country
    email = said.address.get("email", "")
    priced = await pricing.of_cart(tx, till.house, shopper.id, email=email, country=country)
    if priced.totals is None:
        return Look(priced, said, (), (), None, None, NEEDED)
    offered = shipping.options(till.house, country, priced.totals.due_goods)
    chosen = next((each for each in offered if each.option.key == said.shipping), None)
    chosen = chosen or _only(till, offered)
    handed_over = chosen is not None and chosen.option.kind == "pickup"
    taxed_in = till.house.country if handed_over else country
    totals = pricing.totals(till.house, priced.cart.lines, priced.decision, taxed_in, chosen)
    kind = chosen.option.kind if chosen else "parcel"
    ways = tuple(each for each in till.providers.values() if each.available(till.house, totals, kind))
    paid_by = said.payment if said.payment in {each.name for each in ways} else ""
    said = replace(said, payment=paid_by or (ways[0].name if len(ways) == 1 else ""))
    return Look(priced, said, tuple(offered), ways, chosen, totals, _missing(said, chosen))


async def quote(tx: Tx, till: Till, shopper: Shopper) -> Confirmation:
    """Freeze everything for 15 minutes, hold the goods back, and ask for the one labelled button.

    Raises:
        Incomplete: with what is missing, in the order to ask for it.
        TooLarge.
        OutOfStock: somebody else was faster.
        CodeRefused: a code in the cart does not count; the shopper decides whether to go without it.
    """
    found = await look(tx, till, shopper)
    if found.missing or found.chosen is None or found.totals is None:
        raise Incomplete(found.missing)
    for refusal in found.priced.decision.refused.values():
        raise refusal
    if max(found.totals.goods.minor, found.totals.total.minor) > orders.MOST_MINOR:
        raise TooLarge
    await quotes.withdraw(tx, shopper.id, "order")
    terms = _terms(tx, till, found, found.chosen, found.totals, shopper.locale)
    nonce, made = await quotes.offer(tx, "order", whose(shopper), terms)
    pieces = [(line.variant.id, line.quantity) for line in found.priced.cart.lines]
    await stock.reserve(tx, made.digest, shopper.id, pieces, made.expires_at)
    return order_confirmation(till, nonce, made, shopper.locale)


def order_confirmation(till: Till, nonce: str, made: quotes.Quote, locale: str) -> Confirmation:
    """The frozen offer as the shopper sees it, with the button that the law asks for."""
    found = orders.from_terms(made.terms)
    until = format_time(made.expires_at.astimezone(till.house.zone), "short", locale=locale)
    button = say("order-button", locale)
    note = say("order-note", locale, time=until, shop=till.house.name)
    return Confirmation(
        kind="order",
        title=say("order-check", locale),
        items=tuple(receipts.item(line, locale) for line in found.lines),
        rows=(
            *receipts.money_rows(found.reductions, found.shipping, locale),
            *receipts.tax_rows(found.taxes, till.house, locale),
            Row(say("order-shipping", locale), pick(found.shipping_label, locale)),
            Row(say("order-arrives", locale), receipts.window(found.arrives, locale)),
            Row(say("order-address", locale), ", ".join(receipts.address_lines(found.address, locale))),
            Row(say("order-payment", locale), receipts.payment_label(till, found.payment, locale)),
        ),
        total=found.total.text(locale),
        note=assent.noted(till, found.address.get("country", ""), note, locale),
        button=button,
        action=Action("confirm", nonce, label=button),
        expires_at=made.expires_at.isoformat(),
        url=f"{till.base_url}/confirm/{nonce}",
    )


async def page_url(tx: Tx, till: Till, shopper: Shopper) -> str:
    """A fresh link to the checkout page of this shopper's cart; an earlier one ends."""
    key = secret()
    await _keep(tx, shopper, digest=digest(key))
    return f"{till.base_url}/checkout/{key}"


async def by_key(tx: Tx, key: str, locale: str) -> Shopper:
    """The shopper whose checkout page this is.

    Raises:
        NotFound: unknown or ended.
    """
    row = await tx.row(select(checkout).where(checkout.c.digest == digest(key), checkout.c.expires_at > tx.now))
    if row is None:
        raise NotFound("This checkout link has ended. Ask for a new one in the chat.", code="unknown_checkout")
    talk = shoppers.as_shopper(await owner.current(tx, row.conversation_id))
    return replace(talk, locale=locale or talk.locale)


def _terms(tx: Tx, till: Till, found: Look, chosen: Offered, totals: Totals, locale: str) -> dict[str, Any]:
    arrives = shipping.arrives(chosen.option, till.house, tx.now, found.wishes.country)
    applied = [[each.key, each.code, each.label, each.amount.minor] for each in totals.reductions]
    lines = [
        {"variant_id": p.line.variant.id, "product_id": p.line.product.id, "sku": p.line.variant.sku,
         "title": pick(p.line.product.title, locale), "options": p.line.variant.label(locale),
         "category_key": p.line.product.category_key, "quantity": p.line.quantity, "unit": p.line.price.minor,
         "discount": p.discount.minor, "rate": str(p.rate)}
        for p in totals.lines
    ]  # fmt: skip
    return {
        "cart_id": found.priced.cart.id, "lines": lines,
        "applied": applied, "address": found.wishes.address, "payment": found.wishes.payment,
        "shipping_key": chosen.option.key, "shipping_label": chosen.option.label,
        "shipping": (totals.shipping.minor if totals.shipping else 0), "currency": totals.total.currency,
        "taxes": [[str(t.rate), t.net.minor, t.tax.minor] for t in totals.taxes],
        "arrives": [day.isoformat() for day in arrives], "total": totals.total.minor, "locale": locale,
    }  # fmt: skip


def _missing(said: Wishes, chosen: Offered | None) -> tuple[str, ...]:
    pickup = chosen is not None and chosen.option.kind == "pickup"
    complete = bool(said.address.get("email")) and (pickup or bool(said.address.get("street")))
    lacking = {"shipping": chosen is None, "address": not complete, "payment": not said.payment}
    return tuple(name for name in NEEDED if lacking.get(name))


def _only(till: Till, offered: list[Offered]) -> Offered | None:
    """The one option that there is; a pick-up left over because no parcel goes there is not chosen for anybody."""
    parcels = any(each.kind == "parcel" for each in till.house.shipping)
    alone = len(offered) == 1 and (offered[0].option.kind == "parcel" or not parcels)
    return offered[0] if alone else None


def _offers(till: Till, shipping_key: str, payment: str) -> bool:
    """Whether the shop knows these at all; whether they fit the cart is seen once they are kept."""
    known = {each.key for each in till.house.shipping}
    return (not shipping_key or shipping_key in known) and (not payment or payment in till.providers)


def _is_pickup(till: Till, key: str) -> bool:
    return any(each.key == key and each.kind == "pickup" for each in till.house.shipping)


def _checked(to: Mapping[str, str], pickup: bool) -> PostalAddress:
    """Who picks up needs no street, but everybody an e-mail address for the confirmation."""
    lacking = {} if (to.get("email") or "").strip() else {"email": "missing"}
    try:
        found = address.checked(to)
    except BadAddress as bad:
        faults = {name: why for name, why in bad.fields.items() if not pickup or name in ("name", "email", "phone")}
        if faults or lacking:
            raise BadAddress(faults | lacking) from None
        said = {name: " ".join(to.get(name, "").split()) for name in ("name", "email", "phone")}
        found = PostalAddress(street="", postal_code="", city="", country="", **said)
    if lacking:
        raise BadAddress(lacking)
    return found


def whose(shopper: Shopper) -> Who:
    """Whose offer it will be."""
    return Who(shopper.id, shopper.conversation_id, shopper.contact_id)


async def _keep(tx: Tx, shopper: Shopper, **values: Any) -> None:
    values |= {"conversation_id": shopper.conversation_id, "expires_at": tx.now + timedelta(hours=HOURS)}
    row = tx.upsert(checkout).values(shopper_id=shopper.id, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=["shopper_id"], set_=values))
