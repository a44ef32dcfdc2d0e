"""Whether words occur in a text: case, umlauts, endings, compounds and figures written out do not matter."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from tresen.retrieval import language

_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")
_SHORTENED = re.compile(r"(?<=\w)['’](?:m|s|d|t|ll|re|ve)\b")  # the m of "I'm" is no size
_SIZES = frozenset("sml")
_LOCALES = ("de", "en")
_UNITS = frozenset({"eur", "euro", "euros", "grosse", "size", "gr", "cm"})  # said beside a figure, or left out
_NEGATIONS = frozenset(
    {"nicht", "kein", "keine", "keinen", "keiner", "ohne", "nie", "not", "no", "without", "never", "non", "don"}
)
_SHORTEST_PART = 4  # letters of a word that may be part of another
_LONGEST_ENDING = 3
_LONGEST_FIGURE = 5  # words: `nine hundred and ninety nine`
_BEFORE = 3  # words between a negation and what it denies
_DE = language.spoken(
    "null ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn "
    "achtzehn neunzehn"
)
_EN = language.spoken(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_DE_TENS = language.spoken("zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig")
_EN_TENS = language.spoken("twenty thirty forty fifty sixty seventy eighty ninety")


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[str, ...]:
    """The folded words and figures of a text, in order; `zweiundvierzig` is `42`, `42,5` is `42.5`."""
    said = _TOKEN.findall(_COMMA.sub(".", _SHORTENED.sub("", language.fold(text)).replace("-", " ")))
    found, at, (figures, first) = [], 0, _figures()
    while at < len(said):
        longest = min(_LONGEST_FIGURE, len(said) - at) if said[at] in first else 0
        names = ((length, " ".join(said[at : at + length])) for length in range(longest, 0, -1))
        length, figure = next(((length, figures[name]) for length, name in names if name in figures), (1, said[at]))
        found.append(figure)
        at += length
    return tuple(found)


def occurs(value: str, text: str) -> bool:
    """Whether everything that `value` says is said in `text`; what says nothing occurs nowhere."""
    said, wanted = tokens(text), significant(value)
    return bool(wanted) and all(any(same(word, each) for each in said) for word in wanted)


def contained(value: str, text: str) -> bool:
    """Whether everything that `value` says is said in `text`, be it within a compound: `Schuh` in `Schuhgröße`."""
    said, wanted = tokens(text), significant(value)
    return bool(wanted) and all(any(same(word, each) or _part(word) in each for each in said) for word in wanted)


def stated(value: str, text: str) -> bool:
    """Whether a text says `value` of something, and does not deny it."""
    said = tokens(text)
    return bool(wanted := significant(value)) and all(_unopposed(word, said) for word in wanted)


def significant(text: str) -> list[str]:
    """The words and figures of a text that say something."""
    quiet = language.silent("de") | language.silent("en") | _UNITS
    found = tokens(text)
    return [word for word in found if word in _SIZES or word.isdigit() or (len(word) > 1 and word not in quiet)]


@lru_cache(maxsize=65536)
def same(word: str, other: str) -> bool:
    """Whether two folded words are one word: inflected, or the second one a compound that ends in the first."""
    if word == other:
        return True
    if not (word.isalpha() and other.isalpha()) or min(len(word), len(other)) < _SHORTEST_PART:
        return False
    if any(language.stem(word, locale) == language.stem(other, locale) for locale in _LOCALES):
        return True
    short, long = sorted((word, other), key=len)
    if long.startswith(short) and len(long) - len(short) <= _LONGEST_ENDING:
        return True
    return any(other.endswith(part) for part in {word, language.stem(word, "de")} if len(part) >= _SHORTEST_PART)


def _part(word: str) -> str:
    stem = language.stem(word, "de")
    return stem if len(stem) >= _SHORTEST_PART else f" {word}"  # a short one is within no other


def _unopposed(word: str, said: Sequence[str]) -> bool:
    places = [at for at, each in enumerate(said) if same(word, each)]
    return any(not _NEGATIONS & set(said[max(0, at - _BEFORE) : at]) for at in places)


@cache
def _figures() -> tuple[dict[str, str], frozenset[str]]:
    """Numbers in words, folded, and the words that they begin with; `ein` and `one` alone are no figures."""
    found: dict[str, str] = {}
    for number in range(2, 1000):
        german, english = _german(number), _english(number)
        names = [german, english, english.replace(" and ", " ")]
        if number // 100 == 1:  # a hundred
            names += [german.removeprefix("ein"), *(each.removeprefix("one ") for each in names[1:])]
        found |= dict.fromkeys(names, str(number))
    return found, frozenset(name.split()[0] for name in found)


def _german(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if hundreds:
        return f"{_DE[hundreds]}hundert{_german(rest) if rest else ''}"
    if number < len(_DE):
        return _DE[number]
    tens, unit = divmod(number, 10)
    return f"{_DE[unit]}und{_DE_TENS[tens - 2]}" if unit else _DE_TENS[tens - 2]


def _english(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if hundreds:
        return f"{_EN[hundreds]} hundred{f' and {_english(rest)}' if rest else ''}"
    if number < len(_EN):
        return _EN[number]
    tens, unit = divmod(number, 10)
    return f"{_EN_TENS[tens - 2]} {_EN[unit]}" if unit else _EN_TENS[tens - 2]
