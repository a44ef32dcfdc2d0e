"""Runs a suite against an agent or a search on Inspect: offline, without a model of its own, gated by exit code."""

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Union

from evals.attacks import Raid
from evals.labels import suites
from evals.ledger import Deal
from evals.seek import Seek
from evals.talk import Talk

if TYPE_CHECKING:  # Inspect takes seconds to import, and is an extra
    from evals.telling import Tell

CONVERSATIONS_AT_A_TIME = 4
Subject = Union[Talk, Seek, Deal, Raid, "Tell"]


def run(
    suite: str,
    subject: Subject,
    *,
    log_dir: Path,
    limit: int | None,
    threshold: float,
    judged: Path | None = None,
) -> int:
    """Prints the report of a suite; 0 passed, 1 below the threshold or Inspect missing, 2 unknown suite.

    `subject` is what the suite's task asks for: conversations, searches, purchases, attacks or stories. `judged`
    replaces the queries of a suite that searches.
    Inspect starts an event loop of its own, so this must not be called from a running one.
    """
    if suite not in suites():
        sys.stderr.write(f"There is no suite {suite!r}. Suites: {', '.join(suites())}.\n")
        return 2
    if find_spec("inspect_ai") is None:
        sys.stderr.write("The suites run on Inspect, which is not installed: pip install 'tresen[evals]'\n")
        return 1
    return _run(suite, subject, log_dir, limit, threshold, {"judged": judged} if judged else {})


def _run(
    suite: str,
    subject: Subject,
    log_dir: Path,
    limit: int | None,
    threshold: float,
    given: dict[str, Path],
) -> int:
    from inspect_ai import eval as evaluate  # takes seconds to import, and is an extra

    from evals.report import report

    module = import_module(f"evals.suites.{suite}")
    [log] = evaluate(
        module.task(subject, **given),
        model=None,
        display="none",
        log_dir=str(log_dir),
        log_realtime=False,
        limit=limit,
        fail_on_error=False,
        max_samples=getattr(module, "AT_A_TIME", CONVERSATIONS_AT_A_TIME),
        score_display=False,
        ctl_server=False,
    )
    judge: Callable[[str, float], int] = getattr(module, "report", report)
    return judge(log.location, threshold)
