"""I1, I10: kill -9 at every commit boundary of a turn and in between; nothing lost, nothing doubled, nothing run again.

The answering process dies by its own SIGKILL right before or right after its n-th commit, or is killed from outside
after so many milliseconds. Then another one starts on the same folder and the client tries again.
"""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import fresh
import httpx
import mortal
import pytest
from forking import CONTEXT
from goods import goods, stocked

from tresen.bootstrap import bootstrap
from tresen.conversation import log, owner, shoppers, turns
from tresen.conversation.events import CartChanged, MessageReceived, MessageSent, ModelReplied, ToolReturned
from tresen.conversation.parts import Cards, Text
from tresen.shop import cart
from tresen.shop.money import Money
from tresen.shop.saving import NewProduct, NewVariant

COMMITS = 8  # of the turn below, from the stored message to the stored answer
BY_TIME = 34  # with both sides of the commits above: 50 points of a turn
BY_TIME_AT_ONCE = 4  # the others run in `make test-slow`
MESSAGE = {"id": "the-message", "text": "Das erste bitte in Schwarz, Größe 39-42, zwei Paar"}


def sock(name: str, *colours: str) -> NewProduct:
    """Running socks in these colours and two sizes."""
    made = [
        NewVariant(f"{name}-{colour}-{size}", {"color": colour, "size": size}, Money(1490, "EUR"), True, 9, "")
        for colour in colours
        for size in ("35-38", "39-42")
    ]
    return replace(goods(name, *made), title={"de": f"Laufsocken {name}", "en": f"Running socks {name}"})


@pytest.fixture(scope="module")
async def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A home whose conversation has just been shown socks, with its id and token."""
    home = tmp_path_factory.mktemp("mortal")
    fresh.sqlite(home)
    app = bootstrap(mortal.settings(home))
    await app.start()
    await stocked(app.db, sock("Nord", "Schwarz", "Blau"), sock("Süd", "Schwarz"), sock("West", "Rot", "Schwarz"))
    await app.retrieval.rebuild()
    async with app.db.write() as tx:
        opened = await shoppers.open_web(tx, "de")
        await turns.receive(tx, opened.shopper, (Text("Zeig mir schwarze Laufsocken in 39-42"),), "first")
    assert await turns.respond(app.db, app.bus, opened.shopper.conversation_id, app.responder, app.taps)
    async with app.db.read() as tx:
        stored = await log.read(tx, opened.shopper.conversation_id)
    assert any(
        isinstance(part, Cards) for each in stored if isinstance(each.data, MessageSent) for part in each.data.parts
    )
    await app.close()
    return home, opened.shopper.conversation_id, opened.token


@asynccontextmanager
async def process(home: Path, kill_at: int = 0, before: bool = False) -> AsyncIterator[tuple[Any, str]]:
    ours, theirs = CONTEXT.Pipe()
    running = CONTEXT.Process(target=mortal.serve, args=(home, theirs, kill_at, before), daemon=True)
    running.start()
    theirs.close()  # so that a process that dies before it tells its port is an error here and no wait
    try:
        yield running, f"http://127.0.0.1:{await asyncio.to_thread(ours.recv)}"
    finally:
        running.kill()
        running.join()


async def deliver(url: str, conversation_id: str, token: str, running: Any) -> bool:
    """Post the message as a client does that tries again; False when the server died first."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=20) as http:
        while running.is_alive():
            try:
                answer = await http.post(f"/v1/conversations/{conversation_id}/messages", json=MESSAGE)
            except httpx.TransportError:
                await asyncio.sleep(0.02)
                continue
            assert answer.status_code == 202
            return True
    return False


async def ended(home: Path, conversation_id: str) -> list[Any]:
    """The log once the message has been answered."""
    app = bootstrap(mortal.settings(home))
    try:
        for _ in range(300):
            async with app.db.read() as tx:
                stored = [each.data for each in await log.read(tx, conversation_id)]
            received = [n for n, data in enumerate(stored) if isinstance(data, MessageReceived)]
            if len(received) > 1 and any(isinstance(data, MessageSent) for data in stored[received[-1] :]):
                return stored
            await asyncio.sleep(0.1)
        raise AssertionError("the turn was never finished")
    finally:
        await app.close()


async def cart_of(home: Path, conversation_id: str) -> int:
    app = bootstrap(mortal.settings(home))
    async with app.db.read() as tx:
        shopper = await owner.current(tx, conversation_id)
        count = (await cart.read(tx, shopper.shopper_id)).count
    await app.close()
    return count


async def survive(prepared: tuple[Path, str, str], home: Path, kill_at: int, before: bool, after_ms: float) -> None:
    source, conversation_id, token = prepared
    shutil.copytree(source, home)
    async with process(home, kill_at, before) as (running, url):
        await deliver(url, conversation_id, token, running)
        if after_ms:
            await asyncio.sleep(after_ms / 1000)
        else:
            await asyncio.to_thread(running.join, 10)
            assert not running.is_alive(), f"the turn has no commit number {kill_at}"
    async with process(home) as (running, url):
        assert await deliver(url, conversation_id, token, running)
        stored = await ended(home, conversation_id)
    of_turn = stored[[n for n, data in enumerate(stored) if isinstance(data, MessageReceived)][-1] :]
    assert len([data for data in stored if isinstance(data, MessageReceived)]) == 2
    assert len([data for data in of_turn if isinstance(data, MessageSent)]) == 1
    assert len([data for data in of_turn if isinstance(data, CartChanged)]) == 1
    calls = [call.id for data in of_turn if isinstance(data, ModelReplied) for call in data.tool_calls]
    returned = [data.call_id for data in of_turn if isinstance(data, ToolReturned)]
    assert len(calls) == len(set(calls))
    assert sorted(returned) == sorted(calls)
    assert await cart_of(home, conversation_id) == 2


# After a commit and before the next one little happens: every other side runs with every change.
SIDES = [
    pytest.param(kill_at, before, marks=[] if before or kill_at == COMMITS else [pytest.mark.slow])
    for kill_at in range(1, COMMITS + 1)
    for before in (True, False)
]


@pytest.mark.parametrize(("kill_at", "before"), SIDES)
async def test_killed_at_a_commit(prepared: tuple[Path, str, str], tmp_path: Path, kill_at: int, before: bool) -> None:
    await survive(prepared, tmp_path / "home", kill_at, before, after_ms=0)


SWEEP = [
    pytest.param(number, marks=[pytest.mark.slow] if number >= BY_TIME_AT_ONCE else []) for number in range(BY_TIME)
]


@pytest.mark.parametrize("number", SWEEP)
async def test_killed_at_any_moment(prepared: tuple[Path, str, str], tmp_path: Path, number: int) -> None:
    after_ms = random.Random(number).uniform(1, 400)
    await survive(prepared, tmp_path / "home", 0, False, after_ms)
