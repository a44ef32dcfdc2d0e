"""The properties a shopper asks for, by the names the live catalog gives them: `für Damen`, `wasserdicht`, `vegan`."""

import re
from functools import cache

from tresen.agent.planner.catalog import Attribute, Catalog
from tresen.agent.planner.spelling import fold, stem, terms, words
from tresen.agent.planner.vocabulary import table

SLOTS = frozenset({"size", "color", "colour", "type", "pack_size"})  # asked for in other ways, or left to the query
VAGUE = frozenset(
    words(
        "kurz lang mittel dünn dick weich hart direkt neutral stabil single box pouch unisex stück beutel "
        "short long full half medium thin thick soft firm stability hard one none keine"
    )
)
CHILDHOOD = 14  # years
INFLECTION = 3  # letters that an ending may add
_AGE = re.compile(
    r"\b(\d{1,2})[\s-]*(?:jahre?\s+alt|jährige[nrms]?|jaehrige[nrms]?|years?[\s-]+olds?|year[\s-]+olds?|yrs?[\s-]+old|yo\b)",
    re.I,
)
_KIND = re.compile(r"\b(?:so|very|too|how)\s+kind\b|\bkind\s+(?:of|regards)\b", re.I)  # no `Kind`
Wanted = dict[str, str]


def attributes_in(text: str, catalog: Catalog, locale: str = "en") -> tuple[Wanted, frozenset[str]]:
    """The attributes a text asks for, and the folded words that did."""
    said = words(_KIND.sub(" ", text))
    wanted: Wanted = {}
    used: set[str] = set()
    labels = catalog.label_words()
    for flag in (each for each in catalog.flags if not set(words(each.replace("_", " "))) <= labels):
        if spoken := _spoken(said, _flag_phrases(flag)):
            wanted[flag] = "yes"
            used |= spoken
    for attribute in catalog.attributes:
        if attribute.key not in SLOTS and (found := _value(attribute, said, text, locale)):
            wanted[attribute.key] = found[0]
            used |= found[1]
    return wanted, frozenset(used - {""})


def universal(key: str, catalog: Catalog) -> bool:
    """Whether an attribute says for whom or for which season, which no category settles."""
    return any(_concept(names) for each in catalog.attributes if each.key == key for names in each.values)


def for_children(wanted: Wanted, catalog: Catalog) -> bool:
    """Whether a wish is for children, and some of the catalog's categories are for children alone."""
    named = any(_concept(names) == "kids" for each in wanted.values() for names in _values_named(each, catalog))
    return named and any(each.named_after for each in catalog.categories)


def _values_named(value: str, catalog: Catalog) -> list[tuple[str, ...]]:
    return [names for each in catalog.attributes for names in each.values if value in names]


def without(text: str, used: frozenset[str]) -> str:
    """A text without the words that became attributes."""
    for term in terms(text):
        if words(term) and set(words(term)) <= used | {"s"}:
            text = re.sub(rf"(?<!\w){re.escape(term)}(?!\w)", " ", text)
    return text


def _value(attribute: Attribute, said: tuple[str, ...], text: str, locale: str) -> tuple[str, set[str]] | None:
    """The first value of an attribute that is named, with the words naming it; the shop's word in the locale."""
    place = 0 if locale == "de" else -1
    for names in attribute.values:
        if set(words(" ".join(names))) <= VAGUE:
            continue
        if spoken := _spoken(said, _value_phrases(names)) or _young(names, text):
            return names[place], spoken
    return None


def _young(names: tuple[str, ...], text: str) -> set[str]:
    """`my 9 year old`: a child by its age."""
    aged = _AGE.search(text)
    if aged and int(aged[1]) < CHILDHOOD and _concept(names) == "kids":
        return set(words(aged[0]))
    return set()


def _spoken(said: tuple[str, ...], phrases: tuple[tuple[str, ...], ...]) -> set[str]:
    """The words by which the first of the phrases is said."""
    for phrase in phrases:
        for start in range(len(said) - len(phrase) + 1):
            part = said[start : start + len(phrase)]
            if all(_is(word, wanted) for word, wanted in zip(part, phrase, strict=True)):
                return {"" if _in_compound(*pair) else pair[0] for pair in zip(part, phrase, strict=True)}
    return set()


def _is(word: str, wanted: str) -> bool:
    if wanted.endswith("*"):
        return word.startswith(wanted[:-1])
    return word == wanted or (min(len(word), len(wanted)) > 4 and stem(word) == stem(wanted))


def _in_compound(word: str, wanted: str) -> bool:
    """`Winterreifen` tells the season, and is still the thing that is looked for."""
    return len(word) - len(wanted) > INFLECTION


@cache
def _flag_phrases(flag: str) -> tuple[tuple[str, ...], ...]:
    known = table("attributes")["flags"].get(flag, [])
    return _phrases([*known, flag.replace("_", " ")])


@cache
def _value_phrases(names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    concept = _concept(names)
    known = table("attributes")["values"][concept]["said"] if concept else []
    return _phrases([*known, *(name for name in names if not set(words(name)) <= VAGUE)])


def _phrases(texts: list[str]) -> tuple[tuple[str, ...], ...]:
    """Longest first, each a row of folded words that may end in `*`."""
    rows = {tuple(fold(word) for word in re.split(r"[\s-]+", text) if word) for text in texts}
    return tuple(sorted(rows, key=lambda row: (-len(row), row)))


@cache
def _concept(names: tuple[str, ...]) -> str:
    folded = {fold(name) for name in names}
    for concept, entry in table("attributes")["values"].items():
        if folded & {fold(name) for name in entry["is"]}:
            return str(concept)
    return ""
