"""Properties that a shop tells with yes or no, found in prose by their labels; and marks such as IPX6 or EN 1078."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tresen.agent.grounding.reading.stems import stem, words

_MARK = re.compile(r"\b(?:IP[X\d]\d|(?:EN|ISO|DIN)[\s-]?\d{3,5}|(?:UPF|LSF|SPF)[\s-]?\d{2})\b")
YES, NO = frozenset(("ja", "yes")), frozenset(("nein", "no"))
_SHORT, _ENDING = 4, 2  # letters that a word has to share with a label at least, and may lack of it


@dataclass(frozen=True)
class Property:
    """A place that names a property, by the label that the shop has for it, or a mark."""

    label: str
    start: int
    end: int


def marks(text: str) -> Iterator[Property]:
    """Classes and standards, without blanks."""
    for match in _MARK.finditer(text):
        yield Property(re.sub(r"[\s-]", "", match[0]).upper(), *match.span())


def properties(text: str, labels: Iterable[str]) -> Iterator[Property]:
    """The places where one of the labels is said, whatever its ending."""
    said = words(text)
    for label in labels:
        wanted = [stem(word) for word, _, _ in words(label)]
        for at in range(len(said) - len(wanted) + 1 if wanted else 0):
            if all(_same(word, each) for (word, _, _), each in zip(said[at:], wanted, strict=False)):
                yield Property(label, said[at][1], said[at + len(wanted) - 1][2])


def _same(word: str, wanted: str) -> bool:
    least = max(_SHORT, len(wanted) - _ENDING)
    return len(wanted) >= _SHORT and stem(word)[:least] == wanted[:least]
