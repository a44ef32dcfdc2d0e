"""How a word of a query can be read against a catalog: as written, taken apart, mended, or translated."""

from collections.abc import Callable
from dataclasses import dataclass

from tresen.retrieval import glossary, language
from tresen.retrieval.vocabulary import Vocabulary

_HEAD, _MODIFIER = 0.65, 0.35
_SPLIT, _HEAD_ONLY, _ENDING, _JOINED = 0.85, 0.25, 0.75, 0.9
_HELPFUL, _LESS = 0.85, 0.02
_TRANSLATED, _OTHER_SENSE, _SYNONYM = 0.95, 0.8, 0.6


@dataclass(frozen=True)
class Reading:
    """One way to read a word of the query: indexed forms that count together, by weight."""

    locale: str
    forms: tuple[tuple[str, float], ...]


def as_written(word: str, follower: str, vocabulary: Vocabulary, has: Callable[[str], bool]) -> list[Reading]:
    locale, found = vocabulary.locale, []
    form = language.stem(word, locale)
    if has(form):
        found.append(Reading(locale, ((form, 1.0),)))
    # In English a word that is known whole is no sum of its parts: a keyboard is neither key nor board.
    halves = vocabulary.split(word) if vocabulary.compounding or not found else None
    if halves:
        modifier, head = (language.stem(half, locale) for half in halves)
        found.append(Reading(locale, ((head, _HEAD * _SPLIT), (modifier, _MODIFIER * _SPLIT))))
    joined = language.stem(word + follower, locale) if follower and word.isalpha() else ""
    if joined and has(joined):
        found.append(Reading(locale, ((joined, _JOINED),)))
    return found


def translated(word: str, spoken: str, locale: str, has: Callable[[str], bool]) -> list[Reading]:
    """Readings of a word of another language; each sense of a compound's head with each of its modifier."""
    if glossary.target(spoken) != language.base(locale):
        return []
    parts = glossary.translations(word, spoken)
    senses = [[_phrase(phrase, locale, has) for phrase in part] for part in parts]
    if len(senses) == 1:
        return [_reading(forms, rank, locale) for rank, forms in enumerate(senses[0]) if forms]
    found = []
    for rank, head in enumerate(senses[1] if senses else []):
        for modifier in senses[0]:
            joined = tuple((form, weight * _MODIFIER) for form, weight in modifier)
            whole = (*((form, weight * _HEAD) for form, weight in head), *joined)
            if head or modifier:
                found.append(_reading(whole, rank, locale))
    return found


def synonyms(word: str, locale: str, has: Callable[[str], bool]) -> list[Reading]:
    """Other names for a thing: what its names in the other language are called back here (laptop, notebook)."""
    there = glossary.phrase((word,), locale)[:2]
    back = dict.fromkeys(name for each in there for name in glossary.phrase((each,), glossary.target(locale))[:3])
    found = (_phrase(name, locale, has) for name in back if name != word)
    return [Reading(locale, tuple((form, weight * _SYNONYM) for form, weight in forms)) for forms in found if forms]


def helpful(word: str, locale: str, has: Callable[[str], bool]) -> list[Reading]:
    """What helps with a purpose (rain: waterproof); the hints come in the order of how much they tell."""
    found = ((rank, _phrase(hint, locale, has)) for rank, hint in enumerate(glossary.hints(word)))
    return [
        Reading(locale, tuple((form, weight * (_HELPFUL - _LESS * rank)) for form, weight in forms))
        for rank, forms in found
        if forms
    ]


def _reading(forms: tuple[tuple[str, float], ...], rank: int, locale: str) -> Reading:
    sense = _TRANSLATED if rank == 0 else _OTHER_SENSE
    return Reading(locale, tuple((form, weight * sense) for form, weight in forms))


def _phrase(phrase: str, locale: str, has: Callable[[str], bool]) -> tuple[tuple[str, float], ...]:
    """The indexed forms of a phrase; its last word says what it is."""
    forms = [language.stem(word, locale) for word in language.words(phrase)]
    if len(forms) == 1:
        return ((forms[0], 1.0),) if has(forms[0]) else ()
    rest = _MODIFIER / max(len(forms) - 1, 1)
    weights = [*[rest] * (len(forms) - 1), _HEAD]
    return tuple((form, weight) for form, weight in zip(forms, weights, strict=True) if has(form))


def guesses(word: str, vocabulary: Vocabulary, mend: bool = True) -> list[Reading]:
    """Readings of a word that the catalog does not have; `mend` those that may be a typing mistake."""
    locale = vocabulary.locale
    endings = [Reading(locale, ((form, _ENDING),)) for form in vocabulary.ending_in(word)]
    typos = [Reading(locale, ((form, likeness),)) for form, likeness in (vocabulary.near(word) if mend else ())]
    if endings or typos:
        return endings + typos
    compound = vocabulary.near_compound(word) if mend else None
    if compound:
        modifier, form, likeness = compound
        parts = ((form, _HEAD * _SPLIT * likeness), (language.stem(modifier, locale), _MODIFIER * _SPLIT * likeness))
        return [Reading(locale, parts)]
    head = vocabulary.head(word) if word.isalpha() and vocabulary.compounding else ""
    return [Reading(locale, ((language.stem(head, locale), _HEAD_ONLY),))] if head else []


def is_strange(readings: list[Reading]) -> bool:
    """Whether nothing but the head of a compound was understood."""
    return all(reading.forms[0][1] == _HEAD_ONLY for reading in readings)
