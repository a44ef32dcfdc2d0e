"""The arithmetic of promotions: how much each takes off each line, one after the other, never below zero.

Pieces for free come first, then tiers, percentages and amounts; each works on what the earlier ones have left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tresen.shop.cart import Line
from tresen.shop.catalog import Texts
from tresen.shop.money import Money, percent_of, rounded, share

if TYPE_CHECKING:
    from tresen.shop.promotions import Promotion

_ORDER = ("buy_x_get_y", "tiered", "percent", "fixed", "free_shipping")


@dataclass(frozen=True)
class Reduction:
    """What a promotion takes off: the amount, and the share of each line of the cart in the cart's order.

    Free shipping takes nothing off the goods; `shipping` names the options it is for, none are all.
    """

    key: str
    code: str
    label: Texts
    amount: Money
    shares: tuple[Money, ...]
    shipping: tuple[str, ...] = ()


def apply(lines: Sequence[Line], chosen: "Sequence[tuple[Promotion, str]]") -> list[Reduction]:
    """The reductions of the chosen promotions (with their codes); what would take nothing off is left out."""
    left = [line.total for line in lines]
    found: list[Reduction] = []
    for promotion, code in sorted(chosen, key=lambda each: _ORDER.index(each[0].kind)):
        shares = _shares(promotion, lines, left)
        amount = Money(sum(each.minor for each in shares), lines[0].price.currency)
        if amount.minor or promotion.kind == "free_shipping":
            left = [rest - taken for rest, taken in zip(left, shares, strict=True)]
            found.append(Reduction(promotion.key, code, promotion.label, amount, tuple(shares), promotion.shipping))
    return found


def _shares(promotion: "Promotion", lines: Sequence[Line], left: Sequence[Money]) -> list[Money]:
    covered = [promotion.covers(line) for line in lines]
    weights = [rest.minor if inside else 0 for rest, inside in zip(left, covered, strict=True)]
    base = Money(sum(weights), lines[0].price.currency)
    if not base.minor or promotion.kind == "free_shipping":
        return [Money(0, base.currency)] * len(lines)
    if promotion.kind == "buy_x_get_y":
        return _pieces(promotion, lines, covered, left)
    if promotion.kind == "fixed":
        return share(min(rounded(promotion.amount, base.currency), base), weights)
    percent = promotion.percent
    if promotion.kind == "tiered":
        full = sum(line.total.minor for line, inside in zip(lines, covered, strict=True) if inside)
        reached = [(start, each) for start, each in promotion.tiers if rounded(start, base.currency).minor <= full]
        percent = max(reached)[1]
    return share(percent_of(base, percent), weights)


def _pieces(
    promotion: "Promotion", lines: Sequence[Line], covered: Sequence[bool], left: Sequence[Money]
) -> list[Money]:
    """The cheapest pieces of each full set are reduced: `get` of every `buy` + `get` in scope."""
    inside = [at for at, is_in in enumerate(covered) if is_in]
    count = sum(lines[at].quantity for at in inside)
    free = count // (promotion.buy + promotion.get) * promotion.get
    shares = [Money(0, line.price.currency) for line in lines]
    for at in sorted(inside, key=lambda each: (lines[each].price.minor, each)):
        taken = min(free, lines[at].quantity)
        free -= taken
        shares[at] = min(percent_of(lines[at].price * taken, promotion.percent or 100), left[at])
    return shares
