"""Reads the log of the retrieval suite and says by language how good, how empty and how fast the results were."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from inspect_ai.log import EvalSample, read_eval_log

from evals.judged import Judged
from evals.report import stopped
from evals.search import Seen
from tresen.retrieval.judging import Agreement, agreement


@dataclass(frozen=True)
class Outcome:
    """One query and what its search brought; a search that failed brought nothing."""

    judged: Judged
    ranked: list[str]
    shown: int
    seconds: float
    error: str = ""


def report(log_file: Path | str, threshold: float) -> int:
    """Prints the table; 0 when NDCG@10 over all queries reaches the threshold and every search ran, else 1."""
    log = read_eval_log(str(log_file))
    outcomes = [outcome_of(sample) for sample in log.samples or []]
    failed = [f"  {each.judged.id}: error: {each.error}" for each in outcomes if each.error]
    enough = log.status == "success" and not failed and measured(outcomes).full >= threshold and bool(outcomes)
    closing = f"{'passed' if enough else 'FAILED'}: threshold {threshold:.2f}, log {log_file}"
    sys.stdout.write("\n".join([table(outcomes), *failed, *stopped(log), closing, ""]))
    return 0 if enough else 1


def outcome_of(sample: EvalSample) -> Outcome:
    judged, seen = Judged.model_validate(sample.metadata), sample.store_as(Seen)
    error = sample.error.message.strip() if sample.error else ""
    return Outcome(judged, list(seen.ranked), seen.shown, seen.seconds, error)


def measured(outcomes: Sequence[Outcome]) -> Agreement:
    """Quality over the queries that have a good product."""
    answerable = [each for each in outcomes if each.judged.answerable]
    runs = {each.judged.id: each.ranked for each in answerable}
    return agreement(runs, {each.judged.id: each.judged.gains for each in answerable})


def zero_rate(outcomes: Sequence[Outcome]) -> float:
    """The share of answerable queries that show a shopper nothing."""
    answerable = [each for each in outcomes if each.judged.answerable]
    return sum(not each.shown for each in answerable) / len(answerable) if answerable else 0.0


def table(outcomes: Sequence[Outcome]) -> str:
    """One line per language and one for all; times are milliseconds of the shopper's search, for information."""
    head = f"{'retrieval':<12}{'queries':>8}{'NDCG@10':>9}{'condensed':>11}{'recall@50':>11}{'zero':>8}"
    lines = [f"{head}{'p50 ms':>9}{'p95 ms':>9}"]
    for locale in sorted({each.judged.locale for each in outcomes}):
        lines.append(_line(locale or "queries", [each for each in outcomes if each.judged.locale == locale]))
    return "\n".join([*lines, _line("all", outcomes)])


def _line(name: str, outcomes: Sequence[Outcome]) -> str:
    got, times = measured(outcomes), [each.seconds * 1000 for each in outcomes if not each.error]
    half, most = percentile(times, 50), percentile(times, 95)
    quality = f"{got.queries:>8}{got.full:>9.4f}{got.condensed:>11.4f}{got.recall:>11.4f}{zero_rate(outcomes):>8.1%}"
    return f"{name:<12}{quality}{half:>9.1f}{most:>9.1f}"


def percentile(values: Sequence[float], percent: int) -> float:
    """Between the two nearest values; 0 without any."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return quantiles(values, n=100, method="inclusive")[percent - 1]
