"""A shopper asks in the chat to be forgotten: asked back, done, and the conversation goes on with nothing behind it."""

from pathlib import Path

import pytest
from little_app import furnish, served
from photos import photo
from visitor import Visitor, part, words

from tresen import worker

ERASE = {"de": "Alles über mich löschen", "en": "Erase everything about me"}
ASK = {"de": "Was weißt du über mich?", "en": "What do you know about me?"}
WORD = "zebragruen"


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    await furnish(tmp_path)
    return tmp_path


def button(message: dict[str, object], label: str) -> dict[str, object]:
    (found,) = [each["action"] for each in part(message, "choices")["choices"] if each["label"] == label]
    return {key: value for key, value in found.items() if key != "type"}


@pytest.mark.parametrize("locale", ERASE)
async def test_everything_goes_and_the_conversation_goes_on(home: Path, locale: str) -> None:
    async with served(home) as (app, url):
        visitor = await Visitor.begin(url, locale)
        made = await visitor.http.post(f"{visitor.path}/uploads", content=photo(), headers=visitor.auth)
        await visitor.say({"de": f"Ich mag kein {WORD}", "en": f"I hate {WORD}"}[locale])
        await visitor.say(None, attachments=[made.json()["id"]])
        shown = await visitor.say(ASK[locale])
        asked = await visitor.say(action=button(shown, ERASE[locale]))
        assert WORD in (await visitor.http.get(visitor.path, headers=visitor.auth)).text, "nothing is gone yet"
        yes = part(asked, "choices")["choices"][0]["label"]
        done = await visitor.say(action=button(asked, yes))
        assert {"de": "gelöscht", "en": "erased"}[locale] in words(done)
        left = await visitor.http.get(visitor.path, headers=visitor.auth)
        assert left.status_code == 200 and WORD not in left.text
        assert "history.erased" in [each["event"] for each in left.json()["events"]]
        assert (await visitor.http.get(made.json()["url"], headers=visitor.auth)).status_code == 404
        await worker.keep_once(app)
        assert list((home / "uploads").iterdir()) == []
        known = await visitor.http.get(f"{visitor.path}/memory", headers=visitor.auth)
        assert known.json()["remembered"] == []
        assert "Helm" in str(part(await visitor.say("Helm"), "cards"))


async def test_who_asks_to_forget_everything_is_offered_more(home: Path) -> None:
    async with served(home) as (_, url):
        visitor = await Visitor.begin(url)
        await visitor.say("Ich trage 42")
        for _ in range(2):  # the second time there is nothing left to forget
            told = await visitor.say("Vergiss alles, was du über mich weißt")
            assert button(told, ERASE["de"]) == {
                "name": "erase_me",
                "target": "",
                "quantity": None,
                "label": ERASE["de"],
            }
