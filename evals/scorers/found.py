"""Was the right product among the first cards, and nothing shown that must not be?"""

from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from evals.conversation import Held
from evals.labels import Expectation, Label

FIRST = 3


@scorer(metrics=[accuracy(), stderr()])
def found() -> Scorer:
    """Looks at the cards of the last turn."""

    async def score(state: TaskState, target: Target) -> Score | None:
        expect = state.metadata_as(Label).expect
        if not (expect.any_of or expect.all_of or expect.none_of):
            return None
        held = state.store_as(Held)
        shown = held.shown[-1] if held.shown else []
        wrong = complaints(expect, shown)
        return Score(value=INCORRECT if wrong else CORRECT, answer=" ".join(shown), explanation="; ".join(wrong))

    return score


def complaints(expect: Expectation, shown: list[str]) -> list[str]:
    first = set(shown[:FIRST])
    wrong = []
    if expect.any_of and first.isdisjoint(expect.any_of):
        wrong.append(f"none of {' '.join(expect.any_of)} in the first {FIRST}")
    if missing := [product for product in expect.all_of if product not in first]:
        wrong.append(f"not in the first {FIRST}: {' '.join(missing)}")
    if unwanted := [product for product in expect.none_of if product in shown]:
        wrong.append(f"must not appear: {' '.join(unwanted)}")
    return wrong
