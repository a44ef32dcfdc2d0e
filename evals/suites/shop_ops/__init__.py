"""From the first wish to the return: find, cart, checkout, change, cancel, track, send back; and what must not happen.

Scored on the final rows: lines, states, addresses, returns, refunds, and what changed on the shelf. One conversation
at a time, so that the shelf is its own.
"""

from inspect_ai import Task

from evals.ledger import Deal
from evals.purchase import dataset, deal
from evals.scorers.balances import balances
from evals.scorers.words_said import words_said

__all__ = ["AT_A_TIME", "task"]

AT_A_TIME = 1


def task(talk: Deal) -> Task:
    return Task(name="shop_ops", dataset=dataset("shop_ops"), solver=deal(talk), scorer=[balances(), words_said()])
