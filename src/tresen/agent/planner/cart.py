"""Scripts that show and change the cart; what is in it is always read first."""

from tresen.agent.planner.cues import intents
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import told
from tresen.agent.planner.quantities import quantity
from tresen.agent.planner.references import content, refer, title_hits
from tresen.agent.planner.results import Cart, Line, Product, cart
from tresen.agent.planner.spelling import words
from tresen.agent.planner.transcript import Call, Result
from tresen.agent.planner.view import Said, Script, View

MOST_NAMED = 5
SHOW = Call("show_cart", {})


def show(wish: Wish, view: View) -> Script:
    """What is in the cart, and what it costs."""
    (result,) = yield (SHOW,)
    held = _held(result)
    if held is None:
        return Said(told("unavailable", view.locale))
    if not held.lines:
        return Said(told("cart-empty", view.locale))
    items = "; ".join(_item(each) for each in held.lines[:MOST_NAMED])
    return Said(told("cart", view.locale, items=items, total=held.total))


def empty(wish: Wish, view: View) -> Script:
    """Take everything out."""
    (result,) = yield (SHOW,)
    held = _held(result)
    if held is None:
        return Said(told("unavailable", view.locale))
    changed = yield tuple(_set(each, 0) for each in held.lines)
    if left := [each for each in changed if not each.ok or offered(each)]:
        return Said(not_put(left[0], view))
    return Said(told("cart-emptied" if held.lines else "cart-empty", view.locale))


def remove(wish: Wish, view: View) -> Script:
    """Take one line item out."""
    (result,) = yield (SHOW,)
    item = _meant(wish, _held(result), view)
    if isinstance(item, Said):
        return item
    (changed,) = yield (_set(item, 0),)
    held = _held(changed)
    if held is None:
        return Said(not_put(changed, view))
    return Said(told("removed", view.locale, title=item.title, count=held.count, total=held.total))


def change(wish: Wish, view: View) -> Script:
    """Set how many of a line item there are; "one more" counts from what is there now."""
    (result,) = yield (SHOW,)
    item = _meant(wish, _held(result), view)
    if isinstance(item, Said):
        return item
    wanted = _wanted(wish, item)
    (changed,) = yield (_set(item, wanted),)
    held = _held(changed)
    if held is None:
        return Said(_refused(changed, item, view))
    if wanted == 0:
        return Said(told("removed", view.locale, title=item.title, count=held.count, total=held.total))
    return Said(told("put", view.locale, quantity=wanted, title=_label(item), total=held.total))


def _held(result: Result) -> Cart | None:
    return cart(result.data) if result.ok else None


def _set(item: Line, count: int) -> Call:
    return Call("set_cart_quantity", {"variant_id": item.variant_id, "quantity": count})


def _wanted(wish: Wish, item: Line) -> int:
    cues = intents(words(wish.text))
    named = wish.quantity if wish.quantity is not None else quantity(wish.text)
    if "another" in cues:
        return item.quantity + (named or 1)
    if "fewer" in cues:
        return max(item.quantity - (named or 1), 0)
    return item.quantity if named is None else named


def _refused(changed: Result, item: Line, view: View) -> str:
    left = changed.data.get("left")
    if changed.data.get("refused") == "out_of_stock" and isinstance(left, int):
        return told("only-left-kept", view.locale, left=left, title=_label(item))
    return not_put(changed, view)


def offered(changed: Result) -> bool:
    """Whether the shopper was given a button for it, because their words do not ask for it plainly."""
    return changed.data.get("done") is False


def not_put(changed: Result, view: View) -> str:
    return told("press-to-put" if offered(changed) else "not-put", view.locale)


def _meant(wish: Wish, held: Cart | None, view: View) -> Line | Said:
    """The line item a wish is about: by name or option, by what is in view, or the only one."""
    if held is None:
        return Said(told("unavailable", view.locale))
    if not held.lines:
        return Said(told("cart-empty", view.locale))
    candidates = _candidates(wish, held, view)
    if len(candidates) == 1:
        return candidates[0]
    items = "; ".join(f"{number}: {_label(each)}" for number, each in enumerate(candidates, 1))
    return Said(told("which-item", view.locale, items=items), asks=wish)


def _candidates(wish: Wish, held: Cart, view: View) -> tuple[Line, ...]:
    if len(held.lines) == 1:
        return held.lines
    asked = {word for text in wish.texts for word in (*content(text), *words(text)) if len(word) > 1}
    scored = [(_hits(asked, item), item) for item in held.lines]
    best = max(score for score, _ in scored)
    if best:
        return tuple(item for score, item in scored if score == best)
    pointed = refer(wish.text, view.memory, view.catalog)
    ids = {product.id for product in pointed.products} if pointed else set()
    by_id = tuple(item for item in held.lines if item.product_id in ids)
    last = tuple(item for item in held.lines if item.variant_id == view.memory.last_set)
    return by_id or last or held.lines


def _hits(asked: set[str], item: Line) -> int:
    named = title_hits((word for word in asked if len(word) > 2), Product(item.product_id, item.title))
    chosen = set(words(item.options)) & asked
    return 2 * len({word for word in named if content(word)}) + len(chosen)


def _label(item: Line) -> str:
    return f"{item.title} ({item.options})" if item.options else item.title


def _item(item: Line) -> str:
    return f"{item.quantity} × {_label(item)}"
