"""What the shop may keep of what shoppers say of themselves, in `[shop.memory]` of tresen.toml."""

from dataclasses import dataclass

from tresen.kit.errors import Misconfigured


@dataclass(frozen=True)
class MemoryRules:
    """`days` is how long something is kept after it was said last; without `on` nothing is kept, used or shown.

    `viewed` lets the pages that a shopper has looked at order what is found in the same visit, if they agreed.
    """

    on: bool = True
    days: int = 365
    viewed: bool = True

    def __post_init__(self) -> None:
        if self.days < 1:
            raise Misconfigured("What shoppers say is kept for at least a day.", hint="set shop.memory.days")
