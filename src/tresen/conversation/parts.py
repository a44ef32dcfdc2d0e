"""What a message is made of: a closed union of finished data, each with a plain and a spoken form.

Parts carry everything a channel needs to show them (title, price as text, link), so that no channel
ever asks the shop.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field


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
    was: str = ""
    unit_price: str = ""


@dataclass(frozen=True)
class Card:
    """A product as shown to the shopper, built by code from the shop.

    `price` is finished text (`ab 12,90 €`, `price on request`); `options` are the labels of what can be
    chosen (`Farbe`, `Größe`); `variant_id` is the variant that matches what was asked, if one does.
    `was` announces a reduction as the law wants it, `unit_price` is the price per kg, l or m, and `tax_note`
    says whether tax and shipping are in the price; all three are finished text, empty where there is none.
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
    was: str = ""
    unit_price: str = ""
    tax_note: str = ""


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
    was: str = ""
    unit_price: str = ""


@dataclass(frozen=True)
class CartSummary:
    """The cart as shown. `total` has the `reductions` in it; `notes` tell of tax, shipping and refused codes.

    `codes` are all that the cart holds, the refused ones too, so that each can be taken out again.
    """

    items: tuple[CartItem, ...]
    total: str
    count: int
    reductions: "tuple[Row, ...]" = ()
    notes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    type: Literal["cart"] = "cart"


@dataclass(frozen=True)
class Row:
    """A label and its value, both finished text."""

    label: str
    value: str


@dataclass(frozen=True)
class Confirmation:
    """What the shopper is about to bind themselves to, and the one labelled button that does it.

    `action.target` is the nonce; `url` is the page that does the same where a channel has no such button.
    """

    kind: str  # order, change, cancel, return, withdrawal
    title: str
    items: tuple[CartItem, ...]
    rows: tuple[Row, ...]
    total: str
    note: str
    button: str
    action: "Action"
    expires_at: str
    url: str = ""
    type: Literal["confirmation"] = "confirmation"


@dataclass(frozen=True)
class OrderStatus:
    """An order as the shopper sees it, all finished text; `state` is the word programs read."""

    number: str
    state: str
    label: str
    items: tuple[CartItem, ...]
    rows: tuple[Row, ...]
    total: str
    url: str = ""
    pay_url: str = ""
    type: Literal["order"] = "order"


@dataclass(frozen=True)
class Comparison:
    """Products beside each other: one row per fact, one value per card."""

    cards: tuple[Card, ...]
    rows: tuple[tuple[str, ...], ...]  # (fact, value of the first card, of the second, ...)
    type: Literal["comparison"] = "comparison"


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


ERASED = "erased"


@dataclass(frozen=True)
class Other:
    """Something a network sent that we cannot read (a sticker, a location); it is acknowledged.

    Of the kind `erased` it stands for what was said before somebody had it erased.
    """

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
    Text
    | Cards
    | Choices
    | CartSummary
    | Confirmation
    | OrderStatus
    | Comparison
    | Sources
    | Link
    | Image
    | Audio
    | Other
    | Action,
    Field(discriminator="type"),
]
