"""Suggest what completes the cart."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.conversation.parts import Card, Cards
from tresen.counter import suggest


@tool(extras={"effect": "read"}, parse_docstring=True, response_format="content_and_artifact")
async def suggest_additions(runtime: ToolRuntime[ShopperContext, Any], product_id: str = "") -> ToolAnswer:
    """Suggest what goes well with the cart, or a clearly better product than one; each comes with its reason.

    Args:
        product_id: Look for something better than this product instead of additions to the cart.
    """
    context = runtime.context
    if product_id:
        better = await suggest.suggest_better(context.open_tx, context.shopper, product_id)
        found: tuple[Card, ...] = (better,) if better else ()
    else:
        found = await suggest.suggest_additions(context.open_tx, context.shopper)
    facts = [{"id": card.product_id, "title": card.title, "price": card.price, "reason": card.note} for card in found]
    return answer({"suggestions": facts}, *([Cards(found)] if found else []))
