"""What the retrieval suite needs from a shop: one search, and how long it took."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Sight:
    """`ranked`: external product ids, best first, also of what fits only a little; `shown`: how many a shopper gets.

    `seconds` is the time of the shopper's search.
    """

    ranked: list[str]
    shown: int
    seconds: float


class Seek(Protocol):
    """Searches once. It is awaited on Inspect's own event loop."""

    async def __call__(self, query: str, locale: str) -> Sight: ...
