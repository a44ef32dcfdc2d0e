"""Tables with a header line: CSV and TSV, packed or not, in the encodings and with the separators shops use."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from catalog_ingest.cells import Layout, Record, excess, layout_of, records
from catalog_ingest.columns import Meaning, understand
from catalog_ingest.files import CUT
from catalog_ingest.options import Options
from catalog_ingest.sources import Row, Rows, Source, Unreadable
from catalog_ingest.table import product_of


@dataclass
class _Table:
    """What a first look at the whole file tells; a product is whole when all its `counts` lines were seen."""

    layout: Layout
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

    def cells(self, record: Record) -> dict[Meaning, str]:
        seen = ((self.meanings[at], cell.strip()) for at, cell in enumerate(record.cells) if at in self.meanings)
        return {meaning: cell for meaning, cell in seen if cell}

    def key(self, record: Record) -> str:
        """The id of the product that the record belongs to."""
        cells = self.cells(record)
        return next((cells[Meaning(name)] for name in ("parent", "id", "sku") if Meaning(name) in cells), "")


def read(path: Path, options: Options) -> Rows:
    """Each product one row, made of all its lines, even when they stand apart."""
    table = _look(path, options)
    waiting: dict[str, list[Record]] = {}
    for record in records(path, table.layout, after_header=True):
        key = table.key(record)
        if not key or not table.has_variants:
            yield _row(table, key, [record])
            continue
        waiting.setdefault(key, []).append(record)
        if len(waiting[key]) >= table.counts[key]:
            yield _row(table, key, waiting.pop(key))


def _row(table: _Table, key: str, lines: list[Record]) -> Row | Unreadable:
    for record in lines:
        if reason := record.reason or excess(record, table.width):
            return Unreadable(record.line, reason, key)
    if key == table.broken_in and table.has_variants:
        return Unreadable(lines[0].line, "the file breaks off inside this product", key)
    return Row(lines[0].line, product_of(key, [table.cells(record) for record in lines]), unused=table.unused)


def _look(path: Path, options: Options) -> _Table:
    """Read the file once for its layout and, where lines make up products, for how many lines each has."""
    table = _Table(layout_of(path))
    lines = records(path, table.layout)
    key = ""
    try:
        header = next(lines, None)
        if header is None:
            return table
        table.width = len(header.cells)
        table.meanings, table.unused = understand(header.cells, options.mapping)
        if table.has_variants:
            for record in lines:
                key = table.key(record)
                table.counts[key] += 1
    except CUT:
        table.broken_in = key
    return table


source = Source("csv", "product", (".csv", ".tsv", ".csv.gz", ".tsv.gz"), read)
