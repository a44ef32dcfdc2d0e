"""Mends slips of the pen before anything is understood: a word nobody knows becomes the known one it must be."""

import re
from functools import lru_cache

from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.cues import spoken_of
from tresen.agent.planner.spelling import fold, slips, stem, words
from tresen.agent.planner.vocabulary import (
    LOCALES,
    circumstances,
    common_words,
    empty_words,
    function_words,
    generic_words,
    numbers,
    table,
)

_WORD = re.compile(r"[^\W\d_]+")
_KEYS = ("qwertzuiop", "asdfghjkl", "yxcvbnm", "qwertyuiop", "zxcvbnm")
VOWELS = frozenset("aeiouy")
SHORT, LONG = 5, 9  # below the first only swapped letters are mended, from the second on two slips


def mended(text: str, catalog: Catalog) -> str:
    """The text with its unknown words put right where only one little slip stands between them and a known one."""
    return _WORD.sub(lambda match: _mended(match[0], catalog), text)


@lru_cache(maxsize=16384)
def _mended(term: str, catalog: Catalog) -> str:
    word = fold(term)
    known, stems, goods = _lexicon(catalog)
    if len(word) < 3 or len(word) > 24 or word in known or stem(word) in stems:
        return term
    if spoken := _spoken_ending(word, known):
        return spoken
    if swapped := next((each for each in sorted(known) if len(word) >= SHORT and _swapped(word, each)), ""):
        return swapped
    if _compound(word, goods) or spoken_of(word):
        return term
    near = [(cost, -len(other), other) for other in known if (cost := _cost(word, other)) is not None]
    return min(near)[2] if near else term


def _spoken_ending(word: str, known: frozenset[str]) -> str:
    """`lookin` for `looking`, and the southern `-a` for `-en`."""
    written = [f"{word}g"] if word.endswith("in") else [f"{word[:-1]}en", f"{word[:-1]}e"] if word.endswith("a") else []
    written = [each for each in written if len(word) > 4] + [word.replace("oi", "ei")] * ("oi" in word)
    return next((each for each in written if each in known), "")


def _cost(word: str, other: str) -> int | None:
    """How far a word is from a known one; None when it is too far to be a slip of it."""
    if abs(len(word) - len(other)) > 1 + (len(word) >= LONG) or len(other) < 3:
        return None
    if _swapped(word, other):
        return 1 if len(word) > 3 or other in _little() else None
    if word[0] != other[0] or (len(other) < LONG - 1 and other in _small_talk()):
        return None
    if len(word) < SHORT:
        return 1 if len(other) == len(word) + 1 and re.sub(r"(.)\1", r"\1", other) == word else None
    if len(other) < SHORT:
        return None
    distance = slips(word, other)
    if distance == 1 and (len(word) != len(other) or _near_keys(word, other)):
        return 2
    return 3 if distance == 2 and len(word) >= LONG and len(other) >= LONG else None


def _swapped(word: str, other: str) -> bool:
    """Whether two neighbouring letters changed places and nothing else is wrong."""
    if len(word) != len(other):
        return False
    wrong = [place for place, (one, two) in enumerate(zip(word, other, strict=True)) if one != two]
    if len(wrong) != 2 or wrong[1] != wrong[0] + 1:
        return False
    return word[wrong[0]] == other[wrong[1]] and word[wrong[1]] == other[wrong[0]]


def _near_keys(word: str, other: str) -> bool:
    """Whether the one wrong letter lies beside the right one, or both are vowels."""
    pairs = [(one, two) for one, two in zip(word, other, strict=True) if one != two]
    return all({*pair} <= VOWELS or any(_beside(*pair, row) for row in _KEYS) for pair in pairs)


def _beside(one: str, two: str, row: str) -> bool:
    return one in row and two in row and abs(row.index(one) - row.index(two)) == 1


def _compound(word: str, goods: frozenset[str]) -> bool:
    """`Regenjacke`, `Licht`: ends in a word of the catalog, or is the end of one."""
    form = stem(word)
    longer = any(len(form) - len(known) > 2 and form.endswith(known) for known in goods if len(known) > 3)
    return longer or (len(form) > 3 and any(len(known) - len(form) > 2 and known.endswith(form) for known in goods))


@lru_cache(maxsize=16)
def _lexicon(catalog: Catalog) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The words that are known, their stems, and the stems of those that belong to the catalog."""
    named = [label for category in catalog.categories for label in category.labels]
    named += [name for attribute in catalog.attributes for value in attribute.values for name in value]
    named += [*catalog.brands, *(flag.replace("_", " ") for flag in catalog.flags)]
    goods = {word for text in named for word in words(text) if word.isalpha() and len(word) > 2} - empty_words()
    colours = [name for entry in table("colours").values() for locale in LOCALES for name in entry[locale]]
    known = goods | {word for text in colours for word in words(text) if word.isalpha() and len(word) > 2}
    known |= {word for word in (*numbers("cardinal"), *numbers("ordinal")) if word.isalpha()}
    known |= {word for text in colours for word in text.casefold().split() if word.isascii()}  # as written: `blue`
    known |= empty_words() | common_words() | generic_words() | circumstances()
    stems = frozenset(stem(word) for word in known if len(word) > 3)
    return frozenset(known), stems, frozenset(stem(word) for word in goods if len(word) > 3)


@lru_cache(maxsize=1)
def _small_talk() -> frozenset[str]:
    """Words that too many others look like: only swapped letters make one of them."""
    return empty_words() - common_words() - frozenset(numbers("cardinal"))


@lru_cache(maxsize=1)
def _little() -> frozenset[str]:
    return frozenset().union(*(function_words(locale) for locale in LOCALES))
