"""The whole purchase in a real browser, from the first question to the refund, and as a guest of a messenger."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from accessible import check
from playwright.async_api import Locator, Page, expect
from serving import listening, serving
from sqlalchemy import select

from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import log, outbox, owner, shoppers
from tresen.conversation.events import MessageSent, OrderPlaced
from tresen.conversation.parts import Confirmation, OrderStatus, Part
from tresen.conversation.shoppers import Address, Shopper, as_shopper
from tresen.counter import aftercare, cart, checkout, compare, orderdesk
from tresen.server.app import create_app
from tresen.settings import Settings
from tresen.shop import catalog, orderbook
from tresen.shop.tables import variant

pytestmark = pytest.mark.browser

TRACKING = "https://carrier.example/00340434161094042557"
NARROW = {"width": 320, "height": 215}  # what is left of a usual screen at 400 %


@dataclass(frozen=True)
class Words:
    """What is said in one language."""

    locale: str
    find: str
    order: str
    unpaid: str
    paid: str
    free: str

    @property
    def address(self) -> dict[str, str]:
        return {
            "name": "Erika Muster", "street": "Hauptstr. 5", "postal_code": "10115", "city": "Berlin",
            "country": "DE", "email": f"erika.{self.locale}@post.example",
        }  # fmt: skip


GERMAN = Words("de", "Zeig mir Fahrradhelme", "Zahlungspflichtig bestellen", "wartet auf Zahlung", "in Bearbeitung",
               "kostenlos")  # fmt: skip
ENGLISH = Words("en", "Show me bike helmets", "Order with obligation to pay", "waiting for payment", "being processed",
                "free")  # fmt: skip
BOTH = pytest.mark.parametrize("words", [GERMAN, ENGLISH], ids=["de", "en"])


@pytest.fixture(scope="module")
async def served(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Tresen, str]]:
    """A demo shop of its own that knows its address, because its pages lead to each other."""
    home = tmp_path_factory.mktemp("selling")
    shutil.copytree(demo_home, home, dirs_exist_ok=True)
    listener = listening()
    public_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = Settings(
        home=home, database_url="", public_url=public_url, model="", messages_per_minute=10_000,
        requests_per_minute=100_000,
    )  # fmt: skip
    app = bootstrap(settings)
    async with serving(create_app(app), listener) as url:
        yield app, url


@pytest.fixture
def shop(served: tuple[Tresen, str]) -> Tresen:
    return served[0]


@pytest.fixture
def url(served: tuple[Tresen, str]) -> str:
    return served[1]


@BOTH
async def test_a_purchase_from_the_first_question_to_the_refund(tabs: Any, shop: Tresen, words: Words) -> None:
    chat = await tabs.shopper(locale=words.locale)
    page = chat.page
    await chat.open()
    await _find_and_add(chat, words)
    total = await _use_a_code(page, words)
    await _check_out(page, words, total)
    await _order(page, words, total)
    number = await _pay(page, words)
    await _see_it_in_the_chat(page, number, total)
    await _be_shipped(page, shop, number)
    await _send_it_back(page, shop, number)


async def _find_and_add(chat: Any, words: Words) -> None:
    answer = await chat.say(words.find)
    card = answer.get_by_test_id("card").first
    await _choose(card)
    for held in ("1", "2"):
        await card.get_by_test_id("add").click()
        await expect(chat.page.get_by_test_id("cart-count")).to_have_text(held)


async def _choose(card: Locator) -> None:
    """The first value of each option that can be had."""
    for option in await card.get_by_test_id("option").all():
        values = await option.locator("option:enabled").evaluate_all("all => all.map(each => each.value)")
        await option.select_option(next(value for value in values if value))


async def _use_a_code(page: Page, words: Words) -> str:
    """A code that there is none of is refused in words; one that counts takes its part off, here and on the shop's own
    page of the cart; it can be taken out again. Gives the total."""
    await page.get_by_test_id("cart-open").click()
    full = await page.get_by_test_id("cart-total").inner_text()
    await page.get_by_test_id("code").fill("nix")
    await page.get_by_test_id("code-apply").click()
    await expect(page.get_by_test_id("code-fault")).not_to_be_empty()
    await _count_in(page, full)
    await page.get_by_test_id("code-remove").click()
    await expect(page.get_by_test_id("cart-total")).to_have_text(full)
    await _count_in(page, full)
    total = await page.get_by_test_id("cart-total").inner_text()
    await page.goto(page.url.split("#")[0] + "#/cart")
    await expect(page.get_by_test_id("cart-page-total")).to_have_text(total)
    await expect(page.get_by_test_id("cart-page")).to_contain_text("HALLO10")
    return str(total)


async def _count_in(page: Page, full: str) -> None:
    await page.get_by_test_id("code").fill("hallo10")
    await page.get_by_test_id("code").press("Enter")
    await expect(page.get_by_test_id("code-remove")).to_have_text("HALLO10")
    await expect(page.get_by_test_id("code-fault")).to_be_hidden()
    await expect(page.get_by_test_id("cart-total")).not_to_have_text(full)


async def _check_out(page: Page, words: Words, total: str) -> None:
    """A form that lacks something says what; with everything there, all of it is shown once more."""
    await page.get_by_test_id("cart-page-checkout").click()
    await page.wait_for_url("**/checkout/*")
    await expect(page.locator("html")).to_have_attribute("lang", words.locale)
    await page.get_by_test_id("checkout-next").click()
    await expect(page.get_by_role("alert").first).to_be_visible()
    for name, text in words.address.items():
        if name != "country":
            await page.locator(f"#{name}").fill(text)
    await page.locator('input[name="shipping"][value="home"]').check()
    await page.locator('input[name="payment"][value="demo"]').check()
    await page.get_by_test_id("checkout-next").click()
    await page.wait_for_url("**/confirm/*")
    assert await page.locator(".total dd").inner_text() == total, "shipping is free above 60 euros"
    await expect(page.locator("main")).to_contain_text(words.free)


async def _order(page: Page, words: Words, total: str) -> None:
    """One button, with exactly the words that the law asks for; going back and pressing again orders nothing more."""
    await expect(page.locator("main button")).to_have_count(1)
    await expect(page.get_by_test_id("confirm")).to_have_text(words.order)
    offer = page.url
    await page.get_by_test_id("confirm").click()
    await page.wait_for_url("**/orders/*")
    order = page.url.split("&")[0]
    await page.goto(offer)
    await page.wait_for_url("**/orders/*")
    assert page.url.split("&")[0] == order
    await expect(page.get_by_test_id("order-state")).to_contain_text(words.unpaid)


async def _pay(page: Page, words: Words) -> str:
    """The bank declines once; the second try is paid. Gives the number of the order."""
    for ending in ("failed", "paid"):
        await page.get_by_test_id("pay").click()
        await page.wait_for_url("**/demo/pay/*")
        await page.get_by_test_id(f"pay-{ending}").click()
        await page.wait_for_url("**/orders/*")
        if ending == "failed":
            await expect(page.get_by_test_id("order-state")).to_have_attribute("data-state", "awaiting_payment")
    await expect(page.get_by_test_id("order-state")).to_contain_text(words.paid)
    await expect(page.get_by_test_id("pay")).to_have_count(0)
    return page.url.split("/orders/")[1].split("?")[0]


async def _see_it_in_the_chat(page: Page, number: str, total: str) -> None:
    await page.locator("header a").click()
    order = page.locator(f'[data-testid="order"][data-order="{number}"]')
    await expect(order).to_have_attribute("data-state", "processing")
    await expect(order).to_contain_text(total)
    await expect(order.get_by_test_id("pay")).to_have_count(0)
    await expect(page.get_by_test_id("cart-count")).to_be_hidden()


async def _be_shipped(page: Page, shop: Tresen, number: str) -> None:
    """The shopper sees the parcel on the screen, without asking and without reloading."""
    async with shop.db.write() as tx:
        await orderdesk.ship(tx, shop.till, number, "DHL", "00340434161094042557", "anna", TRACKING)
    order = page.locator(f'[data-testid="order"][data-order="{number}"]')
    await expect(order).to_have_attribute("data-state", "shipped")
    await expect(order.get_by_role("link", name=TRACKING)).to_have_attribute("href", TRACKING)
    await expect(page.get_by_test_id("news").last).to_contain_text(number)
    async with shop.db.write() as tx:
        await orderdesk.deliver(tx, shop.till, number, "anna")
    await expect(order).to_have_attribute("data-state", "delivered")


async def _send_it_back(page: Page, shop: Tresen, number: str) -> None:
    """From the order's page to the button; what arrives is paid back, and the chat shows it."""
    order = page.locator(f'[data-testid="order"][data-order="{number}"]').first
    async with page.context.expect_page() as opened:
        await order.get_by_test_id("order-page").click()
    back = await opened.value
    await back.get_by_test_id("return").click()
    await back.get_by_test_id("return-next").click()
    await back.get_by_test_id("confirm").click()
    await back.wait_for_url("**/orders/*")
    await expect(back.get_by_role("status")).to_be_visible()
    async with shop.db.read() as tx:
        (made,) = (await orderbook.find(tx, number)).returns
    await expect(order).to_contain_text(made.number)
    async with shop.db.write() as tx:
        await orderdesk.receive_return(tx, shop.till, made.number, "anna")
    await expect(order).to_have_attribute("data-state", "returned")
    await expect(page.get_by_test_id("news").last).to_contain_text(number)
    async with shop.db.read() as tx:
        found = await orderbook.find(tx, number)
    assert [each.amount for each in found.refunds] == [made.refund]
    await expect(order).to_contain_text(made.refund.text(found.locale).replace("\u00a0", " "))


async def _said(shop: Tresen, conversation_id: str, *parts: Part) -> None:
    """Let the agent say something in this conversation."""
    async with shop.db.write() as tx:
        row = await owner.current(tx, conversation_id)
        await outbox.send(tx, conversation_id, MessageSent("agent", parts, row.contact_id))


async def _offered(shop: Tresen, conversation_id: str, words: Words, quantity: int = 2) -> Confirmation:
    """A cart and everything that the checkout asks for, and the offer in the chat."""
    async with shop.db.write() as tx:
        shopper = as_shopper(await owner.current(tx, conversation_id))
        offer = await _ready(tx, shop, shopper, words, quantity)
    await _said(shop, conversation_id, offer)
    return offer


async def _ready(tx: Any, shop: Tresen, shopper: Shopper, words: Words, quantity: int) -> Confirmation:
    row = await tx.row(select(variant.c.id).where(variant.c.sku.like("KK-HELM%"), variant.c.stock > 10).limit(1))
    await cart.set_quantity(tx, shop.till.house, shopper, row.id, quantity)
    await checkout.remember(tx, shop.till, shopper, words.address, "home", "invoice")
    return await checkout.quote(tx, shop.till, shopper)


@BOTH
async def test_an_offer_in_the_chat_is_pressed_once(tabs: Any, shop: Tresen, words: Words) -> None:
    chat = await tabs.shopper(locale=words.locale)
    page = chat.page
    await chat.open()
    await page.evaluate("addEventListener('tresen:order', event => (window.ordered = event.detail.number))")
    conversation = (await chat.record())["id"]
    offer = await _offered(shop, conversation, words)
    shown = page.get_by_test_id("confirmation")
    await expect(shown).to_contain_text(offer.note)
    button = shown.get_by_test_id("confirm")
    assert await button.inner_text() == words.order
    assert await button.evaluate("button => button.previousElementSibling.textContent") == offer.note
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(shown.get_by_test_id("offer-ended")).to_be_visible()
    order = page.get_by_test_id("order")
    await expect(order).to_have_attribute("data-state", "processing")
    number = await order.get_attribute("data-order")
    await page.wait_for_function("number => window.ordered === number", arg=number)
    await expect(page.get_by_test_id("cart-count")).to_be_hidden()
    await page.reload()
    await expect(shown.get_by_test_id("offer-ended")).to_be_visible()
    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    await _take_back_in_the_chat(page, shop, conversation, number or "")


async def _take_back_in_the_chat(page: Page, shop: Tresen, conversation: str, number: str) -> None:
    """Cancelling is asked once more too, and the order on the screen follows."""
    async with shop.db.write() as tx:
        shopper = as_shopper(await owner.current(tx, conversation))
        offer = await aftercare.offer_cancel(tx, shop.till, shopper, number)
    await _said(shop, conversation, offer)
    await expect(page.get_by_test_id("confirm")).to_have_text(offer.button)
    await page.get_by_test_id("confirm").click()
    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    await expect(page.locator('[data-testid="order"][data-state="cancelled"]').first).to_be_visible()


async def test_an_offer_that_no_longer_holds_cannot_be_pressed(tabs: Any, shop: Tresen) -> None:
    chat = await tabs.shopper()
    page = chat.page
    await chat.open()
    conversation = (await chat.record())["id"]
    over = await _offered(shop, conversation, GERMAN)
    await _offered(shop, conversation, GERMAN, quantity=3)
    await expect(page.get_by_test_id("confirmation")).to_have_count(2)
    await expect(page.get_by_test_id("confirm")).to_have_count(1)
    await page.get_by_test_id("cart-open").click()
    await page.get_by_test_id("cart-plus").click()
    await expect(page.get_by_test_id("cart-count")).to_have_text("4")
    await page.get_by_test_id("cart-close").click()
    await page.get_by_test_id("confirm").click()
    await expect(page.get_by_test_id("offer-fault")).to_have_count(2)
    await expect(page.get_by_test_id("offer-fault").last).not_to_be_empty()
    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    late = replace(over, expires_at="2026-01-01T00:00:00+00:00")
    await _said(shop, conversation, late)
    await expect(page.get_by_test_id("offer-ended")).to_have_count(3)
    await page.get_by_test_id("offer-again").last.click()
    await page.wait_for_url("**/checkout/*")


@BOTH
async def test_a_guest_of_a_messenger_buys_on_the_linked_pages(tabs: Any, shop: Tresen, url: str, words: Words) -> None:
    async with shop.db.write() as tx:
        shopper = await shoppers.arrive(tx, Address("telegram", "1", f"guest-{words.locale}"), words.locale)
        offer = await _ready(tx, shop, shopper, words, 2)
        link = await checkout.page_url(tx, shop.till, shopper)
    page = await tabs.open(link.removeprefix(url), words.locale, java_script_enabled=False)
    await expect(page.locator("#street")).to_have_value("Hauptstr. 5")
    await page.get_by_test_id("checkout-next").click()
    await expect(page.get_by_test_id("confirm")).to_have_text(words.order)
    linked = await tabs.open(offer.url.removeprefix(url), words.locale, java_script_enabled=False)
    await expect(linked.get_by_test_id("confirm")).to_have_count(0)  # the newer offer has ended this one
    await page.get_by_test_id("confirm").click()
    await page.wait_for_url("**/orders/*")
    await expect(page.get_by_test_id("order-state")).to_contain_text(words.paid)
    await expect(page.locator("tresen-chat, script")).to_have_count(0)
    async with shop.db.read() as tx:
        said = [stored.data for stored in await log.read(tx, shopper.conversation_id)]
    (placed,) = [each.order for each in said if isinstance(each, OrderPlaced)]
    assert placed.number == page.url.split("/orders/")[1].split("?")[0]
    (told,) = [each for each in said if isinstance(each, MessageSent)]
    assert [part.number for part in told.parts if isinstance(part, OrderStatus)] == [placed.number]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_buy(tabs: Any, shop: Tresen, scheme: str) -> None:
    chat = await tabs.shopper(color_scheme=scheme)
    page = chat.page
    await chat.open()
    conversation = (await chat.record())["id"]
    async with shop.db.read() as tx:
        rows = await tx.rows(select(variant.c.product_id).where(variant.c.sku.like("KK-HELM%")).distinct().limit(3))
        found = await catalog.products(tx, [row.product_id for row in rows])
    await _said(shop, conversation, compare.comparison(shop.till.house, found, "de"))
    table = page.get_by_test_id("comparison").get_by_role("table")
    await expect(table.get_by_role("columnheader")).to_have_count(3)
    await expect(table.get_by_role("rowheader").first).to_have_text("Preis")
    await _offered(shop, conversation, GERMAN)
    await expect(page.get_by_test_id("confirm")).to_be_visible()
    await check(page, "comparison and offer")
    await page.get_by_test_id("cart-open").click()
    await page.get_by_test_id("code").fill("nix")
    await page.get_by_test_id("code-apply").click()
    await expect(page.get_by_test_id("code-fault")).not_to_be_empty()
    await page.goto(page.url.split("#")[0] + "#/cart")
    await expect(page.get_by_test_id("cart-page-total")).to_be_visible()
    await check(page, "carts")
    await page.get_by_test_id("checkout").click()
    await page.wait_for_url("**/checkout/*")
    await check(page, "checkout")
    await page.get_by_test_id("checkout-next").click()
    await check(page, "the button")
    await page.get_by_test_id("confirm").click()
    await page.wait_for_url("**/orders/*")
    await check(page, "order")


async def test_a_narrow_screen_reaches_every_button(tabs: Any, shop: Tresen) -> None:
    chat = await tabs.shopper(viewport=NARROW)
    page = chat.page
    await chat.open()
    await _offered(shop, (await chat.record())["id"], GERMAN)
    await page.get_by_test_id("cart-open").click()
    for control in ("code-apply", "checkout"):
        await page.get_by_test_id(control).scroll_into_view_if_needed()
        await expect(page.get_by_test_id(control)).to_be_in_viewport(ratio=0.9)
    assert await page.get_by_test_id("panel").evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    await page.get_by_test_id("cart-close").click()
    await page.get_by_test_id("confirm").click()
    await expect(page.get_by_test_id("order")).to_have_count(1)
