"""What goes to Stripe and comes back, in Stripe's own terms; no network here."""

from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import BaseModel

from tresen.kit.words import say
from tresen.payments.base import OPEN_FOR, Charge, ChargeLine, Notice, State
from tresen.shop.money import Money, rounded

if TYPE_CHECKING:
    from stripe.params import CouponCreateParams
    from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem

MOST_LINES, LONGEST_NAME = 100, 250
# How many decimals Stripe counts with where it is not two; for some currencies that differs from ISO 4217.
NO_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
THREE_DECIMALS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
COMPLETED = "checkout.session.completed"
ENDS: dict[str, State] = {
    "checkout.session.async_payment_succeeded": "paid",
    "checkout.session.async_payment_failed": "failed",
    "checkout.session.expired": "expired",
    "charge.refunded": "refunded",
}


class Charged(BaseModel):
    refunded: bool = False


class Intent(BaseModel):
    id: str
    status: str = ""
    latest_charge: Charged | str | None = None


class Session(BaseModel):
    """A checkout session as we read it; a charge has some of the same fields."""

    id: str
    url: str | None = None
    status: str | None = None
    payment_status: str | None = None
    currency: str | None = None
    amount_total: int | None = None
    amount_refunded: int | None = None
    metadata: dict[str, str] | None = None
    payment_intent: Intent | str | None = None


class Made(BaseModel):
    """What Stripe says it made: a coupon, a refund."""

    id: str
    status: str | None = None


class _Data(BaseModel):
    object: Session


class _Event(BaseModel):
    id: str
    data: _Data


class _Kind(BaseModel):
    type: str


def state_of(session: Session) -> State:
    """How the payment stands, from the session with its payment intent and charge in it."""
    if session.status == "expired":
        return "expired"
    if session.status != "complete":
        return "pending"
    intent = session.payment_intent if isinstance(session.payment_intent, Intent) else None
    if session.payment_status != "unpaid":
        charged = intent.latest_charge if intent else None
        return "refunded" if isinstance(charged, Charged) and charged.refunded else "paid"
    return "failed" if intent and intent.status in ("requires_payment_method", "canceled") else "pending"


def coupon_of(charge: Charge) -> "CouponCreateParams | None":
    """Stripe's form of the reductions, for this one payment; None when there are none."""
    off = -sum(line.amount.minor for line in charge.lines if line.amount.minor < 0)
    if not off or not _adds_up(charge):
        return None
    return {
        "amount_off": number(Money(off, charge.total.currency)),
        "currency": charge.total.currency.lower(),
        "duration": "once",
        "max_redemptions": 1,
        "name": say("payment-reductions", charge.locale),
    }


def session_of(charge: Charge, coupon: str) -> "SessionCreateParams":
    """The checkout session of a charge; `coupon` is the id of that of `coupon_of`, or empty."""
    marks = {"order": charge.order_number, "payment": charge.payment_id}
    params: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": charge.order_number,
        "line_items": _items(charge),
        "success_url": charge.return_url,
        "cancel_url": charge.cancel_url,
        "expires_at": int((charge.created_at + OPEN_FOR).timestamp()),
        "locale": charge.locale,
        "metadata": marks,
        "payment_intent_data": {"metadata": marks, "description": charge.order_number},
        "adaptive_pricing": {"enabled": False},  # the shopper pays the amount of the order, in its currency
    }
    if charge.email:
        params["customer_email"] = charge.email
    if coupon:
        params["discounts"] = [{"coupon": coupon}]
    return params


def _items(charge: Charge) -> "list[SessionCreateParamsLineItem]":
    if _adds_up(charge):
        return [_item(line) for line in charge.lines if line.amount.minor >= 0]
    return [_item(ChargeLine(say("payment-order", charge.locale, number=charge.order_number), 1, charge.total))]


def _adds_up(charge: Charge) -> bool:
    """Whether Stripe, adding up what we list, comes to our total; if not, the total is all that is listed."""
    total = charge.total
    listed = [line.amount for line in charge.lines if line.amount.minor >= 0]
    same = all(line.amount.currency == total.currency for line in charge.lines)
    return same and 0 < len(listed) <= MOST_LINES and sum(line.amount.minor for line in charge.lines) == total.minor


def _item(line: ChargeLine) -> "SessionCreateParamsLineItem":
    """A line whose amount is not a whole multiple of a unit price is one piece, with the quantity in its name."""
    whole, count, name = number(line.amount), line.quantity, line.title
    if count < 1 or whole % count:
        count, name = 1, f"{line.quantity} × {line.title}"
    return {
        "quantity": count,
        "price_data": {
            "currency": line.amount.currency.lower(),
            "unit_amount": whole // count,
            "product_data": {"name": name[:LONGEST_NAME]},
        },
    }


def notices(body: bytes) -> list[Notice]:
    """What an event says of a payment of ours; other events, and those of other shops on the account, say nothing.

    Raises:
        ValueError: it is no event.
    """
    kind = _Kind.model_validate_json(body).type
    if kind != COMPLETED and kind not in ENDS:
        return []
    event = _Event.model_validate_json(body)
    subject = event.data.object
    marks = subject.metadata or {}
    if "payment" not in marks or "order" not in marks:
        return []
    state = ENDS.get(kind) or ("pending" if subject.payment_status == "unpaid" else "paid")
    amount = subject.amount_refunded if state == "refunded" else subject.amount_total
    if amount is None or subject.currency is None:
        raise ValueError("an event without an amount")
    reference = marks["payment"] if state == "refunded" else subject.id  # a charge does not name its session
    return [Notice(event.id, reference, marks["payment"], marks["order"], state, _money(amount, subject.currency))]


def _decimals(currency: str) -> int:
    return 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2


def number(money: Money) -> int:
    """Money as the whole number that Stripe counts with."""
    return int(money.amount.scaleb(_decimals(money.currency)))


def _money(number: int, currency: str) -> Money:
    currency = currency.upper()
    return rounded(Decimal(number).scaleb(-_decimals(currency)), currency)
