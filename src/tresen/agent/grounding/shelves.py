"""Stock, sizes and counts of products: what a sentence says of variants, against those that were told."""

import re
from decimal import Decimal

from tresen.agent.grounding.binding import ANY, Sentence
from tresen.agent.grounding.choices import NOT, chosen_by, lacking, one_gone
from tresen.agent.grounding.claims import Claim
from tresen.agent.grounding.facts import SHOPPER, Sheet, Variant
from tresen.agent.grounding.matching import fits, same_dimension
from tresen.agent.grounding.reading import clauses
from tresen.agent.grounding.reading.figures import figures
from tresen.agent.grounding.reading.hedges import allows
from tresen.agent.grounding.reading.lexicon import about
from tresen.agent.grounding.reading.numbers import numbers
from tresen.agent.grounding.reading.sizes import Size, sizes
from tresen.agent.grounding.reading.stems import stems, words
from tresen.agent.grounding.reading.stock import stock

_FEW = 5
_SPOKEN = frozenset(("say", "tell", "note", "notes", "reason"))
_PIECES = frozenset(("paar", "pair", "stuck", "piec"))
_GOODS = frozenset(
    [
        "modell",
        "produkt",
        "artikel",
        "treff",
        "ergebnis",
        "option",
        "model",
        "product",
        "result",
        "hit",
        "match",
        "item",
        "alternativ",
        "choic",
        "variant",
    ]
)
_WHOLE = re.compile(r"\b(?:insgesamt|gesamt|in total|altogether|total|all in all|overall)\b", re.IGNORECASE)
_CARTED = re.compile(r"\b(?:warenkorb|korb|cart|basket)\b", re.IGNORECASE)
_CHOICES = re.compile(
    r"\b(?:alle[nr]?|beiden?|jede[nrms]?|sämtliche[nr]?|all|both|every|each|any)\s+(?:\w+\s+)?"
    r"(?:größen?|farben?|varianten?|ausführung\w*|sizes?|colou?rs?|variants?|versions?|options?)\b",
    re.IGNORECASE,
)
_HEARD = frozenset((SHOPPER, "show_memory", "remember"))
_YOURS = re.compile(
    r"\b(?:you (?:usually |normally )?(?:wear|take)|du (?:trägst|hast)|deine (?:\w+)?größe|your (?:\w+ )?size)\b", re.I
)
_BEGINS = re.compile(
    r"\b(?:beginn\w*|start\w*|begins?|los)\s+(?:bei|mit|ab|at|from|with|in)\s+(?:der\s+)?(?:Größe|size)?", re.IGNORECASE
)


def stock_verdict(claim: Claim, sentence: Sentence, sheet: Sheet) -> str:
    """Why a saying about stock is not borne out; empty when it is."""
    said = claim.stock
    assert said is not None
    subject, _ = sentence.subject(claim)
    products = subject or frozenset(sheet.names)
    chosen, asked = chosen_by(claim, sentence, sheet, products)
    known = [variant for variant in chosen if variant.stock is not None]
    if _told(claim, sheet):
        return ""
    if said.count is not None:
        counts = [variant.stock for variant in known if variant.stock is not None]
        totals = [sum(counts)] if counts else []
        return (
            ""
            if any(allows(said.hedge, said.count, each) for each in map(type(said.count), [*counts, *totals]))
            else "no stock of that number is known"
        )
    if said.few:
        return "" if any(0 < (variant.stock or 0) <= _FEW for variant in known) else "no stock that low is known"
    if said.there and (lacking(claim, sentence, sheet, subject) or one_gone(claim, sentence, sheet, subject)):
        return "the stock of one of these choices is otherwise"
    if asked and said.there and sentence.every(claim) and len(products) > 1:
        lacks = [each for each in sheet.listed if (own := [v for v in known if v.product == each]) and not _any(own)]
        if lacks:
            return "it does not hold for all of them"
    if sentence.every(claim) and subject == ANY:
        listed = {product: sheet.available.get(product) for product in sheet.listed or sheet.available}
        return "" if listed and set(listed.values()) == {said.there} else "it does not hold for all of them"
    if asked:
        return _of_choice(said.there, said.firm, chosen, known)
    found = [sheet.available[product] for product in products if product in sheet.available]
    if not found and not known:
        return "no stock was told" if said.firm or not sheet.names else ""
    there = any(found) or any(variant.stock for variant in known)
    missing = (bool(found) and not all(found)) or bool(known and not any(variant.stock for variant in known))
    return "" if (there if said.there else missing) else "the stock is otherwise"


def _told(claim: Claim, sheet: Sheet) -> bool:
    """Whether the shop said it in its own words this turn, as a refusal does: "Es sind nur noch 2 da"."""
    said = claim.stock
    texts = [fact.value for fact in sheet.facts if fact.now and fact.field in _SPOKEN]
    found = [each for text in texts for each in stock(text, clauses.clauses(text))]
    return said is not None and any((each.there, each.count) == (said.there, said.count) for each in found)


def _any(variants: list[Variant]) -> bool:
    return any(each.stock for each in variants)


def _of_choice(there: bool, firm: bool, chosen: list[Variant], known: list[Variant]) -> str:
    if not chosen:
        return "no such choice is known"
    if not known:
        return "the stock of this choice was not told" if firm or not there else ""
    stocks = [bool(variant.stock) for variant in known]
    return "" if (any(stocks) if there else not any(stocks)) else "the stock of this choice is otherwise"


def size_verdict(claim: Claim, sentence: Sentence, sheet: Sheet) -> str:
    """Why a naming of sizes is not borne out; "gibt es nicht in 47" is, when there is no 47."""
    if _YOURS.search(sentence.text[: claim.start + 8]) and (noted := _noted(sheet)):
        return (
            "" if all(any(each.holds(size) for each in noted) for size in claim.sizes) else "the shopper wears another"
        )
    subject, _ = sentence.subject(claim)
    if _measured_otherwise(claim, sentence, sheet, subject):
        return "that size is for another measure"
    known = sheet.sizes_of(subject) or (sheet.sizes_of(ANY) if subject == ANY else [])
    own = [size for size in claim.sizes if any(each.holds(size) for each in known) or _ends(size, known)]
    begins = _BEGINS.search(sentence.text[: claim.start + 12]) and known and own and all(each.high for each in known)
    if begins and claim.sizes[0].low > min(each.low for each in known):
        return "sizes begin lower"
    if len(own) == len(claim.sizes) and known:
        return ""
    said = [
        each
        for fact in sheet.facts
        if fact.source == SHOPPER or not known
        for found in sizes(fact.value)
        for each in found.sizes
    ]
    spoken = [fact.value for fact in sheet.facts if fact.source == SHOPPER]
    echoed = all(any(each.holds(size) for each in said) or _bare(size, spoken) for size in claim.sizes)
    if echoed and (not known or not subject or NOT.search(sentence.text)):
        return ""
    told = [
        each for fact in sheet.facts if fact.subject in subject for found in sizes(fact.value) for each in found.sizes
    ]
    if told and all(any(each.holds(size) for each in told) for size in claim.sizes):
        return ""
    if known and not own and NOT.search(sentence.clause(claim)):
        return ""
    return "no such size is known" if known else "no size was told"


def _noted(sheet: Sheet) -> list[Size]:
    """The sizes that the shopper has named, now or for us to remember."""
    texts = [fact.value for fact in sheet.facts if fact.source in _HEARD]
    remembered = any(fact.source in _HEARD - {SHOPPER} for fact in sheet.facts)
    return [each for text in texts for found in sizes(text) for each in found.sizes] if remembered else []


def _measured_otherwise(claim: Claim, sentence: Sentence, sheet: Sheet, subject: frozenset[str]) -> bool:
    """ "With 51 cm take the XS", where the XS is said to be for 46 to 50 cm."""
    said = [each.figure for each in sentence.claims if each.figure and each.figure.dimension == "length"]
    said = [each for each in said if each.low == each.high and each.end <= claim.start]
    names = {size.name for size in claim.sizes if size.name}
    if len(said) != 1 or len(names) != 1 or NOT.search(sentence.text):
        return False
    options = [values for product, values in sheet.options.items() if not subject or product in subject]
    texts = {text for each in options for values in each.values() for text in values}
    spans = [each for text in texts if text.split(" (")[0] in names for each in figures(text) if each.low < each.high]
    return bool(spans) and not any(each.low <= said[0].low <= each.high for each in spans)


def _ends(size: Size, known: list[Size]) -> bool:
    """ "37-42" of a shoe that comes in single sizes: both ends are sizes of it."""
    single = {each.low for each in known if each.low == each.high}
    return size.low < size.high and {size.low, size.high} <= single


def _bare(size: Size, spoken: list[str]) -> bool:
    return any(
        word == f"{size.low:g}" or (size.name and word == size.name) for text in spoken for word, _, _ in words(text)
    )


def miscounted(claim: Claim, sentence: Sentence, sheet: Sheet) -> bool:
    """More models than there are, or a total that is none."""
    figure = claim.figure
    assert figure is not None
    noun = figure.dimension.removeprefix("#")
    if _CARTED.search(sentence.text) or (noun in _PIECES and _bought(sheet)):
        counted = ("quantity",) if noun in ("paar", "pair") else ("count", "quantity")
        cart = {each.figure.low for each in sheet.told if each.fact.field.endswith(counted) and each.fact.now}
        return bool(cart) and noun in _GOODS | _PIECES and figure.low not in cart and not _said(figure.low, sheet)
    nouns = {noun, *stems(sentence.text[claim.end : claim.end + 24])[:1]}  # "eleven running socks"
    if not sheet.totals or not (noun in _GOODS or (nouns & _heads(sheet) and figure.low > 1)):
        return False
    if _WHOLE.search(sentence.text):
        return figure.low not in sheet.totals
    return figure.high > max(sheet.totals)


def weighed_in_another(claim: Claim, sentence: Sentence, sheet: Sheet, subject: frozenset[str]) -> bool:
    """Whether a weight is said of a size, where the shop weighed another: "Gewicht bei Größe 38"."""
    said = [size for found in sizes(sentence.clause(claim)) for size in found.sizes]
    if not said:
        return False
    texts = [fact.value for fact in sheet.facts if fact.subject in subject]
    parts = [
        text[start:end]
        for text in texts
        for start, end in clauses.sentences(text)
        if "@weight" in about(text[start:end])
    ]
    weighed = [size for part in parts if not _weights(part) for found in sizes(part) for size in found.sizes]
    return bool(weighed) and not any(one.holds(other) or other.holds(one) for one in weighed for other in said)


def _weights(text: str) -> bool:
    return any(figure.dimension == "mass" for figure in figures(text))


def _bought(sheet: Sheet) -> bool:
    return any(each.fact.field.endswith("quantity") and each.fact.now for each in sheet.told)


def _said(count: Decimal, sheet: Sheet) -> bool:
    return any(each.value == count for fact in sheet.facts if fact.source == SHOPPER for each in numbers(fact.value))


def _heads(sheet: Sheet) -> set[str]:
    """What the products are, by the nouns that several titles share."""
    counted: dict[str, int] = {}
    for title in sheet.index.titles.values():
        for each in title.core:
            counted[each] = counted.get(each, 0) + 1
    return {each for each, count in counted.items() if count > 1}


def every(claim: Claim, sentence: Sentence, sheet: Sheet, subject: frozenset[str]) -> bool:
    """Whether each listed product, or each choice of one, has a fact that bears a claim out: "alle unter 20 Euro"."""
    figure = claim.figure
    if figure is None or claim.kind not in ("price", "rating") or len(sheet.listed) < 2:
        return True
    nobody = Sentence("", [], ANY)
    if len(subject) == 1:
        own = [
            each for each in sheet.told
            if each.fact.field == "variant.price" and each.fact.now and same_dimension(figure, each.figure)
            and sheet.variants[each.fact.subject].product in subject
        ]  # fmt: skip
        whole = _CHOICES.search(sentence.text) and claim.kind == "price"
        return not whole or all(fits(figure, each, nobody, sheet) for each in own)
    for product in sheet.listed:
        own = [
            each for each in sheet.told
            if each.fact.subject == product and each.fact.now and same_dimension(figure, each.figure)
        ]  # fmt: skip
        if own and not any(fits(figure, each, nobody, sheet) for each in own):
            return False
    return True
