"""The cart: one per shopper, absolute quantities, totals computed here."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from tresen.kit.db import Tx
from tresen.kit.errors import Conflict, NotFound, Unprocessable
from tresen.kit.ids import secret
from tresen.shop import catalog
from tresen.shop.catalog import Product, Variant
from tresen.shop.money import Money
from tresen.shop.tables import cart, cart_line

MOST_PER_LINE = 99


class OutOfStock(Conflict):
    """Asked for more than there is; `left` tells how many can be had."""

    code = "out_of_stock"

    def __init__(self, left: int) -> None:
        self.left = left
        super().__init__(
            "This variant is sold out." if left == 0 else f"Only {left} of this variant are left.", left=left
        )


class NoPrice(Conflict):
    code = "price_unknown"
    say = "The price of this variant is on request, so it cannot be put into the cart."


class OtherCurrency(Conflict):
    code = "other_currency"
    say = "The cart holds prices in another currency; one cart has one currency."


class UnknownVariant(NotFound):
    code = "unknown_variant"
    say = "No such variant. Use a variant id that find_products or get_product returned."


@dataclass(frozen=True)
class Line:
    """One line item. `price` is the price of now."""

    variant: Variant
    product: Product
    quantity: int
    price: Money

    @property
    def total(self) -> Money:
        return self.price * self.quantity


@dataclass(frozen=True)
class Cart:
    id: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Money | None:
        """The sum of the lines; None for an empty cart, which has no currency yet."""
        totals = [line.total for line in self.lines]
        return sum(totals[1:], totals[0]) if totals else None

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)


async def read(tx: Tx, shopper_id: str) -> Cart:
    """The shopper's cart with the prices of now; empty if there is none.

    Lines whose variant has vanished, lost its price or changed to another currency than the first line's are
    left out of the cart until they come back.
    """
    query = (
        select(cart.c.id, cart_line.c.variant_id, cart_line.c.quantity)
        .outerjoin(cart_line, cart_line.c.cart_id == cart.c.id)
        .where(cart.c.shopper_id == shopper_id)
        .order_by(cart_line.c.added_at, cart_line.c.variant_id)
    )
    rows = await tx.rows(query)
    variants = await catalog.variants(tx, [row.variant_id for row in rows if row.variant_id])
    owners = {item.id: item for item in await catalog.products(tx, [v.product_id for v in variants.values()])}
    lines: list[Line] = []
    for row in rows:
        item = variants.get(row.variant_id)
        if not item or not item.price or item.product_id not in owners:
            continue
        if not lines or lines[0].price.currency == item.price.currency:
            lines.append(Line(item, owners[item.product_id], row.quantity, item.price))
    return Cart(rows[0].id if rows else "", tuple(lines))


async def set_quantity(tx: Tx, shopper_id: str, variant_id: str, quantity: int) -> None:
    """Make the cart hold exactly `quantity` of the variant; 0 removes it.

    Raises:
        UnknownVariant, OutOfStock, NoPrice, OtherCurrency, Unprocessable: the cart is as it was.
    """
    if not 0 <= quantity <= MOST_PER_LINE:
        raise Unprocessable(
            f"A quantity is a whole number from 0 to {MOST_PER_LINE}.",
            code="bad_quantity",
            most=MOST_PER_LINE,
        )
    item = (await catalog.variants(tx, [variant_id])).get(variant_id)
    if quantity and item is None:
        raise UnknownVariant
    if quantity and item is not None:
        if item.price is None:
            raise NoPrice
        if item.stock is not None and item.stock < quantity:
            raise OutOfStock(max(item.stock, 0))
    cart_id = await _cart_of(tx, shopper_id)  # locks the cart until the commit
    if quantity and item is not None and item.price is not None:
        await _same_currency(tx, shopper_id, item.price)
    if quantity == 0:
        at = (cart_line.c.cart_id == cart_id, cart_line.c.variant_id == variant_id)
        await tx.execute(delete(cart_line).where(*at))
        return
    row = tx.upsert(cart_line).values(cart_id=cart_id, variant_id=variant_id, quantity=quantity, added_at=tx.now)
    await tx.execute(row.on_conflict_do_update(index_elements=["cart_id", "variant_id"], set_={"quantity": quantity}))


async def _same_currency(tx: Tx, shopper_id: str, price: Money) -> None:
    total = (await read(tx, shopper_id)).total
    if total is not None and total.currency != price.currency:
        raise OtherCurrency


async def _cart_of(tx: Tx, shopper_id: str) -> str:
    row = tx.upsert(cart).values(id=secret(), shopper_id=shopper_id, updated_at=tx.now)
    touch = row.on_conflict_do_update(index_elements=["shopper_id"], set_={"updated_at": tx.now})
    return str(await tx.scalar(touch.returning(cart.c.id)))
