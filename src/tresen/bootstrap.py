"""The one place where everything is wired: settings in, a `Tresen` out. Nothing below reads the environment."""

import logging
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from tresen import migrations
from tresen.conversation.turn import Responder, Taps
from tresen.kit import words
from tresen.kit.bus import Bus, LocalBus, RedisBus
from tresen.kit.clock import Clock, SystemClock
from tresen.kit.db import Database
from tresen.kit.errors import TresenError
from tresen.settings import Settings

logger = logging.getLogger(__name__)

SEARCH_TIMEOUT = 8.0  # seconds for an embedding; without one the search goes on by words alone

if TYPE_CHECKING:  # the heavy libraries behind these load when they are used, not when `tresen --help` runs
    from tresen.agent.agent import Agent
    from tresen.agent.models.terms import Terms
    from tresen.channels.base import Channel
    from tresen.conversation.mail import Transport
    from tresen.counter.till import Till
    from tresen.retrieval.search import Retrieval


@dataclass
class Tresen:
    """A running shop: its settings, its database and bus, and what is built on them when first used."""

    settings: Settings
    clock: Clock
    bus: Bus
    db: Database

    @cached_property
    def retrieval(self) -> "Retrieval":
        from tresen.retrieval import encoders
        from tresen.retrieval.search import Retrieval

        settings = self.settings
        chosen = encoders.build(
            settings.encoder,
            base_url=settings.openai_base_url,
            api_key=settings.openai_api_key.get_secret_value(),
            timeout=SEARCH_TIMEOUT,
        )
        return Retrieval(self.db, settings.folder, chosen, settings.chroma_url, settings.shop.currency)

    @cached_property
    def agent(self) -> "Agent":
        from tresen.agent.agent import Agent
        from tresen.agent.models import chain as models

        settings = self.settings
        where = settings.openai_api_key, settings.openai_base_url, settings.model_timeout, self.model_client
        chain = models.chain([settings.model, *settings.fallback_models], *where)
        *sight, _ = models.chain([settings.vision_model], *where)
        seeing = sight[0] if sight else None
        return Agent(chain, self.till, self.retrieval, settings.folder, _terms(settings), seeing)

    @cached_property
    def model_client(self) -> Any:
        """Ours alone: the one that the SDK shares between event loops breaks there."""
        from tresen.agent.models import chain as models

        return models.client()

    def warm(self) -> None:
        """Do what the first answer would wait for. Blocks for a second or two."""
        from tresen.agent import warming

        warming.warm(self.settings.shop.locales)
        _ = self.agent

    @property
    def responder(self) -> Responder:
        return self.agent

    @cached_property
    def till(self) -> "Till":
        """The shop's rules with the ways to pay that it offers."""
        from tresen import payments
        from tresen.counter.till import Till
        from tresen.payments.base import Site

        settings = self.settings
        site = Site(settings.shop, settings.base_url, settings.folder, self.clock)
        offered = settings.payments or settings.shop.payments
        return Till(settings.shop, payments.configured(offered, site), settings.base_url)

    @cached_property
    def taps(self) -> Taps:
        from tresen.counter import taps

        return partial(taps.run, self.till)

    @cached_property
    def channels(self) -> "dict[str, Channel]":
        from tresen import channels

        return channels.configured(self.settings.public_url)

    @cached_property
    def mailer(self) -> "Transport | None":
        """What carries mail away; without one it stays in the table."""
        from tresen.channels import email

        return email.transport()

    async def start(self) -> None:
        """Make the database ready; safe to call in every process."""
        self.settings.folder.mkdir(parents=True, exist_ok=True)
        await migrations.upgrade(self.db)
        for channel in self.channels.values():
            await _opened(channel)

    async def close(self) -> None:
        for name in ("retrieval", "channels"):
            built = vars(self).get(name)
            for part in built.values() if isinstance(built, dict) else [built] if built else []:
                await part.close()
        if "till" in vars(self):
            for provider in self.till.providers.values():
                await provider.close()
        if "model_client" in vars(self):
            await self.model_client.aclose()
        await self.bus.close()
        await self.db.close()


def _terms(settings: Settings) -> "Terms":
    """On what terms models are asked; money is kept in millionths of its currency."""
    from tresen.agent.models.budget import Limits
    from tresen.agent.models.pricing import Price, Prices, Purse
    from tresen.agent.models.terms import Terms
    from tresen.conversation.spending import Cap, Caps

    def cap(whom: str) -> Cap:
        return Cap(getattr(settings, f"cap_{whom}_tokens"), int(getattr(settings, f"cap_{whom}_cost") * 1_000_000))

    prices = {name: Price(each.input, each.cached, each.output) for name, each in settings.model_prices.items()}
    purse = Purse(Prices(prices), Caps(cap("conversation"), cap("shopper"), cap("shop")), settings.shop.zone)
    return Terms(purse, Limits(seconds=settings.turn_seconds))


async def _opened(channel: "Channel") -> None:
    try:
        await channel.open()
    except TresenError as error:
        logger.error("channel %s is not open: %s", channel.name, error)


def bootstrap(settings: Settings | None = None, clock: Clock | None = None) -> Tresen:
    """Wire a shop from its settings; nothing is opened yet."""
    settings = settings or Settings()
    clock = clock or SystemClock()
    bus: Bus = RedisBus(settings.redis_url) if settings.redis_url else LocalBus()
    settings.folder.mkdir(parents=True, exist_ok=True)
    words.speak_formally(settings.shop.voice.formal)
    return Tresen(settings, clock, bus, Database(settings.database, clock, bus))
