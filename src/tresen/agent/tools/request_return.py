"""Return goods."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer, offer_facts, positions_of
from tresen.agent.context import ShopperContext
from tresen.counter import aftercare
from tresen.shop.returns import ReturnKind


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def request_return(
    order_number: str, runtime: ToolRuntime[ShopperContext, Any], items: dict[str, int] | None = None,
    kind: ReturnKind = "return", reason: str = "",
) -> ToolAnswer:  # fmt: skip
    """Check whether items of an order can go back and offer the return; it counts when the shopper presses the button.

    Args:
        order_number: The order's number.
        items: Position of the item in the order (from track_order) and how many of it; nothing means all.
        kind: `return`; `exchange`, where the shop does it. For a legal withdrawal use start_withdrawal.
        reason: Why, if the shopper said so. Never ask twice.
    """
    context = runtime.context
    offer = await aftercare.offer_return(
        context.open_tx, context.till, context.shopper, order_number, positions_of(items or {}), kind, reason
    )
    return answer(offer_facts(offer), offer)
