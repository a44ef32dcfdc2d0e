"""What a suite needs from the agent: a whole conversation, and what came of it."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Transcript:
    """A conversation as a scorer sees it: one entry per turn in `replies`, `shown` and `outcomes`.

    `shown` holds external product ids in the order of the cards, `outcomes` what the searches of that turn
    reported, `cart` the quantity of each external variant id at the end, `owner` who answers then, `cited` the file
    names of the documents that each turn relied on.
    """

    replies: list[str]
    shown: list[list[str]]
    outcomes: list[list[str]]
    cart: dict[str, int] = field(default_factory=dict)
    owner: str = "agent"
    cited: list[list[str]] = field(default_factory=list)


class Talk(Protocol):
    """Holds one conversation. It is awaited on Inspect's own event loop, several conversations at a time."""

    async def __call__(self, turns: list[str], locale: str) -> Transcript: ...
