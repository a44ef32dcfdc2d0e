"""Whoever locks two things locks them in the order that all others do, so that two at a time wait and never lock up."""

import re
from collections.abc import Awaitable, Callable
from itertools import combinations
from typing import Any

import pytest
import selling
from selling import SCARCE, SOCK
from sqlalchemy import event, update

from tresen.conversation import log, mail
from tresen.conversation.events import ProductViewed
from tresen.conversation.shoppers import Shopper
from tresen.counter import aftercare, cart, checkout, codes, confirming, identity, notify, orderdesk, payments, saving
from tresen.counter.till import Till
from tresen.kit.db import Database, Tx
from tresen.shop.tables import variant

LOCKS = re.compile(
    r"UPDATE (\w+) SET|DELETE FROM (\w+)|INSERT INTO (\w+) .*DO UPDATE|FROM (\w+) .*FOR (?:NO KEY )?UPDATE"
)
Act = Callable[[Tx], Awaitable[Any]]


class Watch:
    """Which rows a transaction locks after which, by table; what it has inserted nobody else waits for."""

    def __init__(self, db: Database, talk: str) -> None:
        self.talk = talk
        self.db = db
        self.held: list[str] = []
        self.pairs: dict[tuple[str, str], list[tuple[str, set[str]]]] = {}  # (first, then): who, after which others
        event.listen(db.engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found = LOCKS.search(" ".join(statement.split()))
        table = next(filter(None, found.groups())) if found else ""
        if table and table not in self.held:
            self.held.append(table)

    async def run(self, name: str, act: Act) -> Any:
        self.held = []
        async with self.db.write() as tx:
            done = await act(tx)
            if self.talk:  # as a tool does: what it returned is an event
                await log.append(tx, self.talk, ProductViewed("p", "Socken"))
        for first, then in combinations(self.held, 2):
            gates = set(self.held[: self.held.index(first)])
            self.pairs.setdefault((first, then), []).append((name, gates))
        return done

    def crossed(self) -> list[tuple[str, str, str, str]]:
        """Who locks two tables in which order, while another does it the other way round; a table that both have
        locked before lets only one of them come so far."""
        return [
            (first, then, one, other)
            for (first, then), ways in self.pairs.items()
            for one, gates in ways
            for other, others in self.pairs.get((then, first), ())
            if not gates & others
        ]


async def test_everybody_locks_in_the_same_order(each_db: Database, till: Till, shopper: Shopper) -> None:
    if each_db.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    me, house, watch = shopper, till.house, Watch(each_db, shopper.conversation_id)
    await watch.run("fill", lambda tx: cart.set_quantity(tx, house, me, SOCK, 2))
    await watch.run("aside", lambda tx: saving.save_for_later(tx, house, me, SOCK))
    await watch.run("back", lambda tx: saving.bring_back(tx, house, me, SOCK))
    await watch.run("code", lambda tx: codes.apply_code(tx, house, me, "HALLO10"))
    await watch.run("no code", lambda tx: codes.remove_code(tx, house, me, "HALLO10"))
    await watch.run("address", lambda tx: checkout.remember(tx, till, me, selling.ADDRESS, "parcel", "demo"))
    await watch.run("offer", lambda tx: checkout.quote(tx, till, me))
    offered = await watch.run("offer again", lambda tx: checkout.quote(tx, till, me))
    done = await watch.run("press", lambda tx: confirming.confirm(tx, till, me, offered.action.target))
    number = done.order.number
    await after(watch, till, me, number)
    async with each_db.write() as tx:
        await tx.execute(update(variant).where(variant.c.id == SCARCE).values(stock=0))
    await watch.run("wait", lambda tx: saving.notify_when_back(tx, me, SCARCE))
    async with each_db.write() as tx:
        await tx.execute(update(variant).where(variant.c.id == SCARCE).values(stock=9))
    assert await watch.run("tell", lambda tx: notify.tell_who_waits(tx, house)) == 1
    await watch.run("claim", lambda tx: identity.send_code(tx, house, me, number))
    await watch.run("guess", lambda tx: identity.prove(tx, me, "000000"))
    await watch.run("fill again", lambda tx: cart.set_quantity(tx, house, me, SOCK, 1))
    async with each_db.read() as tx:
        [code] = re.findall(r"\b\d{6}\b", (await mail.listed(tx))[0].text)
    proven = await watch.run("prove", lambda tx: identity.prove(tx, me, code))
    assert proven.shopper_id != me.id
    assert watch.crossed() == []


async def after(watch: Watch, till: Till, me: Shopper, number: str) -> None:
    """What happens to an order until it is back."""
    by = "operator:a"
    async with watch.db.read() as tx:
        found = await aftercare.my_order(tx, me, number)
    await selling.notice(watch.db, till, found, "paid", "e1")
    cancel = await watch.run("ask to cancel", lambda tx: aftercare.offer_cancel(tx, till, me, number))
    assert cancel.kind == "cancel"
    await watch.run("ship", lambda tx: orderdesk.ship(tx, till, number, "Post", "T1", by))
    await watch.run("deliver", lambda tx: orderdesk.deliver(tx, till, number, by))
    back = await watch.run("ask to return", lambda tx: aftercare.offer_return(tx, till, me, number, {0: 1}))
    await watch.run("return", lambda tx: confirming.confirm(tx, till, me, back.action.target))
    await watch.run("receive", lambda tx: orderdesk.receive_return(tx, till, f"{number}-R1", by))
    await watch.run("refund", lambda tx: orderdesk.refund(tx, till, number, 100, "", by, "a"))
    await watch.run("let go", lambda tx: payments.cancel_unpaid(tx, till))
