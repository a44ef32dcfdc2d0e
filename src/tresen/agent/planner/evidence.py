"""Which sentences of a shop answer a question, and whether any of them does."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from tresen.agent.planner.cues import Phrase, labels, phrases_of, topics
from tresen.agent.planner.phrasing import overlap, sentences, speaks_of
from tresen.agent.planner.results import Detail
from tresen.agent.planner.spelling import alike, fold, words
from tresen.agent.planner.vocabulary import numbers, table

ENOUGH = 0.5  # more than that of what was asked has to be spoken of, or nothing was answered
NEAR = 0.8  # of the best one: what else is said; under the same label, half of what was asked is enough
MEASURED = 1.5  # words that a number with the right unit is worth
LABELLED = 1.5  # and a label that belongs to what was asked
IDLE = frozenset(
    words("enthält enthalten drin besteht steckt contain contains include includes come comes made use uses used")
)
_UNIT = re.compile(r"^(.*?)\s*\(([^()]{1,6})\)$")
_COUNTED = re.compile(
    r"\b(?:how\s+(?:many|much)|wie\s*viele?)\s+(?:\w+\s+of\s+|(?:gramm|kilo|milligramm|prozent|liter)\s+)?([^\W\d_]+)",
    re.I,
)
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True)
class Piece:
    """A sentence, and the label or heading that it stands under."""

    text: str
    about: str = ""

    @property
    def said(self) -> str:
        return f"{self.about}: {self.text}" if self.about else self.text


@dataclass(frozen=True)
class Sought:
    """What a question asks for: its own words, what is measured, and the topics whose labels tell it."""

    words: tuple[str, ...]
    measures: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    head: str = ""  # what there is so and so much of
    said: tuple[str, ...] = ()  # its words with those by which it is measured


def sought(text: str, own: Iterable[str]) -> Sought:
    """What a text asks for; `own` are its content words without those that only name the product."""
    said, own = words(text), tuple(own)
    measures = tuple(name for name, asked in _measures().items() if any(each.within(said) for each in asked))
    units = {unit for entry in table("measures").values() for unit in entry["units"]}
    asking = {word for name in measures for phrase in _measures()[name] for step in phrase.steps for word in step}
    bare = {word.strip("*=") for word in asking}
    kept = tuple(word for word in dict.fromkeys(own) if word not in units | IDLE and not _asks(word, bare))
    counted = _COUNTED.search(text)
    head = fold(counted[1]) if counted and fold(counted[1]) in kept else ""
    return Sought(kept, measures, tuple(topic for topic in topics(said) if labels(topic)), head, tuple(own))


def pieces_of(known: Detail) -> list[Piece]:
    """Everything a shop states of a product, a number with its unit beside it."""
    stated = [Piece(text) for text in sentences(known.description)]
    for label, value in known.facts:
        unit = _UNIT.match(label)
        if unit and _FIGURE.search(value):
            stated.append(Piece(f"{value} {unit[2]}", unit[1]))
        else:
            stated += [Piece(text, label) for text in sentences(value)]
    return stated


def best(asked: Sought, pieces: Sequence[Piece], most: int = 2) -> tuple[Piece, ...]:
    """The pieces that answer, the best first; none when the shop does not say."""
    scored = sorted(((share(asked, each), -place) for place, each in enumerate(pieces)), reverse=True)
    if not scored or scored[0][0] <= ENOUGH:
        return ()
    first = pieces[-scored[0][1]]
    kept = [
        pieces[-place]
        for found, place in scored
        if found > max(ENOUGH, NEAR * scored[0][0]) or (found >= ENOUGH and pieces[-place].about == first.about != "")
    ]
    return tuple(kept[:most])


def share(asked: Sought, piece: Piece) -> float:
    """How much of what was asked a piece speaks of; 0 when the measure that was asked for is not in it."""
    held = bool(asked.measures) and any(_holds(piece.text, name) for name in asked.measures)
    if asked.measures and not held:
        return 0.0
    labelled = any(same_label(piece.about, label) for topic in asked.topics for label in labels(topic))
    labelled = labelled or (held and overlap(asked.said, piece.about) > 0)
    spoken = overlap(asked.words, f"{piece.about} {piece.text}")
    if (asked.words and not (spoken or labelled)) or (asked.head and not overlap([asked.head], piece.said)):
        return 0.0
    told = LABELLED * bool(asked.topics and not asked.measures)
    whole = len(asked.words) + MEASURED * bool(asked.measures) + told
    return (spoken + MEASURED * held + LABELLED * labelled) / whole if whole else 0.0


def unspoken(terms: Iterable[str], texts: Iterable[str]) -> list[str]:
    """The terms that no text speaks of."""
    said = words(" ".join(texts))
    return [term for term in terms if not any(speaks_of(word, said) for word in words(term))]


def _asks(word: str, bare: set[str]) -> bool:
    return any(word == each or alike(word, each) for each in bare if len(each) > 3)


def same_label(label: str, wanted: str) -> bool:
    """Whether a label of a shop says all that is wanted of it."""
    said = words(label)
    return bool(said) and all(any(alike(each, word) for word in said) for each in words(wanted))


def _holds(text: str, measure: str) -> bool:
    return _amounts(measure).search(fold(text)) is not None


@cache
def _measures() -> dict[str, tuple[Phrase, ...]]:
    return {name: phrases_of(entry["ask"]) for name, entry in table("measures").items()}


@cache
def _amounts(measure: str) -> re.Pattern[str]:
    """A number, in digits or as a word, with one of the units of a measure."""
    units = "|".join(re.escape(unit) for unit in sorted(table("measures")[measure]["units"], key=len, reverse=True))
    counted = "|".join(sorted(numbers("cardinal"), key=len, reverse=True))
    return re.compile(
        rf"(?:\d|\b(?:{counted})\b)[\d.,–-]*(?:\s*(?:bis|to|und|and)\s*\d+)?\s*-?(?:{units})(?![a-zäöüß])"
    )
