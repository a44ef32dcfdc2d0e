"""Facts of the shop as words."""

from typing import Any

from tresen.kit.words import say
from tresen.shop.catalog import pick


def fact_text(fact: Any, locale: str) -> str:
    """A fact of any shape as people read it."""
    if isinstance(fact, bool):
        return say("value-yes" if fact else "value-no", locale)
    if isinstance(fact, list):
        return ", ".join(pick(each, locale) for each in fact)
    return pick(fact, locale)
