"""Stripe over real HTTP, against a server that answers as Stripe documents it; signed as its own library signs."""

import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from charges import EMAIL, charge, euros
from fake_stripe import KEY, SECRET, FakeStripe, Fault, provider_at
from serving import serving

from tresen.kit.errors import TresenError
from tresen.payments.base import (
    Charge,
    ChargeLine,
    PaymentKeyReused,
    PaymentRefused,
    Provider,
    ProviderDown,
)
from tresen.shop.money import Money


@pytest.fixture
async def fake() -> AsyncIterator[tuple[FakeStripe, str]]:
    server = FakeStripe()
    async with serving(server.app) as url:
        yield server, url


@pytest.fixture
async def stripe(fake: tuple[FakeStripe, str]) -> AsyncIterator[tuple[FakeStripe, Provider]]:
    provider = provider_at(fake[1])
    yield fake[0], provider
    await provider.close()


async def test_the_shopper_reads_their_order_and_pays_its_total(stripe: tuple[FakeStripe, Provider]) -> None:
    server, provider = stripe
    asked = charge(("Laufsocke, blau", 2, 2580), ("Riegel", 3, 1000), ("Versand", 1, 490), ("Rabatt", 1, -407))
    started = await provider.start(asked)
    coupon, session = server.sent
    assert (coupon.path, coupon.key, session.path, session.key) == (
        "coupons",
        "pay-1:coupon",
        "checkout/sessions",
        "pay-1",
    )
    assert coupon.form["amount_off"] == "407"
    form = session.form
    rows = [form["line_items"][str(at)] for at in range(3)]
    prices = [row["price_data"] for row in rows]
    listed = [(price["product_data"]["name"], price["unit_amount"]) for price in prices]
    assert [(name, row["quantity"], amount) for row, (name, amount) in zip(rows, listed, strict=True)] == [
        ("Laufsocke, blau", "2", "1290"), ("3 × Riegel", "1", "1000"), ("Versand", "1", "490"),
    ]  # fmt: skip
    assert server.rows[started.reference]["amount_total"] == asked.total.minor == 3663
    assert (form["client_reference_id"], form["customer_email"], form["locale"]) == ("K-1001", EMAIL, "de")
    assert form["metadata"] == form["payment_intent_data"]["metadata"] == {"order": "K-1001", "payment": "pay-1"}
    assert form["expires_at"] == str(int((asked.created_at + timedelta(hours=23)).timestamp()))
    assert (form["success_url"], form["cancel_url"]) == (asked.return_url, asked.cancel_url)
    assert form["adaptive_pricing"] == {"enabled": "false"}


@pytest.mark.parametrize(
    "asked",
    [
        charge(("Helm", 1, 8900), ("Versand", 1, 490), total=9391),
        charge(("Helm", 1, 8900), total=8899),
        charge(*[(f"Teil {at}", 1, 10) for at in range(101)]),
        charge(("Helm", 1, 8900), lines=(), total=8900),
        charge(lines=(ChargeLine("Helm", 1, Money(8900, "CHF")),)),
    ],
    ids=["a cent more", "a cent less", "too many lines", "no lines", "another currency"],
)
async def test_what_does_not_add_up_is_one_line(stripe: tuple[FakeStripe, Provider], asked: Charge) -> None:
    server, provider = stripe
    started = await provider.start(replace(asked, created_at=datetime.now(UTC)))
    (sent,) = server.sent
    (item,) = sent.form["line_items"].values()
    assert item["price_data"]["product_data"]["name"] == "Bestellung K-1001"
    assert server.rows[started.reference]["amount_total"] == asked.total.minor


async def test_an_answer_lost_on_the_way_is_asked_for_again_and_made_once(fake: tuple[FakeStripe, str]) -> None:
    server, url = fake
    provider = provider_at(url, retries=1)
    server.faults = [Fault(stall=0.8, status=200, raw=b"{}", carried_out=True)]
    started = await provider.start(charge())
    await provider.close()
    assert [sent.key for sent in server.sent] == ["pay-1", "pay-1"]
    assert [name for name in server.rows if name.startswith("cs_")] == [started.reference]


async def test_a_crash_between_the_two_calls_leaves_one_coupon_and_one_session(
    stripe: tuple[FakeStripe, Provider],
) -> None:
    server, provider = stripe
    asked = charge(("Helm", 1, 8900), ("Rabatt", 1, -900))
    server.faults = [Fault(503, pass_over=1)]
    with pytest.raises(ProviderDown):
        await provider.start(asked)
    await provider.start(asked)
    assert sorted(name[:2] for name in server.rows) == ["co", "cs"]


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        (Fault(402, "card_error", "card_declined"), PaymentRefused),
        (Fault(400, "invalid_request_error", "amount_too_small"), PaymentRefused),
        (Fault(400, "idempotency_error"), PaymentKeyReused),
        (Fault(401, "invalid_request_error", message=f"Invalid API Key provided: {KEY}"), ProviderDown),
        (Fault(403, "invalid_request_error", message=f"The key {KEY} may not do this"), ProviderDown),
        (Fault(409, "invalid_request_error", "lock_timeout"), ProviderDown),
        (Fault(429, "invalid_request_error", "rate_limit"), ProviderDown),
        (Fault(500), ProviderDown),
        (Fault(503), ProviderDown),
        (Fault(200, raw=b"<html>"), ProviderDown),
        (Fault(200, raw=b"{}"), ProviderDown),
        (Fault(502, raw=b"Bad Gateway"), ProviderDown),
        (Fault(stall=0.8, status=200, raw=b"{}"), ProviderDown),
    ],
    ids=lambda value: f"{value.status} {value.code or value.type}" if isinstance(value, Fault) else "",
)
async def test_every_failure_is_told_with_a_next_step_and_no_secret(
    stripe: tuple[FakeStripe, Provider], fault: Fault, wrong: type[TresenError], caplog: pytest.LogCaptureFixture
) -> None:
    server, provider = stripe
    caplog.set_level(logging.INFO)
    fault = replace(fault, message=f"{fault.message} {EMAIL}")
    calls = (
        lambda: provider.start(charge()),
        lambda: provider.refund("cs_test_1", euros(100), "r-1"),
        lambda: provider.look_up("cs_test_1"),
    )
    for call in calls:
        server.faults = [replace(fault)]
        with pytest.raises(wrong) as told:
            await call()
        assert told.value.hint
        assert told.value.__cause__ is None and told.value.__suppress_context__
        for secret in (KEY, SECRET, EMAIL, "sk_test"):
            assert secret not in f"{told.value} {told.value.hint}"
    assert caplog.text.count("tresen.payments.stripe") == 3
    for secret in (KEY, SECRET, EMAIL, "sk_test"):
        assert secret not in caplog.text


async def test_nobody_at_home_is_told_soon() -> None:
    provider = provider_at("http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(ProviderDown):
        await provider.start(charge())
    assert time.monotonic() - began < 5
    await provider.close()


async def test_a_refund_without_an_answer_happens_once(fake: tuple[FakeStripe, str]) -> None:
    server, url = fake
    provider = provider_at(url)
    started = await provider.start(charge())
    server.pay(started.reference)
    server.faults = [Fault(stall=0.8, status=200, raw=b"{}", carried_out=True, pass_over=1)]
    with pytest.raises(ProviderDown):
        await provider.refund(started.reference, euros(900), "r-1")
    assert (await provider.refund(started.reference, euros(900), "r-1")).state == "refunded"
    assert server.charge_of(started.reference)["amount_refunded"] == 900
    await provider.close()


async def test_a_link_that_is_opened_a_day_later_is_refused_with_a_next_step(
    stripe: tuple[FakeStripe, Provider],
) -> None:
    provider = stripe[1]
    now = datetime.now(UTC)
    assert (await provider.start(charge(created_at=now - timedelta(hours=22)))).url
    with pytest.raises(PaymentRefused) as told:
        await provider.start(charge(payment_id="pay-2", created_at=now - timedelta(hours=23)))
    assert told.value.hint


async def test_money_on_its_way_is_pending_until_it_came_or_failed(stripe: tuple[FakeStripe, Provider]) -> None:
    server, provider = stripe
    started = await provider.start(charge())
    (notice,) = provider.receive(*server.event("checkout.session.completed", server.pay_later(started.reference)))
    assert (notice.state, await provider.look_up(started.reference)) == ("pending", "pending")
    (notice,) = provider.receive(
        *server.event("checkout.session.async_payment_succeeded", server.pay(started.reference))
    )
    assert (notice.state, await provider.look_up(started.reference)) == ("paid", "paid")


async def test_a_refund_made_at_stripe_is_told_with_all_that_was_given_back(
    stripe: tuple[FakeStripe, Provider],
) -> None:
    server, provider = stripe
    started = await provider.start(charge())
    server.pay(started.reference)
    for number_, total in ((1, 100), (2, 250)):
        await provider.refund(started.reference, euros(total - (100 if number_ == 2 else 0)), f"r-{number_}")
        call = server.event("charge.refunded", server.charge_of(started.reference), f"evt_{number_}")
        (notice,) = provider.receive(*call)
        assert (notice.state, notice.payment_id, notice.order_number) == ("refunded", "pay-1", "K-1001")
        assert notice.amount == euros(total)


async def test_what_is_not_ours_says_nothing(stripe: tuple[FakeStripe, Provider]) -> None:
    server, provider = stripe
    started = await provider.start(charge())
    session = server.rows[started.reference]
    foreign = {**session, "metadata": {}}
    for kind, subject in (
        ("checkout.session.completed", foreign),
        ("checkout.session.completed", {**session, "metadata": None}),
        ("charge.refunded", {"id": "ch_1", "metadata": {"order": "x"}, "amount_refunded": 1, "currency": "eur"}),
        ("payment_intent.succeeded", {"id": "pi_1"}),
        ("customer.created", {}),
    ):
        assert provider.receive(*server.event(kind, subject)) == []
