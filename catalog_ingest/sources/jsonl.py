"""JSON Lines, one product per line, packed or not."""

import json
import re
from pathlib import Path

from catalog_ingest.files import Line, lines, open_feed
from catalog_ingest.options import Options
from catalog_ingest.sources import Row, Rows, Source, Unreadable

_ID = re.compile(rb'"id"\s*:\s*"([^"\\]{1,200})"')
_BOM = b"\xef\xbb\xbf"


def read(path: Path, options: Options) -> Rows:
    """Each line a JSON object; empty lines are skipped."""
    with open_feed(path) as file:
        for line in lines(file):
            if line.content.removeprefix(_BOM).strip():
                yield _row(line)


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
