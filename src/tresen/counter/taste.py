"""What a product has to do with what is known of the shopper: a few places up or down, and the reason why.

Nothing is left out for it, and what the shopper says now wins over what they said before. Reasons are the shop's facts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tresen.conversation.remembered import Entry
from tresen.counter import saying
from tresen.kit.words import say
from tresen.retrieval import language, understanding
from tresen.retrieval.query import Hit, Query
from tresen.shop.catalog import Product, Variant, pick

# How many places these move a product up, among others that fit the search about as well.
PLACES = {"size": 3, "brand": 3, "value": 4, "purpose": 2, "fit": 3, "budget": 1, "dislike": -12}
VIEWED = 2
_TIER = 1.0  # of the score, above which one product fits a search clearly better than another
_ALIKE = 0.5  # share of the facts of two products that are the same
_TELLING = ("material", "sustainability", "origin")  # details that speak of what a product is made of, and where
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
_GREEN = re.compile(r"nachhaltig|umwelt|okolog|sustainab|eco|environment|recycl|recycelt")
_WIDE, _NARROW = ("breit", "weit", "wide", "broad", "roomy"), ("schmal", "eng", "narrow", "slim", "snug")
_SENTENCE = re.compile(r"[;.](?:\s|$)")
_OTHERS = re.compile(  # what is for somebody else goes by their taste
    r"geschenk|schenken|\bgifts?\b|\bpresent\b|"
    r"\bfür\s+(?:meine?[nmr]?|unsere?[nmr]?|eine?[nmr]?)\s+(?:\w+\s+)?(?:frau|mann|freund\w*|partner\w*|tochter|sohn|kind\w*|"
    r"mutter|mama|vater|papa|oma|opa|schwester|bruder|tante|onkel|nichte|neffe\w*|kolleg\w*)\b|"
    r"\bfor\s+(?:my|our|a)\s+(?:\w+\s+)?(?:wife|husband|friend|girlfriend|boyfriend|partner|daughter|son|kids?|child\w*|mother|"
    r"mum|mom|father|dad|gran\w*|sister|brother|aunt|uncle|niece|nephew|colleague)\b",
    re.IGNORECASE,
)
_SHORTEST_HEAD = 5  # letters that two names of goods share at their ends
_LONGEST_REASON = 80


@dataclass(frozen=True)
class Taste:
    """What is known of the shopper, and the products whose pages they have looked at in this visit."""

    entries: tuple[Entry, ...] = ()
    viewed: tuple[Product, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entries or self.viewed)


@dataclass(frozen=True)
class Reason:
    """Why a product comes earlier or later, and by how many places."""

    places: int
    text: str


def applying(taste: Taste, query: Query, said: str = "") -> Taste:
    """What of it is left beside what the shopper asks for now; nothing when it is for somebody else.

    Args:
        said: The shopper's own words of this turn.
    """
    if is_for_others(f"{query.text} {said}"):
        return Taste()
    asked = " ".join((query.text, query.category, query.brand, *query.options.values(), *query.unwanted))
    sized = "size" in query.options or bool(understanding.size(query.text)[0])
    priced = query.price_max is not None or query.price_min is not None
    settled = {kind for kind, is_set in (("size", sized), ("brand", bool(query.brand)), ("budget", priced)) if is_set}
    kept = [each for each in taste.entries if each.kind not in settled and not saying.occurs(each.value, asked)]
    return replace(taste, entries=tuple(kept))


def is_for_others(text: str) -> bool:
    """Whether a text speaks of a gift, or of something for somebody else."""
    return _OTHERS.search(text) is not None


def reasons(product: Product, taste: Taste, locale: str) -> list[Reason]:
    """What speaks for the product, and against it, the weightiest first."""
    found = []
    for entry in taste.entries:
        fact = _CHECKS[entry.kind](product, entry, locale) if is_about(product, entry.about) else ""
        if fact:
            found.append(Reason(PLACES[entry.kind], say(f"reason-{entry.kind}", locale, value=fact)))
    seen = next((each for each in taste.viewed if _alike(product, each)), None)
    if seen is not None:
        found.append(Reason(VIEWED, say("reason-viewed", locale, value=pick(seen.title, locale))))
    return sorted(found, key=lambda each: -abs(each.places))


def ranked(hits: Sequence[Hit], found: Mapping[str, list[Reason]], query: Query) -> tuple[Hit, ...]:
    """The hits, each moved by what speaks for and against it; another order that was asked for stays."""
    scores = [hit.score for hit in hits]
    if query.sort != "relevance" or scores != sorted(scores, reverse=True):
        return tuple(hits)
    tier, order = 0, []
    for place, hit in enumerate(hits):
        tier += place > 0 and scores[place - 1] - hit.score >= _TIER
        moved = sum(each.places for each in found.get(hit.product_id, ()))
        order.append((tier, place - moved, place))
    return tuple(hits[place] for *_, place in sorted(order))


def is_about(product: Product, about: str) -> bool:
    """Whether a product is of the kind of goods that is named: `Laufschuhe` are shoes for trails as well."""
    wanted = saying.significant(about)
    if not wanted:
        return not about
    named = [text for texts in (*product.category, product.title) for text in texts.values()]
    heads = [words[-1] for text in named if (words := saying.tokens(text))]
    return any(_same_head(wanted[-1], head) for head in heads)


def sized(product: Product, size: str, exactly: bool = False) -> list[Variant]:
    """The variants of that size that can be had; `exactly` when it is not said for which goods the size is."""
    return [
        item
        for item in product.variants
        if item.available and item.price and size_fits(item.options.get("size", ""), size, exactly)
    ]


def size_fits(option: object, size: str, exactly: bool) -> bool:
    """Whether who wears a size fits a variant's: `42` the socks of `39-42`, `M` the helmet of `M (55-59 cm)`."""
    texts = list(option.values()) if isinstance(option, dict) else [str(option)]
    wanted = language.fold(size).replace(",", ".")
    for text in (language.fold(str(each)).replace(",", ".") for each in texts):
        bounds = _RANGE.fullmatch(text)
        inside = bounds and wanted.isdigit() and int(bounds[1]) <= int(wanted) <= int(bounds[2])
        if text == wanted or inside or wanted in text.split("/"):
            return True
        if not exactly and text.partition("(")[0].strip() == wanted:
            return True
    return False


def _size(product: Product, entry: Entry, locale: str) -> str:
    return entry.value if sized(product, entry.value, exactly=not entry.about) else ""


def _brand(product: Product, entry: Entry, locale: str) -> str:
    return product.brand if language.fold(product.brand) == language.fold(entry.value) else ""


def _budget(product: Product, entry: Entry, locale: str) -> str:
    most = next((float(each) for each in saying.tokens(entry.value) if each.replace(".", "").isdigit()), 0.0)
    lowest = product.price_from()
    return lowest.text(locale) if lowest and float(lowest.amount) <= most else ""


def _value(product: Product, entry: Entry, locale: str) -> str:
    return entry.value if has(product, entry.value) else ""


def _dislike(product: Product, entry: Entry, locale: str) -> str:
    named = (product.brand, *product.title.values())
    called = any(saying.occurs(entry.value, text) for text in named)
    return entry.value if called or has(product, entry.value) else ""


def _purpose(product: Product, entry: Entry, locale: str) -> str:
    texts = [*product.title.values(), *product.description.values(), *_facts(product)]
    wanted = [word for word in saying.significant(entry.value) if len(word) > _SHORTEST_HEAD - 1]
    return entry.value if wanted and any(saying.stated(wanted[-1], text) for text in texts) else ""


def _fit(product: Product, entry: Entry, locale: str) -> str:
    """The shop's own sentence on the fit, if it speaks of wide or narrow as the shopper does."""
    wanted = next((names for names in (_WIDE, _NARROW) if _starts(names, entry.value)), ())
    told = _SENTENCE.split(pick(product.details.get("fit", ""), locale))
    return next((part.strip() for part in told if _starts(wanted, part) and len(part) <= _LONGEST_REASON), "")


def has(product: Product, value: str) -> bool:
    """Whether the shop states that a product has or is something: `vegan`, `Merino`, `recycelt`, `nachhaltig`."""
    if _GREEN.search(language.fold(value)) and "sustainability" in product.details:
        return True
    flags = {key: fact for key, fact in product.attributes.items() if isinstance(fact, bool)}
    named = [key for key in flags if saying.occurs(value, key.replace("_", " "))]
    if named:
        return any(flags[key] for key in named)
    return any(saying.stated(value, text) for text in _facts(product))


def _facts(product: Product) -> list[str]:
    """The texts of attributes and of the details that speak of what a product is, in every language."""
    facts = [fact for fact in product.attributes.values() if not isinstance(fact, bool | int | float)]
    single = [each for fact in facts for each in (fact if isinstance(fact, list) else [fact])]
    single += [product.details[key] for key in _TELLING if key in product.details]
    return [text for each in single for text in (each.values() if isinstance(each, dict) else [str(each)])]


def _alike(product: Product, other: Product) -> bool:
    """Whether two products are of one kind and the shop says the same of them in most respects."""
    if product.id == other.id or product.category_key != other.category_key:
        return False
    shared = [key for key in product.attributes if key in other.attributes]
    same = sum(product.attributes[key] == other.attributes[key] for key in shared)
    return bool(shared) and same >= _ALIKE * len(shared)


def _same_head(one: str, other: str) -> bool:
    """Whether two words for goods end in the same thing: `laufschuhe` and `trailschuh`."""
    if saying.same(one, other):
        return True
    stems = [language.stem(word, "de") for word in (one, other)]
    return min(map(len, stems)) >= _SHORTEST_HEAD and stems[0][-_SHORTEST_HEAD:] == stems[1][-_SHORTEST_HEAD:]


def _starts(names: Sequence[str], text: str) -> bool:
    return any(word.startswith(name) for word in saying.tokens(text) for name in names)


_CHECKS = {
    "size": _size, "brand": _brand, "budget": _budget, "value": _value, "dislike": _dislike, "purpose": _purpose,
    "fit": _fit,
}  # fmt: skip
