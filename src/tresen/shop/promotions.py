"""Promotions: what a merchant allows, who may have it now, and why not; the arithmetic is in reductions.py.

A promotion without a code counts by itself, one with a code when the shopper gives it, a personal one when a rule of
ours has issued a code to this shopper. Minimum and tiers look at the goods in scope at full price. Promotions that
stack combine with each other; one that does not stands alone. The combination that saves most wins, then the one that
honours more codes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from tresen.kit import words
from tresen.kit.errors import Conflict, NotFound
from tresen.shop import reductions
from tresen.shop.cart import Line
from tresen.shop.catalog import Texts
from tresen.shop.money import Money, rounded
from tresen.shop.reductions import Reduction
from tresen.shop.tax import within


@dataclass(frozen=True)
class Promotion:
    """One promotion, `[[shop.promotions]]` in tresen.toml. Each list that is given narrows what is in scope; a category
    stands for everything below it.

    `percent` is what percent, tiered (per tier) and buy_x_get_y take off; in buy_x_get_y 0 means that the `get`
    cheapest of each `buy` + `get` pieces are free. Caps of 0 are none. `shipping` names the options that
    free_shipping is for; none named are all.
    """

    key: str
    kind: Literal["percent", "fixed", "free_shipping", "buy_x_get_y", "tiered"]
    label: Texts
    code: str = ""
    personal: bool = False
    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()  # (goods from, percent)
    buy: int = 0
    get: int = 0
    starts: datetime | None = None
    ends: datetime | None = None
    minimum: Decimal = Decimal(0)
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    products: tuple[str, ...] = ()  # external ids or skus
    exclude_categories: tuple[str, ...] = ()
    shipping: tuple[str, ...] = ()
    per_shopper: int = 0
    total: int = 0
    stacks: bool = False

    def __post_init__(self) -> None:
        for wrong, reason in self._faults():
            if wrong:
                raise ValueError(f"promotion {self.key!r}: {reason}")

    @property
    def automatic(self) -> bool:
        return not self.code and not self.personal

    def covers(self, line: Line) -> bool:
        """Whether the line is in scope."""
        item, category = line.product, line.product.category_key
        return (
            (not self.categories or any(within(category, each) for each in self.categories))
            and not any(within(category, each) for each in self.exclude_categories)
            and (not self.brands or item.brand.casefold() in map(str.casefold, self.brands))
            and (not self.products or bool({item.external_id, line.variant.sku} & set(self.products)))
        )

    def _faults(self) -> Iterator[tuple[bool, str]]:
        percents = (self.percent, *(percent for _, percent in self.tiers))
        yield not self.key or not self.label, "needs a key and a label"
        yield any(not 0 <= each <= 100 for each in percents), "a percentage is from 0 to 100"
        yield self.kind == "percent" and not self.percent, "needs `percent`"
        yield self.kind == "fixed" and self.amount <= 0, "needs an `amount` above 0"
        yield self.kind == "tiered" and not self.tiers, "needs `tiers`"
        yield self.kind == "buy_x_get_y" and min(self.buy, self.get) < 1, "needs `buy` and `get` of at least 1"
        yield bool(self.code) and self.personal, "a personal promotion has no code of its own"
        yield self.minimum < 0 or min(self.per_shopper, self.total) < 0, "minimum and caps are not negative"
        naive = any(at and at.tzinfo is None for at in (self.starts, self.ends))
        yield naive, "`starts` and `ends` need an offset from UTC, such as 2026-11-27T00:00:00+01:00"


class CodeUnknown(NotFound):
    code = "code_unknown"
    say = "There is no such code."


class CodeRefused(Conflict):
    """A code of ours that does not count now."""

    code = "code_refused"


class CodeExpired(CodeRefused):
    code = "code_expired"
    say = "This code has expired."


class CodeNotYet(CodeRefused):
    code = "code_not_yet"
    say = "This code is not valid yet."


class CodeUsedUp(CodeRefused):
    code = "code_used_up"
    say = "This code has been used as often as it may be."


class CodeOutOfScope(CodeRefused):
    code = "code_out_of_scope"
    say = "This code is for other goods than those in the cart."


class CodeNotCombinable(CodeRefused):
    code = "code_not_combinable"
    say = "This code cannot be combined with a better reduction that the cart already has."


class CodeBelowMinimum(CodeRefused):
    """Goods in scope are missing: an amount of them, or some pieces."""

    code = "code_below_minimum"

    def __init__(self, missing: Money | None = None, pieces: int = 0) -> None:
        self.missing = missing
        self.pieces = pieces
        super().__init__(f"The cart lacks {missing.text('en') if missing else f'{pieces} piece(s)'} for this code.")

    def told(self, locale: str) -> str:
        if self.missing is None:
            return words.say("refusal-code_too_few", locale, pieces=self.pieces)
        return words.say("refusal-code_below_minimum", locale, missing=self.missing.text(locale))


Refused = CodeUnknown | CodeRefused


@dataclass(frozen=True)
class Usage:
    """How often each promotion has been used: by everybody, by this shopper; and the personal codes that are spent."""

    total: Mapping[str, int] = field(default_factory=dict)
    mine: Mapping[str, int] = field(default_factory=dict)
    spent: frozenset[str] = frozenset()

    def exhausts(self, found: Promotion, code: str) -> bool:
        total, mine = self.total.get(found.key, 0), self.mine.get(found.key, 0)
        return 0 < found.total <= total or 0 < found.per_shopper <= mine or (found.personal and code in self.spent)


@dataclass(frozen=True)
class Personal:
    """A code that a rule has issued to this shopper."""

    promotion: str
    expires_at: datetime


@dataclass(frozen=True)
class Decision:
    """What counts, in the order in which it was applied, and why a code does not."""

    reductions: tuple[Reduction, ...] = ()
    free_shipping: tuple[Reduction, ...] = ()
    refused: Mapping[str, Refused] = field(default_factory=dict)

    @property
    def applied(self) -> tuple[Reduction, ...]:
        return self.reductions + self.free_shipping


def decide(
    lines: Sequence[Line],
    codes: Sequence[str],
    promotions: Sequence[Promotion],
    usage: Usage,
    now: datetime,
    personal: Mapping[str, Personal],
) -> Decision:
    """Which reductions the cart has. The same arguments always give the same decision.

    Args:
        codes: As the shopper gave them; `refused` names them in the folded form (see `fold`).
        personal: The codes of this shopper, folded.
    """
    allowed: list[tuple[Promotion, str]] = []
    refused: dict[str, Refused] = {}
    for found, code in _asked(codes, promotions, personal, refused):
        ends = personal[code].expires_at if found.personal else None
        reason = _why_not(found, code, lines, usage, now, ends)
        if reason is None:
            allowed.append((found, code))
        elif code:
            refused[code] = reason
    best = max(_combinations(allowed), key=lambda chosen: _worth(lines, chosen), default=[])
    applied = reductions.apply(lines, best)
    counted = {each.code for each in applied}
    refused |= {code: CodeNotCombinable() for _, code in allowed if code and code not in counted}
    on_goods = tuple(each for each in applied if each.amount.minor)
    return Decision(on_goods, tuple(each for each in applied if not each.amount.minor), refused)


def fold(code: str) -> str:
    """A code as it is compared: people type blanks and capitals."""
    return "".join(code.split()).casefold()


def refuse_doubles(promotions: Sequence[Promotion]) -> None:
    """Keys and codes name one promotion each.

    Raises:
        ValueError: which of them do not.
    """
    for names in ([each.key for each in promotions], [fold(each.code) for each in promotions if each.code]):
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"more than one promotion is called {', '.join(sorted(twice))}")


def _asked(
    codes: Sequence[str],
    promotions: Sequence[Promotion],
    personal: Mapping[str, Personal],
    refused: dict[str, Refused],
) -> Iterator[tuple[Promotion, str]]:
    """The promotions in question, each once, in the merchant's order; codes that lead nowhere are refused."""
    by_key = {each.key: each for each in promotions}
    by_code = {fold(each.code): each.key for each in promotions if each.code}
    asked: dict[str, str] = {each.key: "" for each in promotions if each.automatic}
    for code in dict.fromkeys(map(fold, codes)):
        key = by_code.get(code) or (personal[code].promotion if code in personal else "")
        if key not in by_key or by_key[key].personal != (code in personal and code not in by_code):
            refused[code] = CodeUnknown()
        elif key in asked:
            refused[code] = CodeNotCombinable()
        else:
            asked[key] = code
    yield from ((each, asked[each.key]) for each in promotions if each.key in asked)


def _why_not(
    found: Promotion, code: str, lines: Sequence[Line], usage: Usage, now: datetime, ends: datetime | None
) -> Refused | None:
    if found.starts and now < found.starts:
        return CodeNotYet()
    if any(end and end <= now for end in (found.ends, ends)):
        return CodeExpired()
    if usage.exhausts(found, code):
        return CodeUsedUp()
    goods = [line for line in lines if found.covers(line)]
    worth = sum(line.total.minor for line in goods)
    if not worth:
        return CodeOutOfScope()
    first = min((start for start, _ in found.tiers), default=Decimal(0)) if found.kind == "tiered" else Decimal(0)
    least = max(found.minimum, first)
    missing = rounded(least, goods[0].price.currency).minor - worth
    if missing > 0:
        return CodeBelowMinimum(Money(missing, goods[0].price.currency))
    lacking = found.buy + found.get - sum(line.quantity for line in goods)
    return CodeBelowMinimum(pieces=lacking) if found.kind == "buy_x_get_y" and lacking > 0 else None


def _combinations(allowed: Sequence[tuple[Promotion, str]]) -> Iterable[list[tuple[Promotion, str]]]:
    """Everything that stacks together, or one that does not alone."""
    stacking = [each for each in allowed if each[0].stacks]
    return [*([stacking] if stacking else []), *([each] for each in allowed if not each[0].stacks)]


def _worth(lines: Sequence[Line], chosen: Sequence[tuple[Promotion, str]]) -> tuple[int, int, int]:
    applied = reductions.apply(lines, chosen)
    return sum(each.amount.minor for each in applied), sum(bool(each.code) for each in applied), len(applied)
