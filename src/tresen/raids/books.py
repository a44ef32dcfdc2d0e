"""Everything that an attack must not change, as rows that can be compared across two runs."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, select

from tresen.conversation import tables as talk
from tresen.kit.db import Tx
from tresen.shop import sales, tables

WATCHED: tuple[Table, ...] = (
    tables.price, tables.variant, tables.cart, tables.cart_line, sales.cart_code, sales.saved_line, sales.cart_link,
    sales.personal_code, sales.promotion_use, sales.checkout, sales.back_in_stock, sales.effect, sales.order,
    sales.order_line, sales.payment, sales.payment_notice, sales.refund, sales.fulfilment, sales.shop_return,
    sales.order_note, talk.shopper, talk.host_account, talk.contact, talk.consent, talk.remembered, talk.proof,
    talk.one_time_code, talk.mail, talk.outbox, talk.operator,
)  # fmt: skip
# What differs from run to run without anybody's doing: random keys, moments, places in the log.
RANDOM = frozenset({
    "id", "digest", "access", "html", "once", "reference", "url", "seq", "attempts", "lease_token", "sent_pieces",
    "changed", "external_id", "conversation_id", "tracking_url", "text", "state",
})  # fmt: skip
EMPTY = "checkout: shopper_id=$shopper, address={}"  # somebody has looked at the checkout
TELLING = {
    "text": {"order_note"},
    "external_id": {"host_account"},
    "state": {"shop_order", "payment", "refund", "shop_return"},
}
NAMED = {"variant", "price"}  # their ids are the shop's

Rows = Counter[str]


async def rows(tx: Tx, names: Mapping[str, str]) -> Rows:
    """Every watched row as text; `names` are what is this run's own, by their names."""
    carts = {row.id: row.shopper_id for row in await tx.rows(select(tables.cart.c.id, tables.cart.c.shopper_id))}
    found: Rows = Counter()
    for table in WATCHED:
        kept = [column.name for column in table.columns if _counts(table.name, column.name)]
        for row in await tx.rows(select(*(table.c[name] for name in kept))):
            values = {name: carts.get(value, value) if name == "cart_id" else value
                      for name, value in row._mapping.items() if not name.endswith("_at")}  # fmt: skip
            found[_line(table.name, values, names)] += 1
    return found


def changes(before: Rows, after: Rows) -> Rows:
    """What came, and with a minus what went."""
    came, gone = after - before, before - after
    came.pop(EMPTY, None)
    return Counter({f"+ {line}": n for line, n in came.items()} | {f"- {line}": n for line, n in gone.items()})


def _counts(table: str, column: str) -> bool:
    if column == "id" and table in NAMED:
        return True
    return column not in RANDOM or table in TELLING.get(column, ())


def _line(table: str, values: Mapping[str, Any], names: Mapping[str, str]) -> str:
    line = f"{table}: {', '.join(f'{name}={value}' for name, value in values.items() if value not in (None, ''))}"
    if table in NAMED:
        return line
    for name, value in names.items():
        line = line.replace(value, name) if value else line
    return re.sub(r"\b\d{6}\b", "000000", line) if table == "mail" else line
