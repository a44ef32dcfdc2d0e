"""The planner as a chat model: streaming, determinism, budgets, and nothing that makes it raise."""

import functools
import json
import operator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from little_shop import NAMES, Chat, running_shop

from tresen.agent.planner.decide import Calls, decide, read
from tresen.agent.planner.model import Planner

ARGUMENTS = {
    "find_products": {"query", "category", "brand", "color", "size", "sort", "limit", "in_stock"}
    | {"price_max", "price_min", "rating_min", "attributes", "exclude"},
    "get_product": {"product_id"},
    "set_cart_quantity": {"variant_id", "quantity"},
    "show_cart": set(),
    "search_policies": {"query"},
    "ask_for_human": {"reason", "department", "brief"},
    "quote_checkout": {"name", "street", "postal_code", "city", "country", "email", "shipping", "payment"},
    "apply_code": {"code", "remove"},
    "track_order": {"order_number"},
    "cancel_order": {"order_number"},
    "change_order": {"order_number", "name", "street", "postal_code", "city", "country", "payment"},
    "request_return": {"order_number", "items", "kind"},
    "start_withdrawal": {"order_number"},
    "dispute_invoice": {"order_number", "objection"},
    "prove_identity": {"email", "order_number", "code"},
    "suggest_additions": {"product_id"},
    "save_for_later": {"variant_id", "bring_back"},
    "notify_when_back": {"variant_id"},
    "compare_products": {"product_ids"},
}
TEXTS = (
    "Laufsocken mit guter Bewertung",
    "wie lange ist Rückgabe und was ist im Warenkorb?",
    "hallo",
    "nimm die zweite",
)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("text", TEXTS)
async def test_the_stream_adds_up_to_the_whole_message(text: str) -> None:
    model = Planner().bind_tools(running_shop().tools())
    messages = [SystemMessage("Locale: de"), HumanMessage(text)]
    whole = await model.ainvoke(messages)
    chunks = [chunk async for chunk in model.astream(messages)]
    assert all(isinstance(chunk, AIMessageChunk) for chunk in chunks)
    total: Any = functools.reduce(operator.add, chunks)
    assert (total.text, total.tool_calls, total.usage_metadata) == (whole.text, whole.tool_calls, whole.usage_metadata)
    assert total.response_metadata["finish_reason"] == ("tool_calls" if whole.tool_calls else "stop")
    last: Any = chunks[-1]
    assert last.chunk_position == "last"
    assert all(len(chunk.text) < 40 for chunk in chunks)


def test_the_same_messages_bring_the_same_answer() -> None:
    model = Planner().bind_tools(running_shop().tools())
    messages: list[BaseMessage] = [SystemMessage("Locale: en"), HumanMessage("running socks in blue")]
    first, second = model.invoke(messages), model.invoke(messages)
    assert (first.text, first.tool_calls) == (second.text, second.tool_calls)


async def test_it_drives_a_langchain_agent() -> None:
    @tool
    def search_policies(query: str) -> str:
        """Look up the shop's rules."""
        passage = {"title": "Returns", "heading": "Period", "text": "You have 30 days to return.", "locale": "en"}
        return json.dumps({"found": True, "passages": [passage]})

    agent: Any = create_agent(Planner(), [search_policies], system_prompt="Locale: en")
    result = await agent.ainvoke({"messages": [HumanMessage("how do returns work?")]})
    assert result["messages"][-1].text == "You have 30 days to return. (Source: Returns – Period)"


def test_without_tools_it_answers_in_words() -> None:
    chat = Chat(running_shop())
    chat.say("Laufsocken")
    for text in ("nimm die erste", "was kostet der Versand?", "Mensch bitte", "zeig den Warenkorb", "Laufschuhe"):
        reply = Planner().invoke([*chat.messages, HumanMessage(text)])
        assert reply.text and not reply.tool_calls


def test_with_the_budget_used_up_it_answers_from_what_it_has() -> None:
    chat = Chat(running_shop())
    chat.say("Laufsocken mit guter Bewertung")
    assert "Merino" in Planner().invoke(chat.messages[:-1]).text


def test_a_turn_never_makes_the_same_call_twice_nor_more_than_four_rounds() -> None:
    messages: list[BaseMessage] = [SystemMessage("Locale: de"), HumanMessage("nimm alles aus dem Warenkorb raus")]
    model, seen = Planner().bind_tools(running_shop().tools()), []
    for _ in range(8):
        reply = model.invoke(messages)
        messages.append(reply)
        if not reply.tool_calls:
            break
        for call in reply.tool_calls:
            seen.append(json.dumps([call["name"], call["args"]]))
            messages.append(ToolMessage("{}", tool_call_id=call["id"]))
    assert not reply.tool_calls and len(seen) == len(set(seen)) and len(messages) <= 2 + 2 * 4 + 1


def test_notes_of_the_page_say_what_is_looked_at() -> None:
    note = HumanMessage("The shopper looks at the page of Merino (product sock1)", name="shop")
    reply = Planner().bind_tools(running_shop().tools()).invoke([note, HumanMessage("ist das wasserdicht?")])
    assert [call["args"] for call in reply.tool_calls] == [{"product_id": "sock1"}]


def _valid(messages: list[BaseMessage]) -> None:
    step = decide(read(messages, running_shop().tools()))
    if not isinstance(step, Calls):
        assert step.text.strip()
        return
    for call in step.calls:
        assert call.name in NAMES and set(call.args) <= ARGUMENTS[call.name]
        json.dumps(call.args)
        if call.name == "set_cart_quantity":
            assert isinstance(call.args["quantity"], int) and call.args["quantity"] >= 0 and call.args["variant_id"]


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
KEYS = st.sampled_from(
    """products outcome id title options variants stock price cart items total quantity variant_id found passages text
    heading rating ratings attributes details reviews stars goes_well_with refused left relaxed unknown nearest_price n
    color missing shipping payments label key name chosen offered button orders number state returnable position proven
    suggestions reason tell fields""".split()  # noqa: SIM905
)
GARBAGE = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=8), max_leaves=25
)
SAYINGS = st.sampled_from(
    [
        "Laufsocken",
        "nimm die erste in blau, zwei Paar",
        "ist das wasserdicht?",
        "Warenkorb",
        "leer den Warenkorb",
        "noch eins",
        "what is the return policy?",
        "more",
        "cheaper",
        "ich habe eine Allergie, geht die zweite?",
        "ja",
        "39-42",
        "zur Kasse",
        "Erika Muster, Hauptstr. 5, 10115 Berlin, erika@post.example",
        "wo ist meine Bestellung KK-2026-1311?",
        "ich will die Socken zurückgeben",
        "123456",
        "sag Bescheid, wenn es wieder da ist",
        "der Code ist HALLO10",
    ]
)


@SETTINGS
@given(st.lists(st.text(max_size=200), min_size=1, max_size=3))
def test_any_text_gets_an_answer(texts: list[str]) -> None:
    messages: list[BaseMessage] = []
    for text in texts:
        messages += [AIMessage("Aha."), HumanMessage(text)]
    _valid(messages)


@SETTINGS
@given(st.lists(st.tuples(SAYINGS, GARBAGE, GARBAGE), min_size=1, max_size=4), st.booleans())
def test_any_tool_result_gets_an_answer(turns: list[tuple[str, Any, Any]], cut: bool) -> None:
    messages: list[BaseMessage] = []
    for text, *results in turns:
        messages.append(HumanMessage(text))
        for result in results:
            step = decide(read(messages, running_shop().tools()))
            for place, call in enumerate(step.calls if isinstance(step, Calls) else ()):
                content = json.dumps(result)[: 40 if cut else None]
                made = {"name": call.name, "args": call.args, "id": f"{len(messages)}-{place}"}
                messages += [AIMessage("", tool_calls=[made]), ToolMessage(content, tool_call_id=made["id"])]
            _valid(messages)
        messages.append(AIMessage("So."))
    _valid([*messages, HumanMessage("nimm die erste")])
