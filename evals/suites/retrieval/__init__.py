"""Are the right products found, and first? Judged from the demo shop's catalog alone, before any ranking was seen.

With `judged` the queries and judgements of another folder are put to whatever shop `seek` searches. One search at a
time, so that the time it takes is its own.
"""

from pathlib import Path

from inspect_ai import Task

from evals.figures import report
from evals.judged import read_folder, read_samples
from evals.scorers.agrees import agrees
from evals.search import dataset, look
from evals.seek import Seek

__all__ = ["AT_A_TIME", "report", "task"]

AT_A_TIME = 1


def task(seek: Seek, judged: Path | None = None) -> Task:
    samples = read_folder(judged) if judged else read_samples()
    return Task(name="retrieval", dataset=dataset(samples), solver=look(seek), scorer=agrees())
