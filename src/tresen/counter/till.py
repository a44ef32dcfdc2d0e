"""What selling needs beside the rows of the shop."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tresen.payments.base import Provider
from tresen.shop.house import House


@dataclass(frozen=True)
class Till:
    """The shop's rules, the ways to pay by name, and the public address of our pages."""

    house: House
    providers: Mapping[str, Provider] = field(default_factory=dict)
    base_url: str = ""
