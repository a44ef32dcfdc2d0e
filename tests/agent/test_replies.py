"""What a model says is made fit for the log, the tools and the next provider, or another model answers."""

import math
from typing import Any

import pytest
from langchain.agents.middleware import ModelResponse
from langchain_core.messages import AIMessage
from langchain_core.messages.tool import tool_call
from langchain_core.tools import tool

from tresen.agent.models import replies
from tresen.agent.models.replies import Incomplete, complaint, whole


def said(text: str = "", *calls: tuple[str, dict[str, Any], str | None], reason: str = "stop") -> ModelResponse[Any]:
    made = [tool_call(name=name, args=args, id=call_id) for name, args, call_id in calls]
    return ModelResponse(result=[AIMessage(text, tool_calls=made, response_metadata={"finish_reason": reason})])


def test_a_call_gets_an_id_of_its_own_where_the_server_gave_none_or_one_twice() -> None:
    message = said(
        "", *[("show_cart", {}, call_id) for call_id in ("call_0", "call_0", "", None, "x" * 99, "a\x00", "b")]
    )
    ids = [call["id"] for call in whole(message, True, {"b"}).tool_calls]
    assert ids[0] == "call_0"
    assert len(set(ids)) == 7
    assert "b" not in ids
    assert all(replies.NAME.fullmatch(str(each)) for each in ids)


def test_arguments_become_what_every_database_takes() -> None:
    odd = {"a\x00": "x\x00y", "b": ["\ud800z", math.nan, {"c": -math.inf}], "d": 10**300}
    (call,) = whole(said("", ("drop\x00", odd, "1")), True, ()).tool_calls
    assert call["args"] == {"a": "xy", "b": ["z", None, {"c": None}], "d": 10**300}
    assert call["name"] == replies.NO_NAME
    assert whole(said("Ha\x00llo \ud800"), True, ()).text == "Hallo "


@pytest.mark.parametrize(
    ("message", "may_call"),
    [
        (said("", *[("show_cart", {}, str(n)) for n in range(replies.MOST_CALLS + 1)]), True),
        (said("", ("show_cart", {"x": "A" * 100_000}, "1")), True),
        (said("A" * 100_000), True),
        (said("", ("show_cart", {}, "1")), False),
        (said("  "), True),
        (said("halb", reason="length"), True),
    ],
    ids=["too many calls", "long arguments", "long text", "call without tools", "nothing", "cut off"],
)
def test_what_is_no_answer_goes_to_the_next_model(message: ModelResponse[Any], may_call: bool) -> None:
    with pytest.raises(Incomplete):
        whole(message, may_call, ())


@tool
def pick(quantity: int, note: str = "") -> str:
    """Pick."""
    return ""


def test_wrong_arguments_are_told_in_words_and_not_sent_back() -> None:
    told = complaint("pick", pick, {"quantity": "viele" + "A" * 10_000, "note": 3})
    assert told["refused"] == "bad_arguments"
    assert told["say"].startswith("quantity: ")
    assert told["say"].endswith(".")
    assert len(told["say"]) < 400
    assert complaint("drop_prices", None, {})["refused"] == "unknown_tool"
