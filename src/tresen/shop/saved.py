"""What a shopper has set aside for later: out of the cart, not forgotten."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from tresen.kit.db import Tx
from tresen.kit.errors import NotFound
from tresen.shop import cart, catalog
from tresen.shop.catalog import Product, Variant
from tresen.shop.sales import saved_line


class NotSaved(NotFound):
    code = "not_saved"
    say = "This variant is not among what the shopper has saved for later."


@dataclass(frozen=True)
class Saved:
    variant: Variant
    product: Product
    quantity: int


async def of_shopper(tx: Tx, shopper_id: str) -> list[Saved]:
    """What the shopper has set aside, newest first; withdrawn variants are left out until they come back."""
    mine = select(saved_line).where(saved_line.c.shopper_id == shopper_id)
    rows = await tx.rows(mine.order_by(saved_line.c.saved_at.desc(), saved_line.c.variant_id))
    variants = await catalog.variants(tx, [row.variant_id for row in rows])
    owners = {item.id: item for item in await catalog.products(tx, [each.product_id for each in variants.values()])}
    return [
        Saved(item, owners[item.product_id], row.quantity)
        for row in rows
        if (item := variants.get(row.variant_id)) and item.product_id in owners
    ]


async def save_for_later(tx: Tx, shopper_id: str, variant_id: str) -> None:
    """Move a line of the cart aside; a variant that is not in the cart is saved as one piece.

    Raises:
        UnknownVariant: there is no such variant.
    """
    if variant_id not in await catalog.variants(tx, [variant_id]):
        raise cart.UnknownVariant
    await cart.lock(tx, shopper_id)
    quantity = (await cart.held(tx, shopper_id)).get(variant_id, 0)
    if quantity:
        await cart.set_quantity(tx, shopper_id, variant_id, 0)
    await cart.set_aside(tx, shopper_id, variant_id, quantity or 1)


async def bring_back(tx: Tx, shopper_id: str, variant_id: str) -> int:
    """Put what was set aside into the cart again; returns how many the cart holds now.

    Raises:
        NotSaved: it was not set aside.
        OutOfStock, NoPrice, OtherCurrency, UnknownVariant: it stays where it is.
    """
    key = (saved_line.c.shopper_id == shopper_id, saved_line.c.variant_id == variant_id)
    quantity = await tx.scalar(select(saved_line.c.quantity).where(*key))
    if quantity is None:
        raise NotSaved
    wanted = max(quantity, (await cart.held(tx, shopper_id)).get(variant_id, 0))
    await cart.set_quantity(tx, shopper_id, variant_id, wanted)
    await tx.execute(delete(saved_line).where(*key))
    return int(wanted)
