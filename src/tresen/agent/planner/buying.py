"""Scripts that take the cart to the checkout and put codes into it; whatever binds is left to the button."""

import re

from tresen.agent.planner import documents
from tresen.agent.planner.memory import Memory, Wish
from tresen.agent.planner.negation import split_negated
from tresen.agent.planner.orderfacts import Option, Standing, standing
from tresen.agent.planner.phrasing import listed, told
from tresen.agent.planner.postal import names_someone, read_address, without_streets
from tresen.agent.planner.results import cart, line, rows
from tresen.agent.planner.spelling import stem, words
from tresen.agent.planner.transcript import Call, Result
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.vocabulary import empty_words, table

_TOKEN = re.compile(r"(?<![\w@.-])(?=[A-Z0-9_-]*[A-Z])[A-Z0-9][A-Z0-9_-]{2,24}[A-Z0-9](?![\w@])")
_SAID_TOKEN = re.compile(
    r"(?:code|gutschein\w*|voucher|coupon)\W+(?:(?:ist|is|lautet|namens|heißt|called|von|from)\W+)?"
    r"((?=[a-z_-]*\d)[\w-]{4,25})",
    re.I,
)
TERMS = frozenset(words("wofür wozu welche welcher welchen welches wann wer wo what which when who where"))
_EMAIL = re.compile(r"\S+@\S+")
_PLACED = re.compile(r"(?<![\w,.-])\d{4,5}\s+[^\W\d_]{2}")
_IN_LABEL = re.compile(r"\(([^()\s]{3,40})\)$")


def checkout(wish: Wish, view: View) -> Script:
    """Tell the checkout what the shopper said, and ask for the next thing that is missing."""
    known, first = view.memory.checkout, view.memory.checkout is None
    if known is None:
        (result,) = yield (Call("quote_checkout", {}),)
        if not result.ok:
            return refused(result, wish, view)
        known = standing(result.data)
        if not (args := said_of(wish.text, known)) or "cart" in known.missing:
            return _next(known, view, first)
    else:
        args = dict(wish.fields) | said_of(wish.text, known)
    (result,) = yield (Call("quote_checkout", args),)
    if result.data.get("refused") == "no_such_choice" and {"country", "shipping"} <= args.keys():
        args.pop("shipping")  # the way that was named does not lead to this country
        (result,) = yield (Call("quote_checkout", args),)
    if not result.ok:
        return refused(result, Wish("checkout", fields=tuple(args.items())), view)
    now = standing(result.data)
    for field in ("shipping", "payment"):  # what only the country, or the shipping, made possible
        if field in now.missing and (chosen := choices_in(wish.text, now).get(field)):
            (result,) = yield (Call("quote_checkout", {field: chosen}),)
            now = standing(result.data) if result.ok else now
    return _next(now, view, first)


def press(wish: Wish, view: View) -> Said:
    """A yes is no order: only the button is."""
    return Said(told("press", view.locale, button=wish.text), offer=wish)


def code(wish: Wish, view: View) -> Script:
    """Put a code into the cart or take it out; the shop says whether it counts. Its terms are looked up first."""
    if _asks_terms(wish.text):
        read = yield from documents.consult(wish.text, view)
        named = code_in(wish.text).upper()
        terms = read.said.text if read.answers else ""
        return Said(told("code-terms", view.locale, code=named, terms=terms), offer=Wish("code", (named,)))
    removing = _removes(wish.text)
    named = code_in(wish.text) or (view.memory.codes[-1] if removing and view.memory.codes else "")
    if removing and not named:
        (result,) = yield (Call("show_cart", {}),)
        labels = [line(row.get("label")) for row in rows((result.data.get("cart") or {}).get("reductions"))]
        named = next((found[1] for label in labels if (found := _IN_LABEL.search(label))), "")
    if not named:
        asks = None if removing else Wish("code")
        return Said(told("code-none" if removing else "code-which", view.locale), asks=asks)
    (result,) = yield (Call("apply_code", {"code": named, **({"remove": True} if removing else {})}),)
    if not result.ok:
        return Said(sentence(result, view))
    held = cart(result.data)
    key = "code-out" if removing else "code-in"
    return Said(told(key, view.locale, code=named.upper(), total=held.total if held else ""))


def _asks_terms(text: str) -> bool:
    """`Which orders does the code HALLO10 hold for?`"""
    asked = text.rstrip().endswith("?") and bool(code_in(text))
    return asked and (documents.asks_terms(text) or bool(TERMS & set(words(text)[:2])))


def code_in(text: str) -> str:
    """The code that a text names, as it was written."""
    if said := _SAID_TOKEN.search(text):
        return said[1]
    found = [each for each in _TOKEN.findall(text) if words(each) and not each.isdigit()]
    shouting = text.upper() == text and len(text.split()) > 1
    tokens = [each for each in found if any(map(str.isdigit, each)) or not shouting]
    known = table("language")["acronyms"]["words"].split()
    return next((each for each in tokens if each not in known), "")


def said_of(text: str, known: Standing) -> dict[str, str]:
    """Arguments of quote_checkout: what is chosen, and what is said of the address."""
    return choices_in(text, known) | read_address(_without(text, known), lacking=_lacking(known))


def choices_in(text: str, known: Standing) -> dict[str, str]:
    """The ways to ship and to pay that a text names."""
    if text.rstrip().endswith("?") and {"oder", "or"} & set(words(text)):
        return {}
    text = split_negated(_EMAIL.sub(" ", text))[0]
    asked = known.missing[0] if known.missing else ""
    payment = _named(text, known.payments, "payment", lone=asked == "payment")
    shipping = _named(text, known.shipping, "shipping", lone=asked == "shipping")
    if payment and shipping and asked == "payment" and "pickup" in f"{payment} {shipping}":
        shipping = ""  # "when I pick it up" answers how to pay
    return {key: value for key, value in (("shipping", shipping), ("payment", payment)) if value}


def answers(text: str, memory: Memory) -> bool:
    """Whether a text tells the checkout anything."""
    return bool(memory.checkout and (said_of(text, memory.checkout) or _unsettled(text)))


def _unsettled(text: str) -> bool:
    """Whether a text names a way to pay that is not on offer, or only says which it shall not be: it is asked again."""
    said = set(words(text))
    rows = [table("language")["methods"]["words"], *table("language")["payment"].values()]
    named = any(said & set(words(row)) for row in rows)
    return named and len(said) < 7 and not text.rstrip().endswith("?")


def sentence(result: Result, view: View) -> str:
    """The refusal as the shop words it for the shopper."""
    return line(result.data.get("tell"), 400) or line(result.data.get("say"), 400) or told("unavailable", view.locale)


def refused(result: Result, wish: Wish, view: View) -> Said:
    """Why there is no offer; an address that is not whole yet is kept for the next piece of it."""
    why = str(result.data.get("refused"))
    if why == "bad_address":
        return Said(sentence(result, view), asks=wish)
    if why.startswith("code_") and view.memory.codes:
        dropped = Wish("code", (f"remove code {view.memory.codes[-1]}",))
        return Said(f"{sentence(result, view)} {told('without-code', view.locale)}", offer=dropped)
    return Said(sentence(result, view), asks=Wish("checkout"))


def _next(now: Standing, view: View, first: bool) -> Said:
    if "cart" in now.missing:
        return Said(told("cart-empty", view.locale))
    if not now.missing:
        offer = Wish("press", (now.button,)) if now.button else None
        return Said(told("order-offered", view.locale, total=now.total, button=now.button), Wish("checkout"), offer)
    asked = now.missing[0]
    pickup = _is(next((each for each in now.shipping if each.key == now.chosen), None), "pickup")
    values = {"shipping": now.shipping, "payment": now.payments}.get(asked, ())
    offered = listed([_label(each) for each in values], view.locale, "or")
    key = "ask-contact" if asked == "address" and pickup else f"ask-{asked}"
    page = told("or-page", view.locale) if first else ""
    return Said(f"{told(key, view.locale, options=offered)} {page}".strip(), asks=Wish("checkout"))


def _label(option: Option) -> str:
    return f"{option.label} ({option.price})" if option.price else option.label


def _lacking(known: Standing) -> tuple[str, ...]:
    if known.lacking:
        return known.lacking
    return ("name",) if known.missing[:1] == ("address",) else ()


def _named(text: str, options: tuple[Option, ...], kind: str, lone: bool) -> str:
    """The option that a text means: by its label, by what people call it, or by its place when that was asked."""
    said = [word for word in words(text) if word not in empty_words()]
    scored = [(sum(stem(word) in _stems(each.label) for word in said), each) for each in options]
    best = max((score for score, _ in scored), default=0)
    fitting = [each for score, each in scored if score == best and best]
    if len(fitting) == 1:
        return fitting[0].key
    spoken = [meaning for meaning, row in table("language")[kind].items() if set(words(text)) & set(words(row))]
    meant = [each for each in fitting or options if any(_is(each, meaning) for meaning in spoken)]
    if len(meant) > 1 and kind == "payment" and not {"oder", "or"} & set(words(text)):
        meant = [each for each in meant if not _is(each, "pickup")]  # picking up says how it comes
    if len(meant) == 1:
        return meant[0].key
    digits = [int(word) for word in words(text) if word.isdigit() and len(word) == 1]
    if lone and len(words(text)) < 4 and digits and 0 < digits[0] <= len(options):
        return options[digits[0] - 1].key
    return ""


def _is(option: Option | None, meaning: str) -> bool:
    """`parcel` is what is not picked up, `online` what is paid neither by invoice nor in the shop."""
    if option is None:
        return False
    said = {*words(option.key), *words(option.label)}
    names = {name: set(words(row)) for name, row in table("language")["options"].items()}
    if meaning in names:
        return any(word.startswith(each) for word in said for each in names[meaning])
    return not any(word.startswith(each) for word in said for row in names.values() for each in row)


def _stems(label: str) -> set[str]:
    return {stem(word) for word in words(label) if word not in empty_words()}


def _without(text: str, known: Standing) -> str:
    """The text without the words by which something was chosen, so that none of them becomes a name."""
    labels = {word for each in (*known.shipping, *known.payments) for word in words(each.label)}
    spoken = [row for kind in ("shipping", "payment", "choosing") for row in table("language")[kind].values()]
    chosen = (labels | {word for row in spoken for word in words(row)}) - empty_words()
    return "".join(_trimmed(each, chosen) for each in re.split(r"(?<=[,;\n])", text))


def _trimmed(piece: str, chosen: set[str]) -> str:
    """A piece without the words of a choice at its ends: `Abholung Erika Muster` leaves the name."""
    located = without_streets(piece) != piece or _PLACED.search(piece) is not None
    kept = names_someone(piece) or located or "country" in read_address(piece)
    if kept or not chosen & set(words(piece)):
        return piece
    said, idle = piece.split(), chosen | empty_words()
    while said and set(words(said[0])) <= idle:
        said = said[1:]
    while said and set(words(said[-1])) <= idle:
        said = said[:-1]
    return f"{' '.join(said)}," if said else ""


def _removes(text: str) -> bool:
    return bool(set(words(text)) & set(words(table("language")["removing"]["words"])))
