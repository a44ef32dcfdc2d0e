"""Scripts for what follows a purchase: where it is, cancel, change, send back, withdraw, question a bill."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tresen.agent.planner.buying import choices_in, sentence
from tresen.agent.planner.cues import intents
from tresen.agent.planner.identity import first_proven, unproven
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.orderfacts import Piece, Placed, order_number, orders, standing
from tresen.agent.planner.people import hand_over
from tresen.agent.planner.phrasing import listed, told
from tresen.agent.planner.postal import read_address
from tresen.agent.planner.quantities import quantity
from tresen.agent.planner.references import content, places, title_hits
from tresen.agent.planner.results import Product, line
from tresen.agent.planner.spelling import words
from tresen.agent.planner.transcript import Call, Result
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.vocabulary import table
from tresen.kit.words import say

UNKNOWN = "unknown_order"
MOST_NAMED = 3
KEPT = re.compile(r"[^.!?;,\n]*\b(?:behalt\w*|behielt\w*|keep\w*|kept)\b[^.!?;,\n]*", re.I)
ONE = frozenset(words("ein eine einen eins one a"))


def track(wish: Wish, view: View) -> Script:
    """Where an order stands, and when it comes."""
    found = yield from _looked_up(wish, view)
    if isinstance(found, Said):
        return found
    told_of = dict(found[0].details)
    arrives, parcel = (told_of.get(say(f"order-{name}", view.locale), "") for name in ("arrives", "parcel"))
    values = {"number": found[0].number, "state": found[0].label, "arrives": arrives, "parcel": parcel}
    others = listed([each.number for each in found[1:]], view.locale)
    more = f" {told('other-orders', view.locale, numbers=others)}" if others else ""
    return Said(told("order-stands", view.locale, **values) + more)


def cancel(wish: Wish, view: View) -> Script:
    """Offer to cancel; the button does it."""
    found = yield from _one(wish, view, lambda each: each.state in ("processing", "awaiting_payment"))
    if isinstance(found, Said):
        return found
    (result,) = yield (Call("cancel_order", {"order_number": found.number}),)
    return _offered(result, found.number, "cancel", wish, view)


def take_out(wish: Wish, view: View) -> Script:
    """Offer to take what the shopper names out of an order that has not left."""
    found = yield from _one(wish, view, lambda each: each.state in ("processing", "awaiting_payment"))
    if isinstance(found, Said):
        return found
    pieces = [piece for piece in found.pieces if piece.quantity]
    chosen = _meant(wish, pieces)
    if pieces and not chosen:
        named = "; ".join(f"{place}: {_called(each)}" for place, each in enumerate(pieces, 1))
        return Said(told("take-out-which", view.locale, items=named), asks=wish)
    fewer = any("fewer" in intents(words(text)) or ONE & set(words(text)) for text in wish.texts)
    count = next((some for text in wish.texts if (some := quantity(text)) is not None), 1 if fewer else None)
    gone = {str(each.position): min(count or each.quantity, each.quantity) for each in chosen}
    (result,) = yield (Call("change_order", {"order_number": found.number, "take_out": gone}),)
    return _offered(result, found.number, "take-out", wish, view)


def readdress(wish: Wish, view: View) -> Script:
    """Offer to send an order elsewhere."""
    fields = dict(wish.fields) | read_address(wish.text, lacking=view.memory.refused_fields)
    wish = replace(wish, fields=tuple(fields.items()))
    found = yield from _one(wish, view, lambda each: each.state in ("processing", "awaiting_payment"))
    if isinstance(found, Said):
        return found
    if not {"street", "postal_code", "city"} & fields.keys():
        return Said(told("readdress-where", view.locale, number=found.number), asks=wish)
    wanted = {key: fields.get(key, "") for key in ("street", "postal_code", "city")}
    wanted |= {key: fields[key] for key in ("name", "country") if key in fields}
    (result,) = yield (Call("change_order", {"order_number": found.number, **wanted}),)
    return _offered(result, found.number, "address", wish, view)


def repay(wish: Wish, view: View) -> Script:
    """Offer to pay an order that waits for its payment another way."""
    found = yield from _one(wish, view, lambda each: each.state == "awaiting_payment")
    if isinstance(found, Said):
        return found
    (result,) = yield (Call("change_order", {"order_number": found.number, "payment": "list"}),)
    known = replace(standing(result.data), missing=("payment",))
    if not result.ok:
        return _offered(result, found.number, "payment", wish, view)
    if not known.payments:
        return Said(told("repay-none", view.locale, number=found.number))
    named = next((name for text in wish.texts if (name := choices_in(text, known).get("payment"))), "")
    if not named:
        ways = listed([each.label for each in known.payments], view.locale, "or")
        return Said(told("repay-how", view.locale, number=found.number, options=ways), asks=wish)
    (result,) = yield (Call("change_order", {"order_number": found.number, "payment": named}),)
    return _offered(result, found.number, "payment", wish, view)


def send_back(wish: Wish, view: View) -> Script:
    """Offer to return what the shopper names of an order; why is never asked."""
    return (yield from _back(wish, view, "return"))


def exchange(wish: Wish, view: View) -> Script:
    """Offer to exchange where the shop does it, else say what it does."""
    return (yield from _back(wish, view, "exchange"))


def withdraw(wish: Wish, view: View) -> Script:
    """The legal withdrawal, at once and without a word against it."""
    number = order_number(" ".join(wish.texts), view.memory.orders)
    if not number:
        (looked,) = yield (Call("track_order", {}),)
        known = [each for each in orders(looked.data) if each.state != "cancelled"] if looked.ok else []
        number = known[0].number if len(known) == 1 else ""
    else:
        known = []
    (result,) = yield (Call("start_withdrawal", {"order_number": number} if number else {}),)
    if result.ok and result.data.get("offered"):
        return _offered(result, number, "withdrawal", wish, view)
    text = line(result.data.get("say"), 400) if result.ok else sentence(result, view)
    if len(known) > 1:
        numbers = listed([each.number for each in known[:MOST_NAMED]], view.locale, "or")
        return Said(f"{text} {told('withdraw-which', view.locale, numbers=numbers)}", asks=wish)
    return Said(text)


def dispute(wish: Wish, view: View) -> Script:
    """Pass an objection to a bill on to people, whether or not the order is clear."""
    number = order_number(" ".join(wish.texts), view.memory.orders)
    if not number:
        (looked,) = yield (Call("track_order", {}),)
        known = orders(looked.data) if looked.ok else ()
        number = known[0].number if len(known) == 1 else ""
    if number:
        objection = " ".join(wish.texts[-1].split())
        (result,) = yield (Call("dispute_invoice", {"order_number": number, "objection": objection}),)
        if result.ok:
            return Said(told("handed-over", view.locale))
    return (yield from hand_over(wish, view, "invoice"))


def _looked_up(wish: Wish, view: View) -> Any:
    """The orders in question, newest first, or what stands before them."""
    number = order_number(" ".join(wish.texts), view.memory.orders)
    (result,) = yield (Call("track_order", {"order_number": number} if number else {}),)
    if not result.ok and result.data.get("refused") != UNKNOWN:
        return Said(sentence(result, view))
    found = orders(result.data) if result.ok else ()
    return found or (yield from first_proven(wish, number, view))


def _one(wish: Wish, view: View, fits: Callable[[Placed], bool]) -> Any:
    """The one order that is meant; of several those that fit, else the question which."""
    found = yield from _looked_up(wish, view)
    if isinstance(found, Said):
        return found
    fitting = [each for each in found if fits(each)] or list(found)
    if len(fitting) == 1:
        return fitting[0]
    numbers = listed([each.number for each in fitting[:MOST_NAMED]], view.locale, "or")
    return Said(told("which-order", view.locale, numbers=numbers), asks=wish)


def _back(wish: Wish, view: View, kind: str) -> Script:
    found = yield from _one(wish, view, lambda each: any(piece.left for piece in each.pieces))
    if isinstance(found, Said):
        return found
    pieces = [piece for piece in found.pieces if piece.left]
    chosen = _meant(wish, pieces)
    if len(pieces) > 1 and not chosen:
        named = "; ".join(f"{place}: {_called(each)}" for place, each in enumerate(pieces, 1))
        return Said(told("return-which", view.locale, items=named), asks=wish)
    count = next((some for text in wish.texts if (some := quantity(text)) is not None), None)
    items = {str(each.position): min(count or each.left, each.left) for each in chosen}
    args: dict[str, Any] = {"order_number": found.number, **({"items": items} if items else {})}
    (result,) = yield (Call("request_return", args | ({"kind": kind} if kind != "return" else {})),)
    if not result.ok and kind == "exchange":
        instead = Wish("send_back", (*wish.texts, found.number))
        return Said(f"{sentence(result, view)} {told('return-instead', view.locale)}", offer=instead)
    return _offered(result, found.number, "return", wish, view)


def _meant(wish: Wish, pieces: list[Piece]) -> list[Piece]:
    """The items a text names, those to be kept aside: by their titles or options, by their places, or all of them."""
    told_of = [KEPT.sub(" ", text) for text in wish.texts]
    if any(set(words(text)) & set(words(table("language")["everything"]["words"])) for text in told_of):
        return pieces
    asked = {word for text in told_of for word in (*content(text), *words(text)) if len(word) > 2}
    scored = [(_hits(asked, each), each) for each in pieces]
    best = max((score for score, _ in scored), default=0)
    if best:
        return [each for score, each in scored if score == best]
    answered = places(wish.text) if len(wish.texts) > 1 else []
    return [pieces[place - 1] for place in answered if 0 < place <= len(pieces)] or (pieces if len(pieces) == 1 else [])


def _hits(asked: set[str], piece: Piece) -> int:
    named = title_hits(asked, Product("", piece.title))
    return 2 * len({word for word in named if content(word)}) + len(set(words(piece.options)) & asked)


def _called(piece: Piece) -> str:
    return f"{piece.title} ({piece.options})" if piece.options else piece.title


def _offered(result: Result, number: str, kind: str, wish: Wish, view: View) -> Said:
    """What to say to an offer: nothing has happened before the button is pressed."""
    if result.ok:
        button = line(result.data.get("button"))
        return Said(told(f"offered-{kind}", view.locale, number=number, button=button), offer=Wish("press", (button,)))
    if result.data.get("refused") == UNKNOWN:
        return unproven(wish, number, view)
    asks = wish if result.data.get("refused") == "bad_address" else None
    return Said(sentence(result, view), asks=asks)
