"""The OpenAI path, end to end over a loopback server: it streams, calls tools, and every fault ends in an answer."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_openai import FakeOpenAI, Say
from pydantic import SecretStr
from serving import serving

from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import log, owner, shoppers, turns
from tresen.conversation.events import MessageSent, ModelReplied, ToolReturned
from tresen.conversation.owner import Operator
from tresen.conversation.parts import Text
from tresen.conversation.shoppers import Shopper
from tresen.kit.errors import Fenced
from tresen.settings import Settings

SOCKS = ("find_products", {"query": "Laufsocken"})


@pytest.fixture(scope="module")
async def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("openai")
    shutil.copy(demo_home / "tresen.db", folder / "tresen.db")
    return folder


async def asked(home: Path, text: str, *replies: Say, fallback: bool = False) -> tuple[FakeOpenAI, Tresen, Shopper]:
    """Say `text` to a shop whose model plays `replies`; returns when the turn is over."""
    fake = FakeOpenAI(*replies)
    async with serving(fake.app) as base:
        settings = Settings(
            home=home, database_url="", encoder="none", model="fake-1", fallback_models=["fake-2"] if fallback else [],
            openai_api_key=SecretStr("sk-test"), openai_base_url=f"{base}/v1", model_timeout=2,
        )  # fmt: skip
        app = bootstrap(settings)
        async with app.db.write() as tx:
            shopper = (await shoppers.open_web(tx, "de")).shopper
            await turns.receive(tx, shopper, (Text(text),), "m1")
        assert await turns.respond(app.db, app.bus, shopper.conversation_id, app.responder, app.taps)
    return fake, app, shopper


async def logged(app: Tresen, shopper: Shopper, kind: type) -> list[Any]:
    async with app.db.read() as tx:
        return [each.data for each in await log.read(tx, shopper.conversation_id) if isinstance(each.data, kind)]


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


async def test_tools_are_called_and_the_answer_is_stored(home: Path) -> None:
    fake, app, shopper = await asked(home, "Socken bitte", Say(calls=[SOCKS]), Say("Diese vier passen gut zu dir."))
    replied = await logged(app, shopper, ModelReplied)
    assert [reply.model for reply in replied] == ["fake-1", "fake-1"]
    assert replied[0].tool_calls[0].name == "find_products"
    assert [reply.input_tokens for reply in replied] == fake.prompts
    (sent,) = await logged(app, shopper, MessageSent)
    assert sent.parts[0].text == "Diese vier passen gut zu dir."
    assert len(sent.parts[1].cards) == 4
    names = {tool["function"]["name"] for tool in fake.requests[0]["tools"]}
    assert {"find_products", "set_cart_quantity", "search_policies", "ask_for_human"} <= names
    assert fake.requests[1]["messages"][-1]["role"] == "tool"
    assert "SecretStr" not in str(fake.requests)
    await app.close()


async def test_the_prompt_begins_the_same_and_stays_small(home: Path) -> None:
    from tresen.retrieval import tokens

    fake, app, _ = await asked(home, "Socken bitte", Say(calls=[SOCKS]), Say("Bitte sehr."))
    first, second = (request["messages"] for request in fake.requests)
    assert first == second[: len(first)]
    spent = tokens.count(str(second)) + tokens.count(str(fake.requests[1]["tools"]))
    assert spent <= 6_000
    await app.close()


async def test_text_streams_while_the_model_talks(home: Path) -> None:
    fake = FakeOpenAI(Say("Das ist ein Satz ohne Behauptung und er kommt Wort für Wort.", stall=0.02))
    async with serving(fake.app) as base:
        settings = Settings(home=home, database_url="", encoder="none", model="fake-1", openai_base_url=f"{base}/v1")
        app = bootstrap(settings)
        async with app.db.write() as tx:
            shopper = (await shoppers.open_web(tx, "de")).shopper
            await turns.receive(tx, shopper, (Text("Hallo"),), "m1")
        deltas: list[str] = []
        async with app.bus.subscribe(log.topic(shopper.conversation_id)) as news:
            answering = asyncio.create_task(
                turns.respond(app.db, app.bus, shopper.conversation_id, app.responder, app.taps)
            )
            while not answering.done():
                hint = await news.next(0.05)
                if hint and hint.get("event") == "text.delta":
                    deltas.append(hint["text"])
    assert len(deltas) > 5
    assert "".join(deltas).startswith("Das ist ein Satz")
    await app.close()


FAULTS = {
    "server error": [Say(status=500)] * 4,
    "rate limit": [Say(status=429, code="rate_limit_exceeded", retry_after="0")] * 4,
    "quota": [Say(status=429, code="insufficient_quota", retry_after="0")] * 4,
    "wrong key": [Say(status=401, code="invalid_api_key")] * 2,
    "unknown model": [Say(status=404, code="model_not_found")] * 2,
    "context too long": [Say(status=400, code="context_length_exceeded")] * 2,
    "content filter": [Say(finish="content_filter")],
    "cut in mid-sentence": [Say("Das kostet nur ein wenig mehr als", cut_after=3)],
    "cut in a tool call": [Say(calls=[SOCKS], cut_after=3)],
    "stalled": [Say("Moment mal bitte", stall=3)],
    "garbled arguments": [Say(calls=[("find_products", '{"query": "Lauf')])],
    "nothing at all": [Say("")],
    "out of tokens": [Say("Das ist ein abgebrochener", finish="length")],
}


@pytest.mark.parametrize("replies", FAULTS.values(), ids=FAULTS.keys())
async def test_every_fault_of_the_provider_is_bridged_by_the_planner(home: Path, replies: list[Say]) -> None:
    _, app, shopper = await asked(home, "Zeig mir Laufsocken", *replies)
    (sent,) = await logged(app, shopper, MessageSent)
    assert [part.type for part in sent.parts][:2] == ["text", "cards"]
    assert "sk-test" not in str(await logged(app, shopper, ModelReplied))
    await app.close()


async def test_a_provider_that_dies_after_a_tool_is_bridged_without_running_the_tool_again(home: Path) -> None:
    _, app, shopper = await asked(home, "Zeig mir Laufsocken", Say(calls=[SOCKS]), *[Say(status=500)] * 4)
    returned = [data.call_id for data in await logged(app, shopper, ToolReturned)]
    assert returned.count("call_1_0") == 1
    (sent,) = await logged(app, shopper, MessageSent)
    assert len(sent.parts[1].cards) == 4
    await app.close()


async def test_the_next_model_of_the_chain_comes_before_the_planner(home: Path) -> None:
    fake, app, shopper = await asked(home, "Hallo", Say(status=401), Say("Ich bin der zweite."), fallback=True)
    assert [request["model"] for request in fake.requests] == ["fake-1", "fake-2"]
    (sent,) = await logged(app, shopper, MessageSent)
    assert sent.parts[0].text == "Ich bin der zweite."
    await app.close()


async def test_an_unknown_tool_is_told_to_the_model(home: Path) -> None:
    replies = Say(calls=[("drop_prices", {"all": True})]), Say("Das geht leider nicht.")
    fake, app, shopper = await asked(home, "Mach alles billiger", *replies)
    (returned,) = await logged(app, shopper, ToolReturned)
    assert (returned.tool, returned.status) == ("drop_prices", "failed")
    assert "drop_prices" in fake.requests[1]["messages"][-1]["content"]
    await app.close()


async def test_wrong_arguments_are_told_to_the_model(home: Path) -> None:
    wrong = Say(calls=[("set_cart_quantity", {"variant_id": "v1", "quantity": "many"})])
    _, app, shopper = await asked(home, "Viele davon", wrong, Say("Wie viele genau?"))
    (returned,) = await logged(app, shopper, ToolReturned)
    assert returned.status == "failed"
    await app.close()


async def test_a_model_that_loops_is_stopped_politely(home: Path) -> None:
    fake, app, shopper = await asked(home, "Zeig mir Laufsocken", *[Say(calls=[SOCKS])] * 3, Say("Hier sind sie."))
    assert [request.get("tool_choice") for request in fake.requests] == [None, None, None, "none"]
    assert fake.requests[3]["tools"] == fake.requests[0]["tools"]
    returned = await logged(app, shopper, ToolReturned)
    assert [data.status for data in returned].count("ok") == 2
    (sent,) = await logged(app, shopper, MessageSent)
    assert sent.parts[0].text == "Hier sind sie."
    await app.close()


async def test_a_hallucinated_price_never_reaches_the_shopper(home: Path) -> None:
    lie = Say("Die passen gut. Heute kosten sie nur 3,99 €. Magst du sie?")
    _, app, shopper = await asked(home, "Zeig mir Laufsocken", Say(calls=[SOCKS]), lie, lie)
    (sent,) = await logged(app, shopper, MessageSent)
    assert sent.parts[0].text.startswith("Die passen gut. Magst du sie?")
    assert sent.withheld == ("Heute kosten sie nur 3,99 €.",)
    await app.close()


async def test_a_person_is_asked_by_tool_and_the_model_is_not_asked_again(home: Path) -> None:
    fake, app, shopper = await asked(
        home, "Das ist mir zu persönlich", Say(calls=[("ask_for_human", {"reason": "wants a person"})])
    )
    assert len(fake.requests) == 1
    (sent,) = await logged(app, shopper, MessageSent)
    assert sent.sender == "system"
    await app.close()


async def test_an_agent_that_lost_its_conversation_stops_at_the_first_write(home: Path) -> None:
    app = bootstrap(Settings(home=home, database_url="", encoder="none", model=""))
    async with app.db.write() as tx:
        shopper = (await shoppers.open_web(tx, "de")).shopper
        await turns.receive(tx, shopper, (Text("Zeig mir Laufsocken"),), "m1")
    turn = await turns.claim(app.db, app.bus, shopper.conversation_id)
    assert turn is not None
    async with app.db.write() as tx:
        await owner.take_over(tx, shopper.conversation_id, Operator("anna", "Anna"))
    with pytest.raises(Fenced):
        await app.agent(turn)
    assert await logged(app, shopper, ModelReplied) == []
    await app.close()


async def test_a_dead_turn_is_continued_from_the_log_without_asking_or_running_again(home: Path) -> None:
    fake = FakeOpenAI(Say(calls=[SOCKS]), Say("Diese passen."))
    async with serving(fake.app) as base:
        settings = Settings(home=home, database_url="", encoder="none", model="fake-1", openai_base_url=f"{base}/v1")
        app = bootstrap(settings)
        async with app.db.write() as tx:
            shopper = (await shoppers.open_web(tx, "de")).shopper
            await turns.receive(tx, shopper, (Text("Zeig mir Laufsocken"),), "m1")
        turn = await turns.claim(app.db, app.bus, shopper.conversation_id)
        assert turn is not None
        await app.agent(turn)  # dies before its answer is stored
        asked = len(fake.requests)
        await turns._release(turn, timedelta())
        assert await turns.respond(app.db, app.bus, shopper.conversation_id, app.responder, app.taps)
        assert len(fake.requests) == asked
    assert len(await logged(app, shopper, ToolReturned)) == 1
    (sent,) = await logged(app, shopper, MessageSent)
    assert sent.parts[0].text == "Diese passen."
    assert len(sent.parts[1].cards) == 4
    await app.close()
