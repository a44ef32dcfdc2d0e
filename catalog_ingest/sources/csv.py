"""Tables with a header line: CSV and TSV, packed or not, in the encodings and with the separators shops use."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from catalog_ingest.columns import Meaning, understand
from catalog_ingest.files import CUT, LONGEST_LINE, open_feed
from catalog_ingest.options import Options
from catalog_ingest.sources import Row, Rows, Source, Unreadable
from catalog_ingest.table import product_of

_SEPARATORS = ",;\t|"
_ENDS = ("\n", "\r")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class _TooLong(Exception):
    """A line longer than the limit; it has been left behind."""


@dataclass(frozen=True)
class _Record:
    """One line of the table; `reason` says why it is none, then `cells` are what can be seen of it."""

    line: int
    cells: list[str]
    reason: str = ""


@dataclass
class _Table:
    """What a first look at the whole file tells; a product is whole when all its `counts` lines were seen."""

    encoding: str
    separator: str
    meanings: dict[int, Meaning] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    width: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken_in: str | None = None  # the product in which a packed file breaks off

    @property
    def has_variants(self) -> bool:
        """Whether several lines may be one product."""
        names = {meaning.name for meaning in self.meanings.values()}
        return "parent" in names or ("id" in names and bool(names & {"sku", "option"}))

    def cells(self, record: _Record) -> dict[Meaning, str]:
        seen = ((self.meanings[at], cell.strip()) for at, cell in enumerate(record.cells) if at in self.meanings)
        return {meaning: cell for meaning, cell in seen if cell}

    def key(self, record: _Record) -> str:
        """The id of the product that the record belongs to."""
        cells = self.cells(record)
        return next((cells[Meaning(name)] for name in ("parent", "id", "sku") if Meaning(name) in cells), "")


def read(path: Path, options: Options) -> Rows:
    """Each product one row, made of all its lines, even when they stand apart."""
    table = _look(path, options)
    waiting: dict[str, list[_Record]] = {}
    for record in _records(path, table, after_header=True):
        key = table.key(record)
        if not key or not table.has_variants:
            yield _row(table, key, [record])
            continue
        waiting.setdefault(key, []).append(record)
        if len(waiting[key]) >= table.counts[key]:
            yield _row(table, key, waiting.pop(key))


def _row(table: _Table, key: str, records: list[_Record]) -> Row | Unreadable:
    for record in records:
        if record.reason:
            return Unreadable(record.line, record.reason, key)
        if len(record.cells) > table.width and any(cell.strip() for cell in record.cells[table.width :]):
            reason = f"the line has {len(record.cells)} cells, the header {table.width}"
            return Unreadable(record.line, reason, key)
    if key == table.broken_in and table.has_variants:
        return Unreadable(records[0].line, "the file breaks off inside this product", key)
    return Row(records[0].line, product_of(key, [table.cells(record) for record in records]), unused=table.unused)


def _look(path: Path, options: Options) -> _Table:
    """Read the file once for its layout and, where lines make up products, for how many lines each has."""
    encoding = _encoding(path)
    table = _Table(encoding, _separator(path, encoding))
    records = _records(path, table)
    key = ""
    try:
        header = next(records, None)
        if header is None:
            return table
        table.width = len(header.cells)
        table.meanings, table.unused = understand(header.cells, options.mapping)
        if table.has_variants:
            for record in records:
                key = table.key(record)
                table.counts[key] += 1
    except CUT:
        table.broken_in = key
    return table


def _records(path: Path, table: _Table, after_header: bool = False) -> Iterator[_Record]:
    """The lines that are not empty, the header among them."""
    with _opened(path, table.encoding) as file:
        feed = _Lines(file)
        reader = csv.reader(feed, delimiter=table.separator)
        while True:
            line = feed.number + 1
            try:
                record = _Record(line, next(reader))
            except StopIteration:
                return
            except _TooLong:
                record = _Record(line, _beginning(feed.last, table.separator), "the line is longer than 4 MB")
            except csv.Error as error:
                record = _Record(line, _beginning(feed.last, table.separator), f"not a line of a table: {error}")
            if not any(cell.strip() for cell in record.cells) and not record.reason:
                continue
            if not after_header:
                yield record
            after_header = False


class _Lines:
    """Lines for csv.reader, numbered; one that is too long is raised, and the next call goes on after it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.number = 0
        self.last = ""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.last = self._file.readline(LONGEST_LINE)
        if not self.last:
            raise StopIteration
        self.number += 1
        if len(self.last) == LONGEST_LINE and not self.last.endswith(_ENDS):
            while (rest := self._file.readline(LONGEST_LINE)) and not rest.endswith(_ENDS):
                pass
            raise _TooLong
        return self.last


def _beginning(line: str, separator: str) -> list[str]:
    with suppress(csv.Error):
        return next(csv.reader([line[:10_000]], delimiter=separator), [])
    return []


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[TextIO]:
    with open_feed(path) as file, io.TextIOWrapper(file, encoding, errors="replace", newline="") as text:
        yield text


def _encoding(path: Path) -> str:
    """UTF-8 if the whole file is, else what German Windows writes; a byte-order mark decides at once."""
    with open_feed(path) as file:
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk = b""
        with suppress(*CUT):
            chunk = file.read(64 * 1024)
            for mark, encoding in _BOMS.items():
                if chunk.startswith(mark):
                    return encoding
            try:
                while chunk:
                    decoder.decode(chunk)
                    chunk = file.read(64 * 1024)
            except UnicodeDecodeError:
                return "cp1252"
    return "utf-8"


def _separator(path: Path, encoding: str) -> str:
    """The separator that the header line has most of, outside quotes."""
    if ".tsv" in path.name.lower():
        return "\t"
    with suppress(*CUT), _opened(path, encoding) as file:
        header = file.readline(LONGEST_LINE)
        while header and not header.strip():
            header = file.readline(LONGEST_LINE)
        bare = "".join(header.split('"')[::2])
        return max(_SEPARATORS, key=bare.count)
    return ","


source = Source("csv", "product", (".csv", ".tsv", ".csv.gz", ".tsv.gz"), read)
