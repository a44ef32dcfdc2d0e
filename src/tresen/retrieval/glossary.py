"""What goods are called in German and English, and what helps with a purpose."""

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from tresen.retrieval import language

_SHORTEST_PART = 3
_SHORTEST_HINTED = 6  # the last part of a compound, to be read as a purpose: "laufsachen"
_LINKS = ("", "s", "es", "n", "en", "er", "e")
_LONGEST_WORD = 40
_OTHER = {"de": "en", "en": "de"}
_GOODS = "# Goods:"
_OWN = "# Goods: no kind of what their last word says"


@cache
def _entries(source: str) -> dict[str, tuple[str, ...]]:
    """Phrases in the other language by indexed form in `source`."""
    found: dict[str, dict[str, None]] = {}
    for _, one, other, _ in _pairs(source):
        found.setdefault(_form(one, source), {})[other] = None
    return {form: tuple(phrases) for form, phrases in found.items()}


def _pairs(source: str) -> Iterator[tuple[str, str, str, bool]]:
    """(section, phrase, phrase in the other language, whether that is its first meaning)."""
    section = ""
    for line in (files("tresen.retrieval") / "glossary.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            section = line
            continue
        for entry in line.split(";"):
            german, _, english = entry.partition("=")
            for rank, said in enumerate(english.split(",") if german.strip() else ()):
                one, other = (german, said) if source == "de" else (said, german)
                yield section, one.strip(), other.strip(), rank == 0


@cache
def _things(source: str, first: bool = False) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for section, one, other, primary in _pairs(source):
        if section.startswith(_GOODS) and (primary or not first):
            found.setdefault(_form(one, source), {})[other] = None
    return {form: tuple(phrases) for form, phrases in found.items()}


@cache
def _own(source: str) -> dict[str, frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for section, one, other, _ in _pairs(source):
        if section == _OWN:
            found.setdefault(_form(one, source), {(one, source)}).add((other, target(source)))
    return {form: frozenset(names) for form, names in found.items()}


def own_names(words: tuple[str, ...], source: str) -> frozenset[tuple[str, str]]:
    """(name, language) of goods that are no kind of what their last word says: a sleeping bag is a Schlafsack."""
    form = " ".join(language.stem(word, source) for word in words)
    if form in _own(source) or source != "de" or len(words) > 1:
        return _own(source).get(form, frozenset())
    return next((names for known, names in _own(source).items() if form.endswith(known)), frozenset())


def things(words: tuple[str, ...], source: str) -> tuple[str, ...]:
    """Translations of a phrase as goods (light: Lampe, not leicht); any translations when there are none such."""
    return _things(source).get(" ".join(language.stem(word, source) for word in words), ()) or phrase(words, source)


@lru_cache(maxsize=100_000)
def is_thing(word: str, source: str) -> bool:
    """Whether a word is the name of goods, or a compound that ends in one: what a shop may have or not have."""
    if language.stem(word, source) in _things(source):
        return True
    ends = (word[at:] for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART))
    is_compound = source == "de" and len(translations(word, source)) == 2
    return is_compound and any(language.stem(end, source) in _things(source) for end in ends)


def same_things(words: tuple[str, ...], source: str) -> tuple[str, ...]:
    """Goods whose first meaning the phrase is: what `tights` are called, and not all that may be tights."""
    return _things(source, first=True).get(" ".join(language.stem(word, source) for word in words), ())


@cache
def _purposes() -> dict[str, tuple[str, ...]]:
    """What helps with a purpose, by the word's form in each language; German and English stand side by side."""
    found: dict[str, dict[str, None]] = {}
    for line in (files("tresen.retrieval") / "purposes.txt").read_text("utf-8").splitlines():
        said, _, hints = line.partition("=") if not line.startswith("#") else ("", "", "")
        for word in said.split(",") if hints else ():
            for locale in _OTHER:
                found.setdefault(_form(word.strip(), locale), {}).update(
                    dict.fromkeys(map(str.strip, hints.split(",")))
                )
    return {form: tuple(hints) for form, hints in found.items()}


def hints(word: str) -> tuple[str, ...]:
    """Properties and goods that a purpose asks for, in both languages: `rain` gives `waterproof`, `wasserdicht`."""
    known = _purposes()
    ends = [word, *(word[at:] for at in range(_SHORTEST_PART, len(word) - _SHORTEST_HINTED + 1) if word.isalpha())]
    forms = (language.stem(end, locale) for end in ends for locale in _OTHER)
    return next((known[form] for form in forms if form in known), ())


def _form(phrase: str, locale: str) -> str:
    return " ".join(language.stem(word, locale) for word in language.words(phrase))


def target(locale: str) -> str:
    """The language into which words of `locale` can be translated; empty if there is none."""
    return _OTHER.get(language.base(locale), "")


def knows(word: str) -> bool:
    """Whether it is a word of either language, and so no misspelling of another one."""
    return any(language.stem(word, source) in _entries(source) for source in _OTHER)


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
