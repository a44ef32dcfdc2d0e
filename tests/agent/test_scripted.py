"""Scripted conversations over a loopback model server: whatever the server or the model does, the shopper gets a
defined answer, traced to the shop. scripted.toml is the table: each fault, and what the shopper sees.
"""

import asyncio
import json
import re
import shutil
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from scripting import Played, Reader, Stage, script, table
from serving import listening, serving
from sqlalchemy import func, select

from tresen.agent import tongue
from tresen.agent.history.fitting import MOST_PROMPT
from tresen.agent.models import faults
from tresen.bootstrap import bootstrap
from tresen.conversation import log, spending
from tresen.conversation.events import HistorySummarised, ModelReplied, ToolReturned, TurnFailed
from tresen.conversation.parts import Text
from tresen.conversation.shoppers import Shopper
from tresen.counter import cart as carts
from tresen.settings import Settings
from tresen.shop.sales import order

TABLE = table(Path(__file__).with_name("scripted.toml"))
PRICE = re.compile(r"\d+[.,]\d\d(?=\s?€)|(?<=€)\d+[.,]\d\d")
SYSTEM: dict[str, set[str]] = {}  # by locale, what each request began with
CALLS: list[int] = []  # of the model, in each turn that needed it
PROMPTS: list[int] = []


@pytest.fixture(scope="module")
async def stage(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    home = tmp_path_factory.mktemp("scripted")
    for name in ("tresen.db", "tresen.toml"):
        shutil.copy(demo_home / name, home / name)
    fake = Reader()
    app = bootstrap(Settings(home=home, database_url="", encoder="none", model=""))
    async with serving(fake.app) as base:
        yield Stage(app, fake, f"{base}/v1")
    await app.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "FIRST_PAUSE", 0.01)


@pytest.mark.parametrize("told", TABLE, ids=[each["name"] for each in TABLE])
async def test_the_shopper_gets_a_defined_answer(stage: Stage, told: dict[str, Any]) -> None:
    gone = told.get("server") == "gone"
    agent = stage.hire(*told.get("models", ["fake-1"]), base_url=nobody() if gone else "")
    shopper = await stage.open(told["locale"])
    for turn in told["turn"]:
        says = [(await stage.offered(shopper)).action] if turn.get("tap") else [Text(each) for each in turn["says"]]
        async with listened(stage, shopper) as hints:
            async with asyncio.timeout(turn.get("within", 30)):
                played = await stage.play(agent, shopper, says, script(turn["model"]))
        is_answered(played, turn, told)
        is_recorded(played, turn)
        is_bounded(stage, played, told["locale"])
        assert not turn.get("reset") or "text.reset" in hints
        await changed_what_it_should(stage, shopper, turn)
    await is_grounded(stage, shopper, played)


def is_answered(played: Played, turn: dict[str, Any], told: dict[str, Any]) -> None:
    """One message, whole, in the shopper's language, with what was asked for and nothing that was made up."""
    said = played.sent
    assert said.parts
    assert played.said.strip()
    assert turn.get("text", "") in played.text
    for planted in turn.get("never", []):
        assert planted not in played.said
    assert len(said.repaired) == turn.get("repaired", len(said.repaired))
    assert said.sender == ("system" if turn.get("by") == "system" else "agent")
    if "parts" in turn:
        shown = [part.type for part in said.parts]  # what one could ask next may stand below any answer
        assert [each for each in shown if each != "choices" or each in turn["parts"]] == turn["parts"]
    language = turn.get("language", told["locale"])
    assert played.locale == language
    other = "en" if language == "de" else "de"
    if len(played.text.split()) > 6:
        assert tongue.spoken(played.text, ("de", "en"), language) != other, played.text


def is_recorded(played: Played, turn: dict[str, Any]) -> None:
    """The log says who answered, what tools returned, and what it took."""
    assert not [each for each in played.events if isinstance(each.data, TurnFailed)]
    replied = [each.data for each in played.events if isinstance(each.data, ModelReplied)]
    if "trace" in turn:
        assert played.trace == turn["trace"]
    if turn.get("by") == "planner":
        assert replied[-1].model == "planner"
    elif turn.get("by") not in ("code", "system"):
        assert replied[-1].model.startswith("fake-")
    for reply in replied:
        assert reply.input_tokens > 0 or reply.model == "planner"
    if "asked" in turn:
        assert len(played.asked) == turn["asked"]
    if "refused" in turn:
        returned = [each.data for each in played.events if isinstance(each.data, ToolReturned)]
        assert [each.status for each in returned].count("refused") == turn["refused"]


def is_bounded(stage: Stage, played: Played, locale: str) -> None:
    """Prompts are small, begin the same, and are such that a real server takes them."""
    assert stage.fake.refused == []
    assert all(size <= MOST_PROMPT for size in played.prompts)
    PROMPTS.extend(played.prompts)
    if played.asked:
        CALLS.append(len(played.asked))
    for request in played.asked:
        begins = json.dumps([request["tools"], request["messages"][0]], ensure_ascii=False)
        spoken = re.search(r"^Locale: (\w+)", request["messages"][0]["content"], re.M)
        SYSTEM.setdefault(spoken[1] if spoken else locale, set()).add(begins)


async def is_grounded(stage: Stage, shopper: Shopper, played: Played) -> None:
    """No price is said that no tool of this conversation returned and the shopper did not say."""
    async with stage.app.db.read() as tx:
        stored = await log.read(tx, shopper.conversation_id)
    known = json.dumps([str(each.data) for each in stored if isinstance(each.data, ToolReturned)])
    plain = known.replace(",", ".")
    assert [price for price in PRICE.findall(played.text) if price.replace(",", ".") not in plain] == []


async def changed_what_it_should(stage: Stage, shopper: Shopper, turn: dict[str, Any]) -> None:
    async with stage.app.db.read() as tx:
        if "cart" in turn:
            assert (await carts.show_cart(tx, stage.app.till.house, shopper)).count == turn["cart"]
        if "orders" in turn:
            mine = select(func.count()).where(order.c.shopper_id == shopper.id)
            assert await tx.scalar(mine) == turn["orders"]


@asynccontextmanager
async def listened(stage: Stage, shopper: Shopper) -> AsyncIterator[list[str]]:
    """The live hints of a turn, by name."""
    heard: list[str] = []

    async def listen() -> None:
        async with stage.app.bus.subscribe(log.topic(shopper.conversation_id)) as news:
            while True:
                hint = await news.next(0.5)
                heard.append(str((hint or {}).get("event", "")))

    listening_to = asyncio.create_task(listen())
    await asyncio.sleep(0)
    yield heard
    await asyncio.sleep(0)
    listening_to.cancel()


def nobody() -> str:
    """An address where nobody listens."""
    with listening() as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


async def test_the_table_names_what_the_shopper_sees() -> None:
    assert len(TABLE) >= 60
    assert {each["locale"] for each in TABLE} == {"de", "en"}
    broken = [each for each in TABLE if each.get("fault")]
    assert len(broken) >= 40
    assert all(each["sees"] for each in broken)


async def test_prompts_begin_the_same_in_each_conversation() -> None:
    """System message and tools, byte by byte: the provider's cache knows them. Runs after the conversations."""
    if len(CALLS) < len(TABLE):
        pytest.skip("the conversations did not run before")
    assert {locale: len(begun) for locale, begun in SYSTEM.items()} == {"de": 1, "en": 1}
    assert statistics.median(CALLS) <= 3
    assert max(PROMPTS) <= MOST_PROMPT


async def test_a_conversation_of_five_hundred_messages_stays_small(stage: Stage) -> None:
    """The prompt keeps its bound, it is summed up on the way, and the second one is still the second one."""
    agent, shopper = stage.hire("fake-1"), await stage.open("de")
    asks = script([{"calls": [["find_products", {"query": "Laufsocken"}]]}, {"text": "Diese vier gibt es."}])
    first = await stage.play(agent, shopper, [Text("Laufsocken bitte")], asks)
    second = json.loads(next(each.data.text for each in first.events if isinstance(each.data, ToolReturned)))
    tell = [f"Erzähl mir etwas vom Laufen, Nummer {n}, " + "gern ausführlich " * (n % 9) for n in range(248)]
    for start in range(0, len(tell), 16):
        await stage.pretend(shopper, tell[start : start + 15], "Laufen tut gut, auch im Winter.")
        words = tell[min(start + 15, len(tell) - 1)]
        played = await stage.play(agent, shopper, [Text(words)], script([{"text": "Laufen tut gut, auch im Winter."}]))
        assert max(played.prompts) <= MOST_PROMPT
    asks = script([{"calls": [["get_product", {"product_id": "${products.1.id}"}]]}, {"text": "${title}."}])
    last = await stage.play(agent, shopper, [Text("Und wie ist das zweite?")], asks)
    assert last.text.startswith(second["products"][1]["title"])
    async with stage.app.db.read() as tx:
        stored = await log.read(tx, shopper.conversation_id)
        today = spending.day(tx.now, agent.terms.purse.zone)
        spent = (await spending.read(tx, today, [spending.whom(shopper)[0]]))[spending.whom(shopper)[0]]
    made = [each.data for each in stored if isinstance(each.data, HistorySummarised)]
    assert 5 < len(made) < 30
    assert second["products"][1]["title"] in made[-1].text
    replied = [each.data for each in stored if isinstance(each.data, ModelReplied) and each.data.model]
    assert spent.calls == len(replied) + len(made)
    assert len(stored) > 750
    assert stage.fake.refused == []
