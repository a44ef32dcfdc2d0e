"""Set something aside for later."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent import asked
from tresen.agent.answers import ToolAnswer, answer, cart_facts
from tresen.agent.context import ShopperContext
from tresen.counter import saving


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def save_for_later(
    variant_id: str, runtime: ToolRuntime[ShopperContext, Any], bring_back: bool = False
) -> ToolAnswer:
    """Set a variant aside for later, out of the cart if it is there; or put it into the cart again.

    Args:
        variant_id: The variant's id.
        bring_back: Put what was set aside into the cart again.
    """
    context = runtime.context
    await asked.insist(context, variant_id)
    change = saving.bring_back if bring_back else saving.save_for_later
    summary = await change(context.open_tx, context.house, context.shopper, variant_id)
    return answer({**cart_facts(summary), "saved": not bring_back}, summary)
