"""What happens while an operator looks on is seen at once: a way to call back, a late picture, erased words."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from accessible import check
from photos import photo
from playwright.async_api import Page, expect
from sqlalchemy import update

from tresen.bootstrap import Tresen
from tresen.conversation import log, turns, uploads
from tresen.conversation.parts import Image
from tresen.conversation.tables import conversation, upload
from tresen.kit import pictures

pytestmark = pytest.mark.browser
Inbox = Callable[[], Awaitable[str]]


async def opened(tabs: Any, inbox_path: Inbox, talk: str) -> Page:
    desk: Page = await tabs.open(await inbox_path())
    await desk.goto(f"{tabs.url}/inbox#/c/{talk}")
    await expect(desk.locator("#timeline li").first).to_be_visible()
    return desk


async def waiting(tabs: Any) -> Any:
    """A shopper who has asked for a person."""
    chat = await tabs.shopper()
    await chat.open()
    await chat.say("Ich möchte mit einem Menschen sprechen")
    return chat


async def test_how_to_reach_the_shopper_is_seen_at_once(tabs: Any, inbox_path: Inbox) -> None:
    chat = await waiting(tabs)
    desk = await opened(tabs, inbox_path, (await chat.record())["id"])
    brief = desk.locator("#brief-text")
    await expect(brief).not_to_contain_text("0171")
    await chat.say("Ruf mich bitte an: 0171 2345678")
    await expect(brief).to_contain_text("0171 2345678")
    await chat.say("oder an erika@post.example")
    await expect(brief).to_contain_text("0171 2345678, erika@post.example")
    await check(desk, "the brief with ways to reach the shopper")


async def test_a_picture_that_comes_late_is_shown_when_it_is_there(tabs: Any, inbox_path: Inbox, shop: Tresen) -> None:
    chat = await waiting(tabs)
    talk = (await chat.record())["id"]
    desk = await opened(tabs, inbox_path, talk)
    async with shop.db.write() as tx:
        (part,) = await uploads.expected(tx, talk, (Image("pigeon:P1"),), "pigeon", talk, "de")
        await tx.execute(update(upload).where(upload.c.media == "pigeon:P1").values(state="failed"))
        row = (await tx.execute(conversation.select().where(conversation.c.id == talk))).one()
        await turns.receive(tx, turns.as_shopper(row), (part,), "late")
    gap = desk.get_by_text("Bild ist nicht da")
    await expect(gap).to_be_visible()
    assert isinstance(part, Image)
    upload_id = part.url.rpartition("/")[2]
    uploads.write(shop.settings.folder, pictures.read(photo()), upload_id)
    async with shop.db.write() as tx:
        await tx.execute(update(upload).where(upload.c.id == upload_id).values(state="kept"))
        tx.tell(log.topic(talk), event="picture", upload=upload_id)
    await expect(gap).to_have_count(0)
    assert await desk.locator("img.photo").evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    tabs.faults[:] = [fault for fault in tabs.faults if upload_id not in fault]  # it was not there at first


async def test_what_was_erased_leaves_the_inbox(tabs: Any, inbox_path: Inbox) -> None:
    chat = await tabs.shopper()
    await chat.open()
    await chat.say("Ich mag kein Zebragrün")
    desk = await opened(tabs, inbox_path, (await chat.record())["id"])
    await expect(desk.get_by_text("Zebragrün").first).to_be_visible()
    await chat.say("Was weißt du über mich?")
    await chat.page.get_by_role("button", name="Alles über mich löschen").last.click()
    await chat.page.get_by_role("button", name="Ja, alles löschen").click()
    await expect(desk.locator("#timeline").get_by_text("Alles Frühere wurde auf Wunsch gelöscht")).to_be_visible()
    await expect(desk.get_by_text("Zebragrün")).to_have_count(0)
    await check(desk, "erased in the inbox")
