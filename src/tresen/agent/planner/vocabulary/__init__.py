"""The words the planner knows, as data: TOML in natural spelling, folded when read."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from tresen.agent.planner.spelling import fold, words

LOCALES = ("de", "en")


@cache
def table(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))


@cache
def function_words(locale: str) -> frozenset[str]:
    """The little words that tell a language."""
    return frozenset(words(table("language")[locale]["function"]))


@cache
def empty_words() -> frozenset[str]:
    """Words of both languages that say nothing about a product."""
    said = (table("language")[locale][part] for locale in LOCALES for part in ("function", "filler"))
    return frozenset(word for text in said for word in words(text))


@cache
def generic_words() -> frozenset[str]:
    """Nouns that stand for anything a shop may have."""
    return frozenset(words(table("language")["generic"]["words"]))


@cache
def circumstances() -> frozenset[str]:
    """Words for weather, light and ground, by which a story tells something about the product."""
    return frozenset(words(table("language")["circumstances"]["words"]))


def world(said: tuple[str, ...], locale: str) -> tuple[str, ...]:
    """The words of documents for the places and days that folded words name: `Lisbon` lies in the EU."""
    language = locale if locale in LOCALES else "en"
    rows = table("world").values()
    return tuple(word for row in rows if set(words(row["said"])) & set(said) for word in row[language])


@cache
def worldly() -> frozenset[str]:
    """The folded names of places and days."""
    return frozenset(word for row in table("world").values() for word in words(row["said"]))


@cache
def premises() -> frozenset[str]:
    """The shop, what belongs to it and what happens in it, folded: no goods."""
    return frozenset(words(table("language")["premises"]["words"]))


@cache
def kinds_meant() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Pairs of words that shoppers say instead of a kind of product, and the nouns categories are called by."""
    rows = table("language")["kinds"].values()
    return tuple((frozenset(words(row["said"])), frozenset(words(row["nouns"]))) for row in rows)


@cache
def trades() -> tuple[frozenset[str], ...]:
    """Words for the work of one department each."""
    return tuple(frozenset(words(row)) for row in table("language")["trades"].values())


@cache
def common_words() -> frozenset[str]:
    """Words of a talk at a counter, folded."""
    return frozenset(words(table("language")["common"]["words"]))


@cache
def numbers(kind: str) -> dict[str, int]:
    """Folded number words to numbers; `kind` is `cardinal` or `ordinal`."""
    return {fold(word): int(number) for number, names in table("numbers")[kind].items() for word in names}
