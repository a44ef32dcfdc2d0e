"""A small language for phrases, compiled once: what a message says, told by the stems of its words.

a|b      either word                 wor*  *ort  *or*   a word that begins, ends or goes on so
a|b?     may be missing              a_b      these words, one after the other
<name>   one of the words of that class
..  ...  ....   up to 3, up to 8 other words, up to 24 also beyond the end of a sentence
^  $     the beginning and the end of a sentence
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from tresen.agent.planner.spelling import fold, slips

LONGEST = 2_000  # letters of a message that are read
END = "/"
_TOKEN = re.compile(r"[^\W_]+|[.!?;:\n]+|,")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_SHORT = (
    (re.compile(r"\bcan['’]?t\b"), "can not"),
    (re.compile(r"\bwon['’]?t\b"), "will not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|would|could|should|have|has)n['’]?t\b"), r"\1 not"),
    (re.compile(r"\bain['’]?t\b"), "is not"),
    (re.compile(r"\bi['’]m\b"), "i am"),
    (re.compile(r"['’]re\b"), " are"),
    (re.compile(r"['’]ve\b"), " have"),
    (re.compile(r"['’]ll\b"), " will"),
    (re.compile(r"['’]d\b"), " d"),
)
_GAPS = {"..": r"(?:[\w,]+ ){0,3}", "...": r"(?:[\w,]+ ){0,8}", "....": r"(?:[\w,/]+ ){0,24}"}


@dataclass(frozen=True)
class Phrases:
    """Phrases that tell something, unless the same sentence holds one of `unless`."""

    found: re.Pattern[str]
    unless: re.Pattern[str] | None = None

    def within(self, said: str) -> bool:
        """Whether a text, as `said` makes it, holds one of the phrases."""
        return any(not self._excused(said, match.end()) for match in self.found.finditer(said))

    def _excused(self, said: str, end: int) -> bool:
        if self.unless is None:
            return False
        begins, ends = said.rfind(END, 0, end - 1), said.find(END, end - 1)
        sentence = said[max(begins, 0) : ends + 1 if ends >= 0 else len(said)]
        return self.unless.search(f" {sentence.strip(f' {END}')} ") is not None


@lru_cache(maxsize=256)
def said(text: str) -> str:
    """The folded words of a text in a row, its sentences parted by `/`."""
    plain = text[:LONGEST].casefold()
    for short, whole in _SHORT:
        plain = short.sub(whole, plain)
    tokens = _TOKEN.findall(fold(_STRETCHED.sub(r"\1", plain)))
    return f" {' '.join(each if each == ',' or each[0].isalnum() else END for each in map(_mended, tokens))} "


@cache
def table(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))


@cache
def phrases(table_name: str, name: str) -> Phrases:
    """The phrases of one entry of a table, with those that excuse it."""
    read = table(table_name)
    entry: Mapping[str, list[str]] = read[name]
    classes: Mapping[str, str] = table("classes")["words"]
    return Phrases(_compiled(entry["say"], classes), _compiled(entry.get("unless", []), classes, within_clause=True))


def _compiled(rows: Iterable[str], classes: Mapping[str, str], within_clause: bool = False) -> Any:
    found = [_row(row, classes) for row in rows]
    both = "|".join(found)
    if within_clause:
        both = both.replace(r"[\w,]", r"\w")
    return re.compile(both) if found else None


def _row(row: str, classes: Mapping[str, str]) -> str:
    return "(?<= )" + "".join(_step(step, classes) for step in row.split())


def _step(step: str, classes: Mapping[str, str]) -> str:
    if step in _GAPS:
        return _GAPS[step]
    if step == "^":
        return r"(?<![\w,] )"
    words = [word for choice in step.removesuffix("?").split("|") for word in _choice(choice, classes)]
    either = "|".join(r"(?=/|\Z)" if word == "$" else _word(word) for word in words)
    return f"(?:{either}){'?' if step.endswith('?') else ''}"


def _word(word: str) -> str:
    return f"{fold(word.replace('_', ' ').replace('-', ' '))} ".replace("*", r"\w*")


def _choice(choice: str, classes: Mapping[str, str]) -> list[str]:
    if not choice.startswith("<"):
        return [choice]
    return [each for word in classes[choice.strip("<>")].split() for each in _choice(word, classes)]


@lru_cache(maxsize=16384)
def _mended(word: str) -> str:
    """A word with one slip of the pen, where it is one of the few that matter most."""
    if len(word) < 5 or word in _known():
        return word
    near = (each for each in _keywords() if each[0] == word[0] and abs(len(each) - len(word)) < 2)
    return next((each for each in near if slips(each, word) == 1), word)


@cache
def _keywords() -> tuple[str, ...]:
    return tuple(fold(word) for word in table("classes")["keywords"]["words"].split())


@cache
def _known() -> frozenset[str]:
    """Every word that some phrase names: none of them is a slip of another."""
    texts = (str(table(name)) for name in ("classes", "alarms", "tones"))
    return frozenset(_TOKEN.findall(fold(" ".join(texts))))
