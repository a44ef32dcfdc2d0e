"""Recognises phrases: what a message is about, told by the words in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from tresen.agent.planner.spelling import alike, begins, fold, stem
from tresen.agent.planner.vocabulary import LOCALES, empty_words, table

_ZU = re.compile(r"^(zuruck|um|ab|an|auf|aus|ein|vor|nach|los|weg|mit)zu(\w{4,})$")
GAP = 3  # words that may stand between two steps of a phrase


@dataclass(frozen=True)
class Phrase:
    """Steps in order; each step is a choice of words, and a trailing `*` means "begins with"."""

    steps: tuple[tuple[str, ...], ...]
    at_start: bool = False
    at_end: bool = False

    def within(self, said: tuple[str, ...]) -> bool:
        starts = range(1) if self.at_start else range(len(said))
        return any(self._from(said, start, 0) for start in starts)

    def _from(self, said: tuple[str, ...], place: int, step: int) -> bool:
        """Whether steps from `step` on are found, the first of them exactly at `place`."""
        if place >= len(said) or not _taken(said[place], self.steps[step]):
            return False
        if step + 1 == len(self.steps):
            return not self.at_end or place + 1 == len(said)
        return any(self._from(said, after, step + 1) for after in range(place + 1, place + GAP + 2))


@lru_cache(maxsize=2048)
def intents(said: tuple[str, ...]) -> frozenset[str]:
    """The intents whose phrases occur in the folded words; `umzutauschen` counts as `umtauschen`."""
    said = tuple(_ZU.sub(r"\1\2", word) for word in said)
    return frozenset(name for name, phrases in _intents().items() if any(each.within(said) for each in phrases))


@lru_cache(maxsize=2048)
def topics(said: tuple[str, ...]) -> tuple[str, ...]:
    """What a question about a product asks for, in the order of the vocabulary."""
    return tuple(name for name, phrases in _topics().items() if any(each.within(said) for each in phrases))


@dataclass(frozen=True)
class Rule:
    """A rule of a shop that shoppers ask for, see `vocabulary/policies.toml`."""

    name: str
    names: tuple[str, ...]

    def words(self, locale: str, how_long: bool) -> tuple[str, ...]:
        """The words by which documents speak of it."""
        entry, language = table("policies")[self.name], locale if locale in LOCALES else "en"
        return tuple(entry["how_long"][language] if how_long else entry[language])


@lru_cache(maxsize=1024)
def rules(said: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules that folded words ask for."""
    said = tuple(_ZU.sub(r"\1\2", word) for word in said)
    named = (name for name, phrases in _rules().items() if any(each.within(said) for each in phrases))
    return tuple(Rule(name, tuple(table("policies")[name]["names"])) for name in named)


@lru_cache(maxsize=16384)
def asks_rule(word: str) -> bool:
    """Whether a folded word alone asks for one of the rules that every shop has."""
    sure = (rows for name, rows in _rules().items() if not table("policies")[name].get("perhaps"))
    steps = (each.steps[0] for rows in sure for each in rows if len(each.steps) == 1)
    return any(_taken(word, step) for step in steps)


@lru_cache(maxsize=16384)
def spoken_of(word: str) -> bool:
    """Whether a folded word is one of a cue, letter by letter."""
    whole, starts = _cue_words()
    return word in whole or stem(word) in whole or any(word.startswith(start) for start in starts)


@cache
def _cue_words() -> tuple[frozenset[str], tuple[str, ...]]:
    phrases = [each for by in (_intents(), _topics(), _rules()) for rows in by.values() for each in rows]
    said = {word for phrase in phrases for step in phrase.steps for word in step}
    starts = {word.strip("*=") for word in said if "*" in word}
    return frozenset(word.strip("=") for word in said if "*" not in word), tuple(s for s in starts if len(s) > 4)


def labels(topic: str) -> tuple[str, ...]:
    """The labels under which a shop may state a topic."""
    return tuple(table("topics").get(topic, {}).get("labels", ()))


@cache
def _intents() -> dict[str, tuple[Phrase, ...]]:
    return {name: phrases_of(text for loc in LOCALES for text in by[loc]) for name, by in table("intents").items()}


@cache
def _topics() -> dict[str, tuple[Phrase, ...]]:
    return {name: phrases_of(topic["ask"]) for name, topic in table("topics").items()}


@cache
def _rules() -> dict[str, tuple[Phrase, ...]]:
    return {name: phrases_of(rule["ask"]) for name, rule in table("policies").items()}


def phrases_of(texts: Iterable[str]) -> tuple[Phrase, ...]:
    """Phrases as the vocabulary spells them."""
    return tuple(_phrase(text) for text in texts)


def _phrase(text: str) -> Phrase:
    bare = text.removeprefix("^").removesuffix("$")
    steps = tuple(tuple(fold(word) for word in step.split("|")) for step in bare.split())
    return Phrase(steps, text.startswith("^"), text.endswith("$"))


@lru_cache(maxsize=131072)
def _taken(word: str, step: tuple[str, ...]) -> bool:
    """Whether a word is one of the choices of a step."""
    return any(_means(word, wanted) for wanted in step)


@lru_cache(maxsize=65536)
def _means(word: str, wanted: str) -> bool:
    if wanted.startswith("*"):
        return wanted.strip("*") in word
    if wanted.startswith("="):
        return word == wanted[1:]
    if word in empty_words():  # a known little word is no slip of another
        return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
    if wanted.endswith("*"):
        return begins(word, wanted[:-1])
    return word == wanted or (len(wanted) > 5 and alike(word, wanted))
