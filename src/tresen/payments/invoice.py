"""On invoice: the goods go out first, the money comes by bank transfer, and people of the shop see it arrive."""

from datetime import timedelta

from tresen.kit.words import say
from tresen.payments._by_hand import ByHand
from tresen.payments.base import Charge, Provider, Site, Started, Totals
from tresen.shop.house import House
from tresen.shop.money import rounded

DAYS = 14


def build(site: Site) -> Provider:
    return Invoice(site)


class Invoice(ByHand):
    name = "invoice"

    def __init__(self, site: Site) -> None:
        self._zone = site.house.zone

    def label(self, locale: str) -> str:
        return say("payment-invoice", locale)

    def available(self, house: House, totals: Totals, shipping_kind: str) -> bool:
        limit = house.invoice_limit
        return limit is None or totals.total <= rounded(limit, totals.total.currency)

    async def start(self, charge: Charge) -> Started:
        due_on = charge.created_at.astimezone(self._zone).date() + timedelta(days=DAYS)
        return Started(charge.payment_id, "", "due", due_on)
