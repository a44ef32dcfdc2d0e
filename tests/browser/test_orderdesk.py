"""The order desk in a real browser: a new order is told, sent, taken back and paid back, and the shopper hears."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import buying
import little_app
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from visitor import Visitor

from tresen.bootstrap import Tresen

pytestmark = pytest.mark.browser

Inbox = Callable[[], Awaitable[str]]


@pytest.fixture(scope="module")
async def shop_and_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Tresen, str]]:
    async with little_app.store(tmp_path_factory.mktemp("desk"), work=True) as (app, base):
        app.settings.public_url = base
        yield app, base


@pytest.fixture(scope="module")
def shop(shop_and_url: tuple[Tresen, str]) -> Tresen:
    return shop_and_url[0]


@pytest.fixture(scope="module")
def url(shop_and_url: tuple[Tresen, str]) -> str:
    return shop_and_url[1]


@dataclass(frozen=True)
class Words:
    locale: str
    new: str
    shipped: str
    delivered: str
    total: str
    amount: str
    refund: str
    heard: str
    received: str


GERMAN = Words(
    "de", "Neue Bestellung", "unterwegs", "zugestellt", "34,70", "5,00", "5,00\xa0€", "unterwegs", "erstattet"
)
ENGLISH = Words("en", "New order", "on its way", "delivered", "34.70", "5.00", "€5.00", "on its way", "refunded")


async def is_fine(page: Page) -> None:
    found = (await Axe().run(page)).response["violations"]
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], [node["target"] for node in each["nodes"][:3]]) for each in serious] == []


async def fits(page: Page) -> None:
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], f"{wide} wide"  # type: ignore[index]


async def does(desk: Page, action: str, **fields: str) -> None:
    """Open the form of an action, fill it in and send it; it closes."""
    await desk.get_by_test_id(f"do-{action}").click()
    for name, text in fields.items():
        await desk.get_by_test_id(f"field-{name}").fill(text)
    await desk.get_by_test_id("form-send").click()
    await expect(desk.get_by_test_id("order-form")).to_have_count(0)


@pytest.mark.parametrize("words", [GERMAN, ENGLISH], ids=["de", "en"])
async def test_from_the_alert_to_the_refund(tabs: Any, inbox_path: Inbox, url: str, words: Words) -> None:
    chat = await tabs.shopper("/demo", words.locale)
    await chat.open()
    record = await chat.record()
    desk = await tabs.open(await inbox_path(), words.locale)
    await desk.get_by_test_id("tab-orders").click()
    await expect(desk.get_by_test_id("order-list")).to_be_visible()
    buyer = await Visitor.begin(url, words.locale)
    buyer.id, buyer.token = record["id"], record["token"]
    number = await _ordered(desk, buyer, words)
    await _ship(desk, chat, words)
    await does(desk, "deliver")
    await expect(desk.get_by_test_id("order-chip")).to_have_text(words.delivered)
    await _take_back(desk, buyer, number, words)
    await does(desk, "refund", amount=words.amount, reason="Kratzer")
    await expect(desk.get_by_test_id("refunds")).to_contain_text(words.refund)
    await expect(chat.page.get_by_test_id("message").filter(has_text=words.refund)).to_have_count(1)
    await is_fine(desk)


async def _ordered(desk: Page, buyer: Visitor, words: Words) -> str:
    """A toast and the badge tell of it; opening it makes it old news."""
    number = await buying.buy(buyer)
    toast = desk.locator("#toasts .toast").filter(has_text=number)
    await expect(toast).to_contain_text(words.new)
    await expect(toast).to_contain_text(words.total)
    await expect(desk.get_by_test_id("orders-badge")).to_be_visible()
    await expect(desk.locator(f'[data-number="{number}"]')).to_have_count(1)
    await is_fine(desk)
    await toast.get_by_role("button").first.click()
    await expect(desk.locator("#order-title")).to_contain_text(number)
    await expect(desk.get_by_test_id("orders-badge")).to_have_count(0)
    await does(desk, "paid")
    return number


async def _ship(desk: Page, chat: Any, words: Words) -> None:
    """Tick what is packed, send it with its number; the shopper's chat says so."""
    box = desk.get_by_test_id("pick-list").get_by_role("checkbox")
    await box.check()
    await desk.reload()
    await expect(box).to_be_checked()
    await desk.get_by_test_id("do-ship").click()
    await is_fine(desk)
    await desk.keyboard.press("Escape")
    await expect(desk.get_by_test_id("order-form")).to_have_count(0)
    await does(desk, "ship", carrier="DHL", tracking_code="00340", tracking_url="https://dhl.example/00340")
    await expect(desk.get_by_test_id("order-chip")).to_have_text(words.shipped)
    await expect(desk.get_by_test_id("parcels")).to_contain_text("00340")
    told = chat.page.get_by_test_id("message").filter(has_text="DHL (00340)")
    await expect(told).to_contain_text(words.heard)


async def _take_back(desk: Page, buyer: Visitor, number: str, words: Words) -> None:
    """The announced return appears by itself; once it has arrived its money goes back."""
    await buying.send_back(buyer, number, {"0": 1})
    await does(desk, "receive")
    await expect(desk.get_by_test_id("returns")).to_contain_text(words.received)
    await expect(desk.get_by_test_id("refunds").locator("li")).to_have_count(1)


async def test_a_refusal_is_told_and_nothing_is_lost(tabs: Any, inbox_path: Inbox, url: str) -> None:
    number = await buying.buy(await Visitor.begin(url))
    desk = await tabs.open(await inbox_path())
    await desk.goto(f"{url}/inbox#/o/{number}")
    await does(desk, "paid")
    await desk.get_by_test_id("do-refund").click()
    await desk.get_by_test_id("field-amount").fill("1.234,5x")
    await desk.get_by_test_id("form-send").click()
    error = desk.get_by_test_id("order-form").get_by_role("alert")
    await expect(error).to_contain_text("12,90")
    await desk.get_by_test_id("field-amount").fill("900")
    await desk.get_by_test_id("form-send").click()
    await expect(error).to_contain_text("34,70")
    await expect(desk.get_by_test_id("field-amount")).to_have_value("900")
    tabs.faults[:] = [each for each in tabs.faults if "409" not in each]  # the browser writes every 409 down


async def test_a_parcel_whose_answer_is_lost_is_entered_once(tabs: Any, inbox_path: Inbox, url: str) -> None:
    number = await buying.buy(await Visitor.begin(url))
    desk = await tabs.open(await inbox_path())
    await desk.goto(f"{url}/inbox#/o/{number}")

    async def lose(route: Any) -> None:
        await route.fetch()  # it arrives; the way back is broken
        await route.abort()

    await desk.route("**/ship", lose, times=1)
    await desk.get_by_test_id("do-ship").click()
    await desk.get_by_test_id("field-carrier").fill("DHL")
    await desk.get_by_test_id("field-line-0").fill("1")
    await desk.get_by_test_id("form-send").click()
    form = desk.get_by_test_id("order-form")
    await expect(form.get_by_role("alert")).to_be_visible()
    await desk.get_by_test_id("form-send").click()
    await expect(form).to_have_count(0)
    await expect(desk.get_by_test_id("parcels").locator("li")).to_have_count(1)
    await expect(desk.get_by_test_id("pick-list")).to_contain_text("noch 1 hier")
    tabs.faults[:] = [each for each in tabs.faults if "/ship" not in each]


async def test_money_that_is_too_much_goes_back(tabs: Any, inbox_path: Inbox, url: str) -> None:
    number = await buying.buy(await Visitor.begin(url))
    desk = await tabs.open(await inbox_path())
    await desk.goto(f"{url}/inbox#/o/{number}")
    await desk.get_by_test_id("do-paid").click()
    await expect(desk.get_by_test_id("field-amount")).to_have_value("34,70")
    await is_fine(desk)
    await desk.get_by_test_id("field-amount").fill("40")
    await desk.get_by_test_id("form-send").click()
    await expect(desk.get_by_test_id("refunds")).to_contain_text("5,30\xa0€ · zu viel bezahlt")
    await does(desk, "more_paid", amount="34,70")
    await expect(desk.get_by_test_id("refunds")).to_contain_text("34,70\xa0€ · doppelt bezahlt")
    await expect(desk.locator(f'[data-number="{number}"]')).to_contain_text("Erstattung auszuzahlen")
    await desk.get_by_test_id("do-paid_out").first.click()
    await desk.get_by_test_id("form-send").click()
    await expect(desk.get_by_test_id("refunds")).to_contain_text("erstattet")


async def test_search_filter_and_notes_survive_a_change_from_elsewhere(tabs: Any, inbox_path: Inbox, url: str) -> None:
    buyer = await Visitor.begin(url)
    number = await buying.buy(buyer)
    desk = await tabs.open(await inbox_path())
    await desk.goto(f"{url}/inbox#/o/{number}")
    await desk.get_by_test_id("order-note").fill("Bitte als")
    other = await tabs.open(await inbox_path())
    await other.goto(f"{url}/inbox#/o/{number}")
    await does(other, "paid")
    await expect(desk.get_by_test_id("do-paid")).to_have_count(0)
    await expect(desk.get_by_test_id("order-note")).to_have_value("Bitte als")
    await desk.get_by_test_id("order-note").fill("Bitte als Geschenk")
    await desk.get_by_test_id("note-save").click()
    await expect(desk.get_by_test_id("notes")).to_contain_text("Geschenk")
    await desk.get_by_test_id("order-search").fill(number)
    await expect(desk.get_by_test_id("order")).to_have_count(1)
    await desk.get_by_test_id("order-state").select_option("shipped")
    await expect(desk.get_by_test_id("order")).to_have_count(0)
    export = await desk.get_by_test_id("order-export").get_attribute("href")
    assert export == f"/v1/inbox/orders.csv?state=shipped&q={number}"


async def test_between_conversation_and_order_and_onto_paper(tabs: Any, inbox_path: Inbox, url: str) -> None:
    buyer = await Visitor.begin(url, "en")
    number = await buying.buy(buyer)
    desk = await tabs.open(await inbox_path())
    await desk.goto(f"{url}/inbox#/o/{number}")
    await desk.get_by_test_id("order-conversation").click()
    await expect(desk.get_by_test_id("orders")).to_contain_text(number)
    await expect(desk.locator("#timeline")).to_contain_text(number)
    await desk.get_by_test_id("orders").get_by_role("link").click()
    await expect(desk.locator("#order-title")).to_contain_text(number)
    await desk.emulate_media(media="print")
    slip = desk.locator("#slip")
    await expect(slip).to_be_visible()
    await expect(slip).to_contain_text("Packing slip")  # the shopper reads it
    await expect(slip).to_contain_text("Hauptstr. 5")
    await expect(desk.locator("#app")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone(tabs: Any, inbox_path: Inbox, url: str, scheme: str) -> None:
    number = await buying.buy(await Visitor.begin(url))
    desk = await tabs.open(await inbox_path(), viewport={"width": 360, "height": 740}, color_scheme=scheme)
    await desk.get_by_test_id("tab-orders").click()
    await expect(desk.get_by_test_id("order").first).to_be_visible()
    await fits(desk)
    await is_fine(desk)
    await desk.locator(f'[data-number="{number}"]').click()
    await expect(desk.get_by_test_id("do-ship")).to_be_visible()
    await fits(desk)
    await desk.get_by_test_id("do-ship").click()
    await is_fine(desk)
    await desk.get_by_role("link", name="Zurück zur Liste").click()
    await expect(desk.locator(f'[data-number="{number}"]')).to_be_visible()


async def test_by_keyboard(tabs: Any, inbox_path: Inbox, url: str) -> None:
    number = await buying.buy(await Visitor.begin(url))
    desk = await tabs.open(await inbox_path())
    await expect(desk.get_by_test_id("tab-orders")).to_be_visible()
    await desk.keyboard.press("o")
    await expect(desk.get_by_test_id("order").first).to_be_visible()
    await desk.keyboard.press("j")
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#order-title")).to_contain_text(number)
    await desk.get_by_test_id("do-ship").focus()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_test_id("field-carrier")).to_be_focused()
    await desk.keyboard.press("Escape")
    await expect(desk.get_by_test_id("order-form")).to_have_count(0)
    await desk.keyboard.press("Escape")
    await expect(desk.locator(f'[data-number="{number}"]')).to_be_focused()
