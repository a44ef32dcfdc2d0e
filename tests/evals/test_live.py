"""`make test-live` against a loopback server: what it says, what it counts, what it writes; and without a key."""

import asyncio
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fake_openai import FakeOpenAI, Say
from serving import serving

from evals.board import Line, table
from tresen import live
from tresen.conversation.events import ModelReplied, Stored
from tresen.spent import Spent

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


class Chatty(FakeOpenAI):
    """Says the same for ever, or is out of order for ever."""

    def __init__(self, reply: Say) -> None:
        super().__init__()
        self.reply = reply

    def _next(self, body: dict[str, Any]) -> Say:
        return self.reply


@pytest.fixture
def model(request: pytest.FixtureRequest) -> Iterator[tuple[Chatty, str]]:
    """The server in a thread of its own: Inspect runs the event loop of this one."""
    server, ready, address = Chatty(request.param), threading.Event(), []
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with serving(server.app) as url:
            address.append(url)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(30)
    yield server, f"{address[0]}/v1"
    loop.call_soon_threadsafe(over.set)
    thread.join(30)


@pytest.fixture
def shop(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which the evals' demo shop is loaded already."""
    shutil.copytree(demo_home, tmp_path / "evals")
    monkeypatch.setenv("TRESEN_HOME", str(tmp_path))
    return tmp_path


def name_model(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    prices = '{"played": {"input": "2", "cached": "1", "output": "10"}}'
    names = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "k", "TRESEN_MODEL": "played", "TRESEN_MODEL_PRICES": prices}
    for name, value in names.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("model", [Say("Hallo, wonach suchst du?")], indirect=True)
def test_a_model_is_played_counted_and_shown(
    model: tuple[Chatty, str], shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server, url = model
    name_model(monkeypatch, url)
    readme = shop / "README.md"
    readme.write_text(f"before\n{live.BEGIN}\nold\n{live.END}\nafter\n", "utf-8")
    assert live.play(["find", "grounded"], 2, readme) == 0, capsys.readouterr()
    told, out = readme.read_text("utf-8"), capsys.readouterr().out
    assert told.startswith("before\n") and told.endswith(f"{live.END}\nafter\n") and "old" not in told
    assert "| find | 2 |" in told and "| grounded | 2 |" in told and "| find | 2 |" in out
    assert re.search(r"`played`, [0-9-]+: [1-9]\d* calls, [1-9][0-9,]* tokens read", told) and server.requests
    assert "OPENAI" not in told and url not in told


@pytest.mark.parametrize("model", [Say(status=401, code="invalid_api_key")], indirect=True)
def test_a_model_that_never_answers_is_no_result(
    model: tuple[Chatty, str], shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name_model(monkeypatch, model[1])
    readme = shop / "README.md"
    readme.write_text("untouched", "utf-8")
    assert live.play(["find"], 2, readme) == 1
    assert readme.read_text("utf-8") == "untouched"
    assert "never answered" in capsys.readouterr().err


@pytest.mark.parametrize("given", [{}, {"OPENAI_API_KEY": "k"}, {"TRESEN_MODEL": "m"}])
def test_without_a_key_or_a_model_it_says_so(given: dict[str, str], tmp_path: Path) -> None:
    run = [sys.executable, "-m", "tresen.live"]
    done = subprocess.run(run, capture_output=True, text=True, check=False, env={"TRESEN_HOME": str(tmp_path), **given})
    assert done.returncode == 2 and "OPENAI_API_KEY" in done.stderr and "TRESEN_MODEL" in done.stderr
    assert not done.stdout


def test_a_suite_that_does_not_exist_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name_model(monkeypatch, "http://127.0.0.1:9/v1")
    assert live.play(["fnid"], None, None) == 2
    assert "fnid" in capsys.readouterr().err


def test_the_readme_has_a_place_for_the_table() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert text.count(live.BEGIN) == text.count(live.END) == 1


def test_a_readme_without_a_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing", "utf-8")
    with pytest.raises(ValueError, match="README"):
        live.write(tmp_path / "README.md", "table")


def test_what_was_spent_is_summed_up_and_the_planner_is_free() -> None:
    spent = Spent()
    replies = [ModelReplied("t", "", (), "m", 1_000, 50, 800, 1_500_000), ModelReplied("t", "", (), "planner", 9, 9)]
    spent.add([Stored("c", at, NOW, each) for at, each in enumerate(replies)])
    assert (spent.calls, spent.planned, spent.input, spent.cached, spent.output) == (1, 1, 1_000, 800, 50)
    assert spent.money == Decimal("1.5") and "cost 1.50" in spent.told() and "stood in 1 times" in spent.told()
    assert "no price" in Spent(calls=1).told()


def test_the_table_says_what_was_broken_off() -> None:
    told = table(
        [Line("find", 30, 24, 0.8, True), Line("money", 3, 0, 0.0, False), Line("retrieval", 9, None, 0.5, True)]
    )
    assert "| find | 30 | 24 | 80% | 63% - 90% |" in told
    assert "money (broken off)" in told and "NDCG@10 0.500" in told
