"""Read, normalise, check, save, index.

A feed is read twice: first to know what changed and what vanished, before anything is written; then to save what
changed, a batch per transaction. So a feed that may not be saved leaves no trace, an unchanged one writes nothing,
and one that was killed half-way goes on where it stopped, because what is saved already is unchanged then.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

from catalog_ingest.feed import BATCH, Bad, Feed, Good, Place, feeds
from catalog_ingest.options import Options
from catalog_ingest.progress import Progress, Told, counted, stage
from catalog_ingest.report import Rejection, Report
from catalog_ingest.seen import Seen
from catalog_ingest.sources import LeftOut
from tresen.kit.db import Database, Tx
from tresen.kit.errors import Unprocessable
from tresen.shop import catalog, saving
from tresen.shop.saving import Known, NewDocument, NewProduct

MOST_LOST = 0.30  # of a source's live products, without `allow_shrink`


class Indexer(Protocol):
    async def rebuild(self, progress: Told | None = None) -> int:
        """Build an index of what the shop holds now beside the live one, swap them, and return its version."""


@dataclass
class Plan:
    """What a feed would do, known before it does anything."""

    feed: Feed
    report: Report = field(default_factory=Report)
    same: bool = False  # as last time, so it was not read
    changed: set[Place] = field(default_factory=set)
    vanished: list[str] = field(default_factory=list)


async def ingest(
    db: Database,
    indexer: Indexer,
    paths: Sequence[Path],
    options: Options,
    progress: Progress,
    seen: Seen | None = None,
) -> Report:
    """Bring the shop to the state of the feeds, and the index with it.

    Args:
        seen: remembers feeds, so that one which is the same as last time is not read again.

    Raises:
        NotFound, Unprocessable: a feed that cannot be read, is empty, or would take away too much; nothing is written.
    """
    started = time.monotonic()
    report = await save(db, paths, options, progress, seen)
    if not options.dry_run:
        report.indexed = await index(db, indexer, progress)
    report.seconds = time.monotonic() - started
    return report


async def save(
    db: Database, paths: Sequence[Path], options: Options, progress: Progress, seen: Seen | None = None
) -> Report:
    """The same without the index, which stays to be made."""
    started = time.monotonic()
    report = Report(dry_run=options.dry_run)
    plans = [await _plan(db, feed, progress, seen) for feed in feeds(paths, options)]
    for plan in plans:
        if not options.dry_run:
            await _carry_out(db, plan, progress)
        if seen and not options.dry_run and not plan.same:
            seen.keep(plan.feed, await _known(db, plan.feed), plan.report)
        report.add(plan.report)
    report.seconds = time.monotonic() - started
    return report


async def index(db: Database, indexer: Indexer, progress: Progress) -> int | None:
    """Rebuild the index if texts changed since it was made; None if there was no need.

    What was indexed is noted only afterwards, so a rebuild that was killed is made up for by the next ingest.
    """
    async with db.read() as tx:
        texts = await catalog.number(tx, "texts")
        fresh = texts == await catalog.number(tx, "indexed") and await catalog.number(tx, "index_version") > 0
    if fresh:
        return None
    with counted(progress, "indexing") as told:
        version = await indexer.rebuild(told)
    async with db.write() as tx:
        await saving.note_indexed(tx, texts)
    return version


async def _plan(db: Database, feed: Feed, progress: Progress, seen: Seen | None) -> Plan:
    """Read and check the whole feed against what the shop holds."""
    known = await _known(db, feed)
    plan = Plan(feed)
    if sight := seen.again(feed, known) if seen else None:
        plan.same = True
        plan.report.same(sight.rows, sum(old.live for old in known.values()), sight.unused, sight.until)
        return plan
    report = plan.report
    listed, spared = await _read(plan, known, progress)
    if report.complete:
        plan.vanished = [key for key, old in known.items() if old.live and key not in listed and key not in spared]
    else:
        report.warnings.append(f"{feed.name} breaks off, so nothing of it was withdrawn")
    _refuse_loss(plan, known, report.read)
    report.withdrawn = len(plan.vanished)
    return plan


async def _known(db: Database, feed: Feed) -> dict[str, Known]:
    async with db.read() as tx:
        return await saving.known(tx, feed.kind, feed.name)


async def _read(plan: Plan, known: dict[str, Known], progress: Progress) -> tuple[set[str], set[str]]:
    """The external ids that are in the feed, and those rejected: they are in it too, so not withdrawn."""
    feed, report = plan.feed, plan.report
    listed: set[str] = set()
    spared: set[str] = set()
    with stage(progress, f"reading {feed.name}"):
        async for batch in feed.batches():
            report.read += len(batch)
            for row in batch:
                if isinstance(row, Bad):
                    report.complete = report.complete and not row.cut
                    spared.add(row.known_as)
                    report.reject(row.rejection)
                elif isinstance(row, LeftOut):
                    report.left_out[row.reason] += 1
                elif row.item.external_id in listed:
                    report.reject(_twice(row))
                else:
                    listed.add(row.item.external_id)
                    _compare(plan, row, known.get(row.item.external_id))
            progress.step(len(batch))
    return listed, spared


def _twice(row: Good) -> Rejection:
    _, file, line = row.place
    return Rejection(line, row.item.external_id, "id", "this id has come before in the feed", file)


def _compare(plan: Plan, row: Good, old: Known | None) -> None:
    report = plan.report
    report.unused.update(row.unused)
    report.expire(row.until)
    if old is not None and old.live and old.content_hash == row.content_hash:
        report.unchanged += 1
        return
    plan.changed.add(row.place)
    if old is None:
        report.new += 1
    elif old.live:
        report.changed += 1
    else:
        report.revived += 1


def _refuse_loss(plan: Plan, known: dict[str, Known], rows: int) -> None:
    feed = plan.feed
    if feed.options.allow_shrink:
        return
    if not rows:
        raise Unprocessable(
            f"There is no {feed.kind} in {', '.join(path.name for path, _ in feed.parts)}.",
            code="empty_feed",
            hint="check that the export ran to its end; --allow-shrink empties the source on purpose",
        )
    live = sum(old.live for old in known.values())
    if live and len(plan.vanished) / live > MOST_LOST:
        raise Unprocessable(
            f"The feed lacks {len(plan.vanished)} of the {live} {feed.kind}s that {feed.name} has in the shop. "
            "That is more than 30 %, so nothing was changed.",
            code="feed_shrank",
            hint="check that the export is complete; if it is meant so, use --allow-shrink",
        )


async def _carry_out(db: Database, plan: Plan, progress: Progress) -> None:
    feed = plan.feed
    if plan.changed:
        with stage(progress, f"saving {feed.name}", len(plan.changed)):
            async for batch in feed.batches(only=plan.changed):
                good = [row for row in batch if isinstance(row, Good)]
                if good:
                    async with db.write() as tx:
                        await _save(tx, feed, good)
                progress.step(len(good))
    for start in range(0, len(plan.vanished), BATCH):
        async with db.write() as tx:
            await saving.withdraw(tx, feed.kind, feed.name, plan.vanished[start : start + BATCH])


async def _save(tx: Tx, feed: Feed, rows: list[Good]) -> None:
    if feed.kind == "product":
        await saving.save_products(tx, feed.name, [cast(NewProduct, row.item) for row in rows])
    else:
        await saving.save_documents(tx, feed.name, [cast(NewDocument, row.item) for row in rows])
