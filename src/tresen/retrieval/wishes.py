"""What a sentence says about the thing it names: values that the live catalog knows, what for, and what not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import asking, glossary, language, understanding
from tresen.retrieval.asking import About
from tresen.retrieval.categories import Categories
from tresen.retrieval.columns import Columns, Mask
from tresen.retrieval.filters import CHILDREN, GENDER, Condition, for_everybody
from tresen.retrieval.kinds import Kind, Kinds
from tresen.retrieval.lexical import Lexical
from tresen.retrieval.naming import Naming, naming
from tresen.retrieval.query import Query

Floats = NDArray[np.float32]

_KIND, _UNSURE, _DEPARTMENT = 3.0, 0.6, 0.5  # what these add to a score that lies between 0 and 1
_VALUE, _BRAND, _HOME, _WITHOUT = 0.35, 0.6, 0.3, -1.5
_LONGEST_VALUE = 3  # words
_SHORTEST_CODE = 5
_LONGEST_SENTENCE = 5 * language.LONGEST_QUERY  # whose frame, prices and order are read


@dataclass(frozen=True)
class Preference:
    """A value that the text names, `said` so; what has it (V) comes first."""

    name: str
    said: str
    meets: Mask


@dataclass(frozen=True)
class Wishes:
    """A text understood.

    `conditions` are certain, `preferences` only order; `bonus` (P) is what both a kind and they add to a score;
    `missing` is a word for goods that the shop does not have. `sorts` if it asks for an order, `about` says what it
    asks of the shop itself; without `sorted_shop` there are no categories that would tell a thing from a purpose.
    """

    naming: Naming
    kind: Kind | None
    conditions: tuple[Condition, ...]
    preferences: tuple[Preference, ...]
    bonus: Floats
    missing: str
    sorts: bool = False
    sorted_shop: bool = True
    about: About = ""

    @property
    def narrow(self) -> bool:
        """Whether the text surely names a kind of goods; then no other kind will do."""
        return self.kind is not None and self.kind.sure and not self.kind.broad

    @property
    def purposes(self) -> frozenset[str]:
        """The words that say what something is for, when helpful things are known."""
        words = self.naming.words if self.sorted_shop and not self.narrow else self.naming.rest
        return frozenset(word for word in words if glossary.hints(word))


def read(query: Query, columns: Columns, categories: Categories, lexical: Lexical) -> tuple[Query, Wishes]:
    """The query with the prices and the order that its text names, and the rest of what the text says.

    What the caller gives wins over what the text says.
    """
    about, asked = asking.read(query.text[:_LONGEST_SENTENCE])
    query = understanding.read(replace(query, text=asked), columns.currency)
    sizes, text = _size(query, columns)
    sort, rest = understanding.order(language.clipped(text))
    said = naming(rest, columns.locales)
    kinds = Kinds(categories, lexical)
    lacking = kinds.lacking(said)
    kind = None if lacking or any(map(_is_code, said.words)) else kinds.named(said)
    found = _preferences(rest, columns, kind)
    telling = found if kind is not None else ()
    sure = [*sizes, *_gender(query, columns, found)]
    sorts = sort != query.sort == "relevance" and kind is not None and kind.sure
    if sorts:
        query = replace(query, sort=sort)
    bonus = _bonus(kinds, said, kind, [(each, columns.owners(each.meets)) for each in telling])
    missing = lacking or (kinds.missing(said) if kind is None else "")
    return replace(query, text=rest), Wishes(
        said, kind, tuple(sure), found, bonus, missing, sorts, bool(categories.nodes), about
    )


def _is_code(word: str) -> bool:
    """Whether it looks like a part number; who says one means that one product."""
    return len(word) >= _SHORTEST_CODE and not word.isalpha() and not word[0].isdigit()


def _size(query: Query, columns: Columns) -> tuple[list[Condition], str]:
    value, rest = understanding.size(query.text)
    rows = columns.values["size"].find(value) if value and "size" in columns.values else None
    if rows is None or "size" in query.options:
        return [], query.text
    return [Condition("size", _mask(rows, columns))], rest


def _gender(query: Query, columns: Columns, found: Iterable[Preference]) -> list[Condition]:
    """For women: what is for women or for everybody, or does not say. Children's things only come first."""
    wanted = next((each for each in found if each.name == GENDER), None)
    if wanted is None or GENDER in query.options or wanted.said in CHILDREN:
        return []
    told = _mask(np.concatenate(list(columns.values[GENDER].rows.values())), columns)
    return [Condition(GENDER, wanted.meets | ~told | for_everybody(columns))]


def _bonus(kinds: Kinds, said: Naming, kind: Kind | None, found: Iterable[tuple[Preference, Mask]]) -> Floats:
    bonus = np.float32(_HOME) * kinds.department(said.words)
    if kind is not None:
        weight = _DEPARTMENT if kind.broad else _KIND if kind.sure else _UNSURE
        bonus += np.float32(weight) * kind.fit
    for each, products in found:
        bonus += np.float32(_BRAND if each.name == "brand" else _VALUE) * products
    for word in said.without:
        bonus += np.float32(_WITHOUT) * kinds.having(word)
    return np.asarray(bonus, np.float32)


def _preferences(text: str, columns: Columns, kind: Kind | None) -> tuple[Preference, ...]:
    """The longest values that the text names, from left to right."""
    words = language.spoken(text)
    named = frozenset(kind.word.split()) if kind is not None else frozenset()
    quiet = language.silent("de") | language.silent("en")
    found: list[Preference] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_VALUE, len(words) - at), 0, -1):
            gram = " ".join(words[at : at + length])
            each = None if gram in named or gram in quiet else _preference(gram, columns)
            if each is not None:
                found.append(each)
                break
        at += length
    return tuple(found)


def _preference(gram: str, columns: Columns) -> Preference | None:
    if gram in columns.brands:
        return Preference("brand", gram, (columns.brand == columns.brands[gram])[columns.owner])
    names = [gram]
    for locale in ("de", "en"):
        names += glossary.phrase(tuple(gram.split()), locale)[:2]
    found = [each for name in names for each in columns.spoken.find(name)]
    if not found:
        return None
    return Preference(found[0][0], gram, _mask(np.concatenate([rows for _, rows in found]), columns))


def _mask(rows: NDArray[np.int32], columns: Columns) -> Mask:
    mask = np.zeros(len(columns.owner), np.bool_)
    mask[rows] = True
    return mask
