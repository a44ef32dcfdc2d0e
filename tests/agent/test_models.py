"""The chain from a turn's point of view: what a call took stands in its event, caps hold, who is down is left alone."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from fake_openai import Say
from little_app import furnish, wired
from pydantic import SecretStr
from scripting import Played, Reader, Stage
from serving import serving

from tresen.agent.models import chain as models
from tresen.agent.models import faults
from tresen.agent.models.budget import Limits
from tresen.agent.models.pricing import Price, Prices, Purse
from tresen.agent.models.terms import Terms
from tresen.agent.planner.model import Planner
from tresen.conversation import log, spending, turns
from tresen.conversation.events import MessageSent, ModelReplied
from tresen.conversation.parts import Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.spending import Cap, Caps, Spent
from tresen.kit.words import say

HELLO = Say("Hallo! Was suchst du?")
PRICES = {"fake-1": Price(Decimal("0.25"), Decimal("0.025"), Decimal("2"))}


@pytest.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    home = tmp_path_factory.mktemp("models")
    await furnish(home)
    app, fake = wired(home), Reader()
    async with serving(fake.app) as base:
        yield Stage(app, fake, f"{base}/v1")
    await app.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "FIRST_PAUSE", 0.01)


async def spent(stage: Stage, shopper: Shopper) -> Spent:
    async with stage.app.db.read() as tx:
        day, whom = spending.day(tx.now, Purse().zone), spending.whom(shopper)[0]
        return (await spending.read(tx, day, [whom]))[whom]


def replied(played: Played) -> list[ModelReplied]:
    return [each.data for each in played.events if isinstance(each.data, ModelReplied)]


def test_without_a_key_the_planner_is_the_model() -> None:
    assert [type(each) for each in models.chain(["gpt-x"], SecretStr(""), "", 1)] == [Planner]


def test_models_stand_in_the_order_of_the_settings_and_ask_once() -> None:
    *first, last = models.chain(["a", "", "b"], SecretStr("k"), "", 7)
    assert [each.model_name for each in first] == ["a", "b"]  # type: ignore[attr-defined]
    assert isinstance(last, Planner)
    assert all(each.max_retries == 0 for each in first)  # type: ignore[attr-defined]
    assert all(each.stream_chunk_timeout == 7 for each in first)  # type: ignore[attr-defined]


async def test_what_a_call_took_stands_in_its_event_and_in_the_books(stage: Stage) -> None:
    terms = Terms(Purse(Prices(PRICES)))
    agent, shopper = stage.hire("fake-1", terms=terms), await stage.open("de")
    first = await stage.play(agent, shopper, [Text("Hallo")], [HELLO])
    prompts = list(first.prompts)
    second = await stage.play(agent, shopper, [Text("Socken")], [Say(calls=[("show_cart", {})]), HELLO])
    assert [each.input_tokens for each in replied(first)] == prompts
    assert [each.input_tokens for each in replied(second)] == second.prompts
    assert replied(second)[1].cached_tokens > 0.5 * second.prompts[1], "the beginning was in the provider's cache"
    for each in (*replied(first), *replied(second)):
        fresh = each.input_tokens - each.cached_tokens
        exact = fresh * Decimal("0.25") + each.cached_tokens * Decimal("0.025") + each.output_tokens * 2
        assert abs(each.cost - exact) <= Decimal("0.5")
        assert each.cost > 0
    every = [*replied(first), *replied(second)]
    assert await spent(stage, shopper) == Spent(
        3, sum(each.input_tokens for each in every), sum(each.output_tokens for each in every),
        sum(each.cost for each in every),
    )  # fmt: skip


async def test_a_server_that_says_nothing_of_usage_is_counted_by_us(stage: Stage) -> None:
    agent, shopper = stage.hire("fake-1"), await stage.open("de")
    played = await stage.play(agent, shopper, [Text("Hallo")], [replace(HELLO, usage=False)])
    (reply,) = replied(played)
    assert abs(reply.input_tokens - played.prompts[0]) < 0.1 * played.prompts[0]
    assert 0 < reply.output_tokens < 20


async def test_what_was_of_no_use_is_paid_too_and_a_refusal_is_not(stage: Stage) -> None:
    agent, shopper = stage.hire("fake-1"), await stage.open("de")
    await stage.play(agent, shopper, [Text("Hallo")], [Say("halb", finish="length")])
    assert (await spent(stage, shopper)).calls == 1
    assert (await spent(stage, shopper)).input_tokens > 1_000
    await stage.play(agent, shopper, [Text("Hallo")], [Say(status=500)] * 3)
    assert (await spent(stage, shopper)).calls == 1


async def test_at_the_cap_the_planner_goes_on_and_says_so_once(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    terms = Terms(Purse(caps=Caps(conversation=Cap(tokens=1_000))))
    agent, shopper = stage.hire("fake-1", terms=terms), await stage.open("de")
    notice = say("goes-on-simpler", "de")
    before = await stage.play(agent, shopper, [Text("Hallo")], [HELLO])
    assert before.text.startswith("Hallo! Was suchst du?")
    first = await stage.play(agent, shopper, [Text("Zeig mir Laufsocken")], [HELLO])
    assert first.asked == []
    assert first.text.startswith(notice)
    assert "cards" in [part.type for part in first.sent.parts]
    second = await stage.play(agent, shopper, [Text("Und einen Helm?")], [HELLO])
    assert second.asked == []
    assert notice not in second.text
    assert (await spent(stage, shopper)).calls == 1
    assert "the cap of conversation:" in caplog.text


async def test_the_shops_cap_holds_while_many_talk_at_once(stage: Stage) -> None:
    async with stage.app.db.read() as tx:
        day = spending.day(tx.now, Purse().zone)
        before = (await spending.read(tx, day, ["shop"]))["shop"]
    most = before.tokens + 12_000
    terms = Terms(Purse(caps=Caps(shop=Cap(tokens=most))))
    agent = stage.hire("fake-1", terms=terms)
    opened = [await stage.open("de") for _ in range(6)]
    stage.fake.play(*[replace(HELLO, stall_first=0.2)] * 12)

    async def talk(shopper: Shopper) -> None:
        await stage.turn(agent, shopper, [Text("Hallo")])
        await stage.turn(agent, shopper, [Text("Und noch etwas")])

    await asyncio.gather(*(talk(shopper) for shopper in opened))
    async with stage.app.db.read() as tx:
        after = (await spending.read(tx, day, ["shop"]))["shop"]
        stored = [each for shopper in opened for each in await log.read(tx, shopper.conversation_id)]
    calls = [each.data for each in stored if isinstance(each.data, ModelReplied)]
    largest = max(each.input_tokens + each.output_tokens for each in calls)
    assert most <= after.tokens <= most + largest
    assert {each.model for each in calls} == {"fake-1", "planner"}
    assert all(each.text for each in calls)


async def test_who_is_down_is_left_alone_until_a_probe_finds_it_up(stage: Stage) -> None:
    at = 0.0
    agent, shopper = stage.hire("fake-1"), await stage.open("de")
    agent.terms.breakers.now = lambda: at
    state = agent.terms.breakers.state
    broken = [Say(status=500)] * 9
    asked = [len((await stage.play(agent, shopper, [Text("Hallo")], broken)).asked) for _ in range(3)]
    assert asked == [3, 2, 0]
    assert state(agent.chain[0]) == "open"
    at = 31.0
    assert state(agent.chain[0]) == "half-open"
    assert len((await stage.play(agent, shopper, [Text("Hallo")], broken)).asked) == 1
    assert state(agent.chain[0]) == "open"
    at = 62.0
    assert (await stage.play(agent, shopper, [Text("Hallo")], [HELLO])).text == HELLO.text
    assert state(agent.chain[0]) == "closed"


async def test_a_turn_ends_in_its_time_however_slow_the_models_are(stage: Stage) -> None:
    terms = Terms(limits=Limits(seconds=2.5))
    agent = stage.hire("fake-1", "fake-2", "fake-3", terms=terms, timeout=1.0)
    started = time.monotonic()
    played = await stage.play(agent, await stage.open("de"), [Text("Laufsocken")], [replace(HELLO, stall_first=9)] * 3)
    assert time.monotonic() - started < 8
    assert len(played.asked) <= 3
    assert replied(played)[-1].model == "planner"
    assert "cards" in [part.type for part in played.sent.parts]


async def test_the_wait_that_a_server_asks_for_is_kept(stage: Stage) -> None:
    started = time.monotonic()
    busy = Say(status=429, code="rate_limit_exceeded", retry_after="0.6")
    played = await stage.play(stage.hire("fake-1"), await stage.open("de"), [Text("Hallo")], [busy, HELLO])
    assert time.monotonic() - started >= 0.6
    assert played.text == HELLO.text


async def test_history_is_halved_when_the_server_has_less_room(stage: Stage) -> None:
    agent, shopper = stage.hire("fake-1"), await stage.open("de")
    for number in range(4):
        await stage.play(agent, shopper, [Text(f"Frage {number} " + "und noch mehr " * 30)], [HELLO])
    full = Say(status=400, code="context_length_exceeded", message="This model's maximum context length is 4096 tokens")
    played = await stage.play(agent, shopper, [Text("Und jetzt?")], [full, HELLO])
    assert played.text == HELLO.text
    before, after = (len(request["messages"]) for request in played.asked)
    assert after < before
    assert played.asked[1]["messages"][0] == played.asked[0]["messages"][0], "the rules stay whole"
    assert played.asked[1]["messages"][-1]["content"] == "Und jetzt?"


async def test_a_claim_that_nothing_bears_out_is_mended_once_by_the_model(stage: Stage) -> None:
    agent, shopper = stage.hire("fake-1"), await stage.open("de")
    lie, still = Say("Das kostet 3,99 €. Welche Größe?"), Say("Das kostet 4,99 €. Welche Größe?")
    mended = await stage.play(agent, shopper, [Text("Hallo")], [lie, HELLO])
    assert mended.text == HELLO.text
    assert mended.sent.repaired == ("Das kostet 3,99 €.",)
    assert [each.text.strip() for each in replied(mended)] == [lie.text, HELLO.text]
    assert mended.asked[1]["tool_choice"] == "none"
    assert "3,99" in mended.asked[1]["messages"][-1]["content"]
    stubborn = await stage.play(agent, shopper, [Text("Hallo")], [lie, still, HELLO])
    assert len(stubborn.asked) == 2
    assert "99" not in stubborn.text
    dead = await stage.play(agent, shopper, [Text("Hallo")], [lie, Say(status=500)])
    assert "99" not in dead.text
    assert "Welche Größe?" in dead.text


async def test_a_turn_that_dies_after_it_was_mended_goes_on_with_the_mended_words(stage: Stage) -> None:
    agent, shopper, app = stage.hire("fake-1"), await stage.open("de"), stage.app
    stage.fake.play(Say("Das kostet 3,99 €. Welche Größe?"), HELLO)
    async with app.db.write() as tx:
        await turns.receive(tx, shopper, (Text("Hallo"),), "m1")
    turn = await turns.claim(app.db, app.bus, shopper.conversation_id)
    assert turn is not None
    await agent(turn)  # dies before its answer is stored
    await turns._release(turn, timedelta())
    assert await turns.respond(app.db, app.bus, shopper.conversation_id, agent, app.taps)
    async with app.db.read() as tx:
        stored = await log.read(tx, shopper.conversation_id)
    (sent,) = [each.data for each in stored if isinstance(each.data, MessageSent)]
    assert [part.text for part in sent.parts if isinstance(part, Text)] == [HELLO.text]
    assert len(stage.fake.requests) == 2


@pytest.mark.parametrize("garbled", ['{"variant_id": "v1", "quantity": 1', '{"variant_id": "v1"}}', "quantity=2", "[1"])
async def test_arguments_that_are_cut_off_are_not_mended(stage: Stage, garbled: str) -> None:
    """Of "quantity: 12" a 1 may have come."""
    agent, shopper = stage.hire("fake-1"), await stage.open("de")
    played = await stage.play(agent, shopper, [Text("Nimm zwölf")], [Say(calls=[("set_cart_quantity", garbled)])])
    assert "set_cart_quantity:ok" not in played.trace
    assert replied(played)[-1].model == "planner"
    assert len(played.asked) == 1


async def test_a_secret_is_in_no_event_and_no_log(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    refused = Say(status=401, code="invalid_api_key", message="Incorrect API key provided: sk-test. Find yours at ...")
    shopper = await stage.open("de")
    await stage.play(stage.hire("fake-1"), shopper, [Text("Hallo")], [refused])
    async with stage.app.db.read() as tx:
        stored: list[Any] = await log.read(tx, shopper.conversation_id)
    assert "sk-test" not in str(stored) + caplog.text
