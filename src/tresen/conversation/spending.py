"""What models have cost, in one row per day of the shop and per whom; caps are kept while many spend at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tresen.conversation.shoppers import Shopper
from tresen.conversation.tables import spending
from tresen.kit.db import Tx
from tresen.kit.errors import TooMany

SHOP = "shop"
FIGURES = ("calls", "input_tokens", "output_tokens", "cost")


@dataclass(frozen=True)
class Spent:
    """`cost` in millionths of the currency that prices of models are set in."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: int = 0

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(*(getattr(self, each) + getattr(other, each) for each in FIGURES))

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(*(getattr(self, each) - getattr(other, each) for each in FIGURES))

    def __mul__(self, times: int) -> "Spent":
        return Spent(*(getattr(self, each) * times for each in FIGURES))


@dataclass(frozen=True)
class Cap:
    """The most of one day; 0 is no limit."""

    tokens: int = 0
    cost: int = 0

    def reached(self, spent: Spent) -> bool:
        return (0 < self.tokens <= spent.tokens) or (0 < self.cost <= spent.cost)


NO_CAP = Cap()


@dataclass(frozen=True)
class Caps:
    """A conversation's cap is one of a day too: a messenger's conversation never ends."""

    conversation: Cap = NO_CAP
    shopper: Cap = NO_CAP
    shop: Cap = NO_CAP

    def of(self, whom: str) -> Cap:
        found: Cap = getattr(self, whom.partition(":")[0])
        return found


class CapReached(TooMany):
    """Nothing more may be spent for this one today."""

    code = "cap_reached"
    say = "The shop's assistant has done what it may for today."


def day(now: datetime, zone: ZoneInfo) -> str:
    """The shop's own day; a cap begins anew at its midnight."""
    return now.astimezone(zone).date().isoformat()


def whom(shopper: Shopper) -> tuple[str, str, str]:
    """Whose rows a call of this shopper's turn is added to, in the order in which they are locked."""
    return f"conversation:{shopper.conversation_id}", f"shopper:{shopper.id}", SHOP


async def read(tx: Tx, of_day: str, names: Sequence[str]) -> dict[str, Spent]:
    """What each has spent on that day so far."""
    query = select(spending).where(spending.c.day == of_day, spending.c.whom.in_(names))
    found = {row.whom: Spent(*(getattr(row, each) for each in FIGURES)) for row in await tx.rows(query)}
    return {name: found.get(name, Spent()) for name in names}


async def add(tx: Tx, of_day: str, name: str, more: Spent) -> Spent:
    """Add to one row, atomically, and return what it holds then; `more` may take back what was reserved too much."""
    figures = {each: getattr(more, each) for each in FIGURES}
    row = tx.upsert(spending).values(day=of_day, whom=name, **figures)
    grown = {each: spending.c[each] + figures[each] for each in FIGURES}
    statement = row.on_conflict_do_update(index_elements=["day", "whom"], set_=grown)
    found = await tx.row(statement.returning(*(spending.c[each] for each in FIGURES)))
    return Spent(*found) if found else more


async def add_all(tx: Tx, of_day: str, names: Sequence[str], more: Spent) -> None:
    for name in names:
        await add(tx, of_day, name, more)


async def reserve(tx: Tx, of_day: str, names: Sequence[str], wanted: Spent, caps: Caps) -> None:
    """Set aside what one call may take, so that many calls at once exceed a cap by one call, not by many.

    Raises:
        CapReached: one of them had nothing left; roll back.
    """
    for name in names:
        if caps.of(name).reached(await add(tx, of_day, name, wanted) - wanted):
            raise CapReached(whom=name, day=of_day)
