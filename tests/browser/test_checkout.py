"""Buying in a real browser: a cart from a link, our checkout pages, the demo's bank, and the order afterwards."""

from collections.abc import AsyncIterator
from typing import Any

import little_app
import pytest
import selling
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A shop with socks, which knows the address it is served under: forms and redirects stay on it."""
    async with little_app.store(tmp_path_factory.mktemp("store")) as (app, base):
        app.settings.public_url = base
        yield base


async def cart_link(url: str, locale: str) -> str:
    giver = await Visitor.begin(url, locale)
    body = {"variant_id": selling.SOCK, "quantity": 2}
    (await giver.http.put(f"{giver.path}/cart", json=body, headers=giver.auth)).raise_for_status()
    made = await giver.http.post(f"{giver.path}/cart/link", headers=giver.auth)
    return str(made.raise_for_status().json()["url"]).removeprefix(url)


async def is_fine(page: Page) -> None:
    """Nothing that axe knows to be wrong, and nothing wider than a small phone."""
    found = (await Axe().run(page)).response["violations"]
    assert [(each["id"], each["impact"]) for each in found] == []
    await page.set_viewport_size({"width": 320, "height": 640})
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320, f"{page.url} is {wide} wide"
    await page.set_viewport_size({"width": 1280, "height": 860})


@pytest.mark.parametrize(
    ("locale", "button", "paid"),
    [
        ("de", "Zahlungspflichtig bestellen", "in Bearbeitung"),
        ("en", "Order with obligation to pay", "being processed"),
    ],
)
async def test_a_cart_from_a_link_becomes_a_paid_order(
    tabs: Any, url: str, locale: str, button: str, paid: str
) -> None:
    page = await tabs.open(await cart_link(url, locale), locale)
    await page.get_by_test_id("cart-page-checkout").click()
    await page.wait_for_url("**/checkout/*")
    for name, text in selling.ADDRESS.items():
        if name != "country":
            await page.locator(f"#{name}").fill(text)
    await page.locator("input[value=parcel]").check()
    await page.locator("input[value=demo]").check()
    await is_fine(page)
    await page.get_by_test_id("checkout-next").click()
    await page.wait_for_url("**/confirm/*")
    await is_fine(page)
    await page.get_by_role("button", name=button, exact=True).click()
    await page.wait_for_url("**/orders/*")
    await is_fine(page)
    await page.get_by_test_id("pay").click()
    await page.get_by_test_id("pay-paid").click()
    await page.wait_for_url("**/orders/*")
    await expect(page.get_by_test_id("order-state")).to_contain_text(paid)
    await page.get_by_test_id("withdraw").click()
    await is_fine(page)
    await page.get_by_test_id("return-next").click()
    await page.get_by_test_id("confirm").click()
    await expect(page.get_by_test_id("order-state")).to_have_attribute("data-state", "cancelled")


async def test_the_withdrawal_function_by_keyboard(tabs: Any, url: str) -> None:
    page = await tabs.open("/withdraw?lang=en", "en", java_script_enabled=False)
    await page.locator("#number").focus()
    for text in ("SH-2026-0001", "erika@post.example", "Erika Muster"):
        await page.keyboard.type(text)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Confirm withdrawal").press("Enter")
    await expect(page.get_by_test_id("withdraw-receipt")).to_be_visible()
    for path in ("/withdraw?lang=de", "/withdraw?lang=en"):
        await is_fine(await tabs.open(path, "en"))
