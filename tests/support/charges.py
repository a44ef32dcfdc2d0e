"""Charges for tests of payments."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tresen.payments.base import Charge, ChargeLine
from tresen.shop.money import Money

EMAIL = "mara@example.org"


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def charge(*lines: tuple[str, int, int], total: int | None = None, **other: Any) -> Charge:
    """A charge of these lines (title, quantity, minor units); of one helmet when there are none."""
    listed = tuple(ChargeLine(title, count, euros(minor)) for title, count, minor in lines or [("Helm", 1, 8900)])
    usual = Charge(
        order_number="K-1001",
        payment_id="pay-1",
        total=euros(sum(line.amount.minor for line in listed) if total is None else total),
        lines=listed,
        email=EMAIL,
        locale="de",
        return_url="https://shop.example/orders/K-1001",
        cancel_url="https://shop.example/checkout",
        created_at=datetime.now(UTC),
    )
    return replace(usual, **other)
