"""One file format per module, found by walking this folder.

A module defines `source = Source(...)`. Its `read` is a generator that holds no more than one product at a time,
numbers lines from 1, and never raises for what a file contains: what it cannot read it yields as `Unreadable`.
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


Rows = Iterator[Row | Unreadable]


@dataclass(frozen=True)
class Source:
    """How one file format becomes rows."""

    name: str
    yields: Literal["product", "document"]
    suffixes: tuple[str, ...]
    read: Callable[[Path, Options], Rows]
    folders: bool = False  # whether it reads a whole folder, too

    def fits(self, path: Path) -> bool:
        return self.folders if path.is_dir() else path.name.lower().endswith(self.suffixes)


def source_of(path: Path) -> Source:
    """The source that reads `path`.

    Raises:
        NotFound: there is no such file.
        Unprocessable: no source reads this kind of file.
    """
    sources = plugins.discover(sys.modules[__name__], Source)
    if not path.exists():
        raise NotFound(f"There is no file {path}.", code="no_feed", hint="check the name, or give the full path")
    for source in sources.values():
        if source.fits(path):
            return source
    known = ", ".join(sorted(suffix for source in sources.values() for suffix in source.suffixes))
    raise Unprocessable(
        f"Nothing here reads {path.name}.", code="unknown_format", hint=f"save it as one of {known}, or give a folder"
    )
