"""The script that sets products side by side, only by what the shop states of each."""

import re
from functools import cache

from tresen.agent.planner.cues import labels, topics
from tresen.agent.planner.memory import Memory, Wish
from tresen.agent.planner.phrasing import clipped, overlap, sentences, told
from tresen.agent.planner.references import amount, places
from tresen.agent.planner.results import Detail, Product, detail, rows
from tresen.agent.planner.spelling import alike, fold, words
from tresen.agent.planner.transcript import Call
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.vocabulary import numbers, table

MOST_COMPARED = 3
BOTH = frozenset(words("beiden beide both two zwei"))
MOST_WORDS = 14  # of what is said of one product
_FIRST = re.compile(r"\b(?:ersten?|obersten?|first|top)\s+(beiden?|zwei|drei|vier|two|three|four|[2-4])\b", re.I)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def compare(wish: Wish, view: View) -> Script:
    """Say what the shop states of each product in question, and which one is ahead where numbers tell."""
    chosen = compared(wish.text, view.memory)
    (read,) = yield (Call("compare_products", {"product_ids": [each.id for each in chosen]}),)
    known = [found for row in rows(read.data.get("products")) if (found := detail(row))]
    if len(known) < 2:
        return Said(told("unavailable", view.locale))
    topic, more = aspect(wish.text)
    stated = [_row(each, topic) if topic not in ("", "about") else _summary(each) for each in known]
    if not any(stated):
        return Said(told("not-compared", view.locale), offer=Wish("human", wish.texts))
    told_rows = "; ".join(
        f"{each.product.title}: {row or told('not-told', view.locale)}" for each, row in zip(known, stated, strict=True)
    )
    return Said(f"{told('compared', view.locale, rows=told_rows)} {_ahead(known, topic, more, view)}".strip())


def compared(text: str, memory: Memory) -> tuple[Product, ...]:
    """The products a comparison is about: those named by their places, else the first ones shown."""
    shown = memory.shown
    if (first := _FIRST.search(text)) and (count := _count(first[1])) > 1:
        return shown[:count]
    named = [shown[place - 1] for place in places(text) if 0 < place <= len(shown)]
    return tuple(dict.fromkeys(named)) if len(named) > 1 else shown[:MOST_COMPARED]


def _count(said: str) -> int:
    return 2 if fold(said) in BOTH else numbers("cardinal").get(fold(said), 0) or int(said if said.isdigit() else 0)


def aspect(text: str) -> tuple[str, bool]:
    """What is compared, and whether more of it is better; an empty topic when nothing in particular is."""
    for topic, meant in _comparatives().items():
        for direction, said in meant.items():
            if said & set(words(text)):
                return topic, direction == "more"
    return next((topic for topic in topics(words(text)) if topic != "stock"), ""), True


def comparative(said: tuple[str, ...]) -> bool:
    """Whether any of the folded words compares."""
    return any(word in meant for by in _comparatives().values() for meant in by.values() for word in said)


def _row(known: Detail, topic: str) -> str:
    product = known.product
    if topic == "price":
        return product.price
    if topic in ("rating", "reviews"):
        return "" if product.rating is None else f"{product.rating:g} ★"
    wanted = [words(label) for label in labels(topic)]
    facts = [f"{label}: {text}" for label, text in known.facts if any(_same(words(label), each) for each in wanted)]
    if facts:
        return clipped(" ".join(sentences("; ".join(facts))), MOST_WORDS)
    about = [word for label in wanted for word in label if len(word) > 3]
    spoken = [piece for piece in sentences(known.description) if overlap(about, piece)]
    return clipped(spoken[0], MOST_WORDS) if spoken else ""


def _summary(known: Detail) -> str:
    stated = [known.product.price, _row(known, "rating"), *(_row(known, topic) for topic in ("weight", "season"))]
    return ", ".join(text for text in stated if text)


def _ahead(known: list[Detail], topic: str, more: bool, view: View) -> str:
    """Which one is ahead, when every one of them states a number for it."""
    valued = [(value, each) for each in known if (value := _value(each, topic)) is not None]
    if len(valued) < len(known) or len({value for value, _ in valued}) < 2:
        return ""
    _, best = (max if more else min)(valued, key=lambda pair: pair[0])
    return told(f"ahead-{topic}-{'more' if more else 'less'}", view.locale, title=best.product.title)


def _value(known: Detail, topic: str) -> float | None:
    if topic == "price":
        return amount(known.product.price)
    if topic == "rating":
        return known.product.rating
    found = _NUMBER.search(_row(known, topic)) if topic == "weight" else None
    return float(found[0].replace(",", ".")) if found else None


def _same(label: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return bool(label) and all(any(alike(each, word) for word in label) for each in wanted)


@cache
def _comparatives() -> dict[str, dict[str, frozenset[str]]]:
    return {
        topic: {way: frozenset(words(said)) for way, said in by.items()} for topic, by in table("comparisons").items()
    }
