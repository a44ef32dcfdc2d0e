"""Read one product."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer, product_facts
from tresen.agent.context import ShopperContext
from tresen.conversation.parts import Cards
from tresen.counter import cards, find


@tool(extras={"effect": "read"}, parse_docstring=True, response_format="content_and_artifact")
async def get_product(product_id: str, runtime: ToolRuntime[ShopperContext, Any]) -> ToolAnswer:
    """Read everything the shop knows of one product: variants with ids, prices and stock, material, care, reviews.

    Args:
        product_id: The id of a product that find_products returned or the shopper looks at.
    """
    context, locale = runtime.context, runtime.context.shopper.locale
    product = await find.get_product(context.open_tx, product_id)
    partners = await find.goes_well_with(context.open_tx, product)
    shown = await cards.shown(context.open_tx, [product], locale)
    return answer(product_facts(product, partners, locale, *shown), Cards(shown))
