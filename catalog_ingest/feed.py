"""One feed: the files of one source, read batch by batch off the event loop, each row checked."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from catalog_ingest import check
from catalog_ingest.files import CUT, stem
from catalog_ingest.options import Options
from catalog_ingest.report import Rejection
from catalog_ingest.sources import LeftOut, Row, Rows, Source, Unreadable, sources_of
from tresen.kit.errors import Unprocessable
from tresen.shop.saving import Kind, NewDocument, NewProduct

BATCH = 500
_LONGEST_NAME = 80
_CHECKS: dict[Kind, Callable[[dict[str, Any], Options], tuple[Any, list[str]]]] = {
    "product": check.product,
    "document": check.document,
}
Place = tuple[int, str, int]  # part of the feed, file, line


@dataclass(frozen=True)
class Good:
    """A row that may be saved."""

    place: Place
    item: NewProduct | NewDocument
    content_hash: str
    unused: tuple[str, ...]
    until: datetime | None


@dataclass(frozen=True)
class Bad:
    """A row that may not. `known_as` is its external id if it can be seen, so that the old one stays in the shop."""

    rejection: Rejection
    known_as: str
    cut: bool


@dataclass(frozen=True)
class Feed:
    """The files that together are one source of products, or of documents."""

    name: str
    kind: Kind
    parts: tuple[tuple[Path, Source], ...]
    options: Options

    async def batches(self, only: set[Place] | None = None) -> AsyncIterator[list[Good | Bad | LeftOut]]:
        """Rows in file order, at most `BATCH` at a time; with `only`, those places alone."""
        rows = self._rows()
        while batch := await asyncio.to_thread(self._next, rows, only):
            yield [each for each in batch if each is not None]

    def _next(
        self, rows: Iterator[tuple[int, Row | Unreadable | LeftOut]], only: set[Place] | None
    ) -> list[Good | Bad | LeftOut | None]:
        wanted = islice(rows, BATCH)
        return [
            self._checked(part, row) if only is None or (part, row.file, row.line) in only else None
            for part, row in wanted
        ]

    def _rows(self) -> Iterator[tuple[int, Row | Unreadable | LeftOut]]:
        for part, (path, source) in enumerate(self.parts):
            for row in _until_cut(path, source, self.options):
                yield part, row

    def _checked(self, part: int, row: Row | Unreadable | LeftOut) -> Good | Bad | LeftOut:
        if isinstance(row, LeftOut):
            return row
        if isinstance(row, Unreadable):
            return Bad(Rejection(row.line, row.id, row.field, row.reason, row.file), row.id, row.cut)
        external_id = check.row_id(row.data)
        try:
            item, unknown = _CHECKS[self.kind](self.options.amend(row.data), self.options)
        except check.Rejected as wrong:
            return Bad(Rejection(row.line, external_id, wrong.field, wrong.reason, row.file), external_id, False)
        return Good((part, row.file, row.line), item, item.content_hash, (*row.unused, *unknown), row.until)


def feeds(paths: Sequence[Path], options: Options) -> list[Feed]:
    """The feeds that `paths` are: one for all if a source is named, else one per file.

    Raises:
        NotFound, Unprocessable: a path that nothing reads.
    """
    parts: dict[tuple[str, Literal["product", "document"]], list[tuple[Path, Source]]] = {}
    for path in dict.fromkeys(paths):
        name = (options.source or stem(path))[:_LONGEST_NAME]
        for source in sources_of(path, options):
            parts.setdefault((name, source.yields), []).append((path, source))
    if not parts:
        raise Unprocessable("There is nothing to read.", code="no_feed", hint="name at least one file or folder")
    return [Feed(name, kind, tuple(each), options) for (name, kind), each in parts.items()]


def _until_cut(path: Path, source: Source, options: Options) -> Rows:
    """The rows of one file; where a packed file breaks off, the last one says so."""
    line = 0
    try:
        for row in source.read(path, options):
            line = row.line
            yield replace(row, file=row.file or path.name)
    except CUT as error:
        reason = f"the file breaks off here: {error}"
        yield Unreadable(line + 1, reason, file=path.name, cut=True)
