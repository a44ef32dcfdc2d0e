"""A real Chromium: every tab keeps what its console complained about, and a test that leaves a complaint fails."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, async_playwright, expect

from tresen.bootstrap import Tresen
from tresen.conversation import operators
from tresen.kit.errors import TresenError
from tresen.kit.ids import secret

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
PATIENCE = 20_000  # ms; how long a state may take on a busy machine
# Refusals that a page takes in its stride, and the console tells all the same: an inbox that asks who it is, a code
# that does not count, an offer that is over, a form that lacks something.
REFUSED = re.compile(r"/v1/inbox/me$|/codes$|/confirm$|/(confirm|checkout)/[\w-]+(\?.*)?$")

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"Chromium is missing: {CHROMIUM}")
        pytest.skip(f"Chromium is missing: install {CHROMIUM} to run this test")
    playwright = await async_playwright().start()
    browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
    yield browser
    # A driver that does not go must not hold the whole run; it ends with this process.
    with suppress(TimeoutError):
        await asyncio.wait_for(browser.close(), 20)
    with suppress(TimeoutError):
        await asyncio.wait_for(playwright.stop(), 20)


@dataclass
class Chat:
    """The widget on a page, used as a shopper uses it."""

    page: Page

    @property
    def answers(self) -> Locator:
        """Stored messages that the shopper did not write; the greeting is not stored."""
        return self.page.locator('[data-testid="message"]:not([data-sender="shopper"])')

    async def open(self) -> None:
        await self.page.get_by_test_id("launcher").click()
        await expect(self.page.get_by_test_id("notice")).to_be_visible()

    async def write(self, text: str) -> None:
        await self.page.get_by_test_id("composer").fill(text)
        await self.page.get_by_test_id("composer").press("Enter")

    async def say(self, text: str) -> Locator:
        """Write, and wait for the stored answer."""
        before = await self.answers.count()
        await self.write(text)
        await expect(self.answers).to_have_count(before + 1)
        return self.answers.nth(before)

    async def record(self) -> dict[str, Any]:
        """What the browser remembers of the conversation: id, token."""
        found: dict[str, Any] = await self.page.evaluate(
            "() => JSON.parse(localStorage.getItem(`tresen:${location.origin}`))"
        )
        return found


@dataclass
class Tabs:
    """Opens pages in contexts of their own and keeps what went wrong in any of them."""

    browser: Browser
    url: str
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def open(self, path: str, locale: str = "de", html: str = "", **options: Any) -> Page:
        """A page of the server; with `html` one that is not the server's but has its address."""
        settings = {"locale": {"de": "de-DE", "en": "en-GB"}[locale], "viewport": {"width": 1280, "height": 860}}
        context = await self.browser.new_context(**(settings | options))
        context.set_default_timeout(PATIENCE)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.faults.append(f"{error.page and error.page.url}: {error.error}"))
        context.on("request", lambda request: self._left(request.url))
        self.contexts.append(context)
        page = await context.new_page()
        if html:
            await page.route(self.url + path, lambda route: route.fulfill(body=html, content_type="text/html"))
        await page.goto(self.url + path)
        return page

    async def shopper(self, path: str = "/demo", locale: str = "de", **options: Any) -> Chat:
        page = await self.open(path, locale, **options)
        await expect(page.get_by_test_id("launcher")).to_be_visible()
        return Chat(page)

    def _heard(self, message: ConsoleMessage) -> None:
        where = str(message.location.get("url", ""))
        refused = REFUSED.search(where) and "status of 4" in message.text
        if message.type == "error" and not refused:
            self.faults.append(f"{where}: {message.text}")

    def _left(self, url: str) -> None:
        if not url.startswith((f"{self.url}/", "data:", "blob:")):
            self.faults.append(f"a request left the server: {url}")


@pytest.fixture
async def tabs(chromium: Browser, url: str) -> AsyncIterator[Tabs]:
    """Fails the test when a page complained or asked another server for something."""
    found = Tabs(chromium, url)
    yield found
    for context in found.contexts:
        with suppress(TimeoutError):
            await context.close()
    assert not found.faults, found.faults


@pytest.fixture
def inbox_path(shop: Tresen) -> Callable[[], Awaitable[str]]:
    """A fresh one-time link into the inbox, for Anna."""

    async def make() -> str:
        async with shop.db.write() as tx:
            try:
                anna = await operators.add(tx, "anna", "Anna", secret())
            except TresenError:
                found = await operators.find(tx, "anna")
                assert found is not None
                anna = found
            return f"/inbox?key={await operators.one_time_link(tx, anna.id)}"

    return make
