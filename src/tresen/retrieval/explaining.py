"""Says how a query was understood, for the people who run a shop."""

from tresen.retrieval.finder import Catalog, understand
from tresen.retrieval.kinds import ENOUGH
from tresen.retrieval.lexical import Word
from tresen.retrieval.query import Query
from tresen.retrieval.wishes import Wishes


def explained(catalog: Catalog, query: Query) -> dict[str, str]:
    """The language, the conditions, and how each word was read."""
    wish = understand(catalog, query, lambda *_: None)
    asked = wish.conditions
    named = [f"category {asked.category_key}"] if asked.category_key else []
    told = {"language": wish.match.spoken if wish.match else "", "conditions": ", ".join([*named, *asked.names()])}
    if wish.said is not None:
        told |= _said(wish.said) | ({"order": wish.query.sort} if wish.said.sorts else {})
    return told | {f"word {word.said}": _readings(word) for word in (wish.match.read if wish.match else ())}


def _said(said: Wishes) -> dict[str, str]:
    """What the text says beside its words: the kind of goods, values that come first, goods that the shop lacks."""
    kind = f"{said.kind.word} ({int((said.kind.fit >= ENOUGH).sum())} products)" if said.kind is not None else ""
    preferred = ", ".join(f"{each.name} {each.said}" for each in said.preferences)
    told = {"kind": kind, "preferred": preferred, "not carried": said.missing}
    return {name: text for name, text in told.items() if text}


def _readings(word: Word) -> str:
    told = [" + ".join(f"{form} {weight:.2f}" for form, weight in each.forms) for each in word.readings]
    return " or ".join(told) or "not known to the catalog"
