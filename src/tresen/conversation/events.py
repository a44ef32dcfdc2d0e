"""Every event of the log, past tense, each with the version its payload is written in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, get_args

from pydantic import TypeAdapter

from tresen.conversation.parts import CartSummary, OrderStatus, Part
from tresen.kit.errors import TresenError

Sender = str  # "agent", "system" or "operator:<id>"


@dataclass(frozen=True)
class MessageReceived:
    """A shopper's message, stored once per (contact, network's message id)."""

    name: ClassVar = "message.received"
    v: ClassVar = 1
    parts: tuple[Part, ...]
    contact_id: str
    external_id: str


@dataclass(frozen=True)
class TurnStarted:
    """A responder has claimed everything up to and including event `answers_through`."""

    name: ClassVar = "turn.started"
    v: ClassVar = 1
    turn: str
    answers_through: int


@dataclass(frozen=True)
class ToolCall:
    id: str
    name: str
    args: dict[str, Any]


@dataclass(frozen=True)
class ModelReplied:
    """One whole model message, stored before any of its tools runs. Tokens are the provider's figures."""

    name: ClassVar = "model.replied"
    v: ClassVar = 1
    turn: str
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0  # of the input, those that the provider had in its cache
    cost: int = 0  # millionths of the currency that prices of models are set in


@dataclass(frozen=True)
class ToolReturned:
    """What a tool answered, unique per (turn, call): `text` for the model, `parts` for the shopper."""

    name: ClassVar = "tool.returned"
    v: ClassVar = 1
    turn: str
    call_id: str
    tool: str
    text: str
    parts: tuple[Part, ...] = ()
    status: Literal["ok", "refused", "failed"] = "ok"


@dataclass(frozen=True)
class MessageSent:
    """What was said to the shopper, to `contact_id`, answering everything up to `answers_through`."""

    name: ClassVar = "message.sent"
    v: ClassVar = 1
    sender: Sender
    parts: tuple[Part, ...]
    contact_id: str
    answers_through: int = 0
    turn: str = ""
    withheld: tuple[str, ...] = ()  # sentences taken out, because a claim in them could not be traced
    held: tuple[str, ...] = ()  # sentences that waited at the gate until their claims were traced
    repaired: tuple[str, ...] = ()  # sentences that the model wrote anew when told what could not be traced
    replaced: tuple[str, ...] = ()  # claims in place of which code put the fact


@dataclass(frozen=True)
class HistorySummarised:
    """What was said up to event `through`, in short: the model's history begins with it from now on."""

    name: ClassVar = "history.summarised"
    v: ClassVar = 1
    through: int
    text: str
    model: str = ""


@dataclass(frozen=True)
class HistoryErased:
    """The words up to event `through` were erased: `by` is `shopper` or `shop`. Nothing before it is remembered."""

    name: ClassVar = "history.erased"
    v: ClassVar = 1
    through: int
    by: str


@dataclass(frozen=True)
class TurnFailed:
    name: ClassVar = "turn.failed"
    v: ClassVar = 1
    turn: str
    reason: str


@dataclass(frozen=True)
class TurnAbandoned:
    """Somebody else took the conversation over; nothing was said."""

    name: ClassVar = "turn.abandoned"
    v: ClassVar = 1
    turn: str
    reason: str


@dataclass(frozen=True)
class HandoverAsked:
    """The shopper waits for a person. `brief` is for the operator; `promised_by` is when one answers."""

    name: ClassVar = "handover.asked"
    v: ClassVar = 1
    reason: str
    department: str
    brief: str
    promised_by: datetime | None = None


@dataclass(frozen=True)
class OwnerChanged:
    name: ClassVar = "owner.changed"
    v: ClassVar = 1
    owner: str
    by: str
    label: str = ""  # the operator's name as the shopper sees it


@dataclass(frozen=True)
class CartChanged:
    name: ClassVar = "cart.changed"
    v: ClassVar = 1
    variant_id: str
    quantity: int
    title: str
    cart: CartSummary


@dataclass(frozen=True)
class OrderPlaced:
    name: ClassVar = "order.placed"
    v: ClassVar = 1
    order: OrderStatus


@dataclass(frozen=True)
class OrderChanged:
    """`change` is what happened: paid, shipped, cancelled, address, refunded, ..."""

    name: ClassVar = "order.changed"
    v: ClassVar = 1
    change: str
    order: OrderStatus
    by: str = "shop"


@dataclass(frozen=True)
class ReturnRequested:
    name: ClassVar = "return.requested"
    v: ClassVar = 1
    number: str
    kind: str
    order: OrderStatus


@dataclass(frozen=True)
class ShopperLinked:
    """This contact turned out to be a shopper whom the shop knows; `by` is the proof."""

    name: ClassVar = "shopper.linked"
    v: ClassVar = 1
    shopper_id: str
    by: str


@dataclass(frozen=True)
class ProductViewed:
    """The shopper looked at a product's page while the chat was there."""

    name: ClassVar = "product.viewed"
    v: ClassVar = 1
    product_id: str
    title: str


@dataclass(frozen=True)
class FeedbackGiven:
    name: ClassVar = "feedback.given"
    v: ClassVar = 1
    message: int
    thumb: Literal["up", "down"] | None = None
    words: str = ""


@dataclass(frozen=True)
class SendSucceeded:
    name: ClassVar = "send.succeeded"
    v: ClassVar = 1
    message: int
    network_id: str


@dataclass(frozen=True)
class SendFailed:
    name: ClassVar = "send.failed"
    v: ClassVar = 1
    message: int
    reason: str
    final: bool


Event = (
    MessageReceived | TurnStarted | ModelReplied | ToolReturned | MessageSent | HistorySummarised | HistoryErased
    | TurnFailed | TurnAbandoned | HandoverAsked | OwnerChanged | CartChanged | OrderPlaced | OrderChanged
    | ReturnRequested | ShopperLinked | ProductViewed | FeedbackGiven | SendSucceeded | SendFailed
)  # fmt: skip

KINDS: dict[str, Any] = {kind.name: kind for kind in get_args(Event)}
_adapters = {name: TypeAdapter(kind) for name, kind in KINDS.items()}

# The shopper's own view: what the widget and the snapshot may show. The rest is for operators and traces.
PUBLIC = frozenset({
    "message.received", "message.sent", "turn.started", "turn.failed", "turn.abandoned", "handover.asked",
    "owner.changed", "cart.changed", "order.placed", "order.changed", "return.requested", "shopper.linked",
    "feedback.given", "history.erased",
})  # fmt: skip


@dataclass(frozen=True)
class Stored:
    """An event with its place in the log."""

    conversation_id: str
    seq: int
    at: datetime
    data: Event

    @property
    def name(self) -> str:
        return str(self.data.name)


def encode(event: Event) -> dict[str, Any]:
    """The event as JSON data."""
    return dict(_adapters[event.name].dump_python(event, mode="json"))


def decode(name: str, v: int, payload: dict[str, Any]) -> Event:
    """The event back from JSON data.

    Raises:
        TresenError: written by a newer Tresen than this one.
    """
    kind = KINDS.get(name)
    if kind is None or v > kind.v:
        raise TresenError(f"cannot read event {name} v{v}", hint="this database was written by a newer Tresen")
    event: Event = _adapters[name].validate_python(payload)
    return event


PRIVATE = ("contact_id", "external_id", "brief", "withheld", "held", "repaired", "replaced", "reason", "shopper_id")


def public(stored: Stored) -> dict[str, Any]:
    """What the shopper's screen gets of an event: no brief, no trace, no network ids."""
    data = encode(stored.data)
    for private in PRIVATE:
        data.pop(private, None)
    return {"seq": stored.seq, "at": stored.at.isoformat(), **data}


def whole(stored: Stored) -> dict[str, Any]:
    """What an operator's screen and a trace get of an event: everything."""
    return {"seq": stored.seq, "at": stored.at.isoformat(), **encode(stored.data)}
