"""A prompt cut to its budget: what is old goes first, what this turn asks and found goes last."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from tresen.agent.history.view import SHOP, SUMMARY
from tresen.retrieval import tokens

MOST_PROMPT = 6_000  # tokens of one call: system, tools and messages
PER_MESSAGE = 4  # tokens that a message takes beside its text
SHOWN = ("n", "id", "title", "price")  # what a later "the second one" needs of a product
CLIPS = ((400, 12), (160, 8), (80, 5), (40, 3))  # letters of a text and items of a list in a tool's result
SHORTEST = 40  # letters that are left of a text at least
GAP = " […] "


def cost(messages: Sequence[AnyMessage]) -> int:
    """Tokens of messages as they are sent."""
    return sum(_cost(message) for message in messages)


def of_tools(tools: Sequence[BaseTool | dict[str, Any]]) -> int:
    """Tokens of tools as they are sent; it takes milliseconds, and a compiled agent's tools stay the same."""
    made = [tool if isinstance(tool, dict) else convert_to_openai_tool(tool) for tool in tools]
    return tokens.count(json.dumps(made, ensure_ascii=False, separators=(",", ":")))


def fit(messages: Sequence[AnyMessage], room: int) -> list[AnyMessage]:
    """The messages within `room` tokens; those of the system are kept whole.

    Results of earlier turns are told in short, then the oldest exchanges go (a summary stays), then the results of
    this turn are shortened, then the words of the shopper.
    """
    head = [message for message in messages if isinstance(message, SystemMessage)]
    room -= cost(head)
    first, *later = _groups([message for message in messages if not isinstance(message, SystemMessage)])
    summary, older = ([first], later) if later and _is_summary(first) else ([], [first, *later])
    *older, now = older
    older = [slim(group) for group in older]
    spent = cost(now) + sum(cost(group) for group in (*summary, *older))
    while older and spent > room:
        spent -= cost(older.pop(0))
    if spent > room and summary:
        spent -= cost(summary.pop())
    if spent > room:
        now = _shortened(now, room)
    return [*head, *(message for group in (*summary, *older, now) for message in group)]


def halved(messages: Sequence[AnyMessage]) -> list[AnyMessage]:
    """With half of what was said, for a server that has less room than we think."""
    rules = cost([message for message in messages if isinstance(message, SystemMessage)])
    return fit(messages, rules + (cost(messages) - rules) // 2)


def slim(group: Sequence[AnyMessage]) -> list[AnyMessage]:
    """An earlier exchange: of what tools returned, what a later turn may need."""
    return [_slim(message) if isinstance(message, ToolMessage) else message for message in group]


def clipped(value: Any, letters: int, items: int) -> Any:
    """JSON data with long texts and lists cut."""
    match value:
        case str():
            return value if len(value) <= letters else value[:letters].rstrip() + "…"
        case list():
            return [clipped(each, letters, items) for each in value[:items]]
        case dict():
            return {key: clipped(each, letters, items) for key, each in value.items()}
        case _:
            return value


def _groups(messages: Sequence[AnyMessage]) -> list[list[AnyMessage]]:
    """Exchanges, each from the shopper's words on; a call is never parted from its result."""
    groups: list[list[AnyMessage]] = [[]]
    for message in messages:
        answered = any(not isinstance(each, HumanMessage) for each in groups[-1])
        if isinstance(message, HumanMessage) and answered:
            groups.append([])
        groups[-1].append(message)
    return groups


def _is_summary(group: list[AnyMessage]) -> bool:
    return group[0].name == SHOP and group[0].text.startswith(SUMMARY)


def _slim(message: ToolMessage) -> ToolMessage:
    found = _data(message)
    products = found.get("products")
    if isinstance(products, list):
        kept = [{key: each[key] for key in SHOWN if key in each} for each in products if isinstance(each, dict)]
        return _with(message, {"products": kept})
    return _with(message, clipped(found, *CLIPS[1])) if found else message


def _shortened(now: list[AnyMessage], room: int) -> list[AnyMessage]:
    """This turn's own messages: its results shorter and shorter, then the longest words."""
    for letters, items in CLIPS:
        if cost(now) <= room:
            return now
        now = [_clip(message, letters, items) if isinstance(message, ToolMessage) else message for message in now]
    for _ in range(len(now)):
        if (over := cost(now) - room) <= 0:
            break
        longest = max(range(len(now)), key=lambda place: _cost(now[place]))
        now = [_cut(each, over) if place == longest else each for place, each in enumerate(now)]
    return now


def _clip(message: ToolMessage, letters: int, items: int) -> ToolMessage:
    found = _data(message)
    return _with(message, clipped(found, letters, items)) if found else message


def _cut(message: AnyMessage, over: int) -> AnyMessage:
    """Without so many tokens of its middle."""
    text = message.text
    share = max(0.0, 1 - (over + PER_MESSAGE) / max(1, tokens.count(text)))
    kept = max(SHORTEST, int(len(text) * share)) // 2
    return message.model_copy(update={"content": text[:kept] + GAP + text[-kept:]}) if 2 * kept < len(text) else message


def _data(message: ToolMessage) -> dict[str, Any]:
    try:
        found = json.loads(message.text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _with(message: ToolMessage, data: Any) -> ToolMessage:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return message.model_copy(update={"content": text}) if len(text) < len(message.text) else message


def _cost(message: AnyMessage) -> int:
    return tokens.count(message.text) + sum(tokens.count(each) for each in _called(message)) + PER_MESSAGE


def _called(message: AnyMessage) -> Iterator[str]:
    if isinstance(message, AIMessage):
        for call in message.tool_calls:
            yield f"{call['id']} {call['name']} {json.dumps(call['args'], ensure_ascii=False)}"
