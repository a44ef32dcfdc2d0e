"""Says how a query was understood, for the people who run a shop."""

from tresen.retrieval.finder import Catalog, understand
from tresen.retrieval.lexical import Word
from tresen.retrieval.query import Query


def explained(catalog: Catalog, query: Query) -> dict[str, str]:
    """The language, the conditions, and how each word was read."""
    wish = understand(catalog, query, lambda _: None)
    asked = wish.conditions
    named = [f"category {asked.category_key}"] if asked.category_key else []
    told = {"language": wish.match.spoken if wish.match else "", "conditions": ", ".join([*named, *asked.names()])}
    return told | {f"word {word.said}": _readings(word) for word in (wish.match.read if wish.match else ())}


def _readings(word: Word) -> str:
    told = [" + ".join(f"{form} {weight:.2f}" for form, weight in each.forms) for each in word.readings]
    return " or ".join(told) or "not known to the catalog"
