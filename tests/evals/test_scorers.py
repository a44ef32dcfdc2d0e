"""One complaint for each way in which cards can be wrong; the interval beside published values."""

import subprocess
import sys

import pytest

from evals.labels import Expectation
from evals.report import wilson
from evals.scorers.found import complaints


@pytest.mark.parametrize(
    ("expect", "shown", "wrong"),
    [
        (Expectation(any_of=("a", "b")), ["x", "y", "b"], 0),
        (Expectation(any_of=("a", "b")), ["x", "y", "z", "b"], 1),
        (Expectation(any_of=("a",)), [], 1),
        (Expectation(any_of=("a",), none_of=("n",)), ["a", "x", "y", "z", "n"], 1),
        (Expectation(any_of=("a", "b"), all_of=("a", "b")), ["b", "x", "a"], 0),
        (Expectation(any_of=("a", "b"), all_of=("a", "b")), ["b", "x", "y", "a"], 1),
        (Expectation(none_of=("n",)), [], 0),
        (Expectation(any_of=("a",), none_of=("n",)), ["n"], 2),
    ],
)
def test_complaints(expect: Expectation, shown: list[str], wrong: int) -> None:
    assert len(complaints(expect, shown)) == wrong


@pytest.mark.parametrize(
    ("passed", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 0, 0, 1)],
)
def test_wilson(passed: int, total: int, low: float, high: float) -> None:
    """81/263 and 15/148 are the examples of Newcombe 1998."""
    assert wilson(passed, total) == pytest.approx((low, high), abs=5e-5)


def test_the_runner_is_imported_without_inspect() -> None:
    code = "import sys, evals.run; evals.run.suites(); sys.exit('inspect_ai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
