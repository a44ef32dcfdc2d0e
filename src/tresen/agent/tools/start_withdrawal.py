"""Withdraw from a contract."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer, offer_facts
from tresen.agent.context import ShopperContext
from tresen.conversation.parts import Link
from tresen.counter import aftercare
from tresen.kit.words import say
from tresen.shop.orders import UnknownOrder
from tresen.shop.returns import NotReturnable


@tool(extras={"effect": "write"}, parse_docstring=True, response_format="content_and_artifact")
async def start_withdrawal(runtime: ToolRuntime[ShopperContext, Any], order_number: str = "") -> ToolAnswer:
    """Give the shopper the legal withdrawal at once, without asking why and without arguing; no proof is needed.

    Args:
        order_number: The order's number, if it is known.
    """
    context, locale = runtime.context, runtime.context.shopper.locale
    page = Link(say("withdrawal-page", locale), f"{context.till.base_url}/withdraw")
    if order_number.strip():
        try:
            offer = await aftercare.offer_return(
                context.open_tx, context.till, context.shopper, order_number, {}, "withdrawal"
            )
        except (UnknownOrder, NotReturnable):  # the page takes the declaration from anybody, people decide
            return answer({"page": page.url, "say": say("withdrawal-here", locale)}, page)
        return answer(offer_facts(offer), offer)
    return answer({"page": page.url, "say": say("withdrawal-here", locale)}, page)
