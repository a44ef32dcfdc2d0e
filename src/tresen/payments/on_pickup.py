"""On pick-up: paid at the shop's counter, in cash or by card, when the goods are handed over."""

from tresen.kit.words import say
from tresen.payments._by_hand import ByHand
from tresen.payments.base import Charge, Provider, Site, Started, Totals
from tresen.shop.house import House


def build(site: Site) -> Provider:
    return OnPickup()


class OnPickup(ByHand):
    name = "on_pickup"

    def label(self, locale: str) -> str:
        return say("payment-on-pickup", locale)

    def available(self, house: House, totals: Totals, shipping_kind: str) -> bool:
        return shipping_kind == "pickup"

    async def start(self, charge: Charge) -> Started:
        return Started(charge.payment_id, "", "due")
