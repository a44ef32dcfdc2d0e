"""Two shoppers, the shop's people and a payment provider do whatever comes to mind; no cent and no sock gets lost.

A model in plain numbers runs beside the shop. 2,000 steps run with every change, 20,000 in the slow sweep.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fresh
import pytest
import selling
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, func, select

from tresen.counter import aftercare, amending, cart, checkout, codes, confirming, orderdesk, payments
from tresen.kit.bus import LocalBus
from tresen.kit.db import Database, Tx
from tresen.kit.errors import Refusal
from tresen.payments.base import Notice
from tresen.shop import catalog, orderbook, paying
from tresen.shop.orders import TRANSITIONS, Order
from tresen.shop.sales import order, promotion_use, reservation

STOCK = {selling.SOCK: 30, selling.SCARCE: selling.FIVE_LEFT}
PRICE = {selling.SOCK: 1490, selling.SCARCE: 1990}
SHOPPERS = st.integers(0, 1)
COUNTS = st.sampled_from([0, 1, 1, 2, 3, 6, 99, -1, 100])
WAYS = st.sampled_from(["demo", "invoice"])
CARES = st.sampled_from(["cancel", "return", "withdrawal", "exchange"])


class Hands:
    """A clock that the machine moves."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def now(self) -> datetime:
        self.instant += timedelta(milliseconds=1)  # what happens later is later
        return self.instant


class Selling(RuleBasedStateMachine):
    offers: Bundle[tuple[int, str, int]] = Bundle("offers")  # (shopper, nonce, total as shown)

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="selling"))
        self.clock = Hands()
        self.db = Database(fresh.sqlite(self.folder), self.clock, LocalBus())
        event.listen(self.db.engine.sync_engine, "connect", _without_waiting_for_the_disk)
        self.till = selling.till(self.folder, self.clock)
        self.held: list[dict[str, int]] = [{}, {}]  # the model of the carts
        self.back: dict[str, int] = dict.fromkeys(STOCK, 0)  # put back on the shelf
        self.done: dict[str, str] = {}  # nonce -> order number
        self.seen: dict[str, Order] = {}
        self.events = 0
        self.changed = False

    def run(self, work: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(work)

    def act(self, work: Callable[[Tx], Awaitable[Any]]) -> Any:
        """One use case in one transaction; None when the shop said no, and then nothing may have changed."""

        async def within() -> Any:
            try:
                async with self.db.write() as tx:
                    done = await work(tx)
                self.changed = True
                return done
            except Refusal:
                return None

        return self.run(within())

    def teardown(self) -> None:
        self.run(self.db.close())
        self.loop.close()
        shutil.rmtree(self.folder)

    @initialize()
    def open_shop(self) -> None:
        async def begin() -> list[Any]:
            await selling.open_shop(self.db, STOCK[selling.SOCK])
            async with self.db.write() as tx:
                return [await selling.visitor(tx), await selling.visitor(tx)]

        self.people = self.run(begin())

    @rule(
        who=SHOPPERS, variant=st.sampled_from(sorted(STOCK)), quantity=st.sampled_from([0, 1, 1, 2, 3, 6, 99, -1, 100])
    )
    def fill(self, who: int, variant: str, quantity: int) -> None:
        done = self.act(lambda tx: cart.set_quantity(tx, self.till.house, self.people[who], variant, quantity))
        if done is not None:
            self.held[who][variant] = quantity
            if not quantity:
                del self.held[who][variant]

    @rule(who=SHOPPERS, code=st.sampled_from(["HALLO10", "einmal", "NOPE"]), off=st.booleans())
    def give_code(self, who: int, code: str, off: bool) -> None:
        change = codes.remove_code if off else codes.apply_code
        self.act(lambda tx: change(tx, self.till.house, self.people[who], code))

    @rule(
        target=offers,
        who=SHOPPERS,
        shipping=st.sampled_from(["parcel", "pickup"]),
        way=st.sampled_from(["demo", "invoice"]),
    )
    def ask_offer(self, who: int, shipping: str, way: str) -> Any:
        async def offer(tx: Tx) -> Any:
            person = self.people[who]
            await checkout.remember(tx, self.till, person, selling.ADDRESS, shipping, way)
            look = await checkout.look(tx, self.till, person)
            assert look.totals is not None or "cart" in look.missing
            made = await checkout.quote(tx, self.till, person)
            assert look.totals is not None
            return who, made.action.target, look.totals.total.minor

        made = self.act(offer)
        return made if made is not None else multiple()

    @rule(offer=offers, who=SHOPPERS, other_total=st.sampled_from([0, 0, 0, 1, -500]))
    def press_button(self, offer: tuple[int, str, int], who: int, other_total: int) -> None:
        owner, nonce, total = offer
        person = self.people[who]
        done = self.act(lambda tx: confirming.confirm(tx, self.till, person, nonce, total + other_total))
        if done is None:
            return
        assert who == owner and not other_total, "somebody else's button, or another total, has ordered"
        if nonce in self.done:
            assert done.order.number == self.done[nonce]
            return
        bought = {line.variant_id: line.quantity for line in done.order.lines}
        assert bought == self.held[who], "what was ordered is not what was in the cart"
        goods = sum(PRICE[key] * count for key, count in bought.items())
        off = sum(amount.minor for _, amount in done.order.reductions)
        assert done.order.total.minor == total == goods - off + done.order.shipping.minor
        assert sum(share.gross.minor for share in done.order.taxes) == total
        self.done[nonce] = done.order.number
        self.held[who] = {}

    @rule(who=SHOPPERS, variant=st.sampled_from(sorted(STOCK)), way=WAYS, far=st.integers(0, 3))
    def buy_and_get(self, who: int, variant: str, way: str, far: int) -> None:
        """The whole way at once, so that what comes after a purchase is reached often."""
        self.fill(who, variant, 2)
        made = self.ask_offer(who, "parcel", way)
        if not isinstance(made, tuple):
            return
        self.press_button(made, who, 0)
        number = self.done.get(made[1])
        if number is None:
            return
        steps: list[Callable[[Tx], Awaitable[Any]]] = [
            lambda tx: selling.paid(tx, number),
            lambda tx: orderdesk.ship(tx, self.till, number, "Post", "T", "operator:a"),
            lambda tx: orderdesk.deliver(tx, self.till, number, "operator:a"),
        ]
        for step in steps[:far]:
            self.act(step)

    @rule(hours=st.sampled_from([0.1, 0.3, 5, 30, 24 * 8]))
    def wait(self, hours: float) -> None:
        self.clock.instant += timedelta(hours=hours)
        cancelled = self.act(lambda tx: payments.cancel_unpaid(tx, self.till))
        assert cancelled is not None

    @rule(data=st.data(), state=st.sampled_from(["paid", "paid", "failed", "expired", "refunded"]), again=st.booleans())
    def hear_from_provider(self, data: st.DataObject, state: Any, again: bool) -> None:
        found = self._pick(data)
        if found is None:
            return
        known = [each for each in found.payments if each.provider == "demo"]
        if not known:
            return
        which = data.draw(st.sampled_from(known))
        self.events += not again
        reference = which.reference or f"ref-{which.id}"
        news = Notice(f"e{self.events}", reference, which.id, found.number, state, which.amount)
        self.act(lambda tx: payments.settle(tx, self.till, "demo", news))

    @rule(data=st.data())
    def pay_again(self, data: st.DataObject) -> None:
        found = self._pick(data)
        if found is not None and found.payment == "demo":
            try:
                self.run(payments.begin(self.db, self.till, found.number))
            except Refusal:
                assert found.state != "awaiting_payment"

    @rule(data=st.data(), who=SHOPPERS, way=st.sampled_from(["demo", "invoice", "on_pickup"]), twice=st.booleans())
    def pay_otherwise(self, data: st.DataObject, who: int, way: str, twice: bool) -> None:
        found = self._pick(data)
        if found is None:
            return
        asked = self.act(lambda tx: aftercare.offer_payment(tx, self.till, self.people[who], found.number, way))
        assert asked is None or found.shopper_id == self.people[who].id, "somebody else's order"
        for _ in range(1 + twice if asked else 0):
            self.act(lambda tx: confirming.confirm(tx, self.till, self.people[who], asked.action.target))

    @rule(data=st.data(), what=st.sampled_from(["ship", "make_ready", "deliver", "mark_paid", "cancel", "pay_back"]))
    def desk(self, data: st.DataObject, what: str) -> None:
        found = self._pick(data)
        if found is None:
            return
        number, by = found.number, "operator:a"
        work: dict[str, Callable[[Tx], Awaitable[Any]]] = {
            "ship": lambda tx: orderdesk.ship(tx, self.till, number, "Post", "T", by),
            "make_ready": lambda tx: orderdesk.make_ready(tx, self.till, number, by),
            "deliver": lambda tx: orderdesk.deliver(tx, self.till, number, by),
            "mark_paid": lambda tx: payments.mark_paid(tx, self.till, number, by),
            "cancel": lambda tx: orderdesk.cancel(tx, self.till, number, "because", by),
        }
        if what == "pay_back":
            self.run(payments.pay_back(self.db, self.till))
        else:
            self.act(work[what])

    @rule(
        data=st.data(),
        who=SHOPPERS,
        gone=st.dictionaries(st.integers(0, 2), st.integers(0, 3), min_size=1, max_size=2),
        twice=st.booleans(),
    )
    def take_out(self, data: st.DataObject, who: int, gone: dict[int, int], twice: bool) -> None:
        found = self._pick(data)
        if found is None:
            return
        asked = self.act(lambda tx: amending.offer(tx, self.till, self.people[who], found.number, gone))
        assert asked is None or found.shopper_id == self.people[who].id, "somebody else's order"
        for _ in range(1 + twice if asked else 0):
            self.act(lambda tx: confirming.confirm(tx, self.till, self.people[who], asked.action.target))

    @rule(data=st.data(), minor=st.one_of(st.none(), st.integers(-5, 6000)), once=st.sampled_from(["", "a", "b"]))
    def money_comes(self, data: st.DataObject, minor: int | None, once: str) -> None:
        found = self._pick(data)
        if found is None:
            return
        done = self.act(lambda tx: payments.mark_paid(tx, self.till, found.number, "operator:a", minor, once))
        again = once and any(each.reference == f"desk:{found.number}:{once}" for each in found.payments)
        if done is not None:
            came = 0 if again else minor if minor is not None else found.due.minor
            assert done.paid.minor == found.paid.minor + came, "money that came was lost or counted twice"

    @rule(data=st.data(), amount=st.integers(-5, 6000), once=st.sampled_from(["a", "b", "c"]))
    def refund(self, data: st.DataObject, amount: int, once: str) -> None:
        found = self._pick(data)
        if found is not None:
            self.act(lambda tx: orderdesk.refund(tx, self.till, found.number, amount, "", "operator:a", once))

    @rule(
        data=st.data(),
        who=SHOPPERS,
        kind=st.sampled_from(["cancel", "return", "withdrawal", "exchange"]),
        twice=st.booleans(),
    )
    def after_care(self, data: st.DataObject, who: int, kind: Any, twice: bool) -> None:
        found = self._pick(data)
        if found is None:
            return
        lines = data.draw(st.dictionaries(st.integers(0, 1), st.integers(0, 4), max_size=2))

        async def offer(tx: Tx) -> str:
            person = self.people[who]
            if kind == "cancel":
                return (await aftercare.offer_cancel(tx, self.till, person, found.number)).action.target
            made = await aftercare.offer_return(tx, self.till, person, found.number, lines, kind)
            return made.action.target

        nonce = self.act(offer)
        assert nonce is None or found.shopper_id == self.people[who].id, "somebody else's order"
        for _ in range(1 + twice if nonce else 0):
            self.act(lambda tx: confirming.confirm(tx, self.till, self.people[who], nonce))

    @rule(data=st.data(), restock=st.booleans())
    def receive(self, data: st.DataObject, restock: bool) -> None:
        found = self._pick(data)
        waiting = [each for each in found.returns if each.state == "asked"] if found else []
        if found is None or not waiting:
            return
        which = data.draw(st.sampled_from(waiting))
        if (
            self.act(lambda tx: orderdesk.receive_return(tx, self.till, which.number, "operator:a", restock))
            and restock
        ):
            for at, count in which.lines.items():
                self.back[found.lines[at].variant_id] += count

    @rule(data=st.data())
    def decline(self, data: st.DataObject) -> None:
        found = self._pick(data)
        waiting = [each for each in found.returns if each.state == "asked"] if found else []
        if waiting:
            which = data.draw(st.sampled_from(waiting))
            self.act(lambda tx: orderdesk.decline_return(tx, self.till, which.number, "worn", "operator:a"))

    @invariant()
    def nothing_is_lost(self) -> None:
        if self.changed:
            self.run(self._check())
            self.changed = False

    async def _check(self) -> None:
        async with self.db.read() as tx:
            variants = await catalog.variants(tx, list(STOCK))
            orders = await orderbook.matching(tx, select(order))
            held = dict((await tx.execute(
                select(reservation.c.variant_id, func.sum(reservation.c.quantity))
                .where(reservation.c.expires_at > self.clock.instant).group_by(reservation.c.variant_id)
            )).all())  # fmt: skip
            uses = await tx.rows(select(promotion_use.c.promotion, func.count().label("n")).group_by("promotion"))
            waiting = await paying.refunds_to_make(tx)
        for key, stock in STOCK.items():
            sold = sum(line.quantity for each in orders for line in each.lines if line.variant_id == key)
            cancelled = sum(line.quantity for each in orders if each.state == "cancelled"
                            for line in each.lines if line.variant_id == key)  # fmt: skip
            left = variants[key].stock or 0
            assert left == stock - sold + cancelled + self.back[key], "a sock is missing"
            assert 0 <= held.get(key, 0) <= left, "more is held back than there is"
        for each in orders:
            assert 0 <= each.refunded.minor <= each.paid.minor, "more went back than was paid"
            waited_for = [payment.amount for payment in each.payments if payment.is_open]
            assert len(waited_for) <= 1, "two payments are waited for"
            assert waited_for in ([], [each.due]), "what is waited for is not what is due"
            assert each.credited.minor <= each.total.minor, "returns took off more than there was"
            assert sum(line.total.minor for line in each.lines) + each.shipping.minor == each.total.minor
            assert sum(share.gross.minor for share in each.taxes) == each.total.minor
            refused = any(refund.state == "failed" for refund in each.refunds)
            assert each.state != "cancelled" or refused or not each.refundable.minor, "a cancelled order keeps money"
            self._moved(each)
        assert len({each.cart_id for each in orders}) == len(orders), "one cart became two orders"
        assert all(row.n <= 1 for row in uses if row.promotion == "once"), "a code for one use was used twice"
        assert all(row.minor > 0 for row in waiting)

    def _moved(self, found: Order) -> None:
        """An order gets from one state to another only along the table."""
        before = self.seen.get(found.number)
        if before is not None and before.state != found.state:
            reached, reach = {before.state}, {before.state}
            while reach:
                reach = {to for (state, _), to in TRANSITIONS.items() if state in reach} - reached
                reached |= reach
            assert found.state in reached
            assert before.total.minor >= found.total.minor, "items are taken out, never put in"
        self.seen[found.number] = found

    def _pick(self, data: st.DataObject) -> Order | None:
        numbers = sorted(self.done.values())
        return self.run(self._read(data.draw(st.sampled_from(numbers)))) if numbers else None

    async def _read(self, number: str) -> Order:
        async with self.db.read() as tx:
            return await orderbook.find(tx, number)


def _without_waiting_for_the_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _sweep(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Selling,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck), derandomize=True, database=None,
        ),
    )  # fmt: skip


def test_nothing_is_lost_in_2000_steps() -> None:
    _sweep(25, 80)


@pytest.mark.slow
def test_nothing_is_lost_in_20000_steps() -> None:
    _sweep(250, 80)
