"""Between LangChain and the log: what the model said and what each tool returned are events before they count.

A turn that died is continued by replaying: stored model messages and tool results are given back in order,
and only what is missing is asked or run.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.prebuilt.tool_node import ToolCallRequest
from langgraph.types import Command

from tresen.agent import grounding
from tresen.agent.context import Run, ShopperContext
from tresen.agent.grounding import Finding, repair
from tresen.agent.history.view import call_of
from tresen.agent.models.calling import Asked, Caller, CallModel, Request
from tresen.agent.models.replies import complaint
from tresen.agent.models.terms import Terms
from tresen.conversation import shoppers
from tresen.conversation.events import ModelReplied, ToolCall, ToolReturned
from tresen.conversation.turn import Answer
from tresen.kit.db import Tx
from tresen.kit.errors import Fenced, Refusal
from tresen.kit.words import maybe, say

logger = logging.getLogger(__name__)

CallTool = Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]


class Recorder(AgentMiddleware[AgentState[Any], ShopperContext]):
    """Commits model messages and tool results, each with what it cost, and keeps the turn's budget."""

    def __init__(self, chain: Sequence[BaseChatModel], terms: Terms) -> None:
        super().__init__()
        self._caller = Caller(chain, terms)
        self._terms = terms

    async def awrap_model_call(self, request: Request, handler: CallModel) -> ModelResponse[Any]:
        run = _context(request.runtime).run
        run.budget.model_calls += 1
        if run.replays:
            return ModelResponse(result=[_message_of(_replayed(run.replays))])
        if run.ended:
            return ModelResponse(result=[AIMessage("")])
        asked = await self._caller.ask(request, handler, run)
        await self._store(asked, run)
        if asked.message.tool_calls:
            await run.turn.live("text.reset")
            return ModelResponse(result=[asked.message])
        return ModelResponse(result=[(await self._mended(asked, request, handler, run)).message])

    async def _mended(self, asked: Asked, request: Request, handler: CallModel, run: Run) -> Asked:
        """The last words once more, when claims in them cannot be traced; what is left of those then, code settles.

        Where nothing would be left, the planner answers.
        """
        findings = self._untraced(asked, run)
        if not findings:
            return asked
        await run.turn.live("text.reset")
        last, left = asked, findings
        mended = await self._caller.ask_again(asked, repair.complaints(findings), request, handler, run)
        if mended is not None:
            await self._store(mended, run)
            run.repaired.extend(dict.fromkeys(finding.sentence for finding in findings))
            last, left = mended, self._untraced(mended, run)
        if not grounding.barren(last.message.text, left):
            return last
        planned = await self._caller.plan(request, handler, run)
        await self._store(planned, run)
        return planned

    def _untraced(self, asked: Asked, run: Run) -> tuple[Finding, ...]:
        if asked.model is None:  # the planner's words are put together from facts
            return ()
        return grounding.check(asked.message.text, run.sheet, run.turn.shopper.locale).findings

    async def _store(self, asked: Asked, run: Run) -> None:
        """The message and what it cost, in one transaction."""
        async with run.turn.db.write() as tx:
            await run.turn.append(tx, _replied(run, asked))
            if asked.held is not None:
                await self._terms.purse.settle(tx, run.turn, asked.held, asked.usage, asked.cost)

    async def awrap_tool_call(self, request: ToolCallRequest, handler: CallTool) -> ToolMessage | Command[Any]:
        run = _context(request.runtime).run
        call_id = str(request.tool_call["id"])
        data = run.turn.returned().get(call_id)
        if data is None:
            data = await self._run_tool(request, handler, run, call_id)
        run.sheet.add(data.tool, data.text)
        run.parts.extend(data.parts)
        return ToolMessage(
            data.text, name=data.tool, tool_call_id=call_id, status="success" if data.status == "ok" else "error"
        )

    async def _run_tool(self, request: ToolCallRequest, handler: CallTool, run: Run, call_id: str) -> ToolReturned:
        turn, name = run.turn, str(request.tool_call["name"])
        once = f"tool:{turn.id}:{call_id}"
        base = ToolReturned(turn.id, call_id, name, "")
        locale = turn.shopper.locale
        await turn.live("tool.started", tool=name, label=maybe(f"tool-{name}", locale) or say("tool-other", locale))
        call = name + json.dumps(request.tool_call["args"], sort_keys=True)
        try:
            if run.ended or not run.budget.may_run(call, self._terms.limits):
                raise Refusal("You have made this call already. Answer with what you have.", code="repeated")
            return await self._in_transaction(request, handler, run, base, once)
        except Fenced:
            raise
        except Refusal as refusal:
            text = json.dumps(_refused(refusal, locale), ensure_ascii=False)
            data = replace(base, text=text, status="refused")
        except Exception:
            logger.exception("tool %s failed", name)
            text = json.dumps({"failed": name, "say": "This did not work. Say so, and offer a person."})
            data = replace(base, text=text, status="failed")
        await turn.note(data, once=once)
        return data

    async def _in_transaction(
        self, request: ToolCallRequest, handler: CallTool, run: Run, base: ToolReturned, once: str
    ) -> ToolReturned:
        """Run the tool; the effect of a write and its `tool.returned` are committed together."""
        turn = run.turn
        if _effect(request) != "write":
            async with turn.db.read() as tx:
                data = _returned(await handler(await _within(request, tx)), base, request)[0]
            await turn.note(data, once=once)
            return data
        async with turn.db.write() as tx:
            data, ended = _returned(await handler(await _within(request, tx)), base, request)
            await turn.append(tx, data, once=once, ended=ended)
        run.ended = run.ended or ended
        return data


async def _within(request: ToolCallRequest, tx: Tx) -> ToolCallRequest:
    """The call in its transaction, for the shopper as linked by now: an earlier call may have proved who it is."""
    runtime: Any = request.runtime
    context = _context(runtime)
    context = replace(context, tx=tx, shopper=await shoppers.now(tx, context.shopper))
    return replace(request, runtime=replace(runtime, context=context))


def _refused(refusal: Refusal, locale: str) -> dict[str, Any]:
    """A refusal for the model: why, and in the shop's own words for the shopper where there are any."""
    told = refusal.told(locale)
    own = {} if told == say("refusal", locale) else {"tell": told}
    return {"refused": refusal.code, "say": refusal.say, **own, **refusal.values}


def _context(runtime: Any) -> ShopperContext:
    found: ShopperContext = runtime.context
    return found


def _effect(request: ToolCallRequest) -> str:
    return str((request.tool.extras or {}).get("effect", "read")) if request.tool else "read"


def _returned(
    message: ToolMessage | Command[Any], base: ToolReturned, request: ToolCallRequest
) -> tuple[ToolReturned, bool]:
    if not isinstance(message, ToolMessage):
        raise TypeError(f"the tool {base.tool} answered with {type(message).__name__}")
    if isinstance(message.artifact, Answer):
        found = message.artifact
        return replace(base, text=found.text, parts=found.parts), found.ends_turn
    # An unknown tool or wrong arguments: LangChain's own words would repeat all that was sent.
    told = complaint(base.tool, request.tool, request.tool_call["args"])
    return replace(base, text=json.dumps(told, ensure_ascii=False), status="failed"), False


def _replied(run: Run, asked: Asked) -> ModelReplied:
    message, usage = asked.message, asked.usage
    return ModelReplied(
        run.turn.id,
        message.text,
        tuple(ToolCall(str(call["id"]), call["name"], dict(call["args"])) for call in message.tool_calls),
        str(message.response_metadata.get("model_name", "")),
        usage.input,
        usage.output,
        usage.cached,
        asked.cost,
    )


def _replayed(replays: list[ModelReplied]) -> ModelReplied:
    """The next stored message; words that others follow were mended, or answered anew."""
    while len(replays) > 1 and not replays[0].tool_calls:
        replays.pop(0)
    return replays.pop(0)


def _message_of(reply: ModelReplied) -> AIMessage:
    return AIMessage(reply.text, tool_calls=[call_of(call) for call in reply.tool_calls])
