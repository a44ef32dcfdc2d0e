"""Suggestions with a reason each: what completes a cart, and a better product when facts say that it is one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, or_, select

from tresen.kit.db import Tx
from tresen.shop import catalog
from tresen.shop.catalog import Product
from tresen.shop.sales import order, order_line
from tresen.shop.tables import product, variant

TOGETHER = 2  # orders, before "bought together" is more than one person's errand
ENOUGH_RATINGS = 5
CLEARLY_BETTER = 0.3  # stars
DEARER_BY = 30  # percent at most


@dataclass(frozen=True)
class Reason:
    """Why: `with_product` is the product it was derived from, `count` the orders or ratings behind it."""

    key: Literal["goes_well_with", "bought_together", "better_rated"]
    with_product: Product
    count: int = 0


@dataclass(frozen=True)
class Suggestion:
    product: Product
    reason: Reason


async def complete(tx: Tx, held: Sequence[Product], limit: int = 3) -> list[Suggestion]:
    """What goes with the held products: bought together by others first, then what the catalog says.

    Only what is in stock and has a price; never something of a category that is held already, which would be another
    one of the same.
    """
    reasons: dict[str, Reason] = {}
    for each in held:
        for other, count in (await bought_together(tx, each)).items():
            if other not in reasons or reasons[other].count < count:
                reasons[other] = Reason("bought_together", each, count)
    for each in held:
        for other in await catalog.product_ids(tx, each.source, list(each.goes_well_with)):
            reasons.setdefault(other, Reason("goes_well_with", each))
    mine, categories = {each.id for each in held}, {each.category_key for each in held if each.category_key}
    found = [
        Suggestion(item, reasons[item.id])
        for item in await catalog.products(tx, list(reasons))
        if item.id not in mine and item.category_key not in categories and _can_be_had(item)
    ]
    return sorted(found, key=_rank)[:limit]


async def bought_together(tx: Tx, with_product: Product) -> Counter[str]:
    """In how many orders each other product stood beside this one; what happened only once is left out.

    Orders from elsewhere name skus only; they are found through the variants.
    """
    skus = [each.sku for each in with_product.variants]
    here = or_(order_line.c.product_id == with_product.id, order_line.c.sku.in_(skus) & (order_line.c.product_id == ""))
    numbers = select(order_line.c.number).join(order, order.c.number == order_line.c.number)
    numbers = numbers.where(here, order.c.state != "cancelled")
    theirs = func.coalesce(func.nullif(order_line.c.product_id, ""), variant.c.product_id).label("product_id")
    lines = select(order_line.c.number, theirs).outerjoin(variant, variant.c.sku == order_line.c.sku)
    rows = await tx.rows(lines.where(order_line.c.number.in_(numbers)).distinct())
    counted = Counter(row.product_id for row in rows if row.product_id and row.product_id != with_product.id)
    return Counter({key: count for key, count in counted.items() if count >= TOGETHER})


async def better(tx: Tx, asked: Product) -> Suggestion | None:
    """A product of the same category that others rate clearly better, if it can be had for not much more.

    Both have enough ratings to say so; the price is at most 30 percent higher. None is the usual answer.
    """
    price = asked.price_from()
    if price is None or asked.rating is None or asked.rating_count < ENOUGH_RATINGS or not asked.category_key:
        return None
    same = (product.c.category_key == asked.category_key, product.c.withdrawn_at.is_(None), product.c.id != asked.id)
    rated = (product.c.rating >= asked.rating + CLEARLY_BETTER, product.c.rating_count >= ENOUGH_RATINGS)
    ids = [row.id for row in await tx.rows(select(product.c.id).where(*same, *rated))]
    affordable = [
        (item, cost)
        for item in await catalog.products(tx, ids)
        if _can_be_had(item) and (cost := item.price_from()) and cost.currency == price.currency
        if cost.minor * 100 <= price.minor * (100 + DEARER_BY)
    ]
    if not affordable:
        return None
    best, _ = min(
        affordable, key=lambda each: (-(each[0].rating or 0), -each[0].rating_count, each[1].minor, each[0].id)
    )
    return Suggestion(best, Reason("better_rated", asked, best.rating_count))


def _can_be_had(item: Product) -> bool:
    return any(each.available and each.price for each in item.variants)


def _rank(found: Suggestion) -> tuple[bool, int, float, str]:
    rating = found.product.rating if found.product.rating_count >= ENOUGH_RATINGS else None
    return found.reason.key != "bought_together", -found.reason.count, -(rating or 0), found.product.id
