"""The demo shop knows some of its shoppers: who writes from their contact is met with their name and orders."""

import shutil
from pathlib import Path

from tresen import demoshop
from tresen.bootstrap import bootstrap
from tresen.conversation import shoppers
from tresen.conversation.shoppers import Address
from tresen.settings import Settings
from tresen.shop import orderbook


async def test_a_known_shopper_comes_with_past_orders(demo_home: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_home, tmp_path / "home")
    app = bootstrap(Settings(home=tmp_path / "home", database_url="", model=""))
    for _ in range(2):  # a second start introduces nobody twice
        await demoshop.load_demo(app)
    async with app.db.write() as tx:
        known = await shoppers.arrive(tx, Address("telegram", "kiesel_kette_demo_bot", "700000001"), "de")
        found = await orderbook.of_shopper(tx, known.id)
        stranger = await shoppers.arrive(tx, Address("telegram", "kiesel_kette_demo_bot", "1"), "de")
        assert await orderbook.of_shopper(tx, stranger.id) == []
    await app.close()
    assert [order.number for order in found] == ["KK-2026-1311", "KK-2026-1042"]
    assert found[1].lines[0].title
    assert found[1].total.minor == 13990 + 2 * 1490
    assert found[1].paid == found[1].total
    assert [each.carrier for each in found[0].fulfilments] == ["Postillon Paket"]
