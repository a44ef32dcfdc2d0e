"""Judgements of search results, and how well a ranking agrees with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import fmean

from tresen.kit.errors import Unprocessable

DEPTH, POOL = 10, 50
EXACT = 1.7  # gain from which a product counts as exactly what was meant

Judgements = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Agreement:
    """Means over queries: NDCG@10 with unjudged products as misses and without them, recall@50, share without a hit."""

    queries: int
    full: float
    condensed: float
    recall: float
    empty: float


def ndcg(ranked: Sequence[str], gains: Mapping[str, float]) -> float:
    """Linear gain, log2(rank + 1) discount; the ideal is the best order of the judged products."""
    ideal = sum(gain / log2(rank + 1) for rank, gain in enumerate(sorted(gains.values(), reverse=True)[:DEPTH], 1))
    found = sum(gains.get(key, 0.0) / log2(rank + 1) for rank, key in enumerate(ranked[:DEPTH], 1))
    return found / ideal if ideal else 0.0


def agreement(runs: Mapping[str, Sequence[str]], judgements: Judgements) -> Agreement:
    """How well ranked product ids per query agree with the judgements; queries without a good product are left out."""
    judged = {query: gains for query, gains in judgements.items() if query in runs and max(gains.values()) > 0}
    exact = {query: {key for key, gain in gains.items() if gain >= EXACT} for query, gains in judged.items()}
    return Agreement(
        len(judged),
        _mean(ndcg(runs[query], gains) for query, gains in judged.items()),
        _mean(ndcg([key for key in runs[query] if key in gains], gains) for query, gains in judged.items()),
        _mean(len(best.intersection(runs[query][:POOL])) / len(best) for query, best in exact.items() if best),
        _mean(float(not runs[query]) for query in judged),
    )


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return fmean(found) if found else 0.0


def read_queries(path: Path) -> dict[str, str]:
    """Queries by id from a TSV with or without a header."""
    return {row[0]: row[1] for row in _rows(path, 2)}


def read_judgements(path: Path) -> dict[str, dict[str, float]]:
    """Gain by query and product from a TSV `query, product, gain` (a header is fine).

    Raises:
        Unprocessable: a gain that is no number.
    """
    found: dict[str, dict[str, float]] = {}
    for query, product, gain in _rows(path, 3):
        try:
            found.setdefault(query, {})[product] = float(gain)
        except ValueError:
            raise Unprocessable(f"{path}: {gain!r} is no gain.", hint="columns are query, product, gain") from None
    return found


def _rows(path: Path, columns: int) -> list[list[str]]:
    """The rows of a table.

    Raises:
        Unprocessable: it cannot be read, or a row has too few columns.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unprocessable(f"{path} cannot be read.", hint="a TSV file in UTF-8") from error
    rows = [line.split("\t") for line in lines if line.strip()]
    if rows and rows[0][0].casefold() in {"query", "query_id", "qid"}:
        rows = rows[1:]
    if any(len(row) < columns for row in rows):
        raise Unprocessable(f"{path} has rows with fewer than {columns} columns.", hint="separate them by tabs")
    return [row[:columns] for row in rows]


def trec(runs: Iterable[tuple[str, Sequence[tuple[str, float]]]], tag: str) -> Iterable[str]:
    """The lines of a TREC run from (query id, [(product id, score)])."""
    for query, hits in runs:
        for rank, (product, score) in enumerate(hits, 1):
            yield f"{query} Q0 {product} {rank} {score:.6f} {tag}\n"
