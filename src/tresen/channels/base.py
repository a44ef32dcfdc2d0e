"""What a network offers to be a channel, and what passes between a channel and the server.

A channel is one module here with `build(public_url) -> Channel | None`: None while it is not configured.
Its settings are in the same file. Reading is pure (`receive`, `render`); only `send` and `poll` touch the network.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from tresen.conversation.outbox import Letter
from tresen.conversation.parts import Part
from tresen.conversation.shoppers import Address
from tresen.kit.errors import Unauthorized, Unprocessable


@dataclass(frozen=True)
class Webhook:
    """A call from a network, as it came; header names in lower case, `body` byte for byte."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Inbound:
    """One message of a shopper. `external_id` is the same however often the network repeats it."""

    address: Address
    external_id: str
    parts: tuple[Part, ...]
    locale: str


@dataclass(frozen=True)
class HttpReply:
    """What the network hears back once the messages are stored."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(frozen=True)
class Failure:
    """A network's late word that it could not deliver a piece of message `seq`."""

    conversation_id: str
    seq: int
    network_id: str
    reason: str


@dataclass(frozen=True)
class Received:
    messages: tuple[Inbound, ...] = ()
    reply: HttpReply = HttpReply()
    failures: tuple[Failure, ...] = ()


class Forged(Unauthorized):
    """A signature or token is there, and wrong."""

    status = 403
    code = "forged"
    say = "The signature does not match."


class Channel(Protocol):
    """One network, one account on it. Also a `tresen.conversation.outbox.Carrier`."""

    @property
    def name(self) -> str: ...

    @property
    def account(self) -> str:
        """Which of our accounts there, a part of every address."""

    @property
    def webhook_bytes(self) -> int:
        """The largest webhook body the network sends."""

    async def open(self) -> None:
        """Tell the network where to find us, if it wants to know. Raises TryAgain or Misconfigured."""

    def receive(self, webhook: Webhook) -> Received:
        """Check and read a call. Raises Unauthorized (401), Forged (403) or Unprocessable (422)."""

    def render(self, letter: Letter) -> Sequence[Any]:
        """The letter in the network's own pieces, the same every time: the outbox resumes at piece N."""

    async def send(self, letter: Letter, piece: Any) -> str:
        """Send one piece and return the network's id. Raises Undeliverable or TryAgain."""

    async def close(self) -> None: ...


@runtime_checkable
class Polled(Channel, Protocol):
    """A channel that asks its network for news, because the network cannot call us."""

    async def poll(self, position: int) -> tuple[tuple[Inbound, ...], int]:
        """Wait for news after `position`; store them and the new position in one go. Raises TryAgain."""


def check(given: str | None, expected: str) -> None:
    """Compare a signature in constant time; nothing given opens nothing.

    Raises:
        Unauthorized: no signature.
        Forged: another one.
    """
    if not given:
        raise Unauthorized("This call needs the network's signature.")
    if not hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
        raise Forged()


def json_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object.

    Raises:
        Unprocessable: it is something else.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Unprocessable("The body is not a JSON object.")
    return data


def text_at(data: Any, *path: str) -> str:
    """The text at `path` in JSON data, or nothing: what networks send is never taken for granted."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, str) else ""


def rows_at(data: Any, *path: str) -> list[dict[str, Any]]:
    """The objects in the array at `path`, or none."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
