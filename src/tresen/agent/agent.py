"""The agent: LangChain's `create_agent` as a responder over the log."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, HumanMessage, SystemMessage
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.graph.state import CompiledStateGraph

from tresen.agent import describing, history, known, mood, prompts, tongue, tools, vision
from tresen.agent.context import Run, ShopperContext
from tresen.agent.grounding.gate import Gate
from tresen.agent.history.summary import Summaries
from tresen.agent.models.terms import Terms
from tresen.agent.mood.candour import Candid
from tresen.agent.recorder import Recorder
from tresen.agent.stories import Stories
from tresen.agent.vision import Eyes
from tresen.agent.wording import Wording, said
from tresen.conversation import shoppers
from tresen.conversation.events import ModelReplied
from tresen.conversation.turn import Reply, Turn
from tresen.counter.till import Till
from tresen.kit.plugins import discover
from tresen.retrieval.facets import Facets
from tresen.retrieval.search import Retrieval

RECURSION_LIMIT = 40

Graph = CompiledStateGraph[Any, ShopperContext, Any, Any]


class Agent:
    """Answers a turn with a model chain that ends in the planner.

    `sight` is the model that looks at shoppers' pictures; without one they are asked what is on them.
    """

    def __init__(
        self, chain: Sequence[BaseChatModel], till: Till, retrieval: Retrieval, home: Path,
        terms: Terms | None = None, sight: BaseChatModel | None = None,
    ) -> None:  # fmt: skip
        self.chain = chain
        self.terms = terms or Terms()
        self.stories = Stories(chain, till.house, home, self.terms)
        self._eyes = Eyes(sight, retrieval, till.house, home, self.terms)
        self._summaries = Summaries(self.terms, home)
        self._wording = Wording(till.house)
        self._till = till
        self._house = till.house
        self._retrieval = retrieval
        self._home = home
        self._tools: list[BaseTool] = list(discover(tools, StructuredTool).values())
        self._graph: Graph | None = None
        self._catalog: Facets | None = None

    async def __call__(self, turn: Turn) -> Reply | None:
        """Answer the turn; None when a hand-over has ended it."""
        await self._listen(turn)
        felt = mood.read(turn)
        if felt.must_hand_over:
            await mood.hand_over(turn, self._house, felt)
            return None
        seen = await self._eyes.look(turn)
        if seen.parts and vision.only_pictures(turn):
            return Reply(seen.parts)
        async with turn.db.read() as tx:
            remembered = await known.known(tx, self._house, turn.shopper)
            channel = await shoppers.channel(tx, turn.shopper)
        replays = [d for stored in turn.events if isinstance(d := stored.data, ModelReplied) and d.turn == turn.id]
        run = Run(turn, list(replays), sheet=self._wording.sheet(turn, remembered), parts=list(seen.parts))
        context = ShopperContext(turn.shopper, self._till, self._retrieval, run, self.stories, channel)
        await turn.live("text.reset" if replays else "typing", who="agent")
        await self._summaries.keep(turn, self.chain)
        told = vision.with_pictures(history.messages(turn), seen, turn.shopper.locale)
        notes = [HumanMessage(note, name=history.SHOP) for note in (remembered, mood.advice(felt)) if note]
        text, held = await self._stream([self._system(turn, channel), *told, *notes], context)
        return None if run.ended else await self._wording.reply(text, run, held)

    async def _listen(self, turn: Turn) -> None:
        """Speak the language that the shopper writes, cards and all, from this turn on."""
        spoken, before = " ".join(said(turn)), turn.shopper.locale
        language = await asyncio.to_thread(tongue.spoken, spoken, self._house.locales, before)
        if language != before:
            await turn.speak(language)

    async def _stream(self, messages: list[AnyMessage], context: ShopperContext) -> tuple[str, list[str]]:
        """Run the graph, stream what is safe to say; returns the last message's text and what of it was held."""
        run, locale, final = context.run, context.shopper.locale, ""
        gate, candid, current = Gate(run.sheet, locale), Candid(locale), None
        async for part in (await self._graph_of_today()).astream(
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
                current, candid = chunk.id, Candid(locale)
                gate.reset()
            ready = chunk.text if run.budget.planned else candid.feed(gate.feed(chunk.text))
            if ready:
                await run.turn.live("text.delta", text=ready)
        if ready := candid.feed(gate.flush()):
            await run.turn.live("text.delta", text=ready)
        return final, gate.held

    def _system(self, turn: Turn, channel: str) -> SystemMessage:
        """The same for every conversation of a shop in one language on one channel, so that providers know it."""
        locale, house = turn.shopper.locale, self._house
        hours = [
            (each.name, ", ".join(each.days), f"{each.opens:%H:%M}-{each.closes:%H:%M}") for each in house.departments
        ]
        voice = house.voice.brief(locale, channel)
        text = prompts.render("agent", self._home, house=house, departments=hours, locale=locale, voice=voice)
        return SystemMessage(text)

    async def _graph_of_today(self) -> Graph:
        """The compiled agent; built again only when the catalog's categories or brands have changed."""
        facets = await self._retrieval.facets()
        if self._graph is None or facets != self._catalog:
            search = next(each for each in self._tools if each.name == "find_products")
            told = describing.with_overview(search, describing.overview(search, facets, self._home))
            described = [told if each is search else each for each in self._tools]
            self._graph = create_agent(
                self.chain[-1], described, middleware=[Recorder(self.chain, self.terms)], context_schema=ShopperContext
            )
            self._catalog = facets
        return self._graph
