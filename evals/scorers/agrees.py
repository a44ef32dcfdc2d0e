"""How far do the first ten products agree with the judgements (NDCG@10, unjudged products as misses)?"""

from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState

from evals.judged import Judged
from evals.search import Seen
from tresen.retrieval.judging import ndcg


@scorer(metrics=[mean(), stderr()])
def agrees() -> Scorer:
    """Says nothing of a query that no product answers."""

    async def score(state: TaskState, target: Target) -> Score | None:
        judged = state.metadata_as(Judged)
        if not judged.answerable:
            return None
        ranked = state.store_as(Seen).ranked
        return Score(value=ndcg(ranked, judged.gains), answer=" ".join(ranked[:10]))

    return score
