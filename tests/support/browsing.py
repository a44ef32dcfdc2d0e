"""A browser without JavaScript: follows links and forms of our pages, keeps to their form-action."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx


@dataclass
class FormFound:
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # (name, value, words)


class PageFound(HTMLParser):
    """What a page offers, and what a screen reader would miss in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lang, self.words = "", ""
        self.links: dict[str, str] = {}
        self.forms: list[FormFound] = []
        self.labelled: set[str] = set()
        self.ids: set[str] = set()
        self.inputs: list[dict[str, str | None]] = []
        self.scripts, self._link, self._select, self._area, self._button = 0, "", "", "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids.add(str(told.get("id")))
        self.scripts += tag == "script" or any(name.startswith("on") for name in told)
        match tag:
            case "html":
                self.lang = str(told["lang"])
            case "a":
                self._link = str(told.get("href"))
            case "label":
                self.labelled.add(str(told.get("for")))
            case "form":
                self.forms.append(FormFound(str(told["method"]), str(told["action"])))
            case "input":
                self._input(told)
            case "select" | "textarea":
                self.inputs.append(told)
                self._select = self._area = ""
                if tag == "select":
                    self._select = str(told["name"])
                else:
                    self._area = str(told["name"])
                    self.forms[-1].fields[self._area] = ""
            case "option":
                self._option(told)
            case "button":
                self._button = True
                self.forms[-1].buttons.append((told.get("name") or "", told.get("value") or "", ""))

    def _input(self, told: dict[str, str | None]) -> None:
        kind, name = told.get("type"), str(told["name"])
        if kind != "hidden":
            self.inputs.append(told)
        if kind != "radio" or "checked" in told:
            self.forms[-1].fields[name] = told.get("value") or ""

    def _option(self, told: dict[str, str | None]) -> None:
        if "selected" in told or self._select not in self.forms[-1].fields:
            self.forms[-1].fields[self._select] = told.get("value") or ""
            self._open_option = "value" not in told

    _open_option = False

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._link:
            self.links.setdefault(data.strip(), self._link)  # the first of a name, as a reader meets it
        if self._area:
            self.forms[-1].fields[self._area] += data
        if self._open_option:
            self.forms[-1].fields[self._select] = data.strip()
            self._open_option = False
        if self._button:
            name, value, words = self.forms[-1].buttons[-1]
            self.forms[-1].buttons[-1] = (name, value, (words + data).strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = ""
        if tag == "textarea":
            self._area = ""
        if tag == "button":
            self._button = False


@dataclass
class Browser:
    """One tab: the last answer and what is on it."""

    http: httpx.AsyncClient
    answer: httpx.Response | None = None
    path: str = ""
    home: str = ""  # the shop's public address: links to it stay here

    async def go(self, url: str) -> PageFound:
        return await self._follow("GET", url)

    async def press(self, words: str, **fields: str) -> PageFound:
        """Fill in the fields and press the button that says `words`."""
        for form in self.page.forms:
            for name, value, said in form.buttons:
                if words in said:
                    sent = {**form.fields, **fields, **({name: value} if name else {})}
                    return await self._follow(form.method.upper(), form.action, sent)
        raise AssertionError(f"no button {words!r} on {self.path}: {self.page.words}")

    async def click(self, words: str) -> PageFound:
        found = [url for said, url in self.page.links.items() if words in said]
        assert found, f"no link {words!r} on {self.path}: {self.page.links}"
        return await self.go(found[0])

    @property
    def page(self) -> PageFound:
        assert self.answer is not None
        return PageFound(self.answer.text)

    @property
    def status(self) -> int:
        assert self.answer is not None
        return self.answer.status_code

    async def _follow(self, method: str, url: str, data: dict[str, str] | None = None) -> PageFound:
        for _ in range(6):
            url = url.removeprefix(self.home) if self.home else url
            assert url.startswith("/"), f"this leads away: {url}"
            sent: dict[str, Any] = {"data": data} if method == "POST" else {}
            self.answer = await self.http.request(method, url, **sent)
            self.path = url
            if self.answer.status_code != 303:
                return self.page
            method, url, data = "GET", self.answer.headers["location"], None
        raise AssertionError("these redirects do not end")


def is_accessible(page: PageFound) -> None:
    """No script, a language, and every field has its label."""
    assert page.scripts == 0
    assert page.lang in ("de", "en")
    for told in page.inputs:
        if told.get("type") != "radio":
            assert told.get("id") in page.labelled, f"{told} has no label"
        for reference in str(told.get("aria-describedby") or "").split():
            assert reference in page.ids, f"{told} is described by nothing"
