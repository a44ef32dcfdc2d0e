"""The category tree of the live catalog, and which part of it a shopper's word means."""

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import glossary, language
from tresen.retrieval.heads import AFTER_HEAD, AND, heads_of, standing, text_in
from tresen.retrieval.language import fold
from tresen.retrieval.vocabulary import Vocabulary, endings, ends_in
from tresen.shop.catalog import Product, Texts

_LACKING = re.compile(r"\b(?:without|ohne)\s+(\w+)", re.IGNORECASE)
Rows = NDArray[np.int32]
NONE = np.zeros(0, np.int32)


@dataclass(frozen=True)
class Node:
    key: str
    labels: Texts
    parent: str


@dataclass(frozen=True)
class Resolved:
    """The products a category word means; `key` is the one category they share, `""` if they share none."""

    key: str
    products: NDArray[np.bool_]


class Categories:
    """The tree, resolved against labels first and against what products call themselves second."""

    def __init__(self, products: Sequence[Product], vocabularies: Mapping[str, Vocabulary]) -> None:
        self._vocabularies = vocabularies
        self._quiet = frozenset().union(*(language.silent(locale) for locale in vocabularies))
        self.nodes: dict[str, Node] = {}
        self.paths = [self._path(product) for product in products]
        self._under = _rows((key, row) for row, path in enumerate(self.paths) for key in path)
        self._parents = frozenset(node.parent for node in self.nodes.values())
        self._heads = {key: self._label_heads(node.labels) for key, node in self.nodes.items()}
        self._words = {key: self._path_words(key) for key in self.nodes}
        self._pathed = self._by_path_word()
        self._standing: dict[str, set[str]] = {locale: set() for locale in vocabularies}
        self._titles = self._title_heads(products)
        self._backwards = {locale: self._spelt_backwards(locale) for locale in vocabularies}
        self._labelled = self._by_form()
        self._lacking = self._said_lacking(products)
        self.departments = self._department_words()

    def under(self, key: str) -> NDArray[np.bool_]:
        """(P) the products in a category or below it."""
        return self._mask(self.within(key))

    def within(self, key: str) -> Rows:
        """The same as rows."""
        return self._under.get(key, NONE)

    def resolve(self, wish: str) -> Resolved | None:
        """What a key, a label in any language or a looser word for one stands for; None: not carried."""
        if wish in self.nodes:
            return self._together([wish])
        wanted = fold(wish)
        same = [key for key, node in self.nodes.items() if wanted in map(fold, node.labels.values())]
        if same:
            return self._together(same)
        fit, keys = self._by_head(wish)
        titled = self._by_title(wish) if fit < 1 else None
        return titled or (self._together(keys) if keys else None)

    def titled(self, form: str, locale: str) -> Rows:
        """The products that call themselves so in their titles, as what they are."""
        return self._titles[locale].get(form, NONE)

    def labelled(self, form: str, locale: str) -> list[tuple[str, bool]]:
        """(key, whether it is about nothing else) of the categories whose labels call their products so."""
        return self._labelled[locale].get(form, [])

    def stands(self, form: str, locale: str) -> bool:
        """Whether a title says it and means it: as a word of its own, and not before another thing ("bike lock")."""
        return form in self._standing[locale]

    def stands_last(self, form: str, locale: str) -> bool:
        """Whether it ends a word of a title or a category, as the head of a compound does: Kräutertee is tea."""
        return bool(endings(form, self._backwards[locale]))

    def _spelt_backwards(self, locale: str) -> list[str]:
        # Labels as they are written, too: the stem of Kräutertee does not end in that of Tee.
        labels = (language.words(text_in(node.labels, locale)) for node in self.nodes.values())
        called = self._standing[locale].union(*(heads[locale] for heads in self._heads.values()), *labels)
        return sorted(form[::-1] for form in called)

    def lacking(self, form: str, locale: str) -> set[int]:
        """The products whose titles say that they come without it."""
        return self._lacking[locale].get(form, set())

    def is_department(self, key: str) -> bool:
        """Whether there are categories below it."""
        return key in self._parents

    def _said_lacking(self, products: Sequence[Product]) -> dict[str, dict[str, set[int]]]:
        found: dict[str, dict[str, set[int]]] = {locale: {} for locale in self._vocabularies}
        for row, product in enumerate(products):
            for locale in self._vocabularies:
                for word in _LACKING.findall(text_in(product.title, locale)):
                    found[locale].setdefault(language.stem(word.casefold(), locale), set()).add(row)
        return found

    def pathed(self, form: str, locale: str) -> NDArray[np.bool_]:
        """(P) the products with a word in the labels of their categories."""
        found = np.zeros(len(self.paths), np.bool_)
        for key in self._pathed[locale].get(form, ()):
            found[self._under[key]] = True
        return found

    def _by_path_word(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = {locale: {} for locale in self._vocabularies}
        for key, words in self._words.items():
            for locale, forms in words.items():
                for form in forms:
                    found[locale].setdefault(form, []).append(key)
        return found

    def _by_form(self) -> dict[str, dict[str, list[tuple[str, bool]]]]:
        found: dict[str, dict[str, list[tuple[str, bool]]]] = {locale: {} for locale in self._vocabularies}
        for key, heads in self._heads.items():
            for locale, forms in heads.items():
                alone = len(AND.split(text_in(self.nodes[key].labels, locale))) == 1
                for form in forms:
                    found[locale].setdefault(form, []).append((key, alone))
        return found

    def _department_words(self) -> dict[str, frozenset[str]]:
        """The words that tell parts of the shop from each other, by language: of departments, and before a kind."""
        found = {}
        for locale in self._vocabularies:
            every = frozenset().union(*(words[locale] for words in self._words.values()))
            kinds = frozenset().union(*(self._heads[key][locale] for key in self.nodes if not self.is_department(key)))
            above = frozenset().union(*(self._words[key][locale] for key in self.nodes if self.is_department(key)))
            found[locale] = (every - kinds) | above
        return found

    def _by_head(self, wish: str) -> tuple[float, list[str]]:
        """(0..1, keys): how much of the wish the best categories have in their path, among those that name its head."""
        found: dict[str, float] = {}
        said, last = self._said(wish), self._said(AFTER_HEAD.split(wish)[0])[-1:]
        for locale in self._vocabularies:
            for key, heads in self._heads.items():
                if last and self._is_head(last[0], locale, heads[locale]):
                    fit = sum(self._fits(word, locale, self._words[key][locale]) for word in said)
                    found[key] = max(found.get(key, 0.0), fit / len(said))
        best = max(found.values(), default=0.0)
        return best, [key for key, fit in found.items() if fit == best and found.get(self.nodes[key].parent) != best]

    def _is_head(self, word: str, locale: str, heads: set[str]) -> bool:
        halves = self._vocabularies[locale].split(word)
        form = language.stem(word, locale)
        within = len(form) > 3 and self._vocabularies[locale].compounding and any(ends_in(h, form) for h in heads)
        return within or form in heads or bool(halves and language.stem(halves[1], locale) in heads)

    def _fits(self, word: str, locale: str, path_words: set[str]) -> float:
        whole, parts = self._forms(word, locale)
        if whole & path_words:
            return 1.0
        return len(parts & path_words) / len(parts) if parts else 0.0

    def _by_title(self, wish: str) -> Resolved | None:
        said = self._said(wish)
        found = np.zeros(len(self.paths), np.bool_)
        for locale in self._vocabularies if said else ():
            found |= np.logical_and.reduce([self._titled(word, locale) for word in said])
        rows = np.flatnonzero(found)
        if not len(rows):
            return None
        shared = {self.paths[row][-1] for row in rows if self.paths[row]}
        return Resolved(self._common(sorted(shared)), found)

    def _titled(self, word: str, locale: str) -> NDArray[np.bool_]:
        whole, parts = self._forms(word, locale)
        every = [self._mask(self.titled(part, locale)) for part in parts]
        found = np.logical_and.reduce(every) if every else self._mask(NONE)
        for form in whole:
            found[self.titled(form, locale)] = True
        return np.asarray(found, np.bool_)

    def _said(self, wish: str) -> list[str]:
        words = [word for word in language.words(language.clipped(wish)) if word not in self._quiet]
        return [self.mended(word) for word in words]

    def mended(self, word: str) -> str:
        """The indexed form of what an unknown word may be a misspelling of; else the word."""
        if glossary.knows(word) or any(each.knows(word) or each.split(word) for each in self._vocabularies.values()):
            return word
        near = [guess for each in self._vocabularies.values() for guess in each.near(word)]
        if near:
            return max(near, key=lambda guess: guess[1])[0]
        compound = next(filter(None, (each.near_compound(word) for each in self._vocabularies.values())), None)
        return compound[0] + compound[1] if compound else word

    def _forms(self, word: str, locale: str) -> tuple[set[str], set[str]]:
        """The word itself, and the two halves it is made of."""
        halves = self._vocabularies[locale].split(word) or ()
        return {language.stem(word, locale)}, {language.stem(half, locale) for half in halves}

    def _label_heads(self, labels: Texts) -> dict[str, set[str]]:
        return {locale: heads_of(labels, locale, vocabulary) for locale, vocabulary in self._vocabularies.items()}

    def _path_words(self, key: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {locale: set() for locale in self._vocabularies}
        while key:
            for locale, vocabulary in self._vocabularies.items():
                for word in language.words(text_in(self.nodes[key].labels, locale)):
                    found[locale] |= {language.stem(word, locale), *vocabulary.parts(word)}
            key = self.nodes[key].parent
        return found

    def _title_heads(self, products: Sequence[Product]) -> dict[str, dict[str, Rows]]:
        return {locale: _rows(self._heads_in(products, locale)) for locale in self._vocabularies}

    def _heads_in(self, products: Sequence[Product], locale: str) -> Iterator[tuple[str, int]]:
        for row, product in enumerate(products):
            kind = product.attributes.get("type")
            for texts in (product.title, kind if isinstance(kind, dict) else {}):
                self._standing[locale] |= standing(texts, locale)
                for head in heads_of(texts, locale, self._vocabularies[locale], title=True):
                    yield head, row

    def _path(self, product: Product) -> tuple[str, ...]:
        keys: list[str] = []
        for depth, labels in enumerate(product.category):
            key = self._key(product, depth)
            self.nodes.setdefault(key, Node(key, labels, keys[-1] if keys else ""))
            keys.append(key)
        return tuple(keys)

    def _key(self, product: Product, depth: int) -> str:
        """The key of the whole path up to `depth`: cut from the product's own key where that has as many parts."""
        if depth == len(product.category) - 1 and product.category_key:
            return product.category_key
        for separator in (" > ", ">", "/"):
            parts = product.category_key.split(separator)
            if len(parts) == len(product.category):
                return separator.join(parts[: depth + 1])
        return "/".join(fold(text_in(labels, "en")).replace(" ", "-") for labels in product.category[: depth + 1])

    def _together(self, keys: list[str]) -> Resolved:
        masks = [self.under(key) for key in keys]
        return Resolved(self._common(keys), np.logical_or.reduce(masks))

    def _common(self, keys: list[str]) -> str:
        chains = [self._chain(key) for key in keys]
        shared = [key for key in chains[0] if all(key in chain for chain in chains)] if chains else []
        return shared[0] if shared else ""

    def _chain(self, key: str) -> list[str]:
        chain = []
        while key:
            chain.append(key)
            key = self.nodes[key].parent
        return chain

    def _mask(self, rows: Rows) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.paths), np.bool_)
        mask[rows] = True
        return mask


def _rows(found: Iterable[tuple[str, int]]) -> dict[str, Rows]:
    rows: dict[str, array[int]] = {}
    for key, row in found:
        rows.setdefault(key, array("i")).append(row)
    return {key: np.unique(np.array(each, np.int32)) for key, each in rows.items()}
