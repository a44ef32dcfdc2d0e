"""Entries of a feed that together are one product, wherever in the feed they stand.

The feed is gone through twice: to count the entries of each product, then to hand out each as soon as it is whole. So
only products whose entries stand apart are held, and a product with one broken entry is left out whole.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog_ingest.cells import excess, layout_of, named, plain, records
from catalog_ingest.files import CUT
from catalog_ingest.sources import LeftOut, Row, Rows, Unreadable


@dataclass(frozen=True)
class Entry:
    """One line or element of a feed and the product it belongs to; `reason` says why it cannot be read."""

    key: str
    line: int
    data: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    file: str = ""


Made = Callable[[str, list[Entry]], Row | LeftOut | Unreadable]


def rows(entries: Callable[[], Iterator[Entry]], made: Made) -> Rows:
    """Each product one row, made of all its entries. Entries without a key are products of their own."""
    counts, broken_in = _counted(entries)
    waiting: dict[str, list[Entry]] = {}
    for entry in entries():
        if not entry.key:
            yield _row("", [entry], made)
            continue
        waiting.setdefault(entry.key, []).append(entry)
        if len(waiting[entry.key]) < counts[entry.key]:
            continue
        whole = waiting.pop(entry.key)
        if entry.key == broken_in:
            reason = "the file breaks off inside this product"
            yield Unreadable(whole[0].line, reason, entry.key, file=whole[0].file)
        else:
            yield _row(entry.key, whole, made)


def _counted(entries: Callable[[], Iterator[Entry]]) -> tuple[Counter[str], str | None]:
    """How many entries each product has, and the product in which the feed breaks off."""
    counts: Counter[str] = Counter()
    key = None
    with suppress(*CUT):
        for entry in entries():
            key = entry.key
            counts[key] += 1
        return counts, None
    return counts, key


def _row(key: str, entries: list[Entry], made: Made) -> Row | LeftOut | Unreadable:
    for entry in entries:
        if entry.reason:
            return Unreadable(entry.line, entry.reason, key, file=entry.file)
    return made(key, entries)


def of_table(path: Path, names: Callable[[str], str], key: Callable[[dict[str, str]], str]) -> Iterator[Entry]:
    """The lines of a table as entries: cells by what `names` makes of a plain header; "" leaves a column out."""
    headers: list[str] | None = None
    for record in records(path, layout_of(path)):
        if headers is None:
            headers = [names(plain(cell)) for cell in record.cells]
            continue
        cells = named(headers, record)
        yield Entry(key(cells), record.line, cells, record.reason or excess(record, len(headers)))
