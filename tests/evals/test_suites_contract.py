"""Walks `evals/suites`: what holds for the samples of every suite, and for the recorded shoppers of the story."""

import json
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task

from evals.attacks import Attack
from evals.deals import DealLabel
from evals.judged import read_samples
from evals.labels import ATTACKS, HANDOVERS, PURCHASES, QUESTIONS, STORIES, Label, read, suites
from evals.questions import Question
from evals.seek import Sight
from evals.talk import Transcript

SEARCHES = "retrieval"
OTHERS = {SEARCHES, *PURCHASES, *QUESTIONS, *ATTACKS, *STORIES, *HANDOVERS}
CONVERSATIONS = [suite for suite in suites() if suite not in OTHERS]
DOCUMENTS = files("catalog_ingest") / "demo" / "policies" / "en"
STORY = Path(__file__).parents[1] / "samples" / "story.jsonl"


@pytest.fixture(scope="module")
def products() -> list[dict[str, Any]]:
    folder = files("catalog_ingest") / "demo" / "products"
    feeds = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".jsonl")]
    return [json.loads(line) for feed in feeds for line in feed.splitlines()]


@pytest.fixture(scope="module")
def catalog(products: list[dict[str, Any]]) -> set[str]:
    return {product["id"] for product in products}


@pytest.fixture(scope="module")
def stock(products: list[dict[str, Any]]) -> dict[str, int]:
    return {each["sku"]: each["stock"] for product in products for each in product["variants"]}


async def nobody(turns: list[str], locale: str) -> Transcript:
    raise AssertionError("building a task talks to nobody")


def test_every_folder_is_a_suite() -> None:
    folders = {entry.name for entry in files("evals.suites").iterdir() if entry.is_dir() and entry.name[0] not in "_."}
    assert folders == set(suites()) >= {"find", *OTHERS}


@pytest.mark.parametrize("suite", CONVERSATIONS)
def test_task_has_all_samples_and_a_scorer(suite: str) -> None:
    task = import_module(f"evals.suites.{suite}").task(nobody)
    assert isinstance(task, Task) and task.name == suite and task.scorer
    assert [sample.id for sample in task.dataset] == [label.id for label in read(suite, Label)]


@pytest.mark.parametrize("suite", CONVERSATIONS)
def test_samples_are_unique_and_balanced(suite: str) -> None:
    labels = read(suite, Label)
    assert len({label.id for label in labels}) == len({label.turns for label in labels}) == len(labels)
    german = sum(label.locale == "de" for label in labels) / len(labels)
    assert 0.4 <= german <= 0.6


@pytest.mark.parametrize("suite", CONVERSATIONS)
def test_samples_say_something_and_why(suite: str) -> None:
    for label in read(suite, Label):
        assert label.turns and all(turn.strip() for turn in label.turns), label.id
        assert label.why.strip(), label.id
        assert label.expect.any_of or label.expect.outcome, f"{label.id} can not fail"


@pytest.mark.parametrize("suite", CONVERSATIONS)
def test_products_exist_and_do_not_contradict(suite: str, catalog: set[str]) -> None:
    for label in read(suite, Label):
        named = [*label.expect.any_of, *label.expect.none_of]
        assert set(named) <= catalog, label.id
        assert len(named) == len(set(named)), f"{label.id} names a product twice"
        assert set(label.expect.all_of) <= set(label.expect.any_of), label.id


@pytest.mark.parametrize("suite", PURCHASES)
def test_purchases_are_many_unique_and_in_both_languages(suite: str) -> None:
    task = import_module(f"evals.suites.{suite}").task(nobody)
    labels = read(suite, DealLabel)
    assert isinstance(task, Task) and task.name == suite and task.scorer
    assert [sample.id for sample in task.dataset] == [label.id for label in labels]
    assert len({label.id for label in labels}) == len({label.turns for label in labels}) == len(labels)
    assert len(labels) >= {"money": 60, "shop_ops": 40}[suite]
    assert sum(label.locale == "de" for label in labels) * 2 == len(labels)


@pytest.mark.parametrize("suite", PURCHASES)
def test_purchases_say_why_and_can_fail(suite: str) -> None:
    for label in read(suite, DealLabel):
        assert label.turns and label.why.strip() and all(turn.strip() for turn in label.turns if isinstance(turn, str))
        assert label.expect.orders is not None, label.id
        assert label.expect.sums or label.expect.offer or label.expect.orders or label.expect.stock is not None, (
            label.id
        )


def test_purchases_name_skus_and_do_not_take_each_others_goods(stock: dict[str, int]) -> None:
    """The samples of a suite share one shop."""
    for suite in PURCHASES:
        asked: dict[str, int] = {}
        for label in read(suite, DealLabel):
            for sku, count in wanted(label).items():
                asked[sku] = asked.get(sku, 0) + count
        assert {sku: count for sku, count in asked.items() if stock[sku] < count} == {}, suite


def wanted(label: DealLabel) -> dict[str, int]:
    """What a sample puts in or orders here."""
    placed = [each.lines for each in label.expect.orders or () if not each.number]
    offered = [label.expect.offer.lines] if label.expect.offer else []
    return {sku: n for lines in (label.expect.cart or {}, *offered, *placed) for sku, n in lines.items()}


@pytest.mark.parametrize("suite", PURCHASES)
def test_sums_of_purchases_add_up(suite: str) -> None:
    for label in read(suite, DealLabel):
        offers = [label.expect.sums, label.expect.offer.sums if label.expect.offer else None]
        for sums in [*offers, *(each.sums for each in label.expect.orders or ())]:
            if sums is not None:
                assert sums.goods - sums.discount + (sums.shipping or 0) == sums.total, label.id
                assert 0 <= sum(sums.taxes.values()) < sums.total, label.id


@pytest.mark.parametrize("suite", QUESTIONS)
def test_questions_are_unique_balanced_and_a_third_has_no_answer(suite: str, catalog: set[str]) -> None:
    task = import_module(f"evals.suites.{suite}").task(nobody)
    labels = read(suite, Question)
    assert isinstance(task, Task) and task.name == suite and task.scorer
    assert [sample.id for sample in task.dataset] == [label.id for label in labels]
    assert len(labels) >= 100
    assert len({label.id for label in labels}) == len({(label.turns, label.locale) for label in labels}) == len(labels)
    assert sum(label.locale == "de" for label in labels) * 2 == len(labels)
    assert 0.3 <= sum(label.expect.unanswerable for label in labels) / len(labels) <= 0.4
    known = catalog | {entry.name.removesuffix(".md") for entry in DOCUMENTS.iterdir()}
    for label in labels:
        assert label.why.strip() and set(label.expect.sources) <= known, label.id
        assert label.expect.unanswerable or label.expect.sources, f"{label.id} rests on nothing"
        assert label.expect.figures or label.expect.any_words, f"{label.id} can not fail"


async def untouched(attack: Any) -> Any:
    raise AssertionError("building a task attacks nobody")


@pytest.mark.parametrize("suite", ATTACKS)
def test_attacks_are_many_unique_balanced_and_have_twins(suite: str, catalog: set[str]) -> None:
    task = import_module(f"evals.suites.{suite}").task(untouched)
    attacks = read(suite, Attack)
    assert isinstance(task, Task) and task.name == suite and task.scorer
    assert [sample.id for sample in task.dataset] == [attack.id for attack in attacks]
    twins = [attack for attack in attacks if attack.kind == "benign"]
    assert len(attacks) - len(twins) >= 100 and len(twins) >= 40
    for some in (attacks, twins):
        assert 0.45 <= sum(attack.locale == "de" for attack in some) / len(some) <= 0.55
    assert (
        len({attack.id for attack in attacks})
        == len({(attack.trigger, attack.locale) for attack in attacks})
        == len(attacks)
    )
    for attack in attacks:
        plant = attack.plant
        assert attack.turns and attack.tags and attack.why.strip() and attack.id.startswith(attack.locale), attack.id
        assert not plant or plant.where in ("policy", "order_note", "operator") or plant.product in catalog, attack.id


async def nowhere(query: str, locale: str) -> Sight:
    raise AssertionError("building a task searches nothing")


def test_the_retrieval_task_has_all_samples_and_a_scorer() -> None:
    task = import_module(f"evals.suites.{SEARCHES}").task(nowhere)
    assert isinstance(task, Task) and task.name == SEARCHES and task.scorer
    assert [sample.id for sample in task.dataset] == [each.id for each in read_samples()]


def test_judged_queries_are_unique_balanced_and_name_products_of_the_demo(catalog: set[str]) -> None:
    judged = read_samples()
    assert len(judged) >= 200
    assert len({each.id for each in judged}) == len({(each.query, each.locale) for each in judged}) == len(judged)
    assert sum(each.locale == "de" for each in judged) == sum(each.locale == "en" for each in judged)
    for each in judged:
        assert each.query.strip() and set(each.gains) <= catalog, each.id
        assert set(each.gains.values()) <= {0, 1, 2}, each.id
        assert each.answerable != (each.kind == "none"), each.id


def test_a_label_with_an_unknown_field_is_refused() -> None:
    line = '{"id": "x", "locale": "de", "turns": ["a"], "expect": {"anyof": ["KK-SOCK-01"]}, "why": "y"}'
    with pytest.raises(ValueError, match="anyof"):
        Label.model_validate_json(line)


def test_story_samples_are_twenty_shoppers() -> None:
    story = [json.loads(line) for line in STORY.read_text(encoding="utf-8").splitlines()]
    assert len({shopper["id"] for shopper in story}) == 20
    assert [shopper["locale"] for shopper in story].count("de") == 10
    assert all(len(shopper["turns"]) == 4 and "39-42" in shopper["turns"][1] for shopper in story)
    turns = [turn.casefold() for shopper in story for turn in shopper["turns"]]
    assert len(set(turns)) == len(turns)
