"""Does a person get what needs a person, and is nobody called for what the assistant can do itself?

Scored on who has the conversation in the end, not on what was said.
"""

from inspect_ai import Task

from evals.conversation import converse, samples
from evals.handovers import Call
from evals.labels import read
from evals.scorers.handed_over import handed_over
from evals.talk import Talk


def task(talk: Talk) -> Task:
    return Task(
        name="handoff", dataset=samples("handoff", read("handoff", Call)), solver=converse(talk), scorer=handed_over()
    )
