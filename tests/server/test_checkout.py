"""Buying over HTTP: by our pages without a script, and by JSON; once, however often it is confirmed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import little_app
import pytest
import selling
from browsing import Browser, is_accessible
from sqlalchemy import func, select, update
from visitor import Visitor

from tresen.bootstrap import Tresen
from tresen.conversation import log, mail
from tresen.shop import sales

BASE = "https://shop.example"
GERMAN = {"name": "Erika Muster", "street": "Hauptstr. 5", "postal_code": "10115", "city": "Berlin", "country": "DE",
          "email": "erika@post.example"}  # fmt: skip


@dataclass
class Store:
    app: Tresen
    http: httpx.AsyncClient
    url: str

    async def visitor(self, locale: str = "de", quantity: int = 2) -> Visitor:
        """Somebody with socks in the cart."""
        found = await Visitor.begin(self.url, locale)
        if quantity:
            body = {"variant_id": selling.SOCK, "quantity": quantity}
            (await found.http.put(f"{found.path}/cart", json=body, headers=found.auth)).raise_for_status()
        return found

    async def browser(self, visitor: Visitor) -> Browser:
        """A browser on the checkout page."""
        link = (await call(visitor, "POST", "/checkout/link")).json()["url"]
        assert link.startswith(f"{BASE}/checkout/")
        browser = Browser(self.http, home=BASE)
        await browser.go(link)
        return browser

    async def rows(self, table: Any = sales.order) -> int:
        async with self.app.db.read() as tx:
            return int(await tx.scalar(select(func.count()).select_from(table)))


@pytest.fixture(scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    home = tmp_path_factory.mktemp("store")
    async with (
        little_app.store(home, public_url=BASE) as (app, url),
        httpx.AsyncClient(base_url=url, timeout=60) as http,
    ):
        yield Store(app, http, url)


async def call(visitor: Visitor, method: str, path: str, body: Any = None) -> httpx.Response:
    return await visitor.http.request(method, f"{visitor.path}{path}", json=body, headers=visitor.auth)


async def offered(visitor: Visitor, payment: str = "demo") -> dict[str, Any]:
    body = {"address": GERMAN, "shipping": "parcel", "payment": payment}
    (await call(visitor, "PUT", "/checkout", body)).raise_for_status()
    return dict((await call(visitor, "POST", "/quote")).raise_for_status().json())


@pytest.mark.parametrize(
    ("locale", "button", "onward", "total"),
    [
        ("de", "Zahlungspflichtig bestellen", "Weiter", "34,70\xa0€"),
        ("en", "Order with obligation to pay", "Continue", "€34.70"),
    ],
)
async def test_the_whole_purchase_by_pages(store: Store, locale: str, button: str, onward: str, total: str) -> None:
    browser = await store.browser(await store.visitor(locale))
    assert browser.page.lang == locale
    is_accessible(browser.page)
    page = await browser.press(onward, **GERMAN, shipping="parcel", payment="demo")
    assert (browser.status, browser.path.split("/")[1]) == (200, "confirm")
    for told in (total, "2 × ", "Erika Muster, Hauptstr. 5, 10115 Berlin", button):
        assert told in page.words, told
    assert browser.answer is not None
    assert "form-action 'self'" in browser.answer.headers["content-security-policy"]
    assert browser.answer.headers["cache-control"] == "no-store"
    confirm = browser.path
    page = await browser.press(button)
    assert browser.path.startswith("/orders/SH-")
    assert 'data-state="awaiting_payment"' in browser.answer.text
    order_page = browser.path.split("&")[0]
    page = await browser.press(total)
    assert browser.path.startswith("/demo/pay/")
    await browser.press(total)
    assert browser.path == order_page
    assert 'data-state="processing"' in browser.answer.text
    is_accessible(browser.page)
    await browser.go(confirm)
    assert browser.path == order_page, "what is confirmed leads to its order"


async def test_wrong_fields_are_named_beside_them_and_what_was_typed_stays(store: Store) -> None:
    browser = await store.browser(await store.visitor())
    page = await browser.press("Weiter", **{**GERMAN, "postal_code": "1", "email": "nix"})
    assert browser.status == 422
    is_accessible(page)
    wrong = {told["name"] for told in page.inputs if told.get("aria-invalid")}
    assert wrong == {"postal_code", "email"}
    assert page.forms[0].fields["street"] == "Hauptstr. 5"
    for told in ("die Postleitzahl", "die E-Mail-Adresse", "Bitte wähle eine Versandart", "wie du bezahlen"):
        assert told.lower() in page.words.lower(), told
    assert {"#postal_code", "#email", "#shipping", "#payment"} <= set(page.links.values())


async def test_another_country_offers_other_shipping_before_the_address_is_whole(store: Store) -> None:
    browser = await store.browser(await store.visitor())
    page = await browser.press("Aktualisieren", country="AT")
    assert browser.status == 200
    assert "Paket EU" in page.words and "14,90" in page.words
    assert page.forms[0].fields["country"] == "AT"


async def test_who_picks_up_needs_no_street(store: Store) -> None:
    browser = await store.browser(await store.visitor())
    bare = {"name": "Erika Muster", "email": "erika@post.example", "shipping": "pickup"}
    await browser.press("Aktualisieren", **bare)
    page = await browser.press("Weiter", **bare, payment="on_pickup")
    assert browser.path.startswith("/confirm/"), page.words
    page = await browser.press("Zahlungspflichtig bestellen")
    assert 'data-state="processing"' in str(browser.answer and browser.answer.text)


async def test_a_code_that_does_not_count_can_be_left_behind(store: Store) -> None:
    first = await store.visitor()
    (await call(first, "POST", "/codes", {"code": "EINMAL"})).raise_for_status()
    second = await store.visitor()
    (await call(second, "POST", "/codes", {"code": "einmal"})).raise_for_status()
    nonce = (await offered(first, "invoice"))["action"]["target"]
    (await call(first, "POST", "/confirm", {"nonce": nonce})).raise_for_status()
    browser = await store.browser(second)
    page = await browser.press("Weiter", **GERMAN, shipping="parcel", payment="invoice")
    assert browser.status == 409
    assert "EINMAL" in page.words
    await browser.press("Ohne EINMAL weiter")
    await browser.press("Weiter", **GERMAN, shipping="parcel", payment="invoice")
    assert browser.path.startswith("/confirm/")


async def test_names_and_addresses_are_text(store: Store) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    browser = await store.browser(await store.visitor())
    bad = {**GERMAN, "name": f"Erika {evil}", "extra": evil}
    page = await browser.press("Weiter", **{**bad, "email": evil})
    assert (page.scripts, page.forms[0].fields["name"]) == (0, f"Erika {evil}")
    page = await browser.press("Weiter", **bad, shipping="parcel", payment="invoice")
    assert page.scripts == 0 and "<script>" in page.words
    page = await browser.press("Zahlungspflichtig bestellen")
    assert page.scripts == 0 and "<script>" in page.words


async def test_the_whole_purchase_by_json(store: Store) -> None:
    visitor = await store.visitor("en")
    before = (await call(visitor, "GET", "/checkout")).json()
    assert before["missing"] == ["shipping", "address", "payment"]
    assert [each["key"] for each in before["shipping"]] == ["parcel", "pickup"]
    bad = await call(visitor, "PUT", "/checkout", {"address": {**GERMAN, "postal_code": "x", "name": ""}})
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_address")
    assert bad.json()["fields"] == {"name": "missing", "postal_code": "wrong"}
    early = await call(visitor, "POST", "/quote")
    assert (early.status_code, early.json()["code"]) == (409, "checkout_incomplete")
    assert early.json()["detail"] != "Sorry, that is not possible."
    body = {"address": GERMAN, "shipping": "parcel", "payment": "demo"}
    now = (await call(visitor, "PUT", "/checkout", body)).json()
    assert (now["missing"], now["total_minor"]) == ([], 3470)
    assert [(each["key"], each["price"]) for each in now["shipping"] if each["chosen"]] == [("parcel", "€4.90")]
    quote = (await call(visitor, "POST", "/quote")).json()
    assert (quote["total_minor"], quote["button"]) == (3470, "Order with obligation to pay")
    done = (await call(visitor, "POST", "/confirm", {"nonce": quote["action"]["target"], "total": 3470})).json()
    number = done["order"]["number"]
    assert done["order"]["pay_url"].startswith(f"{BASE}/orders/{number}/pay?key=")
    assert [each["number"] for each in (await call(visitor, "GET", "/orders")).json()["orders"]] == [number]
    assert (await call(visitor, "GET", f"/orders/{number}")).json()["state"] == "awaiting_payment"
    asked = (await call(visitor, "POST", f"/orders/{number}/cancel")).json()
    gone = await call(visitor, "POST", "/confirm", {"nonce": asked["action"]["target"]})
    assert gone.json()["order"]["state"] == "cancelled"


async def test_confirming_fifty_times_at_once_is_confirming_once(store: Store) -> None:
    visitor = await store.visitor()
    nonce, before = (await offered(visitor))["action"]["target"], await store.rows()
    calls = (call(visitor, "POST", "/confirm", {"nonce": nonce, "total": 3470}) for _ in range(50))
    answers = await asyncio.gather(*calls)
    assert {each.status_code for each in answers} == {200}
    assert len({each.text for each in answers}) == 1
    assert await store.rows() == before + 1
    other = await call(visitor, "POST", "/confirm", {"nonce": nonce, "total": 1})
    assert (other.status_code, other.json()["code"]) == (409, "other_total")
    async with store.app.db.read() as tx:
        told = [each for each in await log.read(tx, visitor.id) if each.name == "message.sent"]
        mails = [
            each
            for each in await mail.listed(tx, GERMAN["email"])
            if answers[0].json()["order"]["number"] in each.subject
        ]
    assert (len(told), len(mails)) == (1, 1)


async def test_pressing_fifty_times_on_the_page_is_one_order(store: Store) -> None:
    visitor = await store.visitor()
    nonce, before = (await offered(visitor))["action"]["target"], await store.rows()
    answers = await asyncio.gather(*(store.http.post(f"/confirm/{nonce}", data={"total": "3470"}) for _ in range(50)))
    assert {(each.status_code, each.headers["location"]) for each in answers} == {(303, answers[0].headers["location"])}
    assert await store.rows() == before + 1


async def test_looking_orders_nothing(store: Store) -> None:
    visitor = await store.visitor()
    nonce, before = (await offered(visitor))["action"]["target"], await store.rows()
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        await store.http.request(method, f"/confirm/{nonce}")
    assert await store.rows() == before


async def test_a_forged_or_foreign_nonce_orders_nothing(store: Store) -> None:
    owner, other = await store.visitor(), await store.visitor()
    nonce, before = (await offered(owner))["action"]["target"], await store.rows()
    forged = await call(owner, "POST", "/confirm", {"nonce": "x" * 32})
    foreign = await call(other, "POST", "/confirm", {"nonce": nonce})
    assert forged.status_code == foreign.status_code == 404
    assert forged.text == foreign.text
    page = await store.http.post("/confirm/" + "x" * 32)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert await store.rows() == before


async def test_an_expired_offer_says_so_and_leads_back(store: Store) -> None:
    browser = await store.browser(await store.visitor())
    checkout = browser.path
    await browser.press("Weiter", **GERMAN, shipping="parcel", payment="demo")
    confirm, form = browser.path, browser.page.forms[0]
    async with store.app.db.write() as tx:
        await tx.execute(update(sales.quote).values(expires_at=tx.now - timedelta(seconds=1)))
    before = await store.rows()
    pressed = await store.http.post(form.action, data=form.fields)
    assert pressed.status_code == 409
    page = await browser.go(confirm)
    assert browser.status == 409
    assert "Dieses Angebot ist abgelaufen; es ist nichts geschehen. Geh zurück oder frag im Chat" in page.words
    assert "Geh zurück oder frag im Chat" in pressed.text
    assert await store.rows() == before
    await browser.click("Zurück")
    assert (browser.path, browser.status) == (checkout, 200)


async def test_a_cart_that_changed_since_is_not_ordered(store: Store) -> None:
    visitor = await store.visitor()
    nonce, before = (await offered(visitor))["action"]["target"], await store.rows()
    (await call(visitor, "PUT", "/cart", {"variant_id": selling.SOCK, "quantity": 3})).raise_for_status()
    page = await store.http.post(f"/confirm/{nonce}")
    assert (page.status_code, "geändert" in page.text) == (409, True)
    assert (await call(visitor, "POST", "/confirm", {"nonce": nonce})).json()["code"] == "quote_changed"
    assert await store.rows() == before


@pytest.mark.parametrize("path", ["/checkout/" + "x" * 32, "/checkout/x", "/confirm/x", "/confirm/%22%3E%3Cscript%3E"])
async def test_links_that_nobody_was_given_open_nothing(store: Store, path: str) -> None:
    for answer in (await store.http.get(path), await store.http.post(path)):
        assert answer.status_code == 404
        assert "<script>" not in answer.text


async def test_the_host_header_names_nothing(store: Store) -> None:
    visitor = await store.visitor()
    headers = {**visitor.auth, "Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    link = await visitor.http.post(f"{visitor.path}/checkout/link", headers=headers)
    assert link.json()["url"].startswith(BASE)
    page = await visitor.http.get(link.json()["url"].removeprefix(BASE), headers=headers)
    assert "evil" not in page.text


async def test_a_cart_travels_by_link(store: Store) -> None:
    giver, taker = await store.visitor(quantity=3), await store.visitor("en", quantity=0)
    link = (await call(giver, "POST", "/cart/link")).json()["url"]
    token = link.removeprefix(f"{BASE}/cart/")
    opened = await store.http.get(f"/cart/{token}")
    assert (opened.status_code, opened.headers["location"]) == (303, f"/demo#/cart/{token}")
    for _ in range(2):  # opening twice adds nothing more
        got = (await call(taker, "POST", "/cart/open", {"token": token})).json()
        assert (got["summary"]["count"], got["missing"]) == (3, [])
    assert (await call(taker, "POST", "/cart/open", {"token": "x"})).json()["code"] == "cart_link_gone"
    empty = await store.visitor(quantity=0)
    assert (await call(empty, "POST", "/cart/link")).json()["code"] == "cart_empty"


async def test_codes_come_and_go(store: Store) -> None:
    visitor = await store.visitor()
    with_code = (await call(visitor, "POST", "/codes", {"code": "hallo10"})).json()
    assert with_code["reductions"][0]["value"].endswith("2,98\xa0€")
    wrong = await call(visitor, "POST", "/codes", {"code": "nichts"})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "code_unknown")
    without = (await call(visitor, "DELETE", "/codes/HALLO10")).json()
    assert without["reductions"] == []
    assert (await call(visitor, "DELETE", "/codes/HALLO10")).json()["code"] == "code_not_there"


CALLS = [
    ("GET", "/checkout"), ("PUT", "/checkout"), ("POST", "/checkout/link"), ("POST", "/quote"), ("POST", "/confirm"),
    ("GET", "/orders"), ("GET", "/orders/SH-2026-0001"), ("POST", "/orders/SH-2026-0001/cancel"),
    ("POST", "/orders/SH-2026-0001/return"), ("POST", "/orders/SH-2026-0001/address"), ("POST", "/codes"),
    ("DELETE", "/codes/X"), ("POST", "/cart/link"), ("POST", "/cart/open"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_without_the_token_of_the_conversation_there_is_nothing(store: Store, method: str, path: str) -> None:
    owner, other = await store.visitor(), await store.visitor()
    body = {"nonce": "x", "code": "x", "token": "x"} if method != "GET" else None
    for headers, status in (({}, 401), (other.auth, 404), ({"Authorization": "Bearer x"}, 404)):
        answer = await store.http.request(method, owner.path + path, headers=headers, json=body)
        assert answer.status_code == status, answer.text


async def test_guests_see_only_what_they_just_did(store: Store) -> None:
    owner, other = await store.visitor(), await store.visitor()
    nonce = (await offered(owner))["action"]["target"]
    number = (await call(owner, "POST", "/confirm", {"nonce": nonce})).json()["order"]["number"]
    assert (await call(other, "GET", "/orders")).json() == {"orders": []}
    for method, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/return"), ("POST", "/address")):
        there = await call(other, method, f"/orders/{number}{path}", {} if method == "POST" else None)
        nowhere = await call(other, method, f"/orders/SH-1999-0001{path}", {} if method == "POST" else None)
        assert (there.status_code, there.text) == (404, nowhere.text)
