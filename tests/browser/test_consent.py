"""What a shopper looks at is used only if they say so: off at first, theirs to change, in both places the same."""

from typing import Any

import pytest
from accessible import check
from playwright.async_api import expect
from sqlalchemy import select

from tresen.bootstrap import Tresen
from tresen.conversation import consents
from tresen.conversation.tables import conversation

pytestmark = pytest.mark.browser
NAMES = {"de": "Angesehene Produkte berücksichtigen", "en": "Use the products I look at"}


async def agreed(shop: Tresen, conversation_id: str) -> bool:
    async with shop.db.read() as tx:
        contact = await tx.scalar(select(conversation.c.contact_id).where(conversation.c.id == conversation_id))
        return await consents.given(tx, contact, "viewed")


@pytest.mark.parametrize(("locale", "scheme"), [("de", "light"), ("en", "dark")])
async def test_off_until_switched_on_and_changed_later(tabs: Any, shop: Tresen, locale: str, scheme: str) -> None:
    chat = await tabs.shopper(locale=locale, color_scheme=scheme)
    await chat.open()
    page, name = chat.page, NAMES[locale]
    box = page.get_by_role("checkbox", name=name)
    await expect(page.get_by_test_id("product").first).to_be_visible()
    await expect(box).not_to_be_checked()
    assert not await agreed(shop, (await chat.record())["id"])
    await check(page, f"consent ({locale}, {scheme})")

    async with page.expect_response("**/memory/consent"):
        await box.press("Space")
    await expect(box).to_be_checked()
    assert await agreed(shop, (await chat.record())["id"])

    await page.reload()
    await expect(page.get_by_test_id("product").first).to_be_visible()
    await expect(box).to_be_checked()
    await page.get_by_test_id("menu").click()
    item = page.get_by_role("menuitemcheckbox", name=name)
    await expect(item).to_have_attribute("aria-checked", "true")
    await check(page, f"menu ({locale}, {scheme})")
    async with page.expect_response("**/memory/consent"):
        await item.click()
    await expect(box).not_to_be_checked()
    assert not await agreed(shop, (await chat.record())["id"])


async def test_a_failed_call_changes_nothing(tabs: Any) -> None:
    chat = await tabs.shopper()
    await chat.open()
    await chat.page.route("**/memory/consent", lambda route: route.abort())
    box = chat.page.get_by_test_id("viewed")
    await box.click()
    await expect(box).not_to_be_checked()
    tabs.faults.clear()  # the console tells of the call that this test has cut off


async def test_what_was_erased_leaves_the_screen(tabs: Any) -> None:
    chat = await tabs.shopper()
    await chat.open()
    other = await chat.page.context.new_page()
    await chat.say("Ich mag kein Zebragrün")
    await other.goto(chat.page.url)
    await other.get_by_test_id("launcher").click()
    await expect(other.get_by_text("Zebragrün").first).to_be_visible()
    await chat.say("Was weißt du über mich?")
    await chat.page.get_by_role("button", name="Alles über mich löschen").last.click()
    await chat.page.get_by_role("button", name="Ja, alles löschen").click()
    for page in (chat.page, other):
        await expect(page.get_by_test_id("erased")).to_be_visible()
        await expect(page.get_by_text("Zebragrün")).to_have_count(0)
        await expect(page.get_by_text("Erledigt.").first).to_be_visible()
    await check(chat.page, "erased")
    await chat.page.reload()
    await expect(chat.page.get_by_test_id("erased")).to_be_visible()
    await expect(chat.page.get_by_text("Zebragrün")).to_have_count(0)
