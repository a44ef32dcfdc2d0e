"""Stripe on loopback: form-encoded bracket keys, idempotency as documented, a payment page's outcomes, and faults."""

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import stripe
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from tresen.payments.stripe import Settings, Stripe

Call = tuple[dict[str, str], bytes]  # headers and body of a webhook
KEY, SECRET = "sk_test_loopback", "whsec_loopback"
BETWEEN = (30 * 60, 24 * 60 * 60)  # seconds until a session may expire


@dataclass
class Fault:
    """What happens to the next call in place of its answer, or after it was carried out."""

    status: int = 0
    type: str = "api_error"
    code: str = ""
    message: str = "fault"
    stall: float = 0.0
    carried_out: bool = False
    raw: bytes | None = None  # an answer that is none
    pass_over: int = 0  # calls that are served well before


@dataclass
class Sent:
    path: str
    key: str
    form: dict[str, Any]


class Wrong(Exception):
    """An answer that says no. What fails validation is not kept under its idempotency key."""

    def __init__(self, status: int, type: str, message: str, code: str = "") -> None:
        self.status, self.body = status, {"error": {"type": type, "message": message, "code": code or None}}


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[0][b]=1` as {"a": {"0": {"b": "1"}}}."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        first, *rest = name.replace("]", "").split("[")
        at, last = tree, first
        for step in rest:
            at, last = at.setdefault(last, {}), step
        assert last not in at, f"{name} is there twice"
        at[last] = value
    return tree


@dataclass
class FakeStripe:
    faults: list[Fault] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    kept: dict[str, tuple[str, int, dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self.app = FastAPI()
        self.app.post("/v1/{path:path}")(self._post)
        self.app.get("/v1/checkout/sessions/{name}")(self._session)

    # what the shopper and their bank do

    def pay(self, reference: str) -> dict[str, Any]:
        """Paid at once."""
        return self._complete(reference, "paid", "succeeded")

    def pay_later(self, reference: str) -> dict[str, Any]:
        """The page is done, the money is on its way."""
        return self._complete(reference, "unpaid", "processing")

    def fail_later(self, reference: str) -> dict[str, Any]:
        return self._complete(reference, "unpaid", "requires_payment_method")

    def expire(self, reference: str) -> dict[str, Any]:
        self.rows[reference]["status"] = "expired"
        return self.rows[reference]

    def charge_of(self, reference: str) -> dict[str, Any]:
        found: dict[str, Any] = self.rows[self.rows[reference]["payment_intent"]]["latest_charge"]
        return found

    def event(self, kind: str, subject: dict[str, Any], name: str = "evt_1", at: int | None = None) -> Call:
        """A webhook call (headers, body), signed as the SDK signs."""
        body = json.dumps({"id": name, "object": "event", "type": kind, "data": {"object": subject}})
        return signed(body, at)

    def _complete(self, reference: str, paid: str, status: str) -> dict[str, Any]:
        session = self.rows[reference]
        session |= {"status": "complete", "payment_status": paid}
        intent = session["payment_intent"] or self._name("pi")
        session["payment_intent"] = intent
        charge = {"id": self._name("ch"), "object": "charge", "amount": session["amount_total"], "amount_refunded": 0,
                  "currency": session["currency"], "refunded": False, "metadata": session["metadata"],
                  "payment_intent": intent}  # fmt: skip
        self.rows[intent] = {"id": intent, "object": "payment_intent", "status": status,
                             "latest_charge": charge if paid == "paid" else None}  # fmt: skip
        return session

    # the wire

    async def _post(self, path: str, request: Request) -> Response:
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True, strict_parsing=True)
        key, print_ = request.headers.get("idempotency-key", ""), f"{path}?{sorted(pairs)}"
        self.sent.append(Sent(path, key, nested(pairs)))
        fault = self._next_fault()
        if fault and not fault.carried_out:
            return await self._spoiled(fault)
        status, body, replayed = self._once(request, path, key, print_, nested(pairs))
        if fault:
            return await self._spoiled(fault)
        return JSONResponse(body, status, headers={"request-id": "req_1", "idempotent-replayed": str(replayed).lower()})

    def _once(
        self, request: Request, path: str, key: str, print_: str, form: dict[str, Any]
    ) -> tuple[int, dict[str, Any], bool]:
        """(status, body, whether it was said before)."""
        auth = request.headers.get("authorization", "")
        try:
            if auth != f"Bearer {KEY}":
                raise Wrong(401, "invalid_request_error", f"Invalid API Key provided: {auth[-12:]}")
            if key in self.kept:
                before, status, body = self.kept[key]
                if before != print_:
                    raise Wrong(400, "idempotency_error", "Keys can only be used with the same parameters.")
                return status, body, True
            body = {"coupons": self._coupon, "checkout/sessions": self._begin, "refunds": self._refund}[path](form)
        except Wrong as wrong:
            return wrong.status, wrong.body, False
        self.kept[key] = (print_, 200, json.loads(json.dumps(body)))
        return 200, body, False

    async def _session(self, name: str, request: Request) -> Response:
        fault = self._next_fault()
        if fault:
            return await self._spoiled(fault)
        if name not in self.rows:
            wrong = Wrong(404, "invalid_request_error", f"No such session: {name}", "resource_missing")
            return JSONResponse(wrong.body, 404)
        session = dict(self.rows[name])
        if "payment_intent.latest_charge" in request.query_params.values() and session["payment_intent"]:
            session["payment_intent"] = self.rows[session["payment_intent"]]
        return JSONResponse(session)

    def _next_fault(self) -> Fault | None:
        if self.faults and self.faults[0].pass_over:
            self.faults[0].pass_over -= 1
            return None
        return self.faults.pop(0) if self.faults else None

    async def _spoiled(self, fault: Fault) -> Response:
        await asyncio.sleep(fault.stall)
        if fault.raw is not None:
            return Response(fault.raw, fault.status or 200)
        wrong = Wrong(fault.status, fault.type, fault.message, fault.code)
        return JSONResponse(wrong.body, fault.status or 500, headers={"request-id": "req_fault"})

    # the objects

    def _coupon(self, form: dict[str, Any]) -> dict[str, Any]:
        return self._keep("coupon", {**form, "amount_off": int(form["amount_off"])})

    def _begin(self, form: dict[str, Any]) -> dict[str, Any]:
        low, high = BETWEEN
        if not low <= int(form["expires_at"]) - time.time() <= high:
            raise Wrong(400, "invalid_request_error", "The `expires_at` timestamp is out of range.")
        items = [form["line_items"][each] for each in sorted(form["line_items"], key=int)]
        prices = [item["price_data"] for item in items]
        if any(int(price["unit_amount"]) < 0 or not price["product_data"]["name"] for price in prices):
            raise Wrong(400, "invalid_request_error", "This value must be greater than or equal to 0.")
        if len({price["currency"] for price in prices}) != 1 or len(items) > 100:
            raise Wrong(400, "invalid_request_error", "One currency and at most 100 items.")
        off = sum(self.rows[each["coupon"]]["amount_off"] for each in form.get("discounts", {}).values())
        total = sum(int(item["price_data"]["unit_amount"]) * int(item["quantity"]) for item in items) - off
        if total < 50:
            raise Wrong(400, "invalid_request_error", "The total must be at least 0.50.", "amount_too_small")
        made = {"status": "open", "payment_status": "unpaid", "amount_total": total, "currency": prices[0]["currency"],
                "client_reference_id": form["client_reference_id"], "metadata": form["metadata"],
                "payment_intent": None}  # fmt: skip
        session = self._keep("checkout.session", made)
        session["url"] = f"https://checkout.stripe.example/c/pay/{session['id']}"
        return session

    def _refund(self, form: dict[str, Any]) -> dict[str, Any]:
        charge = self.rows[form["payment_intent"]]["latest_charge"]
        amount = int(form["amount"])
        if charge["refunded"]:
            raise Wrong(400, "invalid_request_error", "Charge has already been refunded.", "charge_already_refunded")
        if amount > charge["amount"] - charge["amount_refunded"]:
            raise Wrong(400, "invalid_request_error", "Refund amount is greater than unrefunded amount.")
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        return self._keep("refund", {"status": "succeeded", "amount": amount})

    def _keep(self, kind: str, row: dict[str, Any]) -> dict[str, Any]:
        prefix = {"checkout.session": "cs", "coupon": "co", "refund": "re"}[kind]
        row |= {"id": self._name(f"{prefix}_test"), "object": kind}
        self.rows[row["id"]] = row
        return row

    def _name(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers)}"


def signed(body: str, at: int | None = None, secret: str = SECRET) -> Call:
    header: str = stripe.WebhookSignature.generate_signature_header(body, secret, at)
    return {"stripe-signature": header}, body.encode()


def provider_at(url: str, **settings: Any) -> Stripe:
    """Our side of it, pointed at the loopback server."""
    secrets = {"secret_key": KEY, "webhook_secret": SECRET}
    return Stripe(Settings(**{**secrets, "base_url": url, "timeout": 0.5, "retries": 0, **settings}))
