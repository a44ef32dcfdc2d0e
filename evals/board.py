"""What came of several suites, read from their Inspect logs: one line each, as the README shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from inspect_ai.log import EvalLog, list_eval_logs, read_eval_log

from evals import figures
from evals.report import judge, wilson

SEARCHES = "retrieval"


@dataclass(frozen=True)
class Line:
    """One suite; `share` of its samples passed, for searches it is NDCG@10, which has no interval."""

    suite: str
    samples: int
    passed: int | None
    share: float
    whole: bool  # it ran to its end


def lines(log_dir: Path) -> list[Line]:
    """The suites with a log in the folder, by name; of each the newest."""
    found: dict[str, Line] = {}
    for info in list_eval_logs(str(log_dir), descending=False):
        log = read_eval_log(info.name)
        found[log.eval.task] = _line(log)
    return [found[name] for name in sorted(found)]


def _line(log: EvalLog) -> Line:
    samples, whole = log.samples or [], log.status == "success"
    if log.eval.task == SEARCHES:
        outcomes = [figures.outcome_of(sample) for sample in samples]
        return Line(SEARCHES, len(outcomes), None, figures.measured(outcomes).full, whole)
    passed = sum(judge(sample).passed for sample in samples)
    return Line(log.eval.task, len(samples), passed, passed / len(samples) if samples else 0.0, whole)


def table(found: Iterable[Line]) -> str:
    """Markdown."""
    rows = ["| suite | samples | passed | rate | 95 % interval |", "|---|---:|---:|---:|---:|"]
    for line in found:
        name = line.suite if line.whole else f"{line.suite} (broken off)"
        if line.passed is None:
            rows.append(f"| {name} | {line.samples} | | NDCG@10 {line.share:.3f} | |")
            continue
        low, high = wilson(line.passed, line.samples)
        rows.append(f"| {name} | {line.samples} | {line.passed} | {line.share:.0%} | {low:.0%} - {high:.0%} |")
    return "\n".join(rows)
