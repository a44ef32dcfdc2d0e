"""Is a product's story true, and told for this shopper? Judged from the demo shop's catalog alone.

Each sentence has to rest on what the shop states; `says` is what matters to this use or value, `never` what would be
invented, `lacks` what the shop does not state and the story may only say so.
"""

from inspect_ai import Task

from evals.scorers.traced import traced
from evals.telling import Tell, dataset, listen


def task(tell: Tell) -> Task:
    return Task(name="stories", dataset=dataset("stories"), solver=listen(tell), scorer=traced())
