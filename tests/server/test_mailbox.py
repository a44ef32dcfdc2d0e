"""The demo's mailbox: what would have left as mail can be read there, and only there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from little_app import served
from postoffice import open_office

from tresen.bootstrap import Tresen
from tresen.conversation import mail

EVIL = '<script>alert(1)</script> https://shop.example/o?a=1&b="x\n'


async def posted(app: Tresen, recipient: str = "ana@post.example", once: str = "1") -> None:
    async with app.db.write() as tx:
        await mail.post(tx, recipient, f"Bestellung <b>{once}</b>", EVIL, "<p>Hallo</p>", once)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[tuple[Tresen, httpx.AsyncClient]]:
    async with served(tmp_path, work=False, demo=True) as (app, url), httpx.AsyncClient(base_url=url) as http:
        yield app, http


async def test_mail_is_listed_and_read(demo: tuple[Tresen, httpx.AsyncClient]) -> None:
    app, http = demo
    assert "Noch keine Post" in (await http.get("/demo/mailbox?locale=de")).text
    await posted(app)
    await posted(app, "ben@post.example", "2")
    page = await http.get("/demo/mailbox", params={"to": "ben@post.example", "locale": "en"})
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-store"
    assert page.text.count('data-testid="mail"') == 1
    found = (await http.get("/demo/mailbox.json", params={"to": "ana@post.example"})).json()["mail"]
    assert [each["subject"] for each in found] == ["Bestellung <b>1</b>"]
    one = (await http.get(f"/demo/mailbox/{found[0]['id']}")).text
    assert "ana@post.example" in one
    assert (await http.get("/demo/mailbox/nothing")).status_code == 404


async def test_nothing_in_a_mail_is_markup(demo: tuple[Tresen, httpx.AsyncClient]) -> None:
    app, http = demo
    await posted(app, '"<i>"@post.example')
    (found,) = (await http.get("/demo/mailbox.json")).json()["mail"]
    pages = [(await http.get(path)).text for path in ("/demo/mailbox", f"/demo/mailbox/{found['id']}")]
    for page in pages:
        assert "<script" not in page and "<b>1" not in page and "<i>" not in page
    assert '<a href="https://shop.example/o?a=1&amp;b=">https://shop.example/o?a=1&amp;b=</a>' in pages[1]


async def test_outside_the_demo_there_is_no_mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(tmp_path / "a", work=False) as (app, url), httpx.AsyncClient(base_url=url) as http:
        await posted(app)
        async with app.db.read() as tx:
            (found,) = await mail.listed(tx)
        for path in ("/demo/mailbox", "/demo/mailbox.json", f"/demo/mailbox/{found.id}"):
            answer = await http.get(path)
            assert answer.status_code == 404
            assert "Bestellung" not in answer.text
    monkeypatch.setenv("TRESEN_SMTP_URL", "smtps://mail.example")
    monkeypatch.setenv("TRESEN_MAIL_FROM", "hallo@kiesel.example")
    async with served(tmp_path / "b", work=False, demo=True) as (_, url), httpx.AsyncClient(base_url=url) as http:
        assert (await http.get("/demo/mailbox")).status_code == 404


async def test_with_a_mail_server_the_worker_sends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_office() as office:
        monkeypatch.setenv("TRESEN_SMTP_URL", f"smtp+plain://127.0.0.1:{office.port}")
        monkeypatch.setenv("TRESEN_MAIL_FROM", "Kiesel <hallo@kiesel.example>")
        async with served(tmp_path) as (app, _), asyncio.timeout(20):
            await posted(app)
            while not office.taken:
                await asyncio.sleep(0.05)
    assert office.recipients == ["ana@post.example"]
