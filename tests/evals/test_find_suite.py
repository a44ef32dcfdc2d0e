"""The suite `find` on Inspect with made-up agents: who passes, who fails, and with which exit code."""

from importlib.util import find_spec
from pathlib import Path

import pytest

import evals.run
from evals.labels import Label, read
from evals.talk import Talk, Transcript

LABELS = {label.turns: label for label in read("find", Label)}
ALL = len(LABELS)


def transcript(turns: list[str], shown: list[str], outcomes: list[str]) -> Transcript:
    """Nothing before the last turn."""
    before: list[list[str]] = [[] for _ in turns[1:]]
    return Transcript(["ok"] * len(turns), [*before, shown], [*before, outcomes])


async def perfect(turns: list[str], locale: str) -> Transcript:
    label = LABELS[tuple(turns)]
    assert label.locale == locale
    shown = [*label.expect.all_of, *label.expect.any_of][:3]
    return transcript(turns, shown, [label.expect.outcome or "found"])


async def silent(turns: list[str], locale: str) -> Transcript:
    return Transcript([], [], [])


async def always_wrong(turns: list[str], locale: str) -> Transcript:
    return transcript(turns, ["KK-NUTR-04", *LABELS[tuple(turns)].expect.none_of], ["found"])


async def broken(turns: list[str], locale: str) -> Transcript:
    raise RuntimeError("the provider is gone")


def run(talk: Talk, log_dir: Path, threshold: float = 0.5, limit: int | None = None) -> int:
    return evals.run.run("find", talk, log_dir=log_dir, limit=limit, threshold=threshold)


def test_perfect_agent_passes_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(perfect, tmp_path, threshold=1.0) == 0
    out = capsys.readouterr().out
    assert f"{ALL}/{ALL}" in out and "100.0%" in out and f"{ALL // 2}/{ALL // 2}" in out


@pytest.mark.parametrize("talk", [silent, always_wrong, broken])
def test_useless_agents_pass_nothing(talk: Talk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(talk, tmp_path, threshold=0.01) == 1
    out = capsys.readouterr().out
    assert f"0/{ALL}" in out
    assert all(f"  {label.id}: " in out for label in LABELS.values())


def test_errors_of_samples_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(broken, tmp_path, limit=2) == 1
    assert capsys.readouterr().out.count("the provider is gone") == 2


def test_some_errors_lower_the_rate_and_do_not_stop_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def german_only(turns: list[str], locale: str) -> Transcript:
        return await (perfect if locale == "de" else broken)(turns, locale)

    assert run(german_only, tmp_path / "enough", threshold=0.5) == 0
    assert run(german_only, tmp_path / "too-little", threshold=0.51) == 1
    out = capsys.readouterr().out
    assert f"{ALL // 2}/{ALL // 2}" in out and f"0/{ALL // 2}" in out and f"{ALL // 2}/{ALL}" in out


def test_limit_takes_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heard: list[Label] = []

    async def listen(turns: list[str], locale: str) -> Transcript:
        heard.append(LABELS[tuple(turns)])
        return await perfect(turns, locale)

    assert run(listen, tmp_path, threshold=1.0, limit=4) == 0
    assert sorted(label.locale for label in heard) == ["de", "de", "en", "en"]
    assert "4/4" in capsys.readouterr().out


def test_unknown_suite_says_what_exists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evals.run.run("fnid", perfect, log_dir=tmp_path, limit=None, threshold=0.5) == 2
    assert "'fnid'" in (err := capsys.readouterr().err) and "find" in err
    assert not list(tmp_path.iterdir())


def test_missing_inspect_says_how_to_install_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evals.run, "find_spec", lambda name: None if name == "inspect_ai" else find_spec(name))
    assert run(perfect, tmp_path) == 1
    assert "pip install 'tresen[evals]'" in capsys.readouterr().err
