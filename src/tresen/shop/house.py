"""The shop itself: name, languages, currency, and which people answer when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tresen.kit.errors import Misconfigured
from tresen.shop.memoryrules import MemoryRules
from tresen.shop.promotions import Promotion, refuse_doubles
from tresen.shop.returnrules import ReturnRules
from tresen.shop.shipping import DAYS as DAYS
from tresen.shop.shipping import ShippingOption, calendar
from tresen.shop.tax import EU, TaxRates
from tresen.shop.voice import Voice

WORKWEEK = ("mon", "tue", "wed", "thu", "fri")

# Part of addresses, of a column of 40 letters, and of what shoppers type in either case.
_PREFIX = re.compile(r"[A-Z0-9-]{0,20}")


@dataclass(frozen=True)
class Department:
    """Who a shopper can be handed to. Times are the shop's local time; answers come within `minutes`."""

    name: str = "Service"
    days: tuple[str, ...] = WORKWEEK
    opens: time = time(10)
    closes: time = time(18)
    minutes: int = 30

    def promised_by(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When a shopper who asks at `now` has an answer; None for a department that never opens."""
        for opens, closes in self._shifts(now, zone):
            if now < closes:
                return min(max(now, opens) + timedelta(minutes=self.minutes), closes).astimezone(now.tzinfo)
        return None

    def is_open(self, now: datetime, zone: ZoneInfo) -> bool:
        return any(opens <= now < closes for opens, closes in self._shifts(now, zone))

    def _shifts(self, now: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """(opens, closes) in UTC from yesterday on; who closes before they open closes on the next day."""
        today = now.astimezone(zone).date()
        for day in (today + timedelta(days=ahead) for ahead in range(-1, 8)):
            if DAYS[day.weekday()] in self.days:
                last = day + timedelta(days=self.closes <= self.opens)
                # In UTC, because an hour of the local clock may be missing or come twice.
                yield (
                    datetime.combine(day, self.opens, zone).astimezone(UTC),
                    datetime.combine(last, self.closes, zone).astimezone(UTC),
                )


@dataclass(frozen=True)
class House:
    """What a merchant says about the shop, in `[shop]` of tresen.toml.

    `country` and `region` (ISO 3166) decide on tax and public holidays; `tax_included` tells whether prices are gross;
    `reduced_tax` are the category keys with the reduced rate, `tax_rates` replaces rates by country; `address` is the
    shop's own, for printed pages; a typed yes orders only where `typed_confirmation` allows it.
    """

    name: str = "Shop"
    locales: tuple[str, ...] = ("de", "en")
    currency: str = "EUR"
    time_zone: str = "Europe/Berlin"
    email: str = ""
    phone: str = ""
    tone: str = "friendly, plain, brief"
    voice: Voice = field(default_factory=Voice)
    departments: tuple[Department, ...] = field(default_factory=lambda: (Department(),))
    country: str = "DE"
    region: str = ""
    address: str = ""
    tax_included: bool = True
    reduced_tax: tuple[str, ...] = ()
    tax_rates: dict[str, TaxRates] = field(default_factory=dict)
    shipping: tuple[ShippingOption, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    returns: ReturnRules = field(default_factory=ReturnRules)
    payments: tuple[str, ...] = ("invoice",)
    invoice_limit: Decimal | None = None
    typed_confirmation: bool = False
    order_prefix: str = ""
    memory: MemoryRules = field(default_factory=MemoryRules)

    def __post_init__(self) -> None:
        if self.typed_confirmation and self.country in EU:
            raise Misconfigured(
                "Inside the EU a typed yes cannot order.", hint="take typed_confirmation out of tresen.toml"
            )
        if not _PREFIX.fullmatch(self.order_prefix):
            told = "An order_prefix is at most 20 capital letters, digits and hyphens: numbers are looked up so."
            raise Misconfigured(told, hint='write order_prefix = "BL-" or the like into tresen.toml')
        calendar(self.country, self.region)
        refuse_doubles(self.promotions)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def department(self, name: str) -> Department:
        """The department of that name, else the first one; somebody always answers."""
        wanted = name.strip().casefold()
        everybody = self.departments or (Department(),)
        return next((each for each in everybody if each.name.casefold() == wanted), everybody[0])

    def locale(self, wanted: str | None) -> str:
        """The shop's language that fits `wanted` (`de-AT`, or `fr,en;q=0.8` of a browser), else its first."""
        asked = (each.split(";")[0].strip().replace("_", "-") for each in (wanted or "").split(","))
        short = (each.split("-")[0].lower() for each in asked)
        return next((each for each in short if each in self.locales), self.locales[0])
