"""What Tresen adds to a model: to the first word, and per turn, beside a bare loop over the OpenAI client.

Run: python bench/agent.py. Everything runs in one process against one loopback server that streams without thinking,
side by side in one run; compare the ratios, not the milliseconds: a real model takes a hundred times longer.

- raw stream: the provider's stream read with the OpenAI client, one call, the same prompt and tools.
- bare loop: the least that could be an agent: call, run the tool against the same shop, call again. No log, no
  grounding, no budgets, no fallback.
- tresen: a message received, a turn claimed, answered and stored, as the worker does it.

The second table are prompt tokens per call over the scripted conversations, as the server counts them.
"""

import asyncio
import json
import logging
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT)]

ROUNDS = 25
OPENING = "Gern, dafür gibt es bei uns etwas, und es passt sicher gut zu dir und zu deinem Vorhaben."
QUESTION = "Zeig mir Laufsocken"
SEARCH = ("find_products", {"query": "Laufsocken"})


@dataclass
class Times:
    """Milliseconds of one turn: to the first word, and to the end."""

    first: float
    whole: float


class Bench:
    """A shop, a model server, and three ways to an answer."""

    def __init__(self, stage: Any, base_url: str) -> None:
        from openai import AsyncOpenAI

        self.stage, self.agent = stage, stage.hire("fake-1")
        self.client = AsyncOpenAI(api_key="none", base_url=base_url, max_retries=0)
        self.prompt: dict[str, Any] = {}

    async def raw(self) -> Times:
        """One call with the prompt that Tresen sent."""
        self.stage.fake.play(self._words())
        started = time.perf_counter()
        first, _ = await self._call(self.prompt["messages"], started)
        return Times(first, _since(started))

    async def bare(self) -> Times:
        """Two calls and one search."""
        self.stage.fake.play(self._search(), self._words())
        started = time.perf_counter()
        messages = list(self.prompt["messages"])
        _, reply = await self._call(messages, started)
        for call in reply["tool_calls"]:
            found = await self._find(json.loads(call["function"]["arguments"])["query"])
            messages += [reply, {"role": "tool", "tool_call_id": call["id"], "content": found}]
        first, _ = await self._call(messages, started)
        return Times(first, _since(started))

    async def ours(self) -> Times:
        """The whole way, from the shopper's message to the stored answer, with one search."""
        return await self._turn([self._search(), self._words()])

    async def ours_without_tools(self) -> Times:
        return await self._turn([self._words()])

    async def _turn(self, lines: list[Any]) -> Times:
        from tresen.conversation import log
        from tresen.conversation.parts import Text

        stage = self.stage
        shopper = await stage.open("de")
        stage.fake.play(*lines)
        first: list[float] = []
        async with stage.app.bus.subscribe(log.topic(shopper.conversation_id)) as news:
            started = time.perf_counter()
            turn = asyncio.create_task(stage.turn(self.agent, shopper, [Text(QUESTION)]))
            while not turn.done():
                hint = await news.next(0.05)
                if hint and hint.get("event") == "text.delta" and not first:
                    first.append(_since(started))
        self.prompt = stage.fake.requests[0]
        whole = _since(started)
        return Times(first[0] if first else whole, whole)

    async def _call(self, messages: list[Any], started: float) -> tuple[float, dict[str, Any]]:
        """When the first words came, and the message."""
        first, text, calls = 0.0, "", {}
        options = {"include_usage": True}
        stream: Any = await self.client.chat.completions.create(
            model="fake-1", messages=messages, tools=self.prompt["tools"], stream=True, stream_options=options
        )  # type: ignore[call-overload]
        async for chunk in stream:
            for choice in chunk.choices:
                first = first or (_since(started) if choice.delta.content else 0.0)
                text += choice.delta.content or ""
                for piece in choice.delta.tool_calls or []:
                    empty = {"id": piece.id, "type": "function", "function": {"name": "", "arguments": ""}}
                    call = calls.setdefault(piece.index, empty)
                    call["function"]["name"] += piece.function.name or ""
                    call["function"]["arguments"] += piece.function.arguments or ""
        return first, {"role": "assistant", "content": text or None, "tool_calls": list(calls.values())}

    async def _find(self, text: str) -> str:
        from tresen.agent.answers import shelf_facts
        from tresen.counter import find
        from tresen.retrieval.query import Query

        app = self.stage.app
        async with app.db.read() as tx:
            shelf = await find.find_products(tx, app.retrieval, Query(text=text, locale="de", limit=4))
        return json.dumps(shelf_facts(shelf, "de"), ensure_ascii=False)

    @staticmethod
    def _words() -> Any:
        from fake_openai import Say

        return Say(OPENING)

    @staticmethod
    def _search() -> Any:
        from fake_openai import Say

        return Say(calls=[SEARCH])


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1_000


async def measured(way: Callable[[], Awaitable[Times]]) -> Times:
    """Medians, warm."""
    for _ in range(3):
        await way()
    times = [await way() for _ in range(ROUNDS)]
    return Times(statistics.median(each.first for each in times), statistics.median(each.whole for each in times))


async def prompts(stage: Any) -> tuple[list[int], list[int]]:
    """(tokens of each prompt, calls of each turn) over the scripted conversations that go well."""
    from scripting import script, table

    from tresen.conversation.parts import Text

    sizes, calls = [], []
    for told in table(ROOT / "tests" / "agent" / "scripted.toml"):
        if told.get("fault"):
            continue
        agent, shopper = stage.hire("fake-1"), await stage.open(told["locale"])
        for turn in told["turn"]:
            says = [(await stage.offered(shopper)).action] if turn.get("tap") else [Text(each) for each in turn["says"]]
            played = await stage.play(agent, shopper, says, script(turn["model"]))
            sizes += played.prompts
            calls += [len(played.asked)] if played.asked else []
    return sizes, calls


async def run(home: Path) -> None:
    from scripting import Reader, Stage
    from serving import serving

    import catalog_ingest.demo
    from catalog_ingest.progress import Silent
    from tresen.bootstrap import bootstrap
    from tresen.settings import Settings

    shutil.copy(catalog_ingest.demo.FOLDER / "tresen.toml", home)
    app, fake = bootstrap(Settings(home=home, database_url="", encoder="none", model="")), Reader()
    await app.start()
    await catalog_ingest.demo.load(app.db, app.retrieval, home, Silent())
    async with serving(fake.app) as base:
        bench = Bench(Stage(app, fake, f"{base}/v1"), f"{base}/v1")
        plain = await measured(bench.ours_without_tools)
        raw = await measured(bench.raw)
        ours = await measured(bench.ours)
        bare = await measured(bench.bare)
        sizes, calls = await prompts(bench.stage)
        await bench.client.close()
    await app.close()
    show("first word, one call: raw stream", raw.first, plain.first)
    show("first word, one search: bare loop", bare.first, ours.first)
    show("whole turn, one call: raw stream", raw.whole, plain.whole)
    show("whole turn, one search: bare loop", bare.whole, ours.whole)
    print(f"prompt tokens over {len(sizes)} calls: median {statistics.median(sizes):.0f}, max {max(sizes)}")  # noqa: T201
    print(f"calls of the model per turn: median {statistics.median(calls):.0f}, max {max(calls)}")  # noqa: T201


def show(what: str, theirs: float, ours: float) -> None:
    print(f"{what:36}{theirs:10.1f} ms{ours:10.1f} ms with tresen{ours / theirs:8.2f}x, {ours - theirs:+.1f} ms")  # noqa: T201


def main() -> None:
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


if __name__ == "__main__":
    main()
