"""Which choices of a product a sentence names, by colour, size, pack: what is said of them holds for those alone."""

import re
from itertools import product as product_of

from tresen.agent.grounding.arithmetic import compares, packs
from tresen.agent.grounding.binding import Sentence
from tresen.agent.grounding.claims import Claim
from tresen.agent.grounding.facts import Sheet, Variant
from tresen.agent.grounding.reading.figures import figures
from tresen.agent.grounding.reading.sizes import size_of, sizes
from tresen.agent.grounding.reading.stems import stems

NOT = re.compile(
    r"\b(?:nicht|kein\w*|leider|not|no|isn't|aren't|don't|doesn't|without|ohne|bis auf|außer|except)\b|n['’]t\b",
    re.IGNORECASE,
)
_SINGLY = re.compile(r"\b(?:einzeln\w*|single|singly|individually|on its own)\b", re.IGNORECASE)
_LENGTH = re.compile(r"(\d{2,4})\s?(?:cm|mm|m|ml|l|g)")
_LIMIT = re.compile(
    r"\b(?:unter|unterhalb|innerhalb|im rahmen|maximal|höchstens|under|below|within|inside|up to|at most|"
    r"no more than)\b[^.;,]{0,40}$",
    re.IGNORECASE,
)
_PIECES = re.compile(r"(\d+)\s+(?:Stück|pieces?|pcs?|pack)\b", re.IGNORECASE)


def chosen_by(claim: Claim, sentence: Sentence, sheet: Sheet, products: frozenset[str]) -> tuple[list[Variant], bool]:
    """The variants that the clause, else the sentence, chooses; and whether it chooses any."""
    variants = [each for each in sheet.variants.values() if each.product in products]
    named = {product: named_by(claim, sentence, sheet, product) for product in products}
    if not any(named.values()):
        return variants, False
    values = {value for groups in named.values() for group in groups for value in group}
    keys = [
        {value for value in offered if value in values}
        for product in products
        for offered in sheet.options.get(product, {}).values()
    ]
    chosen = [each for each in variants if all(_one_of(each, group, sheet) for group in keys if group)]
    return chosen or [Variant(next(iter(products), ""), ())], True


def named_by(claim: Claim, sentence: Sentence, sheet: Sheet, product: str) -> list[list[str]]:
    """The values of each option that the phrase names, with the one that the sentence names of another option."""
    options = sheet.options.get(product, {}).values()
    close = [[value for value in values if says(sentence.phrase(claim), value)] for values in options]
    whole = [[value for value in values if says(sentence.text, value)] for values in options]
    if not any(close):
        return [group for group in whole if group]
    kept = [near or (far if len(far) == 1 else []) for near, far in zip(close, whole, strict=True)]
    return [group for group in kept if group]


def lacking(claim: Claim, sentence: Sentence, sheet: Sheet, subject: frozenset[str]) -> bool:
    """Whether one of the choices that are said to be there is not: each size of a colour, both colours in each size."""
    meant = subject or frozenset(each for named in sentence.named for each in named.ids) or sentence.focus
    if len(meant) != 1 or NOT.search(sentence.text):
        return False
    product = next(iter(meant))
    alone = sum(each.kind == "stock" for each in sentence.claims) == 1
    options = sheet.options.get(product, {}).values()
    spoken = [[value for value in values if says(sentence.text, value)] for values in options]
    groups = [each for each in spoken if each] if alone else named_by(claim, sentence, sheet, product)
    if len(groups) < 2 or not (sentence.every(claim) or any(len(group) == 1 for group in groups)):
        return False
    stocks = {each.options: each.stock for each in _variants(product, sheet) if each.stock is not None}
    if len(stocks) < 2:
        return False  # only the best match was told
    there = [set(chosen) for chosen, stock in stocks.items() if stock]
    return any(not any(set(each) <= chosen for chosen in there) for each in product_of(*groups))


def one_gone(claim: Claim, sentence: Sentence, sheet: Sheet, subject: frozenset[str]) -> bool:
    """Whether one of several choices that are said to be there is sold out: "in 85, 110 und 140 cm lieferbar"."""
    meant = subject or frozenset(each for named in sentence.named for each in named.ids) or sentence.focus
    if len(meant) != 1 or NOT.search(sentence.text) or sum(each.kind == "stock" for each in sentence.claims) > 1:
        return False
    product = next(iter(meant))
    known = [each for each in _variants(product, sheet) if each.stock is not None]
    groups = [[v for v in values if says(sentence.text, v)] for values in sheet.options.get(product, {}).values()]
    told = {value for each in known for value in each.options}
    there = {value for each in known if each.stock for value in each.options}
    return any(len(group) > 1 and set(group) & told - there for group in groups)


def priced_otherwise(claim: Claim, sentence: Sentence, sheet: Sheet, subject: frozenset[str]) -> bool:
    """Whether a price is said of a choice that costs something else: "XL for 169" where only M and L do."""
    figure, phrase = claim.figure, sentence.phrase(claim)
    if figure is None or len(subject) != 1 or figure.hedge.is_bound or compares(sentence.text):
        return False
    product = next(iter(subject))
    prices = {each.options: _price(each) for each in _variants(product, sheet) if _price(each) is not None}
    if len(set(prices.values())) < 2 or len([each for each in figures(phrase) if each.kind == "price"]) > 1:
        return False
    groups = [[v for v in values if says(phrase, v)] for values in sheet.options.get(product, {}).values()]
    named = [group for group in groups if group]
    fitting = {price for chosen, price in prices.items() if all(set(group) & set(chosen) for group in named)}
    return bool(named and fitting) and figure.high not in fitting


def beyond(claim: Claim, sentence: Sentence, sheet: Sheet, subject: frozenset[str]) -> bool:
    """Whether a product is said to stay within a limit, and costs more in its cheapest choice."""
    figure, clause = claim.figure, sentence.clause(claim)
    if figure is None or len(subject) != 1 or not _LIMIT.search(sentence.text[: claim.end]) or NOT.search(clause):
        return False
    prices = [
        told.figure.low
        for told in sheet.told
        if told.fact.now and told.fact.field.endswith("price") and told.figure.kind == "price"
        and sheet.product_of(told.fact.subject) in subject
    ]  # fmt: skip
    return bool(prices) and min(prices) > figure.high


def says(text: str, value: str) -> bool:
    """Whether a text names an option's value: as a size, as a pack, or word for word as stems."""
    if pieces := _PIECES.fullmatch(value):
        return int(pieces[1]) in packs(text) or (pieces[1] == "1" and bool(_SINGLY.search(text)))
    if size := size_of(value):
        if size.name and re.search(rf"(?<![\w/-]){re.escape(size.name)}(?![\w-])", text):
            return True
        if any(size.holds(each) for found in sizes(text) for each in found.sizes):
            return True
    if (length := _LENGTH.fullmatch(value)) and re.search(rf"(?<!\d){length[1]}er(?![\w])", text):
        return True  # "die 140er-Kette"
    wanted = stems(value.split(" (")[0])
    spoken = stems(text)
    return bool(wanted) and any(spoken[at : at + len(wanted)] == wanted for at in range(len(spoken) - len(wanted) + 1))


def _variants(product: str, sheet: Sheet) -> list[Variant]:
    return [each for each in sheet.variants.values() if each.product == product]


def _price(variant: Variant) -> object:
    return next((each.low for each in figures(variant.price) if each.kind == "price"), None)


def _one_of(variant: Variant, group: set[str], sheet: Sheet) -> bool:
    return any(value in variant.options for value in group) or not any(
        value in group for values in sheet.options.get(variant.product, {}).values() for value in values
    )
