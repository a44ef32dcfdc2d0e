"""The suite `stories`: its samples, and which stories its scorer lets pass."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

import evals.run
from evals.labels import read
from evals.scorers.traced import complaints
from evals.telling import Heard, StoryLabel, Truth

LABELS = read("stories", StoryLabel)
FACTS = ["Merino socks", "Kiesel", "Made for cold days, four degrees at breakfast.", "weight g 48", "52% merino wool"]
GOOD = "Here is the story of Merino socks by Kiesel. Made for cold days, four degrees at breakfast."
TRUTH = Truth(says=("merino",))


def wrong(story: str, truth: Truth = TRUTH, shown: str = "KK-1") -> list[str]:
    return list(complaints("KK-1", truth, Heard(story, [shown], FACTS)))


def test_samples_are_many_balanced_and_of_the_catalog() -> None:
    folder = files("catalog_ingest") / "demo" / "products"
    feeds = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".jsonl")]
    known = {json.loads(line)["id"] for feed in feeds for line in feed.splitlines()}
    assert len(LABELS) == 40 == len({label.id for label in LABELS})
    assert sum(label.locale == "de" for label in LABELS) == 20
    assert {label.product for label in LABELS} <= known
    assert all(label.expect.says and label.said.strip() and label.why.strip() for label in LABELS)


def test_a_true_story_passes() -> None:
    assert wrong(GOOD) == []


@pytest.mark.parametrize(
    ("story", "complaint"),
    [
        ("", "no story"),
        (GOOD + " They weigh 12 grams.", "figures from nowhere"),
        (GOOD + " Astronauts wore these on the moon before anybody else.", "rests on nothing"),
        (GOOD + " The best socks for cold days.", "invents"),
        (GOOD + " About the vegan question the shop states nothing.", "says that something is not stated"),
        (GOOD.replace("Merino", "Woollen"), "does not say"),
        (f"{GOOD} " * 12, "words"),
    ],
)
def test_other_stories_do_not(story: str, complaint: str) -> None:
    assert any(complaint in each for each in wrong(story)), wrong(story)


def test_the_card_goes_with_the_story() -> None:
    assert wrong(GOOD, shown="KK-2") == ["the card of KK-1 is not shown"]


def test_what_is_not_stated_may_be_said_so() -> None:
    assert wrong(GOOD + " About vegan the shop states nothing.", Truth(says=(), lacks=("vegan",))) == []


@pytest.mark.parametrize("kind", ["silent", "inventing"])
def test_useless_tellers_pass_nothing(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def tell(product: str, said: str, locale: str) -> Heard:
        invented = "The best shoe of all, made of 100% moon dust and worn by 9 astronauts before."
        return Heard("" if kind == "silent" else invented, [product], ["A shoe."])

    assert evals.run.run("stories", tell, log_dir=tmp_path, limit=4, threshold=0.01) == 1
    assert "0/4" in capsys.readouterr().out


def test_labels_say_which_product(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="product"):
        StoryLabel.model_validate({"id": "x", "locale": "de", "said": "y", "expect": {"says": []}, "why": "z"})
