"""A shopper attaches a picture: with the mouse or the keyboard, previewed, refused in words, sent and shown again."""

import re
from typing import Any

import pytest
from accessible import check
from photos import photo
from playwright.async_api import expect

pytestmark = pytest.mark.browser

WORDS = {
    "de": ("Bild anhängen", "größer als 8 MB", "JPEG, PNG oder WebP", "keine Bilder ansehen"),
    "en": ("Attach a picture", "larger than 8 MB", "JPEG, PNG or WebP", "cannot look at pictures"),
}
PHOTO = {"name": "schuh.jpg", "mimeType": "image/jpeg", "buffer": photo((1600, 1200))}


@pytest.mark.parametrize("locale", WORDS)
async def test_a_picture_is_attached_sent_and_answered(tabs: Any, locale: str) -> None:
    attach, large, kind, honest = WORDS[locale]
    chat = await tabs.shopper(locale=locale)
    await chat.open()
    page = chat.page
    button, send = page.get_by_role("button", name=attach), page.get_by_test_id("send")
    await expect(send).to_be_disabled()

    await page.get_by_test_id("file").set_input_files({**PHOTO, "buffer": b"\0" * (8 * 1024 * 1024 + 1)})
    await expect(page.get_by_test_id("attached-state")).to_contain_text(large)
    await page.get_by_test_id("file").set_input_files({"name": "a.gif", "mimeType": "image/gif", "buffer": b"GIF89a"})
    await expect(page.get_by_role("alert").filter(has_text=kind)).to_be_visible()
    await expect(send).to_be_disabled()
    await page.get_by_test_id("attach-remove").press("Enter")
    await expect(page.get_by_test_id("attached")).to_be_hidden()
    await expect(button).to_be_focused()

    async with page.expect_file_chooser() as chooser:
        await button.press("Enter")
    await (await chooser.value).set_files(PHOTO)
    await expect(page.get_by_test_id("preview")).to_have_attribute("alt", re.compile("schuh.jpg"))
    await expect(send).to_be_enabled()
    await check(page, f"a picture is attached ({locale})")
    before = await chat.answers.count()
    await page.get_by_test_id("composer").press("Enter")
    await expect(chat.answers).to_have_count(before + 1)
    await expect(chat.answers.last).to_contain_text(honest)
    await expect(chat.answers.last.get_by_test_id("choice").first).to_be_visible()
    await expect(page.get_by_test_id("attached")).to_be_hidden()
    await expect(send).to_be_disabled()

    await page.reload()
    shown = page.get_by_test_id("picture")
    await expect(shown).to_have_attribute("src", re.compile("^data:image/jpeg"))
    assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1024
    await check(page, f"a picture was sent ({locale})")


async def test_words_go_along_with_a_picture(tabs: Any) -> None:
    chat = await tabs.shopper(locale="de")
    await chat.open()
    await chat.page.get_by_test_id("file").set_input_files(PHOTO)
    await expect(chat.page.get_by_test_id("send")).to_be_enabled()
    answer = await chat.say("Habt ihr blaue Laufschuhe?")
    await expect(answer).to_contain_text("keine Bilder ansehen")
    own = chat.page.locator('[data-testid="message"][data-sender="shopper"]').last
    await expect(own).to_contain_text("blaue Laufschuhe")
    await expect(own.get_by_test_id("picture")).to_be_visible()
