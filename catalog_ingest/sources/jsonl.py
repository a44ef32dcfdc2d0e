"""JSON Lines, one product per line, packed or not."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from catalog_ingest.files import CUT, Line, lines, open_feed
from catalog_ingest.groups import Entry
from catalog_ingest.groups import rows as grouped
from catalog_ingest.objects import Names, family_of, names_of, product_of, refuse_missing
from catalog_ingest.options import Options
from catalog_ingest.sources import Row, Rows, Source, Unreadable

_ID = re.compile(rb'"id"\s*:\s*"([^"\\]{1,200})"')
_BOM = b"\xef\xbb\xbf"


def read(path: Path, options: Options) -> Rows:
    """Each line a JSON object; empty lines are skipped. With a mapping, objects may name things in their own way."""
    if not options.mapping:
        yield from _rows(path)
        return
    names = names_of(options.mapping)
    refuse_missing(names, _objects(path))
    if names.groups:
        yield from grouped(lambda: _entries(path, names), lambda key, found: _family(key, found, names))
        return
    for row in _rows(path):
        yield Row(row.line, product_of(row.data, names)) if isinstance(row, Row) else row


def _rows(path: Path) -> Iterator[Row | Unreadable]:
    with open_feed(path) as file:
        for line in lines(file):
            if line.content.removeprefix(_BOM).strip():
                yield _row(line)


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    """What can be read of the file; where a packed one breaks off is told by who reads the rows."""
    with suppress(*CUT):
        yield from (row.data for row in _rows(path) if isinstance(row, Row))


def _entries(path: Path, names: Names) -> Iterator[Entry]:
    """The objects with the product that each belongs to; the product itself stands under its own id."""
    for row in _rows(path):
        if isinstance(row, Unreadable):
            yield Entry(row.id, row.line, reason=row.reason)
            continue
        own = product_of(row.data, names).get("id")
        yield Entry(names.parent(row.data) or str(own or ""), row.line, row.data)


def _family(key: str, entries: list[Entry], names: Names) -> Row:
    objects = [entry.data for entry in entries]
    whole = product_of(objects[0], names) if not key else family_of(key, objects, names)
    return Row(entries[0].line, whole)


def _row(line: Line) -> Row | Unreadable:
    if not line.whole:
        return _unreadable(line, "the line is longer than 4 MB")
    try:
        data = json.loads(line.content.removeprefix(_BOM).decode("utf-8"))
    except UnicodeDecodeError:
        return _unreadable(line, "the line is not UTF-8; save the feed as UTF-8")
    except json.JSONDecodeError as error:
        return _unreadable(line, f"not JSON: {error.msg} at column {error.colno}")
    except ValueError as error:
        return _unreadable(line, f"not JSON: {error}")
    except RecursionError:
        return _unreadable(line, "not JSON that makes sense: it is nested too deeply")
    if not isinstance(data, dict):
        return _unreadable(line, "the line is not a JSON object")
    return Row(line.number, data)


def _unreadable(line: Line, reason: str) -> Unreadable:
    """Its id, where one can be seen, keeps the product in the shop as it was."""
    seen = _ID.search(line.content[:10_000])
    return Unreadable(line.number, reason, seen.group(1).decode("utf-8", "replace") if seen else "")


source = Source("jsonl", "product", (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"), read)
