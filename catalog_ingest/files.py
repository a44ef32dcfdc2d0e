"""Opens feeds, packed or not, and reads lines of any length without holding more than a limit."""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tresen.kit.errors import Unprocessable

LONGEST_LINE = 4 * 1024 * 1024  # bytes
CUT = (EOFError, zlib.error, gzip.BadGzipFile)  # what a packed file raises where it breaks off
_MAGIC = b"\x1f\x8b"
_BOMB_FROM = 512 * 1024  # unpacked bytes that are harmless, however well they were packed
_BOMB_RATIO = 250  # texts of products pack to a fifth, at best to a fiftieth


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
        Unprocessable: it cannot be opened, or a .gz is none; while it is read: it unpacks to far more than a feed can.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _MAGIC
        if path.name.lower().endswith(".gz") and not packed:
            raise Unprocessable(
                f"{path.name} is not a gzip file.", code="not_gzip", hint="pack it again, or drop the .gz from its name"
            )
        return io.BufferedReader(_Unpacked(path), 64 * 1024) if packed else path.open("rb")
    except OSError as error:
        hint = "check that the file may be read"
        raise Unprocessable(f"{path.name} cannot be opened: {error.strerror}.", code="no_feed", hint=hint) from error


class _Unpacked(io.RawIOBase):
    """A .gz that stops unpacking when it turns out to be a bomb."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._packed = path.open("rb")
        self._file = gzip.GzipFile(fileobj=self._packed)
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        self._count += len(content)
        if self._count > _BOMB_FROM and self._count > _BOMB_RATIO * self._packed.tell():
            hint = "pack the feed itself, and only once"
            say = f"{self._name} unpacks to more than {_BOMB_RATIO} times its size, so it is not read."
            raise Unprocessable(say, code="hostile_feed", hint=hint)
        return len(content)

    def close(self) -> None:
        self._file.close()
        self._packed.close()
        super().close()


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
