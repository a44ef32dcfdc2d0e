"""Show the cart."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer, cart_facts
from tresen.agent.context import ShopperContext
from tresen.counter import cart


@tool(extras={"effect": "read"}, parse_docstring=True, response_format="content_and_artifact")
async def show_cart(runtime: ToolRuntime[ShopperContext, Any]) -> ToolAnswer:
    """Show the shopper their cart, with the prices and the total of now."""
    context = runtime.context
    summary = await cart.show_cart(context.open_tx, context.house, context.shopper)
    return answer(cart_facts(summary), summary)
