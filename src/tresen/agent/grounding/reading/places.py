"""Countries by their names in both languages, and cities of a country next door that a shop ships to."""

from functools import cache

from babel import Locale

_CITIES = {
    "AT": "wien vienna graz linz salzburg innsbruck klagenfurt bregenz",
    "DE": "berlin hamburg münchen munich köln",
}


@cache
def places() -> dict[str, str]:
    """Name in lower case -> code of the country."""
    found = {name: code for code, names in _CITIES.items() for name in names.split()}
    for locale in map(Locale.parse, ("de", "en")):
        found |= {name.lower(): code for code, name in locale.territories.items() if len(code) == 2 and code.isalpha()}
    return found


def country(word: str) -> str:
    """The code of the country that a word names, or of the city's; empty for any other word."""
    low = word.casefold()
    return places().get(low, "") or places().get(low.removesuffix("s"), "")
