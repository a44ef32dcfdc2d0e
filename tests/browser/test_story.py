"""The story of the first landing in a real browser: a shopper and an operator at the same counter."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Locator, Page, expect
from visitor import Visitor

pytestmark = pytest.mark.browser

WATCH_WRITING = """() => {
  const root = document.querySelector("tresen-chat").shadowRoot;
  window.written = [];
  new MutationObserver(() => {
    const text = root.querySelector('[data-testid="live"] .bubble:not([hidden])')?.textContent;
    if (text && text !== window.written.at(-1)) window.written.push(text);
  }).observe(root, { subtree: true, childList: true, characterData: true });
}"""
PICTURES_LOADED = """card => [...card.closest("article").querySelectorAll("img")]
  .every(image => image.complete && image.naturalWidth > 0)"""


@dataclass(frozen=True)
class Words:
    """What is said in one language, and what the shop's data is called in it."""

    locale: str
    find: str
    choose: str
    colour: str
    light: str
    returns: str
    human: str
    thanks: str
    again: str


GERMAN = Words(
    "de",
    "Hey, finde ein neues Paar Laufsocken mit guter Bewertung für mich",
    "Das zweite in Blau, Größe 39-42, zwei Paar",
    "Blau",
    "Stirnlampe",
    "Wie lange kann ich etwas zurückgeben?",
    "Ich möchte mit einem Menschen sprechen",
    "Danke, Anna!",
    "Zeig mir Fahrradhelme",
)
ENGLISH = Words(
    "en",
    "Hey, find me a new pair of running socks with good ratings",
    "The second one in blue, size 39-42, two pairs",
    "blue",
    "headlamp",
    "How long can I return something?",
    "I want to talk to a person",
    "Thank you, Anna!",
    "Show me bike helmets",
)


@pytest.mark.parametrize("words", [GERMAN, ENGLISH], ids=["de", "en"])
async def test_story(tabs: Any, inbox_path: Callable[[], Awaitable[str]], url: str, words: Words) -> None:
    chat = await tabs.shopper(locale=words.locale)
    await chat.open()
    title = await _find_socks(chat, words)
    await _choose(chat, words, title)
    await _add_from_the_shop(chat, words)
    await _change_the_cart(chat.page, title)
    await _ask_about_returns(chat, words)
    await _reload(chat)
    await _ask_for_a_person(chat, words)
    behind = await Visitor.begin(url, words.locale)
    await behind.say(words.human)
    desk = await tabs.open(await inbox_path(), words.locale)
    await _see_who_waits(desk, chat, behind.id, title)
    await _answer_in_person(desk, chat, words)
    await _hand_back(desk, chat, words)
    await _leave_nobody_waiting(desk, behind.id)


async def _find_socks(chat: Any, words: Words) -> str:
    """Cards stream in with pictures that load; gives the title of the second."""
    await chat.page.evaluate(WATCH_WRITING)
    answer = await chat.say(words.find)
    written = await chat.page.evaluate("() => window.written")
    assert len(written) > 2
    assert [len(text) for text in written] == sorted(len(text) for text in written)
    cards = answer.get_by_test_id("card")
    assert await cards.count() >= 2
    await chat.page.wait_for_function(PICTURES_LOADED, arg=await cards.first.element_handle())
    return str(await cards.nth(1).locator("h3").inner_text())


async def _choose(chat: Any, words: Words, title: str) -> None:
    """By text: the second one in blue, two pairs. Drawer and storefront show the same cart."""
    answer = await chat.say(words.choose)
    await expect(answer.get_by_test_id("cart-summary")).to_contain_text(title)
    await expect(chat.page.get_by_test_id("shop-cart-count")).to_have_text("2")
    await chat.page.get_by_test_id("cart-open").click()
    item = chat.page.get_by_test_id("cart-item")
    await expect(item).to_have_count(1)
    await expect(item).to_contain_text(title)
    await expect(item).to_contain_text(f"{words.colour}, 39-42")
    await expect(item.get_by_test_id("cart-quantity")).to_have_text("2")
    await chat.page.get_by_test_id("cart-close").click()


async def _add_from_the_shop(chat: Any, words: Words) -> None:
    """What the storefront puts into the cart is in the chat's cart."""
    page = chat.page
    await page.locator("#q").fill(words.light)
    await page.locator("#q").press("Enter")
    await page.get_by_test_id("product").first.get_by_role("link").click()
    await expect(page.get_by_test_id("product-add")).to_be_visible()
    name = await page.locator("main h1").inner_text()
    for group in await page.locator("fieldset").all():
        if not await group.locator("input:checked").count():
            await group.locator("input:enabled").first.check()
    await page.get_by_test_id("product-add").click()
    await expect(page.get_by_test_id("shop-cart-count")).to_have_text("3")
    await page.get_by_test_id("shop-cart").click()
    await expect(page.get_by_test_id("cart-item").filter(has_text=name)).to_have_count(1)


async def _change_the_cart(page: Page, title: str) -> None:
    """Two more (the third pair may be on the house), two fewer, and away with the other; the total follows."""
    socks = page.get_by_test_id("cart-item").filter(has_text=title)
    other = page.get_by_test_id("cart-item").filter(has_not_text=title)
    before = await page.get_by_test_id("cart-total").inner_text()
    for count in ("3", "4"):
        await socks.get_by_test_id("cart-plus").click()
        await expect(socks.get_by_test_id("cart-quantity")).to_have_text(count)
    await expect(page.get_by_test_id("shop-cart-count")).to_have_text("5")
    await expect(page.get_by_test_id("cart-total")).not_to_have_text(before)
    for count in ("3", "2"):
        await socks.get_by_test_id("cart-minus").click()
        await expect(socks.get_by_test_id("cart-quantity")).to_have_text(count)
    await expect(page.get_by_test_id("cart-total")).to_have_text(before)
    await other.get_by_test_id("cart-remove").click()
    await expect(page.get_by_test_id("cart-item")).to_have_count(1)
    await expect(page.get_by_test_id("shop-cart-count")).to_have_text("2")
    await page.get_by_test_id("cart-close").click()


async def _ask_about_returns(chat: Any, words: Words) -> None:
    """The answer cites the shop's policy, and the link opens it at the heading."""
    answer = await chat.say(words.returns)
    await expect(answer).to_contain_text("30")
    await answer.get_by_test_id("sources").locator("summary").click()
    source = answer.get_by_test_id("source").first
    label = (await source.inner_text()).replace(await source.locator(".sr").inner_text(), "").strip()
    async with chat.page.context.expect_page() as opened:
        await source.click()
    policy = await opened.value
    heading = policy.locator("article.document .here")
    await expect(heading).to_have_text(label.split(" › ")[-1])
    await expect(heading).to_be_in_viewport()
    assert urlsplit(policy.url).path.startswith("/demo/policies/")
    await policy.close()


async def _reload(chat: Any) -> None:
    """A thumb and the whole conversation survive."""
    page = chat.page
    thumb = chat.answers.last.get_by_test_id("thumb-up")
    async with page.expect_response(lambda response: response.url.endswith("/feedback")):
        await thumb.click()
    await expect(thumb).to_have_attribute("aria-pressed", "true")
    messages = page.get_by_test_id("message")
    before = await messages.all_text_contents()
    await page.reload()
    await expect(messages).to_have_count(len(before))
    assert await messages.all_text_contents() == before
    await expect(thumb).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_test_id("shop-cart-count")).to_have_text("2")


async def _ask_for_a_person(chat: Any, words: Words) -> None:
    await chat.say(words.human)
    await expect(chat.page.get_by_test_id("owner-state")).to_have_attribute("data-owner", "waiting")


async def _see_who_waits(desk: Page, chat: Any, behind: str, title: str) -> None:
    """Who waits longer is above; the brief and the cart are there to read."""
    mine = (await chat.record())["id"]
    row = _row(desk, mine)
    await expect(row).to_be_visible()
    await expect(_row(desk, behind)).to_be_visible()
    ids = await desk.get_by_test_id("conversation").evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert ids.index(mine) < ids.index(behind)
    await row.click()
    await expect(desk.locator("#brief-text")).not_to_be_empty()
    await expect(desk.get_by_test_id("cart")).to_contain_text(title)
    await expect(desk.get_by_test_id("owner-state")).to_have_attribute("data-owner", "waiting")


async def _answer_in_person(desk: Page, chat: Any, words: Words) -> None:
    """Words and a card arrive with the person's name; the agent stays silent."""
    await desk.get_by_test_id("take-over").click()
    await _reply(desk, "Hallo, hello!")
    person = chat.page.locator('[data-testid="message"][data-sender="operator"]')
    await expect(person).to_have_count(1)
    await expect(chat.page.get_by_test_id("owner-state")).to_contain_text("Anna")
    await desk.get_by_test_id("product-search").fill(words.light)
    await desk.get_by_test_id("product-send").click()
    await expect(person).to_have_count(2)
    await expect(person.nth(1).get_by_test_id("card")).to_be_visible()
    await chat.write(words.thanks)
    await expect(desk.locator('[data-from="shopper"]').last).to_contain_text(words.thanks)
    await _reply(desk, "Bis bald, see you.")
    await expect(person).to_have_count(3)
    assert set(await person.get_by_test_id("sender").all_inner_texts()) == {"Anna"}
    await expect(person.nth(2)).to_contain_text("Bis bald, see you.")
    await _assert_silent(chat)


async def _assert_silent(chat: Any) -> None:
    """No turn has begun since the operator took over."""
    record = await chat.record()
    base = "{0.scheme}://{0.netloc}".format(urlsplit(chat.page.url))
    async with httpx.AsyncClient(base_url=base, headers={"Authorization": f"Bearer {record['token']}"}) as http:
        events = (await http.get(f"/v1/conversations/{record['id']}")).raise_for_status().json()["events"]
    names = [each.get("owner", each["event"]).split(":")[0] for each in events]
    after = names[len(names) - names[::-1].index("operator") :]
    assert "message.received" in after
    assert "turn.started" not in after


async def _hand_back(desk: Page, chat: Any, words: Words) -> None:
    await desk.get_by_test_id("hand-back").click()
    await expect(chat.page.get_by_test_id("owner-state")).to_have_attribute("data-owner", "agent")
    answer = await chat.say(words.again)
    await expect(answer).to_have_attribute("data-sender", "agent")
    await expect(answer.get_by_test_id("card").first).to_be_visible()


async def _leave_nobody_waiting(desk: Page, behind: str) -> None:
    await _row(desk, behind).click()
    await desk.get_by_test_id("take-over").click()
    await desk.get_by_test_id("hand-back").click()
    await expect(desk.get_by_test_id("owner-state")).to_have_attribute("data-owner", "agent")


async def _reply(desk: Page, text: str) -> None:
    await desk.get_by_test_id("reply").fill(text)
    await desk.get_by_test_id("reply").press("Enter")


def _row(desk: Page, conversation: str) -> Locator:
    return desk.locator(f'#list [data-id="{conversation}"]')
