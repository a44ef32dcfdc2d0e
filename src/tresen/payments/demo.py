"""A bank of our own, for the demo and for trying a shop out: nobody pays, everything else is as with a real one.

What it knows is in a folder, one file per charge, so that it outlives a restart and is the same for every process on
the machine. Its page is `tresen.server.demopay`; what happens there reaches the shop as a signed notice.
"""

import asyncio
import hashlib
import hmac
import os
import re
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import TypeAdapter

from tresen.kit.clock import Clock
from tresen.kit.ids import row_id
from tresen.kit.words import say
from tresen.payments.base import (
    OPEN_FOR,
    BadNotice,
    Charge,
    Notice,
    PaymentKeyReused,
    PaymentRefused,
    Provider,
    Refunded,
    Site,
    Started,
    State,
    Totals,
    UnknownPayment,
    check,
)
from tresen.shop.house import House
from tresen.shop.money import Money

SIGNATURE = "x-demo-signature"
REFERENCE = re.compile(r"demo_[0-9a-f]{32}")


def build(site: Site) -> Provider:
    return Demo(site)


@dataclass(frozen=True)
class Entry:
    """A charge as the bank has it; `refunds` holds minor units by key."""

    charge: Charge
    state: State = "pending"
    refunds: dict[str, int] = field(default_factory=dict)


ENTRY = TypeAdapter(Entry)
NOTICE = TypeAdapter(Notice)


class Demo:
    """Also the bank behind the page: `read` and `decide` are for the page alone."""

    name = "demo"

    def __init__(self, site: Site) -> None:
        self._bank = Bank(site.folder / "demo-bank", site.clock)
        self._base_url = site.base_url.rstrip("/")

    def label(self, locale: str) -> str:
        return say("payment-demo", locale)

    def available(self, house: House, totals: Totals, shipping_kind: str) -> bool:
        return totals.total.minor > 0

    async def start(self, charge: Charge) -> Started:
        reference = await asyncio.to_thread(self._bank.open, charge)
        return Started(reference, f"{self._base_url}/demo/pay/{reference}", "pending")

    async def refund(self, reference: str, amount: Money, key: str) -> Refunded:
        await asyncio.to_thread(self._bank.give_back, reference, amount, key)
        return Refunded(f"{reference}:{key}", "refunded")

    def receive(self, headers: Mapping[str, str], body: bytes) -> list[Notice]:
        check(headers.get(SIGNATURE), self._bank.signature(body))
        try:
            return [NOTICE.validate_json(body)]
        except ValueError:
            raise BadNotice from None

    async def look_up(self, reference: str) -> State:
        return (await self.read(reference)).state

    async def read(self, reference: str) -> Entry:
        return await asyncio.to_thread(self._bank.read, reference)

    async def decide(self, reference: str, state: State) -> tuple[dict[str, str], bytes]:
        """What the shopper did: keep it if nothing was decided before, and give the notice (headers, body) of it."""
        entry = await asyncio.to_thread(self._bank.decide, reference, state)
        charge = entry.charge
        event_id = f"{reference}:{entry.state}"
        notice = Notice(event_id, reference, charge.payment_id, charge.order_number, entry.state, charge.total)
        body = NOTICE.dump_json(notice)
        return {SIGNATURE: self._bank.signature(body)}, body

    async def close(self) -> None:
        """Nothing is open."""


class Bank:
    """The files: one per charge, and the key that notices are signed with."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()

    def open(self, charge: Charge) -> str:
        """The charge's name here, the same for the same payment; nobody can guess it."""
        reference = "demo_" + self._digest(charge.payment_id.encode())[:32]
        with self._lock:
            try:
                known = self.read(reference)
            except UnknownPayment:
                self._write(reference, Entry(charge))
            else:
                if known.charge != charge:
                    raise PaymentKeyReused
        return reference

    def read(self, reference: str) -> Entry:
        """The charge; one that nobody paid in time is expired."""
        if not REFERENCE.fullmatch(reference):
            raise UnknownPayment
        try:
            entry = ENTRY.validate_json(self._path(reference).read_bytes())
        except FileNotFoundError:
            raise UnknownPayment from None
        late = entry.state == "pending" and self._clock.now() >= entry.charge.created_at + OPEN_FOR
        return replace(entry, state="expired") if late else entry

    def decide(self, reference: str, state: State) -> Entry:
        with self._lock:
            entry = self.read(reference)
            if entry.state == "pending":
                entry = replace(entry, state=state)
            self._write(reference, entry)
        return entry

    def give_back(self, reference: str, amount: Money, key: str) -> None:
        with self._lock:
            entry = self.read(reference)
            if key in entry.refunds:
                if entry.refunds[key] != amount.minor:
                    raise PaymentKeyReused
                return
            given = sum(entry.refunds.values()) + amount.minor
            total = entry.charge.total
            if (
                entry.state != "paid"
                or amount.currency != total.currency
                or not 0 < amount.minor <= given <= total.minor
            ):
                raise PaymentRefused("more than was paid", hint="look at the payment in the order desk")
            state: State = "refunded" if given == total.minor else "paid"
            self._write(reference, Entry(entry.charge, state, entry.refunds | {key: amount.minor}))

    def signature(self, body: bytes) -> str:
        return "sha256=" + self._digest(body)

    def _digest(self, data: bytes) -> str:
        return hmac.new(self._key(), data, hashlib.sha256).hexdigest()

    def _key(self) -> bytes:
        """The shop's secret, made by whoever needs it first."""
        path = self._folder / "key"
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = self._draft(path, secrets.token_bytes(32))
            try:
                os.link(draft, path)  # fails if another process was first; never half a key
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_bytes()

    def _path(self, reference: str) -> Path:
        return self._folder / f"{reference}.json"

    def _write(self, reference: str, entry: Entry) -> None:
        path = self._path(reference)
        self._draft(path, ENTRY.dump_json(entry)).replace(path)

    def _draft(self, path: Path, data: bytes) -> Path:
        draft = path.with_suffix(f".{row_id()}")  # nobody ever sees half a file
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        return draft
