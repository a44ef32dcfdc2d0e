"""Asks the chain: who is down or too dear is passed over, passing faults are tried again, and the planner is the last.

A model is asked within the turn's time. Whatever a failed attempt had streamed is taken back with `text.reset`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from langchain.agents.middleware import ModelRequest, ModelResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage

from tresen.agent import conduct
from tresen.agent.context import Run, ShopperContext
from tresen.agent.history import fitting
from tresen.agent.history.view import SHOP
from tresen.agent.models.breaker import Breaker, name_of
from tresen.agent.models.faults import LONGEST_WAIT, RETRIES, Fault, fault_of, pause
from tresen.agent.models.pricing import Held, Usage, usage_of
from tresen.agent.models.replies import Incomplete, whole
from tresen.agent.models.terms import Terms
from tresen.conversation import spending
from tresen.conversation.events import ModelReplied
from tresen.conversation.spending import CapReached
from tresen.kit.errors import Fenced
from tresen.kit.words import say
from tresen.retrieval import tokens

logger = logging.getLogger(__name__)

LAST_WORDS = (
    "No more tools in this turn. Answer the shopper now, only from what the tools returned; say what is missing."
)
LEAST_SECONDS = 1.0  # a model is not asked for less
RESERVED = 60  # tokens of a prompt for the last words, and for what a server counts otherwise than we do

Request = ModelRequest[ShopperContext]
CallModel = Callable[[Request], Awaitable[ModelResponse[Any]]]


@dataclass(frozen=True)
class Asked:
    """A model's message, and what is to be paid for it. The planner costs nothing: no `model`, nothing `held`."""

    message: AIMessage
    usage: Usage
    cost: int = 0
    held: Held | None = None
    model: BaseChatModel | None = None


class Caller:
    """Asks one model after the other until one answers."""

    def __init__(self, chain: Sequence[BaseChatModel], terms: Terms) -> None:
        *self._providers, self._planner = chain
        self._terms = terms
        self._sizes: dict[tuple[int, ...], int] = {}

    async def ask(self, request: Request, handler: CallModel, run: Run) -> Asked:
        """The message of the first model that answers, fit to be stored."""
        for model in () if run.budget.planned else self._providers:
            if run.budget.left(self._terms.limits) < LEAST_SECONDS:
                logger.warning("turn %s has no time left for a model", run.turn.id)
                break
            breaker = self._terms.breakers.of(model)
            with breaker.trying() as may:
                if not may:
                    continue
                try:
                    return await self._patiently(model, self._provided(request, run), handler, run, breaker)
                except CapReached as reached:
                    logger.warning("the cap of %s is reached: the planner goes on", reached.values.get("whom"))
                    run.budget.capped = str(reached.values["day"])
                    break
                except Fenced:
                    raise
                except Exception as error:  # noqa: BLE001  whatever a provider raises, the next model answers
                    # What a provider writes may hold parts of the key or of the prompt.
                    told = error if isinstance(error, Incomplete) else fault_of(error).kind
                    logger.warning("model %s failed: %s: %s", name_of(model), type(error).__name__, told)
        return await self.plan(request, handler, run)

    async def ask_again(
        self, asked: Asked, complaints: str, request: Request, handler: CallModel, run: Run
    ) -> Asked | None:
        """The same model's reply, mended; None when it has none in time. Not tried twice, and without tools."""
        if asked.model is None or run.budget.left(self._terms.limits) < LEAST_SECONDS:
            return None
        said: list[AnyMessage] = [AIMessage(asked.message.text), HumanMessage(complaints, name=SHOP)]
        room = fitting.MOST_PROMPT - self._static(request) - RESERVED - fitting.cost(said)
        messages = [*fitting.fit(request.messages, room), *said]
        again = request.override(tool_choice="none", messages=messages)
        try:
            return await self._once(asked.model, again, handler, run)
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001  then code settles what cannot be traced
            logger.warning("model %s did not mend its reply: %s", name_of(asked.model), fault_of(error).kind)
            return None

    async def _patiently(
        self, model: BaseChatModel, request: Request, handler: CallModel, run: Run, breaker: Breaker
    ) -> Asked:
        """One model, asked again where that helps: after a passing fault, or with half the history."""
        attempt, halved = 1, False
        while True:
            try:
                asked = await self._once(model, request, handler, run)
            except (Fenced, CapReached):
                raise
            except Exception as error:  # noqa: BLE001  what it means is for `fault_of` to say
                fault = fault_of(error)
                if fault.counts:
                    breaker.failed(for_good=fault.for_good)
                await run.turn.live("text.reset")
                if fault.kind == "context overflow" and not halved:
                    halved, request = True, request.override(messages=fitting.halved(request.messages))
                    continue
                await self._wait(fault, attempt, breaker, run, error)
                attempt += 1
            else:
                breaker.succeeded()
                return asked

    async def _wait(self, fault: Fault, attempt: int, breaker: Breaker, run: Run, error: Exception) -> None:
        """Until the next attempt; raises the error when there is none."""
        seconds = pause(fault, attempt)
        left = run.budget.left(self._terms.limits)
        if not fault.again or attempt > RETRIES or breaker.state == "open" or not self._worth(seconds, left):
            raise error
        logger.info("asking again in %.1f s: %s", seconds, fault.kind)
        await asyncio.sleep(seconds)

    @staticmethod
    def _worth(seconds: float, left: float) -> bool:
        return seconds <= LONGEST_WAIT and seconds + LEAST_SECONDS < left

    async def _once(self, model: BaseChatModel, request: Request, handler: CallModel, run: Run) -> Asked:
        """One attempt, paid for: what it took is known only with its answer."""
        name, size = name_of(model), self._static(request) + fitting.cost(request.messages)
        held = await self._terms.purse.hold(run.turn, name, size)
        response: ModelResponse[Any] | None = None
        try:
            async with asyncio.timeout(run.budget.left(self._terms.limits)):
                response = await handler(request.override(model=model))
            message = whole(response, _may_call(request), _used(run))
            await _behaves(message, request, run)
        except Exception as error:
            if fault_of(error).billed:
                await self._paid_for_nothing(response, name, size, held, run)
            else:
                await self._terms.purse.give_back(run.turn, held)
            raise
        usage = usage_of(message, size)
        return Asked(message, usage, self._terms.purse.prices.cost(name, usage), held, model)

    async def _paid_for_nothing(
        self, response: ModelResponse[Any] | None, name: str, size: int, held: Held, run: Run
    ) -> None:
        """A reply that is of no use costs what one of use costs."""
        said = response.result[-1] if response else None
        usage = usage_of(said, size) if isinstance(said, AIMessage) else Usage(size)
        purse = self._terms.purse
        async with run.turn.db.write() as tx:
            await purse.settle(tx, run.turn, held, usage, purse.prices.cost(name, usage))

    async def plan(self, request: Request, handler: CallModel, run: Run) -> Asked:
        """The planner's message; it is local, quick and free, and what it has begun it brings to an end."""
        if not run.budget.planned:
            run.budget.hand_to_planner()
        elif run.budget.used_up(self._terms.limits):
            request = request.override(tools=[])
        try:
            message = whole(await handler(request.override(model=self._planner)), bool(request.tools), _used(run))
        except Incomplete as error:
            logger.warning("the last model gave no answer: %s", error)
            message = AIMessage(say("nothing-said", run.turn.shopper.locale))
        usage = usage_of(message, 0)
        if run.budget.capped and not message.tool_calls and (notice := self._notice(run)):
            message = message.model_copy(update={"content": f"{notice}\n{message.text}"})
        return Asked(message, usage)

    def _notice(self, run: Run) -> str:
        """Said once a day in a conversation: the assistant goes on in a simpler way."""
        notice, zone = say("goes-on-simpler", run.turn.shopper.locale), self._terms.purse.zone
        told = [
            stored
            for stored in run.turn.events
            if isinstance(stored.data, ModelReplied) and stored.data.text.startswith(notice)
        ]
        return "" if any(spending.day(stored.at, zone) == run.budget.capped for stored in told) else notice

    def _provided(self, request: Request, run: Run) -> Request:
        """What a provider is sent: within the prompt's budget, and at the end of the turn's budget without tools.

        The tools stay in the request even then, so that it begins as the one before it, which the provider knows.
        """
        room = fitting.MOST_PROMPT - self._static(request) - RESERVED
        request = request.override(messages=fitting.fit(request.messages, room))
        if not run.budget.used_up(self._terms.limits):
            return request
        last = [*request.messages, HumanMessage(LAST_WORDS, name=SHOP)]
        return request.override(tool_choice="none", messages=last)

    def _static(self, request: Request) -> int:
        """Tokens of the system message and the tools; the tools of a compiled agent stay the same objects."""
        key = tuple(id(tool) for tool in request.tools)
        if key not in self._sizes:
            self._sizes[key] = fitting.of_tools(request.tools)
        system = request.system_message.text if request.system_message else ""
        return self._sizes[key] + tokens.count(system) + fitting.PER_MESSAGE


def _may_call(request: Request) -> bool:
    return bool(request.tools) and request.tool_choice != "none"


async def _behaves(message: AIMessage, request: Request, run: Run) -> None:
    """Let pass what a shopper may read.

    Raises:
        Incomplete: another model has to answer.
    """
    if message.tool_calls:
        return
    rules = "\n".join(
        each.text for each in (request.system_message, *request.messages) if isinstance(each, SystemMessage)
    )
    if wrong := await asyncio.to_thread(conduct.amiss, message.text, rules, run.turn):
        raise Incomplete(f"the reply {wrong}")


def _used(run: Run) -> set[str]:
    """The ids of the calls that this turn has made."""
    replies = [d for stored in run.turn.events if isinstance(d := stored.data, ModelReplied) and d.turn == run.turn.id]
    return {call.id for reply in replies for call in reply.tool_calls}
