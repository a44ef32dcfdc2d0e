"""Orders by name: `leg mir 2x Merinosocken in Blau, 39-42 rein`, `3 of those please: running cap in pink`.

The whole sentence is one order: commas and `and` part its options, not its wishes.
"""

import re
from collections.abc import Generator, Iterable

from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.cues import intents
from tresen.agent.planner.memory import Memory, Wish
from tresen.agent.planner.orderfacts import order_number
from tresen.agent.planner.phrasing import told
from tresen.agent.planner.postal import holds_address
from tresen.agent.planner.purchase import choose, which
from tresen.agent.planner.references import content
from tresen.agent.planner.results import Product, products
from tresen.agent.planner.spelling import alike, stem, words
from tresen.agent.planner.transcript import Call, Result
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.vocabulary import numbers
from tresen.agent.planner.wanted import query_of

MOST = 999
LOOKED_AT = 6
OTHERWISE = frozenset(
    {"send_back", "exchange", "cancel", "take_out", "remove", "readdress", "withdraw", "order", "code", "dispute"}
)
_COUNT = r"(\d{1,3}|ein|eine|einen|[a-zäöüß]{3,12})"
_TIMES = re.compile(rf"\b{_COUNT}\s*(?:x|×|mal|times)\s+(?=[^\W_])", re.I)
_OF_THOSE = re.compile(
    rf"\bdavon\s+(?:bitte\s+)?{_COUNT}\b[^:]{{0,30}}:\s*|\b{_COUNT}\s+(?:pieces?\s+|pairs?\s+)?of\s+(?:those|these|them)\b[^:]{{0,20}}:\s*",
    re.I,
)
Resolving = Generator[tuple[Call, ...], tuple[Result, ...], Product | Said]


def ordered(text: str, memory: Memory, catalog: Catalog) -> Wish | None:
    """The order in a message that says how many of what; None when it is another kind of message."""
    if text.rstrip().endswith("?") or OTHERWISE & intents(words(text)) or order_number(text) or holds_address(text):
        return None
    found = _OF_THOSE.search(text) or _TIMES.search(text)
    if found is None:
        return None
    count = _number(next(group for group in found.groups() if group))
    what = text[found.end() :]
    if not count or not content(what) or len(_TIMES.findall(text)) > 1:
        return None
    return Wish("order", (what,), quantity=min(count, MOST))


def order(wish: Wish, view: View) -> Script:
    """Find what is called by name, among what was shown first, and put so many into the cart."""
    product = yield from _resolved(wish, view)
    if isinstance(product, Said):
        return product
    return (yield from choose(Wish("choose", wish.texts, product.id, wish.quantity), view))


def _resolved(wish: Wish, view: View) -> Resolving:
    """The product that is meant, or what has to be asked first."""
    memory, text = view.memory, wish.text
    for known in (memory.shown, tuple(memory.seen.values())):
        if found := named(text, known, view.catalog, proper=True):
            return found[0]
    query = query_of(text, frozenset(), view.catalog) or text
    (result,) = yield (Call("find_products", {"query": query, "limit": LOOKED_AT}),)
    near = products(result.data) if result.ok else ()
    chosen = named(text, (*memory.shown, *near), view.catalog)
    if len(chosen) == 1:
        return chosen[0]
    pending = Wish("choose", wish.texts, quantity=wish.quantity)
    return Said(which(chosen or near, view), asks=pending) if near else Said(told("nothing", view.locale, query=query))


def named(text: str, among: Iterable[Product], catalog: Catalog, proper: bool = False) -> tuple[Product, ...]:
    """The products that a text names best: by their own names first, then by all words, then by no word unsaid.

    With `proper`, only by a word that is no name of a kind, and only if a single product is best.
    """
    said = content(text) or ("",)
    kinds = {stem(word) for word in catalog.label_words()}
    scored: dict[str, tuple[tuple[int, int, int], Product]] = {}
    for product in among:
        titled = words(product.title)
        hits = {word for word in said if any(_same(word, part) for part in titled)}
        own = {word for word in hits if stem(word) not in kinds}
        unsaid = sum(not any(_same(word, part) for word in said) for part in titled if len(part) > 2)
        called = said[0] in hits or 2 * len(hits) >= len(said)  # the name comes first, its options after it
        if (own and called) or (hits and not proper):
            scored[product.id] = (len(own), len(hits), -unsaid), product
    top = max((score for score, _ in scored.values()), default=None)
    best = tuple(product for score, product in scored.values() if score == top)
    return best if len(best) == 1 or not proper else ()


def _same(word: str, part: str) -> bool:
    return alike(word, part) or (len(stem(word)) > 3 and stem(part).endswith(stem(word)))


def _number(said: str) -> int:
    folded = words(said)[0]
    if folded in ("ein", "eine", "einen", "a"):
        return 1
    return int(folded) if folded.isdigit() else numbers("cardinal").get(folded, 0)
