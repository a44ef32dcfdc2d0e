"""What a purchase has to come to: the samples of suites that buy, in cents, read without importing Inspect."""

from typing import Any, Literal

from pydantic import BaseModel

Desk = Literal["", "pay", "decline", "ship", "deliver", "receive"]


class Step(BaseModel, frozen=True, extra="forbid"):
    """What is done rather than written; one of the fields is given.

    press: tap the button of that label on the newest offer that has one.
    code: type the code that was mailed last to this address.
    desk: what happens to the newest order meanwhile: paid or declined at the demo's bank, shipped, delivered, its
        return received.
    """

    press: str = ""
    code: str = ""
    desk: Desk = ""


class Sums(BaseModel, frozen=True, extra="forbid"):
    """Cents; `taxes` by rate in percent, `shipping` None while nobody has chosen it."""

    goods: int
    discount: int
    shipping: int | None
    total: int
    taxes: dict[str, int]


class Offer(BaseModel, frozen=True, extra="forbid"):
    """An order that waits for its button; `lines` are quantities by sku."""

    lines: dict[str, int]
    sums: Sums
    city: str | None = None


class Back(BaseModel, frozen=True, extra="forbid"):
    """A return of an order, with what it is worth in cents."""

    kind: str
    state: str
    lines: dict[str, int]
    refund: int


class Ordered(BaseModel, frozen=True, extra="forbid"):
    """The rows of an order. As an expectation, None asks nothing and no `number` means that it was placed here."""

    number: str = ""
    state: str
    lines: dict[str, int]
    sums: Sums | None = None
    city: str | None = None
    shipping: str | None = None
    payment: str | None = None
    paid: int | None = None
    refunded: int = 0
    returns: tuple[Back, ...] = ()


class Outcome(BaseModel, frozen=True, extra="forbid"):
    """What has to be there at the end; None asks nothing.

    sums: of the cart. offered: whether an order waits for its button. stock: every change of the shelf.
    says: what has to be in the last answer. never: what may be in no answer at all.
    figures: cents that may be said beside those of this outcome.
    """

    cart: dict[str, int] | None = None
    sums: Sums | None = None
    offer: Offer | None = None
    offered: bool | None = None
    orders: tuple[Ordered, ...] | None = None
    stock: dict[str, int] | None = None
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    figures: tuple[int, ...] = ()


class DealLabel(BaseModel, frozen=True, extra="forbid"):
    """One sample: the conversation, whom the shop knew before (as in the demo's shoppers.json), and the outcome."""

    id: str
    locale: Literal["de", "en"]
    turns: tuple[str | Step, ...]
    given: dict[str, Any] | None = None
    expect: Outcome
    why: str
