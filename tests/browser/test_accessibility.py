"""Everybody can use the pages: by keyboard, by ear, in light and dark; and nothing on them is dead."""

import gzip
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from accessible import check
from playwright.async_api import Locator, Page, Request, expect
from playwright.async_api import TimeoutError as Timeout
from visitor import Visitor, part

pytestmark = pytest.mark.browser

MOST_WIDGET_BYTES = 32_000
FOUND = "Laufsocken mit guter Bewertung"
WATCH_SPEECH = """() => {
  const root = document.querySelector("tresen-chat").shadowRoot;
  const all = { subtree: true, childList: true, characterData: true };
  Object.assign(window, { spoken: [], rewritten: 0, written: 0 });
  new MutationObserver(records => records.forEach(record => {
    if (record.type === "characterData" || !record.target.matches("[aria-live]")) window.rewritten += 1;
    else record.addedNodes.forEach(node => window.spoken.push(node.textContent));
  })).observe(root.querySelector('[data-testid="live-region"]'), all);
  new MutationObserver(() => {
    if (root.querySelector('[data-testid="live"] .bubble:not([hidden])')) window.written += 1;
  }).observe(root.querySelector('[role="log"]'), all);
}"""
FOCUSED = """() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node?.dataset?.testid || "";
}"""
LOOKS = """() => {
  const root = document.querySelector("tresen-chat").shadowRoot;
  return `${location.href} ${document.documentElement.outerHTML} ${root.innerHTML}`;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(
    tabs: Any, inbox_path: Callable[[], Awaitable[str]], url: str, scheme: str
) -> None:
    chat = await tabs.shopper(color_scheme=scheme)
    await expect(chat.page.get_by_test_id("product").first).to_be_visible()
    await check(chat.page, "storefront")
    await chat.open()
    await chat.say("Zeig mir Laufsocken")
    await chat.say("Das erste in Blau, Größe 39-42")
    answer = await chat.say("Wie lange kann ich etwas zurückgeben?")
    await answer.get_by_test_id("sources").locator("summary").click()
    await check(chat.page, "conversation")
    await chat.page.get_by_test_id("product").first.get_by_role("link").click()
    await expect(chat.page.get_by_test_id("product-add")).to_be_visible()
    await chat.page.get_by_test_id("cart-open").click()
    await check(chat.page, "product and cart")
    await chat.page.get_by_test_id("cart-close").click()
    await chat.say("Ich möchte mit einem Menschen sprechen")
    await _check_inbox(await tabs.open(await inbox_path(), color_scheme=scheme), (await chat.record())["id"])


async def _check_inbox(desk: Page, conversation: str) -> None:
    await desk.locator(f'#list [data-id="{conversation}"]').click()
    await expect(desk.locator("#brief-text")).not_to_be_empty()
    await check(desk, "inbox")
    await desk.get_by_test_id("take-over").click()
    await desk.get_by_test_id("product-search").fill("Helm")
    await expect(desk.get_by_test_id("product-send")).to_be_visible()
    await check(desk, "inbox, answering")
    await desk.keyboard.press("Escape")
    await desk.get_by_test_id("hand-back").click()
    await expect(desk.get_by_test_id("owner-state")).to_have_attribute("data-owner", "agent")


async def test_keyboard_alone(tabs: Any) -> None:
    chat = await tabs.shopper()
    keys = chat.page.keyboard
    await _tab_to(chat.page, "launcher", "Tab")
    await keys.press("Enter")
    await expect(chat.page.get_by_test_id("notice")).to_be_visible()
    assert await chat.page.evaluate(FOCUSED) == "composer"
    await keys.type("Ich möchte mit einem Menschen sprechen")
    await keys.press("Enter")
    await expect(chat.answers).to_have_count(1)
    await expect(chat.page.get_by_test_id("owner-state")).to_have_attribute("data-owner", "waiting")
    await _tab_to(chat.page, "choice", "Shift+Tab")
    await keys.press("Enter")
    await expect(chat.page.get_by_test_id("owner-state")).to_have_attribute("data-owner", "agent")
    await keys.press("Escape")
    await expect(chat.page.get_by_test_id("panel")).to_be_hidden()
    assert await chat.page.evaluate(FOCUSED) == "launcher"


async def _tab_to(page: Page, control: str, key: str) -> None:
    for _ in range(80):
        if await page.evaluate(FOCUSED) == control:
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{key} never reaches {control}")


async def test_screen_readers_hear_sentences(tabs: Any) -> None:
    chat = await tabs.shopper()
    await chat.open()
    await chat.page.evaluate(WATCH_SPEECH)
    answer = await chat.say("Wie lange kann ich etwas zurückgeben?")
    spoken, rewritten, written = await chat.page.evaluate("() => [window.spoken, window.rewritten, window.written]")
    assert spoken and rewritten == 0
    assert all(re.search(r"[.!?…:)][\"”“»]*$", line) for line in spoken), spoken
    assert len(spoken) < written / 3, "one announcement per sentence, not per token"
    said = (await answer.locator(".bubble").first.inner_text()).replace("\u00a0", " ")
    assert " ".join(" ".join(spoken).replace("\u00a0", " ").split()).endswith(" ".join(said.split()))


async def test_the_widget_stays_small(url: str) -> None:
    visitor = await Visitor.begin(url)
    script = (await visitor.http.get("/widget.js")).raise_for_status().content
    assert len(gzip.compress(script)) <= MOST_WIDGET_BYTES


STOREFRONT = {
    "/demo": ["header button:not([aria-pressed=true])", "main button", '[data-testid="launcher"]'],
    "/demo#/c/running%2Frunning-socks": ["main input[type=checkbox]"],
    "/demo#/search/xyzzyqwert": ["main button"],
    "/demo#/p/{product}": ["main button", "main input[type=radio]:not(:checked):not(:disabled)"],
}
SHELF = """<!doctype html><html lang="de"><title>Shelf</title><link rel="icon" href="data:,">
<script src="/widget.js" defer></script><tresen-chat></tresen-chat>"""
CHAT = {
    "greeting": ([], ["choice", "cart-open", "menu", "close"]),
    "cards": ([], ["add", "details", "thumb-up", "thumb-down", "cart-open", "close"]),
    "menu": (["menu"], ["person", "search", "language", "new"]),
    "drawer": (["cart-open"], ["cart-close", "cart-plus", "cart-minus", "cart-remove"]),
    "search": (["menu", "search"], ["search-previous", "search-next", "search-close"]),
}


@pytest.mark.parametrize("path", STOREFRONT)
async def test_no_control_of_the_storefront_is_dead(tabs: Any, url: str, path: str) -> None:
    hits = (await (await Visitor.begin(url)).http.get("/v1/search", params={"q": FOUND})).json()["hits"]
    there, controls = path.format(product=hits[0]["card"]["product_id"]), ", ".join(STOREFRONT[path])
    page = (await tabs.shopper(there)).page
    found = page.locator(f"css=:is({controls}) >> visible=true")
    place, count = 0, 1
    while place < count:
        await _afresh(page, url + there, {})
        await expect(found.nth(place)).to_be_attached()
        await _settled(page)
        count = await found.count()
        await _press(page, found.nth(place))
        place += 1


@pytest.mark.parametrize("state", CHAT)
async def test_no_control_of_the_widget_is_dead(tabs: Any, url: str, state: str) -> None:
    steps, controls = CHAT[state]
    page = (await tabs.shopper("/shelf", html=SHELF)).page
    for control in controls:
        await _afresh(page, f"{url}/shelf", await _begun(url, talked=state != "greeting"))
        await page.get_by_test_id("launcher").click()
        await expect(page.get_by_test_id("choice").first).to_be_visible()
        if state != "greeting":
            await expect(page.get_by_test_id("cart-count")).to_have_text("2")
        for step in steps:
            await page.get_by_test_id(step).click()
        if state == "search":
            await page.get_by_test_id("search-field").fill("Socken")
        await _settled(page)
        await _press(page, page.locator(f'[data-testid="{control}"]:enabled').first)


async def _afresh(page: Page, address: str, kept: dict[str, str]) -> None:
    """Open the page as a browser does that remembers only `kept`."""
    await page.evaluate(
        "kept => { localStorage.clear(); sessionStorage.clear(); Object.assign(localStorage, kept); }", kept
    )
    await page.goto("about:blank")
    await page.goto(address)


async def _begun(url: str, talked: bool) -> dict[str, str]:
    """What a browser remembers of a new conversation; one that was talked in has cards, a cart and an answer."""
    visitor = await Visitor.begin(url)
    if talked:
        cards = part(await visitor.say(FOUND), "cards")["cards"]
        variant = next(each for each in cards[0]["variants"] if each["available"])
        body = {"variant_id": variant["id"], "quantity": 2}
        (await visitor.http.put(f"{visitor.path}/cart", json=body, headers=visitor.auth)).raise_for_status()
    record = {"id": visitor.id, "token": visitor.token, "greeting": visitor.greeting, "pending": []}
    return {f"tresen:{url}": json.dumps(record)}


async def _settled(page: Page) -> None:
    """Wait until the page looks the same twice in a row."""
    same = f"() => {{ const now = ({LOOKS})(), same = now === window.looked; window.looked = now; return same; }}"
    await page.wait_for_function(same, polling=100)


async def _press(page: Page, control: Locator) -> None:
    """Press it: the page looks different, leads elsewhere or asks the server."""
    name = await control.evaluate("node => node.outerHTML.slice(0, 200)")
    asked: list[Request] = []

    def keep(request: Request) -> None:
        asked.append(request)

    before = await page.evaluate(LOOKS)
    page.on("request", keep)
    await control.click()
    changed = bool(asked)
    if not changed:
        with suppress(Timeout):
            await page.wait_for_function(f"before => ({LOOKS})() !== before", arg=before, timeout=5000)
            changed = True
    page.remove_listener("request", keep)
    assert changed or asked, f"nothing happens: {name}"
