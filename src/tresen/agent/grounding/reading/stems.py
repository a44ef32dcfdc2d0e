"""Words as stems of both languages, so that "dicken Merinosocken" meets "Dicke Merinosocken"."""

import re
from functools import lru_cache

from tresen.retrieval import language

_WORD = re.compile(r"\d+[.,]\d+|[A-Za-zÄÖÜäöüßéèàáóíñç0-9]+(?:['’][a-z]+)?")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """One form for a word in either language; umlauts and genitives are folded."""
    bare = re.sub(r"['’]s?$", "", word.casefold())
    return language.stem(language.stem(bare, "de"), "en")


def words(text: str) -> list[tuple[str, int, int]]:
    """Words with their places; a hyphen parts them."""
    return [(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]


def stems(text: str) -> list[str]:
    return [stem(word) for word, _, _ in words(text)]
