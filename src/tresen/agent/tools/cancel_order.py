"""Cancel an order."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer, offer_facts
from tresen.agent.context import ShopperContext
from tresen.counter import aftercare


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def cancel_order(order_number: str, runtime: ToolRuntime[ShopperContext, Any]) -> ToolAnswer:
    """Offer to cancel an order that has not left yet; it is cancelled when the shopper presses the button.

    Args:
        order_number: The order's number.
    """
    context = runtime.context
    offer = await aftercare.offer_cancel(context.open_tx, context.till, context.shopper, order_number)
    return answer(offer_facts(offer), offer)
