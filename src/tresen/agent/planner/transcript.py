"""Splits the messages of a conversation into turns: what the shopper wrote, and what tools returned to it."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from tresen.agent.planner.results import load

_LOCALE = re.compile(r"^\s*Locale:\s*([A-Za-z]{2})\b", re.M)
_DETAILS = re.compile(r"\[show_product ([^\]\s]{1,80})\]")  # "Details" on a card, as the history words it
_TAP = re.compile(r"\s*\[[a-z_]+(?: [^\]\s]{1,80})?\]")
_DEPARTMENT = re.compile(r"^- ([^:\n]{1,60}):", re.M)
TAPPED = "The tap was done:"  # the note on a button that code has carried out
SHOP = "shop"  # the name on notes that come from the shop's pages, not from the shopper
LONGEST = 2000  # letters of one turn that are read


@dataclass(frozen=True)
class Call:
    """A tool call; two with the same name and arguments are the same call."""

    name: str
    args: dict[str, Any] = field(hash=False)

    @property
    def key(self) -> str:
        return f"{self.name} {json.dumps(self.args, sort_keys=True, ensure_ascii=False, default=str)}"


@dataclass(frozen=True)
class Result:
    """What a call returned. `ok` is False for a refusal, a failure, or a call that cannot be made any more."""

    call: Call
    data: dict[str, Any]
    ok: bool = True


@dataclass(frozen=True)
class Turn:
    """`text` is what the shopper wrote, `notes` what the shop's pages reported, `rounds` the messages with calls."""

    text: str = ""
    notes: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    rounds: int = 0
    tapped: str = ""  # the product whose details were asked for with a button


def page_locale(messages: Sequence[BaseMessage]) -> str:
    """The language of the shop's page, as the system message tells it."""
    told = [
        found[1]
        for message in messages
        if isinstance(message, SystemMessage)
        if (found := _LOCALE.search(message.text))
    ]
    return told[-1].lower() if told else "en"


def departments(messages: Sequence[BaseMessage]) -> tuple[str, ...]:
    """The names under "People of the shop" in the system message."""
    said = "\n".join(message.text for message in messages if isinstance(message, SystemMessage))
    listed = said.partition("People of the shop")[2].partition("Locale:")[0]
    return tuple(name.strip() for name in _DEPARTMENT.findall(listed))


def turns(messages: Sequence[BaseMessage]) -> list[Turn]:
    """The turns in order; the last one is the one to answer."""
    groups: list[list[BaseMessage]] = [[]]
    for message in messages:
        if isinstance(message, HumanMessage) and any(not isinstance(each, HumanMessage) for each in groups[-1]):
            groups.append([])
        if not isinstance(message, SystemMessage):
            groups[-1].append(message)
    return [_turn(group) for group in groups]


def _turn(group: list[BaseMessage]) -> Turn:
    human = [message for message in group if isinstance(message, HumanMessage)]
    calls = [message for message in group if isinstance(message, AIMessage) and message.tool_calls]
    returned = {message.tool_call_id: message for message in group if isinstance(message, ToolMessage)}
    results = tuple(
        _result(Call(call["name"], dict(call["args"])), returned[call["id"] or ""])
        for message in calls
        for call in message.tool_calls
        if (call["id"] or "") in returned
    )
    notes = tuple(message.text for message in human if message.name == SHOP)
    done = any(note.startswith(TAPPED) for note in notes)
    wrote = [message for message in human if message.name != SHOP and not (done and _TAP.search(message.text))]
    said = "\n".join(_TAP.sub("", message.text) for message in wrote)
    tapped = [found for message in human for found in _DETAILS.findall(message.text)]
    return Turn(said.strip()[:LONGEST], notes, results, len(calls), tapped[-1] if tapped else "")


def _result(call: Call, message: ToolMessage) -> Result:
    data = load(message.text)
    ok = message.status != "error" and bool(data) and not {"refused", "failed"} & data.keys()
    return Result(call, data, ok)
