"""Opens feeds, packed or not, and reads lines of any length without holding more than a limit."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tresen.kit.errors import Unprocessable

LONGEST_LINE = 4 * 1024 * 1024  # bytes
CUT = (EOFError, zlib.error, gzip.BadGzipFile)  # what a packed file raises where it breaks off
_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class Line:
    """A line without its end; `whole` False: only its beginning, because it is longer than the limit."""

    number: int
    content: bytes
    whole: bool = True


def stem(path: Path) -> str:
    """`catalog.jsonl.gz` -> `catalog`."""
    name = path.resolve().name if path.name in ("", "..") else path.name
    return name.split(".")[0] or name


def open_feed(path: Path) -> BinaryIO:
    """The bytes of a feed, unpacked when it is a .gz.

    Raises:
        Unprocessable: it cannot be opened, or a .gz is none.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _MAGIC
        if path.name.lower().endswith(".gz") and not packed:
            raise Unprocessable(
                f"{path.name} is not a gzip file.", code="not_gzip", hint="pack it again, or drop the .gz from its name"
            )
        return gzip.open(path) if packed else path.open("rb")  # type: ignore[return-value]
    except OSError as error:
        hint = "check that the file may be read"
        raise Unprocessable(f"{path.name} cannot be opened: {error.strerror}.", code="no_feed", hint=hint) from error


def lines(file: BinaryIO) -> Iterator[Line]:
    """The lines of `file`, numbered from 1."""
    number = 0
    while content := file.readline(LONGEST_LINE):
        number += 1
        whole = content.endswith(b"\n") or len(content) < LONGEST_LINE
        if not whole:
            _skip_line(file)
        yield Line(number, content.rstrip(b"\r\n"), whole)


def _skip_line(file: BinaryIO) -> None:
    while rest := file.readline(LONGEST_LINE):
        if rest.endswith(b"\n"):
            return
