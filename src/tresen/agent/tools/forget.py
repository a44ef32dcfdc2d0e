"""Forget what is known of the shopper."""

from dataclasses import replace
from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent import asked
from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.agent.known import heard
from tresen.conversation.parts import Choices
from tresen.counter import memory, memory_words
from tresen.kit.words import say


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def forget(what: str, runtime: ToolRuntime[ShopperContext, Any]) -> ToolAnswer:
    """Delete what is remembered of the shopper, when they ask for it.

    With "all" the shopper also gets a button that erases their conversations, pictures and contact details.

    Args:
        what: "all", an id from show_memory, a kind such as size, or the shopper's words for it.
    """
    context, locale = runtime.context, runtime.context.shopper.locale
    said = heard(context.run.turn)
    if not memory.asked_to_forget(replace(said, now=asked.unquoted(said.now))):
        raise memory.ForgettingNotAsked
    everything = what == memory_words.ALL
    try:
        gone = await memory.forget(context.open_tx, context.house, context.shopper, what)
        told = memory_words.forgotten(gone, everything, locale)
    except memory.NothingRemembered:
        if not everything:
            raise
        gone, told = (), say("memory-nothing", locale)
    more = [Choices((memory_words.erase_button(locale),))] if everything else []
    return answer({"forgotten": len(gone), "tell": told}, *more)
