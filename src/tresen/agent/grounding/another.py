"""A second product that a sentence names by its brand or kind alone: "Brisa also has ankle socks for 8.90"."""

import re
from collections.abc import Sequence

from tresen.agent.grounding.claims import Claim
from tresen.agent.grounding.facts import Sheet
from tresen.agent.grounding.reading.naming import Mention

_BESIDE = re.compile(
    r"\b(?:also|another|other|else|alternatively|too|auch|außerdem|noch|ander\w+|weiter\w+|alternativ)\b", re.IGNORECASE
)
_TOLD = frozenset(("price", "variant.price", "rating"))


def another(text: str, claims: Sequence[Claim], focus: frozenset[str], sheet: Sheet) -> tuple[Mention, str] | None:
    """The naming that may mean several products, and the one product beside the focus that all figures are told of."""
    figures = [each.figure for each in claims if each.figure and each.kind in ("price", "rating")]
    if not figures or not focus or not _BESIDE.search(text):
        return None
    vague = [each for each in sheet.index.mentions(text) if len(each.ids) > 1]
    told = {
        product: _told(product, sheet)
        for product in {one for each in vague for one in each.ids}
        if any(each.low == each.high for each in figures)
    }
    fitting = [
        product for product, known in told.items() if all((each.dimension, each.low) in known for each in figures)
    ]
    if len(fitting) != 1 or fitting[0] in focus:
        return None
    product = fitting[0]
    mention = next((each for each in reversed(vague) if product in each.ids), None)
    return (mention, product) if mention else None


def _told(product: str, sheet: Sheet) -> set[tuple[str, object]]:
    """Prices and ratings of a product that hold now."""
    return {
        (each.figure.dimension, each.figure.low)
        for each in sheet.told
        if each.fact.field in _TOLD and each.fact.now and sheet.product_of(each.fact.subject) == product
    }
