"""The page of an order: its key opens it and nothing else; paying, once or twice; cancelling and sending back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import little_app
import pytest
import selling
from browsing import Browser, is_accessible
from sqlalchemy import update

from tresen import worker
from tresen.bootstrap import Tresen
from tresen.conversation import shoppers
from tresen.counter import confirming, orderdesk, payments, receipts
from tresen.kit.errors import Unavailable
from tresen.payments.base import PaymentRefused
from tresen.payments.demo import Demo
from tresen.shop import orderbook, paying, sales
from tresen.shop.orders import Order

BASE = "https://shop.example"


@dataclass
class Store:
    app: Tresen
    http: httpx.AsyncClient

    async def ordered(self, payment: str = "demo", locale: str = "de", quantity: int = 2) -> Order:
        async with self.app.db.write() as tx:
            shopper = (await shoppers.open_web(tx, locale)).shopper
            nonce = await selling.ready_to_order(tx, self.app.till, shopper, quantity, payment)
            return (await confirming.confirm(tx, self.app.till, shopper, nonce)).order

    async def sent(self, **kinds: str) -> Order:
        found = await self.ordered("invoice", **kinds)  # type: ignore[arg-type]
        async with self.app.db.write() as tx:
            await orderdesk.ship(tx, self.app.till, found.number, "DHL", "00340", "ina", "https://dhl.example/00340")
            return await orderdesk.deliver(tx, self.app.till, found.number, "ina")

    async def browser(self, found: Order) -> Browser:
        browser = Browser(self.http, home=BASE)
        await browser.go(receipts.path(found))
        assert browser.status == 200
        return browser

    async def now(self, found: Order) -> Order:
        async with self.app.db.read() as tx:
            return await orderbook.find(tx, found.number)

    @property
    def bank(self) -> Demo:
        bank = self.app.till.providers["demo"]
        assert isinstance(bank, Demo)
        return bank


@pytest.fixture(scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    home = tmp_path_factory.mktemp("orders")
    async with (
        little_app.store(home, public_url=BASE) as (app, url),
        httpx.AsyncClient(base_url=url, timeout=60) as http,
    ):
        yield Store(app, http)


def state(browser: Browser) -> str:
    assert browser.answer is not None
    return browser.answer.text.split('data-state="')[1].split('"')[0]


async def test_the_page_tells_everything_and_can_be_kept(store: Store) -> None:
    found = await store.sent()
    browser = await store.browser(found)
    for told in (found.number, "zugestellt", "2 × ", "29,80", "4,90", "34,70", "19 %", "Erika Muster", "DHL 00340"):
        assert told in browser.page.words, told
    assert browser.page.links["Sendung verfolgen 00340"] == "https://dhl.example/00340"
    is_accessible(browser.page)
    style = await store.http.get("/static/pages.css")
    assert "@media print" in style.text


async def test_a_wrong_key_looks_like_no_such_order(store: Store) -> None:
    found, other = await store.ordered(), await store.ordered()
    for path in ("", "/pay", "/return", "/address"):
        nowhere = await store.http.get(f"/orders/SH-1999-0001{path}?key={found.access}")
        for key in (other.access, "", "x", found.access[:-1], "ü", "%00"[:0]):
            there = await store.http.get(f"/orders/{found.number}{path}", params={"key": key})
            assert (there.status_code, there.text) == (404, nowhere.text)
    for path in ("/pay", "/cancel", "/return", "/address"):
        answer = await store.http.post(f"/orders/{found.number}{path}?key={other.access}")
        assert answer.status_code == 404
    assert (await store.now(found)).state == "awaiting_payment"


async def test_an_order_of_another_system_has_no_page(store: Store) -> None:
    found = await store.ordered()
    async with store.app.db.write() as tx:
        await tx.execute(
            orderbook.update(orderbook.order).where(orderbook.order.c.number == found.number).values(access="")
        )
    assert (await store.http.get(f"/orders/{found.number}?key=")).status_code == 404


async def test_declined_then_paid_again(store: Store) -> None:
    found = await store.ordered()
    browser = await store.browser(found)
    await browser.press("bezahlen")
    await browser.press("ablehnen")
    assert (browser.path, state(browser)) == (receipts.path(found), "awaiting_payment")
    await browser.press("bezahlen")
    await browser.press("34,70")
    assert (browser.path, state(browser)) == (receipts.path(found), "processing")
    assert sorted(each.state for each in (await store.now(found)).payments) == ["failed", "paid"]
    assert "bezahlen" not in browser.page.words
    for method in ("GET", "POST"):
        again = await store.http.request(method, f"/orders/{found.number}/pay?key={found.access}")
        assert (again.status_code, again.headers["location"]) == (303, receipts.path(found))


@pytest.mark.parametrize(
    ("locale", "legend", "go", "told"),
    [
        ("de", "Oder anders bezahlen?", "So bezahlen", "Erledigt. So bezahlst du"),
        ("en", "Or pay another way?", "Pay this way", "Done. This is how you pay"),
    ],
)
async def test_declined_then_paid_another_way(store: Store, locale: str, legend: str, go: str, told: str) -> None:
    found = await store.ordered(locale=locale)
    reference = await begun(store, found)
    assert (await store.http.post(f"/demo/pay/{reference}/failed")).status_code == 303
    browser = await store.browser(found)
    assert legend in browser.page.words
    is_accessible(browser.page)
    await browser.press(go, payment="invoice")
    assert (browser.path.split("&")[0], state(browser)) == (receipts.path(found), "processing")
    assert told in browser.page.words
    now = await store.now(found)
    assert sorted((each.provider, each.state) for each in now.payments) == [("demo", "failed"), ("invoice", "due")]


async def test_a_way_that_is_not_offered_is_refused_on_the_page(store: Store) -> None:
    found = await store.ordered()
    for way in ("on_pickup", "gold"):
        answer = await store.http.post(receipts.path(found).replace("?", "/pay?"), data={"payment": way})
        assert answer.status_code == 409
    assert (await store.now(found)).payment == "demo"


async def test_an_expired_offer_of_an_order_leads_back_to_it(store: Store) -> None:
    found = await store.ordered("invoice", locale="en")
    browser = await store.browser(found)
    await browser.press("Cancel the order")
    async with store.app.db.write() as tx:
        await tx.execute(update(sales.quote).values(expires_at=tx.now - timedelta(seconds=1)))
    await browser.press("Cancel the order")
    assert browser.status == 409
    assert "This offer has expired; nothing has happened." in browser.page.words
    await browser.click("Back")
    assert (browser.path, state(browser)) == (receipts.path(found), "processing")


async def test_what_is_paid_twice_is_given_back(store: Store) -> None:
    found = await store.ordered()
    first = await begun(store, found)
    async with store.app.db.write() as tx:  # a second attempt, as a browser tab left open makes one
        await paying.settle(tx, (await orderbook.find(tx, found.number)).payments[0].id, "failed")
    second = await begun(store, found)
    assert first != second
    for reference in (first, second):
        assert (await store.http.post(f"/demo/pay/{reference}/paid")).status_code == 303
    now = await store.now(found)
    assert (now.state, [each.state for each in now.payments]) == ("processing", ["paid", "paid"])
    assert [(each.amount, each.reason) for each in now.refunds] == [(found.total, "paid twice")]
    assert await payments.pay_back(store.app.db, store.app.till) == 1
    assert [each.state for each in (await store.now(found)).refunds] == ["done"]
    assert await payments.pay_back(store.app.db, store.app.till) == 0


async def begun(store: Store, found: Order) -> str:
    answer = await store.http.post(f"/orders/{found.number}/pay?key={found.access}")
    assert answer.status_code == 303
    return str(answer.headers["location"].rsplit("/", 1)[1])


async def test_back_before_the_notice_the_page_asks_the_provider(store: Store) -> None:
    found = await store.ordered()
    reference = await begun(store, found)
    notice = await store.bank.decide(reference, "paid")  # it is paid, and nobody has told us yet
    browser = await store.browser(found)
    assert state(browser) == "processing"
    headers, body = notice
    late = await store.http.post("/webhooks/payments/demo", headers=headers, content=body)
    assert late.status_code == 200
    now = await store.now(found)
    assert (now.state, [each.state for each in now.payments], now.refunds) == ("processing", ["paid"], ())


async def test_a_notice_before_the_way_back_is_as_good(store: Store) -> None:
    found = await store.ordered()
    headers, body = await store.bank.decide(await begun(store, found), "paid")
    assert (await store.http.post("/webhooks/payments/demo", headers=headers, content=body)).status_code == 200
    assert state(await store.browser(found)) == "processing"


async def test_while_nothing_is_known_the_page_says_so_and_a_silent_provider_breaks_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await store.ordered()
    await begun(store, found)
    assert state(await store.browser(found)) == "awaiting_payment"

    async def silent(_reference: str) -> str:
        raise Unavailable

    monkeypatch.setattr(store.bank, "look_up", silent)
    assert state(await store.browser(found)) == "awaiting_payment"


async def test_a_provider_that_refuses_leaves_the_button(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await store.ordered()

    async def refuse(_charge: object) -> None:
        raise PaymentRefused("card_declined")

    monkeypatch.setattr(store.bank, "start", refuse)
    browser = await store.browser(found)
    page = await browser.press("bezahlen")
    assert browser.status == 409
    assert "abgelehnt" in page.words and "card_declined" not in page.words
    monkeypatch.undo()
    await browser.press("bezahlen")
    assert browser.path.startswith("/demo/pay/")


async def test_a_provider_elsewhere_is_reached_by_a_link_because_forms_stay_here(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await store.ordered()

    async def begin(*_given: object) -> str:
        return "https://pay.example/c/1?a=1&b=2"

    monkeypatch.setattr(payments, "begin", begin)
    answer = await store.http.post(f"/orders/{found.number}/pay?key={found.access}")
    assert answer.status_code == 200
    assert 'href="https://pay.example/c/1?a=1&amp;b=2"' in answer.text
    assert 'http-equiv="refresh"' in answer.text


async def test_cancelling_takes_two_steps(store: Store) -> None:
    found = await store.ordered("invoice")
    browser = await store.browser(found)
    page = await browser.press("stornieren")
    assert browser.path.startswith("/confirm/")
    assert (await store.now(found)).state == "processing"
    page = await browser.press("Bestellung stornieren")
    assert (state(browser), f"{found.number} ist storniert" in page.words) == ("cancelled", True)
    assert "stornieren" not in page.words


async def test_an_address_can_change_while_the_order_is_here(store: Store) -> None:
    found = await store.ordered("invoice", "en")
    browser = await store.browser(found)
    page = await browser.click("Change the address")
    is_accessible(page)
    page = await browser.press("Continue", postal_code="1")
    assert browser.status == 422 and page.forms[0].fields["postal_code"] == "1"
    page = await browser.press("Continue", postal_code="80331", city="München", street="Marienplatz 1")
    assert "Marienplatz 1" in page.words
    await browser.press("Change the address")
    assert (await store.now(found)).address["city"] == "München"
    assert "80331" in browser.page.words


async def test_lines_go_back_one_by_one(store: Store) -> None:
    found = await store.sent()
    browser = await store.browser(found)
    page = await browser.click("Zurückgeben")
    is_accessible(page)
    page = await browser.press("Weiter", **{"kind": "return", "line-0": "1"})
    assert "14,90" in page.words and "Sockenweg 1" in page.words
    page = await browser.press("Rückgabe anmelden")
    now = await store.now(found)
    assert [(each.kind, each.lines, each.refund.minor) for each in now.returns] == [("return", {0: 1}, 1490)]
    page = await browser.click("Vertrag widerrufen")
    page = await browser.press("Weiter")
    page = await browser.press("Widerruf bestätigen")
    assert [each.kind for each in (await store.now(found)).returns] == ["return", "withdrawal"]
    assert "Vertrag widerrufen" not in [said for said, url in page.links.items() if "orders" in url]


async def test_a_withdrawal_from_a_part_does_not_cancel_the_rest(store: Store) -> None:
    found = await store.ordered("invoice")
    browser = await store.browser(found)
    await browser.click("Vertrag widerrufen")
    await browser.press("Weiter", **{"kind": "withdrawal", "line-0": "1"})
    await browser.press("Widerruf bestätigen")
    now = await store.now(found)
    assert (now.state, now.returns, now.unsent()) == ("processing", (), {0: 1}), "it does not leave at all"


async def test_the_rest_time_is_over(store: Store) -> None:
    found = await store.sent()
    async with store.app.db.write() as tx:
        old = orderbook.update(orderbook.order).where(orderbook.order.c.number == found.number)
        await tx.execute(old.values(delivered_at=tx.now - timedelta(days=40)))
    browser = await store.browser(found)
    assert "Zurückgeben" not in browser.page.links
    refused = await store.http.post(f"/orders/{found.number}/return?key={found.access}", data={"kind": "return"})
    assert refused.status_code == 409
    assert "Frist" in refused.text or "nichts mehr" in refused.text
    assert receipts.path(found).replace("&", "&amp;") in refused.text, "and the way back"


async def test_names_of_goods_and_people_are_text(store: Store) -> None:
    found = await store.ordered()
    evil = "<script>alert(1)</script>"
    async with store.app.db.write() as tx:
        lines = orderbook.order_line
        await tx.execute(orderbook.update(lines).where(lines.c.number == found.number).values(title=evil, options=evil))
    for path in ("", "/pay", "/return", "/address"):
        answer = await store.http.get(f"/orders/{found.number}{path}?key={found.access}")
        assert answer.status_code == 200 and evil not in answer.text


async def test_the_housekeeping_pays_back_and_lets_go_of_what_nobody_pays(store: Store) -> None:
    paid, left = await store.ordered(), await store.ordered()
    await store.http.post(f"/demo/pay/{await begun(store, paid)}/paid")
    async with store.app.db.write() as tx:
        await orderdesk.cancel(tx, store.app.till, paid.number, "sold out", "ina")
        old = orderbook.update(orderbook.order).where(orderbook.order.c.number == left.number)
        await tx.execute(old.values(placed_at=tx.now - timedelta(hours=25)))
    await worker.keep_once(store.app)
    assert [each.state for each in (await store.now(paid)).refunds] == ["done"]
    assert (await store.now(left)).state == "cancelled"


@pytest.mark.parametrize("odd", ["\0", "\ud800", "9" * 5000, "²", "-1", "'\"><b>", "%00"])
async def test_odd_fields_break_no_page(store: Store, odd: str) -> None:
    found = await store.sent()
    sent = {"kind": odd, "line-0": odd, "reason": odd, "name": odd, "country": odd, "postal_code": odd, "total": odd}
    body = urlencode(sent, errors="replace")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("return", "address", "cancel", "pay"):
        answer = await store.http.post(
            f"/orders/{found.number}/{path}?key={found.access}", content=body, headers=headers
        )
        assert answer.status_code < 500, (path, answer.text)
        assert "'\"><b>" not in answer.text
