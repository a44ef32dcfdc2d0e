"""How goods reach the shopper: options per country, their price, and the days they arrive."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import holidays
from babel.dates import format_date, format_time

from tresen.kit.errors import Misconfigured
from tresen.kit.words import say
from tresen.shop.money import Money, rounded
from tresen.shop.tax import EU

if TYPE_CHECKING:
    from tresen.shop.house import House

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SATURDAY = 5
_LOOK_AHEAD = 60  # days; whoever is closed longer promises nothing


@dataclass(frozen=True)
class Opening:
    """When the pick-up counter is open, in the shop's local time."""

    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat")
    opens: time = time(10)
    closes: time = time(18)


@dataclass(frozen=True)
class ShippingOption:
    """One way of shipping, or pick-up in the shop.

    `countries` are ISO codes, or `EU`; none at all means that the country does not matter. `days` are working days
    after the day of dispatch; what is ordered before `cutoff` (the shop's time) leaves on the same working day.
    A pick-up is ready `hours` after the order, or after the next opening where that would be past closing time.
    """

    key: str
    label: dict[str, str]
    countries: tuple[str, ...] = ()
    price: Decimal = Decimal(0)
    free_from: Decimal | None = None
    days: tuple[int, int] = (1, 3)
    cutoff: time = time(14)
    kind: Literal["parcel", "pickup"] = "parcel"
    hours: int = 2
    opening: tuple[Opening, ...] = (Opening(),)


@dataclass(frozen=True)
class Offered:
    """An option that this cart and country can have, with its price."""

    option: ShippingOption
    price: Money


def options(house: "House", country: str, goods: Money) -> list[Offered]:
    """What can be had in `country` for goods worth `goods` after discounts, in the merchant's order.

    Of the parcels, those that name the country count; without any, those for the EU; without any, those for everywhere.
    Empty when the shop does not ship there, or the goods are not in the shop's currency.
    """
    if goods.currency != house.currency:
        return []
    reach = [_nearness(each, country) for each in house.shipping]
    nearest = max((near for near, each in zip(reach, house.shipping, strict=True) if each.kind == "parcel"), default=0)
    return [
        Offered(each, _price(each, goods))
        for near, each in zip(reach, house.shipping, strict=True)
        if near and (each.kind == "pickup" or near == nearest)
    ]


def destinations(house: "House") -> tuple[str, ...]:
    """The countries that parcels go to by name, the shop's own first."""
    named = {code for each in house.shipping if each.kind == "parcel" for code in each.countries}
    codes = (named - {"EU"}) | (EU.keys() if "EU" in named else set())
    return tuple(sorted(codes, key=lambda code: (code != house.country, code)))


def arrives(option: ShippingOption, house: "House", now: datetime, country: str = "") -> tuple[date, date]:
    """The first and the last day on which what is ordered `now` arrives, or can be picked up.

    Working days are Monday to Friday without the public holidays of the shop's region and of `country`.
    """
    if option.kind == "pickup":
        ready = ready_at(option, house, now).astimezone(house.zone).date()
        return ready, ready
    local = now.astimezone(house.zone)
    start = local.date() if local.time() < option.cutoff else local.date() + timedelta(days=1)
    dispatch = next(_working_days(house, start))
    arrivals = _working_days(house, dispatch + timedelta(days=1), country)
    reached = [dispatch, *(next(arrivals) for _ in range(max(option.days)))]
    return reached[min(option.days)], reached[max(option.days)]


def ready_at(option: ShippingOption, house: "House", now: datetime) -> datetime:
    """When a pick-up ordered `now` is ready, in UTC.

    Raises:
        Misconfigured: the counter never opens.
    """
    now = now.astimezone(UTC)
    for opens, closes in _shifts(option, house, now):
        ready = max(now, opens) + timedelta(hours=option.hours)
        if now < closes and ready <= closes:
            return ready
        if opens > now:  # a shift shorter than the work still ends with the goods on the counter
            return closes
    raise Misconfigured(f"The pick-up {option.key!r} is never ready.", hint="give it opening days")


def window_text(first: date, last: date, locale: str) -> str:
    """`Dienstag, 24. November`, or `24.–26. November`-like with both days named."""
    if first == last:
        return _day(first, locale)
    return say("shipping-window", locale, first=_day(first, locale), last=_day(last, locale))


def promise(option: ShippingOption, house: "House", now: datetime, locale: str, country: str = "") -> str:
    """When the goods are there, as a phrase: arrival days of a parcel, day and time of a pick-up."""
    if option.kind == "parcel":
        return say("shipping-arrives", locale, window=window_text(*arrives(option, house, now, country), locale))
    ready = ready_at(option, house, now).astimezone(house.zone)
    moment = format_time(ready, "short", locale=locale)
    if ready.date() == now.astimezone(house.zone).date():
        return say("shipping-ready-today", locale, time=moment)
    return say("shipping-ready", locale, day=_day(ready.date(), locale), time=moment)


@lru_cache(maxsize=256)
def calendar(country: str, region: str = "") -> holidays.HolidayBase:
    """The public holidays of a country or of one of its regions; none for a country that is not known.

    Raises:
        Misconfigured: no such region.
    """
    known = holidays.list_supported_countries()
    if country not in known:
        return holidays.HolidayBase()
    if region and region not in known[country]:
        raise Misconfigured(f"{country} has no region {region!r}.", hint=f"one of {', '.join(known[country])}")
    return holidays.country_holidays(country, subdiv=region or None)


def _price(option: ShippingOption, goods: Money) -> Money:
    free = option.free_from is not None and goods >= rounded(option.free_from, goods.currency)
    return rounded(Decimal(0) if free else option.price, goods.currency)


def _nearness(option: ShippingOption, country: str) -> int:
    """0: does not go there; the higher, the more the option is meant for the country."""
    if country in option.countries:
        return 3
    if "EU" in option.countries and country in EU:
        return 2
    return 0 if option.countries else 1


def _working_days(house: "House", start: date, country: str = "") -> Iterator[date]:
    closed = [calendar(house.country, house.region)]
    if country and country != house.country:
        closed.append(calendar(country))
    day = start
    while True:
        if day.weekday() < _SATURDAY and not any(day in each for each in closed):
            yield day
        day += timedelta(days=1)


def _shifts(option: ShippingOption, house: "House", now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """(opens, closes) in UTC, from today on; closed on public holidays."""
    today, closed = now.astimezone(house.zone).date(), calendar(house.country, house.region)
    for day in (today + timedelta(days=ahead) for ahead in range(_LOOK_AHEAD)):
        for each in sorted(option.opening, key=lambda opening: opening.opens):
            if DAYS[day.weekday()] in each.days and day not in closed:
                opens, closes = (datetime.combine(day, at, house.zone) for at in (each.opens, each.closes))
                yield opens.astimezone(UTC), closes.astimezone(UTC)


def _day(day: date, locale: str) -> str:
    return str(format_date(day, "EEEE, d. MMMM" if locale == "de" else "EEEE, MMMM d", locale=locale))
