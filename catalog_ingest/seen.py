"""What a feed was when it was last saved whole, so that the very same feed need not be read again."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from catalog_ingest.feed import Feed
from catalog_ingest.options import as_it_is
from catalog_ingest.report import Report
from tresen.shop.saving import Known

_TELLING = ("currency", "price_unit", "decimal", "tax_included", "locale", "format")


@dataclass(frozen=True)
class Sight:
    """The feed's bytes and how they are read, what the shop held of it afterwards, and what was reported."""

    feed: str
    shop: str
    rows: int
    unused: Mapping[str, int]
    until: str = ""


@dataclass(frozen=True)
class Seen:
    """One small file for each feed in the shop's folder."""

    folder: Path

    def again(self, feed: Feed, known: Mapping[str, Known]) -> Sight | None:
        """The sight of this very feed, if the shop still holds just that and no sale has begun or ended since."""
        try:
            sight = Sight(**json.loads(self._file(feed).read_text("utf-8")))
            over = bool(sight.until) and datetime.fromisoformat(sight.until) <= feed.options.at
        except (OSError, ValueError, TypeError):
            return None
        same = not over and sight.shop == _shop(known) and sight.feed == _digest(feed)
        return sight if same else None

    def keep(self, feed: Feed, known: Mapping[str, Known], report: Report) -> None:
        """Remember the feed that `report` alone is about; one of which anything was refused is read again."""
        file = self._file(feed)
        if not report.complete or report.rejected_rows or report.left_out or feed.options.amend is not as_it_is:
            file.unlink(missing_ok=True)
            return
        until = report.valid_until.isoformat() if report.valid_until else ""
        sight = Sight(_digest(feed), _shop(known), report.read, dict(report.unused), until)
        self.folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(sight)), "utf-8")

    def _file(self, feed: Feed) -> Path:
        name = hashlib.sha256(f"{feed.kind}:{feed.name}".encode()).hexdigest()[:24]
        return self.folder / f"seen-{name}.json"


def _digest(feed: Feed) -> str:
    """Of every byte that is read, of what the merchant says about it, and of the code that reads."""
    told = [str(getattr(feed.options, name)) for name in _TELLING] + [str(feed.options.at.tzinfo)]
    found = hashlib.sha256(json.dumps([told, sorted(feed.options.mapping.items()), _reader()]).encode())
    for path, source in feed.parts:
        for file in _files(path):
            found.update(f"\0{source.name}\0{file.relative_to(path.parent)}\0".encode())
            with file.open("rb") as content:
                found.update(hashlib.file_digest(content, "sha256").digest())
    return found.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    yield from sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else (path,)


def _shop(known: Mapping[str, Known]) -> str:
    rows = sorted((key, old.content_hash, old.live) for key, old in known.items())
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


@cache
def _reader() -> str:
    """A newer Tresen may read the same bytes in another way."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
