"""Figures that follow from facts by simple arithmetic: twice a price, a sum, a difference."""

import re
from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations

from tresen.agent.grounding import durations
from tresen.agent.grounding.binding import ANY, Sentence
from tresen.agent.grounding.claims import Claim
from tresen.agent.grounding.facts import SHOPPER, Sheet, Told
from tresen.agent.grounding.matching import same_dimension
from tresen.agent.grounding.reading.figures import Figure
from tresen.agent.grounding.reading.hedges import Hedge, allows
from tresen.agent.grounding.reading.numbers import numbers, words

_LESS = (
    r"günstiger|billiger|preiswerter|weniger|unter|unterhalb|leichter|kürzer|drunter|darunter|früher|kleiner|"
    r"cheaper|less|under|below|lighter|shorter|earlier|smaller"
)
_MORE = (
    r"teurer|mehr|über|drüber|darüber|schwerer|länger|heller|später|größer|aufpreis|"
    r"dearer|pricier|more|over|above|heavier|longer|brighter|later|larger|extra"
)
_APART = (
    r"unterschied\w*|differenz|abstand|liegen|trennen|auseinander|spar\w*|fehl\w*|übrig|noch|dazwischen|bleib\w*|lässt|leaves?|"
    r"difference|apart|between|gap|save\w*|saving\w*|left|away|short|remaining|remain"
)
_RELATION = re.compile(rf"\b(?:(?P<less>{_LESS})|(?P<more>{_MORE})|(?P<apart>{_APART}))\b", re.IGNORECASE)
_SUM = re.compile(
    r"\b(?:zusammen|insgesamt|gesamt\w*|summe|macht|total\w*|together|altogether|sum|all in|combined|"
    r"makes|plus|dazu|mit|"
    r"with|and|add|throw|wärst|kämst|sind es|wären)\b",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"\b(?:ohne|kein\w*|abhol\w*|selbst|bleib\w*|sinkt|fällt|reduzier\w*|rest|noch|wenn|statt|vorher|eigentlich|without|"
    r"no|collect\w*|pick\w*|leaves?|left|drops?|down|becomes|remain\w*|if|instead|before|off|of)\b",
    re.IGNORECASE,
)
_TAKEN_OFF = re.compile(r"abgezogen|taken off|rabatt|discount|reductions", re.IGNORECASE)
_MISSING = re.compile(r"\b(?:fehl\w*|missing|short of|away from)\b", re.IGNORECASE)
_EACH = re.compile(
    r"\b(?:je|jeweils|pro|das paar|ein paar|das stück|einzeln|each|per|apiece|a pair|a piece|statt|instead)\b",
    re.IGNORECASE,
)
_OF_EACH = re.compile(
    r"\s*(?:each|apiece|jeweils|je\b|das (?:paar|stück)|pro (?:paar|stück)|(?:a|per) (?:pair|piece))", re.IGNORECASE
)
_SEVERAL = re.compile(r"\b(?:zwei|drei|vier|two|three|four|[2-9])\s+(?:Paar|Stück|pairs?|pieces)\b", re.IGNORECASE)
_PACK = re.compile(r"\b(\d{1,2}|[a-zäöüß]+?)(?:er|-pack|er-?pack\w*|er-?karton)(?=\b|karton|pack)", re.IGNORECASE)
_PERCENT = Decimal("0.6")  # a share is said as a whole number, up or down
_MOST_TIMES = 24
_CHAINED = frozenset(("price", "measure", "rating", "period", "percent"))


def follows(claim: Claim, sentence: Sentence, sheet: Sheet, subject: frozenset[str]) -> bool:
    """Whether a figure is a multiple, a sum or a difference of facts that the sentence speaks of."""
    figure = claim.figure
    if figure is None or figure.low != figure.high or claim.kind not in _CHAINED:
        return False
    facts = [each for each in sheet.told if _usable(each, figure, claim.kind)]
    spoken = subject | sentence.others(subject) | sentence.focus
    own = [each for each in facts if not spoken or sheet.product_of(each.fact.subject) in spoken]
    if claim.kind == "percent":
        return _share(figure, claim, sentence, sheet, spoken)
    if claim.kind == "price":
        times = _times(claim, sentence)
        if _multiple(figure, times, own or facts) or _saved(figure, times, own):
            return True
        if _LEFT.search(sentence.text) and _reduced(figure, sentence, facts):
            return True
        if (
            _SUM.search(sentence.text)
            and not _MISSING.search(sentence.text)
            and _summed(figure, claim, sentence, own, facts, sheet)
        ):
            return True
    return _differs(claim, figure, sentence, sheet, subject, facts) or durations.lasts(figure, sentence, sheet)


def _usable(told: Told, figure: Figure, kind: str) -> bool:
    fact = told.figure
    if (
        told.fact.source == SHOPPER
        or not same_dimension(figure, fact)
        or fact.low != fact.high
        or fact.dimension == "free"
    ):
        return False
    return told.fact.now or kind != "price"


def _times(claim: Claim, sentence: Sentence) -> list[Decimal]:
    """The counts of a sentence: "zwei Paar", "both", "im Zwölferkarton"."""
    text = sentence.text
    counts = {each.value for each in numbers(text) if not claim.start <= each.start < claim.end and not each.article}
    counts |= {Decimal(2)} if re.search(r"\b(?:beide\w*|both|doppel\w*|pair of)\b", text, re.IGNORECASE) else set()
    counts |= packs(text)
    return [count for count in counts if count == int(count) and 1 < count <= _MOST_TIMES]


def _multiple(figure: Figure, times: list[Decimal], facts: list[Told]) -> bool:
    prices = [each.figure.low for each in facts if each.fact.field.endswith(("price", "total"))]
    hedge = Hedge.EXACT if figure.hedge is Hedge.AT_LEAST else figure.hedge  # "from" opens a price, it proves none
    return any(
        allows(hedge, figure.high, price * count) or allows(hedge, figure.high, price / count)
        for count in times
        for price in prices
    )


def _saved(figure: Figure, times: list[Decimal], facts: list[Told]) -> bool:
    """What a pack saves: twelve times the price of one, less the price of the pack."""
    prices = {each.figure.low for each in facts if each.fact.field.endswith("price")}
    return any(figure.high == abs(one * count - pack) for count in times for one in prices for pack in prices - {one})


def _share(figure: Figure, claim: Claim, sentence: Sentence, sheet: Sheet, spoken: frozenset[str]) -> bool:
    """How much less one price is than another, or a pack than its pieces one by one, of the dearer one."""
    if _relation(claim, sentence) not in ("less", "apart") and not _LEFT.search(sentence.text):
        return False
    priced = [
        each for each in sheet.told
        if each.fact.now and each.fact.field.endswith("price") and sheet.product_of(each.fact.subject) in spoken
    ]  # fmt: skip
    prices = {each.figure.low for each in priced if each.figure.low == each.figure.high}
    said = {each.figure.high for each in sentence.claims if each.figure and each.kind == "price"}
    if any(_near_share(figure, part, total) for part, total in _taken_off(sheet)):
        return True
    for count in [*_times(claim, sentence), Decimal(1)]:
        for one in prices:
            for other in (prices if one in said else prices & said) - {one}:
                share = 100 * (1 - other / (one * count))
                if share > 0 and (allows(figure.hedge, figure.high, share) or abs(share - figure.high) < _PERCENT):
                    return True
    return False


def _near_share(figure: Figure, part: Decimal, total: Decimal) -> bool:
    share = 100 * part / (total + part)
    return allows(figure.hedge, figure.high, share) or abs(share - figure.high) < _PERCENT


def _taken_off(sheet: Sheet) -> list[tuple[Decimal, Decimal]]:
    """What a code took off, and what was left."""
    now = [each for each in sheet.told if each.fact.now and each.figure.kind == "price"]
    off = [each.figure.low for each in now if each.fact.subject == "cart" and each.fact.field == "amount"]
    totals = [each.figure.low for each in now if each.fact.subject == "cart" and each.fact.field == "total"]
    return [(part, total) for part in off for total in totals]


def _summed(figure: Figure, claim: Claim, sentence: Sentence, own: list[Told], facts: list[Told], sheet: Sheet) -> bool:
    """Prices of two or three things that are spoken of, or a total with its shipping."""
    said = [each.figure.high for each in sentence.claims if each.figure and each is not claim and each.kind == "price"]
    if len(said) > 1 and allows(figure.hedge, figure.high, sum(said, Decimal(0))):
        return True
    prices = _by_product(own if sentence.named else facts, sheet)
    charged = {each.figure.low for each in facts if each.fact.field == "total" or "@shipping" in each.near}
    sums = [{first + second for first in one for second in charged} for one in prices.values()]
    pairs = [{first + second for first in one for second in other} for one, other in combinations(prices.values(), 2)]
    totals = [{one + other} for one, other in combinations(charged | set(said), 2)]
    return any(allows(figure.hedge, figure.high, value) for group in (*sums, *pairs, *totals) for value in group)


def _reduced(figure: Figure, sentence: Sentence, facts: list[Told]) -> bool:
    """A total without one of the sums in it, or before what was taken off: "without shipping", "drops to"."""
    totals = {each.figure.low for each in facts if each.fact.field.endswith("total") and not owned(each)}
    said = {each.figure.high for each in sentence.claims if each.figure and each.kind == "price"} - {figure.high}
    parts = {each.figure.low for each in facts if not each.fact.field.endswith("total") or owned(each)} | said
    off = {each.figure.low for each in facts if "amount" in each.fact.field or _TAKEN_OFF.search(each.fact.field)}
    return any(total - part == figure.high for total in totals for part in parts) or any(
        total + part == figure.high for total in totals for part in off
    )


def owned(told: Told) -> bool:
    """Whether a total is of one line of a cart, and not of the whole."""
    return told.fact.subject not in ("cart", "checkout") and not re.search(r"-\d", told.fact.subject)


def _by_product(facts: Iterable[Told], sheet: Sheet) -> dict[str, set[Decimal]]:
    prices: dict[str, set[Decimal]] = {}
    for each in facts:
        product = sheet.product_of(each.fact.subject)
        if product in sheet.names and each.fact.field.endswith("price"):
            prices.setdefault(product, set()).add(each.figure.low)
    return prices


def _differs(
    claim: Claim, figure: Figure, sentence: Sentence, sheet: Sheet, subject: frozenset[str], facts: list[Told]
) -> bool:
    """A difference, and the right way round where a sentence says which of two is the more."""
    relation = _relation(claim, sentence)
    if relation is None:
        return False
    rivals = sentence.compared(claim) or (sentence.others(subject) or sentence.focus - subject)
    pairs = [(sheet.product_of(each.fact.subject), each.figure.low) for each in facts]
    mine = {value for product, value in pairs if subject == ANY or product in subject}
    theirs = {value for product, value in pairs if (not rivals and subject == ANY) or product in rivals}
    if not sentence.compared(claim):
        theirs |= mine if not rivals else set()
        theirs |= _beside(claim, figure, sentence, sheet, facts)
    hedge = figure.hedge if not figure.hedge.is_bound or figure.hedge is Hedge.ABOVE else Hedge.EXACT
    for one in mine:
        for other in theirs:
            gap = {"less": other - one, "more": one - other}.get(relation, abs(one - other))
            if one != other and allows(hedge, figure.high, abs(gap) if subject == ANY else gap):
                return True
    return False


def _relation(claim: Claim, sentence: Sentence) -> str | None:
    """Which way a difference goes, by the word nearest to it."""
    found = [
        (abs(match.start() - claim.end), match.lastgroup)
        for match in _RELATION.finditer(sentence.text)
        if not claim.start <= match.start() < claim.end  # "over €40" is a bound, no comparison
    ]
    return min(found)[1] if found else None


def _beside(claim: Claim, figure: Figure, sentence: Sentence, sheet: Sheet, facts: list[Told]) -> set[Decimal]:
    """What a figure may be compared with beside products: the shopper's budget, a threshold, the cart, what is said."""
    found = {
        each.figure.high
        for each in sentence.claims
        if each.figure and each is not claim and same_dimension(figure, each.figure)
    }
    found |= {
        each.figure.low for each in facts if not each.fact.subject or each.fact.subject.startswith(("doc:", "cart"))
    }
    spoken = [fact.value for fact in sheet.facts if fact.source == SHOPPER]
    if claim.kind == "price":
        found |= {each.value for text in spoken for each in numbers(text) if each.digits}
    return found


def of_one_only(claim: Claim, sentence: Sentence, bearing: list[Told]) -> bool:
    """ "Zwei Paar kosten 14,90": the price of one said of several."""
    if claim.figure is None or claim.figure.hedge.is_bound:
        return False
    if claim.kind != "price" or not bearing or any(not each.fact.field.endswith("price") for each in bearing):
        return False
    counted = _SEVERAL.search(sentence.clause(claim))
    beside = sentence.text[: claim.start].endswith("(")  # "2 Stück (14,90 €)": the price of one
    return counted is not None and not beside and not _EACH.search(sentence.text)


def compares(text: str) -> bool:
    """Whether a text says that something is more or less than another."""
    return bool(_RELATION.search(text))


def packs(text: str) -> set[Decimal]:
    """How many are in the packs that a text names: "12er-Karton", "im Zwölferpack"."""
    spelled = [match[1].casefold() for match in _PACK.finditer(text)]
    return {Decimal(each) if each.isdigit() else words()[each] for each in spelled if each.isdigit() or each in words()}


def of_each(claim: Claim, sentence: Sentence) -> bool:
    """Whether a price is said of one piece of several: a sum neither bears it out nor speaks against it."""
    return claim.kind == "price" and bool(_OF_EACH.match(sentence.text[claim.end :]))


def product_of_counts(claim: Claim, sentence: Sentence, pool: list[Told]) -> bool:
    """ "24 medals, two on each of its twelve hooks"."""
    figure = claim.figure
    values = [each.value for each in numbers(sentence.text) if not claim.start <= each.start < claim.end]
    if figure is None:
        return False
    told = [each.figure.low for each in pool]
    return any(one * other == figure.high for one, other in combinations(values, 2)) or any(
        one * other == figure.high for one in values for other in told
    )
