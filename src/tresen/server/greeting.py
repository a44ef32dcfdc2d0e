"""The first words of a conversation: who speaks, that it is an AI, and what one could ask."""

from typing import Any

from tresen.bootstrap import Tresen
from tresen.kit.words import say
from tresen.retrieval.facets import Facet
from tresen.shop.catalog import pick

MOST_CATEGORIES = 2


async def greeting(app: Tresen, locale: str) -> dict[str, Any]:
    """Words and quick replies in `locale`; the quick replies name categories that the catalog really has."""
    facets, shop = await app.retrieval.facets(), app.settings.shop
    leaves = {facet.key for facet in facets.categories} - {facet.parent for facet in facets.categories}
    biggest = sorted((f for f in facets.categories if f.key in leaves), key=lambda f: -f.count)[:MOST_CATEGORIES]
    choices = [say("greeting-browse", locale, category=_in_a_sentence(facet, locale)) for facet in biggest]
    return {
        "text": shop.voice.greeting.get(locale) or say("greeting", locale, shop=shop.name),
        "notice": say("greeting-notice", locale),
        "choices": [{"label": text} for text in (*choices, say("greeting-returns", locale))],
    }


def _in_a_sentence(facet: Facet, locale: str) -> str:
    """The category in mid-sentence: English writes it small there, German nouns stay tall."""
    label = pick(facet.labels, locale)
    return label[:1].lower() + label[1:] if locale == "en" else label
