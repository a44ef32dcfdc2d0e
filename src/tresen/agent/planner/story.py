"""The script that tells a product's story, and what tells that one is asked for."""

from collections.abc import Generator
from typing import TYPE_CHECKING

from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import told
from tresen.agent.planner.purchase import meant
from tresen.agent.planner.references import content, places, title_hits
from tresen.agent.planner.results import Product, line, products
from tresen.agent.planner.spelling import words
from tresen.agent.planner.transcript import Call, Result
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.stories.themes import themes

if TYPE_CHECKING:
    from tresen.agent.planner.clauses import Clause

GIFT = frozenset(
    words("geschenk verschenken verschenke schenken schenke geschenkidee present presents gift gifts gifting birthday")
)
OTHERS = frozenset({"policy", "safety", "compare", "buy"})  # what is special about the returns is no story
COMPLETING = frozenset({"find", "refine", "unclear", "question", "puzzle", "more", "story"})  # what it is told for
Looking = Generator[tuple[Call, ...], tuple[Result, ...], Product | None]
_TALK = frozenset(
    words(
        "geschichte story besondere besonderes besonderen besonders besonderheit besonderheiten special unique "
        "different dahinter steckt hinter behind erzähl erzähle tell what about auf sich hat macht makes makes"
    )
)


def asked(clause: "Clause") -> bool:
    """`erzähl mir die Geschichte dazu`, `what is special about it?`: of something in view, or of a named product."""
    if "story" not in clause.cues or clause.cues & OTHERS or len(places(clause.text)) > 1:
        return False
    in_view = clause.named or clause.pointing or clause.around or bool(clause.memory.shown)
    return in_view or clause.category or bool(clause.brand)


def joins(before: "Clause", clause: "Clause") -> bool:
    """Whether two clauses are one wish for a story: `tell me its story, I run in winter`."""
    kinds = (before.kind, clause.kind)
    return "story" in kinds and COMPLETING.issuperset(kinds) and not (before.finding or clause.finding)


def tell(wish: Wish, view: View) -> Script:
    """Have the story of the product that is meant told; what is asked for first is looked up first."""
    product = meant(wish, view)
    if isinstance(product, Said) and not (view.memory.shown or view.memory.focus):
        product = (yield from _looked_up(wish)) or product
    if isinstance(product, Said):
        return product
    (result,) = yield (Call("tell_story", {"product_id": product.id, **_audience(wish)}),)
    if not result.ok or not line(result.data.get("told"), 4000):
        return Said(told("unavailable", view.locale))
    return Said(told("story-next", view.locale), offer=Wish("choose", ("",), product.id))


def _looked_up(wish: Wish) -> Looking:
    """The one product of a search that has the words of the wish in its title."""
    named = [word for word in content(wish.text) if word not in _TALK]
    (found,) = yield (Call("find_products", {"query": " ".join(named)}),)
    listed = products(found.data) if found.ok else ()
    scored = [(len(title_hits(named, each)), -each.number, each) for each in listed]
    best = max(scored, key=lambda score: score[:2], default=None)
    return best[2] if best and best[0] else None


def _audience(wish: Wish) -> dict[str, object]:
    """What it is told for: the shopper's words that name a use or a value, and whether it is a present."""
    said = tuple(dict.fromkeys(word for text in wish.texts for word in words(text)))
    use = [word for word in said if any(theme.kind == "use" and theme.asked_by((word,)) for theme in themes())]
    values = [word for word in said if any(theme.kind == "value" and theme.asked_by((word,)) for theme in themes())]
    gift = bool(GIFT & set(said))
    audience: dict[str, object] = {"use": " ".join(use)} if use else {}
    return audience | ({"values": values} if values else {}) | ({"for_gift": True} if gift else {})
