"""Feeds by address: downloaded when they have changed, then read like any file."""

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog_ingest import sources
from catalog_ingest.files import CUT, open_feed, stem
from catalog_ingest.options import Options
from catalog_ingest.pipeline import Indexer, ingest
from catalog_ingest.progress import Progress, stage
from catalog_ingest.report import Report
from catalog_ingest.seen import Seen
from catalog_ingest.sources import Source
from catalog_ingest.texts import slug
from tresen.kit import plugins
from tresen.kit.db import Database
from tresen.kit.errors import Unprocessable
from tresen.kit.http import Downloader, Stamp, shown
from tresen.shop import saving

_LONGEST_NAME = 60
_LARGEST_PAGE = 25 * 1024 * 1024  # bytes of an unpacked document
_READ_PACKED = (".csv", ".tsv", ".jsonl", ".ndjson", ".xml", ".rss", ".atom", ".gz")
_BY_TYPE = {
    "text/csv": ".csv", "application/csv": ".csv", "text/tab-separated-values": ".tsv", "text/xml": ".xml",
    "application/xml": ".xml", "application/rss+xml": ".xml", "application/atom+xml": ".xml",
    "application/jsonl": ".jsonl", "application/x-ndjson": ".jsonl", "application/x-jsonlines": ".jsonl",
    "text/html": ".html", "text/markdown": ".md", "application/pdf": ".pdf",
}  # fmt: skip
_BY_START = {
    rb"\s*<(?:\?xml|rss|feed)": ".xml", rb"\s*<": ".html", rb"\s*\{": ".jsonl", rb"%PDF": ".pdf",
}  # fmt: skip
_TELLING = ("source", "currency", "price_unit", "decimal", "tax_included", "locale", "format")


def is_address(place: str) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]*://", place, re.IGNORECASE) is not None


@dataclass
class Stamps:
    """What servers said of feeds when they were last saved, a small file for each in the shop's folder."""

    folder: Path

    def of(self, url: str, options: Options) -> Stamp | None:
        """None as well when a sale has begun or ended since: then an unchanged feed means other prices."""
        stamp, until = self._read(url, options)
        return None if until and until <= options.at else stamp

    def until(self, url: str, options: Options) -> datetime | None:
        """When the next sale of a feed begins or ends, as far as was seen when it was last saved."""
        return self._read(url, options)[1]

    def _read(self, url: str, options: Options) -> tuple[Stamp | None, datetime | None]:
        try:
            told = json.loads(self._file(url, options).read_text("utf-8"))
            until = datetime.fromisoformat(told["until"]) if told["until"] else None
            return Stamp(str(told["etag"]), str(told["last_modified"])), until
        except (OSError, ValueError, KeyError, TypeError):
            return None, None

    def keep(self, url: str, options: Options, stamp: Stamp, until: datetime | None) -> None:
        file = self._file(url, options)
        if not stamp.headers():
            file.unlink(missing_ok=True)
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        told = asdict(stamp) | {"feed": shown(url), "until": until.isoformat() if until else ""}
        file.write_text(json.dumps(told), "utf-8")

    def _file(self, url: str, options: Options) -> Path:
        """The same feed read in another way is another feed. Only a digest is kept: addresses may hold secrets."""
        way = [url, *(str(getattr(options, name)) for name in _TELLING), sorted(options.mapping.items())]
        return self.folder / f"{hashlib.sha256(json.dumps(way).encode()).hexdigest()[:24]}.json"


@dataclass
class Arrival:
    """The files to read, and what to remember once they are saved."""

    paths: list[Path] = field(default_factory=list)
    stamps: dict[str, Stamp] = field(default_factory=dict)
    not_modified: list[str] = field(default_factory=list)
    until: list[datetime | None] = field(default_factory=list)  # of the feeds that are not modified


@dataclass(frozen=True)
class Remote:
    """Where feeds come from when they are not on this machine."""

    downloader: Downloader
    stamps: Stamps

    async def ingest(
        self, db: Database, indexer: Indexer, places: Sequence[str], options: Options, progress: Progress
    ) -> Report:
        """Ingest files and addresses. When a download fails nothing is changed, whatever the others hold.

        Raises:
            Unavailable, Unprocessable: a feed cannot be had; besides what `pipeline.ingest` raises.
        """
        with TemporaryDirectory(prefix="tresen-feed-") as folder:
            arrival = Arrival()
            for place in dict.fromkeys(places):
                if is_address(place):
                    alone = len(places) == 1 or not options.source
                    await self._fetch(db, place, Path(folder), options, alone, arrival, progress)
                else:
                    arrival.paths.append(Path(place))
            report = Report(dry_run=options.dry_run)
            if arrival.paths:
                seen = Seen(self.stamps.folder)
                report = await ingest(db, indexer, arrival.paths, options, progress, seen)
        report.not_modified = arrival.not_modified
        if report.complete and not options.dry_run:
            for url, stamp in arrival.stamps.items():
                self.stamps.keep(url, options, stamp, report.valid_until)
        for until in arrival.until:
            report.expire(until)
        return report

    async def _fetch(
        self, db: Database, url: str, folder: Path, options: Options, alone: bool, arrival: Arrival, progress: Progress
    ) -> None:
        """Several files that are one source are always read together, so none may be missing as unchanged."""
        target = folder / _name(url)
        known = alone and await _is_known(db, options.source or stem(target))
        with stage(progress, "downloading"):
            found = await self.downloader.fetch(url, target, self.stamps.of(url, options) if known else None)
        if found.path is None:
            arrival.not_modified.append(shown(url))
            arrival.until.append(self.stamps.until(url, options))
            return
        arrival.stamps[url] = found.stamp
        arrival.paths.append(_with_suffix(found.path, url, found.content_type))


async def _is_known(db: Database, source: str) -> bool:
    """Whether the shop holds anything of a source; if not, it must not hear that nothing has changed."""
    async with db.read() as tx:
        return bool(await saving.known(tx, "product", source) or await saving.known(tx, "document", source))


def _name(url: str) -> str:
    """`https://shop.example/feeds/de.xml?token=1` -> `shop-example-feeds-de-4f1c2a`: steady, and without secrets."""
    place, _, query = url.partition("?")
    readable = slug(re.sub(r"\.[a-z]{2,6}(?:\.gz)?$", "", shown(place).partition("://")[2]))[:_LONGEST_NAME]
    mark = hashlib.sha256(query.encode()).hexdigest()[:6] if query else ""
    return f"{readable}-{mark}".strip("-")


def _with_suffix(path: Path, url: str, content_type: str) -> Path:
    """The file under a name that says its format: by its address, its declared type, or its first bytes."""
    address = url.partition("?")[0].partition("#")[0].lower()
    known = {suffix for source in plugins.discover(sources, Source).values() for suffix in source.suffixes}
    told = max((each for each in known if address.endswith(each)), key=len, default="") or _BY_TYPE.get(content_type)
    named = path.with_name(path.name + (told or _by_start(path)))
    path.rename(named)
    if not named.name.endswith(_READ_PACKED):
        _unpack(named)
    return named


def _by_start(path: Path) -> str:
    start = b""
    with suppress(*CUT), open_feed(path) as file:
        start = file.read(200)
    return next((ending for pattern, ending in _BY_START.items() if re.match(pattern, start)), ".csv")


def _unpack(path: Path) -> None:
    """Documents are read as they are, so what the server has packed on the way is unpacked."""
    try:
        with open_feed(path) as file:
            content = file.read(_LARGEST_PAGE + 1)
    except CUT as error:
        hint = "nothing was changed; try again"
        raise Unprocessable(f"{path.name} breaks off.", code="feed_broken", hint=hint) from error
    if len(content) > _LARGEST_PAGE:
        raise Unprocessable(f"{path.name} is larger than 25 MB.", code="feed_too_large", hint="split the document")
    path.write_bytes(content)
