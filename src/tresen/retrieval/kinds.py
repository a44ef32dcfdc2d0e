"""Which kind of goods a query names, and how surely a product is of it: a `Laufhose` is no pair of cycling shorts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import glossary, language
from tresen.retrieval.categories import Categories
from tresen.retrieval.lexical import Lexical
from tresen.retrieval.naming import Naming

Floats = NDArray[np.float32]
Form = tuple[str, str]  # locale, indexed form
Forms = frozenset[Form]

_WHOLE, _TAIL, _OTHER_NAME, _LOOSE_TAIL, _GROUP = 1.0, 0.9, 0.85, 0.65, 0.7
_SHARED_LABEL = 0.4  # of a category that is about several things, when the title names none of them
_ELSEWHERE = 0.35  # the head is right and the department is not: cycling shorts for running shorts
_NOT_THERE = 0.7  # the same when it is only said what for
_TITLE_ONLY = 0.8  # only its title names the department, others are filed there
_UNSAID = 0.85  # the head is right, and what stands before it is not said of the product
_MOSTLY = 0.95
ENOUGH = 0.5
_SHORTEST = 3
_NAME_LENGTHS = (3, 2, 1)  # in words
_MOST_NAMES = 4


@dataclass(frozen=True)
class Kind:
    """The goods a query names. `fit` (P) is how surely a product is such a thing, `word` what said so.

    `broad` is a whole department ("cycling"): where to look, and not yet for what. `sure` if a category is called
    so.
    """

    fit: Floats
    word: str
    broad: bool
    sure: bool


@dataclass(frozen=True)
class _Head:
    """One name a thing may go by, and the forms one of which each of its modifiers goes by."""

    form: Form
    weight: float
    modifiers: tuple[Forms, ...] = ()


class Kinds:
    """Looks kinds up in the labels of categories, in what products call themselves, and under their other names."""

    def __init__(self, categories: Categories, lexical: Lexical) -> None:
        self._categories = categories
        self._lexical = lexical
        self._forms: dict[str, Forms] = {}

    def named(self, said: Naming) -> Kind | None:
        """The kind that the naming words mean; None when they name none that the catalog has.

        Titles alone do not tell kinds: in a catalog without categories there are none.
        """
        if not self._categories.nodes:
            return None
        found = [kind for phrase in said.phrases if (kind := self._of_phrase(phrase))]
        narrow = [kind for kind in found if not kind.broad] or found
        if not narrow:
            return None
        fit = np.max([kind.fit for kind in narrow], axis=0)
        fit = self._at_home(fit, [self._around(word) for word in said.home], _NOT_THERE)
        return Kind(fit, " ".join(kind.word for kind in narrow), narrow[0].broad, all(kind.sure for kind in narrow))

    def missing(self, said: Naming) -> str:
        """The word for goods that nothing in the catalog is called by; empty if there is none such."""
        for phrase in said.phrases:
            for word in reversed(phrase):
                if _is_thing(word):
                    return word if self._is_missing(word) else ""
                if _is_head(word):
                    break
        return ""

    def lacking(self, said: Naming) -> str:
        """Goods of a name of their own that nothing is called by, though their last word may be: a `Tennisball`."""
        if not self._categories.nodes or len(said.phrases) != 1:
            return ""
        phrase = said.phrases[0]
        for end in range(len(phrase), 0, -1):
            for words in (phrase[max(end - length, 0) : end] for length in _NAME_LENGTHS):
                if names := glossary.own_names(words, "de") | glossary.own_names(words, "en"):
                    return "" if any(self._is_called(*name) for name in names) else " ".join(words)
            if _is_head(phrase[end - 1]):
                break
        return ""

    def _is_called(self, name: str, locale: str) -> bool:
        """Whether anything is called so, with every word of the name."""
        *modifiers, head = language.words(name)
        if locale not in self._lexical.vocabularies:
            return False
        there = self._called((locale, language.stem(head, locale)), True) >= ENOUGH
        return bool(np.logical_and.reduce([there, *(self._mask(self._around(word)) for word in modifiers)]).any())

    def _is_missing(self, word: str) -> bool:
        stand = any(self._categories.stands(language.stem(word, each), each) for each in self._lexical.vocabularies)
        names = (word, *(name for name in glossary.things((word,), "en") if " " not in name))
        known = (
            stand or self._ends_a_compound(word) or any(self._fit(self._heads(each, ""), ()).any() for each in names)
        )
        return bool(self._categories.nodes) and not known

    def _ends_a_compound(self, word: str) -> bool:
        """Whether a word of the catalog ends in the word, or in what it is called there: Kräutertee is tea."""
        names = {word, *(name for each in ("de", "en") for name in glossary.things((word,), each))}
        compounding = [locale for locale, each in self._lexical.vocabularies.items() if each.compounding]
        single = [name for name in names if " " not in name]
        forms = {
            (locale, form) for locale in compounding for name in single for form in (name, language.stem(name, locale))
        }
        return any(self._categories.stands_last(form, locale) for locale, form in forms)

    def department(self, words: Sequence[str]) -> Floats:
        """(P) 1 for the products of a department that the words speak of ("beim Radfahren"), 0 for the others."""
        found = np.zeros(self._lexical.size, np.float32)
        for word in words if self._categories.nodes else ():
            forms = self._around(word)
            if self._is_home(forms):
                found[self._rows(forms)] = 1.0
        return found

    def having(self, word: str) -> NDArray[np.bool_]:
        """(P) the products whose titles or categories name a word, unless to say that they come without it."""
        forms = self._around(word)
        there = self._mask(forms)
        for locale, form in forms:
            there[list(self._categories.lacking(form, locale))] = False
        return there

    def _is_home(self, forms: Forms) -> bool:
        return any(form in self._categories.departments[locale] for locale, form in forms)

    def _of_phrase(self, phrase: Sequence[str]) -> Kind | None:
        """The kind named by the word that most looks like the head; among equals the last one."""
        best, best_rank = None, 0
        for at, said in enumerate(phrase):
            word = said if _is_thing(said) or glossary.hints(said) else self._categories.mended(said)
            if len(word) < _SHORTEST or any(map(str.isdigit, word)):
                continue
            heads = self._heads(word, phrase[at - 1] if at else "")
            others = tuple(self._around(other) for other in phrase if other != said)
            found, rank = self._of_heads(word, heads, others)
            if found is not None and rank >= best_rank:
                best, best_rank = found, rank
        return best

    def _of_heads(self, word: str, heads: list[_Head], others: tuple[Forms, ...]) -> tuple[Kind | None, int]:
        thing = _is_thing(word)
        department = any(
            self._categories.is_department(key)
            for head in heads[: len(self._lexical.vocabularies)]
            for key, _ in self._categories.labelled(head.form[1], head.form[0])
        )
        if department and not thing:
            return Kind(self._fit(heads, others, departments=True), word, True, True), 1
        labelled = any(self._categories.labelled(head.form[1], head.form[0]) for head in heads if head.weight > _GROUP)
        fit = self._fit(heads, others, departments=thing)
        if float(fit.max(initial=0.0)) < ENOUGH:
            return None, 0
        return Kind(fit, word, False, labelled), 2 + 2 * labelled + thing

    def _fit(self, heads: Sequence[_Head], others: tuple[Forms, ...], departments: bool = False) -> Floats:
        """(P) how surely a product is what the best of the names says, in the department that is meant."""
        fit = np.zeros(self._lexical.size, np.float32)
        for head in heads:
            shared = _SHARED_LABEL if head.weight > _GROUP else 1.0
            called = self._called(head.form, departments, shared) * np.float32(head.weight)
            for modifier in head.modifiers:
                there = self._mask(modifier)
                called = np.where(there, called, called * np.float32(_UNSAID)) if called[there].any() else called
            np.maximum(fit, self._at_home(called, (*head.modifiers, *others)), out=fit)
        return fit

    def _called(self, form: Form, departments: bool, shared: float = _SHARED_LABEL) -> Floats:
        """(P) whether a product, or its category, is called so."""
        fit, locale = np.zeros(self._lexical.size, np.float32), form[0]
        for key, alone in self._categories.labelled(form[1], locale):
            if departments or not self._categories.is_department(key):
                rows = self._categories.within(key)
                fit[rows] = np.maximum(fit[rows], 1.0 if alone else shared)
        fit[self._categories.titled(form[1], locale)] = 1.0
        return fit

    def _at_home(self, fit: Floats, modifiers: Sequence[Forms], elsewhere: float = _ELSEWHERE) -> Floats:
        """Less for products of another department than the modifiers name, if such goods are found in that one."""
        for forms in modifiers:
            if not self._is_home(forms):
                continue
            for there, less in ((self._mask(forms), elsewhere), (self._in_category(forms), _TITLE_ONLY)):
                if fit[there].max(initial=0.0) >= _MOSTLY * fit.max(initial=0.0) > 0:
                    fit = np.where(there, fit, fit * np.float32(less))
        return fit

    def _in_category(self, forms: Forms) -> NDArray[np.bool_]:
        """(P) whether the labels of a product's categories say one of these forms."""
        found = np.zeros(self._lexical.size, np.bool_)
        for locale, form in forms:
            found |= self._categories.pathed(form, locale)
        return found

    def _mask(self, forms: Forms) -> NDArray[np.bool_]:
        there = np.zeros(self._lexical.size, np.bool_)
        there[self._rows(forms)] = True
        return there

    def _rows(self, forms: Forms) -> NDArray[np.int32]:
        every = [self._lexical.named(form, locale) for locale, form in forms]
        return np.concatenate(every) if every else np.zeros(0, np.int32)

    def _heads(self, word: str, before: str) -> list[_Head]:
        locales = self._lexical.vocabularies
        exact = [locale for locale, vocabulary in locales.items() if vocabulary.has(word)]
        found = [_Head((locale, language.stem(word, locale)), _WHOLE) for locale in exact or locales]
        others = self._other_names(word, before)
        found += others or self._by_parts(word)
        for locale, vocabulary in locales.items():
            halves = vocabulary.split(word) if vocabulary.compounding else None
            head = halves[1] if halves else vocabulary.head(word) if vocabulary.compounding else ""
            while head:
                weight = _LOOSE_TAIL if others else _TAIL
                modifier = (self._around(word.removesuffix(head)),)
                found.append(_Head((locale, language.stem(head, locale)), weight, modifier))
                halves = vocabulary.split(head)
                head = halves[1] if halves else ""
        if not any(self._called(head.form, False).any() for head in found):
            found += [_Head(form, _GROUP) for hint in glossary.hints(word) for form in self._single(hint)]
        return found

    def _other_names(self, word: str, before: str) -> list[_Head]:
        """What the glossary calls it in the other language, and what that is called back in this one."""
        found: list[_Head] = []
        for locale in ("de", "en"):
            other = glossary.target(locale)
            there = [name for said in ((before, word), (word,)) if said[0] for name in glossary.things(said, locale)]
            for name in there[:_MOST_NAMES]:
                found += self._named(name, other, _OTHER_NAME)
                for back in glossary.same_things(tuple(language.words(name)), other)[:_MOST_NAMES]:
                    found += self._named(back, locale, _OTHER_NAME)
        return found

    def _by_parts(self, word: str) -> list[_Head]:
        parts = glossary.translations(word, "de")
        names = [f"{one} {other}" for one in parts[0][:2] for other in parts[1]] if len(parts) == 2 else []
        return [head for name in names[:_MOST_NAMES] for head in self._named(name, "en", _LOOSE_TAIL)]

    def _named(self, name: str, locale: str, weight: float) -> list[_Head]:
        said = language.words(name)
        if locale not in self._lexical.vocabularies or not said:
            return []
        modifiers = tuple(self._around(word) for word in said[:-1])
        return [_Head((locale, language.stem(said[-1], locale)), weight, modifiers)]

    def _single(self, hint: str) -> list[Form]:
        said = language.words(hint)
        return [(locale, language.stem(said[0], locale)) for locale in self._lexical.vocabularies if len(said) == 1]

    def _around(self, word: str) -> Forms:
        """Every form under which a word, a part of it, or its other names may stand in titles and labels."""
        if word not in self._forms:
            self._forms[word] = frozenset(self._every_form(word))
        return self._forms[word]

    def _every_form(self, word: str) -> Iterator[Form]:
        for locale, vocabulary in self._lexical.vocabularies.items():
            yield locale, language.stem(word, locale)
            yield from ((locale, part) for part in vocabulary.parts(word))
            source = glossary.target(locale)
            for same in (word, *self._neighbours(word, source)) if source else ():
                names = glossary.phrase((same,), source)[:_MOST_NAMES]
                yield from ((locale, language.stem(name, locale)) for name in names if name.isalpha())
            yield from ((locale, language.stem(same, locale)) for same in self._neighbours(word, locale))

    def _neighbours(self, word: str, locale: str) -> list[str]:
        """Single words of the same language for the same: `running` for `jogging`."""
        other = glossary.target(locale)
        there = glossary.phrase((word,), locale)[:2] if other else ()
        back = (name for each in there for name in glossary.phrase(tuple(language.words(each)), other)[:2])
        return [name for name in back if name.isalpha()]


def _is_thing(word: str) -> bool:
    return glossary.is_thing(word, "de") or glossary.is_thing(word, "en")


def _is_head(word: str) -> bool:
    """Whether what stands before a word only says of which kind it is: goods, or a word that may be their name."""
    return _is_thing(word) or not (glossary.knows(word) or any(map(str.isdigit, word)))
