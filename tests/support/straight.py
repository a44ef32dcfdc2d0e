"""The totals of a cart once more, written apart from the shop's code: plain cents, fractions and loops.

It takes plain data on purpose and imports nothing of Tresen, so that a mistake there is not repeated here.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Item:
    cents: int
    pieces: int
    category: str
    rate: Fraction


@dataclass(frozen=True)
class Deal:
    """`steps`: (cents, percent). An empty `categories` is everything."""

    key: str
    kind: str
    code: str
    percent: Fraction
    cents: int
    steps: tuple[tuple[int, Fraction], ...]
    buy: int
    get: int
    minimum: int
    categories: tuple[str, ...]
    stacks: bool


@dataclass(frozen=True)
class Sum:
    goods: int
    discount: int
    shipping: int
    total: int
    off: tuple[int, ...]  # per line
    deals: tuple[str, ...]
    taxes: dict[Fraction, tuple[int, int]]  # rate: (net, tax)


def totals(
    items: list[Item], deals: list[Deal], codes: set[str], gross: bool, price: int, free_from: int | None
) -> Sum:
    """Everything from the shelf price to the last cent of tax."""
    usable = [deal for deal in deals if (not deal.code or deal.code in codes) and fits(deal, items)]
    sets = [[deal for deal in usable if deal.stacks]] + [[deal] for deal in usable if not deal.stacks]
    best: tuple[int, int, int] | None = None
    off = [0] * len(items)
    names: tuple[str, ...] = ()
    for chosen in sets:
        if not chosen:
            continue
        tried, counted = take_off(items, chosen)
        rank = (sum(tried), sum(1 for deal in counted if deal.code), len(counted))
        if best is None or rank > best:
            best, off, names = rank, tried, tuple(deal.key for deal in counted)
    goods = sum(item.cents * item.pieces for item in items)
    due = goods - sum(off)
    free = any(deal.kind == "free_shipping" and deal.key in names for deal in deals)
    shipping = 0 if free or (free_from is not None and due >= free_from) else price
    taxes = per_rate(items, off, shipping, gross)
    added = 0 if gross else sum(tax for _, tax in taxes.values())
    return Sum(goods, sum(off), shipping, due + shipping + added, tuple(off), names, taxes)


def fits(deal: Deal, items: list[Item]) -> bool:
    inside = [item for item in items if not deal.categories or item.category in deal.categories]
    worth = sum(item.cents * item.pieces for item in inside)
    if worth == 0 or worth < deal.minimum:
        return False
    if deal.kind == "tiered" and all(worth < start for start, _ in deal.steps):
        return False
    return deal.kind != "buy_x_get_y" or sum(item.pieces for item in inside) >= deal.buy + deal.get


def take_off(items: list[Item], chosen: list[Deal]) -> tuple[list[int], list[Deal]]:
    left = [item.cents * item.pieces for item in items]
    counted = []
    for kind in ("buy_x_get_y", "tiered", "percent", "fixed", "free_shipping"):
        for deal in chosen:
            if deal.kind != kind:
                continue
            inside = [at for at in range(len(items)) if not deal.categories or items[at].category in deal.categories]
            gone = one(deal, items, inside, left)
            if any(gone) or kind == "free_shipping":
                counted.append(deal)
            left = [rest - part for rest, part in zip(left, gone, strict=True)]
    return [item.cents * item.pieces - rest for item, rest in zip(items, left, strict=True)], counted


def one(deal: Deal, items: list[Item], inside: list[int], left: list[int]) -> list[int]:
    gone = [0] * len(items)
    base = sum(left[at] for at in inside)
    if deal.kind == "free_shipping" or base == 0:
        return gone
    if deal.kind == "buy_x_get_y":
        pieces = sorted((items[at].cents, at) for at in inside for _ in range(items[at].pieces))
        free = [at for _, at in pieces[: len(pieces) // (deal.buy + deal.get) * deal.get]]
        for at in set(free):
            gone[at] = min(left[at], half_up(Fraction(items[at].cents * free.count(at)) * (deal.percent or 100) / 100))
        return gone
    amount = min(deal.cents, base)
    if deal.kind != "fixed":
        percent = deal.percent
        if deal.kind == "tiered":
            worth = sum(items[at].cents * items[at].pieces for at in inside)
            percent = [each for start, each in sorted(deal.steps) if start <= worth][-1]
        amount = half_up(base * percent / 100)
    for at, part in zip(inside, spread(amount, [left[at] for at in inside]), strict=True):
        gone[at] = part
    return gone


def per_rate(items: list[Item], off: list[int], shipping: int, gross: bool) -> dict[Fraction, tuple[int, int]]:
    rates = list(dict.fromkeys(item.rate for item in items))
    worth = [
        sum(item.cents * item.pieces - part for item, part in zip(items, off, strict=True) if item.rate == rate)
        for rate in rates
    ]
    found = {}
    for rate, amount, part in zip(rates, worth, spread(shipping, worth), strict=True):
        paid = amount + part
        tax = half_up(paid * rate / (100 + rate)) if gross else half_up(paid * rate / 100)
        found[rate] = (paid - tax, tax) if gross else (paid, tax)
    return found


def spread(amount: int, weights: list[int]) -> list[int]:
    """Cents in proportion to weights: everybody gets the whole part, the largest fractions get one more."""
    if sum(weights) == 0:
        weights = [1] * len(weights)
    exact = [Fraction(amount * weight, sum(weights)) for weight in weights]
    parts = [int(each) for each in exact]
    while sum(parts) < amount:
        rests = [each - part for each, part in zip(exact, parts, strict=True)]
        parts[rests.index(max(rests))] += 1
    return parts


def half_up(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))
