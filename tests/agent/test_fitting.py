"""A prompt within its budget: what is old goes first, and a call never loses its result."""

import json
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage

from tresen.agent import history
from tresen.agent.history import fitting


def exchange(number: int, words: int = 30) -> list[AnyMessage]:
    found = {"products": [{"n": n, "id": f"p{n}", "title": "Socke", "price": "9 €", "more": "x " * 40} for n in (1, 2)]}
    call: Any = {"name": "find_products", "args": {}, "id": f"c{number}", "type": "tool_call"}
    return [
        HumanMessage(f"Frage {number} " + "Wort " * words),
        AIMessage("", tool_calls=[call]),
        ToolMessage(json.dumps(found), name="find_products", tool_call_id=f"c{number}"),
        AIMessage(f"Antwort {number}"),
    ]


def test_a_prompt_loses_its_oldest_exchanges_and_keeps_calls_with_their_results() -> None:
    messages = [message for number in range(20) for message in exchange(number)] + exchange(20)[:3]
    fitted = fitting.fit(messages, 900)
    assert fitting.cost(fitted) <= 900
    assert fitted[-3:] == messages[-3:], "this turn is whole"
    assert fitted[0].text.startswith("Frage ")
    open_calls: set[str] = set()
    for message in fitted:
        if isinstance(message, AIMessage):
            open_calls |= {str(call["id"]) for call in message.tool_calls}
        if isinstance(message, ToolMessage):
            open_calls.remove(message.tool_call_id)
    assert not open_calls


def test_a_summary_stays_while_exchanges_go() -> None:
    first = HumanMessage(f"{history.SUMMARY}\nSucht Socken.", name=history.SHOP)
    messages = [first, AIMessage("Gern."), *(each for number in range(20) for each in exchange(number))]
    fitted = fitting.fit([*messages, HumanMessage("und?")], 400)
    assert fitted[0] == first
    assert fitted[-1].text == "und?"
    assert fitting.cost(fitted) <= 400


def test_the_rules_are_never_cut() -> None:
    rules = SystemMessage("Regel. " * 300)
    messages = [rules, *(each for number in range(20) for each in exchange(number)), HumanMessage("und?")]
    for room in (2_000, 900, 10):
        fitted = fitting.fit(messages, room)
        assert (fitted[0], fitted[-1].text) == (rules, "und?")
    half = fitting.halved(messages)
    assert half[0] == rules
    assert 0.3 < (fitting.cost(half) - fitting.cost([rules])) / (fitting.cost(messages) - fitting.cost([rules])) <= 0.5


def test_what_this_turn_found_is_shortened_when_nothing_else_is_left() -> None:
    long = {"id": "p1", "title": "Socke", "price": "9 €", "description": "lang " * 2_000, "reviews": ["gut " * 90] * 40}
    call: Any = {"name": "get_product", "args": {}, "id": "c", "type": "tool_call"}
    messages: list[AnyMessage] = [
        HumanMessage("und?"),
        AIMessage("", tool_calls=[call]),
        ToolMessage(json.dumps(long), name="get_product", tool_call_id="c"),
    ]
    fitted = fitting.fit(messages, 300)
    assert fitting.cost(fitted) <= 300
    assert json.loads(fitted[2].text)["price"] == "9 €"


def test_the_longest_message_that_a_shopper_can_send_is_cut_in_its_middle() -> None:
    fitted = fitting.fit([HumanMessage("Anfang " + "🧦" * 4_000 + " Ende")], 1_000)
    assert fitting.cost(fitted) <= 1_000
    assert fitted[0].text.startswith("Anfang")
    assert fitted[0].text.endswith("Ende")
