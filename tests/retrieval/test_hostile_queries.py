"""Whatever is typed into the search gets an answer, and costs about as much as any other query."""

import statistics
import time
from collections.abc import Callable

import pytest

from tresen.retrieval import language
from tresen.retrieval.lexical import Lexical
from tresen.retrieval.naming import naming
from tresen.retrieval.query import Query
from tresen.retrieval.search import Retrieval
from tresen.retrieval.vocabulary import Vocabulary

NORMAL = "waterproof trail running shoes for women in size 40 under 150 euros, with good ratings"
HOSTILE = {
    "empty": "",
    "spaces": " \t\n\r " * 500,
    "10 kB of one letter": "a" * 10_000,
    "10 kB of one word": "shoes " * 1_700,
    "10 kB of words": " ".join(f"schuh{number}tasche" for number in range(600)),
    "long compounds": "regenjackenhosenschuhsockenhelmlampentaschenschlossreifen" * 200,
    "numbers": "1-2/3x" * 1_700,
    "amounts": "unter 1 bis 2 " * 700,
    "emoji": "👟🏃‍♀️🎉" * 1_000,
    "control characters": "".join(map(chr, range(32))) * 300 + "socks\x00\x1b[2J",
    "combining marks": "s" + "\u0301" * 9_000 + "ocks",
    "right to left": "\u202eskcos\u202c \u2066" * 800,
    "half a surrogate": "socks \ud800 \udfff",
    "query syntax": 'title:"socks"^9 AND (brand:* OR NOT price:[0 TO *]) ~ + - && || ! {} \\' * 60,
    "SQL": "' OR 1=1; DROP TABLE product; -- " * 200,
    "JSON of a filter": '{"$where": {"$gt": ""}, "$or": [{}]} ' * 200,
    "regex": "(a+)+$ (.*)*x [^ (?:" * 400,
    "regex bomb": "a" * 5_000 + "!" + " " * 4_000 + "€",
    "bomb of questions": "what " * 2_000,
    "bomb of German questions": "welche was für " * 700,
    "bomb of frames": "what brands " * 800 + "which what marken",
    "bomb of amounts": "between 1 and " * 700 + "x",
    "bomb of hyphens": "a-" * 5_000,
    "commas": "1,1" * 3_300,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_whatever_is_typed_costs_about_as_much_as_a_normal_query(demo: Retrieval, text: str) -> None:
    await demo.find(Query(NORMAL))
    normal = await cost(demo, NORMAL)
    assert await cost(demo, text) < 4 * normal + 0.02


async def cost(demo: Retrieval, text: str) -> float:
    """The median of what new texts like this one take of the processor: what was read once is remembered."""
    spent = []
    for number in range(3):
        started = time.process_time()
        found = await demo.find(Query(f"{text} {chr(ord('q') + number)}{number}", "de"))
        spent.append(time.process_time() - started)
        assert found.outcome in {
            "found",
            "relaxed",
            "filter_unknown",
            "category_not_carried",
            "out_of_reach",
            "nothing",
        }
        assert len(found.hits) <= found.total
    return statistics.median(spent)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_condition_is_only_unknown(demo: Retrieval, text: str) -> None:
    asked = Query("socks", category=text, brand=text, options={"color": text, text[:50]: "x"}, unwanted=(text,))
    found = await demo.find(asked)
    assert found.outcome in {"found", "relaxed", "filter_unknown", "category_not_carried", "nothing"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_so_many_words_and_no_more_are_looked_at(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    mend: Callable[..., list[tuple[str, float]]] = Vocabulary.near

    def near(self: Vocabulary, word: str) -> list[tuple[str, float]]:
        read.append(word)
        return mend(self, word)

    monkeypatch.setattr(Vocabulary, "near", near)
    vocabulary = {"en": Vocabulary("en", [["socks", "shoes"]])}
    assert len(Lexical(0, {"en": []}, vocabulary).match(text).words) <= language.MOST_WORDS
    assert len(read) <= language.MOST_WORDS
    assert len(language.clipped(text)) <= language.LONGEST_QUERY
    assert len(naming(language.clipped(text), ["en"]).words) <= language.LONGEST_QUERY
