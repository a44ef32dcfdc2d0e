"""Providers at the real door, and the page of the demo's bank: what is signed is settled once, the rest stays out."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import httpx
import pytest
from fake_stripe import KEY, SECRET, FakeStripe, Fault, signed
from little_app import furnish, served
from serving import serving

from tresen.bootstrap import Tresen
from tresen.counter import payments
from tresen.kit.ids import secret
from tresen.payments.demo import Demo
from tresen.shop import orderbook
from tresen.shop.money import Money
from tresen.shop.orders import Order, OrderLine

BASE = "https://shop.example"


@dataclass
class Door:
    app: Tresen
    http: httpx.AsyncClient
    stripe: FakeStripe

    async def order(self, provider: str, locale: str = "de", title: str = "Helm") -> str:
        """An order that waits for its payment; its number."""
        lines = (OrderLine("h-1", title, 2, Money(8900, "EUR")),)
        found = Order(
            f"K-{secret()[:8]}", datetime.now(UTC), "awaiting_payment", Money(490, "EUR"), lines, Money(18_290, "EUR"),
            locale=locale, payment=provider, access=secret(),
        )  # fmt: skip
        async with self.app.db.write() as tx:
            await orderbook.record(tx, found)
        return found.number

    async def begun(self, provider: str, **order: str) -> tuple[str, str]:
        """(number, reference) of an order whose payment has begun."""
        number = await self.order(provider, **order)
        await payments.begin(self.app.db, self.app.till, number)
        return number, (await self.read(number)).payments[-1].reference or ""

    async def read(self, number: str) -> Order:
        async with self.app.db.read() as tx:
            return await orderbook.find(tx, number)

    async def notify(self, provider: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        return await self.http.post(f"/webhooks/payments/{provider}", headers=headers, content=body)


@pytest.fixture(scope="module")
async def door(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Door]:
    home = tmp_path_factory.mktemp("payments")
    await furnish(home)
    fake = FakeStripe()
    async with serving(fake.app) as stripe_url:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("TRESEN_STRIPE_SECRET_KEY", KEY)
            environment.setenv("TRESEN_STRIPE_WEBHOOK_SECRET", SECRET)
            environment.setenv("TRESEN_STRIPE_BASE_URL", stripe_url)
            environment.setenv("TRESEN_STRIPE_RETRIES", "0")
            names = ["demo", "stripe", "invoice"]
            async with (
                served(home, work=False, public_url=BASE, payments=names) as (app, url),
                httpx.AsyncClient(base_url=url, timeout=20) as http,
            ):
                yield Door(app, http, fake)


def bank_of(door: Door) -> Demo:
    bank = door.app.till.providers["demo"]
    assert isinstance(bank, Demo)
    return bank


class Page(HTMLParser):
    """The forms of a page and whether anything in it could run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, str]] = []
        self.lang, self.active = "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.lang = told.get("lang") or self.lang
        self.active |= tag == "script" or any(name.startswith("on") for name in told)
        if tag == "form":
            self.forms.append((str(told["method"]), str(told["action"])))


@pytest.mark.parametrize(
    ("locale", "total", "words"), [("de", "182,90\xa0€", "Probezahlung"), ("en", "€182.90", "Trial")]
)
async def test_the_page_says_what_is_paid_and_offers_every_ending(
    door: Door, locale: str, total: str, words: str
) -> None:
    number, reference = await door.begun("demo", locale=locale, title="Helm <b>neu</b> & gut")
    answer = await door.http.get(f"/demo/pay/{reference}")
    page = Page(answer.text)
    assert (page.lang, page.active) == (locale, False)
    assert page.forms == [
        ("post", f"/demo/pay/{reference}/paid"), ("get", f"/demo/pay/{reference}/secure"),
        ("post", f"/demo/pay/{reference}/failed"), ("post", f"/demo/pay/{reference}/expired"),
    ]  # fmt: skip
    for told in (total, words, number, "Helm &lt;b&gt;neu&lt;/b&gt; &amp; gut"):
        assert told in answer.text
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("ending", "payment", "state"),
    [
        ("paid", "paid", "processing"),
        ("failed", "failed", "awaiting_payment"),
        ("expired", "expired", "awaiting_payment"),
    ],
)
async def test_every_ending_reaches_the_order_and_leads_back(door: Door, ending: str, payment: str, state: str) -> None:
    number, reference = await door.begun("demo")
    for _ in range(2):  # pressed twice
        answer = await door.http.post(f"/demo/pay/{reference}/{ending}")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"{BASE}/orders/{number}")
    found = await door.read(number)
    assert ([each.state for each in found.payments], found.state) == ([payment], state)
    page = Page((await door.http.get(f"/demo/pay/{reference}")).text)
    assert page.forms == [], "what has ended cannot end again"


async def test_what_has_ended_one_way_does_not_end_another(door: Door) -> None:
    number, reference = await door.begun("demo")
    for ending in ("failed", "paid", "expired"):
        await door.http.post(f"/demo/pay/{reference}/{ending}")
    found = await door.read(number)
    assert ([each.state for each in found.payments], found.state) == (["failed"], "awaiting_payment")


async def test_3d_secure_asks_once_more(door: Door) -> None:
    number, reference = await door.begun("demo")
    step = await door.http.get(f"/demo/pay/{reference}/secure")
    assert Page(step.text).forms == [
        ("post", f"/demo/pay/{reference}/paid"), ("post", f"/demo/pay/{reference}/failed"),
    ]  # fmt: skip
    assert (await door.read(number)).state == "awaiting_payment"
    await door.http.post(f"/demo/pay/{reference}/paid")
    assert (await door.read(number)).state == "processing"
    again = await door.http.get(f"/demo/pay/{reference}/secure")
    assert (again.status_code, again.headers["location"]) == (303, f"/demo/pay/{reference}")


async def test_a_declined_payment_can_be_tried_again(door: Door) -> None:
    number, first = await door.begun("demo")
    await door.http.post(f"/demo/pay/{first}/failed")
    await payments.begin(door.app.db, door.app.till, number)
    second = next(each.reference for each in (await door.read(number)).payments if each.state == "pending")
    assert second != first
    await door.http.post(f"/demo/pay/{second}/paid")
    assert (await door.read(number)).state == "processing"


@pytest.mark.parametrize("path", ["demo_" + "0" * 32, "key", "..%2Fkey", "x"])
async def test_a_page_that_nobody_was_sent_to_is_not_there(door: Door, path: str) -> None:
    for answer in (await door.http.get(f"/demo/pay/{path}"), await door.http.post(f"/demo/pay/{path}/paid")):
        assert answer.status_code in (404, 405)
    assert (await door.http.post(f"/demo/pay/{path}/refunded")).status_code in (404, 422)


async def test_the_news_of_a_provider_is_settled_once_in_any_order(door: Door) -> None:
    number, reference = await door.begun("stripe")
    session = door.stripe.pay(reference)
    paid = door.stripe.event("checkout.session.completed", session, f"evt_{reference}_1")
    late = door.stripe.event("checkout.session.expired", session, f"evt_{reference}_2")
    for call in (late, paid, paid, late):
        answer = await door.notify("stripe", *call)
        assert (answer.status_code, answer.content) == (200, b"")
    found = await door.read(number)
    assert ([each.state for each in found.payments], found.state, found.refunds) == (["paid"], "processing", ())


async def test_late_news_count_as_what_the_provider_knows_by_now(door: Door) -> None:
    number, reference = await door.begun("stripe")
    late = door.stripe.event("checkout.session.async_payment_failed", door.stripe.pay(reference), f"evt_{reference}")
    await door.notify("stripe", *late)
    assert (await door.read(number)).state == "processing"


async def test_news_that_come_before_the_shopper_is_back_count(door: Door) -> None:
    """The provider calls before we even noted what it calls the payment."""
    number = await door.order("demo")
    async with door.app.db.write() as tx:
        found = await orderbook.find(tx, number)
        wanted = await payments.paying.charge(tx, found, "demo")
    charge = payments._charge(door.app.till, found, wanted)
    started = await bank_of(door).start(charge)
    assert (await door.notify("demo", *await bank_of(door).decide(started.reference, "paid"))).status_code == 200
    assert (await door.read(number)).state == "processing"


async def test_forged_news_are_refused_and_change_nothing(door: Door) -> None:
    number, reference = await door.begun("demo")
    headers, body = await bank_of(door).decide(reference, "paid")
    other_key = dict.fromkeys(headers, "sha256=" + "0" * 64)
    for given, sent in ((headers, body.replace(b"18290", b"1")), (other_key, body), ({}, body), (headers, b"")):
        answer = await door.notify("demo", given, sent)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_notice")
    assert (await door.read(number)).state == "awaiting_payment"
    assert (await door.notify("demo", headers, body)).status_code == 200
    assert (await door.read(number)).state == "processing"


@pytest.mark.parametrize(
    ("provider", "code"), [("paypal", "unknown_provider"), ("on_pickup", "unknown_provider"), ("invoice", "no_notices")]
)
async def test_who_is_not_expected_to_call_is_told_so(door: Door, provider: str, code: str) -> None:
    answer = await door.notify(provider, {}, b"{}")
    assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_news_of_a_payment_that_is_none_of_ours_are_not_swallowed(door: Door) -> None:
    started = await bank_of(door).start(
        replace(payments._charge(door.app.till, *await _lonely(door)), payment_id="somebody-elses")
    )
    answer = await door.notify("demo", *await bank_of(door).decide(started.reference, "paid"))
    assert answer.status_code == 404


async def _lonely(door: Door):  # type: ignore[no-untyped-def]
    number, _ = await door.begun("demo")
    found = await door.read(number)
    return found, found.payments[0]


async def test_while_the_provider_cannot_be_asked_it_shall_call_again(door: Door) -> None:
    number, reference = await door.begun("stripe")
    call = door.stripe.event("checkout.session.completed", door.stripe.pay(reference), f"evt_{reference}")
    door.stripe.faults = [Fault(503)]
    answer = await door.notify("stripe", *call)
    assert answer.status_code == 503
    assert not re.search("sk_test|whsec", answer.text)
    assert (await door.read(number)).state == "awaiting_payment"
    assert (await door.notify("stripe", *call)).status_code == 200
    assert (await door.read(number)).state == "processing"


async def test_other_events_of_the_account_are_acknowledged(door: Door) -> None:
    call = signed('{"id": "evt_x", "type": "customer.created", "data": {"object": {"id": "cus_1"}}}')
    assert (await door.notify("stripe", *call)).status_code == 200
