"""What only a record can bear out: numbers, links, carriers, ways to pay, and what is paid back for an order."""

import re
from decimal import Decimal

from tresen.agent.grounding.binding import Sentence
from tresen.agent.grounding.choices import NOT
from tresen.agent.grounding.claims import Claim
from tresen.agent.grounding.facts import SHOPPER, Sheet
from tresen.agent.grounding.reading import references

_RECORDED = frozenset(("reference", "link"))
_REFUND = re.compile(
    r"erstatt|zurückzahl|zurückbekomm|gutschrift|refund|money back|"
    r"\b(?:erhält\w*|bek[oä]m\w*|gibt es|kommen|kommt|come|comes|get|goes?)\b[^.;]*\b(?:zurück|back)\b",
    re.IGNORECASE,
)


def recorded(claim: Claim, sentence: Sentence, sheet: Sheet) -> bool:
    """Whether a record holds a reference; who carries or takes payment must be the shop's word, of the order named."""
    if claim.kind != "service":
        return bool(_holders(claim.value, sheet))
    if NOT.search(sentence.clause(claim)) and "card" not in claim.value and "karte" not in claim.value:
        return True
    told = [fact for fact in sheet.facts if fact.source != SHOPPER and claim.value in references.key(fact.value)]
    spoken = {fact.subject for fact in sheet.facts if fact.subject and fact.subject in sentence.text}
    return any(not spoken or fact.subject in spoken for fact in told)


def of_one_order(claim: Claim, sentence: Sentence, sheet: Sheet) -> bool:
    """Whether a link is of the order or parcel that is meant: by the number before it, or by the goods spoken of."""
    numbered = [each for each in sentence.claims if each.kind in _RECORDED and each.end <= claim.start]
    if numbered:
        return bool(_holders(numbered[-1].value, sheet) & _holders(claim.value, sheet))
    spoken = sentence.subject(claim)[0]
    titles = {sheet.names[product] for product in spoken if product in sheet.names}
    orders = {fact.subject for fact in sheet.facts if fact.field == "title" and fact.value in titles} - spoken
    return not orders or len(titles) > 1 or bool(orders & _holders(claim.value, sheet))


def refunds(claim: Claim, sentence: Sentence, sheet: Sheet) -> set[Decimal]:
    """What is, or would be, paid back, where a sum is said to be; empty where nothing of that kind was told."""
    if not _REFUND.search(sentence.clause(claim)):
        return set()
    labelled = [each for each in sheet.told if each.fact.now and _REFUND.search(each.fact.field)]
    return {each.figure.low for each in labelled if each.figure.kind == "price"}


def _holders(value: str, sheet: Sheet) -> frozenset[str]:
    """What the facts that hold a reference are about."""
    return frozenset(
        fact.subject
        for fact in sheet.facts
        if value and references.key(value) in references.key(f"{fact.field} {fact.value}")
    )
