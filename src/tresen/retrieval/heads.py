"""What labels and titles call the things they are about: `helmet` of "Kiez city helmet with magnetic buckle"."""

import re

from tresen.retrieval import glossary, language
from tresen.retrieval.vocabulary import Vocabulary
from tresen.shop.catalog import Texts

# Where the naming part of a label or title ends: "socks | with terry soles", "Laufen | für Kinder".
AFTER_HEAD = re.compile(r"\s(?:with|for|of|from|in|to|by|without|mit|ohne|für|aus|von|zum|zur|im|auf|bis)\s|[(:|]")
AND = re.compile(r"\s(?:and|und|or|oder|&|\+)\s|[,/]")
_LONGEST_UNIT = 5


def heads_of(texts: Texts, locale: str, vocabulary: Vocabulary, title: bool = False) -> set[str]:
    """The nouns a label or title is about: `helmet` of "city helmet with visor", `helm` of "Stadthelm Kiez"."""
    found: set[str] = set()
    front = AFTER_HEAD.split(text_in(texts, locale))[0]
    for phrase in [front.partition(",")[0]] if title else AND.split(front):
        # In German the noun may be followed by a name; in English it comes last.
        for word in _nouns(phrase) if language.base(locale) != "en" else language.words(phrase)[-1:]:
            found |= {language.stem(word, locale), *_tails(word, locale, vocabulary)}
    return found


def standing(texts: Texts, locale: str) -> set[str]:
    """The words of a title's front that are not there to say which thing the next one is."""
    said = language.words(AFTER_HEAD.split(text_in(texts, locale))[0])
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
