"""The command line as a person meets it: quick help, plain failures with a next step, and no secret on the screen."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Tresen, commands

from tresen import __version__

HEAVY = (
    "langchain", "langchain_core", "langgraph", "chromadb", "openai", "fastapi", "sqlalchemy", "numpy", "telegram",
)  # fmt: skip
COMMANDS = (
    "demo",
    "init",
    "ingest",
    "search",
    "chat",
    "serve",
    "worker",
    "eval",
    "doctor",
    "orders",
    "operators",
    "db",
)
SECRET = "hunter2-hunter2"


@pytest.fixture
def tresen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tresen:
    return commands(tmp_path, monkeypatch, capsys)


def test_help_is_quick_and_light() -> None:
    code = f"""
import sys
sys.argv = ["tresen", "--help"]
from tresen.cli import main
try:
    main()
finally:
    print("LOADED", *sorted({{name.split(".")[0] for name in sys.modules}} & set({HEAVY!r})), file=sys.stderr)
"""
    subprocess.run([sys.executable, "-c", "import typer"], check=True)  # bytecode and page cache are not our subject
    used = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert done.stderr.split() == ["LOADED"]
    assert min(used) < 0.5
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout


@pytest.mark.parametrize(
    "args",
    [["--nonsense"], ["nonsense"], ["search"], ["search", "x", "--limit", "0"], ["serve", "--port", "many"],
     ["operators"], ["operators", "fire", "anna"], ["orders"], ["ingest"], ["init"], ["db", "downgrade"]],
    ids=" ".join,
)  # fmt: skip
def test_misuse_ends_with_2_and_how_to_use_it(tresen: Tresen, tmp_path: Path, args: list[str]) -> None:
    done = tresen(*args)
    assert done.code == 2
    assert "Usage:" in done.said
    assert "Traceback" not in done.err
    assert not list(tmp_path.iterdir())


def test_a_shop_from_nothing(tresen: Tresen, tmp_path: Path) -> None:
    """init, doctor, db upgrade, operators add, ingest, search: each says what comes next, all end well."""
    home = tmp_path / "my shop"
    made = tresen("init", str(home), "--name", 'Anna "A" & Söhne')
    assert made.code == 0
    assert f"export TRESEN_HOME='{home}'" in made.out, "to be pasted into a shell as it stands"
    assert "Anna 'A' & Söhne" in (home / "tresen.toml").read_text("utf-8")
    again = tresen("init", str(home))
    assert again.code == 1
    assert "exists already" in again.err and "Next:" in again.err

    sick = tresen("doctor", home=home)
    assert sick.code == 1
    assert "tresen operators add" in sick.out and "tresen db upgrade" in sick.out

    assert tresen("db", "upgrade", home=home).code == 0
    assert "up to date" in tresen("db", "upgrade", home=home).out
    added = tresen("operators", "add", "anna", "--name", "Anna", "--password", SECRET, home=home)
    assert added.code == 0 and "/inbox" in added.out
    twice = tresen("operators", "add", "anna", "--name", "Anna", "--password", SECRET, home=home)
    assert twice.code == 1 and "anna" in twice.err
    weak = tresen("operators", "add", "ben", "--name", "Ben", "--password", "short", home=home)
    assert weak.code == 1 and "at least 10" in weak.err
    for done in (added, twice, weak):
        assert SECRET not in done.said and "short" not in done.said

    feed = tmp_path / "feed.jsonl"
    row = {"id": "h1", "title": {"de": "Helm Kiesel", "en": "Helmet Kiesel"}, "price": "89.00", "brand": "Kiesel",
           "category": ["Helme"], "description": {"de": "Leicht."}, "stock": 3}  # fmt: skip
    feed.write_text(json.dumps(row) + "\n" + json.dumps(row | {"id": "h2", "price": "free"}) + "\n", "utf-8")
    read = tresen("ingest", str(feed), home=home)
    assert read.code == 0, read.said
    found = tresen("search", "Helm", "--json", home=home)
    assert found.code == 0
    told = json.loads(found.out)
    assert told["outcome"] == "found"
    assert [hit["card"]["title"] for hit in told["hits"]] == ["Helm Kiesel"]
    assert "89,00" in tresen("search", "Helm", home=home).out
    well = tresen("doctor", home=home)
    assert well.code == 0, well.out


def test_search_in_an_empty_shop_is_no_failure(tresen: Tresen) -> None:
    done = tresen("search", "Socken", "--json")
    assert done.code == 0
    assert json.loads(done.out)["hits"] == []


def test_a_feed_that_is_not_there_is_a_plain_failure(tresen: Tresen, tmp_path: Path) -> None:
    done = tresen("ingest", str(tmp_path / "nowhere.jsonl"))
    assert done.code in (1, 2)
    assert "nowhere.jsonl" in done.err and "Traceback" not in done.err


@pytest.mark.parametrize(
    "args", [["db", "upgrade"], ["search", "x"], ["operators", "add", "a", "--name", "A", "--password", SECRET]]
)
def test_an_unreachable_database_is_a_plain_failure_without_its_password(tresen: Tresen, args: list[str]) -> None:
    done = tresen(*args, TRESEN_DATABASE_URL=f"postgresql://shop:{SECRET}@127.0.0.1:9/shop")
    assert done.code == 1
    assert "Traceback" not in done.err
    assert "Error:" in done.err and "Next:" in done.err
    assert SECRET not in done.said


def test_the_doctor_names_what_is_wrong_and_no_secret(tresen: Tresen) -> None:
    keys = {"OPENAI_API_KEY": f"sk-{SECRET}", "TRESEN_MODEL": "gpt-x", "TELEGRAM_BOT_TOKEN": f"12345:{SECRET}"}
    done = tresen("doctor", TRESEN_DATABASE_URL=f"postgresql://shop:{SECRET}@127.0.0.1:9/shop", **keys)
    assert done.code == 1
    assert "TRESEN_DATABASE_URL" in done.out
    assert "Traceback" not in done.err
    assert SECRET not in done.said


@pytest.mark.parametrize(
    ("env", "toml"),
    [({"TRESEN_PORT": "many"}, ""), ({}, "[shop\nname = 1"), ({}, '[shop]\nlocales = "de"\nopens = 7\ncurrency = 3\n')],
    ids=["port", "broken", "wrong"],
)
def test_a_wrong_setting_is_named(tresen: Tresen, tmp_path: Path, env: dict[str, str], toml: str) -> None:
    if toml:
        (tmp_path / "tresen.toml").write_text(toml)
    done = tresen("search", "x", OPENAI_API_KEY=f"sk-{SECRET}", **env)
    assert done.code == 1
    assert "Traceback" not in done.err
    assert "Error:" in done.err and "Next:" in done.err
    assert ("TRESEN_PORT" in done.err) if env else ("tresen.toml" in done.err)
    assert SECRET not in done.said


def test_half_a_channel_is_named(tresen: Tresen) -> None:
    done = tresen("db", "upgrade", WHATSAPP_ACCESS_TOKEN=SECRET)
    assert done.code == 1
    assert "WHATSAPP_APP_SECRET" in done.err
    assert SECRET not in done.said


def test_the_version_is_the_packages() -> None:
    assert __version__.count(".") == 2
