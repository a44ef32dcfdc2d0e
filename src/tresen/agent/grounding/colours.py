"""Colours that a reply gives a product: whether the shop says that it has them."""

import re

from tresen.agent.grounding.binding import Sentence
from tresen.agent.grounding.choices import NOT
from tresen.agent.grounding.claims import Claim
from tresen.agent.grounding.facts import SHOPPER, Sheet
from tresen.agent.grounding.reading.shades import Shade, shades

# "Neon only with the summer ones": of some other product.
_ELSEWHERE = re.compile(r"\s*(?:nur |only )?(?:beim?|with|on) (?:de[rmn] |the )?[^\W\d]", re.IGNORECASE)


def false(claim: Claim, sentence: Sentence, sheet: Sheet) -> bool:
    """Whether no product that the colour is said of has it, or a plain colour of which it is a shade."""
    subject, close = sentence.subject(claim)
    elsewhere = not close and _ELSEWHERE.match(sentence.text, claim.end)
    if elsewhere or NOT.search(sentence.clause(claim)):
        return False
    meant = subject or (sheet.focus if len(sheet.focus) == 1 else frozenset())
    said = next((each for each in shades(sentence.text) if each.start == claim.start), None)
    known = [shade for product in meant for shade in _of(product, sheet)]
    return said is not None and bool(known) and not any(said.may_be(each) for each in known)


def _of(product: str, sheet: Sheet) -> list[Shade]:
    """The colours in everything that the shop says of a product; nothing if it is not offered in colours."""
    chosen = [value for values in sheet.options.get(product, {}).values() for value in values]
    chosen += [value for each in sheet.variants.values() if each.product == product for value in each.options]
    if not any(map(shades, chosen)):
        return []
    facts = [fact for fact in sheet.facts if fact.source != SHOPPER and sheet.product_of(fact.subject) == product]
    texts = [sheet.names.get(product, ""), *chosen, *(fact.value for fact in facts)]
    return [shade for text in texts for shade in shades(text)]
