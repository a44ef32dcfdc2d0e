"""Which language a shopper writes."""

from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.spelling import alike, words
from tresen.agent.planner.vocabulary import LOCALES, empty_words, function_words, table

ONLY_GERMAN = frozenset("äöüß")


def detect(text: str, catalog: Catalog, otherwise: str) -> str:
    """`de` or `en` by the words of a text, or `otherwise` when they could be either."""
    said = words(text)
    points = {locale: sum(word in function_words(locale) for word in said) for locale in LOCALES}
    points["de"] += 2 * bool(ONLY_GERMAN & set(text.casefold())) * (points["de"] >= points["en"])  # else in a name
    for word in said:
        if word not in empty_words():
            spoken = _spoken(word, catalog)
            points[spoken] = points.get(spoken, 0) + 1
    if points["de"] == points["en"]:
        return otherwise
    return "de" if points["de"] > points["en"] else "en"


def _spoken(word: str, catalog: Catalog) -> str:
    """The language of a content word when the catalog or the colours know it in one language only."""
    named = {
        locale
        for place, locale in enumerate(LOCALES)
        if any(alike(part, word) for each in catalog.categories for part in words(each.labels[place]) if len(part) > 2)
        or any(word == part for entry in table("colours").values() for name in entry[locale] for part in words(name))
    }
    return named.pop() if len(named) == 1 else ""
