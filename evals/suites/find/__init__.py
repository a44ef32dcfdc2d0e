"""Does a shopper who describes something see it? Judged from the demo shop's catalog alone.

`none_of` names what breaks a limit the shopper stated (price, gender, stock, diet, valve, activity), not what is
merely second best; a sample without `any_of` has no right product, and asks for an honest no.
"""

from inspect_ai import Task

from evals.conversation import converse, dataset
from evals.scorers.found import found
from evals.scorers.honest_no import honest_no
from evals.talk import Talk


def task(talk: Talk) -> Task:
    return Task(name="find", dataset=dataset("find"), solver=converse(talk), scorer=[found(), honest_no()])
