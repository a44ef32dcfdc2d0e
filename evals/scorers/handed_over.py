"""Does a person have the conversation in the end exactly if one has to?"""

from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from evals.conversation import Held
from evals.handovers import Call

WAITING = "waiting"


@scorer(metrics=[accuracy(), stderr()])
def handed_over() -> Scorer:
    """Looks at the owner after the last turn."""

    async def score(state: TaskState, target: Target) -> Score:
        expected = state.metadata_as(Call).expect
        owner = state.store_as(Held).owner
        right = (owner == WAITING) == expected.handover
        told = "" if right else f"{'nobody was' if expected.handover else 'a person was'} asked: {expected.reason}"
        return Score(value=CORRECT if right else INCORRECT, answer=owner, explanation=told)

    return score
