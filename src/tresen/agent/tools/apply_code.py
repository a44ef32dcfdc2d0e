"""Put a code into the cart."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent import asked
from tresen.agent.answers import ToolAnswer, answer, cart_facts
from tresen.agent.context import ShopperContext
from tresen.counter import codes


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def apply_code(code: str, runtime: ToolRuntime[ShopperContext, Any], remove: bool = False) -> ToolAnswer:
    """Put a discount code that the shopper gave into the cart, or take it out. You cannot make up codes or discounts.

    Args:
        code: The code as the shopper wrote it.
        remove: Take it out instead.
    """
    context = runtime.context
    if remove:
        asked.refuse_unsaid(context.run.turn, {"code": code})
    else:
        asked.insist_on_code(context.run.turn, code)
    change = codes.remove_code if remove else codes.apply_code
    summary = await change(context.open_tx, context.house, context.shopper, code)
    return answer(cart_facts(summary), summary)
