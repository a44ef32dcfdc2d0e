"""What a cart costs: lines, reductions, shipping and taxes, computed in one place for every screen and the order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tresen.kit.db import Tx
from tresen.shop import cart, codes, promotions, tax
from tresen.shop.cart import Cart, Line
from tresen.shop.house import House
from tresen.shop.money import Money
from tresen.shop.promotions import Decision
from tresen.shop.reductions import Reduction
from tresen.shop.shipping import Offered
from tresen.shop.tax import TaxShare


@dataclass(frozen=True)
class PricedLine:
    """A line with everything taken off it; `rate` is its tax in percent."""

    line: Line
    amount: Money
    discount: Money
    rate: Decimal

    @property
    def due(self) -> Money:
        return self.amount - self.discount


@dataclass(frozen=True)
class Totals:
    """`goods` is at full price; `shipping` None means that nobody has chosen yet; `total` is what has to be paid."""

    lines: tuple[PricedLine, ...]
    goods: Money
    reductions: tuple[Reduction, ...]
    discount: Money
    shipping: Money | None
    total: Money
    taxes: tuple[TaxShare, ...]
    tax_included: bool

    @property
    def due_goods(self) -> Money:
        """The goods after discounts, which thresholds of shipping look at."""
        return self.goods - self.discount


@dataclass(frozen=True)
class Priced:
    """A cart of now with its decision; `totals` is None for an empty cart, which has no currency yet."""

    cart: Cart
    decision: Decision
    totals: Totals | None


async def of_cart(
    tx: Tx, house: House, shopper_id: str, *, email: str = "", country: str = "", also: Sequence[str] = ()
) -> Priced:
    """The shopper's cart with its codes and the automatic promotions, without shipping.

    Args:
        email: Of the order to be; it finds the earlier uses of a guest.
        country: Where the goods go, if that is known.
        also: Codes to try on that the cart does not hold.
    """
    found = await cart.read(tx, shopper_id)
    held = [*await codes.of_shopper(tx, shopper_id), *also]
    issued = await codes.personal(tx, shopper_id, held)
    usage = await codes.usage(tx, shopper_id, email)
    decision = promotions.decide(found.lines, held, house.promotions, usage, tx.now, issued)
    return Priced(found, decision, totals(house, found.lines, decision, country) if found.lines else None)


async def of_carts(tx: Tx, house: House, shopper_ids: Sequence[str]) -> dict[str, Priced]:
    """Several carts as `of_cart` prices them, in as many queries as for one; who has nothing in it is left out."""
    carts = {shopper_id: found for shopper_id, found in (await cart.read_all(tx, shopper_ids)).items() if found.lines}
    told = await codes.at_hand(tx, list(carts))
    priced = {}
    for shopper_id, found in carts.items():
        held, issued, usage = told[shopper_id]
        decision = promotions.decide(found.lines, held, house.promotions, usage, tx.now, issued)
        priced[shopper_id] = Priced(found, decision, totals(house, found.lines, decision))
    return priced


def totals(
    house: House, lines: Sequence[Line], decision: Decision, country: str = "", shipping: Offered | None = None
) -> Totals:
    """The totals of at least one line for goods that go to `country` (the shop's own when it is not known).

    Gross prices contain their tax, net prices have it added once per rate. Shipping is taxed at the goods' rates, in
    proportion to what they cost.
    """
    currency = lines[0].price.currency
    priced = tuple(_line(house, line, at, decision, country or house.country) for at, line in enumerate(lines))
    goods = _sum((each.amount for each in priced), currency)
    discount = _sum((each.discount for each in priced), currency)
    cost = None if shipping is None else shipping_price(decision, shipping)
    paid = goods - discount + (cost or Money(0, currency))
    taxes = tax.shares(tax.spread(((each.rate, each.due) for each in priced), cost), house.tax_included)
    added = Money(0, currency) if house.tax_included else _sum((each.tax for each in taxes), currency)
    return Totals(priced, goods, decision.applied, discount, cost, paid + added, taxes, house.tax_included)


def _line(house: House, line: Line, at: int, decision: Decision, country: str) -> PricedLine:
    off = _sum((each.shares[at] for each in decision.reductions), line.price.currency)
    return PricedLine(line, line.total, off, tax.rate(country, line.product.category_key, house))


def shipping_price(decision: Decision, chosen: Offered) -> Money:
    """What this shipping costs after promotions."""
    free = any(not each.shipping or chosen.option.key in each.shipping for each in decision.free_shipping)
    return Money(0, chosen.price.currency) if free else chosen.price


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return Money(sum(each.minor for each in amounts), currency)
