"""Change the cart."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent import asked
from tresen.agent.answers import ToolAnswer, answer, cart_facts
from tresen.agent.context import ShopperContext
from tresen.counter import cart

NOT_ASKED = "The shopper has not asked for this in their own words; they see a button for it now."


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def set_cart_quantity(variant_id: str, quantity: int, runtime: ToolRuntime[ShopperContext, Any]) -> ToolAnswer:
    """Set how many of a variant the cart holds; 0 removes it.

    Args:
        variant_id: The id of a variant that get_product or find_products returned.
        quantity: The new quantity, not the difference.
    """
    context = runtime.context
    if not await asked.permits(context, variant_id, quantity):
        offer = await cart.offer_quantity(context.open_tx, context.shopper, variant_id, quantity)
        return answer(
            {"done": False, "say": "The shopper has not asked for this; they see a button for it now."}, offer
        )
    summary = await cart.set_quantity(context.open_tx, context.house, context.shopper, variant_id, quantity)
    return answer(cart_facts(summary), summary)
