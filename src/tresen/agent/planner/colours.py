"""Colours in both languages: what was named, what a shop calls it, and which shades belong to it."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from tresen.agent.planner.spelling import alike, fold, terms, words
from tresen.agent.planner.vocabulary import LOCALES, empty_words, table

_PREFIX = re.compile(r"^(?:hell|dunkel|light|dark|neon|pale)$")


@dataclass(frozen=True)
class Colour:
    """A colour of the vocabulary. `family` is the plain colour of a shade, else its own key."""

    key: str
    family: str
    said: str = ""

    def name(self, locale: str) -> str:
        """As a shop writes it: German capitalised, English lower case."""
        entry = table("colours")[self.key]
        first = str(entry["de" if locale == "de" else "en"][0])
        return first.capitalize() if locale == "de" else first


@lru_cache(maxsize=4096)
def colours_in(text: str) -> tuple[Colour, ...]:
    """The colours named in a text, in order."""
    said = words(text)
    found: list[Colour] = []
    place = 0
    while place < len(said):
        for length in (2, 1):
            if colour := _known(said[place : place + length]):
                found.append(colour)
                place += length - 1
                break
        place += 1
    return tuple(found)


def without_colours(text: str) -> str:
    """The text without the words that name a colour."""
    named = {word for colour in colours_in(text) for word in colour.said.split()}
    return " ".join(term for term in re.split(r"\s+", text) if not _only(term, named))


def suits(value: str, wanted: Colour) -> bool:
    """Whether a shop's colour value is the wanted colour, in whichever language it is written."""
    return any(each.key == wanted.key for each in colours_in(value)) or fold(value) == fold(wanted.said)


def related(value: str, wanted: Colour) -> bool:
    """Whether a shop's colour value is a shade of the wanted colour."""
    return any(each.family == wanted.family for each in colours_in(value))


def _only(term: str, named: set[str]) -> bool:
    said = [word for part in terms(term) for word in words(part)]
    return bool(said) and all(word in named for word in said)


def _known(said: tuple[str, ...]) -> Colour | None:
    phrase = " ".join(said)
    forms = _forms()
    if phrase in forms:
        key = forms[phrase]
    elif (
        len(said) == 1
        and len(phrase) > 5
        and phrase not in empty_words()
        and (near := [form for form in forms if len(form) > 4 and alike(form, phrase)])
    ):
        key = forms[near[0]]
    else:
        return None
    return Colour(key, str(table("colours")[key].get("of", key)), phrase)


@cache
def _forms() -> dict[str, str]:
    """Every inflected form of every colour name to its key."""
    found: dict[str, str] = {}
    for key, entry in table("colours").items():
        for locale in LOCALES:
            for name in entry[locale]:
                said = " ".join(words(name))
                endings = ("", "e", "er", "es", "en", "em") if locale == "de" else ("", "s")
                found |= {fold(said + ending): key for ending in endings if fold(said + ending) not in found}
    return found
