"""How one claim is traced: which facts may bear it out, and whether a nearer fact says otherwise."""

import re
from dataclasses import dataclass, replace

from tresen.agent.grounding import (
    arithmetic,
    choices,
    colours,
    comparisons,
    done,
    durations,
    matching,
    records,
    shelves,
    traits,
)
from tresen.agent.grounding.binding import ANY, Sentence
from tresen.agent.grounding.claims import Claim
from tresen.agent.grounding.comparisons import Comparison
from tresen.agent.grounding.facts import SHOPPER, Sheet, Told
from tresen.agent.grounding.matching import denied, fits, same_dimension
from tresen.agent.grounding.nearness import Nearness
from tresen.agent.grounding.reading import clauses
from tresen.agent.grounding.reading.figures import Figure
from tresen.agent.grounding.reading.hedges import allows
from tresen.agent.grounding.reading.numbers import numbers
from tresen.agent.grounding.reading.stems import stem

UNKNOWN = "no fact says this"
OTHERWISE = "the facts say otherwise"
_TODAY_ONLY = frozenset(("price", "stock", "date"))
_REVIEWER_WORDS = """
    Kunde Kundin Käufer Käuferin schreibt schreiben sagt sagen lobt loben meint jemand Rezension Rezensent berichtet
    customer buyer reviewer writes says praises someone reports review reviews Rezensionen Stimmen
"""
_REVIEWER = frozenset(stem(word) for word in _REVIEWER_WORDS.split())
_BUDGET_WORDS = """
    Budget Limit Wunsch gewünscht gesucht suchst Rahmen Preisrahmen Vorgabe Grenze asked wanted
"""
_BUDGET = frozenset(stem(word) for word in _BUDGET_WORDS.split())
_PIECES = frozenset(("#stuck", "#piec", "#mal", "#tim"))
_PROMISED = frozenset(("@reply", "@shipping", "@pickup"))
_SAID_BACK = re.compile(
    r"\b(?:nicht|kein\w*|nichts|genannt|gesagt|geschrieben|erwähnt|meinst|meintest|wolltest|möchtest|not|no|nothing|"
    r"never|said|asked|mentioned|wrote|meant)\b|\b(?:deine[rnm]?|your) (?:\w+ )?[€\d]|n['’]t\b",
    re.IGNORECASE,
)
# What only the shop can promise, whatever is written about a product: when it comes.
_AT_YOURS = re.compile(r"\b(?:bei|zu) dir\b|\b(?:with you|at your door|to your door)\b|liefer|deliver", re.IGNORECASE)
_CHARGES = frozenset(("@shipping", "@threshold", "@missing", "@total", "@discount", "@return"))
_SAVES = re.compile(r"\b(?:spar\w*|save\w*|saving)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Verdict:
    """Why a claim cannot be said, and the one fact that fits instead; both empty when it is true."""

    why: str = ""
    instead: str = ""


TRUE = Verdict()


def trace(claim: Claim, sentence: Sentence, sheet: Sheet) -> Verdict:
    """Whether the sheet bears a claim out."""
    if claim.kind == "stock":
        return Verdict(shelves.stock_verdict(claim, sentence, sheet))
    if claim.kind == "size":
        return Verdict(shelves.size_verdict(claim, sentence, sheet))
    if claim.kind == "colour":
        return Verdict(OTHERWISE) if colours.false(claim, sentence, sheet) else TRUE
    if claim.kind == "property":
        return Verdict(OTHERWISE) if traits.wrong(claim, sentence, sheet) else TRUE
    if claim.kind == "mark":
        return TRUE if traits.borne(claim, sentence, sheet) else Verdict(UNKNOWN)
    if claim.kind == "link":
        given = claim.value in sheet.links and records.of_one_order(claim, sentence, sheet)
        return TRUE if given else Verdict("no such link was given")
    if claim.kind == "deed":
        return Verdict("nothing in this conversation did this") if done.untrue(claim, sentence.text, sheet) else TRUE
    if claim.kind in ("reference", "address", "service"):
        return TRUE if records.recorded(claim, sentence, sheet) else Verdict(UNKNOWN)
    if claim.comparison:
        return _compared(claim, claim.comparison, sentence, sheet)
    if claim.figure is None:
        return Verdict(f"no such {claim.kind} is known" if claim.kind != "brand" else "no fact names this brand here")
    if calendar := matching.calendar(claim.figure, sentence, sheet):
        return TRUE if calendar == "right" else Verdict("the calendar says otherwise")
    return _figured(claim, claim.figure, sentence, sheet)


def _compared(claim: Claim, said: Comparison, sentence: Sentence, sheet: Sheet) -> Verdict:
    subject, _ = sentence.subject(claim)
    named = [sentence.text[each.start : each.end] for each in sentence.named if each.ids == subject]
    if said.most and not any(letter.isupper() for name in named for letter in name):
        return TRUE  # "the cheapest road shoe" names a kind, not a product
    others = sentence.compared(claim) or (sentence.focus - subject if len(sentence.focus) == 2 else ANY)
    return Verdict(OTHERWISE) if comparisons.false(said, subject, others, sheet) else TRUE


def _figured(claim: Claim, figure: Figure, sentence: Sentence, sheet: Sheet) -> Verdict:
    """A figure is true when a fact of its subject bears it out and no nearer one says otherwise."""
    if claim.kind == "price" and (owed := records.refunds(claim, sentence, sheet)):
        return TRUE if figure.high in owed else Verdict(OTHERWISE)
    subject, close = sentence.subject(claim)
    if claim.kind == "price" and not sentence.far(claim) & _CHARGES and choices.beyond(claim, sentence, sheet, subject):
        return Verdict(OTHERWISE)
    pool = _pool(claim, sentence, sheet, subject)
    if durations.adds_up(figure, sentence, pool):
        return TRUE
    if claim.kind == "count":
        return _counted(claim, sentence, sheet, pool)
    bearing = [
        each
        for each in pool
        if fits(figure, each, sentence, sheet) and not matching.of_other_days(figure, each, sentence, sheet)
    ]
    against = [each for each in pool if each not in bearing and not _spoken_for(each, claim, sentence, sheet)]
    if not bearing:
        follows = (
            (figure.dimension.startswith("nth") and not pool)
            or matching.left_out(figure, sentence, pool)
            or _echoed(claim, sentence, sheet, subject, close, pool)
            or arithmetic.follows(claim, sentence, sheet, subject)
        )
        return TRUE if follows else Verdict(UNKNOWN, _instead(claim, sentence, against, subject, sheet))
    if figure.dimension == "mass" and shelves.weighed_in_another(claim, sentence, sheet, subject):
        return Verdict("the weight was told of another size")
    priced = claim.kind == "price" and all(each.fact.field.endswith("price") for each in bearing)
    if priced and choices.priced_otherwise(claim, sentence, sheet, subject):
        return Verdict(OTHERWISE)
    if claim.kind == "price" and close and _of_shipping(claim, sentence, bearing, against, subject, sheet):
        return Verdict(OTHERWISE)
    if arithmetic.of_one_only(claim, sentence, bearing):
        return Verdict(OTHERWISE)
    if sentence.every(claim) and not shelves.every(claim, sentence, sheet, subject if close else ANY):
        return Verdict(OTHERWISE)
    return _nearest(claim, sentence, bearing, against, subject, sheet)


def _pool(claim: Claim, sentence: Sentence, sheet: Sheet, subject: frozenset[str]) -> list[Told]:
    """The facts of a claim's kind and subject; what a document or the cart says holds for every product."""
    figure = claim.figure
    assert figure is not None
    now_only = claim.kind in _TODAY_ONLY or (claim.kind == "percent" and "@discount" in sentence.far(claim))
    promised = bool(_AT_YOURS.search(sentence.clause(claim)))
    found = [
        each
        for each in sheet.told
        if each.fact.source != SHOPPER
        and same_dimension(figure, each.figure)
        and (figure.dimension == each.figure.dimension or claim.kind != "period" or not owner(each, sheet))
        and (each.fact.now or not now_only)
        and (not each.fact.field.startswith("review") or sentence.far(claim) & _REVIEWER)
        and not (promised and each.fact.is_prose)
    ]
    if subject == ANY:
        return found
    return [each for each in found if owner(each, sheet) in subject or owner(each, sheet) == ""]


def _spoken_for(told: Told, claim: Claim, sentence: Sentence, sheet: Sheet) -> bool:
    """Whether the clause says this fact too, beside the claim."""
    clause = clauses.around(sentence.clauses, claim.start)
    return any(
        each is not claim
        and each.figure
        and clause[0] <= each.start < clause[1]
        and same_dimension(each.figure, told.figure)
        and fits(each.figure, told, sentence, sheet)
        for each in sentence.claims
    )


def owner(told: Told, sheet: Sheet) -> str:
    """The product that a fact is about; empty for documents, the cart, the checkout."""
    product = sheet.product_of(told.fact.subject)
    return product if product in sheet.names or told.fact.subject in sheet.variants else ""


def _echoed(
    claim: Claim, sentence: Sentence, sheet: Sheet, subject: frozenset[str], close: bool, pool: list[Told]
) -> bool:
    """What the shopper said may be said back, but not as a fact of a product that has its own."""
    figure = claim.figure
    assert figure is not None
    if claim.kind == "date" and any(owner(each, sheet) for each in pool):
        return False
    said = [each for each in sheet.told if each.fact.source == SHOPPER and same_dimension(figure, each.figure)]
    heard = {number.value for fact in sheet.facts if fact.source == SHOPPER for number in numbers(fact.value)}
    if not any(
        each.figure.low <= figure.low <= each.figure.high or each.figure.high == figure.high for each in said
    ) and not (claim.kind == "price" and figure.high in heard):
        return False
    own = [each for each in pool if owner(each, sheet)]
    addressed = bool(sentence.far(claim) & _BUDGET) or (
        figure.hedge.is_bound and choices.NOT.search(sentence.clause(claim)) is not None  # "nothing below 50 euros"
    )
    if claim.kind in ("price", "percent") and not (addressed or figure.hedge.is_bound or sentence.question):
        return bool(_SAID_BACK.search(sentence.text))  # a wish is not granted by saying it again
    kept = figure.hedge.is_bound and all(allows(figure.hedge, figure.high, each.figure.low) for each in own)
    return not (close and own) or addressed or kept


def _nearest(
    claim: Claim, sentence: Sentence, bearing: list[Told], against: list[Told], subject: frozenset[str], sheet: Sheet
) -> Verdict:
    """A claim is false where a fact that does not bear it out shares more of its words than any that does."""
    figure = claim.figure
    assert figure is not None
    if figure.dimension in ("date", "weekday", "soon"):  # what is spoken of, not what is said of it
        shut = any(denied(figure, each, sentence) for each in against)
        return Verdict(OTHERWISE) if shut or _of_another(claim, sentence, bearing, against) else TRUE
    sums = all(each.fact.field == "total" for each in bearing)
    if sums and arithmetic.of_each(claim, sentence) and any(each.fact.field == "price" for each in against):
        return Verdict(OTHERWISE)
    if any(_chosen(each, sheet) or each.fact.field == "total" for each in bearing):
        return TRUE  # "in 140 cm" says which one is meant; a total is like nothing else
    single = {each.figure.low for each in bearing if each.figure.low == each.figure.high}
    spanned = figure.low < figure.high and {figure.low, figure.high} <= single
    if sentence.columns or spanned or (claim.kind == "price" and _SAVES.search(sentence.text)):
        return TRUE
    if arithmetic.of_each(claim, sentence):
        against = [each for each in against if not each.fact.field.endswith("total")]
    measure = Nearness(sentence.near(claim), sentence.far(claim), [*bearing, *against], sheet)
    alike = any(each.figure.hedge.side == figure.hedge.side or "@threshold" in each.near for each in bearing)
    bound = claim.kind == "price" and figure.hedge.is_bound and alike
    nearer = any(measure.contradicts(each, bearing, bound) for each in against)
    return Verdict(OTHERWISE, _instead(claim, sentence, against, subject, sheet)) if nearer else TRUE


def _of_shipping(
    claim: Claim, sentence: Sentence, bearing: list[Told], against: list[Told], subject: frozenset[str], sheet: Sheet
) -> bool:
    """Whether what shipping costs is told as the price of a product that has its own."""
    if sentence.far(claim) & _CHARGES:
        return False
    priced = any(owner(each, sheet) in subject and each.fact.field.endswith("price") for each in against)
    return priced and all("@shipping" in each.near | each.line | each.wide for each in bearing)


def _of_another(claim: Claim, sentence: Sentence, bearing: list[Told], against: list[Told]) -> bool:
    """Whether the day was told of something else: a parcel's, where an answer is promised."""
    spoken = sentence.near(claim) & _PROMISED
    return (
        bool(spoken)
        and not any(spoken & (each.near | each.line | each.far | each.wide) for each in bearing)
        and any(spoken & (each.near | each.line | each.far) for each in against)
    )


def _instead(claim: Claim, sentence: Sentence, against: list[Told], subject: frozenset[str], sheet: Sheet) -> str:
    """The one fact of the subject that could stand in the claim's place."""
    figure = claim.figure
    assert figure is not None
    if figure.hedge.is_bound or subject == ANY or claim.kind in ("count", "date"):
        return ""
    own = [each for each in against if owner(each, sheet) in subject]
    if len({each.figure.said.strip() for each in own}) > 1:
        measure = Nearness(sentence.near(claim), sentence.far(claim), own, sheet)
        scores = [(measure.of(each), each) for each in own]
        top = max(score for score, _ in scores)
        own = [each for score, each in scores if score == top] if top > 0 else own
    fitting = dict.fromkeys(each.figure.said.strip() for each in own)
    return next(iter(fitting)) if len({(each.figure.low, each.figure.high) for each in own}) == 1 else ""


def _chosen(told: Told, sheet: Sheet) -> bool:
    return any(told.fact.value in values for options in sheet.options.values() for values in options.values())


def _counted(claim: Claim, sentence: Sentence, sheet: Sheet, pool: list[Told]) -> Verdict:
    """A count is false only where the facts count the same thing otherwise."""
    figure = claim.figure
    assert figure is not None
    if shelves.miscounted(claim, sentence, sheet) or traits.boxed_otherwise(claim, sentence, sheet):
        return Verdict(OTHERWISE)
    if figure.dimension in _PIECES and "@reviews" in sentence.near(claim):  # "the most ratings: 211 of them"
        rated = replace(figure, dimension="#bewert")
        return _figured(replace(claim, figure=rated), rated, sentence, sheet)
    if any(each.fact.field.endswith("quantity") and each.figure.low == figure.low for each in sheet.told):
        return TRUE
    bearing = [each for each in pool if fits(figure, each, sentence, sheet)]
    if not pool:
        elsewhere = any(
            same_dimension(figure, each.figure) for each in sheet.told if each.fact.field.startswith("attributes")
        )
        return Verdict(UNKNOWN) if elsewhere and figure.said[0].isalpha() and not figure.said[0].islower() else TRUE
    if not bearing and arithmetic.product_of_counts(claim, sentence, pool):
        return TRUE
    against = [each for each in pool if each not in bearing]
    return _nearest(claim, sentence, bearing, against, ANY, sheet) if bearing else Verdict(OTHERWISE)
