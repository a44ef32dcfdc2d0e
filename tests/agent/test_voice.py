"""The shop's voice: du or Sie in every sentence that code says, emoji or none, and how long a reply may be."""

import asyncio
import re
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, FluentSerializer, visitor
from fluent.syntax.ast import Message, VariableReference

import tresen
from tresen.kit import words
from tresen.kit.errors import Conflict
from tresen.settings import Settings
from tresen.shop.house import House
from tresen.shop.voice import Voice, without_emoji

WORDS = Path(tresen.__file__).parent / "words"
INFORMAL = re.compile(
    r"\b(?:du|dich|dir|dein(?:e[mnrs]?)?|kannst|musst|möchtest|magst|brauchst|hast|bist|willst|bekommst|suchst|meinst|"
    r"darfst|wirst|versuch|sag|schreib|nimm|nenn|prüfe?|wähle|drück|melde|schick|bestell|beginne|frag|schau|lass|gib|"
    r"warte|bring|ruf|sprich|nutze|verwende|benutze|antworte|entschuldige|zahl)\b",
    re.IGNORECASE,
)
NO_ADDRESS = frozenset({"page-remind"})  # the shopper speaks
HARMLESS = re.compile(r"\bich (?:melde|prüfe)\b|\bmelde ich mich\b|\bganze Zahl\b", re.IGNORECASE)


class _Values(visitor.Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:
        self.names.add(node.id.name)


@cache
def sentences(folder: str) -> dict[str, tuple[str, str, frozenset[str]]]:
    """(file, text, values) of every sentence."""
    found = {}
    for path in sorted((WORDS / folder).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text("utf-8")).body:
            if isinstance(entry, Message) and entry.value is not None:
                values = _Values()
                values.visit(entry)
                text = FluentSerializer().serialize_entry(entry).partition("=")[2]
                found[entry.id.name] = (path.name, text, frozenset(values.names))
    return found


def informal(text: str) -> bool:
    return INFORMAL.search(HARMLESS.sub("", text)) is not None


def test_every_sentence_that_says_du_has_a_formal_twin_with_the_same_values() -> None:
    formal = sentences("de_formal")
    missing = {key for key, (_, text, _) in sentences("de").items() if informal(text) and key not in NO_ADDRESS}
    assert missing - formal.keys() == set()
    for key, (file, text, values) in formal.items():
        own = sentences("de")[key]
        assert (file, values) == (own[0], own[2]), key
        assert text != own[1], f"{key} says the same"


def test_no_formal_sentence_says_du() -> None:
    assert {key: text for key, (_, text, _) in sentences("de_formal").items() if informal(text)} == {}
    assert len(sentences("de_formal")) > 150


def test_formal_sentences_address_somebody_in_capitals() -> None:
    polite = re.compile(r"\b(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?|mögen)\b")
    assert {key for key, (_, text, _) in sentences("de_formal").items() if not polite.search(text)} == set()


def test_the_formal_folder_is_no_language_of_its_own() -> None:
    assert words.locales() == {"de", "en"}


def test_sentences_follow_the_context_and_fall_back() -> None:
    assert words.say("planner-greet", "de").endswith("Wonach suchst du heute?")
    with words.formally():
        assert words.say("planner-greet", "de").endswith("Wonach suchen Sie heute?")
        assert words.say("planner-greet", "en") == "Hello! What are you looking for today?"
        assert words.say("part-image", "de") == "[Bild]", "a sentence without address stays as it is"
        assert words.maybe("planner-greet", "de") == words.say("planner-greet", "de")
        assert (
            Conflict(code="too_long").told("de")
            == "Diese Nachricht ist zu lang. Bitte schicken Sie sie in kürzeren Stücken."
        )
        with words.formally(False):
            assert "du" in words.say("planner-greet", "de")
    assert words.say("planner-greet", "de").endswith("Wonach suchst du heute?")


async def test_two_shops_in_one_process_do_not_mix() -> None:
    async def greet(formal: bool) -> str:
        words.speak_formally(formal)
        await asyncio.sleep(0)
        return await asyncio.to_thread(words.say, "planner-greet", "de")

    polite, close = await asyncio.gather(greet(True), greet(False))
    assert "suchen Sie" in polite and "suchst du" in close
    assert "suchst du" in words.say("planner-greet", "de")


def test_the_voice_comes_from_the_shops_own_file(tmp_path: Path) -> None:
    file = '[shop]\nname = "Haus"\n[shop.voice]\naddress = "Sie"\nemoji = true\nlengths = { web = 80 }\n'
    (tmp_path / "tresen.toml").write_text(f'{file}greeting = {{ de = "Guten Tag!" }}\n')
    voice = Settings(home=tmp_path).shop.voice
    assert voice == Voice("Sie", True, {"de": "Guten Tag!"}, {"web": 80})
    assert House().voice == Voice() and not Voice().formal


def test_a_wrong_address_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tresen.toml").write_text('[shop.voice]\naddress = "Ihr"\n')
    with pytest.raises(ValueError, match="address"):
        Settings(home=tmp_path)


@pytest.mark.parametrize(
    ("channel", "length"), [("web", 60), ("whatsapp", 45), ("telegram", 45), ("phone", 30), ("pigeon", 60)]
)
def test_lengths_by_channel(channel: str, length: int) -> None:
    assert Voice().words(channel) == length
    assert f"At most {length} words" in Voice().brief("de", channel)
    assert not Voice().too_long("w " * 2 * length, channel)
    assert Voice().too_long("w " * (2 * length + 1), channel)
    assert Voice(lengths={channel: 10}).words(channel) == 10


def test_the_brief_tells_the_address() -> None:
    assert '"Sie", never as "du"' in Voice("Sie").brief("de", "web")
    assert '"du", never as "Sie"' in Voice().brief("de", "web")
    assert "formally" in Voice("Sie").brief("fr", "web") and "Sie" not in Voice("Sie").brief("fr", "web")
    assert "No emoji." in Voice().brief("en", "web") and "one emoji" in Voice(emoji=True).brief("en", "web")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Super! 🎉 Hier:", "Super! Hier:"),
        ("Passt 👍🏽.", "Passt."),
        ("👩‍💻 tippt\n- 🚴 Rad", "tippt\n- Rad"),
        ("Grüße 🇩🇪", "Grüße"),
        ("1️⃣ Socke ❤️ ☀️!", "Socke!"),
        ("★ 4,6 · 12,90 € ✓ → 30 °C ™ № 5 #1 *gut*", "★ 4,6 · 12,90 € ✓ → 30 °C ™ № 5 #1 *gut*"),
        ("zwei  Leerzeichen bleiben", "zwei  Leerzeichen bleiben"),
        ("🙂", ""),
    ],
)
def test_emoji_are_taken_out_and_nothing_else(text: str, plain: str) -> None:
    assert without_emoji(text) == plain
    assert Voice().said(text) == plain
    assert Voice(emoji=True).said(text) == text
