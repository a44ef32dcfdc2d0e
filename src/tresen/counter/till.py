"""What selling needs beside the rows of the shop."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tresen.counter.backend import Backend
from tresen.payments.base import Provider
from tresen.shop.house import House
from tresen.shop.local import LocalShop


@dataclass(frozen=True)
class Till:
    """The shop's rules, the ways to pay by name, the public address of our pages, and who carries orders out."""

    house: House
    providers: Mapping[str, Provider] = field(default_factory=dict)
    base_url: str = ""
    elsewhere: Backend | None = None

    @property
    def backend(self) -> Backend:
        """Who carries orders out: our own tables, unless a system elsewhere does."""
        return self.elsewhere or LocalShop(self.house)
