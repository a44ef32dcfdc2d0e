"""What a conversation has brought so far, folded from its turns: shown products, focus, cart, last search."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from tresen.agent.planner.orderfacts import Placed, Standing, fields, order_number, orders, standing
from tresen.agent.planner.results import Cart, Detail, Product, cart, detail, load, products
from tresen.agent.planner.transcript import TAPPED, Result, Turn

CART_NOTE = "Cart now:"
_VIEWED = re.compile(r"looks at the page of (.+) \(product ([^)\s]+)\)")


@dataclass(frozen=True)
class Wish:
    """One thing the shopper wants. `texts` is what they said of it, newest first; `product` an id, once it is clear."""

    kind: str
    texts: tuple[str, ...] = ()
    product: str = ""
    quantity: int | None = None
    fields: tuple[tuple[str, str], ...] = ()  # what was said of an address that is not whole yet
    goal: "Wish | None" = None  # what goes on once the shopper has proved who they are

    @property
    def text(self) -> str:
        return self.texts[0] if self.texts else ""


@dataclass(frozen=True)
class Memory:
    """`shown` are the cards of the last search, `seen` all cards; `pending` waits for an answer, `offer` for a yes."""

    locale: str = "en"
    shown: tuple[Product, ...] = ()
    seen: dict[str, Product] = field(default_factory=dict)
    details: dict[str, Detail] = field(default_factory=dict)
    focus: Product | None = None
    cart: Cart | None = None
    last_set: str = ""
    search: dict[str, Any] | None = None
    pending: Wish | None = None
    offer: Wish | None = None
    checkout: Standing | None = None
    refused_fields: tuple[str, ...] = ()  # of the address that was refused last
    orders: tuple[Placed, ...] = ()
    codes: tuple[str, ...] = ()
    saved: str = ""
    filled: bool = False  # by a button or on a page, told without its lines


def remember(memory: Memory, turn: Turn) -> Memory:
    """The memory after a turn, its open questions aside."""
    for note in turn.notes:
        memory = _note(memory, note)
    searched = [result for result in turn.results if result.call.name == "find_products" and result.ok]
    if searched:
        memory = _search(memory, searched)
    for result in turn.results:
        memory = _sale(_result(memory, result), result) if result.ok else _refused(memory, result)
    return memory


def with_notes(memory: Memory, turn: Turn) -> Memory:
    """The memory a turn is answered from: the pages the shopper has looked at count already."""
    return remember(memory, Turn(notes=turn.notes))


def _search(memory: Memory, searched: list[Result]) -> Memory:
    cards = {product.id: product for result in searched for product in products(result.data)}
    found = tuple(replace(product, number=number) for number, product in enumerate(cards.values(), 1))
    args = searched[-1].call.args
    if not found:
        return replace(memory, search=args)
    seen = {**memory.seen, **{product.id: product for product in found}}
    focus = found[0] if len(found) == 1 else None
    return replace(memory, search=args, shown=found, seen=seen, focus=focus)


def _result(memory: Memory, result: Result) -> Memory:
    if result.call.name == "get_product" and (read := detail(result.data)):
        known = memory.seen.get(read.product.id, read.product)
        details = {**memory.details, read.product.id: read}
        return replace(memory, focus=known, details=details, seen={**memory.seen, known.id: known})
    if result.call.name in ("set_cart_quantity", "show_cart") and (held := cart(result.data)):
        changed = str(result.call.args.get("variant_id", "")) if result.call.name == "set_cart_quantity" else ""
        return replace(memory, cart=held, last_set=changed or memory.last_set)
    return memory


def _sale(memory: Memory, result: Result) -> Memory:
    args = result.call.args
    match result.call.name:
        case "quote_checkout":
            return replace(memory, checkout=standing(result.data), refused_fields=())
        case "track_order" if found := orders(result.data):
            kept = tuple(each for each in memory.orders if each.number not in {one.number for one in found})
            return replace(memory, orders=(*found, *kept))
        case "apply_code":
            kept_codes = tuple(each for each in memory.codes if each.lower() != str(args.get("code", "")).lower())
            return replace(memory, codes=kept_codes if args.get("remove") else (*kept_codes, str(args.get("code", ""))))
        case "save_for_later":
            return replace(memory, saved="" if args.get("bring_back") else str(args.get("variant_id", "")))
        case _:
            return memory


def _refused(memory: Memory, result: Result) -> Memory:
    if result.call.name not in ("quote_checkout", "change_order") or not (lacking := fields(result.data)):
        return memory
    now = replace(memory.checkout, lacking=lacking) if memory.checkout else None
    return replace(memory, refused_fields=lacking, checkout=now)


def _note(memory: Memory, note: str) -> Memory:
    if viewed := _VIEWED.search(note):
        product = memory.seen.get(viewed[2], Product(viewed[2], viewed[1][:120]))
        return replace(memory, focus=product, seen={**memory.seen, product.id: product})
    if held := cart(load(note.partition(":")[2])):
        return replace(memory, cart=held)
    if CART_NOTE in note:
        memory = replace(memory, filled=True)
    if note.startswith(TAPPED) and (number := order_number(note)):
        others = tuple(each for each in memory.orders if each.number != number)
        return replace(memory, orders=(Placed(number), *others), checkout=None, pending=None, offer=None)
    return memory
