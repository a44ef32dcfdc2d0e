"""Moods and hand-overs by rule: what shoppers write in German and English, and what their conversation has come to."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rounds_told import sent, talk

from tresen.agent import mood
from tresen.agent.mood import Level, Reason
from tresen.agent.mood.reading import same_question
from tresen.conversation.events import (
    Event,
    FeedbackGiven,
    MessageReceived,
    OwnerChanged,
    ToolReturned,
    TurnFailed,
)
from tresen.conversation.parts import Action, Text
from tresen.kit.words import say

SAID: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["said"]
ROWS = [(text, reason) for reason, texts in SAID.items() for text in texts]
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(("text", "reason"), ROWS, ids=[text for text, _ in ROWS])
def test_a_message_alone(text: str, reason: str) -> None:
    assert (mood.read(talk(text)).must_hand_over or "none") == reason


def test_the_table_is_large_and_half_of_it_is_harmless() -> None:
    harmless = len(SAID["none"])
    assert len(ROWS) >= 500 and 0.4 <= harmless / len(ROWS) <= 0.6
    assert set(SAID) == {*Reason, "none"}


def tool(name: str = "find_products", text: str = '{"products":[]}', status: Any = "ok") -> ToolReturned:
    return ToolReturned("before", "call", name, text, (), status)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Zeig mir Laufsocken", Level.CALM),
        ("Danke, super!", Level.CALM),
        ("I need size L", Level.CALM),
        ("XXL bitte", Level.CALM),
        ("wie lange dauert das denn noch??", Level.IMPATIENT),
        ("hurry up please", Level.IMPATIENT),
        ("Was denn nun??", Level.IMPATIENT),
        ("WO BLEIBT MEINE BESTELLUNG??", Level.UPSET),
        ("nein, das ist falsch, das habe ich dir doch gesagt!!", Level.UPSET),
        ("that is wrong, read it again, damn", Level.UPSET),
        ("Ich hatte eine allergische Reaktion auf euer Gel", Level.UPSET),
        ("Frechheit! SO EIN SAFTLADEN!!!", Level.ANGRY),
        ("this is bullshit, you stupid idiots", Level.ANGRY),
        ("😡 was für ein Betrug", Level.ANGRY),
    ],
)
def test_the_level_of_one_message(text: str, level: Level) -> None:
    found = mood.read(talk(text))
    assert found.level == level, found
    assert bool(found.reasons) == (level > Level.CALM and found.must_hand_over is not Reason.HEALTH)


def test_what_was_said_before_fades() -> None:
    angry = "Das stimmt nicht, schon wieder falsch"
    assert mood.read(talk(angry, "und in blau?")).level == Level.IMPATIENT
    assert mood.read(talk(angry, "ok", "und in blau?", "in 43", "die erste")).level == Level.CALM
    assert mood.read(talk(angry, "danke, jetzt passt es")).level == Level.CALM


def test_the_same_question_again_and_a_thumb_down_count() -> None:
    again = mood.read(talk("Wann kommt meine Bestellung an?", "Wann kommt denn meine Bestellung an?"))
    assert "repeated" in again.reasons
    disliked = talk("Habt ihr Socken?", sent("Nein."), FeedbackGiven(2, "down"), "doch, oder?")
    assert "thumbs_down" in mood.read(disliked).reasons
    liked = talk("Habt ihr Socken?", sent("Ja."), FeedbackGiven(2, "down"), FeedbackGiven(2, "up"), "welche?")
    assert mood.read(liked) == mood.Mood()
    assert not same_question("in blau", "in blau") and not same_question("zeig mir Socken", "zeig mir Helme in rot")


FAILED: dict[str, tuple[Event, ...]] = {
    "nothing found": (tool(), sent("Nichts.")),
    "no passage": (tool("search_policies", '{"found":false}'), sent("Nichts.")),
    "broken tool": (tool(status="failed"), sent("Das ging nicht.")),
    "withheld": (sent("Die Karten stimmen.", ("Es kostet 3 €.",)),),
    "at a loss": (sent(say("planner-unclear", "de")),),
    "failed turn": (TurnFailed("before", "4 attempts"), sent("Entschuldige.")),
}


@pytest.mark.parametrize("way", FAILED)
def test_two_failures_in_a_row_and_a_complaint_need_a_person(way: str) -> None:
    failed = FAILED[way]
    assert mood.read(talk("eins", *failed, "zwei", *failed, "schon wieder falsch")).must_hand_over is Reason.FAILURES
    assert mood.read(talk("eins", *failed, "zwei", *failed, "hast du Helme?")).must_hand_over is None
    once = talk("eins", sent("Bitte."), "zwei", sent("Bitte."), "drei", *failed, "das stimmt nicht")
    assert mood.read(once).must_hand_over is None


def test_a_search_that_helped_in_the_end_is_no_failure() -> None:
    helped = (tool(), tool(text='{"products":[{"id":"p"}]}'), sent("Das hier."))
    assert mood.read(talk("eins", *helped, "zwei", *helped, "schon wieder falsch")).must_hand_over is None


def test_contradicting_twice_is_two_failures() -> None:
    assert (
        mood.read(talk("Socken", "nein, das ist falsch", "das stimmt wieder nicht")).must_hand_over is Reason.FAILURES
    )
    assert mood.read(talk("socks", "not what I asked for", "still not what I meant", locale="en")).must_hand_over
    assert mood.read(talk("Socken", "nein, lieber in blau", "die sind mir zu teuer")).must_hand_over is None


@pytest.mark.parametrize(
    "text",
    [
        "Ich frage jetzt zum dritten Mal nach meiner Rechnung",
        "I have told you three times now",
        "das bringt nichts mit dir",
        "this is a waste of time",
        "wir drehen uns im Kreis",
        "I'm so frustrated with this",
    ],
)
def test_frustration_and_counting_need_a_person(text: str) -> None:
    assert mood.read(talk(text)).must_hand_over is Reason.FAILURES


def test_a_hand_back_begins_anew() -> None:
    back = OwnerChanged("agent", "shopper")
    waiting = talk(
        "Ich will einen Menschen!", sent("Gleich."), "Frechheit, was für ein Saftladen", back, "zeig mir Socken"
    )
    assert mood.read(waiting) == mood.Mood()
    again = talk("Ich will einen Menschen!", back)
    assert again.unanswered() and mood.read(again) == mood.Mood(), "what waited is not handed over once more"


def test_a_button_is_not_the_shoppers_own_words() -> None:
    tapped = talk("Socken", MessageReceived((Action("show_cart", label="MENSCH!!!"),), "c", "tap"))
    assert mood.read(tapped).must_hand_over is None


def test_the_gravest_reason_wins_over_all_messages_of_a_turn() -> None:
    both = talk(
        "Ich will einen Menschen sprechen", MessageReceived((Text("mein Anwalt meldet sich bei euch"),), "c", "2")
    )
    assert mood.read(both).must_hand_over is Reason.LEGAL
    parts = talk("Der Akku von der Lampe", MessageReceived((Text("er hat sich aufgebläht"),), "c", "2"))
    assert mood.read(parts).must_hand_over is Reason.FIRE


@pytest.mark.parametrize("level", list(Level))
def test_the_advice_is_one_line_of_the_shop(level: Level) -> None:
    told = mood.advice(mood.Mood(level))
    assert (told == "") == (level == Level.CALM)
    assert "\n" not in told and (not told or told.startswith(mood.SOUNDS))


@pytest.mark.parametrize("text", ["", " ", "🙂", "!" * 5000, "a" * 20_000, "\x00", "ich will " * 3000, "﷽" * 900])
def test_anything_can_be_read(text: str) -> None:
    assert mood.read(talk(text)).must_hand_over is None


def test_the_goal_is_what_they_are_after_not_that_they_want_a_person() -> None:
    turn = talk("Ich suche einen Helm für meine Tochter", "Größe 52", "Ich möchte mit einem Menschen sprechen")
    assert mood.goal(turn) == "Ich suche einen Helm für meine Tochter"
    assert mood.goal(talk("Mensch bitte")) == "Mensch bitte"
    assert mood.case(turn) == mood.case(turn, mood.read(turn))
    assert mood.case(turn).code == "asked"
