"""Tell the shopper when something is there again."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent import asked
from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.counter import saving


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def notify_when_back(variant_id: str, runtime: ToolRuntime[ShopperContext, Any]) -> ToolAnswer:
    """Note that the shopper wants to hear here when a sold-out variant can be had again.

    Args:
        variant_id: The sold-out variant's id.
    """
    context = runtime.context
    await asked.insist(context, variant_id)
    title = await saving.notify_when_back(context.open_tx, context.shopper, variant_id)
    return answer({"noted": True, "title": title})
