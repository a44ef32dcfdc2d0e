"""The suite `grounded` on Inspect with made-up agents, and how its scorers compare words and figures."""

from pathlib import Path

import pytest

import evals.run
from evals.labels import read
from evals.questions import Fair, Question
from evals.scorers import said_fairly, supported
from evals.talk import Talk, Transcript
from evals.wording import admits, folded, says

LABELS = {(label.turns, label.locale): label for label in read("grounded", Question)}
OPEN = sum(label.expect.unanswerable for label in LABELS.values())


def gold(label: Question) -> Transcript:
    """What an honest shop answers, and what it relies on."""
    expect = label.expect
    words = [*expect.figures[:1], *(next(iter(group)) for group in expect.any_words)]
    rests_on = [name for name in expect.sources if name.startswith("KK-")]
    cited = [name for name in expect.sources if not name.startswith("KK-")]
    before: list[list[str]] = [[] for _ in label.turns[1:]]
    return Transcript(
        replies=[*("ok" for _ in before), ", ".join(words)],
        shown=[*before, rests_on],
        outcomes=[[] for _ in label.turns],
        cited=[*before, cited],
    )


async def honest(turns: list[str], locale: str) -> Transcript:
    return gold(LABELS[tuple(turns), locale])


async def refuses(turns: list[str], locale: str) -> Transcript:
    """Never knows anything, in words that the samples take for an admission."""
    said = "Das weiß ich leider nicht." if locale == "de" else "I don't know."
    return Transcript([said] * len(turns), [[]] * len(turns), [[]] * len(turns), cited=[[]] * len(turns))


async def silent(turns: list[str], locale: str) -> Transcript:
    return Transcript([], [], [])


def run(talk: Talk, log_dir: Path, threshold: float) -> int:
    return evals.run.run("grounded", talk, log_dir=log_dir, limit=None, threshold=threshold)


def test_an_honest_agent_passes_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(honest, tmp_path, threshold=1.0) == 0, capsys.readouterr().out
    assert f"{len(LABELS)}/{len(LABELS)}" in capsys.readouterr().out


def test_who_never_knows_passes_only_what_cannot_be_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(refuses, tmp_path, threshold=0.5) == 1
    passed = int(capsys.readouterr().out.split("all ")[1].split("/")[0])
    assert 0 < passed <= OPEN


def test_who_says_nothing_passes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(silent, tmp_path, threshold=0.01) == 1
    assert f"0/{len(LABELS)}" in capsys.readouterr().out


FIGURE = Fair(figures=("14 Tage", "zwei Wochen"), never=("30 Tage",), sources=("returns", "KK-SOCK-01"))


@pytest.mark.parametrize(
    ("replies", "wrong"),
    [
        (["Du hast 14\u00a0Tage."], 0),
        (["Du hast ZWEI Wochen."], 0),
        (["Du hast 114 Tage."], 1),
        (["Bald."], 1),
        (["30 Tage.", "Doch nur 14 Tage."], 1),
        (["30 Tage."], 2),
        ([], 1),
    ],
)
def test_figures_and_what_must_not_be_said(replies: list[str], wrong: int) -> None:
    assert len(list(said_fairly.complaints(FIGURE, replies))) == wrong


@pytest.mark.parametrize(("rests_on", "wrong"), [(["returns"], 0), (["x", "KK-SOCK-01"], 0), (["payment"], 1), ([], 1)])
def test_one_source_is_enough(rests_on: list[str], wrong: int) -> None:
    assert len(list(supported.complaints(FIGURE, rests_on))) == wrong


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("4,90\u202f€", "4,90 €", True), ("14,90 €", "4,90 €", False), ("2\u20134 days", "2-4 days", True),
        ("2 \u2013 4 days", "2-4 days", True), ("It doesn\u2019t say", "doesn't say", True), ("214 g", "14 g", False),
        ("1,500", "1,5", False), ("am 14.", "14", True), ("Straße", "STRASSE", True),
        ("The documents do not say.", "don't say", True), ("I cannot tell", "can't tell", True),
    ],
)  # fmt: skip
def test_spaces_dashes_quotes_and_capitals_do_not_matter(text: str, words: str, found: bool) -> None:
    assert says(text, words) == found


@pytest.mark.parametrize(
    ("text", "admitted"),
    [
        ("Dazu sagen die Unterlagen des Shops nichts.", True), ("Das weiß ich leider nicht.", True),
        ("The shop does not state that of the lamp.", True), ("The documents do not mention “locker”.", True),
        ("Nothing is known of that here.", True), ("It does not rub. Say hello!", False), ("It weighs 214 g.", False),
        ("Dazu steht leider nichts bei Laufschuh „Stadtrunde“ für das tägliche Training.", True),
        ("Ja, das passt. Nichts zu danken.", False), ("Sagen wir 14 Tage.", False),
    ],
)  # fmt: skip
def test_an_admission_may_be_parted_by_other_words(text: str, admitted: bool) -> None:
    assert admits(text) == admitted


def test_folding_twice_is_folding_once() -> None:
    assert folded(folded("A \u2014 b\u00a0C")) == folded("A \u2014 b\u00a0C")
