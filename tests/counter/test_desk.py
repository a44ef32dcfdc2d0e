"""The operators' list: however long it is, the database is asked as often."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import selling
from sqlalchemy import event

from tresen.conversation import desk, turns
from tresen.conversation.owner import Operator
from tresen.conversation.parts import Text
from tresen.counter import cart, codes
from tresen.kit.db import Database, Tx

ANNA = Operator("a", "Anna")


@contextmanager
def queries(db: Database) -> Iterator[list[str]]:
    asked: list[str] = []

    def heard(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", heard)
    yield asked
    event.remove(db.engine.sync_engine, "before_cursor_execute", heard)


async def listed(tx: Tx) -> list[dict[str, Any]]:
    rows = await desk.overview(tx, ANNA, "all")
    worth = await cart.totals(tx, selling.HOUSE, {row["shopper"]["id"]: row["locale"] for row in rows})
    return [row | {"worth": worth.get(row["shopper"]["id"])} for row in rows]


async def come(db: Database, count: int, pieces: int) -> None:
    """People who say hello and put socks into their carts."""
    for number in range(count):
        async with db.write() as tx:
            shopper = await selling.visitor(tx)
            await turns.receive(tx, shopper, (Text(f"Hallo {number}"),), f"m{number}")
            if pieces:
                await cart.set_quantity(tx, selling.HOUSE, shopper, selling.SOCK, pieces)


async def test_a_longer_list_needs_no_more_queries(each_db: Database) -> None:
    await selling.open_shop(each_db)
    counted = []
    for _ in range(2):
        await come(each_db, 4, pieces=1)
        async with each_db.read() as tx:
            with queries(each_db) as asked:
                rows = await listed(tx)
        assert all(row["last_text"].startswith("Hallo") and row["worth"] for row in rows)
        counted.append((len(rows), len(asked)))
    (few, first), (many, second) = counted
    assert (few, many) == (4, 8)
    assert first == second < 20


async def test_the_list_and_the_cart_agree(each_db: Database) -> None:
    await selling.open_shop(each_db)
    await come(each_db, 1, pieces=3)
    await come(each_db, 1, pieces=0)
    async with each_db.write() as tx:
        shopper = await selling.visitor(tx)
        await turns.receive(tx, shopper, (Text("Hallo"),), "m")
        await cart.set_quantity(tx, selling.HOUSE, shopper, selling.SOCK, 2)
        await codes.apply_code(tx, selling.HOUSE, shopper, "HALLO10")
        shown = await cart.show_cart(tx, selling.HOUSE, shopper)
        rows = await listed(tx)
    found = {row["shopper"]["id"]: row["worth"] for row in rows}
    assert found[shopper.id] == shown.total == "26,82\xa0€"
    assert sorted(filter(None, found.values())) == ["26,82\xa0€", "44,70\xa0€"]
    assert None in found.values()
