"""Tables as lists of cells: in the encodings and with the separators shops use, packed or not."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from catalog_ingest.files import CUT, LONGEST_LINE, open_feed
from tresen.kit.errors import TresenError

_SEPARATORS = ",;\t|"
_ENDS = ("\n", "\r")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_GLIMPSE = 64 * 1024  # bytes that show a header


class _TooLong(Exception):
    """A line longer than the limit; it has been left behind."""


@dataclass(frozen=True)
class Layout:
    encoding: str
    separator: str


@dataclass(frozen=True)
class Record:
    """One line of the table; `reason` says why it is none, then `cells` are what can be seen of it."""

    line: int
    cells: list[str]
    reason: str = ""


def layout_of(path: Path) -> Layout:
    encoding = _encoding(path)
    return Layout(encoding, _separator(path, encoding))


def header_of(path: Path) -> list[str]:
    """The first line's cells, plain and in lower case, from a glimpse of the file; [] when there is none to see."""
    try:
        with open_feed(path) as file:
            start = file.read(_GLIMPSE)
    except (*CUT, TresenError):
        return []
    encoding = next((encoding for mark, encoding in _BOMS.items() if start.startswith(mark)), "utf-8")
    text = start.decode(encoding, "replace").lstrip()
    separator = "\t" if ".tsv" in path.name.lower() else _most_of(text.split("\n")[0])
    with suppress(csv.Error, StopIteration):
        return [plain(cell) for cell in next(csv.reader(io.StringIO(text, newline=""), delimiter=separator))]
    return []


def plain(header: str) -> str:
    """A header as it is compared: in lower case, with single spaces."""
    return " ".join(header.replace("\ufeff", "").casefold().split())


def excess(record: Record, width: int) -> str:
    """What is wrong with a line that has more cells than the header; "" if nothing is."""
    if len(record.cells) > width and any(cell.strip() for cell in record.cells[width:]):
        return f"the line has {len(record.cells)} cells, the header {width}"
    return ""


def named(headers: Sequence[str], record: Record) -> dict[str, str]:
    """The cells that are not empty, by header; of equal headers the first counts."""
    pairs = zip(headers, record.cells, strict=False)
    return dict(reversed([(header, cell.strip()) for header, cell in pairs if header and cell.strip()]))


def records(path: Path, layout: Layout, after_header: bool = False) -> Iterator[Record]:
    """The lines that are not empty, the header among them."""
    with _opened(path, layout.encoding) as file:
        feed = _Lines(file)
        reader = csv.reader(feed, delimiter=layout.separator)
        while True:
            line = feed.number + 1
            try:
                record = Record(line, next(reader))
            except StopIteration:
                return
            except _TooLong:
                record = Record(line, _beginning(feed.last, layout.separator), "the line is longer than 4 MB")
            except csv.Error as error:
                record = Record(line, _beginning(feed.last, layout.separator), f"not a line of a table: {error}")
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
    if ".tsv" in path.name.lower():
        return "\t"
    with suppress(*CUT), _opened(path, encoding) as file:
        header = file.readline(LONGEST_LINE)
        while header and not header.strip():
            header = file.readline(LONGEST_LINE)
        return _most_of(header)
    return ","


def _most_of(header: str) -> str:
    """The separator that a header line has most of, outside quotes."""
    bare = "".join(header.split('"')[::2])
    return max(_SEPARATORS, key=bare.count)
