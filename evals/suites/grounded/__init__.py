"""Do answers rest on the shop's documents and products, and is what they do not say admitted?

Judged from the demo shop's texts alone, written before any answer was seen; a third has no answer. What was cited or
shown comes first, then the figure or the words.
"""

from inspect_ai import Task

from evals.conversation import converse, samples
from evals.labels import read
from evals.questions import Question
from evals.scorers.said_fairly import said_fairly
from evals.scorers.supported import supported
from evals.talk import Talk


def task(talk: Talk) -> Task:
    dataset = samples("grounded", read("grounded", Question))
    return Task(name="grounded", dataset=dataset, solver=converse(talk), scorer=[supported(), said_fairly()])
