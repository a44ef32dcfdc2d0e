"""Look orders up."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer, order_facts
from tresen.agent.context import ShopperContext
from tresen.counter import aftercare, receipts


@tool(extras={"effect": "read"}, parse_docstring=True, response_format="content_and_artifact")
async def track_order(runtime: ToolRuntime[ShopperContext, Any], order_number: str = "") -> ToolAnswer:
    """Show an order: state, items, delivery, tracking, payment, returns. Without a number, the latest ones.

    Only orders that were placed here or that the shopper has proved to be theirs are found (prove_identity).

    Args:
        order_number: The order's number, if the shopper named one.
    """
    context, locale = runtime.context, runtime.context.shopper.locale
    if order_number.strip():
        found = [await aftercare.my_order(context.open_tx, context.shopper, order_number)]
    else:
        found = (await aftercare.my_orders(context.open_tx, context.shopper))[:3]
    shown = [receipts.status(context.till, each, locale) for each in found]
    facts = [order_facts(each, part) for each, part in zip(found, shown, strict=True)]
    return answer({"orders": facts}, *shown[:1])
