"""What a reranker wants to know of titles: their words in order, which of them name the thing, their spelling."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval import language

Ids = NDArray[np.int64]
_AFTER_HEAD = re.compile(
    r"\s(?:with|for|of|from|in|to|by|without|on|mit|ohne|für|aus|von|zum|zur|im|auf|bis)\s|[(:|,]| - ", re.IGNORECASE
)
_BITS, _BUCKETS = 2048, 2039
_BLOCK = 4096


@dataclass(frozen=True)
class Titles:
    """Title words of one language: `words[starts[i]:starts[i+1]]` are the form numbers of product i.

    `named` (P) is how many of them come before "with", "for" and the like; `spelling` (P, 256) the trigrams, hashed to
    bits, `rarity` (2048) what each bit says.
    """

    forms: dict[str, int]
    words: NDArray[np.int32]
    starts: NDArray[np.int64]
    named: NDArray[np.int32]
    spelling: NDArray[np.uint8]
    rarity: NDArray[np.float32]

    def of(self, rows: Ids) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
        """(form numbers, candidate each belongs to, place in its title) of the titles of `rows`."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        owner = np.repeat(np.arange(len(rows)), lengths)
        place = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.words[self.starts[rows][owner] + place], owner, place


def titles(texts: Sequence[str], locale: str) -> Titles:
    forms: dict[str, int] = {}
    words: list[list[int]] = []
    named = np.zeros(len(texts), np.int32)
    for row, text in enumerate(texts):
        said = [forms.setdefault(form, len(forms)) for form in language.stems(text, locale)]
        words.append(said)
        front = _AFTER_HEAD.split(text, maxsplit=1)[0]
        named[row] = min(len(said), len(language.stems(front, locale))) if len(front) < len(text) else len(said)
    lengths = np.array([len(said) for said in words], np.int64)
    flat = np.array([number for said in words for number in said], np.int32)
    spelling = np.stack([spelt(text) for text in texts]) if texts else np.zeros((0, _BITS // 8), np.uint8)
    return Titles(
        forms, flat, np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]), named, spelling, _rarity(spelling)
    )


def _rarity(spelling: NDArray[np.uint8]) -> NDArray[np.float32]:
    often = np.zeros(_BITS)
    for start in range(0, len(spelling), _BLOCK):
        often += np.unpackbits(spelling[start : start + _BLOCK], axis=1).sum(axis=0)
    return np.log1p(len(spelling) / (0.5 + often)).astype(np.float32)


def spelt(text: str) -> NDArray[np.uint8]:
    """The hashed trigrams of a text as bits."""
    letters = np.frombuffer(f" {language.fold(text)} ".encode(), np.uint8).astype(np.int64)
    bits = np.zeros(_BITS, np.bool_)
    if len(letters) > 2:
        bits[(letters[:-2] * 961 + letters[1:-1] * 31 + letters[2:]) % _BUCKETS] = True
    return np.packbits(bits)
