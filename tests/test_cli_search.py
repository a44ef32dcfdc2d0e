"""`tresen search`, `tune` and `eval retrieval` on a little shop: what they write, and what they say of bad input."""

import json
from pathlib import Path

import pytest
from command_line import Tresen, commands

THINGS = ("helmet", "bottle", "jacket", "gloves", "socks", "lamp", "saddle", "pump", "vest", "lock", "bag", "bell")


@pytest.fixture
def tresen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tresen:
    return commands(tmp_path, monkeypatch, capsys)


@pytest.fixture
def stocked(tresen: Tresen, tmp_path: Path) -> Path:
    """The folder of a little shop with two of each thing."""
    home, rows = tmp_path / "shop", []
    for thing in THINGS:
        for color in ("red", "blue"):
            rows.append({"id": f"{color}-{thing}", "title": {"en": f"{color.title()} {thing}"}, "price": 20, "stock": 2,
                         "options": {"color": color}})  # fmt: skip
    feed = tmp_path / "feed.jsonl"
    feed.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    done = tresen("ingest", str(feed), "--locale", "en", home=home)
    assert done.code == 0, done.said
    return home


def test_search_explains_itself(tresen: Tresen, stocked: Path) -> None:
    told = json.loads(tresen("search", "red helmet", "--json", "--explain", "--locale", "en", home=stocked).out)
    assert told["outcome"] == "found" and told["understood"]
    assert told["hits"][0]["card"]["title"] == "Red helmet"
    assert "word:helmet" in told["hits"][0]["why"]
    plain = json.loads(tresen("search", "red helmet", "--json", "--locale", "en", home=stocked).out)
    assert "understood" not in plain and "why" not in plain["hits"][0]
    shown = tresen("search", "red helmet", "--explain", "--limit", "1", "--locale", "en", home=stocked)
    assert shown.code == 0 and "Red helmet" in shown.out and "word:helmet" in shown.out


def test_a_batch_becomes_a_trec_run_with_the_ids_of_the_feed(tresen: Tresen, stocked: Path, tmp_path: Path) -> None:
    queries, run = tmp_path / "queries.tsv", tmp_path / "out.trec"
    queries.write_text("query_id\tquery\nq1\tred helmet\nq2\tblau\nq3\t%$\n", "utf-8")
    done = tresen("search", "--batch", str(queries), "--run", str(run), "--k", "3", home=stocked)
    assert done.code == 0 and str(run) in done.out
    lines = [line.split() for line in run.read_text("utf-8").splitlines()]
    assert lines[0][:4] == ["q1", "Q0", "red-helmet", "1"] and lines[0][5] == "tresen"
    for key in ("q1", "q2", "q3"):
        own = [line for line in lines if line[0] == key]
        assert len(own) <= 3
        assert [line[3] for line in own] == [str(rank) for rank in range(1, len(own) + 1)]
        assert [float(line[4]) for line in own] == sorted((float(line[4]) for line in own), reverse=True)


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["--batch", "{queries}"], 2, "--run"),
        (["--run", "{folder}/out.trec"], 2, "--batch"),
        (["--batch", "{queries}", "--run", "{folder}/out.trec", "--k", "0"], 2, "--k"),
        (["--batch", "{folder}/nowhere.tsv", "--run", "{folder}/out.trec"], 1, "nowhere.tsv"),
        (["--batch", "{narrow}", "--run", "{folder}/out.trec"], 1, "columns"),
        (["--batch", "{queries}", "--run", "{folder}/no/such/out.trec"], 1, "out.trec"),
    ],
)
def test_a_bad_batch_says_what_is_wrong(
    tresen: Tresen, stocked: Path, tmp_path: Path, args: list[str], code: int, says: str
) -> None:
    (tmp_path / "queries.tsv").write_text("q1\tred helmet\n", "utf-8")
    (tmp_path / "narrow.tsv").write_text("red helmet\n", "utf-8")
    names = {"queries": tmp_path / "queries.tsv", "narrow": tmp_path / "narrow.tsv", "folder": tmp_path}
    done = tresen("search", *(each.format(**names) for each in args), home=stocked)
    assert (done.code, "Traceback" in done.err) == (code, False)
    assert says in done.err and ("Next:" in done.err or "Usage:" in done.err)
    assert not (tmp_path / "out.trec").exists()


def test_tuning_says_what_it_gained_and_keeps_only_what_helps(tresen: Tresen, stocked: Path, tmp_path: Path) -> None:
    judged = tmp_path / "judged.tsv"
    rows = [f"{color} {thing}\t{color}-{thing}\t2" for thing in THINGS for color in ("red", "blue")]
    judged.write_text("\n".join(["query\tproduct\tgain", *rows]), "utf-8")
    done = tresen("tune", str(judged), home=stocked)
    assert "24 queries" in done.out and "NDCG@10" in done.out and "->" in done.out
    kept = (stocked / "ranking.json").exists()
    assert (done.code, "Kept" in done.out, "stays as it was" in done.out) == (int(not kept), kept, not kept)


def test_tuning_reads_queries_by_id_and_one_source(tresen: Tresen, stocked: Path, tmp_path: Path) -> None:
    judged, queries = tmp_path / "judged.tsv", tmp_path / "queries.tsv"
    judged.write_text("".join(f"q{number}\tred-{thing}\t2\n" for number, thing in enumerate(THINGS)), "utf-8")
    queries.write_text("".join(f"q{number}\t{thing}\n" for number, thing in enumerate(THINGS)), "utf-8")
    told = tresen("tune", str(judged), "--queries", str(queries), "--source", "feed", home=stocked)
    assert "12 queries" in told.out
    other = tresen("tune", str(judged), "--queries", str(queries), "--source", "elsewhere", home=stocked)
    assert other.code == 1 and "Too few" in other.err


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "judged.tsv"), ("red helmet\tred-helmet\tgood\n", "'good'"), ("red helmet\tred-helmet\n", "columns"),
     ("red helmet\tred-helmet\t2\n", "Too few"), ("", "Too few")],
    ids=["missing", "no number", "narrow", "one", "empty"],
)  # fmt: skip
def test_bad_judgements_are_a_plain_failure(
    tresen: Tresen, stocked: Path, tmp_path: Path, content: str | None, says: str
) -> None:
    judged = tmp_path / "judged.tsv"
    if content is not None:
        judged.write_text(content, "utf-8")
    done = tresen("tune", str(judged), home=stocked)
    assert done.code == 1
    assert says in done.err and "Next:" in done.err and "Traceback" not in done.err
    assert not (stocked / "ranking.json").exists()


def test_eval_takes_judged_tables_for_searches_alone(tresen: Tresen, stocked: Path, tmp_path: Path) -> None:
    (tmp_path / "queries.tsv").write_text("q1\tred helmet\n", "utf-8")
    (tmp_path / "judgements.tsv").write_text("q1\tred-helmet\t2\n", "utf-8")
    logs = ["--log-dir", str(tmp_path / "logs")]
    done = tresen("eval", "retrieval", "--judged", str(tmp_path), *logs, home=stocked)
    assert done.code == 0, done.said
    assert "1.0000" in done.out
    wrong = tresen("eval", "find", "--judged", str(tmp_path), *logs, home=stocked)
    assert wrong.code == 1 and "retrieval" in wrong.err
    nothing = tresen("eval", "retrieval", "--judged", str(tmp_path / "logs"), *logs, home=stocked)
    assert nothing.code == 1 and "judgements.tsv" in nothing.err
