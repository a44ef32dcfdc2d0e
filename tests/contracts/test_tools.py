"""What every tool keeps to; a new file in `agent/tools/` is picked up here by itself."""

import ast
import inspect
import re
from importlib.resources import files
from types import ModuleType

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message
from langchain_core.tools import BaseTool

from tresen.agent import tools
from tresen.kit.plugins import modules
from tresen.kit.words import locales, say

MODULES = {module.__name__.rpartition(".")[2]: module for module in modules(tools)}
WRITERS = ("set_quantity", "ask_for_human", "append", "send", "view_product", "give_feedback", "take_over", "hand_back",
           "send_code", "prove", "change", "remember", "quote", "offer_address", "offer_cancel", "offer_return",
           "notify_when_back", "dispute", "forget")  # fmt: skip


@pytest.fixture(params=MODULES)
def module(request: pytest.FixtureRequest) -> ModuleType:
    return MODULES[request.param]


@pytest.fixture
def tool(module: ModuleType) -> BaseTool:
    (found,) = [value for value in vars(module).values() if isinstance(value, BaseTool)]
    return found


def test_there_are_the_tools_of_a_shop() -> None:
    assert set(MODULES) >= {
        "find_products", "get_product", "set_cart_quantity", "show_cart", "search_policies", "ask_for_human",
    }  # fmt: skip


def test_the_files_name_is_the_tools_name(module: ModuleType, tool: BaseTool) -> None:
    assert module.__name__.endswith(f".{tool.name}")


def test_the_effect_is_declared_and_true(module: ModuleType, tool: BaseTool) -> None:
    """`read` tools run in a transaction that is never committed: a write in one would be lost without a word."""
    effect = (tool.extras or {}).get("effect")
    assert effect in ("read", "write")
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call)
    }
    assert bool(called & set(WRITERS)) == (effect == "write")


def test_the_model_is_told_what_it_does_and_every_argument(tool: BaseTool) -> None:
    assert 20 <= len(tool.description) <= 400
    assert "Args:" not in tool.description, "the docstring was not parsed"
    schema = tool.tool_call_schema.model_json_schema()  # type: ignore[union-attr]
    for name, field in schema.get("properties", {}).items():
        assert field.get("description"), f"{tool.name}.{name}"
    assert "runtime" not in schema.get("properties", {}), "the model must not choose whom it serves"


def test_the_answer_has_text_for_the_model_and_parts_for_the_shopper(tool: BaseTool) -> None:
    assert tool.response_format == "content_and_artifact"


@pytest.mark.parametrize("locale", sorted(locales()))
def test_the_shopper_reads_what_goes_on(tool: BaseTool, locale: str) -> None:
    own = FluentParser().parse((files("tresen") / "words" / locale / "agent.ftl").read_text("utf-8"))
    assert f"tool-{tool.name}" in {entry.id.name for entry in own.body if isinstance(entry, Message)}
    label = say(f"tool-{tool.name}", locale)
    assert len(label) <= 60
    assert not re.search(r"[_{}]", label)
