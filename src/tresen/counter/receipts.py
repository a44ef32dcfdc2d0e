"""Orders as the shopper sees them: in the chat, on the printable page, in mail. All of it finished text."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from babel.dates import format_date, format_time

from tresen.conversation.parts import CartItem, OrderStatus, Row
from tresen.counter.till import Till
from tresen.kit.words import maybe, say
from tresen.shop import address, shipping
from tresen.shop.address import PostalAddress
from tresen.shop.catalog import pick
from tresen.shop.house import House
from tresen.shop.money import Money
from tresen.shop.orders import Order, OrderLine
from tresen.shop.tax import TaxShare


def status(till: Till, found: Order, locale: str) -> OrderStatus:
    """The order as a part of a message, with the way to its page and, while it is unpaid, to its payment."""
    page = page_url(till, found)
    return OrderStatus(
        number=found.number,
        state=found.state,
        label=say(f"order-state-{found.state.replace('_', '-')}", locale),
        items=tuple(item(line, locale) for line in found.lines if line.quantity),
        rows=tuple(rows(till, found, locale)),
        total=found.total.text(locale),
        url=page,
        pay_url=page.replace("?", "/pay?", 1) if found.state == "awaiting_payment" else "",
    )


def page_url(till: Till, found: Order) -> str:
    """The order's own page; the key in it opens this order only. Orders of other systems have none."""
    return f"{till.base_url}{path(found)}" if found.access else ""


def path(found: Order) -> str:
    """The same without our address, for links and redirects of our own pages."""
    return f"/orders/{quote(found.number)}?key={found.access}"


def item(line: OrderLine, locale: str) -> CartItem:
    """A line at full price; what was taken off stands in rows of its own."""
    return CartItem(
        variant_id=line.variant_id,
        product_id=line.product_id,
        title=line.title,
        options=line.options,
        quantity=line.quantity,
        price=line.unit_price.text(locale),
        total=(line.unit_price * line.quantity).text(locale),
    )


def rows(till: Till, found: Order, locale: str) -> list[Row]:
    """Everything but the lines, label and value."""
    zone = till.house.zone
    local = found.placed_at.astimezone(zone)
    placed = f"{format_date(local, 'medium', locale=locale)}, {format_time(local, 'short', locale=locale)}"
    told = [Row(say("order-placed-at", locale), placed), *money_rows(found.reductions, found.shipping, locale)]
    told += tax_rows(found.taxes, till.house, locale)
    if found.payment:
        told.append(Row(say("order-payment", locale), payment_label(till, found.payment, locale)))
    if found.shipping_label:
        told.append(Row(say("order-shipping", locale), pick(found.shipping_label, locale)))
    if found.address:
        told.append(Row(say("order-address", locale), ", ".join(address_lines(found.address, locale))))
    if found.arrives[0] and found.state in ("processing", "awaiting_payment", "shipped", "ready"):
        told.append(Row(say("order-arrives", locale), window(found.arrives, locale)))
    for parcel in found.fulfilments:
        carrier = " ".join(filter(None, (parcel.carrier, parcel.tracking_code, parcel.tracking_url)))
        told.append(Row(say("order-parcel", locale), carrier))
    for back in found.returns:
        state = say(f"return-state-{back.state}", locale)
        told.append(Row(say(f"return-{back.kind}", locale, number=back.number), state))
    if found.refunded.minor:
        told.append(Row(say("order-refunded", locale), found.refunded.text(locale)))
    if found.credited.minor:
        told.append(Row(say("order-credited", locale), f"−{found.credited.text(locale)}"))
    if found.due.minor:
        told.append(Row(say("order-due", locale), found.due.text(locale)))
    return told


def money_rows(reductions: Sequence[tuple[dict[str, str], Money]], freight: Money, locale: str) -> list[Row]:
    free = say("shipping-free", locale)
    return [
        *(Row(pick(label, locale), f"−{amount.text(locale)}") for label, amount in reductions if amount.minor),
        Row(say("order-freight", locale), freight.text(locale) if freight.minor else free),
    ]


def tax_rows(taxes: Sequence[TaxShare], house: House, locale: str) -> list[Row]:
    key = "order-tax-included" if house.tax_included else "order-tax-added"
    shown = [share for share in taxes if share.tax.minor]
    return [Row(say(key, locale, rate=f"{share.rate.normalize():f}"), share.tax.text(locale)) for share in shown]


def payment_label(till: Till, name: str, locale: str) -> str:
    provider = till.providers.get(name)
    return provider.label(locale) if provider else maybe(f"payment-{name.replace('_', '-')}", locale) or name


def address_lines(data: dict[str, str], locale: str) -> list[str]:
    """A postal address, or who picks up."""
    full = PostalAddress(**{"street": "", "postal_code": "", "city": "", "country": "", **data})
    return address.lines(full, locale) if full.country else [full.name]


def window(arrives: tuple[str, str], locale: str) -> str:
    first, last = (date.fromisoformat(day) for day in arrives)
    return shipping.window_text(first, last, locale)


def day(moment: date, locale: str) -> str:
    return str(format_date(moment, "long", locale=locale))
