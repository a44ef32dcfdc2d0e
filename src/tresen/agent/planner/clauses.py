"""One clause of a message and what it is about: the rules are read from the top, the first that fits wins."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from tresen.agent.planner import apart, cues, errands, inquiry, story, worries
from tresen.agent.planner.attributes import attributes_in
from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.memory import Memory
from tresen.agent.planner.negation import only_negates
from tresen.agent.planner.quantities import counted, quantity
from tresen.agent.planner.references import ARTICLES, Reference, content, definite, full_title, refer, title_hits
from tresen.agent.planner.results import Product
from tresen.agent.planner.slots import Slots, read_slots
from tresen.agent.planner.spelling import words
from tresen.agent.planner.wanted import kind_of_product

MODALS = frozenset(words("kann kannst könnte könntest könnten würdest magst dürfte can could would may"))
MEASURE = re.compile(r"\b\d+(?:[.,]\d+)?\s*(?:ml|cl|l|g|kg|cm|mm|m|zoll|inch)\b", re.I)


@dataclass(frozen=True)
class Clause:
    """A piece of a message, with what the conversation knows around it."""

    text: str
    memory: Memory
    catalog: Catalog
    settled: str = ""  # the kind, when another clause has decided it
    addressed: bool = False  # beside an address, or while one is asked for: a number alone is no quantity

    @cached_property
    def said(self) -> tuple[str, ...]:
        return words(self.text)

    @cached_property
    def cues(self) -> frozenset[str]:
        return cues.intents(self.said)

    @cached_property
    def topics(self) -> tuple[str, ...]:
        return cues.topics(self.said)

    @cached_property
    def slots(self) -> Slots:
        return read_slots(self.text)

    @cached_property
    def content(self) -> tuple[str, ...]:
        return content(self.text)

    @cached_property
    def quantity(self) -> int | None:
        found = quantity(self.text)
        meant = not self.addressed or self.counts or bool({"buy", "another", "fewer", "instead"} & self.cues)
        return found if meant else None

    @cached_property
    def counts(self) -> bool:
        return counted(self.text)

    @cached_property
    def about_cart(self) -> bool:
        """Whether all that it names is in the cart."""
        lines = self.memory.cart.lines if self.memory.cart else ()
        held = Product("", " ".join(f"{each.title} {each.options}" for each in lines))
        return set(self.content) <= title_hits(self.content, held)

    @cached_property
    def category(self) -> bool:
        return any(self.catalog.names_category(word) for word in self.content)

    @cached_property
    def attributes(self) -> bool:
        return bool(attributes_in(self.text, self.catalog)[0])

    @cached_property
    def excludes(self) -> bool:
        """`but no cycling gloves`: only says what is not wanted."""
        return only_negates(self.text)

    @cached_property
    def product_noun(self) -> bool:
        """Whether a kind of product is named, be it carried or not."""
        return self.category or bool(kind_of_product(self.slots.rest, frozenset(), self.catalog))

    @cached_property
    def brand(self) -> str:
        return self.catalog.brand(self.slots.rest)[0]

    @cached_property
    def reference(self) -> Reference | None:
        found = refer(self.text, self.memory, self.catalog)
        idle = found is not None and found.how == "place" and not self.memory.shown
        return None if idle and self.content and "buy" not in self.cues else found  # `her first race` is no card

    @property
    def named(self) -> bool:
        """Whether one of the shown products is meant outright: by place, price, colour, or definitely by its name."""
        if not self.reference or not self.reference.explicit or self.excludes:
            return False
        if self.reference.how != "title":
            return True
        if len(self.reference.products) == 1 and full_title(self.text, self.reference.products[0]):
            return True
        searching = self.finding and "want" not in self.cues
        return not searching and ("buy" in self.cues or definite(self.text, self.memory))

    @property
    def pointing(self) -> bool:
        return self.reference is not None and not self.reference.explicit

    @cached_property
    def names_other(self) -> bool:
        """Whether something is named, as in `the helmet`, that no shown product is called."""
        if self.reference is not None and self.reference.how == "title":
            return False
        return any(one in ARTICLES and other in self.content for one, other in pairwise(self.said))

    @property
    def around(self) -> bool:
        """Whether something is in view that a question without a subject can be about."""
        return self.memory.focus is not None or len(self.memory.shown) == 1

    @property
    def asking(self) -> bool:
        return "question" in self.cues or self.text.rstrip().endswith("?")

    def requests(self, cue: str) -> bool:
        """Whether a cue is a request and no question; "can you ..." is a request."""
        return cue in self.cues and (not self.asking or bool(MODALS & set(self.said[:3])))

    @property
    def finding(self) -> bool:
        return "find" in self.cues

    @property
    def option(self) -> bool:
        return self.slots.colour is not None or bool(self.slots.size) or MEASURE.search(self.text) is not None

    @cached_property
    def kind(self) -> str:
        return self.settled or next((kind for kind, fits in RULES if fits(self)), "unclear")


def _cue(name: str) -> tuple[str, Callable[[Clause], bool]]:
    return name, lambda clause: name in clause.cues


def _policy(clause: Clause) -> bool:
    praised = clause.slots.rating_min is not None and not clause.asking
    return inquiry.of_the_shop(clause) and not praised and not (clause.named and "buy" in clause.cues)


def _cart(clause: Clause) -> bool:
    return "cart" in clause.cues and not (
        "buy" in clause.cues and (clause.reference or clause.content or clause.quantity)
    )


def _remove(clause: Clause) -> bool:
    return clause.requests("remove") and not clause.finding


def _change(clause: Clause) -> bool:
    relative = ("another" in clause.cues or "fewer" in clause.cues) and (clause.about_cart or not clause.addressed)
    said = "instead" in clause.cues or not ({"buy", "find"} & clause.cues)
    sure = "instead" in clause.cues or clause.counts
    absolute = clause.quantity is not None and said and (clause.about_cart or (sure and not clause.addressed))
    other = clause.category and not ("another" in clause.cues and clause.about_cart)
    fresh = other or clause.option or clause.slots.any or clause.finding or clause.asking
    new = clause.reference is not None and clause.reference.how == "place"
    return bool(clause.memory.cart and clause.memory.cart.lines) and (relative or absolute) and not fresh and not new


def _too_dear(clause: Clause) -> bool:
    """`the ones shown are too expensive`: about the search, not about one product."""
    return "cheaper" in clause.cues and clause.memory.search is not None and not clause.category and not clause.named


def _topical(clause: Clause) -> bool:
    """A question about what is in view, told by its topic or by an option it asks for."""
    if clause.requests("buy") and (clause.named or clause.pointing):
        return False
    if clause.names_other and not (clause.asking or clause.named):  # `show me the tablets` beside a bottle
        return False
    aside = not (clause.asking or clause.named or clause.pointing)
    if aside and len(clause.content) > 1 and (clause.attributes or clause.product_noun):
        return False
    if clause.finding and not clause.named and not (clause.memory.shown or clause.memory.focus):
        return False
    subject = clause.named or ((clause.pointing or clause.around) and not clause.category)
    option = clause.option and clause.asking
    starts_search = (
        clause.finding and not (clause.pointing or clause.named) and bool(clause.content) and not clause.around
    )
    return bool(subject and (clause.topics or option)) and not starts_search and not _plain_wish(clause)


def _plain_wish(clause: Clause) -> bool:
    """`the second one in blue, two pairs`: options that order, not ask; who asks and says how many orders as well."""
    if clause.asking:
        return clause.quantity is not None and clause.named and (clause.option or bool(MODALS & set(clause.said)))
    return clause.option or clause.quantity is not None


def _choose(clause: Clause) -> bool:
    in_view = bool(clause.memory.shown or clause.memory.focus)
    polite = bool({"bitte", "please"} & set(clause.said))
    if clause.requests("buy"):
        anything = not clause.category and not clause.brand and not clause.names_other
        return clause.named or (anything and (in_view or not (clause.content or clause.finding)))
    if clause.requests("want") and (clause.named or (clause.pointing and in_view and not clause.category)):
        return True
    if clause.around and not clause.category and not clause.asking and clause.quantity is not None:
        return clause.option or "another" in clause.cues
    return clause.named and (_plain_wish(clause) or (polite and not clause.finding))


def _more(clause: Clause) -> bool:
    fresh = clause.category or clause.slots.any or clause.brand
    return "more" in clause.cues and clause.memory.search is not None and not fresh


def _asks(clause: Clause) -> bool:
    subject = clause.named or (
        clause.pointing and not clause.finding and bool(clause.memory.shown or clause.memory.focus)
    )
    return clause.asking and subject and "cheaper" not in clause.cues


def _shows(clause: Clause) -> bool:
    """`zeig mir das zweite`, `the third one`: a shown product, and nothing else asked for."""
    return clause.reference is not None and clause.reference.how in ("place", "extreme", "colour")


def _refine(clause: Clause) -> bool:
    if clause.memory.search is None or clause.category:
        return False
    if (clause.slots.any or clause.brand or clause.attributes) and not clause.asking and len(clause.content) <= 1:
        return True
    if (clause.slots.any or clause.brand) and not clause.content:
        return True
    return (
        "refine" in clause.cues
        and bool(clause.content or clause.slots.any)
        and not (clause.asking and not clause.slots.any)
    )


def _find(clause: Clause) -> bool:
    wants = clause.finding or bool({"want", "buy"} & clause.cues)
    named = clause.category or bool(clause.brand) or clause.attributes or clause.slots.any
    asks_for_some = clause.finding and clause.asking and not (clause.memory.shown or clause.memory.focus)
    return not clause.excludes and (named or asks_for_some or (wants and bool(clause.content)))


def _follow_up(clause: Clause) -> bool:
    return clause.asking and clause.memory.focus is not None and bool(clause.content)


RULES: tuple[tuple[str, Callable[[Clause], bool]], ...] = (
    ("empty", lambda clause: not clause.said),
    _cue("injection"),
    _cue("ai"),
    _cue("maker"),
    ("abilities", lambda clause: "abilities" in clause.cues and not clause.category and "human" not in clause.cues),
    *errands.ERRANDS,
    _cue("discount"),
    _cue("empty_cart"),
    ("remove", _remove),
    ("cart", _cart),
    ("story", story.asked),
    ("off_topic", worries.off_topic),
    ("policy", _policy),
    ("safety", apart.safety),
    ("change", _change),
    ("compare", apart.comparing),
    ("refine", _too_dear),
    ("inquire", inquiry.asks),
    ("question", _topical),
    ("choose", _choose),
    ("more", _more),
    ("question", _asks),
    ("question", _shows),
    ("refine", _refine),
    ("find", _find),
    ("question", _follow_up),
    _cue("insult"),
    _cue("bye"),
    ("thanks", apart.thanks),
    _cue("no"),
    _cue("yes"),
    _cue("greet"),
    ("puzzle", apart.puzzle),
    ("find", apart.noun_phrase),
)
