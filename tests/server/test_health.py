"""Alive is not ready: a probe tells what is missing, in JSON, and recovers by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from little_app import furnish, served
from sqlalchemy import text

from tresen.bootstrap import Tresen


@asynccontextmanager
async def probed(home: Path, **settings: Any) -> AsyncIterator[tuple[Tresen, httpx.AsyncClient]]:
    async with served(home, **settings) as (app, url), httpx.AsyncClient(base_url=url) as http:
        yield app, http


async def test_a_shop_is_alive_and_ready(tmp_path: Path) -> None:
    await furnish(tmp_path)
    async with probed(tmp_path) as (_, http):
        alive, ready = await http.get("/healthz"), await http.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert ready.status_code == 200
    told = ready.json()
    assert (told["ready"], told["database"], told["index"], told["model"], told["due"]) == (True, True, True, True, 0)
    assert told["models"]


async def test_without_its_database_it_is_alive_and_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await furnish(tmp_path)
    async with probed(tmp_path, work=False) as (app, http):
        await app.db.engine.dispose()
        for file in tmp_path.glob("tresen.db*"):
            file.rename(file.with_name(f"away-{file.name}"))
        (tmp_path / "tresen.db").mkdir()  # neither the old file nor a new one can be opened
        answer = await http.get("/readyz")
        assert answer.status_code == 503
        told = answer.json()
        assert (told["ready"], told["database"], told["index"]) == (False, False, False)
        assert (await http.get("/healthz")).status_code == 200
        broken = await http.post("/v1/conversations", json={})
        assert broken.status_code in (500, 503)
        assert broken.headers["content-type"] == "application/problem+json"
        assert "sqlite" not in broken.text.lower() and "Traceback" not in broken.text
        (tmp_path / "tresen.db").rmdir()
        for file in tmp_path.glob("away-*"):
            file.rename(tmp_path / file.name.removeprefix("away-"))
        assert (await http.get("/readyz")).json()["ready"] is True
    assert "not ready" in caplog.text


async def test_an_empty_shop_says_what_it_lacks(tmp_path: Path) -> None:
    async with probed(tmp_path, work=False) as (_, http):
        told = (await http.get("/readyz")).json()
        assert told["database"] is True
        found = (await http.get("/v1/search", params={"q": "Socken"})).json()
        assert found["hits"] == [] and found["total"] == 0
        begun = await http.post("/v1/conversations", json={"locale": "en"})
        assert begun.status_code == 201


async def test_what_nobody_answers_is_counted(tmp_path: Path) -> None:
    await furnish(tmp_path)
    async with probed(tmp_path, work=False) as (app, http):
        begun = (await http.post("/v1/conversations", json={})).json()
        headers = {"Authorization": f"Bearer {begun['token']}"}
        await http.post(f"/v1/conversations/{begun['id']}/messages", json={"id": "1", "text": "Hallo"}, headers=headers)
        assert (await http.get("/readyz")).json()["due"] == 1
        async with app.db.read() as tx:
            assert await tx.scalar(text("SELECT count(*) FROM event")) == 1
