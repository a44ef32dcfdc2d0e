"""Does an answer rest on the document or the product that says it?"""

from collections.abc import Iterator

from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from evals.conversation import Held
from evals.questions import Fair, Question


@scorer(metrics=[accuracy(), stderr()])
def supported() -> Scorer:
    """Looks at the citations and cards of the last turn; one of the right ones is enough."""

    async def score(state: TaskState, target: Target) -> Score | None:
        expect = state.metadata_as(Question).expect
        if not expect.sources or expect.unanswerable:
            return None
        held = state.store_as(Held)
        rests_on = [*(held.cited[-1:] or [[]])[0], *(held.shown[-1:] or [[]])[0]]
        wrong = list(complaints(expect, rests_on))
        return Score(value=INCORRECT if wrong else CORRECT, answer=" ".join(rests_on), explanation="; ".join(wrong))

    return score


def complaints(expect: Fair, rests_on: list[str]) -> Iterator[str]:
    if not set(expect.sources) & set(rests_on):
        yield f"rests on {' '.join(rests_on) or 'nothing'}, not on {' or '.join(expect.sources)}"
