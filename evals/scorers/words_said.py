"""Was said what has to be said, and nothing that the shopper must not hear?"""

from collections.abc import Iterator

from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from evals.deals import DealLabel, Outcome
from evals.ledger import Ledger
from evals.purchase import kept


@scorer(metrics=[accuracy(), stderr()])
def words_said() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score | None:
        expect = state.metadata_as(DealLabel).expect
        if not (expect.says or expect.never):
            return None
        wrong = list(complaints(expect, kept(state)))
        return Score(value=INCORRECT if wrong else CORRECT, explanation="; ".join(wrong))

    return score


def complaints(expect: Outcome, found: Ledger) -> Iterator[str]:
    """Looks at the last answer for what has to be said, and at all for what may not be."""
    last = "\n".join(each[-1] for each in (found.replies, found.shown) if each).casefold()
    everything = "\n".join((*found.replies, *found.shown)).casefold()
    for words in expect.says:
        if words.casefold() not in last:
            yield f"was not said: {words}"
    for words in expect.never:
        if words.casefold() in everything:
            yield f"was said: {words}"
