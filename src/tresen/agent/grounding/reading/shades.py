"""Colours in a text: "in Hellblau", "the red one"."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from tresen.agent.planner.vocabulary import LOCALES, table

# Words that mean something else as often as a colour.
_OFTEN_ELSE = frozenset(("sand", "creme", "cream", "gold", "golden", "mint", "lime", "petrol", "bunt"))
_ENDINGS = {"de": "(?:e[rsnm]?)?", "en": ""}
_NO_COLOUR = re.compile(r"\s*(?:friday|wednesday|pepper|tea|tee|card|karte|liste?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Shade:
    """A colour named at a place; `family` is the plain colour that a shade belongs to, else its own key."""

    key: str
    family: str
    start: int
    end: int

    def may_be(self, other: "Shade") -> bool:
        """Whether both can be said of the same thing: one colour, or a shade and its plain colour."""
        return self.key == other.key or (self.family == other.family and self.family in (self.key, other.key))


@lru_cache(maxsize=4096)
def shades(text: str) -> tuple[Shade, ...]:
    """The colours that a text names, in order."""
    return tuple(
        Shade(key, str(table("colours")[key].get("of", key)), *match.span())
        for match in _pattern().finditer(text)
        if not _NO_COLOUR.match(text, match.end())
        for key in [_keys()[match.lastgroup or ""]]
    )


@cache
def _keys() -> dict[str, str]:
    return {f"c{number}": key for number, key in enumerate(table("colours"))}


@cache
def _pattern() -> re.Pattern[str]:
    found = []
    for group, key in _keys().items():
        names = [
            re.escape(name) + _ENDINGS[locale]
            for locale in LOCALES
            for name in sorted(table("colours")[key][locale], key=len, reverse=True)
            if name not in _OFTEN_ELSE
        ]
        found += [f"(?P<{group}>{'|'.join(names)})"] if names else []
    return re.compile(rf"(?<![\w-])(?:{'|'.join(found)})(?![\w-])", re.IGNORECASE)
