"""The planner beside the goods: off-topic questions, worries about health, moods, and calls for a person."""

from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from little_shop import Chat, running_shop

from tresen.agent import mood
from tresen.agent.mood import Level, Mood
from tresen.kit.words import say

OFF_TOPIC = (
    "Schreib mir einen Aufsatz über Goethe",
    "Kannst du mir bei den Hausaufgaben helfen?",
    "Wie wird das Wetter morgen in Berlin?",
    "Was ist die Hauptstadt von Australien?",
    "Wen soll ich bei der Bundestagswahl wählen?",
    "Erzähl mir einen Witz",
    "Übersetze mir diesen Satz ins Spanische",
    "Programmiere mir ein Snake-Spiel in Python",
    "Wer hat gestern in der Bundesliga gewonnen?",
    "Wie koche ich Lasagne?",
    "Schreib ein Gedicht über Laufschuhe",
    "Welchen Film soll ich heute schauen?",
    "write me an essay about climate change",
    "what's the weather in London tomorrow?",
    "who is the president of France?",
    "can you write python code for a web scraper?",
    "tell me a joke",
    "who won the world cup?",
    "how do I bake a cake?",
    "give me a stock market tip",
    "what time is it in Tokyo?",
    "help me with my maths homework",
    "which movie should I watch tonight?",
)
ON_TOPIC = (
    "Was soll ich vor dem Marathon essen?",
    "Wie trainiere ich für meinen ersten Halbmarathon?",
    "Bei welchem Wetter trage ich diese Jacke?",
    "Was zieht man bei Regen zum Laufen an?",
    "Welche Schuhe für schlechtes Wetter?",
    "Habt ihr Fußballschuhe?",
    "Habt ihr ein Buch übers Laufen?",
    "Welches Gel für den Ultra-Trail in der Hitze?",
    "Ist der Laden am Wahltag offen?",
    "danke!",
    "Hallo",
    "what should I eat before a race?",
    "how do I train for a 10k?",
    "what is the weather like for running shoes",
    "jacket for rainy weather",
    "do you have football socks?",
    "how many carbs per hour on a long ride?",
    "which helmet did the world champion wear while riding?",
    "are your socks good in cold weather",
    "thanks a lot",
    "hello",
)
REFUSALS = {say("planner-off-topic", locale) for locale in ("de", "en")}


@pytest.mark.parametrize("text", OFF_TOPIC)
def test_what_is_not_about_the_shop_is_declined_in_a_sentence_and_led_back(text: str) -> None:
    chat = Chat(running_shop())
    assert chat.say(text) in REFUSALS
    assert chat.named == []


@pytest.mark.parametrize("text", ON_TOPIC)
def test_running_training_and_nutrition_are_on_topic(text: str) -> None:
    assert Chat(running_shop()).say(text) not in REFUSALS


@pytest.mark.parametrize(
    "text", ["Habt ihr Socken, die Allergiker-geeignet sind?", "do you have running socks for people with allergies?"]
)
def test_a_wish_for_goods_that_suit_an_allergy_finds_goods_and_hints(text: str) -> None:
    chat = Chat(running_shop())
    said = chat.say(text)
    assert chat.named == ["find_products"]
    assert "?" in said and "ask_for_human" not in chat.named


@pytest.mark.parametrize("text", ["ist das Material ohne Allergene?", "is it free of allergens?"])
def test_a_worry_about_nothing_in_view_asks_which_product(text: str) -> None:
    chat = Chat(running_shop())
    assert chat.say(text) in {say("planner-safety-which", locale) for locale in ("de", "en")}
    assert chat.named == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Ich schalte meinen Anwalt ein", "Rechtliche Drohung"),
        ("Der Akku hat sich aufgebläht", "Sicherheit: Akku, Hitze oder Feuer"),
        ("mir reicht's jetzt, so ein Saftladen", "Ist verärgert oder beschwert sich"),
        ("Ich will mit einem Menschen sprechen", "Möchte mit einem Menschen sprechen"),
        ("I had an allergic reaction to your gel", "Health: reaction, injury or danger to a child"),
    ],
)
def test_a_call_for_a_person_names_its_reason(text: str, reason: str) -> None:
    shop = running_shop()
    Chat(shop).say(text)
    assert [each["reason"] for each in shop.handed_over] == [reason]


@pytest.mark.parametrize(
    "text", ["Mein Anwalt läuft auch Marathon, zeig mir Socken", "human-powered light", "Mensch, zeig mir Socken!"]
)
def test_false_friends_call_nobody(text: str) -> None:
    shop = running_shop()
    Chat(shop).say(text)
    assert shop.handed_over == []


def moody(level: Level, text: str) -> tuple[Chat, str]:
    chat = Chat(running_shop())
    note: Any = HumanMessage(mood.advice(Mood(level)), name="shop")
    chat.messages.append(note)
    return chat, chat.say(text)


@pytest.mark.parametrize("text", ["Hallo", "danke", "tschüss", "hello", "thanks", "bye"])
def test_cheer_is_dropped_for_somebody_upset(text: str) -> None:
    assert "!" in Chat(running_shop()).say(text)
    said = moody(Level.UPSET, text)[1]
    assert said and "!" not in said


def test_fewer_products_for_somebody_upset() -> None:
    calm = Chat(running_shop())
    calm.say("Zeig mir Laufsocken")
    assert "limit" not in calm.calls[0][1]
    for level in (Level.UPSET, Level.ANGRY):
        upset, said = moody(level, "Zeig mir Laufsocken")
        assert upset.named == ["find_products"] and upset.calls[0][1]["limit"] == mood.CALM_CARDS
        assert said
    assert "limit" not in moody(Level.IMPATIENT, "Zeig mir Laufsocken")[0].calls[0][1]


def test_the_note_of_the_mood_does_not_confuse_what_comes_next() -> None:
    chat, _ = moody(Level.ANGRY, "Zeig mir Laufsocken")
    chat.say("leg die erste in den Warenkorb")
    assert "find_products" not in chat.named
