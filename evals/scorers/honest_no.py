"""Where the shop has nothing that fits, was that said, and as the right kind of no?"""

from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from evals.conversation import Held
from evals.labels import Label


@scorer(metrics=[accuracy(), stderr()])
def honest_no() -> Scorer:
    """Looks at what the searches of the last turn reported."""

    async def score(state: TaskState, target: Target) -> Score | None:
        expected = state.metadata_as(Label).expect.outcome
        if expected is None:
            return None
        held = state.store_as(Held)
        reported = held.outcomes[-1] if held.outcomes else []
        if expected in reported:
            return Score(value=CORRECT, answer=" ".join(reported))
        wrong = f"expected {expected}, reported {' '.join(reported) or 'nothing at all'}"
        return Score(value=INCORRECT, answer=" ".join(reported), explanation=wrong)

    return score
