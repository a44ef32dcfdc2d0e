"""What an ingest did, for people and for programs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

MOST_LISTED = 1000  # rejections kept word for word; all are counted


@dataclass(frozen=True)
class Rejection:
    """Why a row is not in the shop. Lines count from 1; `field` "" means the row as a whole."""

    line: int
    id: str
    field: str
    reason: str
    file: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.file else f"line {self.line}"
        what = ", ".join(part for part in (self.id, self.field) if part)
        return f"{where}{f' ({what})' if what else ''}: {self.reason}"


@dataclass
class Report:
    """The figures of one ingest. `complete` False: a feed broke off, so nothing was withdrawn from its source."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    revived: int = 0
    withdrawn: int = 0
    rejected_rows: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    complete: bool = True
    dry_run: bool = False
    seconds: float = 0.0
    not_modified: list[str] = field(default_factory=list)  # addresses whose feed is the same as last time
    valid_until: datetime | None = None  # when a sale begins or ends, so that the same feed means other prices
    indexed: int | None = None  # the version of the index made, None when none was needed
    left_out: Counter[str] = field(default_factory=Counter)  # products that the feed holds back, by reason
    unused: Counter[str] = field(default_factory=Counter, repr=False)

    def reject(self, rejection: Rejection) -> None:
        self.rejected_rows += 1
        if len(self.rejected) < MOST_LISTED:
            self.rejected.append(rejection)

    def same(self, rows: int, products: int, unused: Mapping[str, int], until: str) -> None:
        """Count a feed that is what it was last time."""
        self.read, self.unchanged = rows, products
        self.unused.update(unused)
        self.expire(datetime.fromisoformat(until) if until else None)

    def add(self, other: "Report") -> None:
        """Count what another ingest of the same load did, too."""
        for name in ("read", "new", "changed", "unchanged", "revived", "withdrawn", "rejected_rows", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rejected = (self.rejected + other.rejected)[:MOST_LISTED]
        self.warnings += other.warnings
        self.unused.update(other.unused)
        self.left_out.update(other.left_out)
        self.complete = self.complete and other.complete
        self.expire(other.valid_until)

    def expire(self, at: datetime | None) -> None:
        """The prices read are good until then at most."""
        if at is not None:
            self.valid_until = min(at, self.valid_until or at)

    @property
    def saved(self) -> int:
        return self.new + self.changed + self.revived

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        told = asdict(self)
        del told["unused"], told["valid_until"]
        return told | {"warnings": self.all_warnings(), "seconds": round(self.seconds, 3)}

    def all_warnings(self) -> list[str]:
        ignored = [f"unknown field {name!r} ignored in {count} rows" for name, count in self.unused.most_common(20)]
        return self.warnings + ignored

    def summary(self) -> list[str]:
        """The report as lines of plain text."""
        same = [f"{address} has not changed since the last time" for address in self.not_modified]
        if same and not self.read:
            return same
        verb = "would be saved" if self.dry_run else "saved"
        lines = [
            *same,
            f"{self.read} rows read in {self.seconds:.1f} s",
            f"{self.saved} {verb}: {self.new} new, {self.changed} changed, {self.revived} back again; "
            f"{self.unchanged} unchanged",
        ]
        if self.withdrawn:
            lines.append(f"{self.withdrawn} {'would be ' if self.dry_run else ''}withdrawn")
        if self.indexed is not None:
            lines.append(f"index {self.indexed} is live")
        lines += [f"{count} left out: {reason}" for reason, count in self.left_out.most_common(20)]
        if self.rejected_rows:
            lines.append(f"{self.rejected_rows} rows rejected")
            lines += [f"  {rejection}" for rejection in self.rejected[:20]]
        if self.rejected_rows > 20:
            lines.append("  ... (all of them with --json)")
        return lines + [f"warning: {warning}" for warning in self.all_warnings()]
