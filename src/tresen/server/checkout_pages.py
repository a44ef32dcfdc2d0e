"""The checkout page and the page of the one button. The key and the nonce in their addresses are what opens them."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from tresen.counter import checkout, checkout_view, codes, confirming, receipts, reminders
from tresen.counter.checkout_view import CheckoutView
from tresen.kit.db import Tx
from tresen.kit.errors import Refusal
from tresen.kit.words import say
from tresen.server.deps import App, Reading
from tresen.server.templating import Form, render, whole_number
from tresen.shop import orderbook, quotes
from tresen.shop.quotes import Quote, QuoteChanged, QuoteExpired

router = APIRouter(include_in_schema=False)

POSTAL = ("name", "extra", "street", "postal_code", "city", "region", "country", "email", "phone")


@router.get("/checkout/{key}")
@router.head("/checkout/{key}")
async def page(app: App, tx: Reading, request: Request, key: str) -> Response:
    """Address, shipping and payment in one form."""
    shopper = await checkout.by_key(tx, key, "")
    shown = await checkout_view.show(tx, app.till, shopper)
    request.state.remind = await reminders.wanted(tx, shopper)
    return _checkout(request, key, shopper.locale, shown, shown.address, {})


@router.post("/checkout/{key}")
async def submit(app: App, request: Request, key: str, form: Form) -> Response:
    """Keep what is right; with everything there, freeze it and go to the page with the button."""
    to = {name: form.get(name, "") for name in POSTAL}
    async with app.db.write() as tx:
        shopper = await checkout.by_key(tx, key, "")
        request.state.locale, request.state.remind = shopper.locale, bool(form.get("remind"))
        await reminders.choose(tx, shopper, request.state.remind)
        if form.get("drop"):
            await codes.remove_code(tx, app.till.house, shopper, form["drop"])
        found, faults = await checkout.fill_in(
            tx, app.till, shopper, to, form.get("shipping", "")[:60], form.get("payment", "")[:40]
        )
        shown = await checkout_view.show(tx, app.till, shopper, found)
    if form.get("step") != "quote":
        return _checkout(request, key, shopper.locale, shown, to, {})
    if faults:
        return _checkout(request, key, shopper.locale, shown, to, faults)
    try:
        async with app.db.write() as tx:
            offered = await checkout.quote(tx, app.till, shopper)
    except Refusal as refused:
        return _checkout(request, key, shopper.locale, shown, to, {}, refused)
    return RedirectResponse(f"/confirm/{offered.action.target}?back={key}", 303)


@router.get("/confirm/{nonce}")
@router.head("/confirm/{nonce}")
async def offer(app: App, tx: Reading, request: Request, nonce: str, back: str = "") -> Response:
    """What is about to happen, in full, above the one button; what has happened leads to its order."""
    found = await quotes.peek(tx, nonce)
    request.state.locale = (await confirming.behind(tx, nonce)).locale
    request.state.back = await _way_back(tx, found, back)
    if found.outcome is not None:
        return RedirectResponse(receipts.path(await orderbook.find(tx, found.outcome)), 303)
    if found.expires_at <= tx.now:
        return _lapsed(request, QuoteExpired())
    shown = await confirming.shown(tx, app.till, nonce)
    total, key = found.terms.get("total", ""), back if _is_key(back) else ""
    values = {"offer": shown, "nonce": nonce, "total_minor": total, "back": request.state.back, "key": key}
    return render(request, "confirm", request.state.locale, **values)


@router.post("/confirm/{nonce}")
async def press(app: App, request: Request, nonce: str, form: Form, back: str = "") -> Response:
    """The press of the button: once, however often it is pressed."""
    try:
        async with app.db.write() as tx:
            request.state.back = await _way_back(tx, await quotes.peek(tx, nonce), back)
            request.state.locale = (await confirming.behind(tx, nonce)).locale
            done = await confirming.confirm_on_page(tx, app.till, nonce, whole_number(form.get("total", "")))
    except (QuoteExpired, QuoteChanged) as refused:
        return _lapsed(request, refused)
    return RedirectResponse(f"{receipts.path(done.order)}&told={done.kind}", 303)


async def _way_back(tx: Tx, found: Quote, key: str) -> str:
    """Back to the order that it is about, or to the checkout that led here, if the key looks like one."""
    if "number" in found.terms:
        return receipts.path(await orderbook.find(tx, found.terms["number"]))
    return f"/checkout/{key}" if _is_key(key) else ""


def _is_key(key: str) -> bool:
    return key.isascii() and key.replace("-", "").replace("_", "").isalnum()


def _lapsed(request: Request, refused: Refusal) -> Response:
    """An offer that holds no longer, in the words of a page: nobody here makes a new one when asked."""
    locale = request.state.locale
    told = say("page-offer-expired" if isinstance(refused, QuoteExpired) else "page-offer-changed", locale)
    return render(request, "notice", locale, refused.status, told=told, back=request.state.back)


def _checkout(
    request: Request, key: str, locale: str, shown: CheckoutView, given: dict[str, str], faults: dict[str, str],
    refused: Refusal | None = None,
) -> Response:  # fmt: skip
    told = {name: _fault(name, reason, locale) for name, reason in faults.items()}
    values = {
        "key": key,
        "view": shown,
        "given": given,
        "faults": told,
        "refused": refused and refused.told(locale),
        "remind": request.state.remind,
    }
    return render(request, "checkout", locale, 422 if faults else 409 if refused else 200, **values)


def _fault(name: str, reason: str, locale: str) -> str:
    """The sentence beside a field."""
    if name in ("shipping", "payment"):
        return say(f"page-choose-{name}", locale)
    return address_fault(name, reason, locale)


def address_fault(name: str, reason: str, locale: str) -> str:
    field = say(f"address-{name.replace('_', '-')}", locale)
    told = say(f"address-{reason.replace('_', '-')}", locale, field=field)
    return f"{told[:1].upper()}{told[1:]}."
