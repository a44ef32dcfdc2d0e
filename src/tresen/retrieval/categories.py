"""The category tree of the live catalog, and which part of it a shopper's word means."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import glossary, language
from tresen.retrieval.language import fold
from tresen.retrieval.vocabulary import Vocabulary, ends_in
from tresen.shop.catalog import Product, Texts

# Where the naming part of a label or title ends: "socks | with terry soles", "Laufen | für Kinder".
_AFTER_HEAD = re.compile(r"\s(?:with|for|of|from|in|to|by|without|mit|ohne|für|aus|von|zum|zur|im|auf|bis)\s|[(:|]")
_AND = re.compile(r"\s(?:and|und|or|oder|&|\+)\s|[,/]")

_LACKING = re.compile(r"\b(?:without|ohne)\s+(\w+)", re.IGNORECASE)
_LONGEST_UNIT = 5


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
        self._under: dict[str, list[int]] = {}
        for row, path in enumerate(self.paths):
            for key in path:
                self._under.setdefault(key, []).append(row)
        self._parents = frozenset(node.parent for node in self.nodes.values())
        self._heads = {key: self._label_heads(node.labels) for key, node in self.nodes.items()}
        self._words = {key: self._path_words(key) for key in self.nodes}
        self._pathed = self._by_path_word()
        self._standing: dict[str, set[str]] = {locale: set() for locale in vocabularies}
        self._titles = self._title_heads(products)
        self._labelled = self._by_form()
        self._lacking = self._said_lacking(products)
        self.departments = self._department_words()

    def under(self, key: str) -> NDArray[np.bool_]:
        """(P) the products in a category or below it."""
        return self._mask(self._under.get(key, []))

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

    def titled(self, form: str, locale: str) -> set[int]:
        """The products that call themselves so in their titles, as what they are."""
        return self._titles[locale].get(form, set())

    def labelled(self, form: str, locale: str) -> list[tuple[str, bool]]:
        """(key, whether it is about nothing else) of the categories whose labels call their products so."""
        return self._labelled[locale].get(form, [])

    def stands(self, form: str, locale: str) -> bool:
        """Whether a title says it and means it: as a word of its own, and not before another thing ("bike lock")."""
        return form in self._standing[locale]

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
        return self._mask(sorted({row for key in self._pathed[locale].get(form, ()) for row in self._under[key]}))

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
                alone = len(_AND.split(text_in(self.nodes[key].labels, locale))) == 1
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
        said, last = self._said(wish), self._said(_AFTER_HEAD.split(wish)[0])[-1:]
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
        rows: set[int] = set()
        for locale in self._vocabularies:
            if said:
                rows |= set.intersection(*(self._titled(word, locale) for word in said))
        if not rows:
            return None
        shared = {self.paths[row][-1] for row in rows if self.paths[row]}
        return Resolved(self._common(sorted(shared)), self._mask(sorted(rows)))

    def _titled(self, word: str, locale: str) -> set[int]:
        whole, parts = self._forms(word, locale)
        rows = set().union(*(self._titles[locale].get(form, set()) for form in whole))
        every = [self._titles[locale].get(part, set()) for part in parts]
        return rows | (set.intersection(*every) if every else set())

    def _said(self, wish: str) -> list[str]:
        words = [word for word in language.words(language.clipped(wish)) if word not in self._quiet]
        return [self.mended(word) for word in words]

    def mended(self, word: str) -> str:
        """The indexed form of what an unknown word may be a misspelling of; else the word."""
        if any(each.knows(word) or each.split(word) for each in self._vocabularies.values()):
            return word
        near = [guess for each in self._vocabularies.values() for guess in each.near(word)]
        return max(near, key=lambda guess: guess[1])[0] if near else word

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

    def _title_heads(self, products: Sequence[Product]) -> dict[str, dict[str, set[int]]]:
        index: dict[str, dict[str, set[int]]] = {locale: {} for locale in self._vocabularies}
        for row, product in enumerate(products):
            for locale, vocabulary in self._vocabularies.items():
                kind = product.attributes.get("type")
                for texts in (product.title, kind if isinstance(kind, dict) else {}):
                    self._standing[locale] |= _standing(texts, locale)
                    for head in heads_of(texts, locale, vocabulary, title=True):
                        index[locale].setdefault(head, set()).add(row)
        return index

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

    def _mask(self, rows: Sequence[int]) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.paths), np.bool_)
        mask[list(rows)] = True
        return mask


def heads_of(texts: Texts, locale: str, vocabulary: Vocabulary, title: bool = False) -> set[str]:
    """The nouns a label or title is about: `helmet` of "city helmet with visor", `helm` of "Stadthelm Kiez"."""
    found: set[str] = set()
    front = _AFTER_HEAD.split(text_in(texts, locale))[0]
    for phrase in [front.partition(",")[0]] if title else _AND.split(front):
        # In German the noun may be followed by a name; in English it comes last.
        for word in _nouns(phrase) if language.base(locale) != "en" else language.words(phrase)[-1:]:
            found |= {language.stem(word, locale), *_tails(word, locale, vocabulary)}
    return found


def _standing(texts: Texts, locale: str) -> set[str]:
    said = language.words(_AFTER_HEAD.split(text_in(texts, locale))[0])
    following = zip(said, [*said[1:], ""], strict=False)
    return {
        language.stem(word, locale) for word, after in following if not after or not glossary.is_thing(after, locale)
    }


def _nouns(phrase: str) -> list[str]:
    """Words that may be nouns: no numbers and their units, and no small letters where there are capital ones."""
    said = phrase.split()
    capital = any(word[:1].isupper() for word in said)
    kept = [
        word
        for before, word in zip(["", *said], said, strict=False)
        if not (before[-1:].isdigit() and len(word) <= _LONGEST_UNIT) and (not capital or not word[:1].islower())
    ]
    return language.words(" ".join(kept))


def _tails(word: str, locale: str, vocabulary: Vocabulary) -> list[str]:
    halves = vocabulary.split(word)
    head = halves[1] if halves else vocabulary.head(word)
    return [language.stem(head, locale), *_tails(head, locale, vocabulary)] if head and head != word else []


def text_in(texts: Texts, locale: str) -> str:
    """The text in a language, else the one without language, else any."""
    by_base = {language.base(key): text for key, text in texts.items()}
    return by_base.get(locale) or by_base.get("") or next(iter(by_base.values()), "")
