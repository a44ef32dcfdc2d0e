"""Reads an Inspect log and says how many samples passed, by locale, and whether that is enough."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist

from inspect_ai.log import EvalLog, EvalSample, read_eval_log
from inspect_ai.scorer import CORRECT

Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Verdict:
    """Whether one sample passed; `reason` says why it did not."""

    sample: str
    locale: str
    passed: bool
    reason: str = ""


def report(log_file: Path | str, threshold: float) -> int:
    """Prints the table; 0 when the pass rate reaches the threshold, else 1 (also when nothing ran)."""
    log = read_eval_log(str(log_file))
    verdicts = [judge(sample) for sample in log.samples or []]
    enough = bool(verdicts) and log.status == "success" and rate(verdicts) >= threshold
    failed = [f"  {verdict.sample}: {verdict.reason}" for verdict in verdicts if not verdict.passed]
    closing = f"{'passed' if enough else 'FAILED'}: threshold {threshold:.0%}, log {log_file}"
    sys.stdout.write("\n".join([table(log.eval.task, verdicts), *failed, *stopped(log), closing, ""]))
    return 0 if enough else 1


def judge(sample: EvalSample) -> Verdict:
    """A sample passes when it ran without error and every score it got is correct; no score is no pass."""
    name, locale = str(sample.id), str((sample.metadata or {})["locale"])
    if sample.error is not None:
        return Verdict(name, locale, False, f"error: {sample.error.message.strip()}")
    scores = sample.scores or {}
    wrong = [f"{scorer}: {score.explanation}" for scorer, score in scores.items() if score.value != CORRECT]
    return Verdict(name, locale, bool(scores) and not wrong, "; ".join(wrong) or "no score")


def table(suite: str, verdicts: Sequence[Verdict]) -> str:
    """Pass rate and its 95 % Wilson interval, one line per locale and one for all."""
    lines = [f"{suite:<12}{'passed':>10}{'rate':>9}{'95 % interval':>20}"]
    for locale in sorted({verdict.locale for verdict in verdicts}):
        lines.append(_line(locale, [verdict for verdict in verdicts if verdict.locale == locale]))
    return "\n".join([*lines, _line("all", verdicts)])


def rate(verdicts: Sequence[Verdict]) -> float:
    return sum(verdict.passed for verdict in verdicts) / len(verdicts) if verdicts else 0.0


def wilson(passed: int, total: int, z: float = Z95) -> tuple[float, float]:
    """Score interval of a proportion (Wilson 1927); honest also near 0 and 1, (0, 1) without samples."""
    if total == 0:
        return 0.0, 1.0
    share, scale = passed / total, 1 + z * z / total
    middle = (share + z * z / (2 * total)) / scale
    half = z / scale * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def _line(name: str, verdicts: Sequence[Verdict]) -> str:
    passed, total = sum(verdict.passed for verdict in verdicts), len(verdicts)
    low, high = wilson(passed, total)
    return f"{name:<12}{f'{passed}/{total}':>10}{rate(verdicts):>9.1%}{f'{low:.1%} - {high:.1%}':>20}"


def stopped(log: EvalLog) -> list[str]:
    """A line that says so when the run did not come to its end."""
    if log.status == "success":
        return []
    return [f"  the run ended as {log.status}: {log.error.message.strip() if log.error else 'no reason given'}"]
