"""A shop that has been running is brought up to date with everything it holds."""

from alembic import command
from sqlalchemy import Connection, text

from tresen import migrations
from tresen.kit.bus import LocalBus
from tresen.kit.clock import SystemClock
from tresen.kit.db import Database

ORDER = (
    "INSERT INTO shop_order (number, shopper_id, placed_at, state, shipping_minor, currency, carrier, tracking_code) "
    "VALUES ('A-1', 's', '2026-01-01 00:00:00', 'shipped', 490, 'EUR', 'Post', 'T-1')"
)
LINE = (
    "INSERT INTO shop_order_line (number, position, sku, title, quantity, unit_minor) "
    "VALUES ('A-1', 0, 'S', 't', 2, 100)"
)


def _to_0002(connection: Connection) -> None:
    config = migrations._config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0002")


async def test_orders_of_an_older_version_keep_lines_total_and_parcel(each_empty_db: str) -> None:
    db = Database(each_empty_db, SystemClock(), LocalBus())
    async with db.write() as tx:
        await tx.connection.run_sync(_to_0002)
        await tx.execute(text(ORDER))
        await tx.execute(text(LINE))
    await migrations.upgrade(db)
    async with db.read() as tx:
        totals = (await tx.rows(text("SELECT goods_minor, total_minor FROM shop_order")))[0]
        parcels = await tx.rows(text("SELECT order_number, carrier, tracking_code FROM fulfilment"))
    await db.close()
    assert tuple(totals) == (200, 690)
    assert [tuple(each) for each in parcels] == [("A-1", "Post", "T-1")]
