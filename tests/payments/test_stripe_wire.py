"""What is sent to Stripe and what is believed of what comes back, without a network."""

import json
from pathlib import Path

import pytest
from charges import charge
from fake_stripe import KEY, provider_at, signed
from hypothesis import given
from hypothesis import strategies as st

from tresen import payments
from tresen.kit.clock import SystemClock
from tresen.kit.errors import Misconfigured
from tresen.payments._stripe_wire import _money, number, session_of
from tresen.payments.base import BadNotice, Site
from tresen.shop.house import House
from tresen.shop.money import Money

RAW = '{"hello":"wörld"}'
GOLDEN = "t=1700000000,v1=acf0f0e83bdedf45c99ea368eddc40a6b371fb2b05240afddd177ff25a2181fe"


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(-5_000, 50_000)), max_size=8), st.integers(-3, 3))
def test_what_is_listed_is_always_the_total(lines: list[tuple[int, int]], off_by: int) -> None:
    total = sum(minor for _, minor in lines) + off_by
    if total <= 0:
        return
    asked = charge(*[("x", count, minor) for count, minor in lines], total=total) if lines else charge(total=total)
    form = session_of(asked, "")
    listed = sum(item["price_data"]["unit_amount"] * item["quantity"] for item in form["line_items"])  # type: ignore[typeddict-item]
    reduced = -sum(line.amount.minor for line in asked.lines if line.amount.minor < 0)
    assert listed - total in (0, reduced)
    assert all(item["price_data"]["unit_amount"] >= 0 for item in form["line_items"])  # type: ignore[typeddict-item,operator]


@pytest.mark.parametrize(
    ("money", "sent"),
    [(Money(1290, "EUR"), 1290), (Money(500, "JPY"), 500), (Money(500, "ISK"), 50_000), (Money(1500, "KWD"), 1500)],
)
def test_counts_each_currency_as_stripe_does(money: Money, sent: int) -> None:
    assert number(money) == sent
    assert _money(sent, money.currency.lower()) == money


async def test_only_stripes_own_signature_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = provider_at("http://127.0.0.1:9", webhook_secret="whsec_x")
    for now, opens in ((1700000000, True), (1700000299, True), (1700000301, False)):
        monkeypatch.setattr("time.time", lambda at=now: at)
        with pytest.raises(BadNotice) as told:  # well signed, it still is no event
            provider.receive({"stripe-signature": GOLDEN}, RAW.encode())
        assert (_why(told.value) == "ValidationError") == opens
    body = json.dumps({"id": "evt_1", "type": "customer.created", "data": {"object": {}}})
    headers, raw = signed(body, secret="whsec_x")
    rolled = {"stripe-signature": headers["stripe-signature"].replace(",v1=", f",v1={'0' * 64},v1=")}
    assert provider.receive(rolled, raw) == [], "two signatures while the secret is rolled"
    with pytest.raises(BadNotice):
        provider.receive(*signed(body, secret="whsec_y"))
    await provider.close()


def _why(error: BaseException) -> str:
    return type(error.__context__).__name__


@pytest.mark.parametrize(
    "body", ["[]", "1", "null", "{}", '{"type": 3}', '{"id": "e", "type": "charge.refunded"}', "["]
)
async def test_nonsense_is_refused_even_when_it_is_signed(body: str) -> None:
    provider = provider_at("http://127.0.0.1:9")
    with pytest.raises(BadNotice):
        provider.receive(*signed(body))
    await provider.close()


def test_half_a_configuration_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("TRESEN_STRIPE_SECRET_KEY", "TRESEN_STRIPE_WEBHOOK_SECRET")
    site = Site(House(), "https://shop.example", tmp_path, SystemClock())
    for given_ in ((), names[:1], names[1:]):
        for name in names:
            monkeypatch.delenv(name, raising=False)
        for name in given_:
            monkeypatch.setenv(name, KEY)
        with pytest.raises(Misconfigured) as told:
            payments.configured(["stripe"], site)
        assert all((name in told.value.hint) != (name in given_) for name in names)
        assert KEY not in str(told.value)
