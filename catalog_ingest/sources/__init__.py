"""One file format per module, found by walking this folder.

A module defines `source = Source(...)`. Its `read` is a generator that holds no more than one product at a time,
numbers lines from 1, and never raises for what a file contains: what it cannot read it yields as `Unreadable`. The
exception is a file made to do harm, which is refused as a whole.

Formats that share a suffix tell their files by content: each has `recognises`, and the one without it takes the rest.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from catalog_ingest.options import Options
from tresen.kit import plugins
from tresen.kit.errors import NotFound, Unprocessable


@dataclass(frozen=True)
class Row:
    """One product or document as the file has it; `unused` names the columns that nothing is made of.

    `until` is when the same file begins to mean something else, because a sale begins or ends.
    """

    line: int
    data: dict[str, Any]
    file: str = ""
    unused: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True)
class Unreadable:
    """A row that never became one. `cut` says that nothing after it can be read either."""

    line: int
    reason: str
    id: str = ""
    field: str = ""
    file: str = ""
    cut: bool = False


@dataclass(frozen=True)
class LeftOut:
    """A product that the feed itself holds back, such as a draft: it is not for sale, so it leaves the shop."""

    line: int
    reason: str
    id: str = ""
    file: str = ""


Rows = Iterator[Row | Unreadable | LeftOut]


@dataclass(frozen=True)
class Source:
    """How one file format becomes rows."""

    name: str
    yields: Literal["product", "document"]
    suffixes: tuple[str, ...]
    read: Callable[[Path, Options], Rows]
    recognises: Callable[[Path], bool] | None = None  # a file with one of the suffixes, by its content
    in_folder: Callable[[Path], bool] | None = None  # whether a folder, if it reads folders at all, has files for it

    def may_read(self, path: Path) -> bool:
        return path.name.lower().endswith(self.suffixes)


def sources_of(path: Path, options: Options) -> list[Source]:
    """The sources that read `path`: one for a file; for a folder each that finds files of its own in it.

    Raises:
        NotFound: there is no such file.
        Unprocessable: no source reads this kind of file, or the one that the merchant names does not exist.
    """
    sources = plugins.discover(sys.modules[__name__], Source)
    if not path.exists():
        raise NotFound(f"There is no file {path}.", code="no_feed", hint="check the name, or give the full path")
    if options.format:
        return [_named(sources, options.format, path)]
    if path.is_dir():
        return _of_folder(path, sources)
    possible = [source for source in sources.values() if source.may_read(path)]
    told = [source for source in possible if source.recognises and source.recognises(path) and not options.mapping]
    if found := (told or [source for source in possible if source.recognises is None])[:1]:
        return found
    known = ", ".join(sorted({suffix for source in sources.values() for suffix in source.suffixes}))
    raise Unprocessable(
        f"Nothing here reads {path.name}.", code="unknown_format", hint=f"save it as one of {known}, or give a folder"
    )


def _of_folder(path: Path, sources: dict[str, Source]) -> list[Source]:
    """Nobody's folder is one of documents: there are none in it."""
    able = [source for source in sources.values() if source.in_folder]
    return [source for source in able if source.in_folder and source.in_folder(path)] or [
        source for source in able if source.recognises is None
    ]


def _named(sources: dict[str, Source], name: str, path: Path) -> Source:
    source = sources.get(name)
    if source is None:
        raise Unprocessable(
            f"There is no format {name!r}.", code="unknown_format", hint=f"formats are {', '.join(sources)}"
        )
    if path.is_dir() and not source.in_folder:
        raise Unprocessable(f"{name} is not read from a folder.", code="unknown_format", hint="name the file itself")
    return source
