"""The shop itself: name, languages, currency, and which people answer when."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKWEEK = ("mon", "tue", "wed", "thu", "fri")


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
        local = now.astimezone(zone)
        for ahead in range(8):
            day = local.date() + timedelta(days=ahead)
            if DAYS[day.weekday()] not in self.days:
                continue
            opens, closes = (datetime.combine(day, at, zone) for at in (self.opens, self.closes))
            if local < closes:
                return min(max(local, opens) + timedelta(minutes=self.minutes), closes).astimezone(now.tzinfo)
        return None

    def is_open(self, now: datetime, zone: ZoneInfo) -> bool:
        local = now.astimezone(zone)
        return DAYS[local.weekday()] in self.days and self.opens <= local.time() < self.closes


@dataclass(frozen=True)
class House:
    """What a merchant says about the shop, in `[shop]` of tresen.toml."""

    name: str = "Shop"
    locales: tuple[str, ...] = ("de", "en")
    currency: str = "EUR"
    time_zone: str = "Europe/Berlin"
    email: str = ""
    phone: str = ""
    tone: str = "friendly, plain, brief"
    departments: tuple[Department, ...] = field(default_factory=lambda: (Department(),))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def department(self, name: str) -> Department:
        """The department of that name, else the first one."""
        wanted = name.strip().casefold()
        return next((each for each in self.departments if each.name.casefold() == wanted), self.departments[0])

    def locale(self, wanted: str | None) -> str:
        """The shop's language that fits `wanted` (`de-AT` fits `de`), else its first."""
        short = (wanted or "").replace("_", "-").split("-")[0].lower()
        return short if short in self.locales else self.locales[0]
