"""One file format per module, found by walking this folder.

A module defines `source = Source(...)`. Its `read` is a generator that holds no more than one product at a time,
numbers lines from 1, and never raises for what a file contains: what it cannot read it yields as `Unreadable`. The
exception is a file made to do harm, which is refused as a whole.

Formats that share a suffix tell their files by content: each has `recognises`, and the one without it takes the rest.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from catalog_ingest.options import Options
from tresen.kit import plugins
from tresen.kit.errors import NotFound, Unprocessable


@dataclass(frozen=True)
class Row:
    """One product or document as the file has it; `unused` names the columns that nothing is made of."""

    line: int
    data: dict[str, Any]
    file: str = ""
    unused: tuple[str, ...] = ()


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
    recognises: Callable[[Path], bool] | None = None  # a file of one of the suffixes, or a folder, by its content
    folders: bool = False  # whether it reads a whole folder, too

    def may_read(self, path: Path) -> bool:
        return self.folders if path.is_dir() else path.name.lower().endswith(self.suffixes)

    def knows(self, path: Path) -> bool:
        return self.may_read(path) and self.recognises is not None and self.recognises(path)


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
    told = [source for source in sources.values() if source.knows(path)] if not options.mapping else []
    rest = [source for source in sources.values() if source.recognises is None and source.may_read(path)]
    if path.is_dir():
        return told or rest
    if found := (told or rest)[:1]:
        return found
    known = ", ".join(sorted({suffix for source in sources.values() for suffix in source.suffixes}))
    raise Unprocessable(
        f"Nothing here reads {path.name}.", code="unknown_format", hint=f"save it as one of {known}, or give a folder"
    )


def _named(sources: dict[str, Source], name: str, path: Path) -> Source:
    source = sources.get(name)
    if source is None:
        raise Unprocessable(
            f"There is no format {name!r}.", code="unknown_format", hint=f"formats are {', '.join(sources)}"
        )
    if path.is_dir() and not source.folders:
        raise Unprocessable(f"{name} is not read from a folder.", code="unknown_format", hint="name the file itself")
    return source
