"""I4, I10: kill -9 between every two commits of a purchase and what follows it: nothing doubled, nothing lost.

The server dies by its own SIGKILL right before or right after its n-th commit; another one starts on the same folder,
and the same client goes on, repeating what was not answered. In the end everything is as it is without a death.
"""

import shutil
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import mortal_shop
import pytest
import selling
from mortal_shop import BACK, TOTAL, Client
from sqlalchemy import func, select

from tresen.bootstrap import bootstrap
from tresen.conversation import log, mail, operators, shoppers
from tresen.kit.ids import secret
from tresen.shop import catalog, orderbook, sales

FIRST, LAST = 2, 17  # the story's commits: the one before them is the migration, the one after them only looks
# These run with every change, the others in `make test-slow`.
AT_ONCE = {(2, False), (5, True), (5, False), (8, True), (9, False), (12, False), (13, True), (16, False)}


@pytest.fixture(scope="module")
async def prepared(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A shop with socks, a shopper and an operator."""
    home = tmp_path_factory.mktemp("mortal-shop")
    app = bootstrap(mortal_shop.settings(home))
    await app.start()
    await selling.open_shop(app.db)
    await app.retrieval.rebuild()
    async with app.db.write() as tx:
        opened = await shoppers.open_web(tx, "de")
        anna = await operators.add(tx, "anna", "Anna", secret())
        key = await operators.open_session(tx, anna.id)
    await app.close()
    return Client(home, opened.shopper.conversation_id, opened.token, key)


async def story(prepared: Client, home: Path, kill_at: int = 0, before: bool = False) -> tuple[Client, dict[str, Any]]:
    """The whole story on a copy of the shop; how things stand in the end."""
    shutil.copytree(prepared.home, home)
    client = Client(home, prepared.conversation, prepared.token, prepared.operator, kill_at, before)
    await client.start()
    try:
        await client.send_back(await client.buy())
    finally:
        await client.stop()
    return client, await outcome(client)


async def outcome(client: Client) -> dict[str, Any]:
    """All that may be there once only."""
    app = bootstrap(mortal_shop.settings(client.home))
    async with app.db.read() as tx:
        orders = await orderbook.matching(tx, select(sales.order))
        stock = (await catalog.variants(tx, [selling.SOCK]))[selling.SOCK].stock
        held = await tx.scalar(select(func.count()).select_from(sales.reservation))
        letters = Counter(each.subject for each in await mail.listed(tx))
        stored = await log.read(tx, client.conversation)
    await app.close()
    (order,) = orders
    told = Counter(each.name for each in stored if each.name != "cart.changed")
    return {
        "order": (order.number, order.state, order.total.minor, order.paid.minor, order.refunded.minor),
        "payments": [(each.state, each.amount.minor) for each in order.payments],
        "refunds": sorted((each.amount.minor, each.state) for each in order.refunds),
        "returns": [(each.number, each.state, each.refund.minor) for each in order.returns],
        "parcels": [each.lines for each in order.fulfilments],
        "stock": (stock, held), "letters": letters, "told": told, "banked": client.banked(),
    }  # fmt: skip


@pytest.fixture(scope="module")
async def undisturbed(prepared: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Any]]:
    _, found = await story(prepared, tmp_path_factory.mktemp("undisturbed") / "home")
    yield found


def test_undisturbed_it_all_happens_once(undisturbed: dict[str, Any]) -> None:
    assert undisturbed["order"] == ("SH-2026-0001", "returned", TOTAL, TOTAL, BACK + 2980)
    assert undisturbed["refunds"] == [(BACK, "done"), (2980, "done")]
    assert undisturbed["stock"] == (50, 0)
    assert set(undisturbed["letters"].values()) == {1}


POINTS = [
    pytest.param(at, before, marks=[] if (at, before) in AT_ONCE else [pytest.mark.slow])
    for at in range(FIRST, LAST + 1)
    for before in (True, False)
]


@pytest.mark.parametrize(("kill_at", "before"), POINTS)
async def test_killed_at_a_commit_of_a_purchase(
    prepared: Client, undisturbed: dict[str, Any], tmp_path: Path, kill_at: int, before: bool
) -> None:
    client, found = await story(prepared, tmp_path / "home", kill_at, before)
    assert client.deaths == 1, f"the story has no commit number {kill_at}"
    assert found == undisturbed
