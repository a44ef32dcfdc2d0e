"""Rankings are measured as the judgements say, and weights are kept only if they do better on what was held back."""

from math import log2
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tresen.kit.errors import Unprocessable
from tresen.retrieval import judging, tuning, weights
from tresen.retrieval.features import NAMES
from tresen.retrieval.search import Retrieval
from tresen.retrieval.tuning import Example
from tresen.retrieval.weights import KINDS, Weights


def test_ndcg_has_linear_gain_and_counts_unjudged_as_misses() -> None:
    gains = {"a": 2.0, "b": 1.0, "c": 0.0}
    ideal = 2 + 1 / log2(3)
    assert judging.ndcg(["a", "b"], gains) == pytest.approx(1.0)
    assert judging.ndcg(["x", "a", "b"], gains) == pytest.approx((2 / log2(3) + 1 / log2(4)) / ideal)
    assert judging.ndcg([], gains) == 0.0


def test_agreement_leaves_out_queries_without_a_good_product() -> None:
    judged = {"one": {"a": 2.0, "b": 0.0}, "two": {"c": 0.0}, "three": {"d": 2.0}}
    got = judging.agreement({"one": ["x", "a"], "two": ["c"], "three": []}, judged)
    assert (got.queries, got.empty, got.recall) == (2, 0.5, 0.5)
    assert got.full == pytest.approx(0.5 / log2(3))
    assert got.condensed == 0.5


def test_judgements_are_read_with_and_without_a_header(tmp_path: Path) -> None:
    file = tmp_path / "judged.tsv"
    for text in ("query_id\tproduct_id\tgain\nq1\ta\t2.0\n", "q1\ta\t2\n\n"):
        file.write_text(text, "utf-8")
        assert judging.read_judgements(file) == {"q1": {"a": 2.0}}
    for text in ("q1\ta\n", "q1\ta\tgood\n"):
        file.write_text(text, "utf-8")
        with pytest.raises(Unprocessable):
            judging.read_judgements(file)


def test_a_trec_run_has_a_line_per_hit() -> None:
    lines = list(judging.trec([("q1", [("a", 0.5), ("b", 0.25)]), ("q2", [])], "tresen"))
    assert lines == ["q1 Q0 a 1 0.500000 tresen\n", "q1 Q0 b 2 0.250000 tresen\n"]


def learnable(count: int) -> list[Example]:
    """Queries whose good product is told by one feature alone, which the start ignores."""
    random = np.random.default_rng(1)
    found = []
    for number in range(count):
        seen = random.random((30, len(NAMES)), np.float32)
        best = int(np.argmax(seen[:, 3]))
        gains = np.where(np.arange(30) == best, 2.0, -1.0).astype(np.float32)
        products = tuple(map(str, range(30)))
        found.append(Example(f"q{number}", products, seen, gains, {str(best): 2.0}, "own"))
    return found


def test_tuning_learns_what_the_judgements_say_and_reports_it_on_held_back_queries() -> None:
    start = Weights(dict.fromkeys(KINDS, np.eye(len(NAMES), dtype=np.float32)[0]))
    tuned = tuning.tune(learnable(60), start)
    assert tuned is not None
    assert tuned.after > tuned.before + 0.3
    assert int(np.argmax(tuned.weights.of["own"])) == 3
    assert np.array_equal(tuned.weights.of["english"], start.of["english"])  # nothing was learnt of it
    assert 10 < tuned.held_back < 30
    assert tuning.tune(learnable(5), start) is None


def test_weights_survive_the_file_and_a_broken_file_is_left_aside(tmp_path: Path) -> None:
    fitted = np.arange(len(NAMES), dtype=np.float32)
    weights.save(tmp_path / weights.FILE, Weights(dict.fromkeys(KINDS, fitted)), "test")
    assert all(np.array_equal(weights.load(tmp_path).of[kind], fitted) for kind in KINDS)
    for text in ("{", '{"own": {}, "foreign": {}}', "[]", '{"own": {"lexical": "much"}}'):
        (tmp_path / weights.FILE).write_text(text, "utf-8")
        assert weights.load(tmp_path) is weights.default()


async def test_tune_needs_enough_judgements_and_changes_nothing_without(
    retrieval: Retrieval, shop: Any, tmp_path: Path
) -> None:
    await shop.put("socks", "Running socks")
    assert await retrieval.tune({"q": "socks"}, {"q": {"socks": 2.0}}) is None
    assert not (tmp_path / weights.FILE).exists()
