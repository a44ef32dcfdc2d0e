"""What every way to pay keeps to. The folder is walked: a new file in `payments/` needs a bench here, or this fails."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from charges import charge as charge_of
from charges import euros
from fake_stripe import KEY, SECRET, FakeStripe
from serving import serving

from tresen import payments
from tresen.kit.clock import SystemClock
from tresen.kit.errors import Misconfigured
from tresen.payments import demo as demo_bank
from tresen.payments.base import (
    BadNotice,
    Charge,
    ChargeLine,
    NoNotices,
    Notice,
    PaymentKeyReused,
    PaymentRefused,
    Provider,
    Site,
    State,
    UnknownPayment,
)
from tresen.shop.house import House
from tresen.shop.money import Money

Call = tuple[dict[str, str], bytes]


@dataclass
class Bench:
    """A provider, and a hand that does what shoppers and banks do; `act` gives the call that the provider makes."""

    provider: Provider
    act: Callable[[str, State], Awaitable[Call]] | None = None
    signature: str = ""


@dataclass
class Sum:
    total: Money


LINES = (("Laufsocke Kiesel", 2, 2580), ("Versand", 1, 490), ("HERBST10", 1, -258))


def charge(payment_id: str = "pay-1", **other: object) -> Charge:
    return charge_of(*LINES, payment_id=payment_id, **other)


def site(folder: Path) -> Site:
    return Site(House(), "https://shop.example", folder, SystemClock())


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[Bench]:
    provider = demo_bank.Demo(site(folder))
    yield Bench(provider, provider.decide, "x-demo-signature")
    await provider.close()


@asynccontextmanager
async def stripe(folder: Path) -> AsyncIterator[Bench]:
    fake = FakeStripe()

    async def act(reference: str, state: State) -> Call:
        done = {"paid": fake.pay, "failed": fake.fail_later, "expired": fake.expire}[state](reference)
        kinds = {"paid": "completed", "failed": "async_payment_failed", "expired": "expired"}
        return fake.event(f"checkout.session.{kinds[state]}", done, f"evt_{reference}_{state}")

    async with serving(fake.app) as url:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("TRESEN_STRIPE_SECRET_KEY", KEY)
            environment.setenv("TRESEN_STRIPE_WEBHOOK_SECRET", SECRET)
            environment.setenv("TRESEN_STRIPE_BASE_URL", url)
            provider = payments.configured(["stripe"], site(folder))["stripe"]
        yield Bench(provider, act, "stripe-signature")
        await provider.close()


@asynccontextmanager
async def invoice(folder: Path) -> AsyncIterator[Bench]:
    yield Bench(payments.configured(["invoice"], site(folder))["invoice"])


@asynccontextmanager
async def on_pickup(folder: Path) -> AsyncIterator[Bench]:
    yield Bench(payments.configured(["on_pickup"], site(folder))["on_pickup"])


BENCHES = {"demo": demo, "stripe": stripe, "invoice": invoice, "on_pickup": on_pickup}
NAMES = payments.known()
SELF_SERVICE = ["demo", "stripe"]  # the others are paid where no machine of ours listens


@pytest.fixture
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(BENCHES[request.param](tmp_path))


everybody = pytest.mark.parametrize("bench", NAMES, indirect=True)
online = pytest.mark.parametrize("bench", SELF_SERVICE, indirect=True)
offline = pytest.mark.parametrize("bench", [name for name in NAMES if name not in SELF_SERVICE], indirect=True)


def test_every_file_has_its_bench() -> None:
    assert set(NAMES) == set(BENCHES) == {"demo", "stripe", "invoice", "on_pickup"}


def test_what_is_not_offered_is_not_there(tmp_path: Path) -> None:
    assert list(payments.configured(["on_pickup", "invoice", "invoice"], site(tmp_path))) == ["on_pickup", "invoice"]


def test_an_unknown_name_is_told_with_those_there_are(tmp_path: Path) -> None:
    for name in ("paypal", "base", "_stripe_wire", "../demo", ""):
        with pytest.raises(Misconfigured) as told:
            payments.configured([name], site(tmp_path))
        assert "demo, invoice, on_pickup, stripe" in told.value.hint


@everybody
async def test_says_who_it_is(bench: Bench, request: pytest.FixtureRequest) -> None:
    assert bench.provider.name == request.node.callspec.params["bench"]
    german, english = bench.provider.label("de"), bench.provider.label("en")
    assert german and english and german != english
    assert bench.provider.label("fr") == english


@everybody
async def test_starting_twice_is_starting_once(bench: Bench) -> None:
    asked = charge()
    first = await bench.provider.start(asked)
    assert first == await bench.provider.start(asked)
    assert first.reference and len(first.reference) <= 200
    assert await bench.provider.look_up(first.reference) == first.state
    assert bool(first.url) == (first.state == "pending")
    other = await bench.provider.start(replace(asked, payment_id="pay-2"))
    assert other.reference != first.reference


@online
async def test_one_payment_id_is_one_charge(bench: Bench) -> None:
    asked = charge()
    await bench.provider.start(asked)
    with pytest.raises(PaymentKeyReused):
        await bench.provider.start(replace(asked, total=euros(1), lines=(ChargeLine("x", 1, euros(1)),)))


@online
@pytest.mark.parametrize("state", ["paid", "failed", "expired"])
async def test_says_what_became_of_it(bench: Bench, state: State) -> None:
    assert bench.act
    started = await bench.provider.start(charge())
    headers, body = await bench.act(started.reference, state)
    (notice,) = bench.provider.receive(headers, body)
    assert notice == Notice(notice.event_id, started.reference, "pay-1", "K-1001", state, euros(2812))
    assert bench.provider.receive(headers, body) == [notice], "the same notice twice is one notice"
    assert await bench.provider.look_up(started.reference) == state


@online
async def test_different_news_have_different_names(bench: Bench) -> None:
    assert bench.act
    seen = set()
    for number, state in enumerate(("paid", "paid", "failed", "expired")):
        started = await bench.provider.start(charge(f"pay-{number}"))
        (notice,) = bench.provider.receive(*await bench.act(started.reference, state))  # type: ignore[arg-type]
        seen.add(notice.event_id)
    assert len(seen) == 4


@online
async def test_refuses_whatever_is_not_signed_by_it(bench: Bench, tmp_path: Path) -> None:
    assert bench.act
    started = await bench.provider.start(charge())
    headers, body = await bench.act(started.reference, "paid")
    good = headers[bench.signature]
    flipped = good[:-1] + ("0" if good[-1] != "0" else "1")
    for wrong in (flipped, good[:-1], good + "0", "", "ü", good.replace("=", "=ü"), "t=1", "t=x,v1=y"):
        with pytest.raises(BadNotice) as refused:
            bench.provider.receive(headers | {bench.signature: wrong}, body)
        assert refused.value.status == 400
    with pytest.raises(BadNotice):
        bench.provider.receive({}, body)
    for other in (body + b" ", body.replace(b"2812", b"2811"), b"", b"\xff\xfe", b"[" * 100_000):
        with pytest.raises(BadNotice):
            bench.provider.receive(headers, other)
    async with BENCHES[bench.provider.name](tmp_path / "another") as other_shop:
        if bench.provider.name == "demo":  # every shop has a secret of its own
            with pytest.raises(BadNotice):
                other_shop.provider.receive(headers, body)


@online
async def test_gives_back_at_most_what_was_paid_and_each_key_once(bench: Bench) -> None:
    assert bench.act
    started = await bench.provider.start(charge())
    with pytest.raises(PaymentRefused):
        await bench.provider.refund(started.reference, euros(1), "too-early")
    await bench.act(started.reference, "paid")
    first = await bench.provider.refund(started.reference, euros(1000), "r-1")
    assert first == await bench.provider.refund(started.reference, euros(1000), "r-1")
    assert first.state == "refunded"
    assert await bench.provider.look_up(started.reference) == "paid"
    for amount, key, wrong in (
        (euros(1001), "r-1", PaymentKeyReused),
        (euros(1813), "r-2", PaymentRefused),
        (Money(100, "CHF"), "r-3", PaymentRefused),
    ):
        with pytest.raises(wrong):
            await bench.provider.refund(started.reference, amount, key)
    rest = await bench.provider.refund(started.reference, euros(1812), "r-4")
    assert rest.reference != first.reference
    assert await bench.provider.look_up(started.reference) == "refunded"
    with pytest.raises(PaymentRefused):
        await bench.provider.refund(started.reference, euros(1), "r-5")


@online
@pytest.mark.parametrize("reference", ["unknown", "cs_test_unknown", "demo_" + "0" * 32, "../../key", ""])
async def test_knows_its_own_only(bench: Bench, reference: str) -> None:
    with pytest.raises(UnknownPayment):
        await bench.provider.look_up(reference)
    with pytest.raises(UnknownPayment):
        await bench.provider.refund(reference, euros(1), "r")


@online
async def test_is_there_for_every_order_that_costs_something(bench: Bench) -> None:
    for kind in ("parcel", "pickup"):
        assert bench.provider.available(House(), Sum(euros(100)), kind)
        assert not bench.provider.available(House(), Sum(euros(0)), kind)


@offline
async def test_is_due_until_the_order_desk_says_otherwise(bench: Bench) -> None:
    started = await bench.provider.start(charge())
    assert (started.state, started.url) == ("due", "")
    assert await bench.provider.look_up(started.reference) == "due"
    refunded = await bench.provider.refund(started.reference, euros(2812), "r-1")
    assert refunded == await bench.provider.refund(started.reference, euros(2812), "r-1")
    assert refunded.state == "due", "somebody has to pay it out"


@offline
async def test_nobody_can_say_by_a_notice_that_it_is_paid(bench: Bench) -> None:
    for body in (b"", b"{}", b'{"state": "paid"}'):
        with pytest.raises(NoNotices) as refused:
            bench.provider.receive({"x-demo-signature": "sha256=0"}, body)
        assert refused.value.status == 404


@pytest.mark.parametrize("bench", ["invoice"], indirect=True)
async def test_an_invoice_has_a_limit_and_two_weeks_in_the_shops_time(bench: Bench) -> None:
    house = House(invoice_limit=Decimal(200))
    assert bench.provider.available(house, Sum(euros(20_000)), "parcel")
    assert not bench.provider.available(house, Sum(euros(20_001)), "parcel")
    assert bench.provider.available(House(), Sum(euros(2_000_001)), "pickup")
    late = datetime(2026, 12, 20, 23, 30, tzinfo=UTC)  # the 21st in Berlin
    assert (await bench.provider.start(charge(created_at=late))).due_on == date(2027, 1, 4)


@pytest.mark.parametrize("bench", ["on_pickup"], indirect=True)
async def test_paying_in_the_shop_is_for_those_who_come(bench: Bench) -> None:
    assert bench.provider.available(House(), Sum(euros(100)), "pickup")
    assert not bench.provider.available(House(), Sum(euros(100)), "parcel")


@pytest.mark.parametrize("bench", ["demo"], indirect=True)
async def test_the_demos_bank_outlives_a_restart_and_lets_the_time_pass(bench: Bench, tmp_path: Path) -> None:
    asked = charge(created_at=datetime.now(UTC) - timedelta(hours=23, minutes=1))
    started = await bench.provider.start(asked)
    assert started.url == f"https://shop.example/demo/pay/{started.reference}"
    async with demo(tmp_path) as again:
        assert await again.provider.look_up(started.reference) == "expired"
        assert again.act
        (notice,) = bench.provider.receive(*await again.act(started.reference, "paid"))
        assert notice.state == "expired", "too late to pay"
    assert [oct(path.stat().st_mode)[-3:] for path in (tmp_path / "demo-bank").iterdir()] == ["600", "600"]
