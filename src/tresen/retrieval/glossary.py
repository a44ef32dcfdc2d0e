"""What goods are called in German and English, for a catalog that has only one of the two."""

from functools import cache
from importlib.resources import files

from tresen.retrieval import language

_SHORTEST_PART = 3
_LINKS = ("", "s", "es", "n", "en", "er", "e")
_LONGEST_WORD = 40
_OTHER = {"de": "en", "en": "de"}


@cache
def _entries(source: str) -> dict[str, tuple[str, ...]]:
    """Phrases in the other language by indexed form in `source`."""
    found: dict[str, dict[str, None]] = {}
    for line in (files("tresen.retrieval") / "glossary.txt").read_text("utf-8").splitlines():
        for entry in line.split(";") if not line.startswith("#") else ():
            german, _, english = entry.partition("=")
            for said in english.split(",") if german.strip() else ():
                one, other = (german, said) if source == "de" else (said, german)
                found.setdefault(_form(one.strip(), source), {})[other.strip()] = None
    return {form: tuple(phrases) for form, phrases in found.items()}


def _form(phrase: str, locale: str) -> str:
    return " ".join(language.stem(word, locale) for word in language.words(phrase))


def target(locale: str) -> str:
    """The language into which words of `locale` can be translated; empty if there is none."""
    return _OTHER.get(language.base(locale), "")


def knows(word: str, source: str) -> bool:
    return language.stem(word, source) in _entries(source)


def phrase(words: tuple[str, ...], source: str) -> tuple[str, ...]:
    """Translations of a phrase, best first."""
    return _entries(source).get(" ".join(language.stem(word, source) for word in words), ())


@cache
def translations(word: str, source: str) -> tuple[tuple[str, ...], ...]:
    """What a word means, part by part: one tuple of phrases for a plain word, two (modifier, head) for a compound."""
    whole = phrase((word,), source)
    if whole:
        return (whole,)
    if source != "de" or not word.isalpha() or not 2 * _SHORTEST_PART <= len(word) < _LONGEST_WORD:
        return ()
    for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        head = phrase((word[at:],), source)
        modifier = _modifier(word[:at], source) if head else ()
        if modifier:
            return (modifier, head)
    return ()


def _modifier(piece: str, source: str) -> tuple[str, ...]:
    for link in _LINKS:
        bare = piece.removesuffix(link) if link else piece
        if (not link or bare != piece) and len(bare) >= _SHORTEST_PART:
            found = phrase((bare,), source)
            if found:
                return found
            inner = translations(bare, source) if len(bare) > 2 * _SHORTEST_PART else ()
            if len(inner) == 2:
                return inner[1]
    return ()
