"""Show the shopper what is known of them."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.counter import memory, memory_words


@tool(extras={"effect": "read"}, parse_docstring=True, response_format="content_and_artifact")
async def show_memory(runtime: ToolRuntime[ShopperContext, Any]) -> ToolAnswer:
    """Show all that is remembered of the shopper and where it comes from, with buttons to forget or take it along."""
    context, locale = runtime.context, runtime.context.shopper.locale
    entries = await memory.known(context.open_tx, context.house, context.shopper)
    facts = {
        "remembered": memory_words.listed(entries, context.house, locale),
        "tell": memory_words.shown(entries, context.house, locale),
    }
    return answer(facts, memory_words.all_buttons(entries, locale))
