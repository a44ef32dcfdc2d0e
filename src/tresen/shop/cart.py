"""The cart: one per shopper, absolute quantities, totals computed here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from tresen.kit.db import Tx
from tresen.kit.errors import Conflict, NotFound, Refusal, Unprocessable
from tresen.kit.ids import secret
from tresen.shop import catalog, stock
from tresen.shop.catalog import Product, Variant
from tresen.shop.money import Money
from tresen.shop.sales import cart_code, personal_code, promotion_use, reservation, saved_line
from tresen.shop.stock import OutOfStock
from tresen.shop.tables import cart, cart_line

MOST_PER_LINE = 99


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
    return (await read_all(tx, [shopper_id]))[shopper_id]


async def read_all(tx: Tx, shopper_ids: Sequence[str]) -> dict[str, Cart]:
    """The carts of several shoppers as `read` gives them, in as many queries as for one."""
    query = (
        select(cart.c.id, cart.c.shopper_id, cart_line.c.variant_id, cart_line.c.quantity)
        .outerjoin(cart_line, cart_line.c.cart_id == cart.c.id)
        .where(cart.c.shopper_id.in_(shopper_ids))
        .order_by(cart_line.c.added_at, cart_line.c.variant_id)
    )
    rows = await tx.rows(query)
    variants = await catalog.variants(tx, list({row.variant_id for row in rows if row.variant_id}))
    owners = {item.id: item for item in await catalog.products(tx, [v.product_id for v in variants.values()])}
    ids = {row.shopper_id: row.id for row in rows}
    lines: dict[str, list[Line]] = {shopper_id: [] for shopper_id in shopper_ids}
    for row in rows:
        item, mine = variants.get(row.variant_id), lines[row.shopper_id]
        if not item or not item.price or item.product_id not in owners:
            continue
        if not mine or mine[0].price.currency == item.price.currency:
            mine.append(Line(item, owners[item.product_id], row.quantity, item.price))
    return {shopper_id: Cart(ids.get(shopper_id, ""), tuple(found)) for shopper_id, found in lines.items()}


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
        left = (await stock.available(tx, [variant_id], shopper_id)).get(variant_id)
        if left is not None and left < quantity:
            raise OutOfStock(left, variant_id)
    cart_id = await cart_of(tx, shopper_id)  # locks the cart until the commit
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


async def cart_of(tx: Tx, shopper_id: str) -> str:
    """The id of the shopper's cart, made if there is none; locked until the commit."""
    row = tx.upsert(cart).values(id=secret(), shopper_id=shopper_id, updated_at=tx.now)
    touch = row.on_conflict_do_update(index_elements=["shopper_id"], set_={"updated_at": tx.now})
    return str(await tx.scalar(touch.returning(cart.c.id)))


async def lock(tx: Tx, shopper_id: str) -> None:
    """Let nobody else change the shopper's cart until the commit; whoever changes its lines locks it before them."""
    await tx.execute(select(cart.c.id).where(cart.c.shopper_id == shopper_id).with_for_update())


async def held(tx: Tx, shopper_id: str) -> dict[str, int]:
    """The quantities in the shopper's cart as they are stored, also of what cannot be sold at the moment."""
    query = select(cart_line.c.variant_id, cart_line.c.quantity).join(cart, cart.c.id == cart_line.c.cart_id)
    return {row.variant_id: row.quantity for row in await tx.rows(query.where(cart.c.shopper_id == shopper_id))}


async def put_up_to(tx: Tx, shopper_id: str, variant_id: str, quantity: int) -> Refusal | None:
    """Make the cart hold `quantity`, or as many as can be had, but never fewer than it holds.

    Returns:
        Why it is not all of them; None when it is.
    """
    has = (await held(tx, shopper_id)).get(variant_id, 0)
    if quantity <= has:
        return None
    left = (await stock.available(tx, [variant_id], shopper_id)).get(variant_id)
    short = OutOfStock(left, variant_id) if left is not None and left < quantity else None
    reachable = min(quantity, MOST_PER_LINE, short.left if short else quantity)
    if reachable > has:
        try:
            await set_quantity(tx, shopper_id, variant_id, reachable)
        except (UnknownVariant, NoPrice, OtherCurrency) as refusal:
            return refusal
    return short


async def merge(tx: Tx, from_shopper: str, to_shopper: str) -> None:
    """Move everything one shopper put together to another, once both are known to be the same person.

    Of the same variant the larger quantity counts, as far as it can be had; what cannot be had at all is set aside.
    Codes, set-aside lines and personal codes move along.
    """
    if from_shopper == to_shopper:
        return
    mine = reservation.c.shopper_id.in_((from_shopper, to_shopper))
    await tx.execute(update(reservation).where(mine).values(shopper_id=to_shopper))
    target = await cart_of(tx, to_shopper)
    for variant_id, quantity in (await held(tx, from_shopper)).items():
        await put_up_to(tx, to_shopper, variant_id, quantity)
        if variant_id not in await held(tx, to_shopper):
            await set_aside(tx, to_shopper, variant_id, quantity)
    for row in await tx.rows(select(saved_line).where(saved_line.c.shopper_id == from_shopper)):
        await set_aside(tx, to_shopper, row.variant_id, row.quantity)
    codes = select(cart_code).join(cart, cart.c.id == cart_code.c.cart_id).where(cart.c.shopper_id == from_shopper)
    for row in await tx.rows(codes):
        moved = tx.upsert(cart_code).values(cart_id=target, code=row.code, added_at=row.added_at)
        await tx.execute(moved.on_conflict_do_nothing(index_elements=["cart_id", "code"]))
    for table in (personal_code, promotion_use):
        await tx.execute(update(table).where(table.c.shopper_id == from_shopper).values(shopper_id=to_shopper))
    await tx.execute(delete(saved_line).where(saved_line.c.shopper_id == from_shopper))
    await discard(tx, from_shopper)


async def set_aside(tx: Tx, shopper_id: str, variant_id: str, quantity: int) -> None:
    """Keep a variant for later; of two quantities the larger one counts."""
    key = (saved_line.c.shopper_id == shopper_id, saved_line.c.variant_id == variant_id)
    before = await tx.scalar(select(saved_line.c.quantity).where(*key)) or 0
    values = {"quantity": max(before, quantity), "saved_at": tx.now}
    row = tx.upsert(saved_line).values(shopper_id=shopper_id, variant_id=variant_id, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=["shopper_id", "variant_id"], set_=values))


async def discard(tx: Tx, shopper_id: str) -> None:
    """End the shopper's cart with its lines and codes; the next thing put in begins a new one."""
    await lock(tx, shopper_id)
    mine = select(cart.c.id).where(cart.c.shopper_id == shopper_id).scalar_subquery()
    for table in (cart_line, cart_code):
        await tx.execute(delete(table).where(table.c.cart_id == mine))
    await tx.execute(delete(cart).where(cart.c.shopper_id == shopper_id))
