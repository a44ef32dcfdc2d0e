"""Forget what is known of the shopper."""

from dataclasses import replace
from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent import asked
from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.agent.known import heard
from tresen.counter import memory, memory_words


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def forget(what: str, runtime: ToolRuntime[ShopperContext, Any]) -> ToolAnswer:
    """Delete what is remembered of the shopper, when they ask for it.

    Args:
        what: "all", an id from show_memory, a kind such as size, or the shopper's words for it.
    """
    context, locale = runtime.context, runtime.context.shopper.locale
    said = heard(context.run.turn)
    if not memory.asked_to_forget(replace(said, now=asked.unquoted(said.now))):
        raise memory.ForgettingNotAsked
    gone = await memory.forget(context.open_tx, context.house, context.shopper, what)
    told = memory_words.forgotten(gone, everything=what == memory_words.ALL, locale=locale)
    return answer({"forgotten": len(gone), "tell": told})
