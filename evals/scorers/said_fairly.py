"""Was the figure given, or its absence admitted, and nothing said that is not so?"""

from collections.abc import Iterator

from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from evals.conversation import Held
from evals.questions import Fair, Question
from evals.wording import admits, missing, says


@scorer(metrics=[accuracy(), stderr()])
def said_fairly() -> Scorer:
    """Looks at the last reply, cards and all; what may never be said, at every one."""

    async def score(state: TaskState, target: Target) -> Score:
        wrong = list(complaints(state.metadata_as(Question).expect, state.store_as(Held).replies))
        return Score(value=INCORRECT if wrong else CORRECT, explanation="; ".join(wrong))

    return score


def complaints(expect: Fair, replies: list[str]) -> Iterator[str]:
    """What was said wrongly comes first."""
    for words in expect.never:
        if any(says(reply, words) for reply in replies):
            yield f"was said: {words}"
    last = replies[-1:]
    if expect.figures and not any(says(reply, figure) for reply in last for figure in expect.figures):
        yield f"no figure was said: {' | '.join(expect.figures[:3])}"
    if expect.unanswerable and any(admits(reply) for reply in last):
        return
    for group in missing(expect.any_words, last):
        yield f"{'not admitted' if expect.unanswerable else 'not said'}: {' | '.join(group[:4])}"
