"""Note what the shopper says of themselves."""

from typing import Any, Literal

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.agent.known import heard
from tresen.counter import memory, memory_words
from tresen.kit.words import say

Kind = Literal["size", "brand", "budget", "value", "dislike", "purpose", "fit"]


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def remember(
    kind: Kind, value: str, runtime: ToolRuntime[ShopperContext, Any], about: str = "", words: str = ""
) -> ToolAnswer:
    """Note a lasting fact that the shopper states of themselves now, for later visits; never a wish of the moment.

    Args:
        kind: What sort of fact.
        value: The fact in the shopper's own words, such as 42.
        about: The kind of goods that a size or budget is for.
        words: The shopper's words that say it; leave empty to ask them with a button.
    """
    context, locale = runtime.context, runtime.context.shopper.locale
    tx, house = context.open_tx, context.house
    if not words.strip():
        sort, value, about = memory.read(house, kind, value, about)
        button = memory_words.confirm_button(sort, about, value, locale)
        if button is None:
            raise memory.NotSaid
        what = memory_words.line(sort, about, value, locale)
        return answer({"noted": False, "tell": say("memory-asked", locale, what=what)}, button)
    noted = await memory.remember(tx, house, context.shopper, kind, value, about, heard(context.run.turn), words)
    facts = {"noted": True, "tell": memory_words.noted(noted.entry, noted.before, locale)}
    return answer(facts, memory_words.way_back(noted.entry, locale))
