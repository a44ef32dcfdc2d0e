"""The withdrawal function: two steps, no sign-in, a receipt for everybody, and nobody learns of others' orders."""

import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import little_app
import pytest
import selling
from browsing import Browser, is_accessible

from tresen.bootstrap import Tresen
from tresen.conversation import mail, shoppers
from tresen.conversation.mail import Mail
from tresen.counter import confirming, orderdesk
from tresen.server import limits
from tresen.shop import orderbook
from tresen.shop.orders import Order

PEOPLE = "laden@sockenhaus.example"
ERIKA = "erika@post.example"
NUMBERS = itertools.count()


@dataclass
class Store:
    app: Tresen
    http: httpx.AsyncClient

    async def ordered(self, sent: bool = False) -> Order:
        async with self.app.db.write() as tx:
            shopper = (await shoppers.open_web(tx, "de")).shopper
            nonce = await selling.ready_to_order(tx, self.app.till, shopper)
            found = (await confirming.confirm(tx, self.app.till, shopper, nonce)).order
            if sent:
                await orderdesk.ship(tx, self.app.till, found.number, "DHL", "00340", "ina")
                await orderdesk.deliver(tx, self.app.till, found.number, "ina")
            return found

    async def declare(self, locale: str = "de", **said: str) -> str:
        """Go through both steps; what the receipt page says."""
        browser = Browser(self.http)
        await browser.go(f"/withdraw?lang={locale}")
        fields = {"number": "SH-1", "email": ERIKA, "name": "Erika Muster", **said}
        await browser.press("widerrufen" if locale == "de" else "Withdraw", **fields)
        page = await browser.press("Widerruf bestätigen" if locale == "de" else "Confirm withdrawal")
        assert browser.status == 200
        is_accessible(page)
        return page.words

    async def now(self, found: Order) -> Order:
        async with self.app.db.read() as tx:
            return await orderbook.find(tx, found.number)

    async def mails(self, recipient: str, words: str) -> list[Mail]:
        async with self.app.db.read() as tx:
            return [each for each in await mail.listed(tx, recipient) if words in each.subject + each.text]


@pytest.fixture(scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    home = tmp_path_factory.mktemp("withdrawal")
    async with (
        little_app.store(home, shop=replace(selling.HOUSE, email=PEOPLE)) as (app, url),
        httpx.AsyncClient(base_url=url, timeout=60) as http,
    ):
        yield Store(app, http)


@pytest.fixture(autouse=True)
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call comes from an address of its own, as those of many shoppers do."""
    monkeypatch.setattr(limits, "_address", lambda _request: f"10.0.{next(NUMBERS)}")


async def test_a_sent_order_is_withdrawn_from_with_a_receipt_on_the_page_and_by_mail(store: Store) -> None:
    found = await store.ordered(sent=True)
    told = await store.declare(number=f"#{found.number.lower()}", email=ERIKA.upper())
    at = re.search(r"am (\d+\. \w+ \d{4}, \d\d:\d\d:\d\d \w+) erhalten", told)
    assert at and ERIKA.upper() in told
    now = await store.now(found)
    assert [(each.kind, each.lines, each.refund) for each in now.returns] == [("withdrawal", {0: 2}, found.total)]
    receipt, instructions = (
        await store.mails(ERIKA.upper(), "Eingang deines Widerrufs"),
        await store.mails(ERIKA, "Eingang deines Widerrufs"),
    )
    assert at[1] in receipt[0].text and "Erika Muster" in receipt[0].text
    assert "Sockenweg 1" in instructions[0].text
    assert "eingetragen" in (await store.mails(PEOPLE, found.number.lower()))[0].text


async def test_what_is_still_here_is_cancelled(store: Store) -> None:
    found = await store.ordered()
    await store.declare("en", number=found.number)
    assert (await store.now(found)).state == "cancelled"
    assert await store.mails(ERIKA, f"received your withdrawal ({found.number})")


async def test_nobody_learns_whether_there_is_such_an_order(store: Store) -> None:
    found = await store.ordered(sent=True)

    def blank(words: str, number: str) -> str:
        return re.sub(r"\d\d:\d\d:\d\d", "", words.replace(number, ""))

    stranger = {"email": "fremd@post.example", "name": "Fremd"}
    there = await store.declare(number=found.number, **stranger)
    nowhere = await store.declare(number="SH-1999-9999", **stranger)
    assert blank(there, found.number) == blank(nowhere, "SH-1999-9999")
    assert (await store.now(found)).returns == ()
    for number in (found.number, "SH-1999-9999"):
        assert len(await store.mails("fremd@post.example", number)) == 1
        assert "prüft" in (await store.mails(PEOPLE, number))[0].text
    assert not [each for each in await store.mails(ERIKA, found.number) if "Widerruf" in each.subject]


async def test_it_is_never_argued_about(store: Store) -> None:
    late = await store.ordered(sent=True)
    async with store.app.db.write() as tx:
        old = orderbook.update(orderbook.order).where(orderbook.order.c.number == late.number)
        await tx.execute(old.values(delivered_at=tx.now - timedelta(days=60)))
    assert "erhalten" in await store.declare(number=late.number)
    assert "prüfen" in (await store.mails(PEOPLE, late.number))[0].subject
    async with store.app.db.read() as tx:
        assert "window_over" in (await orderbook.notes(tx, late.number))[0][2]


@pytest.mark.parametrize(
    ("items", "lines"),
    [("1 x sock auf Deutsch", {0: 1}), ("sock", {0: 2}), ("2 sock auf Deutsch\n", {0: 2}), ("Mütze", None),
     ("9 x sock", None)],
)  # fmt: skip
async def test_items_can_be_named(store: Store, items: str, lines: dict[int, int] | None) -> None:
    found = await store.ordered(sent=True)
    told = await store.declare(number=found.number, items=items)
    assert "erhalten" in told
    assert [each.lines for each in (await store.now(found)).returns] == ([lines] if lines else [])
    assert items.strip() in (await store.mails(PEOPLE, found.number))[0].text


async def test_declared_twice_is_declared_once_with_the_first_receipt(store: Store) -> None:
    found = await store.ordered(sent=True)
    browser = Browser(store.http)
    await browser.go("/withdraw?lang=de")
    page = await browser.press("widerrufen", number=found.number, email="zwei@post.example", name="Erika")
    form = page.forms[0]
    answers = [await store.http.post(form.action, data=form.fields) for _ in range(3)]
    assert len({each.text for each in answers}) == 1
    assert len(await store.mails("zwei@post.example", found.number)) == 1
    assert len(await store.mails(PEOPLE, found.number)) == 1


async def test_the_first_step_and_looking_declare_nothing(store: Store) -> None:
    found = await store.ordered(sent=True)
    await store.http.get(f"/withdraw?number={found.number}")
    await store.http.get("/withdraw/confirm")
    body = {"number": found.number, "email": ERIKA, "name": "Erika"}
    assert (await store.http.post("/withdraw", data=body)).status_code == 200
    assert (await store.http.post("/withdraw/confirm", data=body)).status_code == 200
    assert (await store.now(found)).returns == ()
    assert await store.mails(PEOPLE, found.number) == []


async def test_what_is_missing_is_named_beside_its_field(store: Store) -> None:
    browser = Browser(store.http)
    page = await browser.go("/withdraw?lang=de")
    is_accessible(page)
    page = await browser.press("widerrufen", email="nix", items="<b>alle</b>")
    assert browser.status == 422
    is_accessible(page)
    assert {told["name"] for told in page.inputs if told.get("aria-invalid")} == {"number", "email", "name"}
    assert page.forms[0].fields["items"] == "<b>alle</b>"
    english = await browser.go("/withdraw?lang=en")
    assert (english.lang, "Withdraw from contract" in english.words) == ("en", True)


async def test_a_mailbox_is_not_flooded_but_everything_is_taken_in(store: Store) -> None:
    for at in range(7):
        assert "erhalten" in await store.declare(number=f"FLUT-{at}", email="voll@post.example")
    assert len(await store.mails("voll@post.example", "FLUT")) == 5
    assert len(await store.mails(PEOPLE, "FLUT")) == 7


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%ff", b"&" * 500 + b"a=1", b"number=%00&email=%ED%A0%80"])
async def test_odd_forms_are_answered(store: Store, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/withdraw", "/withdraw/confirm"):
        answer = await store.http.post(path, content=body, headers=headers)
        assert answer.status_code == 422
        assert answer.headers["content-type"].startswith("text/html")


async def test_nobody_declares_without_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_address", lambda _request: "192.0.2.7")
    body = {"number": "X-1", "email": "oft@post.example", "name": "Oft", "once": "x" * 32}
    answers = [await store.http.post("/withdraw/confirm?lang=en", data=body) for _ in range(11)]
    assert [each.status_code for each in answers] == [200] * 10 + [429]
    assert answers[-1].headers["content-type"].startswith("text/html")
