"""The agent: LangChain's `create_agent` as a responder over the log."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, SystemMessage
from langchain_core.tools import BaseTool, StructuredTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.graph.state import CompiledStateGraph

from tresen.agent import grounding, history, prompts, tongue, tools
from tresen.agent.context import Run, ShopperContext
from tresen.agent.recorder import Recorder
from tresen.conversation.events import MessageReceived, ModelReplied
from tresen.conversation.forms import text_of
from tresen.conversation.parts import (
    Card,
    Cards,
    CartSummary,
    Choices,
    Comparison,
    Confirmation,
    Link,
    OrderStatus,
    Part,
    Sources,
    Text,
)
from tresen.conversation.turn import Reply, Turn
from tresen.counter.till import Till
from tresen.kit.plugins import discover
from tresen.kit.words import say
from tresen.retrieval import tokens
from tresen.retrieval.facets import Facet, Facets
from tresen.retrieval.search import Retrieval
from tresen.shop.catalog import pick

RECURSION_LIMIT = 40
MOST_CARDS = 8
MOST_ATTRIBUTES = 12  # named in the tool's description, each with so many values as examples
MOST_VALUES = 4  # if these are all; else so many as an example
EXAMPLES = 2
MOST_NAMES = 60  # categories, and brands
MOST_TOKENS = 800  # of the whole tool: it is sent with every call of the model
_ROOM = (
    *((most, MOST_NAMES) for most in range(MOST_ATTRIBUTES, 2, -1)),
    (3, 40),
    (3, 25),
    (3, 15),
    (2, 8),
    (1, 4),
    (0, 0),
)


class Agent:
    """Answers a turn with a model chain that ends in the planner."""

    def __init__(self, chain: Sequence[BaseChatModel], till: Till, retrieval: Retrieval, home: Path) -> None:
        self.chain = chain
        self._till = till
        self._house = till.house
        self._retrieval = retrieval
        self._home = home
        self._tools: list[BaseTool] = list(discover(tools, StructuredTool).values())
        self._graph: CompiledStateGraph[Any, ShopperContext, Any, Any] | None = None
        self._catalog = ""

    async def __call__(self, turn: Turn) -> Reply | None:
        """Answer the turn; None when a hand-over has ended it."""
        await self._listen(turn)
        graph = await self._graph_of_today()
        replays = [d for stored in turn.events if isinstance(d := stored.data, ModelReplied) and d.turn == turn.id]
        run = Run(turn, list(replays), facts=_own_words(turn))
        context = ShopperContext(turn.shopper, self._till, self._retrieval, run)
        await turn.live("text.reset" if replays else "typing", who="agent")
        text = await self._stream(graph, [self._system(turn), *history.messages(turn)], context)
        return None if run.ended else _reply(text, run)

    async def _listen(self, turn: Turn) -> None:
        """Speak the language that the shopper writes, cards and all, from this turn on."""
        said, known = " ".join(_own_words(turn)), turn.shopper.locale
        language = await asyncio.to_thread(tongue.spoken, said, self._house.locales, known)
        if language != known:
            await turn.speak(language)

    async def _stream(
        self,
        graph: CompiledStateGraph[Any, ShopperContext, Any, Any],
        messages: list[AnyMessage],
        context: ShopperContext,
    ) -> str:
        """Run the graph, stream what is safe to say, and return the last message's text."""
        run, final = context.run, ""
        gate, current = grounding.Gate(run.facts), None
        async for part in graph.astream(
            {"messages": messages},
            config={"recursion_limit": RECURSION_LIMIT},
            context=context,
            stream_mode=["messages", "updates"],
            version="v2",
        ):
            data: Any = part["data"]
            if part["type"] == "updates":
                for message in (data.get("model") or {}).get("messages", []):
                    final = message.text if isinstance(message, AIMessage) else final
                continue
            chunk, metadata = data
            if not isinstance(chunk, AIMessageChunk) or metadata.get("langgraph_node") != "model":
                continue
            if chunk.id != current:
                current = chunk.id
                gate.reset()
            if ready := gate.feed(chunk.text):
                await run.turn.live("text.delta", text=ready)
        return final

    def _system(self, turn: Turn) -> SystemMessage:
        locale = turn.shopper.locale
        house = self._house
        hours = [
            (each.name, ", ".join(each.days), f"{each.opens:%H:%M}-{each.closes:%H:%M}") for each in house.departments
        ]
        return SystemMessage(prompts.render("agent", self._home, house=house, departments=hours, locale=locale))

    async def _graph_of_today(self) -> CompiledStateGraph[Any, ShopperContext, Any, Any]:
        """The compiled agent; built again only when the catalog's categories or brands have changed."""
        overview = await self._overview()
        if self._graph is None or overview != self._catalog:
            described = [
                _with_catalog(each, overview) if each.name == "find_products" else each for each in self._tools
            ]
            self._graph = create_agent(
                self.chain[-1], described, middleware=[Recorder(self.chain)], context_schema=ShopperContext
            )
            self._catalog = overview
        return self._graph

    async def _overview(self) -> str:
        """What the catalog holds, most common first, in as many words as the tool's budget has room for."""
        facets, tool = (
            await self._retrieval.facets(),
            next(each for each in self._tools if each.name == "find_products"),
        )
        for attributes, names in _ROOM:
            told = prompts.render("catalog", self._home, **_named(facets, attributes, names))
            if _tokens(_with_catalog(tool, told)) <= MOST_TOKENS:
                break
        return told


def _named(facets: Facets, attributes: int, names: int) -> dict[str, Any]:
    """Categories below their broad ones, brands, attributes with examples, and those that are yes or no."""
    common = sorted(facets.options.items(), key=lambda option: -sum(facet.count for facet in option[1]))
    named = {key: [_both(facet) for facet in found] for key, found in common}
    flags = [key for key, values in named.items() if values == ["true"]]
    return {
        "categories": _tree(facets.categories, names),
        "brands": [facet.key for facet in facets.brands[:names]],
        "options": [(key, _examples(values)) for key, values in named.items() if key not in flags][:attributes],
        "flags": flags[: min(names, MOST_ATTRIBUTES)],
    }


def _tree(found: Sequence[Facet], most: int) -> list[tuple[str, list[str]]]:
    """Each broad category with the names of those in it; one that holds no others stands alone."""
    kept = {facet.key: facet for facet in sorted(found, key=lambda facet: -facet.count)[:most]}
    below: dict[str, list[str]] = {facet.parent: [] for facet in kept.values() if facet.parent}
    for facet in kept.values():
        if facet.parent:
            below[facet.parent].append(_both(facet))
    return [(_both(facet), below.get(key, [])) for key, facet in kept.items() if not facet.parent or key in below]


def _examples(values: list[str]) -> list[str]:
    return values if len(values) <= MOST_VALUES else values[:EXAMPLES]


def _tokens(tool: BaseTool) -> int:
    return tokens.count(json.dumps(convert_to_openai_tool(tool), ensure_ascii=False, separators=(",", ":")))


def _both(facet: Facet) -> str:
    """`Damen|women`, or one word where both languages say the same; without the marks that part such names."""
    labels = (pick(facet.labels, locale) for locale in ("de", "en"))
    told = {label.casefold(): label.replace("|", "/").replace(";", ",") for label in labels}
    return "|".join(told.values())


def _with_catalog(tool: BaseTool, overview: str) -> BaseTool:
    return tool.model_copy(update={"description": f"{tool.description}\n\n{overview}"})


def _own_words(turn: Turn) -> list[str]:
    """What the shopper said may be said back: a budget is not an invented price."""
    received = [stored.data for stored in turn.unanswered() if isinstance(stored.data, MessageReceived)]
    return [text_of(message.parts, turn.shopper.locale) for message in received]


def _reply(text: str, run: Run) -> Reply:
    locale = run.turn.shopper.locale
    checked = grounding.check(text, run.facts)
    parts = _gathered(run.parts)
    said = checked.text or say("claims-removed" if checked.withheld else "nothing-said", locale)
    return Reply((Text(said), *parts), checked.withheld)


def _gathered(parts: list[Part]) -> list[Part]:
    """One set of cards without doubles, the newest cart, offer, order, choices and link, all sources."""
    cards: dict[str, Card] = {}
    for part in parts:
        if isinstance(part, Cards):
            cards |= {card.product_id: card for card in part.cards}
    compared, offers, carts = _last(parts, Comparison), _last(parts, Confirmation), _last(parts, CartSummary)
    shown: list[Part] = [*compared, *(offers or [*carts, *_last(parts, OrderStatus)])]
    if cards and not shown:
        shown.append(Cards(tuple(cards.values())[:MOST_CARDS]))
    if not offers:
        shown.extend([*_last(parts, Choices), *_last(parts, Link)])
    sources = dict.fromkeys(source for part in parts if isinstance(part, Sources) for source in part.sources)
    return [*shown, *([Sources(tuple(sources))] if sources else [])]


def _last(parts: list[Part], kind: type[Part]) -> list[Part]:
    return [part for part in parts if isinstance(part, kind)][-1:]
