"""Checkout and orders over JSON, for the token of a conversation: thin skins over the counter."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from tresen.conversation.parts import CartSummary, Confirmation, OrderStatus
from tresen.counter import (
    aftercare,
    amending,
    checkout,
    checkout_view,
    codes,
    confirming,
    receipts,
    repaying,
    saving,
)
from tresen.counter.checkout_view import CheckoutView, Choice
from tresen.counter.saving import Unpacked
from tresen.server.chat import Body
from tresen.server.deps import App, Reading, Visitor, Writing
from tresen.shop import quotes

router = APIRouter(prefix="/v1/conversations/{conversation_id}", tags=["orders"])

MOST_MINOR = 10**15
Number = Annotated[str, Path(max_length=60)]
OneCode = Annotated[str, Path(max_length=60)]


class Postal(Body):
    name: str = Field("", max_length=500)
    street: str = Field("", max_length=500)
    postal_code: str = Field("", max_length=500)
    city: str = Field("", max_length=500)
    country: str = Field("", max_length=500)
    extra: str = Field("", max_length=500)
    region: str = Field("", max_length=500)
    email: str = Field("", max_length=500)
    phone: str = Field("", max_length=500)


class Choosing(Body):
    address: Postal | None = None
    shipping: str = Field("", max_length=60)
    payment: str = Field("", max_length=40)


class Confirming(Body):
    nonce: str = Field(min_length=1, max_length=64)
    total: int | None = Field(None, ge=0, le=MOST_MINOR, description="what the shopper saw, in minor units")


class Return(Body):
    lines: dict[int, int] = Field({}, max_length=200, description="position: quantity; none are all")
    kind: Literal["return", "exchange", "withdrawal"] = "return"
    reason: str = Field("", max_length=2000)


class Fewer(Body):
    lines: dict[int, int] = Field(min_length=1, max_length=200, description="position: how many fewer")


class Otherwise(Body):
    payment: str = Field(min_length=1, max_length=40, description="the name of another way to pay")


class Code(Body):
    code: str = Field(min_length=1, max_length=60)


class CartLink(Body):
    token: str = Field(min_length=1, max_length=64)


@router.get("/checkout")
async def read_checkout(app: App, visitor: Visitor, tx: Reading) -> CheckoutView:
    """What is chosen, what can be chosen, what it comes to, and what is missing."""
    return await checkout_view.show(tx, app.till, visitor)


@router.put("/checkout")
async def put_checkout(app: App, visitor: Visitor, tx: Writing, body: Choosing) -> CheckoutView:
    """Say something about the order to come; what is not said stays as it was. A bad address names its `fields`."""
    to = body.address.model_dump() if body.address else None
    found = await checkout.remember(tx, app.till, visitor, to, body.shipping, body.payment)
    return await checkout_view.show(tx, app.till, visitor, found)


@router.post("/checkout/link", status_code=201)
async def link_checkout(app: App, visitor: Visitor, tx: Writing) -> dict[str, str]:
    """The address of the checkout page for this cart; an earlier one ends."""
    return {"url": await checkout.page_url(tx, app.till, visitor)}


@router.post("/quote", status_code=201)
async def quote(app: App, visitor: Visitor, tx: Writing) -> dict[str, Any]:
    """A binding offer for 15 minutes: the confirmation with its one button, and the total in minor units."""
    offered = await checkout.quote(tx, app.till, visitor)
    terms = (await quotes.peek(tx, offered.action.target)).terms
    return {**asdict(offered), "total_minor": terms["total"], "currency": terms["currency"]}


@router.post("/confirm")
async def confirm(app: App, visitor: Visitor, tx: Writing, body: Confirming) -> dict[str, Any]:
    """The press of the labelled button: the same nonce again is the same answer, another total a conflict."""
    done = await confirming.confirm_aloud(tx, app.till, visitor, body.nonce, body.total)
    return {"kind": done.kind, "text": done.text, "order": receipts.status(app.till, done.order, visitor.locale)}


@router.get("/orders")
async def orders(app: App, visitor: Visitor, tx: Reading) -> dict[str, list[OrderStatus]]:
    """The orders that may be shown here, newest first."""
    found = await aftercare.my_orders(tx, visitor)
    return {"orders": [receipts.status(app.till, each, visitor.locale) for each in found]}


@router.get("/orders/{number}")
async def order(app: App, visitor: Visitor, tx: Reading, number: Number) -> OrderStatus:
    """One of them."""
    return receipts.status(app.till, await aftercare.my_order(tx, visitor, number), visitor.locale)


@router.post("/orders/{number}/cancel", status_code=201)
async def cancel(app: App, visitor: Visitor, tx: Writing, number: Number) -> Confirmation:
    """Ask to cancel an order; nothing happens before its button is pressed."""
    return await aftercare.offer_cancel(tx, app.till, visitor, number)


@router.post("/orders/{number}/return", status_code=201)
async def send_back(app: App, visitor: Visitor, tx: Writing, number: Number, body: Return) -> Confirmation:
    """Ask to return lines, to exchange them, or to withdraw from the contract."""
    return await aftercare.offer_return(tx, app.till, visitor, number, body.lines, body.kind, body.reason)


@router.post("/orders/{number}/address", status_code=201)
async def readdress(app: App, visitor: Visitor, tx: Writing, number: Number, body: Postal) -> Confirmation:
    """Ask to send an order to another address in the same country."""
    given = {name: text for name, text in body.model_dump().items() if text}
    return await aftercare.offer_address(tx, app.till, visitor, number, given)


@router.post("/orders/{number}/items", status_code=201)
async def take_out(app: App, visitor: Visitor, tx: Writing, number: Number, body: Fewer) -> Confirmation:
    """Ask to take items out of an order that has not left; all of them is a cancellation."""
    return await amending.offer(tx, app.till, visitor, number, body.lines)


@router.get("/orders/{number}/payments")
async def ways_to_pay(app: App, visitor: Visitor, tx: Reading, number: Number) -> dict[str, list[Choice]]:
    """How an order that waits for its payment can be paid; none when it waits for none."""
    found = await aftercare.my_order(tx, visitor, number)
    ways = repaying.ways(app.till, found)
    return {"payments": [Choice(way.name, way.label(visitor.locale), way.name == found.payment) for way in ways]}


@router.post("/orders/{number}/payment", status_code=201)
async def pay_otherwise(app: App, visitor: Visitor, tx: Writing, number: Number, body: Otherwise) -> Confirmation:
    """Ask to pay an order another way, because the chosen one did not work."""
    return await aftercare.offer_payment(tx, app.till, visitor, number, body.payment)


@router.post("/codes")
async def apply_code(app: App, visitor: Visitor, tx: Writing, body: Code) -> CartSummary:
    """Put a code into the cart; each reason why it does not count has a code of its own."""
    return await codes.apply_code(tx, app.settings.shop, visitor, body.code)


@router.delete("/codes/{code}")
async def remove_code(app: App, visitor: Visitor, tx: Writing, code: OneCode) -> CartSummary:
    """Take a code out of the cart."""
    return await codes.remove_code(tx, app.settings.shop, visitor, code)


@router.post("/cart/link", status_code=201)
async def link_cart(app: App, visitor: Visitor, tx: Writing) -> dict[str, str]:
    """A link that opens a copy of the cart in the storefront, for 30 days."""
    token = await saving.link_cart(tx, visitor)
    return {"url": f"{app.settings.base_url}/cart/{token}"}


@router.post("/cart/open")
async def open_cart(app: App, visitor: Visitor, tx: Writing, body: CartLink) -> Unpacked:
    """Put what a cart link carries into this conversation's cart; `missing` says what cannot be had."""
    return await saving.open_cart_link(tx, app.settings.shop, visitor, body.token)
