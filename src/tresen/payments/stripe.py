"""Stripe Checkout: the shopper pays on Stripe's page; a signed notice, and a second look at the session, tell us."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import stripe
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from tresen.kit.errors import Misconfigured, TresenError
from tresen.kit.words import say
from tresen.payments._stripe_wire import Made, Session, coupon_of, notices, number, session_of, state_of
from tresen.payments.base import (
    BadNotice,
    Charge,
    Notice,
    PaymentKeyReused,
    PaymentRefused,
    Provider,
    ProviderDown,
    Refunded,
    Site,
    Started,
    State,
    Totals,
    UnknownPayment,
)
from tresen.shop.house import House
from tresen.shop.money import Money

log = logging.getLogger(__name__)
logging.getLogger("stripe").setLevel(logging.WARNING)  # it tells what shoppers typed, and ends of keys, as information

SIGNED_WITHIN = 300  # seconds
WHOLE_STORY = ["payment_intent.latest_charge"]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TRESEN_STRIPE_", extra="ignore")

    secret_key: SecretStr = SecretStr("")
    webhook_secret: SecretStr = SecretStr("")
    base_url: str = "https://api.stripe.com"
    timeout: float = Field(15, gt=0, description="seconds for one call")
    retries: int = Field(2, ge=0, description="further tries of a call that got no answer")


def build(site: Site) -> Provider:
    settings = Settings()
    missing = [f"TRESEN_STRIPE_{name.upper()}" for name in ("secret_key", "webhook_secret") if not _set(settings, name)]
    if missing:
        raise Misconfigured("Stripe is offered, but not set up.", hint=f"set {' and '.join(missing)}")
    return Stripe(settings)


class Stripe:
    """One Stripe account."""

    name = "stripe"

    def __init__(self, settings: Settings) -> None:
        self._webhook_secret = settings.webhook_secret
        self._http = stripe.HTTPXClient(timeout=settings.timeout)
        self._client = stripe.StripeClient(
            settings.secret_key.get_secret_value(),
            base_addresses={"api": settings.base_url},
            max_network_retries=settings.retries,
            http_client=self._http,
        )

    def label(self, locale: str) -> str:
        return say("payment-stripe", locale)

    def available(self, house: House, totals: Totals, shipping_kind: str) -> bool:
        return totals.total.minor > 0

    async def start(self, charge: Charge) -> Started:
        with _translated("start"):
            coupon = await self._coupon(charge)
            wanted, key = session_of(charge, coupon), charge.payment_id
            answer = await self._client.v1.checkout.sessions.create_async(wanted, {"idempotency_key": key})
            session = Session.model_validate(answer.to_dict())
        if not session.url:
            raise ProviderDown("Stripe")
        return Started(session.id, session.url, "pending")

    async def refund(self, reference: str, amount: Money, key: str) -> Refunded:
        with _translated("refund"):
            session = await self._session(reference)
            intent = session.payment_intent
            if not intent or not session.currency or session.currency.upper() != amount.currency:
                raise PaymentRefused("nothing was paid in this currency", hint="look at the payment in Stripe")
            answer = await self._client.v1.refunds.create_async(
                {"payment_intent": intent if isinstance(intent, str) else intent.id, "amount": number(amount)},
                {"idempotency_key": key},
            )
            made = Made.model_validate(answer.to_dict())
        if made.status in ("failed", "canceled"):
            raise PaymentRefused("refund failed", hint="pay it back by bank transfer")
        return Refunded(made.id, "refunded" if made.status == "succeeded" else "pending")

    def receive(self, headers: Mapping[str, str], body: bytes) -> list[Notice]:
        secret = self._webhook_secret.get_secret_value()
        try:
            stripe.WebhookSignature.verify_header(body, headers.get("stripe-signature"), secret, SIGNED_WITHIN)
        except (stripe.SignatureVerificationError, ValueError, TypeError):  # not text, or no ASCII, is not signed
            raise BadNotice from None
        try:
            return notices(body)
        except ValueError:
            raise BadNotice from None

    async def look_up(self, reference: str) -> State:
        with _translated("look up"):
            return state_of(await self._session(reference))

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def _session(self, reference: str) -> Session:
        if not reference.startswith("cs_"):
            raise UnknownPayment
        found = await self._client.v1.checkout.sessions.retrieve_async(reference, {"expand": WHOLE_STORY})
        return Session.model_validate(found.to_dict())

    async def _coupon(self, charge: Charge) -> str:
        coupon = coupon_of(charge)
        if coupon is None:
            return ""
        key = f"{charge.payment_id}:coupon"
        answer = await self._client.v1.coupons.create_async(coupon, {"idempotency_key": key})
        return Made.model_validate(answer.to_dict()).id


def _set(settings: Settings, name: str) -> bool:
    value: SecretStr = getattr(settings, name)
    return bool(value.get_secret_value().strip())


@contextmanager
def _translated(doing: str) -> Iterator[None]:
    """Stripe's errors as ours. Its messages stay behind: they can repeat a key or what a shopper typed."""
    try:
        yield
    except stripe.StripeError as error:
        told = (doing, type(error).__name__, error.http_status, error.code, error.request_id)
        log.warning("stripe: %s failed: %s, status %s, code %s, request %s", *told)
        raise _meaning(error) from None
    except ValidationError as error:
        log.error("stripe: %s got an answer with %d unknown fields", doing, error.error_count())
        raise ProviderDown("Stripe") from None


def _meaning(error: stripe.StripeError) -> TresenError:
    if isinstance(error, stripe.IdempotencyError):
        return PaymentKeyReused()
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return ProviderDown("Stripe", hint="Stripe does not accept the key: check TRESEN_STRIPE_SECRET_KEY")
    if isinstance(error, stripe.CardError | stripe.InvalidRequestError):
        return UnknownPayment() if error.code == "resource_missing" else PaymentRefused(error.code or "invalid")
    return ProviderDown("Stripe")
