"""Compare products."""

from typing import Any

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer, product_facts
from tresen.agent.context import ShopperContext
from tresen.counter import compare, find

MOST_COMPARED = 4


@tool(extras={"effect": "read"}, parse_docstring=True, response_format="content_and_artifact")
async def compare_products(product_ids: list[str], runtime: ToolRuntime[ShopperContext, Any]) -> ToolAnswer:
    """Set two to four products beside each other, fact by fact, from the shop's data.

    Args:
        product_ids: Their ids, from find_products.
    """
    context, locale = runtime.context, runtime.context.shopper.locale
    ids = list(dict.fromkeys(product_ids))[:MOST_COMPARED]
    products = [await find.get_product(context.open_tx, each) for each in ids]
    shown = compare.comparison(context.house, products, locale)
    return answer({"products": [product_facts(each, [], locale) for each in products], "rows": shown.rows}, shown)
