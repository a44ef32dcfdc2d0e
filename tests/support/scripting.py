"""Plays scripted conversations: a shopper's words, what the model says to them, and what has to come of it."""

import json
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fake_openai import FakeOpenAI, Say
from pydantic import SecretStr
from sqlalchemy import select, update

from tresen.agent.agent import Agent
from tresen.agent.models import chain as models
from tresen.agent.models.terms import Terms
from tresen.bootstrap import Tresen
from tresen.conversation import log, shoppers, turns
from tresen.conversation.events import (
    MessageReceived,
    MessageSent,
    ModelReplied,
    Stored,
    ToolReturned,
    TurnStarted,
)
from tresen.conversation.forms import text_of
from tresen.conversation.parts import Confirmation, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.tables import conversation
from tresen.kit.ids import secret

BLANK = re.compile(r"\$\{([a-z0-9_.]+)\}")


class Reader(FakeOpenAI):
    """A model that reads: `${products.1.id}` in its script is looked up in the newest tool result that has it."""

    async def _stream(self, reply: Say, size: int, cached: int) -> Any:
        results = [_json(each["content"]) for each in self.requests[-1]["messages"] if each["role"] == "tool"]
        filled: Any = _filled({"text": reply.text, "calls": reply.calls}, results)
        async for line in super()._stream(
            replace(reply, text=filled["text"], calls=[tuple(each) for each in filled["calls"]]), size, cached
        ):
            yield line


@dataclass
class Played:
    """What became of one turn of the shopper's."""

    events: list[Stored]
    asked: list[dict[str, Any]]
    prompts: list[int]
    locale: str

    @property
    def sent(self) -> MessageSent:
        """The answer; there is one."""
        found = [each.data for each in self.events if isinstance(each.data, MessageSent)]
        assert len(found) == 1, [each.name for each in self.events]
        return found[0]

    @property
    def text(self) -> str:
        return _spaced(text_of(tuple(part for part in self.sent.parts if isinstance(part, Text)), self.locale))

    @property
    def said(self) -> str:
        """All that the shopper sees of the answer, cards and buttons too."""
        return _spaced(text_of(self.sent.parts, self.locale))

    @property
    def trace(self) -> list[str]:
        """The turn in short: who replied, which tools returned what."""
        told = []
        for each in self.events:
            if isinstance(each.data, ModelReplied):
                told.append(each.data.model)
            elif isinstance(each.data, ToolReturned):
                told.append(f"{each.data.tool}:{each.data.status}")
        return told


@dataclass
class Stage:
    """One shop, one model server, one conversation after the other."""

    app: Tresen
    fake: Reader
    base_url: str

    def hire(self, *names: str, base_url: str = "", terms: Terms | None = None, timeout: float = 1.0) -> Agent:
        """An agent of its own, so that no conversation hears of another's broken models."""
        chain = models.chain(names, SecretStr("sk-test"), base_url or self.base_url, timeout)
        return Agent(chain, self.app.till, self.app.retrieval, self.app.settings.folder, terms)

    async def open(self, locale: str) -> Shopper:
        async with self.app.db.write() as tx:
            return (await shoppers.open_web(tx, locale)).shopper

    async def play(self, agent: Agent, shopper: Shopper, says: list[Part], replies: list[Say]) -> Played:
        """The shopper writes, the model says its lines, the turn ends, and what it left for the background is done."""
        self.fake.play(*replies)
        events, locale = await self.turn(agent, shopper, says)
        await agent._summaries.done()
        both = zip(self.fake.requests, self.fake.prompts, strict=True)
        asked = [(request, size) for request, size in both if "tools" in request]  # a summary is asked for without
        return Played(events, [each for each, _ in asked], [size for _, size in asked], locale)

    async def turn(self, agent: Agent, shopper: Shopper, says: list[Part]) -> tuple[list[Stored], str]:
        """What the log got of one turn, the shopper's messages aside, and the language after it."""
        app = self.app
        async with app.db.write() as tx:
            before = len(await log.read(tx, shopper.conversation_id))
            for number, part in enumerate(says):
                await turns.receive(tx, shopper, (part,), f"m{before}-{number}")
        await turns.respond(app.db, app.bus, shopper.conversation_id, agent, app.taps)
        async with app.db.read() as tx:
            events = (await log.read(tx, shopper.conversation_id))[before:]
            locale = await tx.scalar(select(conversation.c.locale).where(conversation.c.id == shopper.conversation_id))
        return [each for each in events if not isinstance(each.data, MessageReceived)], str(locale)

    async def pretend(self, shopper: Shopper, says: list[str], answer: str) -> None:
        """Turns that were, put into the log as they would have come about."""
        async with self.app.db.write() as tx:
            for words in says:
                seq = (await turns.receive(tx, shopper, (Text(words),), secret())).seq
                sent = MessageSent("agent", (Text(answer),), shopper.contact_id, seq, f"t{seq}")
                for event in (TurnStarted(f"t{seq}", seq), ModelReplied(f"t{seq}", answer), sent):
                    await log.append(tx, shopper.conversation_id, event)
                mine = update(conversation).where(conversation.c.id == shopper.conversation_id)
                await tx.execute(mine.values(answered=seq))

    async def offered(self, shopper: Shopper) -> Confirmation:
        """The newest button that orders, returns or cancels."""
        async with self.app.db.read() as tx:
            stored = await log.read(tx, shopper.conversation_id)
        parts = [part for each in stored for part in getattr(each.data, "parts", ())]
        return [part for part in parts if isinstance(part, Confirmation)][-1]


def script(lines: list[dict[str, Any]]) -> list[Say]:
    """The model's lines of a table; `times` repeats one."""
    told = []
    for line in lines:
        fields = {**line, "calls": [(each[0], each[1] if len(each) > 1 else None) for each in line.get("calls", [])]}
        times = fields.pop("times", 1)
        fields["text"] = str(fields.get("text", "")) * fields.pop("long", 1)
        told += [Say(**fields)] * times
    return told


def table(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["conversation"]
    return found


def _spaced(text: str) -> str:
    """With plain spaces, as people type them."""
    return text.replace("\xa0", " ")


def _filled(value: Any, results: list[Any]) -> Any:
    match value:
        case str():
            whole = BLANK.fullmatch(value)
            if whole:
                return _found(whole[1], results)
            return BLANK.sub(lambda blank: str(_found(blank[1], results)), value)
        case list() | tuple():
            return [_filled(each, results) for each in value]
        case dict():
            return {key: _filled(each, results) for key, each in value.items()}
        case _:
            return value


def _found(path: str, results: list[Any]) -> Any:
    for result in reversed(results):
        value = result
        for step in path.split("."):
            try:
                value = value[int(step)] if isinstance(value, list) else value[step]
            except (KeyError, IndexError, ValueError, TypeError):
                break
        else:
            return value
    raise LookupError(f"no tool returned {path}")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {}
