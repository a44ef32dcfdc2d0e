"""Runs a suite against an agent on Inspect: offline, without a model of Inspect's own, gated by exit code."""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from evals.labels import suites
from evals.talk import Talk

CONVERSATIONS_AT_A_TIME = 4


def run(suite: str, talk: Talk, *, log_dir: Path, limit: int | None, threshold: float) -> int:
    """Prints the report of a suite; 0 passed, 1 below the threshold or Inspect missing, 2 unknown suite.

    Inspect starts an event loop of its own, so this must not be called from a running one.
    """
    if suite not in suites():
        sys.stderr.write(f"There is no suite {suite!r}. Suites: {', '.join(suites())}.\n")
        return 2
    if find_spec("inspect_ai") is None:
        sys.stderr.write("The suites run on Inspect, which is not installed: pip install 'tresen[evals]'\n")
        return 1
    return _run(suite, talk, log_dir, limit, threshold)


def _run(suite: str, talk: Talk, log_dir: Path, limit: int | None, threshold: float) -> int:
    from inspect_ai import eval as evaluate  # takes seconds to import, and is an extra

    from evals.report import report

    [log] = evaluate(
        import_module(f"evals.suites.{suite}").task(talk),
        model=None,
        display="none",
        log_dir=str(log_dir),
        log_realtime=False,
        limit=limit,
        fail_on_error=False,
        max_samples=CONVERSATIONS_AT_A_TIME,
        score_display=False,
        ctl_server=False,
    )
    return report(log.location, threshold)
