"""The first words of a conversation: who speaks, that it is an AI, and what one could ask."""

from typing import Any

from tresen.bootstrap import Tresen
from tresen.kit.words import say
from tresen.shop.catalog import pick

MOST_CATEGORIES = 2


async def greeting(app: Tresen, locale: str) -> dict[str, Any]:
    """Words and quick replies in `locale`; the quick replies name categories that the catalog really has."""
    facets = await app.retrieval.facets()
    leaves = {facet.key for facet in facets.categories} - {facet.parent for facet in facets.categories}
    biggest = sorted((f for f in facets.categories if f.key in leaves), key=lambda f: -f.count)[:MOST_CATEGORIES]
    choices = [say("greeting-browse", locale, category=pick(facet.labels, locale)) for facet in biggest]
    return {
        "text": say("greeting", locale, shop=app.settings.shop.name),
        "notice": say("greeting-notice", locale),
        "choices": [{"label": text} for text in (*choices, say("greeting-returns", locale))],
    }
