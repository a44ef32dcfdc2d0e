"""What shoppers write, and which tool the planner calls for it first: German and English as equals."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from little_shop import Chat, running_shop

SAID: dict[str, list[dict[str, Any]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _rows(part: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", SAID[part], ids=[row["text"] for row in SAID[part]])


def _picked(args: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    return {key: args.get(key, "(absent)") for key in expected}


@_rows("find")
def test_finds_what_is_asked_for(row: dict[str, Any]) -> None:
    chat = Chat(running_shop())
    chat.say(row["text"])
    name, args = chat.calls[0]
    assert name == "find_products"
    assert _picked(args, row["args"]) == row["args"], args


@_rows("first")
def test_calls_the_tool_that_answers(row: dict[str, Any]) -> None:
    chat = Chat(running_shop())
    chat.say(row["text"])
    assert (chat.named or ["none"])[0] == row["tool"]


@_rows("after_socks")
def test_goes_by_what_was_shown(row: dict[str, Any]) -> None:
    chat = Chat(running_shop())
    chat.say("Zeig mir Laufsocken")
    chat.say(row["text"])
    name, args = chat.calls[0] if chat.calls else ("none", {})
    assert (name, _picked(args, row["args"])) == (row["tool"], row["args"])


@_rows("free")
def test_understands_wishes_in_free_words(row: dict[str, Any]) -> None:
    chat = Chat(running_shop())
    chat.say(row["text"])
    assert chat.named == ["find_products"]
    args = chat.calls[0][1]
    assert _picked(args, row["args"]) == row["args"], args


@_rows("one_thing")
def test_words_left_over_beside_a_wish_are_no_search(row: dict[str, Any]) -> None:
    chat = Chat(running_shop())
    chat.say("Zeig mir Laufsocken")
    chat.say(row["text"])
    name, args = chat.calls[0] if chat.calls else ("none", {})
    assert (name, _picked(args, row["args"])) == (row["tool"], row["args"])
    assert "find_products" not in chat.named


def test_there_are_enough_of_them() -> None:
    assert sum(len(rows) for rows in SAID.values()) >= 80
