"""Question a bill."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent import asked
from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.counter import aftercare


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def dispute_invoice(order_number: str, objection: str, runtime: ToolRuntime[ShopperContext, Any]) -> ToolAnswer:
    """Pass the shopper's objection to an invoice or a charge to the shop's people, and hand over to them.

    Args:
        order_number: The order it is about.
        objection: What is wrong, in the shopper's words.
    """
    context = runtime.context
    asked.insist_on(context.run.turn, asked.OBJECTIONS, objection)
    said = await aftercare.dispute(context.open_tx, context.till, context.shopper, order_number, objection)
    return answer({"said": said}, ends_turn=True)
