"""What a wish to find something asks the find_products tool for: filters first, a short query for what is left."""

import re
from typing import Any

from tresen.agent.planner.attributes import Wanted, attributes_in, for_children, universal, without
from tresen.agent.planner.catalog import Catalog, Category
from tresen.agent.planner.colours import colours_in
from tresen.agent.planner.cues import intents
from tresen.agent.planner.negation import split_negated
from tresen.agent.planner.phrasing import clipped
from tresen.agent.planner.slots import Slots, read_slots
from tresen.agent.planner.spelling import stem, terms, words
from tresen.agent.planner.view import View
from tresen.agent.planner.vocabulary import circumstances, empty_words, generic_words, kinds_meant, numbers

JOINT = ",\n"  # between the clauses of one wish
MOST_TERMS = 10
MOST_NOUN = 3  # words of a noun phrase
UNITS = frozenset(
    words("ml cl l liter litre litres g gramm kg cm mm m km zoll inch lumen lux bar watt jahre years stunden hours")
)
TELLING = frozenset(words("ich i my mein meine meinen wir we our unser unsere he she er sie his her"))
PURPOSES = frozenset(
    words(
        "für fürs gegen zum zur bei beim in an auf mit im am von aus wie "
        "for against with about to at on of from as like"
    )
)
_PIECE = re.compile(r"[,.;:!?\n]+|\s[–-]\s")


def search_args(text: str, view: View) -> dict[str, Any]:
    """Arguments of find_products for a text: the filters it names, and its own content words as the query."""
    slots = read_slots(split_negated(text)[0])
    if slots.colour and view.catalog.colour_of_name(text, slots.colour.said):
        slots = read_slots(split_negated(text)[0], colours=False)
    brand, rest = view.catalog.brand(slots.rest)
    category = view.catalog.category(rest)
    attributes, used = wanted_attributes(text, view, settled=category is not None)
    category = category or (None if brand else meant_kind(rest, view.catalog))
    kind = category.key if category else "" if brand else kind_of_product(rest, used, view.catalog)
    if for_children(attributes, view.catalog):
        kind = ""  # what children wear may lie with what grown-ups wear, or apart
    query = query_of(rest, used, view.catalog, brief=bool(slots.sort and kind))
    args: dict[str, Any] = {"query": query or brand or kind or clipped(text, 12)}
    if kind:
        args["category"] = kind
    if brand:
        args["brand"] = brand
    if attributes:
        args["attributes"] = attributes
    if refused := excluded(text, view):
        args["exclude"] = refused
    return args | filters(slots, view)


def excluded(text: str, view: View) -> list[str]:
    """What a text rules out, in the shop's words where it has them: brands, colours, then other words."""
    found: list[str] = []
    for piece in split_negated(text)[1]:
        against, used = attributes_in(piece, view.catalog, view.locale)
        if any(key in view.catalog.flags for key in against):
            continue  # a yes or no that is turned round instead
        brand, rest = view.catalog.brand(without(piece, used))
        named = [colour.name(view.locale) for colour in colours_in(rest)]
        left = [] if brand or named else _contents(rest)
        found += [*([brand] if brand else []), *named, *against.values(), *([" ".join(left)] if left else [])]
    return list(dict.fromkeys(found))


def wanted_attributes(text: str, view: View, settled: bool) -> tuple[Wanted, frozenset[str]]:
    """Attributes, with what is ruled out turned round where that is a yes or no, and the words they took.

    `settled`: the category is clear, so that a value which tells categories apart is no filter any more.
    """
    catalog = view.catalog
    _, refused = split_negated(text)
    found, used = attributes_in(text, catalog, view.locale)
    against, _ = attributes_in(" , ".join(refused), catalog, view.locale)
    told_apart = catalog.label_words() if settled else frozenset()
    kept = {
        key: "no" if key in against and key in catalog.flags else value
        for key, value in found.items()
        if not (key in against and key not in catalog.flags)
        and (universal(key, catalog) or not told_apart & set(words(value)))
    }
    return kept, used if len(kept) == len(found) else frozenset()


def query_of(rest: str, used: frozenset[str], catalog: Catalog, brief: bool = False) -> str:
    """The shopper's content words, those around the noun when the wish is ordered by rating or price (`brief`)."""
    pieces = [piece for piece in rest.split(JOINT) if piece.strip()]
    naming = [piece for piece in pieces if catalog.names_category(piece)]
    if brief and naming:
        return " ".join(_noun_phrase(without(naming[-1], used), catalog))
    described = any(_contents(without(piece, used)) and not _tells(piece) for piece in pieces)
    kept: list[str] = []
    for piece in pieces:
        found = _contents(without(piece, used))
        aside = described and piece not in naming[-1:] and _tells(piece)
        kept += [term for term in found if not aside or _about_goods(term, catalog)]
    return " ".join(dict.fromkeys(kept[-MOST_TERMS:] if len(kept) > MOST_TERMS else kept))[:200]


def kind_of_product(rest: str, used: frozenset[str], catalog: Catalog) -> str:
    """The noun for what is looked for when no single category is clear: several may fit, or none is carried."""
    for piece in reversed(rest.split(JOINT)):
        if noun := _known_noun(without(piece, used), catalog):
            return noun
    described = [piece for each in rest.split(JOINT) if _contents(piece := without(each, used))]
    return _unknown_noun(described[0]) if described else ""


def meant_kind(rest: str, catalog: Catalog) -> Category | None:
    """A category that is meant by another word: a present, something for the hands."""
    said = set(words(rest))
    if any(_names(term, catalog) for term in terms(rest)):
        return None
    return next((found for meant, nouns in kinds_meant() if said & meant and (found := catalog.called(nouns))), None)


def filters(slots: Slots, view: View) -> dict[str, Any]:
    """The arguments that slots come to."""
    wanted: dict[str, Any] = {
        "color": slots.colour.name(view.locale) if slots.colour else "",
        "size": slots.size,
        "price_min": slots.price_min,
        "price_max": slots.price_max,
        "rating_min": slots.rating_min,
        "in_stock": slots.in_stock,
        "sort": slots.sort,
    }
    return {key: value for key, value in wanted.items() if value not in (None, "", False)}


def _known_noun(piece: str, catalog: Catalog) -> str:
    """The run of terms that ends in one naming a category and is made of words that names of categories have."""
    said, known = terms(piece), {word for each in catalog.categories for name in each.names for word in name}
    at = next((place for place in reversed(range(len(said))) if _names(said[place], catalog)), -1)
    first = at
    while first > 0 and at - first < MOST_NOUN - 1 and set(words(said[first - 1])) & (known - empty_words()):
        first -= 1
    return " ".join(said[first : at + 1]) if at >= 0 else ""


def _names(term: str, catalog: Catalog) -> bool:
    return any(word not in empty_words() and catalog.names_category(word) for word in words(term))


def _contents(piece: str) -> list[str]:
    """The terms of a piece that say something; a number stays when a unit follows it."""
    skipped = empty_words() | numbers("cardinal").keys()
    said = terms(piece)
    return [
        term
        for term, after in zip(said, [*said[1:], ""], strict=False)
        if any(word not in skipped and not word.isdigit() for word in words(term))
        or (term[0].isdigit() and after.lower() in UNITS)
    ]


def _noun_phrase(piece: str, catalog: Catalog) -> list[str]:
    """The run of content words around the word that names a category."""
    kept = set(_contents(piece))
    said = terms(piece)
    at = next((place for place in reversed(range(len(said))) if _names(said[place], catalog)), 0)
    first = last = at
    while first > 0 and said[first - 1] in kept and at - first < MOST_NOUN - 1:
        first -= 1
    while last + 1 < len(said) and _names(said[last + 1], catalog):
        last += 1
    around = [term for term in said[first : last + 1] if term in kept]
    label = catalog.label_words()
    return around + [t for t in kept if t not in around and stem(words(t)[0]) in {stem(w) for w in label}]


def _tells(piece: str) -> bool:
    """`my dog ate them`: circumstances, no description of what is wanted."""
    said = words(piece)
    return bool(TELLING & set(said[:3])) and not {"find", "refine"} & intents(said)


def _about_goods(term: str, catalog: Catalog) -> bool:
    return bool(set(words(term)) & (catalog.label_words() | circumstances()))


def _unknown_noun(piece: str) -> str:
    """The object of `habt ihr ...`, `do you sell ...`; empty for a purpose, for `something ...`, for a generic word."""
    if OPEN & set(words(piece)[:1]):
        return ""
    if "find" not in intents(words(piece)) and len(_contents(piece)) > MOST_NOUN - 1:
        return ""
    for part in _PIECE.split(piece):
        run = _object(part)
        if run:
            return "" if set(words(run)) & generic_words() else run
    return ""


def _object(part: str) -> str:
    """The first run of content words that no preposition leads in."""
    content, run = set(_contents(part)), []
    before = ""
    for term in terms(part):
        if term in content and not any(letter.isdigit() for letter in term):
            if before in PURPOSES:
                return ""
            run.append(term)
        elif run:
            break
        elif set(words(term)) & VAGUE_OBJECTS:
            return ""
        before = words(term)[0] if words(term) and not run else before
    named = [term for term in run if term[:1].isupper()]
    return named[-1] if named and len(run) > len(named) else " ".join(run[-MOST_NOUN:])


OPEN = frozenset(words("wann warum wieso wer wo when why who where how"))
VAGUE_OBJECTS = frozenset(words("was etwas irgendwas something anything sth smth someting nichts nothing wie how"))
