"""A shopper who buys over the API, as the widget does it."""

from typing import Any

import selling
from visitor import Visitor


async def buy(visitor: Visitor, payment: str = "invoice", shipping: str = "parcel", quantity: int = 2) -> str:
    """Socks into the cart, an address, an offer, the button; the order's number."""
    await _sent(visitor, "PUT", "/cart", {"variant_id": selling.SOCK, "quantity": quantity})
    await _sent(visitor, "PUT", "/checkout", {"address": selling.ADDRESS, "shipping": shipping, "payment": payment})
    offered = await _sent(visitor, "POST", "/quote")
    done = await _sent(visitor, "POST", "/confirm", {"nonce": offered["action"]["target"]})
    return str(done["order"]["number"])


async def send_back(visitor: Visitor, number: str, lines: dict[str, int]) -> None:
    """Announce a return (position: quantity) and confirm it."""
    asked = await _sent(visitor, "POST", f"/orders/{number}/return", {"lines": lines})
    await _sent(visitor, "POST", "/confirm", {"nonce": asked["action"]["target"]})


async def _sent(visitor: Visitor, method: str, path: str, body: Any = None) -> dict[str, Any]:
    answer = await visitor.http.request(method, visitor.path + path, json=body, headers=visitor.auth)
    return dict(answer.raise_for_status().json())
