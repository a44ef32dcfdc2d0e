"""Does every purchase come to the exact cent? Computed by hand from the demo's feeds and tresen.toml.

Looks at the rows of the cart, of the offer or of the order, and at the figures that were said.
"""

from inspect_ai import Task

from evals.ledger import Deal
from evals.purchase import dataset, deal
from evals.scorers.balances import balances
from evals.scorers.figures_said import figures_said


def task(talk: Deal) -> Task:
    return Task(name="money", dataset=dataset("money"), solver=deal(talk), scorer=[balances(), figures_said()])
