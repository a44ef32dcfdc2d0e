"""Search the catalog."""

from decimal import Decimal
from typing import Any, Literal

from langchain.tools import ToolRuntime, tool

from tresen.agent.answers import ToolAnswer, answer, shelf_choices, shelf_facts
from tresen.agent.context import ShopperContext
from tresen.agent.known import asked_already, heard
from tresen.conversation.parts import Cards
from tresen.counter import find
from tresen.retrieval.query import Query
from tresen.shop.money import rounded

MOST_SHOWN = 8
HIGHEST_PRICE = 10**9
NONE: dict[str, str] = {}  # an optional argument, without the words that "or null" would cost in the schema
NOTHING: list[str] = []
Sort = Literal["relevance", "price", "price_desc", "rating"]


@tool(extras={"effect": "read"}, parse_docstring=True, response_format="content_and_artifact")
async def find_products(
    query: str, runtime: ToolRuntime[ShopperContext, Any],
    category: str = "", brand: str = "", color: str = "", size: str = "", attributes: dict[str, str] = NONE,
    exclude: list[str] = NOTHING, price_min: float = 0, price_max: float = 0, rating_min: float = 0,
    in_stock: bool = False, sort: Sort = "relevance", limit: int = 4,
) -> ToolAnswer:  # fmt: skip
    """Find products of this shop. Always search before you name a product or a price.

    Args:
        query: The shopper's own words, without the filters below.
        category: One of those below, in either language.
        brand: Only this brand.
        color: Only this colour.
        size: Only this size.
        attributes: Other musts, by the names below.
        exclude: Unwanted brands, colours, categories or words.
        price_min: In the shop's currency.
        price_max: In the shop's currency; 0 is no limit.
        rating_min: Stars, 1 to 5.
        in_stock: Only what can be had now.
        sort: Order of what fits.
        limit: At most 8.
    """
    context = runtime.context
    wanted = Query(
        text=query, locale=context.shopper.locale, category=category, brand=brand,
        options={**attributes, **{key: value for key, value in (("color", color), ("size", size)) if value}},
        unwanted=tuple(exclude),
        price_min=_minor(price_min, context.house.currency), price_max=_minor(price_max, context.house.currency),
        rating_min=rating_min or None, in_stock=in_stock, sort=sort, limit=max(1, min(limit, MOST_SHOWN)),
    )  # fmt: skip
    tx = context.open_tx
    known = await find.taste_of(tx, context.house, context.shopper)
    turn = context.run.turn
    shelf = await find.find_for(tx, context.retrieval, wanted, known, asked_already(turn), heard(turn).now)
    cards = [Cards(shelf.cards)] if shelf.cards else []
    return answer(shelf_facts(shelf, wanted.locale), *cards, *shelf_choices(shelf))


def _minor(amount: float, currency: str) -> int | None:
    """Minor units of a price the model named; 0 or beyond any price, it is no limit."""
    if not 0 < amount < HIGHEST_PRICE:
        return None
    return rounded(Decimal(str(amount)), currency).minor
