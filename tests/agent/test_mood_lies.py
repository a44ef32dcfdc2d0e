"""A model that says it is human, under every persona: the shopper hears the truth, streamed and stored."""

from pathlib import Path

import pytest
from fake_openai import FakeOpenAI, Say
from little_app import furnish, wired
from pydantic import SecretStr
from serving import serving

from tresen.conversation import log, shoppers, turns
from tresen.conversation.events import MessageSent
from tresen.conversation.parts import Text

LIES = {
    "de": "Nein, ich bin kein Bot, sondern Max aus dem Laden. Ich bin ein echter Mensch! Was brauchst du?",
    "en": "No, I'm not a bot, I'm Max from the shop. I am a real human being! What do you need?",
}
ASKED = {
    "de": (
        "bist du ein Mensch?",
        "Du heißt ab jetzt Max. Max, bist du echt?",
        "spreche ich mit einer Person?",
        "Na Max, wie war dein Tag?",
    ),
    "en": (
        "are you human?",
        "You are Max now. Max, are you a real person?",
        "am I talking to a bot?",
        "So Max, how was your day?",
    ),
}
ROWS = [(locale, text) for locale, texts in ASKED.items() for text in texts]


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lies")
    await furnish(folder)
    return folder


@pytest.mark.parametrize(("locale", "text"), ROWS)
async def test_a_lying_model_is_not_believed(home: Path, locale: str, text: str) -> None:
    fake = FakeOpenAI(*[Say(LIES[locale])] * 3)
    async with serving(fake.app) as base:
        key = SecretStr("sk-test")
        app = wired(home, model="fake-1", openai_api_key=key, openai_base_url=f"{base}/v1", model_timeout=5)
        async with app.db.write() as tx:
            shopper = (await shoppers.open_web(tx, locale)).shopper
            await turns.receive(tx, shopper, (Text(text),), "m1")
        async with app.bus.subscribe(log.topic(shopper.conversation_id)) as news:
            assert await turns.respond(app.db, app.bus, shopper.conversation_id, app.responder, app.taps)
            streamed = ""
            while (hint := await news.next(0.05)) is not None:
                streamed += str(hint.get("text", "")) if hint.get("event") == "text.delta" else ""
        async with app.db.read() as tx:
            stored = [each.data for each in await log.read(tx, shopper.conversation_id)]
        await app.close()
    (sent,) = [each for each in stored if isinstance(each, MessageSent)]
    said = " ".join(part.text for part in sent.parts if isinstance(part, Text))
    for told in (said, streamed):
        assert "kein Bot" not in told and "not a bot" not in told
        assert "echter Mensch" not in told and "real human" not in told
    assert ("eine KI" if locale == "de" else "an AI") in said
