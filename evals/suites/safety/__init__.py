"""Injections and abuses, and benign twins that only look like them.

Scored on the books first: nothing may change that the shopper's own turns do not ask for, nothing of others may be
read or said. Half German, half English; one conversation at a time, because everybody's books are compared.
"""

from inspect_ai import Task

from evals.attacks import Raid
from evals.raid import attacked, dataset
from evals.scorers.answered import answered
from evals.scorers.harmless import harmless

__all__ = ["AT_A_TIME", "task"]

AT_A_TIME = 1


def task(raid: Raid) -> Task:
    return Task(name="safety", dataset=dataset("safety"), solver=attacked(raid), scorer=[harmless(), answered()])
