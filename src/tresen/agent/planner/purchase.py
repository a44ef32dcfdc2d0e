"""The script that puts a product into the cart: product, variant, quantity, each clear before anything is changed."""

from collections.abc import Generator

from tresen.agent.planner import options
from tresen.agent.planner.cart import not_put, offered
from tresen.agent.planner.colours import colours_in
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import listed, named, told
from tresen.agent.planner.quantities import quantity
from tresen.agent.planner.references import Reference, comes_in, pointed, refer
from tresen.agent.planner.results import Detail, Product, Variant, cart, detail, line, whole
from tresen.agent.planner.transcript import Call, Result
from tresen.agent.planner.view import Said, Script, View

Finding = Generator[tuple[Call, ...], tuple[Result, ...], Said | tuple[Detail, Variant]]
Reading = Generator[tuple[Call, ...], tuple[Result, ...], Said | Detail]
MOST_NAMED = 8  # option values or products in one question


def choose(wish: Wish, view: View) -> Script:
    """Find the variant that is meant and put it into the cart."""
    found = yield from chosen_from(wish, view)
    if isinstance(found, Said):
        return found
    known, variant = found
    pending = Wish("choose", wish.texts, known.product.id, _count(wish))
    count = _count(wish) or 1
    (changed,) = yield (Call("set_cart_quantity", {"variant_id": variant.id, "quantity": count}),)
    return put(changed, variant, pending, view)


def chosen_from(wish: Wish, view: View) -> Finding:
    """The product and the variant a wish is about, or what has to be asked or said first."""
    known = yield from read_meant(wish, view)
    if isinstance(known, Said):
        return known
    choice = options.choose(known, (*wish.texts, *_searched(known, view)))
    if choice.variant is None:
        pending = Wish(wish.kind, wish.texts, known.product.id, _count(wish))
        return Said(_open(choice, known, view), asks=pending)
    return known, choice.variant


def read_meant(wish: Wish, view: View) -> Reading:
    """What the shop knows of the product that is meant, or what has to be asked or said first."""
    product = meant(wish, view)
    if isinstance(product, Said):
        return product
    (read,) = yield (Call("get_product", {"product_id": product.id}),)
    known = detail(read.data) if read.ok else None
    if known is None:
        return Said(told("unavailable", view.locale))
    return known


def meant(wish: Wish, view: View) -> Product | Said:
    """The product a wish is about, or the question or the honest no that its reference comes to."""
    memory = view.memory
    if wish.product:
        return memory.seen.get(wish.product, Product(wish.product, wish.product))
    reference = _narrowed(_reference(wish, view), wish)
    if len(reference.products) == 1:
        return reference.products[0]
    if not reference.products:
        shown = len(memory.shown)
        return Said(told("not-shown", view.locale, count=shown))
    return Said(which(reference.products, view), asks=wish)


def _searched(known: Detail, view: View) -> tuple[str, ...]:
    """The colour and the size that were searched for, as far as this product has them: what was said once holds on."""
    search = view.memory.search or {}
    said = (f"in {search.get('color', '')}", f"size {search.get('size', '')}")
    return tuple(text for text in said if options.mentions(known, text))


def which(products: tuple[Product, ...], view: View) -> str:
    """The question which of several products is meant, with their places among the cards."""
    places = [f"{each.number}: {each.title}" if each.number else each.title for each in products[:MOST_NAMED]]
    return told("which", view.locale, products="; ".join(places))


def put(changed: Result, variant: Variant, pending: Wish, view: View) -> Said:
    """What to say after the cart was changed, or was not."""
    held = cart(changed.data) if changed.ok else None
    if held is None:
        return _refused(changed, variant, pending, view)
    item = next((each for each in held.lines if each.variant_id == variant.id), None)
    if item is None:
        return Said(told("cart-total", view.locale, count=held.count, total=held.total))
    label = f" ({item.options})" if item.options else ""
    return Said(told("put", view.locale, quantity=item.quantity, title=f"{item.title}{label}", total=held.total))


def _reference(wish: Wish, view: View) -> Reference:
    """The newest explicit reference, else what "it" means now."""
    asked_which = len(wish.texts) > 1
    found = [
        refer(text, view.memory, view.catalog, bare=asked_which and not place) for place, text in enumerate(wish.texts)
    ]
    explicit = [each for each in found if each and each.explicit]
    return (explicit or [Reference("pointer", pointed(view.memory))])[0]


def _narrowed(reference: Reference, wish: Wish) -> Reference:
    """Of several products, those that come in the colour named last."""
    named = next((colours[0] for text in wish.texts if (colours := colours_in(text))), None)
    if named is None or len(reference.products) < 2:
        return reference
    offered = tuple(each for each in reference.products if comes_in(each, named))
    return Reference(reference.how, offered or reference.products)


def _count(wish: Wish) -> int | None:
    return wish.quantity or next((count for text in wish.texts if (count := quantity(text)) is not None), None)


def _open(choice: options.Choice, known: Detail, view: View) -> str:
    """The question or the honest no that stands before a variant is clear."""
    if choice.unknown:
        key, said = choice.unknown
        offered = options.values(known, key, available=True) or options.values(known, key)
        values = {"said": said, "title": known.product.title, "offered": _named(offered, view)}
        return f"{told('no-such-option', view.locale, **values)} {told('which-instead', view.locale)}"
    if choice.missing:
        names = [f"{named('option', key, view.locale)}: {_named(offered, view)}" for key, offered in choice.missing]
        return told("choose-option", view.locale, title=known.product.title, options="; ".join(names))
    instead = listed([each.label for each in choice.instead if each.label], view.locale, "or")
    if not choice.sold_out:
        return told("all-sold-out", view.locale, title=known.product.title)
    key = "sold-out" if instead else "sold-out-all"
    return told(key, view.locale, title=known.product.title, asked=choice.sold_out, instead=instead)


def _named(offered: tuple[str, ...], view: View) -> str:
    return listed(offered[:MOST_NAMED], view.locale) or "–"


def _refused(changed: Result, variant: Variant, pending: Wish, view: View) -> Said:
    code, left = line(changed.data.get("refused"), 40), whole(changed.data.get("left"))
    label = variant.label or told("this-variant", view.locale)
    if code == "out_of_stock" and left:
        offer = Wish("choose", pending.texts, pending.product, left)
        return Said(told("only-left", view.locale, left=left, asked=label), asks=pending, offer=offer)
    if code == "out_of_stock":
        return Said(told("gone", view.locale, asked=label), asks=pending)
    if code == "price_unknown":
        return Said(told("price-unknown", view.locale), offer=Wish("human", pending.texts))
    instead = None if offered(changed) else Wish("human", pending.texts)
    return Said(not_put(changed, view), offer=instead)
