"""How near a fact stands to a claim, by the words around both."""

import re
from dataclasses import dataclass, field
from math import log

from tresen.agent.grounding.facts import Sheet, Told
from tresen.agent.grounding.reading.numbers import parse
from tresen.agent.grounding.reading.stems import stems

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_MARGIN = 1.15
_SLACK = 0.3
_CHOICE = 5.0
# Words of which one excludes the others: a day, a country, a size.
_GROUPS = [
    [frozenset((each,)) for each in group]
    for group in (
        [f"@day{at}" for at in range(7)],
        ["@austria", "@germany", "@abroad"],
        ["@statutory", "@guarantee"],
        ["@withdrawal", "@return"],
        ["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"],
    )
]
_OF_TWO = [frozenset(("@small",)), frozenset(("@large",))]  # said of one clause alone: "the large one does twice that"
_SIZES = frozenset(("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"))
_SENTENCE = 0.4  # a word of the sentence counts so much of one of the clause


@dataclass
class Nearness:
    """Measures facts against the words of one claim: its clause (`near`) and its sentence (`far`)."""

    near: frozenset[str]
    far: frozenset[str]
    pool: list[Told]
    sheet: Sheet
    _rarity: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rarity = _rarity(self.pool)
        self._groups = [*_GROUPS, _OF_TWO, *_choices(self.sheet)]
        self._ends = _ends(self.sheet)

    def of(self, told: Told) -> float:
        """What the words share, and what they name of things that exclude each other."""
        near, far, alike = self._parts(told)
        return near + _SENTENCE * far + _CHOICE * alike

    def contradicts(self, told: Told, bearing: list[Told], bound: bool = False) -> bool:
        """Whether a fact stands nearer to the claim than all that bear it out; a like `bound` only by its own choice.

        Words of other clauses decide nothing alone: the claim's own clause or a choice must tell the facts apart.
        """
        parts = [self._parts(each) for each in bearing]
        near, _, alike = self._parts(told)
        if bound:
            return max(part[2] for part in parts) < 0
        if not _more(self.of(told), max(self.of(each) for each in bearing)):
            return False
        return _more(near, max(part[0] for part in parts)) or alike > max(part[2] for part in parts)

    def _parts(self, told: Told) -> tuple[float, float, float]:
        said = told.near | {size for value, size in self._ends if value in told.near}
        alike = sum(
            _alike(group, self.near, said, told.line)
            or (_alike(group, self.far, said, told.line) / 2 if group is not _OF_TWO else 0)
            for group in self._groups
        )
        near = sum(self._rarity[word] * told.weight(word) for word in self.near if word in self._rarity)
        far = sum(self._rarity[word] * told.weight(word) for word in self.far - self.near if word in self._rarity)
        return near, far, alike


def _more(one: float, other: float) -> bool:
    return one > max(other, other * _MARGIN) + _SLACK


def _rarity(pool: list[Told]) -> dict[str, float]:
    """How telling each word of the facts is: one that stands around all of them tells nothing."""
    counted: dict[str, int] = {}
    for each in pool:
        for word in each.near | each.line | each.far:
            counted[word] = counted.get(word, 0) + 1
    for word in {word for each in pool for word in each.wide} - set(counted):
        counted[word] = sum(word in each.wide for each in pool)
    return {word: log((len(pool) + 0.2) / count) * _telling(word) for word, count in counted.items()}


def _telling(word: str) -> float:
    """What a word is about tells more than the word; days, numbers and sizes tell facts apart best."""
    if word.startswith(("@day", "@date")):
        return 3.0
    if word[0] == "@":
        return 1.5
    return 3.0 if word[0].isdigit() or word in _SIZES else 1.0


def _choices(sheet: Sheet) -> list[list[frozenset[str]]]:
    """The values of each option, without the words that they share: `2600`, `5200` of "2600 mAh", "5200 mAh"."""
    groups = []
    for options in sheet.options.values():
        for values in options.values():
            worded = [frozenset(stems(value)) for value in values]
            shared = frozenset.intersection(*worded) if len(worded) > 1 else frozenset[str]()
            groups.append([each - shared for each in worded if each - shared])
    return [group for group in groups if len(group) > 1]


def _alike(group: list[frozenset[str]], said: frozenset[str], near: frozenset[str], line: frozenset[str]) -> int:
    """1 where a claim and a fact name the same of things that exclude each other, -1 where they name others."""
    mine = [each for each in group if each <= said]
    if not mine:
        return 0
    theirs = [each for each in group if each <= near] or [each for each in group if each <= line]
    if not theirs:
        return 0
    return 1 if any(each in theirs for each in mine) else -1


def _ends(sheet: Sheet) -> list[tuple[str, str]]:
    """The largest and the smallest value of each option, as what "the large one" and "the small one" mean."""
    found = []
    for options in sheet.options.values():
        for values in options.values():
            numbered = {parse(match[0]): match[0] for value in values if (match := _NUMBER.match(value))}
            if len(numbered) > 1 and len(numbered) == len(values):
                found += [(numbered[max(numbered)], "@large"), (numbered[min(numbered)], "@small")]
    return found
