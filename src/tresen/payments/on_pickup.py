"""On pick-up: paid at the shop's counter, in cash or by card, when the goods are handed over."""

from collections.abc import Mapping

from tresen.kit.words import say
from tresen.payments.base import Charge, NoNotices, Notice, Provider, Refunded, Site, Started, State, Totals
from tresen.shop.house import House
from tresen.shop.money import Money


def build(site: Site) -> Provider:
    return OnPickup()


class OnPickup:
    """The till is not connected: what is paid, and what is given back, the order desk enters."""

    name = "on_pickup"

    def label(self, locale: str) -> str:
        return say("payment-on-pickup", locale)

    def available(self, house: House, totals: Totals, shipping_kind: str) -> bool:
        return shipping_kind == "pickup"

    async def start(self, charge: Charge) -> Started:
        return Started(charge.payment_id, "", "due")

    async def refund(self, reference: str, amount: Money, key: str) -> Refunded:
        return Refunded(key, "due")

    def receive(self, headers: Mapping[str, str], body: bytes) -> list[Notice]:
        raise NoNotices

    async def look_up(self, reference: str) -> State:
        return "due"

    async def close(self) -> None:
        """Nothing is open."""
