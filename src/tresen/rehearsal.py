"""Purchases in the demo shop, for suites that look at the rows: each run has a shop of its own, thrown away after."""

import asyncio
import re
import shutil
from collections.abc import Sequence
from contextlib import AsyncExitStack
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from evals.deals import Desk, Step
from evals.ledger import Ledger
from tresen import books, commands, demoshop, pastorders, worker
from tresen.bootstrap import Tresen, bootstrap
from tresen.conversation import log, mail, owner, shoppers
from tresen.conversation.events import MessageSent, ToolReturned
from tresen.conversation.forms import plain
from tresen.conversation.parts import Action, Choices, Confirmation, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.turns import receive
from tresen.counter import orderdesk, payments
from tresen.kit.ids import secret
from tresen.payments.base import State
from tresen.payments.demo import Demo
from tresen.settings import Settings
from tresen.shop import orderbook
from tresen.shop.orders import Order
from tresen.shop.sales import order
from tresen.spent import Spent

SECONDS_PER_ANSWER = 120
BY = "eval"  # who the order desk says it was

Answers = tuple[MessageSent, ...]


class DemoDeals:
    """Buys in a copy of `loaded`, a demo shop's folder, or of one that it loads itself; wired on first use, inside the
    event loop that asks."""

    def __init__(self, loaded: Path | None = None, spent: Spent | None = None) -> None:
        self._loaded = loaded
        self._spent = spent or Spent()
        self._app: Tresen | None = None
        self._open = AsyncExitStack()
        self._wiring = asyncio.Lock()

    async def __call__(self, turns: Sequence[str | Step], locale: str, given: dict[str, Any] | None) -> Ledger:
        app = await self._wired()
        known = await _introduce(app, given)
        async with app.db.write() as tx:
            shopper = (await shoppers.open_web(tx, locale)).shopper
            before = await books.shelf(tx)
        answers, missed = await _talk(app, shopper, turns, known)
        async with app.db.read() as tx:
            rows = await books.read(tx, app.settings.shop, await shoppers.now(tx, shopper), known, before)
            stored = await log.read(tx, shopper.conversation_id)
        self._spent.add(stored)
        facts = tuple(each.data.text for each in stored if isinstance(each.data, ToolReturned))
        replies = tuple(_told(each, shopper.locale, prose=True) for each in answers)
        shown = tuple(_told(each, shopper.locale, prose=False) for each in answers)
        told = {"replies": replies, "shown": shown, "facts": facts, "missed": tuple(missed)}
        return rows.model_copy(update=told)

    async def _wired(self) -> Tresen:
        async with self._wiring:
            if self._app is None:
                home = Path(self._open.enter_context(TemporaryDirectory(prefix="tresen-evals-")))
                await copy_demo(self._loaded or await load_demo(), home)
                app = bootstrap(Settings(home=home, demo=True, host="127.0.0.1", database_url="", redis_url=""))
                await app.start()
                await app.retrieval.refresh()
                await self._open.enter_async_context(worker.running(app))
                self._app = app
            return self._app

    async def close(self) -> None:
        """End the worker, and throw the shop away."""
        app, self._app = self._app, None
        if app is not None:
            await self._open.aclose()
            await app.close()


async def load_demo() -> Path:
    """The demo as it comes; nobody buys in this folder."""
    pristine = bootstrap(demoshop.demo_settings(folder="evals"))
    await pristine.start()
    await demoshop.load_demo(pristine)
    await pristine.close()
    return pristine.settings.folder


async def copy_demo(loaded: Path, home: Path) -> None:
    """A copy, so that no run sees what another one bought, with the rules of now."""
    await asyncio.to_thread(shutil.copytree, loaded, home, dirs_exist_ok=True)
    toml = (files("catalog_ingest") / "demo" / "tresen.toml").read_text("utf-8")
    (home / "tresen.toml").write_text(toml, "utf-8")


async def _introduce(app: Tresen, person: dict[str, Any] | None) -> list[str]:
    """Make the shop know somebody with past orders; returns the numbers."""
    if person is None:
        return []
    async with app.db.write() as tx:
        key = await shoppers.introduce(tx, person["name"], person["email"], person["locale"], None)
        for data in person["orders"]:
            await pastorders.record(tx, app.settings.shop, key, "", person, data)
    return [str(data["number"]) for data in person["orders"]]


async def _talk(
    app: Tresen, shopper: Shopper, turns: Sequence[str | Step], known: list[str]
) -> tuple[list[Answers], list[str]]:
    """What each turn was answered with, and the steps that nothing offered."""
    answers: list[Answers] = []
    missed: list[str] = []
    for turn in turns:
        part = Text(turn) if isinstance(turn, str) else await _part(app, turn, answers)
        if isinstance(turn, Step) and turn.desk:
            done = await _at_the_desk(app, shopper, turn.desk, known)
        else:
            done = part is not None
        missed += [] if done else [str(turn)]
        answers.append(await _say(app, shopper, part) if part else ())
    return answers, missed


async def _part(app: Tresen, step: Step, answers: list[Answers]) -> Text | Action | None:
    """What a step sends: the tap it presses, or the code from the mail; None when there is no such thing."""
    if step.press:
        offered = (action for each in reversed(answers) for action in _buttons(each) if action.label == step.press)
        return next(offered, None)
    async with app.db.read() as tx:
        letters = await mail.listed(tx, step.code) if step.code else []
    codes = [found[0] for each in letters if (found := re.search(r"\b\d{6}\b", each.text))]
    return Text(codes[0]) if codes else None


def _buttons(answer: Answers) -> list[Action]:
    parts = [part for message in answer for part in message.parts]
    offers = [part.action for part in parts if isinstance(part, Confirmation)]
    choices = [choice.action for part in parts if isinstance(part, Choices) for choice in part.choices]
    return offers + [each for each in choices if each is not None]


async def _say(app: Tresen, shopper: Shopper, part: Part) -> Answers:
    """Send one message; a conversation that a person has taken is not answered here."""
    async with app.db.write() as tx:
        received = await receive(tx, shopper, (part,), secret())
        if (await owner.current(tx, shopper.conversation_id)).owner != "agent":
            return ()
    answer = commands.next_answer(app, shopper.conversation_id, received.seq)
    await asyncio.wait_for(answer, SECONDS_PER_ANSWER)
    async with app.db.read() as tx:
        stored = await log.read(tx, shopper.conversation_id)
    return tuple(each.data for each in stored if each.seq > received.seq and isinstance(each.data, MessageSent))


async def _at_the_desk(app: Tresen, shopper: Shopper, desk: Desk, known: list[str]) -> bool:
    """Let something happen to the newest order; False when there is none."""
    async with app.db.read() as tx:
        mine = (order.c.conversation_id == shopper.conversation_id) | order.c.number.in_(known)
        found = await orderbook.matching(tx, select(order).where(mine).order_by(order.c.placed_at.desc()).limit(1))
    if not found or (desk == "receive" and not found[0].returns):
        return False
    if desk in ("pay", "decline"):
        return await _pay(app, found[0].number, "paid" if desk == "pay" else "failed")
    await _handle(app, found[0], desk)
    return True


async def _handle(app: Tresen, found: Order, desk: Desk) -> None:
    async with app.db.write() as tx:
        match desk:
            case "ship":
                await orderdesk.ship(tx, app.till, found.number, "Postillon Paket", "PP77001177DE", BY)
            case "deliver":
                await orderdesk.deliver(tx, app.till, found.number, BY)
            case _:
                await orderdesk.receive_return(tx, app.till, found.returns[-1].number, BY)


async def _pay(app: Tresen, number: str, state: State) -> bool:
    """Open the payment as the order's page does, decide at the demo's bank, and let the shop hear of it."""
    bank = app.till.providers["demo"]
    if not isinstance(bank, Demo):
        return False
    url = await payments.begin(app.db, app.till, number)
    headers, body = await bank.decide(url.rsplit("/", 1)[-1], state)
    async with app.db.write() as tx:
        for notice in bank.receive(headers, body):
            await payments.settle(tx, app.till, "demo", notice)
    return True


def _told(answer: Answers, locale: str, prose: bool) -> str:
    parts = [part for message in answer for part in message.parts]
    return "\n".join(plain(part, locale) for part in parts if isinstance(part, Text) == prose)
