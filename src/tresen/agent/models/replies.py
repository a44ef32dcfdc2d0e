"""What a model says, before it counts: whole, bounded, and such that every database and provider can take it back."""

import json
import math
import re
from collections.abc import Collection
from typing import Any

from langchain.agents.middleware import ModelResponse
from langchain_core.messages import AIMessage
from langchain_core.messages.tool import ToolCall
from langchain_core.tools import BaseTool
from pydantic import ValidationError

from tresen.kit.ids import row_id

LONGEST_TEXT = 16_000  # characters; the longest answer that a shopper could want to read
LONGEST_ARGS = 20_000  # characters as JSON; a shopper's own longest message fits
MOST_CALLS = 16  # at once
MOST_FAULTS = 3  # of the arguments of one call, told to the model
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what providers take for a tool's name and a call's id
NO_NAME = "unknown"

_UNPORTABLE = re.compile(r"[\x00\ud800-\udfff]")  # NUL and halves of a character: no database takes them


class Incomplete(Exception):
    """The model's message is no answer: cut off, filtered, empty, boundless, or garbled tool calls."""


def whole(response: ModelResponse[Any], may_call: bool, used: Collection[str]) -> AIMessage:
    """The model's message, fit to be stored, run and sent again.

    Args:
        may_call: whether it was offered any tools.
        used: the ids of this turn's earlier calls; some servers begin anew with each message.

    Raises:
        Incomplete: another model has to answer.
    """
    message = response.result[-1]
    if not isinstance(message, AIMessage):
        raise Incomplete(f"not a model's message: {type(message).__name__}")
    reason = message.response_metadata.get("finish_reason")
    if reason not in ("stop", "tool_calls", "completed"):
        raise Incomplete(f"finish reason {reason!r}")
    text = message.text
    if not message.tool_calls and (message.invalid_tool_calls or not text.strip()):
        raise Incomplete("no text and no usable tool call")
    if message.tool_calls and not may_call:
        raise Incomplete("a tool call where none was offered")
    if len(text) > LONGEST_TEXT or len(message.tool_calls) > MOST_CALLS:
        raise Incomplete(f"{len(text)} characters and {len(message.tool_calls)} tool calls")
    calls = _calls(message.tool_calls, set(used))
    said = {} if _UNPORTABLE.search(text) is None else {"content": _UNPORTABLE.sub("", text)}
    return message.model_copy(update={"tool_calls": calls, **said})


def complaint(name: str, tool: BaseTool | None, args: Any) -> dict[str, str]:
    """Why a call did not reach its tool, in words a model can use: nothing of it is sent back but what is wrong."""
    if tool is None:
        return {"refused": "unknown_tool", "say": f"There is no tool {name}. Use those you have, or answer in words."}
    try:
        tool.tool_call_schema.model_validate(args)  # type: ignore[union-attr]
    except ValidationError as error:
        faults = [f"{'.'.join(str(step)[:40] for step in each['loc'])}: {each['msg']}" for each in error.errors()]
        told = "; ".join(fault[:200] for fault in faults[:MOST_FAULTS])
        return {"refused": "bad_arguments", "say": f"{told}. Mend the arguments and call again."}
    return {"failed": name, "say": "This did not work. Say so, and offer a person."}


def _calls(calls: list[ToolCall], used: set[str]) -> list[ToolCall]:
    mended = []
    for call in calls:
        args = _portable(call["args"])
        if len(json.dumps(args)) > LONGEST_ARGS:
            raise Incomplete(f"arguments of more than {LONGEST_ARGS} characters")
        given = call["id"] or ""
        call_id = given if NAME.fullmatch(given) and given not in used else row_id()
        used.add(call_id)
        name = call["name"] if NAME.fullmatch(call["name"]) else NO_NAME
        mended.append(ToolCall(name=name, args=args, id=call_id, type="tool_call"))
    return mended


def _portable(value: Any) -> Any:
    """A value that JSON, as databases have it, can hold; what is no number is nothing."""
    match value:
        case str():
            return _UNPORTABLE.sub("", value)
        case float():
            return value if math.isfinite(value) else None
        case list():
            return [_portable(each) for each in value]
        case dict():
            return {_UNPORTABLE.sub("", str(key)): _portable(each) for key, each in value.items()}
        case _:
            return value
