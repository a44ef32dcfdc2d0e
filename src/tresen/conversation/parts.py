"""What a message is made of: a closed union of finished data, each with a plain and a spoken form.

Parts carry everything a channel needs to show them (title, price as text, link), so that no channel
ever asks the shop.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, assert_never

from pydantic import Field

from tresen.kit.words import say


@dataclass(frozen=True)
class Text:
    text: str
    type: Literal["text"] = "text"


@dataclass(frozen=True)
class Choice:
    """One quick reply. `action` is what a tap does; without one, the label is said."""

    label: str
    action: "Action | None" = None


@dataclass(frozen=True)
class CardVariant:
    """A variant on a card: `options` are the words shown, in the order of the card's `options`."""

    id: str
    options: tuple[str, ...]
    price: str
    available: bool
    image: str = ""


@dataclass(frozen=True)
class Card:
    """A product as shown to the shopper, built by code from the shop.

    `price` is finished text (`ab 12,90 €`, `price on request`); `options` are the labels of what can be
    chosen (`Farbe`, `Größe`); `variant_id` is the variant that matches what was asked, if one does.
    """

    product_id: str
    title: str
    brand: str
    price: str
    available: bool
    rating: float | None = None
    rating_count: int = 0
    image: str = ""
    url: str = ""
    note: str = ""
    options: tuple[str, ...] = ()
    variants: tuple[CardVariant, ...] = ()
    variant_id: str = ""


@dataclass(frozen=True)
class Cards:
    cards: tuple[Card, ...]
    type: Literal["cards"] = "cards"


@dataclass(frozen=True)
class Choices:
    choices: tuple[Choice, ...]
    type: Literal["choices"] = "choices"


@dataclass(frozen=True)
class CartItem:
    variant_id: str
    product_id: str
    title: str
    options: str
    quantity: int
    price: str
    total: str
    image: str = ""
    most: int = 99


@dataclass(frozen=True)
class CartSummary:
    items: tuple[CartItem, ...]
    total: str
    count: int
    type: Literal["cart"] = "cart"


@dataclass(frozen=True)
class Source:
    """Where an answer comes from: a document of the shop and the heading in it."""

    title: str
    heading: str
    url: str
    passage_id: str = ""


@dataclass(frozen=True)
class Sources:
    sources: tuple[Source, ...]
    type: Literal["sources"] = "sources"


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    type: Literal["link"] = "link"


@dataclass(frozen=True)
class Image:
    url: str
    alt: str = ""
    type: Literal["image"] = "image"


@dataclass(frozen=True)
class Audio:
    url: str
    type: Literal["audio"] = "audio"


@dataclass(frozen=True)
class Other:
    """Something a network sent that we cannot read (a sticker, a location); it is acknowledged."""

    kind: str
    type: Literal["other"] = "other"


@dataclass(frozen=True)
class Action:
    """A tap. `name` is one of the counter's actions; code runs it, no model reads it as an order."""

    name: str
    target: str = ""
    quantity: int | None = None
    label: str = ""
    type: Literal["action"] = "action"


Part = Annotated[
    Text | Cards | Choices | CartSummary | Sources | Link | Image | Audio | Other | Action,
    Field(discriminator="type"),
]


def plain(part: Part, locale: str) -> str:
    """The part as plain text, for channels that cannot do better and for people who read logs."""
    match part:
        case Text():
            return part.text
        case Cards():
            return "\n".join(_card_line(number, card, locale) for number, card in enumerate(part.cards, 1))
        case Choices():
            return "\n".join(f"- {choice.label}" for choice in part.choices)
        case CartSummary():
            return _cart_lines(part, locale)
        case Sources():
            return "\n".join(f"{source.title} › {source.heading}" for source in part.sources)
        case Link():
            return f"{part.label}: {part.url}"
        case Image():
            return part.alt or say("part-image", locale)
        case Audio():
            return say("part-audio", locale)
        case Other():
            return say("part-other", locale)
        case Action():
            return part.label or part.name
        case _:
            assert_never(part)


def spoken(part: Part, locale: str) -> str:
    """The part as it is read aloud: no ids, no links, few words."""
    match part:
        case Cards():
            return " ".join(
                say("spoken-card", locale, number=number, title=card.title, price=card.price)
                for number, card in enumerate(part.cards[:3], 1)
            )
        case Choices():
            return say("spoken-choices", locale, choices=", ".join(choice.label for choice in part.choices))
        case CartSummary():
            return say("spoken-cart", locale, count=part.count, total=part.total)
        case Sources():
            return ""
        case Link():
            return part.label
        case _:
            return plain(part, locale)


def text_of(parts: tuple[Part, ...], locale: str) -> str:
    """All parts as one plain text."""
    return "\n".join(filter(None, (plain(part, locale) for part in parts)))


def _card_line(number: int, card: Card, locale: str) -> str:
    stars = f" · ★ {card.rating:.1f}" if card.rating else ""
    sold_out = "" if card.available else f" · {say('part-sold-out', locale)}"
    return f"{number}. {card.title} ({card.brand}) · {card.price}{stars}{sold_out}"


def _cart_lines(cart: CartSummary, locale: str) -> str:
    if not cart.items:
        return say("part-cart-empty", locale)
    lines = [
        f"{item.quantity} × {item.title}{f' ({item.options})' if item.options else ''}: {item.total}"
        for item in cart.items
    ]
    return "\n".join([*lines, say("part-cart-total", locale, total=cart.total)])
