"""Money is integer minor units and a currency, and refuses to be mixed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering

from babel.numbers import format_currency, get_currency_precision


@total_ordering
@dataclass(frozen=True)
class Money:
    """An amount in minor units (cents for EUR, yen for JPY)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError("money counts whole minor units")
        if len(self.currency) != 3 or not self.currency.isupper():
            raise ValueError(f"not an ISO 4217 currency: {self.currency!r}")

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise ValueError(f"cannot take {other.currency} from {self.currency}")
        return Money(self.minor - other.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        if self.currency != other.currency:
            raise ValueError(f"cannot compare {other.currency} with {self.currency}")
        return self.minor < other.minor

    def __mul__(self, count: int) -> "Money":
        if not isinstance(count, int) or isinstance(count, bool):
            raise TypeError("money is multiplied by whole numbers; fractions go through rounded()")
        return Money(self.minor * count, self.currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def text(self, locale: str) -> str:
        """As people write it: `12,90 €` in German, `€12.90` in English."""
        return str(format_currency(self.amount, self.currency, locale=locale))


def rounded(amount: Decimal, currency: str) -> Money:
    """The one place where fractions of a minor unit disappear: half away from zero, as shops count.

    Args:
        amount: Major units, any number of decimals.
    """
    minor = amount.scaleb(get_currency_precision(currency)).quantize(Decimal(1), ROUND_HALF_UP)
    return Money(int(minor), currency)


def percent_of(amount: Money, percent: Decimal | int) -> Money:
    """`percent` percent of the amount, rounded to the minor unit."""
    return rounded(amount.amount * percent / 100, amount.currency)


def share(total: Money, weights: Sequence[int]) -> list[Money]:
    """Divide `total` in proportion to `weights` so that the parts add up to it exactly (largest remainder).

    Leftover minor units go to the largest remainders, earlier parts first; weights that are all zero count as equal.

    Raises:
        ValueError: no weights, or a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("shares need weights, none of them negative")
    each = weights if any(weights) else [1] * len(weights)
    whole, sign = sum(each), -1 if total.minor < 0 else 1
    parts = [divmod(abs(total.minor) * weight, whole) for weight in each]
    left = abs(total.minor) - sum(quotient for quotient, _ in parts)
    favoured = set(sorted(range(len(parts)), key=lambda at: -parts[at][1])[:left])
    return [Money(sign * (quotient + (at in favoured)), total.currency) for at, (quotient, _) in enumerate(parts)]
