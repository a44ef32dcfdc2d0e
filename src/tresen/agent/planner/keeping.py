"""Scripts for what is not bought today: set aside, brought back, waited for."""

from typing import Any

from tresen.agent.planner import options
from tresen.agent.planner.buying import sentence
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import listed, told
from tresen.agent.planner.purchase import chosen_from, read_meant
from tresen.agent.planner.references import content, title_hits
from tresen.agent.planner.results import Detail, Line, Product, line
from tresen.agent.planner.spelling import words
from tresen.agent.planner.transcript import Call
from tresen.agent.planner.view import Said, Script, View


def later(wish: Wish, view: View) -> Script:
    """Set something aside for later, out of the cart if it is there."""
    held = _in_cart(wish, view)
    if held is not None:
        variant_id, title = held.variant_id, held.title
    else:
        found = yield from chosen_from(wish, view)
        if isinstance(found, Said):
            return found
        known, variant = found
        variant_id, title = variant.id, known.product.title
    (result,) = yield (Call("save_for_later", {"variant_id": variant_id}),)
    return Said(told("kept", view.locale, title=title) if result.ok else sentence(result, view))


def bring_back(wish: Wish, view: View) -> Script:
    """Put what was set aside last into the cart again."""
    if not view.memory.saved:
        return Said(told("nothing-kept", view.locale))
    (result,) = yield (Call("save_for_later", {"variant_id": view.memory.saved, "bring_back": True}),)
    return Said(told("brought-back", view.locale) if result.ok else sentence(result, view))


def notify(wish: Wish, view: View) -> Script:
    """Note that the shopper wants to hear when something sold out is there again."""
    asked = view.memory.pending
    if asked is not None and asked.kind == "choose":
        wish = Wish("notify", (*wish.texts, *asked.texts), wish.product or asked.product)
    known = yield from read_meant(wish, view)
    if isinstance(known, Said):
        return known
    variant = _gone(wish, known, view)
    if isinstance(variant, Said):
        return variant
    (result,) = yield (Call("notify_when_back", {"variant_id": variant.id}),)
    if not result.ok:
        return Said(sentence(result, view))
    return Said(told("noted", view.locale, title=line(result.data.get("title")) or known.product.title))


def _gone(wish: Wish, known: Detail, view: View) -> Any:
    """The sold-out variant that is meant."""
    wanted: dict[str, tuple[str, ...]] = {}
    for text in reversed(wish.texts):
        wanted |= options.asked_options(known, text)
    matching = options.with_options(known, wanted)
    gone = [each for each in matching if not each.available]
    if len(gone) == 1 or (gone and not options.keys(known)):
        return gone[0]
    if not gone and matching:
        return matching[0]
    labels = listed([each.label for each in gone[:6]], view.locale, "or") or "–"
    pending = Wish("notify", wish.texts, known.product.id)
    return Said(told("notify-which", view.locale, title=known.product.title, options=labels), asks=pending)


def _in_cart(wish: Wish, view: View) -> Line | None:
    """The line item that is meant: by its name, as the one last put in, or as the only one."""
    lines = view.memory.cart.lines if view.memory.cart else ()
    asked = {word for text in wish.texts for word in (*content(text), *words(text)) if len(word) > 2}
    named = [each for each in lines if any(map(content, title_hits(asked, Product("", each.title))))]
    if len(named) == 1:
        return named[0]
    focus = view.memory.focus
    if focus is not None and all(each.product_id != focus.id for each in lines):
        return None
    last = [each for each in lines if each.variant_id == view.memory.last_set]
    return last[0] if last else lines[0] if len(lines) == 1 else None
