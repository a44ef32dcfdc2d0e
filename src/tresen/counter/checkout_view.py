"""The checkout as a screen shows it: all finished text, the same for our page and for the API."""

from dataclasses import dataclass

from tresen.conversation.parts import CartItem, Row
from tresen.conversation.shoppers import Shopper
from tresen.counter import cart, checkout, receipts
from tresen.counter.checkout import Look
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.words import say
from tresen.shop import pricing, shipping, tax
from tresen.shop.address import country_name
from tresen.shop.catalog import pick
from tresen.shop.shipping import Offered


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen; `detail` says when the goods arrive, `price` what it costs."""

    key: str
    label: str
    chosen: bool
    detail: str = ""
    price: str = ""


@dataclass(frozen=True)
class CheckoutView:
    """`missing` is what has to be said before an offer; `refused` are codes of the cart that do not count."""

    items: tuple[CartItem, ...]
    rows: tuple[Row, ...]
    total: str
    total_minor: int | None
    address: dict[str, str]
    countries: tuple[Choice, ...]
    shipping: tuple[Choice, ...]
    payments: tuple[Choice, ...]
    missing: tuple[str, ...]
    refused: tuple[Row, ...]


async def show(tx: Tx, till: Till, shopper: Shopper, found: Look | None = None) -> CheckoutView:
    """Where the shopper's checkout stands."""
    now, locale = found or await checkout.look(tx, till, shopper), shopper.locale
    items = (await cart.show_cart(tx, till.house, shopper)).items
    refused = tuple(Row(code.upper(), why.told(locale)) for code, why in now.priced.decision.refused.items())
    named, paid_by = now.wishes.country or till.house.country, now.wishes.payment
    return CheckoutView(
        items=items,
        rows=_rows(till, now, locale),
        total=now.totals.total.text(locale) if now.totals else "",
        total_minor=now.totals.total.minor if now.totals else None,
        address=now.wishes.address,
        countries=countries(till, locale, named),
        shipping=tuple(_option(tx, till, now, each, locale) for each in now.shipping),
        payments=tuple(Choice(each.name, each.label(locale), each.name == paid_by) for each in now.payments),
        missing=now.missing,
        refused=refused,
    )


def countries(till: Till, locale: str, chosen: str) -> tuple[Choice, ...]:
    """Where parcels go, the shop's own country first."""
    home = till.house.country
    codes = shipping.destinations(till.house) or (home, *(code for code in tax.EU if code != home))
    named = [Choice(code, country_name(code, locale), code == chosen) for code in codes]
    return tuple(sorted(named, key=lambda each: (each.key != home, each.label)))


def _rows(till: Till, now: Look, locale: str) -> tuple[Row, ...]:
    if now.totals is None:
        return ()
    off = [(each.label, each.amount) for each in now.totals.reductions]
    money = receipts.money_rows(off, now.totals.shipping or now.totals.goods, locale)
    known = money if now.totals.shipping is not None else money[:-1]
    return (*known, *receipts.tax_rows(now.totals.taxes, till.house, locale))


def _option(tx: Tx, till: Till, now: Look, offered: Offered, locale: str) -> Choice:
    price = pricing.shipping_price(now.priced.decision, offered)
    when = shipping.promise(offered.option, till.house, tx.now, locale, now.wishes.country)
    cost = price.text(locale) if price.minor else say("shipping-free", locale)
    return Choice(offered.option.key, pick(offered.option.label, locale), offered is now.chosen, when, cost)
