"""Questions about what nobody has shown yet: `how heavy is the Luftikus?`, `is there wifi in the shop?`.

The product that is named is looked up and its facts answer, or the documents do; else that nothing is said is said.
"""

import re
from collections.abc import Generator
from itertools import pairwise
from typing import TYPE_CHECKING

from tresen.agent.planner import cues, documents, sizes
from tresen.agent.planner.advice import answered, not_stated
from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.evidence import sought
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import told
from tresen.agent.planner.references import ARTICLES, content
from tresen.agent.planner.results import Detail, Product, detail, products
from tresen.agent.planner.search import find
from tresen.agent.planner.spelling import alike, fold, stem, terms, words
from tresen.agent.planner.transcript import Call, Result
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.vocabulary import premises

if TYPE_CHECKING:
    from tresen.agent.planner.clauses import Clause

OPENERS = frozenset(
    words(
        "wie was wer wo wann warum wieso welche welcher welches welchem welchen ist sind hat haben kann kannst darf "
        "muss hält halten läuft fällt fallen passt enthält macht braucht geht habt gibt gibts ab bis aus mit in bei "
        "how what who where when why which is are does do can has have will would could may did"
    )
)
HAVING = frozenset(words("do can could have habt hast gibt gibts führt kannst könnt könntest would may"))
KNOWN = ARTICLES | {"your", "eure", "euer", "euren", "eurem", "im", "zum", "zur", "vom"}
WHICH = frozenset(words("welche welcher welches welchem welchen which"))
WHAT = frozenset(words("what was"))
LEADING = frozenset({"about", "reviews"})  # topics that ask of what is called by its name, in view or not
LOOKED_AT = 6  # products
COMPARED = 2
EITHER = frozenset(words("oder als or than vs versus beide both jeweils unterschied unterscheiden difference"))
_TERM = re.compile(r"[^\W_][\w-]*")
Looking = Generator[tuple[Call, ...], tuple[Result, ...], tuple[tuple[Detail, ...], Result | None]]


def asks(clause: "Clause") -> bool:
    """Whether a clause wants to know something of what is not in view: neither a search nor about a card."""
    measured = bool(sought(clause.text, ()).measures)
    opened = bool(OPENERS & set(clause.said[:2])) or (measured and clause.text.rstrip().endswith("?"))
    led = bool(LEADING & set(clause.topics)) and _definite(clause.text)
    if not clause.content or not (led or (clause.asking and opened)):
        return False
    in_view = bool(clause.memory.shown or clause.memory.focus)
    beside = led and _calls_other(clause)
    if in_view and not beside and (clause.named or clause.pointing or not clause.names_other):
        return False
    if _searches(clause) and not (led and not clause.slots.any):
        return False
    return measured or _definite(clause.text) or not _wanted_kind(clause)


def of_the_shop(clause: "Clause") -> bool:
    """Whether the shop's own rules, hours, services or rooms are asked for, and no goods."""
    if "policy" in clause.cues:
        return True
    rules = {rule.name for rule in cues.rules(clause.said)} if clause.asking else set()
    if "visit" in rules and not (clause.finding or clause.named):
        return True
    in_view = bool(clause.memory.shown or clause.memory.focus)
    return bool(rules) and not (clause.category or clause.named or (clause.pointing and in_view))


def goes_on(clause: "Clause") -> bool:
    """`how many hours each?`: a question that names nothing of its own."""
    return not (clause.category or clause.brand or _definite(clause.text))


def _searches(clause: "Clause") -> bool:
    """`do you have any ...`, `which socks are ...`: products are looked for, unless the one meant is named."""
    if (clause.slots.any and not clause.option) and not _definite(clause.text):
        return True
    rated = clause.slots.sort or clause.slots.rating_min
    if rated and clause.category and clause.said[0] in WHICH:  # `which of your socks are rated best?`
        return True
    which = any(one in WHICH | WHAT and clause.catalog.names_category(other) for one, other in pairwise(clause.said))
    wished = clause.finding and (HAVING & set(clause.said[:2]) or not OPENERS & set(clause.said[:1]))
    return which or bool(wished and not (_definite(clause.text) and clause.option))


def _calls_other(clause: "Clause") -> bool:
    """`the Sohlenlos shoe`, `der Minimalschuh Sohlenlos`: a name that nothing in view bears."""
    seen = (*clause.memory.shown, *((clause.memory.focus,) if clause.memory.focus else ()))
    shown = {part for product in seen for part in words(product.title)}
    kinds = {stem(word) for word in clause.catalog.label_words()}

    def is_kind(word: str) -> bool:
        return clause.catalog.names_category(word) or any(stem(word).endswith(kind) for kind in kinds if len(kind) > 3)

    def is_name(term: str) -> bool:
        word = fold(term)
        known = is_kind(word) or cues.topics((word,)) or any(alike(word, part) for part in shown)
        return term[:1].isupper() and not known

    said = [*_TERM.findall(clause.text), ""]
    return any(
        is_name(two) if fold(one) in ("the", "your") else fold(one) in KNOWN and is_kind(fold(two)) and is_name(three)
        for one, two, three in zip(said, said[1:], said[2:], strict=False)
    )


def _wanted_kind(clause: "Clause") -> bool:
    return clause.category or bool(clause.brand) or clause.attributes


def _definite(text: str) -> bool:
    """Whether something that is no part of the shop itself is spoken of as known: `der Erstling`, `your tape`."""
    said = words(text)
    return any(one in KNOWN and other in content(text) for one, other in pairwise(said) if other not in premises())


def inquire(wish: Wish, view: View) -> Script:
    """Look up what is asked about, the product first where one is spoken of, and answer from what is stated."""
    text = wish.text
    led = bool(LEADING & set(cues.topics(words(text))))
    about_goods = not cues.rules(words(text)) and (_definite(text) or view.catalog.names_category(text))
    result: Result | None = None
    if about_goods:
        known, result = yield from _looked_up(wish, view, led)
        if known and sizes.asks(view):
            return (yield from sizes.advise(Wish("size", (view.turn.text,), known[0].product.id), view))
        if known:
            return _answered(wish, known, view)
        if led:
            return (yield from find(Wish("find", wish.texts), view))
    read = yield from documents.consult(text, view)
    if read.answers:
        return read.said
    if about_goods:
        near = products(result.data) if result and result.ok else ()
        return Said(told("which-asked", view.locale), asks=Wish("question", wish.texts)) if near else read.said
    known, result = yield from _looked_up(wish, view)
    return _answered(wish, known, view) if known else read.said


def _answered(wish: Wish, known: tuple[Detail, ...], view: View) -> Said:
    """What is stated of each of the products; an honest no when that is nothing."""
    told_of = [said for each in known if (said := answered(wish, each, view))]
    if len(told_of) > 1:
        return Said(" ".join(said.text for said in told_of))
    return told_of[0] if told_of else not_stated(wish, known[0], view)


def _looked_up(wish: Wish, view: View, proper: bool = False) -> Looking:
    """The products that a text names, read whole, and the search that found them."""
    query = " ".join(_naming(wish.text))
    if not query:
        return (), None
    (result,) = yield (Call("find_products", {"query": query, "limit": LOOKED_AT}),)
    called = " ".join(term for term in _naming(wish.text) if set(words(term)) & _spoken_as_known(wish.text, 1))
    if result.ok and not products(result.data) and called not in ("", query):  # the washing machine is not for sale
        (result,) = yield (Call("find_products", {"query": called, "limit": LOOKED_AT}),)
    meant = linked(wish.text, products(result.data), view.catalog, proper) if result.ok else ()
    if not meant:
        return (), result
    read = yield tuple(Call("get_product", {"product_id": each.id}) for each in meant)
    return tuple(known for each in read if each.ok and (known := detail(each.data))), result


def _naming(text: str) -> list[str]:
    """The terms that may name a product: what is measured and asked for aside."""
    asked = sought(text, content(text))
    kept = set(asked.words)
    return [term for term in terms(text) if set(words(term)) & kept]


def linked(text: str, found: tuple[Product, ...], catalog: Catalog, proper: bool = False) -> tuple[Product, ...]:
    """Of the products found, the one that a text names, or the two that it holds against each other.

    A word names a product if it stands in its title and is no name of a kind; two such kinds' words do as well,
    unless a `proper` name is needed, which hardly another product found bears.
    """
    said = sought(text, content(text)).words
    kinds = {stem(word) for word in catalog.label_words()}
    names = {word for word in said if stem(word) not in kinds}
    if proper:
        names = {word for word in names if sum(_in_title(word, product) for product in found) <= COMPARED}
    meant = _spoken_as_known(text)
    scored: list[tuple[int, int, int, int, int, Product]] = []
    for place, product in enumerate(found):
        hits = {word for word in said if _in_title(word, product)}
        own = hits & names
        unsaid = sum(not any(alike(word, part) for word in said) for part in words(product.title) if len(part) > 2)
        scored.append((len(own & meant), len(own), len(hits), -unsaid, -place, product))
    scored.sort(key=lambda row: row[:5], reverse=True)
    if not scored or (not scored[0][1] and (proper or scored[0][2] < COMPARED)):
        return ()
    several = COMPARED if EITHER & set(words(text)) else 1
    return tuple(row[5] for row in scored[:several] if row[1] or row is scored[0])


def _spoken_as_known(text: str, most: int = 3) -> frozenset[str]:
    """The words that an article leads in: `the plain Takt watch`."""
    said = words(text)
    places = [place for place, word in enumerate(said) if word in KNOWN]
    return frozenset(word for place in places for word in said[place + 1 : place + 1 + most])


def _in_title(word: str, product: Product) -> bool:
    """Whether a word is one of a title, or shares all but its ending with a part of a compound in it."""
    return any(
        alike(word, part)
        or (len(part) > 3 and len(word) > 3 and (stem(word).endswith(stem(part)) or stem(part).endswith(stem(word))))
        for part in words(product.title)
    )
