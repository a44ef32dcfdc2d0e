"""Compares words as a listener does: case, umlauts, endings and slips of the pen do not matter."""

import re
import unicodedata
from functools import lru_cache

_ENDING = re.compile(r"(?:ern|en|er|es|em|e|n|(?<!s)s)$")
_WORD = re.compile(r"[^\W_]+")
_TERM = re.compile(r"[^\W_]+(?:[-'’&.][^\W_]+)*")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """One spelling for `Größe`, `Groesse` and `grosse`; only good for comparing."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("ß", "ss")
    return plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text; a hyphen separates."""
    return tuple(_WORD.findall(fold(text)))


def terms(text: str) -> list[str]:
    """The words as written; a hyphen or an apostrophe binds."""
    return _TERM.findall(text)


def stem(word: str) -> str:
    """A folded word without its ending: `socken`, `socks` -> `sock`."""
    return _ENDING.sub("", word) if len(word) > 3 else word


@lru_cache(maxsize=32768)
def alike(one: str, other: str) -> bool:
    """Whether two folded words mean the same word, allowing for endings and one or two slips."""
    if one == other or stem(one) == stem(other):
        return True
    return one[:1] == other[:1] and slips(one, other) <= _allowed(max(len(one), len(other)))


@lru_cache(maxsize=32768)
def begins(word: str, start: str) -> bool:
    """Whether a folded word begins with `start`, allowing for a slip in a long one."""
    if word.startswith(start):
        return True
    if word[:1] != start[:1] or len(start) < 7 or len(word) < len(start) - 1:
        return False
    return slips(word[: len(start)], start) <= 1


def _allowed(length: int) -> int:
    if length < 5 or length > 40:
        return 0
    return 1 if length < 12 else 2


def slips(one: str, other: str) -> int:
    """How many letters are wrong, missing, extra or swapped with their neighbour; 3 means "many"."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        before, last = last, now
    return min(last[-1], 3)
