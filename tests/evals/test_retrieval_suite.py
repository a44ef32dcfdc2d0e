"""The suite `retrieval` on Inspect with made-up searches: what is measured, by language, and which exit code."""

from pathlib import Path

import pytest

import evals.run
from evals.figures import Outcome, measured, percentile, table, zero_rate
from evals.judged import Judged, read_folder, read_samples
from evals.seek import Seek, Sight
from tresen.kit.errors import Unprocessable

JUDGED = {(each.query, each.locale): each for each in read_samples()}
ANSWERABLE = sum(each.answerable for each in JUDGED.values())


async def perfect(query: str, locale: str) -> Sight:
    gains = JUDGED[query, locale].gains
    ranked = sorted(gains, key=lambda key: -gains[key])
    return Sight(ranked, len(ranked), 0.010)


async def blind(query: str, locale: str) -> Sight:
    return Sight([], 0, 0.001)


async def upside_down(query: str, locale: str) -> Sight:
    gains = JUDGED[query, locale].gains
    wrong = [f"X-{number}" for number in range(10)]
    return Sight([*wrong, *sorted(gains, key=lambda key: gains[key])], 10, 0.001)


async def broken(query: str, locale: str) -> Sight:
    raise RuntimeError("the index is gone")


def run(seek: Seek, log_dir: Path, threshold: float = 0.5, limit: int | None = None, judged: Path | None = None) -> int:
    return evals.run.run("retrieval", seek, log_dir=log_dir, limit=limit, threshold=threshold, judged=judged)


def line(out: str, name: str) -> list[str]:
    return next(each.split() for each in out.splitlines() if each.startswith(f"{name} "))


def test_a_perfect_search_reaches_one_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(perfect, tmp_path, threshold=1.0) == 0
    out = capsys.readouterr().out
    for name, count in (("de", ANSWERABLE // 2), ("en", ANSWERABLE // 2), ("all", ANSWERABLE)):
        assert line(out, name)[1:] == [str(count), "1.0000", "1.0000", "1.0000", "0.0%", "10.0", "10.0"]


@pytest.mark.parametrize(("seek", "zero"), [(blind, "100.0%"), (upside_down, "0.0%")])
def test_useless_searches_fail(seek: Seek, zero: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(seek, tmp_path, threshold=0.01) == 1
    out = capsys.readouterr().out
    assert "FAILED" in out
    assert (line(out, "all")[2], line(out, "all")[5]) == ("0.0000", zero)


def test_a_search_that_fails_is_named_and_fails_the_suite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def german_only(query: str, locale: str) -> Sight:
        return await (perfect if locale == "de" else broken)(query, locale)

    assert run(german_only, tmp_path, threshold=0.0, limit=6) == 1
    out = capsys.readouterr().out
    assert out.count("the index is gone") == 3
    assert line(out, "de")[2] == "1.0000" and line(out, "en")[2] == "0.0000"


def test_limit_takes_both_languages_one_search_at_a_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    running: list[int] = []
    heard: list[str] = []

    async def listen(query: str, locale: str) -> Sight:
        assert not running
        running.append(1)
        sight = await perfect(query, locale)
        heard.append(locale)
        running.pop()
        return sight

    assert run(listen, tmp_path, limit=4) == 0
    assert sorted(heard) == ["de", "de", "en", "en"]


def folder(place: Path, **tables: str) -> Path:
    for name, content in tables.items():
        (place / f"{name}.tsv").write_text(content.replace(",", "\t"), "utf-8")
    return place


def test_tables_of_another_catalog_are_searched_instead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = folder(
        tmp_path,
        queries="query_id,query\nq1,ink\nq2,unjudged\n",
        queries_de="q1,tinte\n",
        judgements="query_id,product_id,gain\nq1,a,2\nq1,b,0\n",
    )
    heard: list[tuple[str, str]] = []

    async def listen(query: str, locale: str) -> Sight:
        heard.append((query, locale))
        return Sight(["x", "a"] if locale else ["a"], 1, 0.002)

    assert run(listen, tmp_path / "logs", judged=tables) == 0
    out = capsys.readouterr().out
    assert sorted(heard) == [("ink", ""), ("tinte", "de")]
    assert line(out, "queries")[1:4] == ["1", "1.0000", "1.0000"]
    assert line(out, "de")[1:4] == ["1", "0.6309", "1.0000"]


@pytest.mark.parametrize(
    "tables",
    [{}, {"queries": "q1,ink\n"}, {"queries": "q1,ink\n", "judgements": "q2,a,1\n"},
     {"queries": "q1,ink\n", "judgements": "q1,a,good\n"}],
    ids=["empty", "without judgements", "of other queries", "no number"],
)  # fmt: skip
def test_a_folder_that_is_none_of_judged_queries_says_so(tmp_path: Path, tables: dict[str, str]) -> None:
    with pytest.raises(Unprocessable) as refused:
        read_folder(folder(tmp_path, **tables))
    assert str(tmp_path) in refused.value.say and refused.value.hint


def outcome(query: str, ranked: list[str], shown: int, gains: dict[str, float], seconds: float = 0.0) -> Outcome:
    return Outcome(Judged(id=query, locale="de", query=query, gains=gains), ranked, shown, seconds)


def test_queries_that_nothing_answers_count_for_time_alone() -> None:
    found = [outcome("a", ["p"], 1, {"p": 2}, 0.001), outcome("b", [], 0, {}, 0.003), outcome("c", [], 0, {"q": 1})]
    assert (measured(found).queries, measured(found).full, zero_rate(found)) == (2, 0.5, 0.5)
    assert line(table(found), "all")[1] == "2"


def test_percentiles_lie_between_the_nearest() -> None:
    assert [percentile([], 50), percentile([7.0], 95)] == [0.0, 7.0]
    assert percentile([float(number) for number in range(101)], 95) == pytest.approx(95.0)
