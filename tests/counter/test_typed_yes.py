"""A typed yes orders only where the law lets it, and only what was offered last."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import selling

from tresen.conversation import log, outbox, shoppers, turns
from tresen.conversation.events import MessageSent
from tresen.conversation.forms import text_of
from tresen.conversation.parts import Confirmation, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turn import Reply, Turn
from tresen.counter import aftercare, cart, checkout, taps
from tresen.counter.till import Till
from tresen.kit.bus import Bus
from tresen.kit.db import Database, Tx
from tresen.shop import orderbook
from tresen.shop.orders import Order
from tresen.shop.shipping import ShippingOption

OUTSIDE = replace(
    selling.HOUSE, country="CH", typed_confirmation=True,
    shipping=(ShippingOption("parcel", {"de": "Paket", "en": "Parcel"}, ("CH", "EU"), Decimal("4.90")),),
)  # fmt: skip
SWISS = selling.ADDRESS | {"street": "Bahnhofstrasse 1", "postal_code": "8001", "city": "Zürich", "country": "CH"}


@pytest.fixture
def outside(tmp_path: Path, clock: Any) -> Till:
    return selling.till(tmp_path, clock, OUTSIDE)


async def offered(db: Database, till: Till, locale: str = "de", to: dict[str, str] = SWISS) -> Shopper:
    """A visitor who has just been shown an offer."""
    async with db.write() as tx:
        shopper = (await shoppers.open_web(tx, locale)).shopper
        await cart.set_quantity(tx, till.house, shopper, selling.SOCK, 2)
        await checkout.remember(tx, till, shopper, to, "parcel", "invoice")
        await show(tx, shopper, Text("?"), await checkout.quote(tx, till, shopper))
        return shopper


async def show(tx: Tx, shopper: Shopper, *parts: Part) -> None:
    await outbox.send(tx, shopper.conversation_id, MessageSent("agent", parts, shopper.contact_id))


async def say(db: Database, bus: Bus, till: Till, shopper: Shopper, *texts: str) -> str:
    """Write the texts; returns what is answered, where a responder that knows nothing says "hm"."""

    async def puzzled(_turn: Turn) -> Reply:
        return Reply((Text("hm"),))

    async with db.write() as tx:
        for text in texts:
            await turns.receive(tx, shopper, (Text(text),), f"{text}:{tx.now}")

    async def tap(tx: Tx, who: Shopper, action: Any) -> Any:
        return await taps.run(till, tx, who, action)

    await turns.respond(db, bus, shopper.conversation_id, puzzled, tap)
    async with db.read() as tx:
        sent = [each.data for each in await log.read(tx, shopper.conversation_id) if isinstance(each.data, MessageSent)]
    return text_of(sent[-1].parts, shopper.locale)


async def orders(db: Database, shopper: Shopper) -> list[Order]:
    async with db.read() as tx:
        return await orderbook.of_shopper(tx, shopper.id)


@pytest.fixture(autouse=True)
async def _open(db: Database) -> None:
    await selling.open_shop(db)


@pytest.mark.parametrize(
    ("locale", "yes"),
    [("de", "ja"), ("de", " Ja, bitte! "), ("de", "Zahlungspflichtig bestellen"), ("en", "Yes."),
     ("en", "yes please"), ("en", "I confirm")],
)  # fmt: skip
async def test_outside_of_the_eu_a_yes_to_the_last_offer_orders_it_once(
    db: Database, bus: Bus, outside: Till, locale: str, yes: str
) -> None:
    shopper = await offered(db, outside, locale)
    told = {"de": "Danke! Deine Bestellung", "en": "Thank you! We have received your order"}[locale]
    assert told in await say(db, bus, outside, shopper, yes)
    (found,) = await orders(db, shopper)
    assert (found.total.minor, found.address["city"]) == (3470, "Zürich")
    assert await say(db, bus, outside, shopper, f"{yes} ") == "hm"  # nothing is offered any more
    assert len(await orders(db, shopper)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "ja, aber drei Paar",
        "yes, but by invoice",
        "ja?",
        "yes 3",
        "ok",
        "jain",
        "nein",
        "no",
        "ja 👎",
        "ja nein",
        "",
        ".",
    ],
)
async def test_what_is_more_or_less_than_a_yes_orders_nothing(db: Database, bus: Bus, outside: Till, said: str) -> None:
    shopper = await offered(db, outside)
    assert await say(db, bus, outside, shopper, said) == "hm"
    assert await orders(db, shopper) == []


@pytest.mark.parametrize("locale", ["de", "en"])
async def test_inside_the_eu_it_never_does(db: Database, bus: Bus, till: Till, locale: str) -> None:
    shopper = await offered(db, till, locale, selling.ADDRESS)
    for yes in ("ja", "yes", "Zahlungspflichtig bestellen"):
        assert await say(db, bus, till, shopper, yes) == "hm"
        async with db.write() as tx:
            await show(tx, shopper, await checkout.quote(tx, till, shopper))
    assert await orders(db, shopper) == []


async def test_nor_for_a_buyer_inside_the_eu(db: Database, bus: Bus, outside: Till) -> None:
    shopper = await offered(db, outside, "de", selling.ADDRESS)
    assert await say(db, bus, outside, shopper, "ja") == "hm"
    assert await orders(db, shopper) == []


async def test_nor_where_the_shop_did_not_ask_for_it(db: Database, bus: Bus, tmp_path: Path, clock: Any) -> None:
    till = selling.till(tmp_path, clock, replace(OUTSIDE, typed_confirmation=False))
    shopper = await offered(db, till)
    assert await say(db, bus, till, shopper, "ja") == "hm"
    assert await orders(db, shopper) == []


async def test_the_offer_has_to_be_what_was_shown_last(db: Database, bus: Bus, outside: Till) -> None:
    shopper = await offered(db, outside)
    async with db.write() as tx:
        await show(tx, shopper, Text("Dein Paket ist da. Alles gut?"))
    assert await say(db, bus, outside, shopper, "ja") == "hm"
    shopper = await offered(db, outside)
    assert await say(db, bus, outside, shopper, "was kostet der Versand?", "ja") == "hm"
    assert await orders(db, shopper) == []


async def changed(db: Database, till: Till, shopper: Shopper, clock: Any) -> None:
    async with db.write() as tx:
        await cart.set_quantity(tx, till.house, shopper, selling.SOCK, 3)


async def late(db: Database, till: Till, shopper: Shopper, clock: Any) -> None:
    clock.forward(minutes=16)


@pytest.mark.parametrize(("meanwhile", "told"), [(changed, "geändert"), (late, "abgelaufen")])
async def test_an_offer_that_does_not_hold_any_more_is_refused_in_words(
    db: Database, bus: Bus, outside: Till, clock: Any, meanwhile: Callable[..., Any], told: str
) -> None:
    shopper = await offered(db, outside)
    await meanwhile(db, outside, shopper, clock)
    assert told in await say(db, bus, outside, shopper, "ja")
    assert await orders(db, shopper) == []


async def test_what_follows_a_purchase_is_confirmed_alike(db: Database, bus: Bus, outside: Till) -> None:
    shopper = await offered(db, outside)
    await say(db, bus, outside, shopper, "ja")
    (found,) = await orders(db, shopper)
    async with db.write() as tx:
        await show(tx, shopper, await aftercare.offer_cancel(tx, outside, shopper, found.number))
    assert "storniert" in await say(db, bus, outside, shopper, "ja gern")
    assert [each.state for each in await orders(db, shopper)] == ["cancelled"]


@pytest.mark.parametrize(("to", "typed"), [(SWISS, True), (selling.ADDRESS, False)])
async def test_the_offer_says_whether_a_yes_will_do(
    db: Database, outside: Till, to: dict[str, str], typed: bool
) -> None:
    shopper = await offered(db, outside, "en", to)
    async with db.read() as tx:
        sent = (await log.read(tx, shopper.conversation_id))[-1].data
    assert isinstance(sent, MessageSent)
    (shown,) = [part for part in sent.parts if isinstance(part, Confirmation)]
    assert ("answer “yes”" in shown.note) is typed
