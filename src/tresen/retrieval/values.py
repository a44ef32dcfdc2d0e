"""How a wished value meets the values of a catalog: `Blau`, `blaue`, `41` in `39-42`, `M` in `M (55-59 cm)`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import language
from tresen.retrieval.language import fold
from tresen.retrieval.vocabulary import distance

Rows = NDArray[np.int32]

_YES = ("true", "yes", "ja", "1")
_NO = ("false", "no", "nein", "0")
_MOST_SHADES, _SHORTEST_STEMMED = 200, 3
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
# The same property under the names that feeds and shoppers use for it.
_KEYS = {
    "colour": "color", "farbe": "color", "farben": "color", "couleur": "color", "grosse": "size", "groesse": "size",
    "taille": "size", "flavor": "flavour", "geschmack": "flavour", "stoff": "material", "geschlecht": "gender",
}  # fmt: skip


def key_of(name: str) -> str:
    """The folded name of an option or attribute, `color` for `Farbe`."""
    folded = fold(name).replace(" ", "_")
    return _KEYS.get(folded, folded)


def texts_of(value: Any) -> list[dict[str, str]]:
    """Every value inside a fact as texts by locale; `""` is a text without language."""
    if isinstance(value, dict):
        return [{language.base(locale): str(text) for locale, text in value.items()}]
    if isinstance(value, list | tuple):
        return [texts for item in value for texts in texts_of(item)]
    if isinstance(value, bool):
        return [{"": "true" if value else "false"}]
    return [{"": str(value)}]


def names_of(value: Any, key: str) -> set[str]:
    """Every folded text under which a shopper may ask for this value of `key`."""
    if isinstance(value, bool):
        return {*_YES, key, key.replace("_", " ")} if value else set(_NO)
    names: set[str] = set()
    for texts in texts_of(value):
        for text in map(fold, texts.values()):
            names |= {text, text.partition("(")[0].strip()}
            if re.fullmatch(r"[a-z]{1,4}(/[a-z]{1,4})+", text):
                names |= set(text.split("/"))
    return names - {""}


@dataclass
class Values:
    """The values of one key: which variants answer to which name, and to which numbers as a range."""

    rows: dict[str, Rows] = field(default_factory=dict)
    ranges: list[tuple[int, int, Rows]] = field(default_factory=list)
    locales: tuple[str, ...] = ()
    labels: dict[str, tuple[Mapping[str, str], Rows]] = field(default_factory=dict)

    def find(self, wish: str) -> Rows | None:
        """The variants that have the wished value; None when the catalog knows no such value."""
        wanted = fold(wish)
        exact = [self.rows[wanted]] if wanted in self.rows else []
        exact += [rows for low, high, rows in self.ranges if wanted.isdigit() and low <= int(wanted) <= high]
        found = exact or self._inflected(wanted) or self._containing(wanted) or self._misspelt(wanted)
        return _union(found) if found else None

    def spoken(self, word: str) -> Rows:
        """The variants whose value a word of a sentence names: `blaue` for `Blau`; few guesses, many sentences."""
        if word in self.rows:
            return self.rows[word]
        near = self._inflected(word) if len(word) > 3 else []
        return near[0] if near else np.zeros(0, np.int32)

    @cached_property
    def _forms(self) -> dict[tuple[str, str], list[str]]:
        forms: dict[tuple[str, str], list[str]] = {}
        for name in self.rows:
            for locale in self.locales:
                forms.setdefault((locale, language.stem(name, locale)), []).append(name)
        return forms

    def _inflected(self, wanted: str) -> list[Rows]:
        if not wanted.replace(" ", "").isalpha():
            return []
        wanted_forms = ((locale, language.stem(wanted, locale)) for locale in self.locales)
        names = dict.fromkeys(name for form in wanted_forms for name in self._forms.get(form, ()))
        return [self.rows[name] for name in names]

    def _containing(self, wanted: str) -> list[Rows]:
        if len(wanted) < 4 or not wanted.replace(" ", "").isalpha():
            return []
        parts = wanted.split()
        return [rows for name, rows in self.rows.items() if all(_within(part, name) for part in parts)]

    def _misspelt(self, wanted: str) -> list[Rows]:
        if len(wanted) < 4 or not wanted.isalpha():
            return []
        near = [name for name in self.rows if name[0] == wanted[0] and distance(wanted, name, 1) == 1]
        return [self.rows[name] for name in near if name.isalpha() and len(name) >= 4]


def _within(part: str, name: str) -> bool:
    """A word of the name, or the beginning of a longer one: `merino` in `merinowolle`."""
    return any(word == part or (len(part) > 4 and word.startswith(part)) for word in name.split())


def _union(rows: list[Rows]) -> Rows:
    return rows[0] if len(rows) == 1 else np.unique(np.concatenate(rows))


class Spoken:
    """All values of a catalog by the words a sentence has for them: `blaue` finds `Blau`, `Hellblau`, `light blue`."""

    def __init__(self, values: Mapping[str, Values], chosen: frozenset[str], locales: tuple[str, ...]) -> None:
        self._locales = locales
        self._found: dict[str, dict[str, list[Rows]]] = {}
        for key, known in values.items():
            for name, rows in known.rows.items():
                if name.replace(".", "").isdigit() or name in (*_YES, *_NO) or name.count(" ") > 2:
                    continue
                self._add(key, name, rows)
                if key in chosen and len(known.rows) <= _MOST_SHADES:
                    for other in known.rows:
                        if len(other) > 2 and name != other and name.endswith(other):
                            self._add(key, other, rows)

    def find(self, name: str) -> list[tuple[str, Rows]]:
        """(key, variants) of the values called so in any language, inflected or not."""
        found: dict[str, dict[int, Rows]] = {}
        for form in self._forms(fold(name)):
            for key, named in self._found.get(form, {}).items():
                found.setdefault(key, {}).update((id(rows), rows) for rows in named)
        return [(key, _union(list(rows.values()))) for key, rows in found.items()]

    def _add(self, key: str, name: str, rows: Rows) -> None:
        for form in self._forms(name):
            self._found.setdefault(form, {}).setdefault(key, []).append(rows)

    def _forms(self, name: str) -> list[str]:
        """The name itself, and how its words are indexed in each language."""
        said = name.split()
        if not name.replace(" ", "").isalpha() or len(name) < _SHORTEST_STEMMED:
            return [name]
        return [
            name,
            *(f"{locale}:{' '.join(language.stem(word, locale) for word in said)}" for locale in self._locales),
        ]


class ValueIndex:
    """All options and attributes of a catalog. A variant's own option stands before its product's attribute."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, list[int]]] = {}
        self._ranges: dict[str, dict[tuple[int, int], list[int]]] = {}
        self._labels: dict[str, dict[str, tuple[Mapping[str, str], list[int]]]] = {}
        self._known: dict[int, tuple[str, Any]] = {}

    def add(self, row: int, facts: Mapping[str, Any]) -> None:
        for key, value in facts.items():
            for name in names_of(value, key):
                self._names.setdefault(key, {}).setdefault(name, []).append(row)
            for low, high in _ranges_of(value):
                self._ranges.setdefault(key, {}).setdefault((low, high), []).append(row)
            for texts in texts_of(value):
                shown = self._labels.setdefault(key, {})
                shown.setdefault(fold(next(iter(texts.values()), "")), (texts, []))[1].append(row)

    def done(self, locales: tuple[str, ...]) -> dict[str, Values]:
        return {
            key: Values(
                {name: _rows(rows) for name, rows in names.items()},
                [(low, high, _rows(rows)) for (low, high), rows in self._ranges.get(key, {}).items()],
                locales,
                {name: (texts, _rows(rows)) for name, (texts, rows) in self._labels[key].items() if name},
            )
            for key, names in self._names.items()
        }


def _rows(rows: list[int]) -> Rows:
    return np.unique(np.array(rows, np.int32))


def _ranges_of(value: Any) -> Iterator[tuple[int, int]]:
    if isinstance(value, bool):
        return
    for texts in texts_of(value):
        for text in set(texts.values()):
            found = _RANGE.fullmatch(text.strip())
            if found and int(found[1]) < int(found[2]):
                yield int(found[1]), int(found[2])
