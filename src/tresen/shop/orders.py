"""Orders as they were placed, what was paid, sent and returned since, and the one table of what may happen next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from tresen.kit.errors import Conflict, NotFound
from tresen.shop.catalog import Texts
from tresen.shop.money import Money
from tresen.shop.tax import TaxShare

# (state, what happens) -> state. Whatever is not here cannot happen.
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("awaiting_payment", "pay"): "processing",
    ("awaiting_payment", "pay_later"): "processing",
    ("awaiting_payment", "cancel"): "cancelled",
    ("processing", "cancel"): "cancelled",
    ("processing", "change"): "processing",
    ("awaiting_payment", "change"): "awaiting_payment",
    ("processing", "ship"): "shipped",
    ("shipped", "ship"): "shipped",  # a further parcel
    ("shipped", "deliver"): "delivered",
    ("processing", "make_ready"): "ready",
    ("ready", "cancel"): "cancelled",
    ("ready", "deliver"): "delivered",
    ("shipped", "take_back"): "returned",
    ("delivered", "take_back"): "returned",
}
OPEN = ("created", "pending", "due")  # of a payment that may still come
GIVEN = ("asked", "due", "done")  # of a refund that moves money, or will
MOST_MINOR = 2_000_000_000  # of goods or of a total; it fits the columns
STATES = tuple(dict.fromkeys((*(state for state, _ in TRANSITIONS), *TRANSITIONS.values())))


class NotNow(Conflict):
    """What was asked does not fit the order's state."""

    code = "order_state"

    def __init__(self, state: str, action: str) -> None:
        super().__init__(f"An order that is {state} cannot {action.replace('_', ' ')}.", state=state)


class UnknownOrder(NotFound):
    code = "unknown_order"
    say = "There is no such order, or this shopper has not proved that it is theirs."


class TooLarge(Conflict):
    """More than the columns hold, and than anybody should order by a button."""

    code = "order_too_large"
    say = "An order this large cannot be placed here; offer a person of the shop."


@dataclass(frozen=True)
class OrderLine:
    """A line with the words and the price of the day; `discount` is of the whole line."""

    sku: str
    title: str
    quantity: int
    unit_price: Money
    variant_id: str = ""
    product_id: str = ""
    options: str = ""
    category_key: str = ""
    discount_minor: int = 0
    tax_rate: Decimal = Decimal(0)

    @property
    def total(self) -> Money:
        return Money(self.unit_price.minor * self.quantity - self.discount_minor, self.unit_price.currency)


@dataclass(frozen=True)
class Payment:
    """`state`: created, pending, due (on invoice, at the counter), paid, failed, expired."""

    id: str
    provider: str
    reference: str | None
    url: str
    state: str
    amount: Money
    created_at: datetime

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True)
class Refund:
    """`state`: asked, due (to be paid out by hand), done, failed; or credited, where no money moves because less is
    due."""

    id: str
    payment_id: str
    amount: Money
    reason: str
    state: str
    once: str = ""


@dataclass(frozen=True)
class Fulfilment:
    carrier: str
    tracking_code: str
    tracking_url: str
    lines: dict[int, int]
    shipped_at: datetime | None = None


@dataclass(frozen=True)
class Return:
    """`kind`: return, exchange, withdrawal; `state`: asked, received, refunded, declined."""

    number: str
    kind: str
    state: str
    reason: str
    lines: dict[int, int]
    refund: Money
    created_at: datetime


@dataclass(frozen=True)
class Order:
    """An order. `goods` is before reductions; `total` what has to be paid."""

    number: str
    placed_at: datetime
    state: str
    shipping: Money
    lines: tuple[OrderLine, ...]
    total: Money
    shopper_id: str = ""
    contact_id: str = ""
    conversation_id: str = ""
    cart_id: str | None = None
    locale: str = "en"
    email: str = ""
    address: dict[str, str] = field(default_factory=dict)
    shipping_key: str = ""
    shipping_label: Texts = field(default_factory=dict)
    reductions: tuple[tuple[Texts, Money], ...] = ()
    taxes: tuple[TaxShare, ...] = ()
    payment: str = ""
    arrives: tuple[str, str] = ("", "")
    delivered_at: datetime | None = None
    seen_at: datetime | None = None
    access: str = ""  # the key of its page
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    fulfilments: tuple[Fulfilment, ...] = ()
    returns: tuple[Return, ...] = ()

    @property
    def currency(self) -> str:
        return self.total.currency

    @property
    def goods(self) -> Money:
        return Money(sum(line.unit_price.minor * line.quantity for line in self.lines), self.currency)

    @property
    def added_tax(self) -> Money:
        """The tax that came on top of net prices; nothing where prices are gross."""
        contained = sum(line.total.minor for line in self.lines) + self.shipping.minor
        return Money(self.total.minor - contained, self.currency)

    @property
    def paid(self) -> Money:
        return Money(sum(each.amount.minor for each in self.payments if each.state == "paid"), self.currency)

    @property
    def refunded(self) -> Money:
        """What was given back or is on its way."""
        return Money(sum(each.amount.minor for each in self.refunds if each.state in GIVEN), self.currency)

    @property
    def refundable(self) -> Money:
        return Money(max(0, self.paid.minor - self.refunded.minor), self.currency)

    @property
    def credited(self) -> Money:
        """What returns have taken off before it was paid."""
        return Money(sum(each.amount.minor for each in self.refunds if each.state == "credited"), self.currency)

    @property
    def owed(self) -> Money:
        """What has to be paid and is not paid yet."""
        left = self.total.minor - self.credited.minor - self.paid.minor
        return Money(0 if self.state == "cancelled" else max(0, left), self.currency)

    @property
    def due(self) -> Money:
        """The same, where somebody waits for it."""
        waiting = self.state == "awaiting_payment" or any(each.is_open for each in self.payments)
        return self.owed if waiting else Money(0, self.currency)

    def after(self, action: str) -> str:
        """The state that `action` leads to.

        Raises:
            NotNow: it cannot happen in this state.
        """
        following = TRANSITIONS.get((self.state, action))
        if following is None:
            raise NotNow(self.state, action)
        return following

    @property
    def pieces(self) -> dict[int, int]:
        """All that it holds, by position; a line that was taken out holds nothing."""
        return {at: line.quantity for at, line in enumerate(self.lines) if line.quantity}

    def unsent(self) -> dict[int, int]:
        """What no parcel holds yet, by position."""
        return self._less(sum_of(each.lines for each in self.fulfilments))

    def unreturned(self) -> dict[int, int]:
        """What no return speaks of yet, by position."""
        return self._less(sum_of(each.lines for each in self.returns if each.state != "declined"))

    def _less(self, gone: Mapping[int, int]) -> dict[int, int]:
        left = {at: line.quantity - gone.get(at, 0) for at, line in enumerate(self.lines)}
        return {at: count for at, count in left.items() if count > 0}


def sum_of(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """Quantities by position, added up."""
    total: dict[int, int] = {}
    for lines in parts:
        for at, count in lines.items():
            total[at] = total.get(at, 0) + count
    return total


def from_terms(terms: Mapping[str, Any]) -> Order:
    """The order that the terms of a quote describe, still without number, shopper and time."""

    def money(minor: int) -> Money:
        return Money(minor, terms["currency"])

    lines = tuple(
        OrderLine(each["sku"], each["title"], each["quantity"], money(each["unit"]), each["variant_id"],
                  each["product_id"], each["options"], each["category_key"], each["discount"], Decimal(each["rate"]))
        for each in terms["lines"]
    )  # fmt: skip
    return Order(
        number="", placed_at=datetime.max, state="awaiting_payment", shipping=money(terms["shipping"]), lines=lines,
        total=money(terms["total"]), cart_id=terms["cart_id"], locale=terms["locale"],
        email=terms["address"].get("email", ""), address=dict(terms["address"]), shipping_key=terms["shipping_key"],
        shipping_label=terms["shipping_label"], payment=terms["payment"], arrives=tuple(terms["arrives"]),
        reductions=tuple((label, money(minor)) for _, _, label, minor in terms["applied"]),
        taxes=tuple(TaxShare(Decimal(rate), money(net), money(tax)) for rate, net, tax in terms["taxes"]),
    )  # fmt: skip
