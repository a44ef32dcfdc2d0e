"""What a product has or is, told as yes or no, and the marks that it bears: "waterproof", "no rear light", "IPX6"."""

import re

from tresen.agent.grounding.binding import ANY, Sentence
from tresen.agent.grounding.claims import Claim
from tresen.agent.grounding.facts import SHOPPER, Sheet
from tresen.agent.grounding.reading.stems import stems

_NOT = re.compile(
    r"\b(?:nicht(?! nur)|kein\w*|ohne|weder|noch nie|not(?! only)|no|without|neither|nor|lacks?|fehlt)\b|"
    r"n['’]t\b",
    re.IGNORECASE,
)
_JUST_BEFORE = re.compile(r"\b(?:nicht|kein\w*|ohne|not|no|without|isn['’]t|hasn['’]t)\s+(?:an?\s+)?$", re.IGNORECASE)
_BOX = re.compile(
    r"\b(?:lieferumfang|karton|schachtel|im paket|beiliegend|liegt bei|dabei|enthalten|in the box|comes with|"
    r"included?s?)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:wenn|falls|ob|soll|sollte\w*|brauchst|suchst|willst|möchtest|statt|anders als|if|whether|should|need|want|"
    r"looking for|unlike|instead of|rather than)\b",
    re.IGNORECASE,
)


def wrong(claim: Claim, sentence: Sentence, sheet: Sheet) -> bool:
    """Whether the shop says the contrary of every product that is meant."""
    subject = sentence.subject(claim)[0]
    known = [sheet.traits[product][claim.value] for product in subject if claim.value in sheet.traits.get(product, {})]
    if not known or len(known) < len(subject) or _OPEN.search(sentence.clause(claim)):
        return False
    if all(known):
        return bool(_JUST_BEFORE.search(sentence.text[: claim.start]))
    return not any(known) and not _NOT.search(sentence.clause(claim))


def borne(claim: Claim, sentence: Sentence, sheet: Sheet) -> bool:
    """Whether a product that is meant bears a mark; without one, whether anything does."""
    subject = sentence.subject(claim)[0]
    of_it = [fact for fact in sheet.facts if subject == ANY or fact.subject in subject or fact.source == SHOPPER]
    return any(claim.value in _plain(fact.value) for fact in of_it)


def boxed_otherwise(claim: Claim, sentence: Sentence, sheet: Sheet) -> bool:
    """Whether several of a part are said to be in the box, where the shop lists one."""
    figure = claim.figure
    assert figure is not None
    if figure.low < 2 or not _BOX.search(sentence.text):
        return False
    noun, subject = figure.dimension.removeprefix("#"), sentence.subject(claim)[0]
    lists = [fact for fact in sheet.facts if fact.subject in subject and _BOX.search(fact.field) and fact.is_prose]
    named = [fact for fact in lists if any(_alike(each, noun) for each in stems(fact.value))]
    counted = {told.figure.dimension for told in sheet.told if told.fact in named}
    return bool(named) and figure.dimension not in counted


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00a0]", "", text).upper()


def _alike(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) > 3 and (one.startswith(other) or other.startswith(one)))
