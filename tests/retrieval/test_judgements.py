"""Search on the demo shop against 248 judged queries, written from the catalog alone before any ranking was seen."""

import json
import math
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from tresen.bootstrap import bootstrap
from tresen.retrieval.query import Query
from tresen.settings import Settings
from tresen.shop import catalog

JUDGED = Path(str(files("evals.suites.retrieval"))) / "samples.jsonl"
# Measured .926 (de) and .918 (en); purposes ("first marathon") at .76 are what is missing to .95.
FLOOR = 0.90


def ndcg(shown: list[str], gains: dict[str, int]) -> float:
    """NDCG@10 with linear gain."""
    best = sorted(gains.values(), reverse=True)[:10]
    ideal = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(best))
    return sum(gains.get(each, 0) / math.log2(rank + 2) for rank, each in enumerate(shown)) / ideal


@pytest.mark.parametrize("locale", ["de", "en"])
async def test_the_demo_is_searched_well_in_both_languages(demo_home: Path, tmp_path: Path, locale: str) -> None:
    shutil.copytree(demo_home, tmp_path / "home", ignore=shutil.ignore_patterns("media"))
    app = bootstrap(Settings(home=tmp_path / "home", database_url="", model=""))
    async with app.db.read() as tx:
        external = {product.id: product.external_id for product in await catalog.all_products(tx)}
    judged = [json.loads(line) for line in JUDGED.read_text("utf-8").splitlines()]
    scores = []
    for each in judged:
        if each["locale"] == locale and each["gains"]:
            found = await app.retrieval.find(Query(text=each["query"], locale=locale, limit=10))
            scores.append(ndcg([external[hit.product_id] for hit in found.hits], each["gains"]))
    await app.close()
    assert len(scores) == 120
    assert sum(scores) / len(scores) >= FLOOR, sum(scores) / len(scores)
