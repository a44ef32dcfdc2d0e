"""What a payment provider offers, and what passes between it and the shop.

A provider is one module here with `build(site) -> Provider`; its name is the module's name, and its settings are in
the same file. `receive` is pure; `start`, `refund` and `look_up` are thin and belong outside of a transaction, because
most of them call a network. All of them may be called again with the same words: doing it twice is doing it once.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from tresen.kit.clock import Clock
from tresen.kit.errors import Conflict, NotFound, Refusal, Unavailable
from tresen.shop.house import House
from tresen.shop.money import Money

OPEN_FOR = timedelta(hours=23)  # from the charge's `created_at`; Stripe takes at most 24 hours, and a start may be late

# pending: the shopper pays at `url`; due: they pay later (on invoice, at the counter); the others are ends.
State = Literal["pending", "due", "paid", "failed", "expired", "refunded"]


@dataclass(frozen=True)
class Site:
    """Where a provider works: the shop, its public address, and its folder."""

    house: House
    base_url: str
    folder: Path
    clock: Clock


@dataclass(frozen=True)
class ChargeLine:
    """What the shopper reads on the payment page; `amount` is of the whole line, and negative for a reduction."""

    title: str
    quantity: int
    amount: Money


@dataclass(frozen=True)
class Charge:
    """One attempt to be paid for an order. `payment_id` is the idempotency key: the same id is the same charge.

    It can be started within 22 hours of `created_at`, and paid for within 23.
    """

    order_number: str
    payment_id: str
    total: Money
    lines: tuple[ChargeLine, ...]
    email: str
    locale: str
    return_url: str
    cancel_url: str
    created_at: datetime


@dataclass(frozen=True)
class Started:
    """`reference` is the provider's own name for the charge; `due_on` is the last day to pay what is due."""

    reference: str
    url: str
    state: State
    due_on: date | None = None


@dataclass(frozen=True)
class Refunded:
    """`state`: refunded; pending: the provider is at it; due: somebody of the shop pays it out by hand."""

    reference: str
    state: Literal["refunded", "pending", "due"]


@dataclass(frozen=True)
class Notice:
    """What a provider tells us. `event_id` is the same however often it is repeated; notices come in any order.

    `reference` is that of `Started`, except for `refunded`, where it may be our `payment_id`. The amount of `refunded`
    is all that was given back so far, that of any other state is what the charge is about.
    """

    event_id: str
    reference: str
    payment_id: str
    order_number: str
    state: State
    amount: Money


class Totals(Protocol):
    """What `available` asks of the totals of a cart or an order."""

    @property
    def total(self) -> Money: ...


@runtime_checkable  # LangChain checks the context that tools are given
class Provider(Protocol):
    """One way to pay."""

    @property
    def name(self) -> str: ...

    def label(self, locale: str) -> str:
        """What the shopper chooses."""

    def available(self, house: House, totals: Totals, shipping_kind: str) -> bool:
        """Whether this order can be paid this way; `shipping_kind` is parcel or pickup."""

    async def start(self, charge: Charge) -> Started:
        """Ask for the money.

        Raises:
            PaymentRefused: the provider does not take this charge.
            PaymentKeyReused: this payment id was used for another charge.
            Unavailable: the provider does not answer; the same call may be made again.
        """

    async def refund(self, reference: str, amount: Money, key: str) -> Refunded:
        """Give money back the way it came; the same `key` gives it back once.

        Raises:
            PaymentRefused, PaymentKeyReused, UnknownPayment, Unavailable: nothing was given back by this call.
        """

    def receive(self, headers: Mapping[str, str], body: bytes) -> list[Notice]:
        """Check the signature over the raw body and read it; header names are in lower case.

        Raises:
            BadNotice: the signature is missing or wrong, or what is signed cannot be read.
            NoNotices: nobody calls for this provider.
        """

    async def look_up(self, reference: str) -> State:
        """The state of a charge as the provider knows it now.

        Raises:
            UnknownPayment, Unavailable.
        """

    async def close(self) -> None: ...


class PaymentRefused(Conflict):
    """The provider said no; `reason` is its code, for people of the shop."""

    code = "payment_refused"

    def __init__(self, reason: str = "", hint: str = "offer another way to pay") -> None:
        self.reason = reason
        told = f"The payment provider refuses this ({reason})." if reason else "The payment provider refuses this."
        super().__init__(told, hint=hint)


class PaymentKeyReused(Conflict):
    code = "payment_key_reused"
    say = "This payment was already begun with another amount or content."
    hint = "begin a new payment with an id of its own"


class UnknownPayment(NotFound):
    code = "unknown_payment"
    say = "The payment provider knows no such payment."


class BadNotice(Refusal):
    """A call that nobody can vouch for."""

    status = 400
    code = "bad_notice"
    say = "The signature does not match, or the notice cannot be read."


class NoNotices(NotFound):
    code = "no_notices"
    say = "Nobody sends notices for this way to pay."


class ProviderDown(Unavailable):
    """The provider does not answer, or not with sense; nothing is known of what it did."""

    code = "payment_unavailable"

    def __init__(self, provider: str, hint: str = "try again in a moment, or choose another way to pay") -> None:
        super().__init__(f"{provider} is not available right now.", hint=hint)


def check(given: str | None, expected: str) -> None:
    """Compare a signature in constant time; nothing given opens nothing.

    Raises:
        BadNotice: none is given, or another one.
    """
    if not given or not hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
        raise BadNotice
