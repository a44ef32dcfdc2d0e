"""Advise on the size of a product."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer
from tresen.agent.context import ShopperContext
from tresen.counter import find
from tresen.shop.catalog import pick


@tool(extras={"effect": "read"}, parse_docstring=True, response_format="content_and_artifact")
async def advise_size(
    product_id: str, runtime: ToolRuntime[ShopperContext, Any],
    usual_size: str = "", foot_length_cm: float = 0, body_cm: float = 0,
) -> ToolAnswer:  # fmt: skip
    """Say which size of a product to take, from the shop's size chart and notes on the fit.

    Args:
        product_id: The product's id.
        usual_size: The size the shopper usually wears; leave it empty if they did not say.
        foot_length_cm: The length of their foot.
        body_cm: Chest, hips, hand or head, whichever the size chart measures.
    """
    context, locale = runtime.context, runtime.context.shopper.locale
    product, advice = await find.advise_size(
        context.open_tx, context.house, context.shopper, product_id, usual_size, foot_length_cm, body_cm
    )
    return answer(
        {
            "id": product.id,
            "title": pick(product.title, locale),
            "sizes": list(advice.sizes),
            "in_stock": list(advice.there),
            "size_chart": advice.chart or None,
            "fit": advice.fit or None,
            "suggested": advice.suggested or None,
            "tell": advice.told,
        }
    )
