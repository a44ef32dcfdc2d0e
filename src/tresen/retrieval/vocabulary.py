"""The words a catalog uses in one language: splits compounds into them and mends typing mistakes against them."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import language
from tresen.retrieval.spelling import effort

_LINKS = ("", "s", "es", "n", "en", "er", "e")
_COMPOUNDING = frozenset({"da", "de", "fi", "nl", "no", "sv"})
# Compounds that are no kind of their last word: a Handschuh is no Schuh.
_OPAQUE = ("handschuh", "fingerhut")
_SHORTEST_PART = 3
_SURE_PART = 5
_SHORTEST_TYPO = 4
_LONGEST_WORD = 40
_MOST_CANDIDATES = 40
_MOST_SPELT = 200_000  # of the words, the most frequent ones, that a typing mistake may have been meant for
_SECOND_GUESS = 0.8


class Vocabulary:
    """Every word of texts that are cut into words already. `stems` is how they are indexed."""

    def __init__(self, locale: str, texts: Iterable[Sequence[str]]) -> None:
        self.locale = locale
        self.compounding = language.base(locale) in _COMPOUNDING
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(text)
        quiet = language.silent(locale)
        self._words = {word: count for word, count in counts.items() if word not in quiet and len(word) < _LONGEST_WORD}
        self._stem = {word: language.stem(word, locale) for word in self._words}
        self.stems = frozenset(self._stem.values())
        self._splits: dict[str, tuple[str, str] | None] = {}
        self._grams: tuple[list[str], dict[str, NDArray[np.int32]]] | None = None

    def knows(self, word: str) -> bool:
        return word in self._words or language.stem(word, self.locale) in self.stems

    def has(self, word: str) -> bool:
        """Whether the catalog has the word in just this form."""
        return word in self._words

    def split(self, word: str) -> tuple[str, str] | None:
        """(modifier, head) of a compound whose two halves the catalog uses; the longest such head."""
        if word not in self._splits:
            self._splits[word] = self._split(word)
        return self._splits[word]

    def parts(self, word: str) -> list[str]:
        """The indexed forms of all words inside a compound, nested ones too; for the index, not for queries."""
        if not self.compounding or not word.isalpha():
            return []
        halves = self.split(word)
        if halves is None:
            head = self.head(word)
            return [language.stem(head, self.locale), *self.parts(head)] if head else []
        return [form for half in halves for form in (language.stem(half, self.locale), *self.parts(half))]

    def head(self, word: str) -> str:
        """The longest word of the catalog that ends `word`, when what stands before it is unknown."""
        for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART):
            if word[at:] in self._words and ends_in(language.stem(word, self.locale), self._stem[word[at:]]):
                return word[at:]
        return ""

    def begins_known(self, word: str) -> bool:
        """Whether `word` starts with a word of the catalog and goes on with something foreign to it."""
        return any(self._part(word[:at]) for at in range(5, len(word) - _SHORTEST_PART))

    def ending_in(self, word: str) -> list[str]:
        """Indexed forms of compounds whose head is `word`, for a head that never stands alone."""
        if not self.compounding:
            return []
        form = language.stem(word, self.locale)
        found = endings(form, self._stems_backwards) if len(form) > _SHORTEST_PART else []
        return [known for known in found if ends_in(known, form)][:20]

    @cached_property
    def _stems_backwards(self) -> list[str]:
        return sorted(form[::-1] for form in self.stems)

    def near(self, word: str) -> list[tuple[str, float]]:
        """(indexed form, likeness) of the words that `word` may be a misspelling of, best first."""
        if len(word) < _SHORTEST_TYPO or len(word) >= _LONGEST_WORD or not word.isalpha():
            return []
        allowed = 1 if len(word) < (8 if self.compounding else 6) else 2
        if len(word) > 8 and not self.compounding:  # a compound changes its meaning within so many letters
            allowed = 3
        found: dict[str, float] = {}
        for known in self._candidates(word, allowed):
            steps = distance(word, known, allowed)
            # So short a word has many neighbours; only a letter that was left out, or two swapped, are mended.
            plausible = len(word) > _SHORTEST_TYPO or len(known) > len(word) or sorted(known) == sorted(word)
            if steps <= allowed and plausible and (known[0] == word[0] or len(word) > _SHORTEST_TYPO):
                found[self._stem[known]] = max(found.get(self._stem[known], 0.0), self._likeness(word, known))
        best = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
        return best[:1] + [(form, likeness * _SECOND_GUESS) for form, likeness in best[1:]]

    def near_compound(self, word: str) -> tuple[str, str, float] | None:
        """(modifier, indexed form of the head, likeness) of a compound with a typing mistake in its head."""
        if not self.compounding or not word.isalpha() or len(word) >= _LONGEST_WORD:
            return None
        found: list[tuple[float, str, str]] = []
        for at in range(_SURE_PART, len(word) - _SHORTEST_TYPO + 1):
            if self._modifier(word[:at]):
                found += [(likeness, word[:at], form) for form, likeness in self.near(word[at:])[:1]]
        likeness, modifier, form = max(found, default=(0.0, "", ""))
        return (modifier, form, likeness) if form else None

    def _likeness(self, word: str, known: str) -> float:
        """The easier mistake first; a frequent word rather than a rare one; seldom another first letter."""
        often = min(0.15, 0.035 * float(np.log10(1 + self._words[known])))
        return min(0.95, 0.88 - 0.14 * effort(word, known) - (0.12 if known[0] != word[0] else 0.0) + often)

    def _candidates(self, word: str, allowed: int) -> list[str]:
        swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
        known = [each for each in dict.fromkeys(swapped) if each in self._words and each != word]
        return known + self._alike(word, allowed)

    def _alike(self, word: str, allowed: int) -> list[str]:
        known, index = self._trigrams()
        rows = [index[gram] for gram in trigrams(word) if gram in index]
        if not rows:
            return []
        shared = np.bincount(np.concatenate(rows), minlength=len(known))
        near = np.flatnonzero(shared >= max(2, len(word) - 4 * allowed))
        return [known[row] for row in near[np.argsort(-shared[near], kind="stable")[:_MOST_CANDIDATES]]]

    def _trigrams(self) -> tuple[list[str], dict[str, NDArray[np.int32]]]:
        if self._grams is None:
            known = sorted((word for word in self._words if word.isalpha()), key=lambda word: -self._words[word])
            known = known[:_MOST_SPELT]
            index: dict[str, list[int]] = defaultdict(list)
            for row, word in enumerate(known):
                for gram in trigrams(word):
                    index[gram].append(row)
            self._grams = known, {gram: np.array(rows, np.int32) for gram, rows in index.items()}
        return self._grams

    def _split(self, word: str) -> tuple[str, str] | None:
        if not word.isalpha() or len(word) >= _LONGEST_WORD:
            return None
        for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            head = word[at:]
            if not self._is_kind_of(word, head):
                continue
            modifier = self._modifier(word[:at]) if self._part(head) else ""
            if modifier:
                return modifier, head
        return None

    def _is_kind_of(self, word: str, head: str) -> bool:
        """By its stem; or literally, as some heads are cut differently where they stand alone (weste, laufweste)."""
        if ends_in(language.stem(word, self.locale), language.stem(head, self.locale)):
            return True
        return head in self._words and len(head) >= _SURE_PART and not is_opaque(word, self.locale)

    def _modifier(self, piece: str) -> str:
        for link in _LINKS:
            bare = piece.removesuffix(link) if link else piece
            if (link == "" or bare != piece) and (self._part(bare) or (len(bare) > 6 and self.split(bare))):
                return bare
        return ""

    def _part(self, piece: str) -> bool:
        if len(piece) < _SHORTEST_PART or piece in language.silent(self.locale):
            return False
        # Three letters are too few to trust a shared stem: "eisen" (iron) has the one of "Eis" (ice).
        form = language.stem(piece, self.locale)
        return piece in self._words or (len(form) > _SHORTEST_PART and form in self.stems)


def endings(ending: str, backwards: Sequence[str]) -> list[str]:
    """The words that end so, of words that are spelt backwards and sorted."""
    start = end = bisect_left(backwards, ending[::-1])
    while end < len(backwards) and backwards[end].startswith(ending[::-1]):
        end += 1
    return [word[::-1] for word in backwards[start:end]]


def is_opaque(word: str, locale: str) -> bool:
    return any(language.stem(word, locale).endswith(whole) for whole in _OPAQUE)


def ends_in(form: str, head: str) -> bool:
    """Whether a word is a kind of another one by its ending; both as indexed forms."""
    return form.endswith(head) and not any(form.endswith(whole) and len(head) < len(whole) for whole in _OPAQUE)


def trigrams(word: str) -> set[str]:
    padded = f"#{word}#"
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def distance(one: str, other: str, most: int) -> int:
    """Edits (insert, delete, replace, swap of neighbours) between two words; above `most` the number is not exact."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
