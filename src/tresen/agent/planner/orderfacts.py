"""What the tools of buying and of orders returned: where the checkout stands, which orders there are."""

import re
from dataclasses import dataclass
from typing import Any

from tresen.agent.planner.results import line, rows, whole
from tresen.agent.planner.spelling import words

_NUMBER = re.compile(
    r"(?<![\w-])(?!(?:NR|NO|IN|AM|ZU|VON|THE|OF|IS|EU|GR)\b)([A-Z]{1,5}-?\d{4}-\d{2,8}|[A-Z]{1,5}[- ]\d{4}[- ]\d{3,8}|"
    r"[A-Z]{1,5}-\d{3,10})(?![\w-])"
)
_BARE = re.compile(
    r"(?:BESTELL\w*|AUFTRAG\w*|ORDER|NUMMER|NUMBER|NR\.?|NO\.?|#)\W{0,3}(?:(?:NR|NO)\.?\s*)?"
    r"(\d{4}-\d{3,8}|\d{4,10})(?![\w-])"
)


@dataclass(frozen=True)
class Option:
    """Something that can be chosen at the checkout: a way to ship or to pay."""

    key: str
    label: str
    price: str = ""


@dataclass(frozen=True)
class Standing:
    """Where the checkout stands. `lacking` are the fields of the address that were refused last."""

    missing: tuple[str, ...] = ()
    shipping: tuple[Option, ...] = ()
    payments: tuple[Option, ...] = ()
    chosen: str = ""
    total: str = ""
    button: str = ""
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A line of an order; `left` is how many of it can still go back."""

    position: int
    title: str
    options: str
    quantity: int
    left: int


@dataclass(frozen=True)
class Placed:
    """An order as it was looked up."""

    number: str
    state: str = ""
    label: str = ""
    pieces: tuple[Piece, ...] = ()
    details: tuple[tuple[str, str], ...] = ()


def standing(data: dict[str, Any]) -> Standing:
    missing, chosen = data.get("missing"), data.get("chosen")
    return Standing(
        missing=tuple(filter(None, map(line, missing))) if isinstance(missing, list) else (),
        shipping=_options(data.get("shipping"), "key"),
        payments=_options(data.get("payments"), "name"),
        chosen=line(chosen.get("shipping")) if isinstance(chosen, dict) else "",
        total=line(data.get("total"), 40),
        button=line(data.get("button")),
    )


def orders(data: dict[str, Any]) -> tuple[Placed, ...]:
    return tuple(each for row in rows(data.get("orders")) if (each := _placed(row)).number)


def fields(data: dict[str, Any]) -> tuple[str, ...]:
    """The fields that a refused address lacks."""
    named = data.get("fields")
    return tuple(filter(None, map(line, named))) if isinstance(named, dict) else ()


def order_number(text: str, known: tuple[Placed, ...] = ()) -> str:
    """The number of an order that a text names; the end of a known one will do."""
    upper = text.upper()
    if found := _NUMBER.search(upper):
        return found[1].replace(" ", "-")
    said = words(text)
    for each in known:
        tail = words(each.number)[-1:]
        if tail and tail[0] in said and len(tail[0]) > 2:
            return each.number
    bare = _BARE.search(upper)
    return bare[1] if bare else ""


def _options(value: Any, key: str) -> tuple[Option, ...]:
    listed = (Option(line(row.get(key)), line(row.get("label")), line(row.get("price"), 40)) for row in rows(value))
    return tuple(each for each in listed if each.key and each.label)


def _placed(row: dict[str, Any]) -> Placed:
    details = row.get("details")
    return Placed(
        number=line(row.get("number"), 40),
        state=line(row.get("state"), 40),
        label=line(row.get("label"), 60),
        pieces=tuple(_piece(each) for each in rows(row.get("items"))),
        details=tuple((line(name), line(text)) for name, text in details.items()) if isinstance(details, dict) else (),
    )


def _piece(row: dict[str, Any]) -> Piece:
    numbers = (max(whole(row.get(key)) or 0, 0) for key in ("position", "quantity", "returnable"))
    position, quantity, left = numbers
    return Piece(position, line(row.get("title")), line(row.get("options")), quantity, left)
