"""The agent: LangChain's `create_agent` as a responder over the log."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, SystemMessage
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.graph.state import CompiledStateGraph

from tresen.agent import grounding, history, prompts, tongue, tools
from tresen.agent.context import Run, ShopperContext
from tresen.agent.recorder import Recorder
from tresen.conversation.events import MessageReceived, ModelReplied
from tresen.conversation.parts import Card, Cards, CartSummary, Part, Sources, Text, text_of
from tresen.conversation.turn import Reply, Turn
from tresen.kit.plugins import discover
from tresen.kit.words import say
from tresen.retrieval.facets import Facet
from tresen.retrieval.search import Retrieval
from tresen.shop.catalog import pick
from tresen.shop.house import House

RECURSION_LIMIT = 40
MOST_CARDS = 8
MOST_ATTRIBUTES = 12  # named in the tool's description, each with so many values as examples
MOST_VALUES = 4


class Agent:
    """Answers a turn with a model chain that ends in the planner."""

    def __init__(self, chain: Sequence[BaseChatModel], house: House, retrieval: Retrieval, home: Path) -> None:
        self.chain = chain
        self._house = house
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
        context = ShopperContext(turn.shopper, self._house, self._retrieval, run)
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
        facets = await self._retrieval.facets()
        categories = [
            " | ".join([facet.key, *(pick(facet.labels, locale) for locale in ("de", "en"))])
            for facet in facets.categories
        ]
        common = sorted(facets.options.items(), key=lambda option: -sum(facet.count for facet in option[1]))
        named = {key: [_both(facet) for facet in found] for key, found in common}
        flags = [key for key, values in named.items() if values == ["true"]]
        options = [(key, values[:MOST_VALUES]) for key, values in named.items() if key not in flags]
        values = {
            "categories": categories,
            "brands": [facet.key for facet in facets.brands],
            "options": options[:MOST_ATTRIBUTES],
            "flags": flags[:MOST_ATTRIBUTES],
        }
        return prompts.render("catalog", self._home, **values)


def _both(facet: Facet) -> str:
    """`Damen|women`, or one word where both languages say the same."""
    return "|".join(dict.fromkeys(pick(facet.labels, locale) for locale in ("de", "en")))


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
    """One set of cards without doubles, the newest state of the cart, all sources."""
    cards: dict[str, Card] = {}
    carts = [part for part in parts if isinstance(part, CartSummary)]
    sources = [source for part in parts if isinstance(part, Sources) for source in part.sources]
    for part in parts:
        if isinstance(part, Cards):
            cards |= {card.product_id: card for card in part.cards}
    shown: list[Part] = []
    if cards and not carts:
        shown.append(Cards(tuple(cards.values())[:MOST_CARDS]))
    shown.extend(carts[-1:])
    if sources:
        shown.append(Sources(tuple(dict.fromkeys(sources))))
    return shown
