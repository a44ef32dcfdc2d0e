"""Which product the shopper means: looked up in what was shown, never guessed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.colours import Colour, colours_in, related, suits
from tresen.agent.planner.memory import Memory
from tresen.agent.planner.results import Product
from tresen.agent.planner.slots import read_slots
from tresen.agent.planner.spelling import alike, fold, stem, words
from tresen.agent.planner.vocabulary import empty_words, numbers

_NUMBERED = re.compile(
    r"(?:\b(?:nummer|nr\.?|number|no\.?|option|variante|modell|model|artikel|item|position|produkt|product)\s*|#\s*)(\d{1,2})\b|^\s*(?:die|das|den|der|the)?\s*(\d{1,2})\.(?!\d)",
    re.I,
)
_CHEAPEST = re.compile(
    r"\b(?:günstigste[nrms]?|billigste[nrms]?|preiswerteste[nrms]?|cheapest|least\s+expensive)\b", re.I
)
_DEAREST = re.compile(r"\b(?:teuerste[nrms]?|most\s+expensive|priciest)\b", re.I)
_BEST = re.compile(
    r"\b(?:best\w*[\s-]*bewertete[nrms]?|best[\s-]*rated|highest[\s-]*rated|(?:mit\s+der\s+)?beste[nr]?\s+bewertung)\b",
    re.I,
)
_NUMBER = re.compile(r"\d[\d.,]*")
POINTERS = frozenset(
    words("dieses diese dieser diesen diesem es ihn ihm davon dazu it this that these those them they")
)
ARTICLES = frozenset(words("das die den der dem the"))
PLURAL_VERBS = frozenset(words("sind haben fallen passen kosten waren laufen sitzen"))
PREPOSITIONS = frozenset(words("für in im an am auf zu bei nach vor über for at on during by to of"))
LINKS = frozenset(words("von mit aus in from with by ones one"))
COUNTED = frozenset(
    words("nummer number nr no option variante modell model artikel item produkt product position platz")
)
ENDINGS = ("", "r", "n", "s", "m")


@dataclass(frozen=True)
class Reference:
    """`how` it was meant; one product is clear, several are ambiguous, none was not shown."""

    how: str
    products: tuple[Product, ...]

    @property
    def explicit(self) -> bool:
        return self.how != "pointer"


def refer(text: str, memory: Memory, catalog: Catalog, bare: bool = False) -> Reference | None:
    """The product a text points at. `bare`: a number alone is a place in the list, as after "which one?"."""
    place = _place(text) or (_bare_number(text) if bare else None)
    if place is not None:
        return Reference("place", _at(memory.shown, place))
    for found in (_extreme(text, memory), _titled(text, memory, catalog), _coloured(text, memory)):
        if found:
            return found
    return _pointed(text, memory, catalog)


def refers(text: str) -> bool:
    """Whether a text points at something that was shown, whatever that is: `the second`, `it`, `die günstigste`."""
    extreme = any(pattern.search(text) for pattern in (_CHEAPEST, _DEAREST, _BEST))
    return extreme or _place(text) is not None or not POINTERS.isdisjoint(words(text))


def pointed(memory: Memory) -> tuple[Product, ...]:
    """What "it" can mean now."""
    return (memory.focus,) if memory.focus else memory.shown


def definite(text: str, memory: Memory) -> bool:
    """Whether products are spoken of with an article: `die Merino`, `the Fjellrunde ones`, not `for the summer`."""
    said = words(text)
    hits = frozenset[str]().union(*(title_hits(content(text), each) for each in memory.seen.values()))
    return any(
        bool(hits & set(said[place + 1 : place + 3])) or LINKS.issuperset(said[place + 1 : place + 2] or ("",))
        for place, word in enumerate(said)
        if word in ARTICLES | POINTERS and not (place and said[place - 1] in PREPOSITIONS)
    )


def title_hits(said: Iterable[str], product: Product) -> frozenset[str]:
    """The folded words that occur in a product's title or brand, as a word or as the end of a compound."""
    named = words(f"{product.title} {product.brand}")
    return frozenset(word for word in said if any(_names(word, part) for part in named))


def full_title(text: str, product: Product) -> bool:
    """Whether a text holds a title word for word; a title of one word is too little."""
    titled, said = words(product.title), words(text)
    return len(titled) > 1 and any(said[at : at + len(titled)] == titled for at in range(len(said)))


def content(text: str) -> tuple[str, ...]:
    """The folded words that say something about a product: no filters, no filler, no numbers."""
    skipped = empty_words() | numbers("cardinal").keys()
    return tuple(
        w for w in words(read_slots(text).rest) if w not in skipped and not w.isdigit() and _ordinal(w) is None
    )


def comes_in(product: Product, colour: Colour, fits: Callable[[str, Colour], bool] = related) -> bool:
    """Whether a shown product is offered in a colour or a shade of it."""
    return any(fits(value, colour) for key, values in product.options if "colo" in fold(key) for value in values)


def _place(text: str) -> int | None:
    if numbered := _NUMBERED.search(text):
        return int(numbered[1] or numbered[2])
    said = words(text)
    counted = [numbers("cardinal").get(after) for word, after in pairwise(said) if word in COUNTED]
    if counted and counted[0]:
        return counted[0]
    places = [place for word in words(text) if (place := _ordinal(word)) is not None]
    return places[0] if places else None


def places(text: str) -> list[int]:
    """Every place in the list that a text names: `die erste oder die dritte`, `1 and 2`."""
    said = words(text)
    cardinals = numbers("cardinal")
    named = [
        _ordinal(word) or cardinals.get(word) or (int(word) if word.isdigit() and len(word) == 1 else 0)
        for word in said
    ]
    return [place for place in named if place]


def _ordinal(word: str) -> int | None:
    known = numbers("ordinal")
    for ending in ENDINGS:
        if word.endswith(ending) and (found := known.get(word.removesuffix(ending) if ending else word)) is not None:
            return found
    return None


def _bare_number(text: str) -> int | None:
    said = [word for word in words(text) if word not in empty_words()]
    if len(said) != 1:
        return None
    return int(said[0]) if said[0].isdigit() and len(said[0]) < 3 else numbers("cardinal").get(said[0])


def _at(shown: tuple[Product, ...], place: int) -> tuple[Product, ...]:
    index = place - 1 if place > 0 else place
    return (shown[index],) if place != 0 and -len(shown) <= index < len(shown) else ()


def _extreme(text: str, memory: Memory) -> Reference | None:
    priced = [(worth, product) for product in memory.shown if (worth := amount(product.price)) is not None]
    if priced and _CHEAPEST.search(text):
        return Reference("extreme", (min(priced, key=lambda pair: pair[0])[1],))
    if priced and _DEAREST.search(text):
        return Reference("extreme", (max(priced, key=lambda pair: pair[0])[1],))
    rated = [product for product in memory.shown if product.rating is not None]
    if rated and _BEST.search(text):
        return Reference("extreme", (max(rated, key=lambda product: product.rating or 0),))
    return None


def amount(price: str) -> float | None:
    """The first amount of a finished price text, for comparing within one list only."""
    found = _NUMBER.search(price)
    if not found:
        return None
    whole, _, cents = found[0].rstrip(".,").replace(",", ".").rpartition(".")
    digits = f"{whole.replace('.', '')}.{cents}" if whole and len(cents) < 3 else f"{whole}{cents}".replace(".", "")
    return float(digits)


def _titled(text: str, memory: Memory, catalog: Catalog) -> Reference | None:
    said = content(text)
    for products in (memory.shown, tuple(memory.seen.values())):
        scored = [(len(hits), product) for product in products if (hits := _matching(said, product, catalog))]
        if scored:
            best = max(score for score, _ in scored)
            return Reference("title", tuple(product for score, product in scored if score == best))
    return None


def _matching(said: tuple[str, ...], product: Product, catalog: Catalog) -> frozenset[str]:
    """The words that name this product; none when another kind of product is named beside them."""
    hits = title_hits(said, product)
    missed = [word for word in said if word not in hits]
    return frozenset() if any(catalog.names_category(word) for word in missed) else hits


def _names(word: str, part: str) -> bool:
    return alike(word, part) or (len(stem(word)) > 3 and stem(part).endswith(stem(word)))


def _coloured(text: str, memory: Memory) -> Reference | None:
    """`den blauen`, `the blue one`: an article, a colour, and no other noun."""
    wanted = colours_in(text)
    said = words(text)
    if not wanted or content(text) or not (ARTICLES & set(said) or "one" in said):
        return None
    if POINTERS & set(said) or memory.focus:
        return None
    for fits in (suits, related):
        found = tuple(each for each in memory.shown if comes_in(each, wanted[0], fits))
        if found:
            return Reference("colour", found)
    return None


def _pointed(text: str, memory: Memory, catalog: Catalog) -> Reference | None:
    said = words(text)
    for place, word in enumerate(said):
        after = said[place + 1] if place + 1 < len(said) else ""
        before = said[place - 1] if place else ""
        plural = word == "sie" and before in PLURAL_VERBS
        if plural or (word in POINTERS and not (word == "es" and before in ("gibt", "geht", "habt"))):
            if not (after and catalog.names_category(after)):
                return Reference("pointer", pointed(memory))
        elif word in ARTICLES and not (after and catalog.names_category(after)) and (before or after):
            return Reference("pointer", pointed(memory))
    return None
