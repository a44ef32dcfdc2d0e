"""The shopper's memory over HTTP: theirs alone, to take along and to have forgotten."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from goods import product_id
from little_app import furnish, served
from sqlalchemy import select, update
from visitor import Visitor, words

from tresen import worker
from tresen.conversation import consents
from tresen.conversation.tables import conversation, remembered


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    await furnish(tmp_path)
    return tmp_path


async def memory(http: httpx.AsyncClient, path: str, **headers: str) -> httpx.Response:
    return await http.get(f"{path}/memory", headers=headers)


async def test_said_exported_and_forgotten(home: Path) -> None:
    async with served(home) as (app, url):
        visitor, other = await Visitor.begin(url), await Visitor.begin(url)
        assert "Gemerkt: Größe 42." in words(await visitor.say("Ich trage 42"))
        answer = await memory(visitor.http, visitor.path, **visitor.auth)
        (kept,) = answer.json()["remembered"]
        assert (kept["kind"], kept["value"], kept["source"]) == ("size", "42", "said")
        assert answer.headers["content-disposition"] == 'attachment; filename="memory.json"'
        assert (await memory(other.http, other.path, **other.auth)).json() == {"remembered": []}
        assert (await memory(other.http, visitor.path, **other.auth)).status_code == 404
        assert (await memory(other.http, visitor.path)).status_code == 401
        exported = await visitor.say(action={"name": "export_memory", "label": "Als Datei mitnehmen"})
        assert '"value": "42"' in words(exported)
        assert (await visitor.http.delete(f"{visitor.path}/memory", headers=visitor.auth)).status_code == 204
        assert (await memory(visitor.http, visitor.path, **visitor.auth)).json() == {"remembered": []}
        gone = await visitor.http.delete(f"{visitor.path}/memory", headers=visitor.auth)
        assert (gone.status_code, gone.json()["code"]) == (404, "nothing_remembered")
        async with app.db.read() as tx:
            assert await tx.rows(select(remembered)) == []


async def test_a_button_forgets_one_thing(home: Path) -> None:
    async with served(home) as (_, url):
        visitor = await Visitor.begin(url)
        noted = await visitor.say("Ich trage 42")
        (choice,) = [each for part in noted["parts"] if part["type"] == "choices" for each in part["choices"]]
        assert choice["label"] == "Vergessen: Größe 42"
        action = {key: value for key, value in choice["action"].items() if key != "type"}
        assert words(await visitor.say(action=action)) == "Vergessen: Größe 42."
        assert "nichts" in words(await visitor.say("Was weißt du über mich?"))


async def test_what_is_looked_at_counts_only_when_the_shopper_agreed(home: Path) -> None:
    async with served(home, work=False) as (app, url):
        visitor = await Visitor.begin(url)
        await visitor.http.post(f"{visitor.path}/viewed", json={"product": product_id("Helm")}, headers=visitor.auth)
        async with app.db.read() as tx:
            contact = await tx.scalar(select(conversation.c.contact_id).where(conversation.c.id == visitor.id))
            assert not await consents.given(tx, contact, "viewed")
        for agreed in (True, False):
            answer = await visitor.http.put(
                f"{visitor.path}/memory/consent", json={"viewed": agreed}, headers=visitor.auth
            )
            assert answer.status_code == 204
            async with app.db.read() as tx:
                assert await consents.given(tx, contact, "viewed") == agreed


async def test_the_worker_deletes_what_is_too_old(home: Path) -> None:
    async with served(home) as (app, url):
        visitor = await Visitor.begin(url)
        await visitor.say("Ich trage 42")
        async with app.db.write() as tx:
            await tx.execute(update(remembered).values(noted_at=tx.now - timedelta(days=366)))
        assert (await memory(visitor.http, visitor.path, **visitor.auth)).json() == {"remembered": []}
        await worker.keep_once(app)
        async with app.db.read() as tx:
            assert await tx.rows(select(remembered)) == []
