"""What every backend keeps to (decision 0008): one effect per key, an answer for every key, and nothing by halves."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import selling

from tresen.conversation import log
from tresen.conversation.events import OrderPlaced
from tresen.conversation.shoppers import Shopper
from tresen.counter import confirming, letters
from tresen.counter.backend import Backend
from tresen.counter.till import Till
from tresen.kit.db import Database, Tx
from tresen.shop import catalog, orderbook, orders, quotes
from tresen.shop.effects import Done, EffectReused
from tresen.shop.local import LocalShop
from tresen.shop.money import Money
from tresen.shop.orders import NotNow, Order
from tresen.shop.stock import OutOfStock

BACKENDS: dict[str, Callable[[], Backend]] = {"local": lambda: LocalShop(selling.HOUSE)}


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    return BACKENDS[request.param]()


@pytest.fixture
def till(tmp_path: Path, clock: Any, backend: Backend) -> Till:
    return replace(selling.till(tmp_path, clock), elsewhere=backend)


@pytest.fixture
async def shopper(each_db: Database) -> Shopper:
    await selling.open_shop(each_db)
    async with each_db.write() as tx:
        return await selling.visitor(tx)


async def drafted(db: Database, till: Till, shopper: Shopper) -> Order:
    """Two socks as they were offered, still without a number."""
    async with db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)
        terms = (await quotes.peek(tx, nonce)).terms
        return replace(orders.from_terms(terms), placed_at=tx.now, shopper_id=shopper.id, state="processing")


async def placed(db: Database, till: Till, shopper: Shopper) -> Order:
    draft = await drafted(db, till, shopper)
    async with db.write() as tx:
        return await till.backend.place(tx, "p", draft)


async def left(db: Database) -> int | None:
    async with db.read() as tx:
        return (await catalog.variants(tx, [selling.SOCK]))[selling.SOCK].stock


async def kept(db: Database, shopper: Shopper) -> list[Order]:
    async with db.read() as tx:
        return await orderbook.of_shopper(tx, shopper.id)


async def test_an_order_is_placed_once_per_key_at_its_terms(each_db: Database, till: Till, shopper: Shopper) -> None:
    draft = await drafted(each_db, till, shopper)

    async def place() -> Order:
        async with each_db.write() as tx:
            return await till.backend.place(tx, "k", draft)

    made = await asyncio.gather(*(place() for _ in range(8)))
    assert len({each.number for each in made}) == 1
    assert (made[0].total, made[0].taxes, made[0].address) == (draft.total, draft.taxes, draft.address)
    assert (await left(each_db), len(await kept(each_db, shopper))) == (48, 1)


TO = selling.ADDRESS | {"city": "Hamburg", "postal_code": "20095"}


@pytest.mark.parametrize("verb", ["place", "readdress", "take_out", "send_back"])
async def test_the_same_key_with_other_arguments_is_refused(
    each_db: Database, till: Till, shopper: Shopper, verb: str
) -> None:
    shop = till.backend
    draft = await drafted(each_db, till, shopper)
    asked: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
        "place": (
            lambda tx, _: shop.place(tx, "p", draft),
            lambda tx, _: shop.place(tx, "p", replace(draft, total=Money(1, "EUR"))),
        ),
        "readdress": (
            lambda tx, found: shop.readdress(tx, "k", found, TO),
            lambda tx, found: shop.readdress(tx, "k", found, selling.ADDRESS),
        ),
        "take_out": (
            lambda tx, found: shop.take_out(tx, "k", found, {0: 1}),
            lambda tx, found: shop.readdress(tx, "k", found, TO),
        ),
        "send_back": (
            lambda tx, found: shop.send_back(tx, "k", found, "return", {0: 1}, ""),
            lambda tx, found: shop.send_back(tx, "k", found, "return", {0: 2}, ""),
        ),
    }
    first, second = asked[verb]
    async with each_db.write() as tx:
        found = await shop.place(tx, "p", draft)
    async with each_db.write() as tx:
        await first(tx, found)
    before = await kept(each_db, shopper)
    with pytest.raises(EffectReused):
        async with each_db.write() as tx:
            await second(tx, found)
    assert await kept(each_db, shopper) == before


async def test_every_effect_happens_once_and_answers_alike(each_db: Database, till: Till, shopper: Shopper) -> None:
    found, shop = await placed(each_db, till, shopper), till.backend
    acts: list[Callable[[Tx, Order], Awaitable[Any]]] = [
        lambda tx, now: shop.readdress(tx, "a", now, TO),
        lambda tx, now: shop.take_out(tx, "t", now, {0: 1}),
        lambda tx, now: shop.send_back(tx, "s", now, "withdrawal", {0: 1}, "too small"),
        lambda tx, now: shop.cancel(tx, "c", now),
    ]
    for act in acts:
        answers = []
        for _ in range(2):
            async with each_db.write() as tx:
                answers.append(await act(tx, await orderbook.find(tx, found.number, lock=True)))
        assert answers[0] == answers[1]
    (now,) = await kept(each_db, shopper)
    assert (now.state, now.address["city"], len(now.returns), now.lines[0].quantity) == ("cancelled", "Hamburg", 1, 1)
    assert await left(each_db) == 50


async def test_a_key_can_always_be_looked_up(each_db: Database, till: Till, shopper: Shopper) -> None:
    found = await placed(each_db, till, shopper)
    async with each_db.write() as tx:
        back = await till.backend.send_back(tx, "s", found, "return", {0: 1}, "")
    async with each_db.read() as tx:
        assert await till.backend.done(tx, "p") == Done("place", found.number)
        assert await till.backend.done(tx, "s") == Done("send_back", back.number)
        assert await till.backend.done(tx, "never heard of") is None


async def test_a_refusal_leaves_nothing_behind_and_the_key_free(
    each_db: Database, till: Till, shopper: Shopper
) -> None:
    draft = await drafted(each_db, till, shopper)
    much = replace(draft, lines=(replace(draft.lines[0], quantity=99),))
    with pytest.raises(OutOfStock):
        async with each_db.write() as tx:
            await till.backend.place(tx, "k", much)
    async with each_db.read() as tx:
        assert await till.backend.done(tx, "k") is None
    assert (await left(each_db), await kept(each_db, shopper)) == (50, [])
    async with each_db.write() as tx:
        found = await till.backend.place(tx, "k", draft)
        sent = await orderbook.move(tx, found, "ship")
        with pytest.raises(NotNow):
            await till.backend.cancel(tx, "c", sent)


class Killed(Exception):
    pass


async def test_a_crash_between_effect_and_event_is_made_good_by_asking_again(
    each_db: Database, till: Till, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The effect has happened, the event has not been written: afterwards there are both, once."""
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, shopper)
        key = (await quotes.peek(tx, nonce)).digest

    async def press() -> str:
        async with each_db.write() as tx:
            return (await confirming.confirm(tx, till, shopper, nonce)).order.number

    async def die(*_args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(letters, "confirm_order", die)
        with pytest.raises(Killed):
            await press()
    async with each_db.read() as tx:
        heard = await till.backend.done(tx, key)
    number = await press()
    assert heard in (None, Done("place", number))
    assert await press() == number  # the answer was lost after the commit
    async with each_db.read() as tx:
        events = [each.data for each in await log.read(tx, shopper.conversation_id)]
    assert [each.order.number for each in events if isinstance(each, OrderPlaced)] == [number]
    assert (await left(each_db), len(await kept(each_db, shopper))) == (48, 1)
