"""The page of an order: how it stands, to print, to pay, to cancel, to send back. Its key opens this order only."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from tresen.bootstrap import Tresen
from tresen.conversation.shoppers import Shopper
from tresen.counter import aftercare, checkout_view, order_page, payments, receipts, repaying
from tresen.kit.db import Tx
from tresen.kit.errors import Refusal, Unavailable
from tresen.kit.words import maybe
from tresen.server.checkout_pages import POSTAL, address_fault
from tresen.server.deps import App, Reading
from tresen.server.templating import Form, render, whole_number
from tresen.shop.address import BadAddress
from tresen.shop.orders import Order
from tresen.shop.paying import NothingToPay
from tresen.shop.returns import ReturnKind

router = APIRouter(include_in_schema=False)


@router.get("/orders/{number}")
@router.head("/orders/{number}")
async def page(app: App, request: Request, number: str, key: str = "", told: str = "") -> Response:
    """The order as it stands; who comes back from paying before the provider's notice sees what it knows."""
    async with app.db.read() as tx:
        found = await order_page.by_key(tx, number, key)
    if request.method == "GET":
        found = await payments.catch_up(app.db, app.till, found)
    async with app.db.read() as tx:
        ways = order_page.ways(tx, app.till, found)
    way = receipts.payment_label(app.till, found.payment, found.locale)
    words = maybe(_done(told, found), found.locale, number=number, email=found.email, way=way)
    return _shown(app, request, "order", found, ways=ways, told=words)


@router.get("/orders/{number}/pay")
@router.head("/orders/{number}/pay")
async def pay_page(app: App, tx: Reading, request: Request, number: str, key: str = "") -> Response:
    """The button that starts the payment; what is paid leads to its order."""
    found = await order_page.by_key(tx, number, key)
    if found.state != "awaiting_payment":
        return RedirectResponse(receipts.path(found), 303)
    return _shown(app, request, "pay", found, refused="", provider_url="")


@router.post("/orders/{number}/pay")
async def pay(app: App, request: Request, number: str, form: Form, key: str = "") -> Response:
    """Begin to pay, the way that was chosen here or before, and go where that happens."""
    async with app.db.read() as tx:
        found = await order_page.by_key(tx, number, key)
    try:
        if form.get("payment"):
            async with app.db.write() as tx:
                found = await order_page.by_key(tx, number, key, lock=True)
                found = await repaying.switch(tx, app.till, found, form["payment"])
            if found.state != "awaiting_payment":
                return RedirectResponse(f"{receipts.path(found)}&told=payment", 303)
        url = await payments.begin(app.db, app.till, found.number)
    except NothingToPay:
        return RedirectResponse(receipts.path(found), 303)
    except (Refusal, Unavailable) as refused:
        told = maybe(f"refusal-{refused.code}", found.locale) or maybe("page-failed", found.locale)
        return _shown(app, request, "pay", found, status=refused.status, refused=told, provider_url="")
    ours = app.settings.base_url
    if not url or url.startswith(f"{ours}/"):
        return RedirectResponse(url.removeprefix(ours) or receipts.path(found), 303)
    # Browsers hold a form's redirect to form-action; from a page of ours, a link and a refresh may lead elsewhere.
    return _shown(app, request, "pay", found, refused="", provider_url=url)


@router.post("/orders/{number}/cancel")
async def cancel(app: App, request: Request, number: str, key: str = "") -> Response:
    """Offer the cancellation; the page with its button comes next."""
    async with app.db.write() as tx:
        shopper = await _asking(tx, request, number, key)
        offered = await aftercare.offer_cancel(tx, app.till, shopper, number)
    return RedirectResponse(f"/confirm/{offered.action.target}", 303)


@router.get("/orders/{number}/return")
@router.head("/orders/{number}/return")
async def return_page(app: App, tx: Reading, request: Request, number: str, key: str = "", kind: str = "") -> Response:
    """What may go back, line by line."""
    found = await order_page.by_key(tx, number, key)
    ways = order_page.ways(tx, app.till, found)
    return _shown(app, request, "return", found, ways=ways, rules=app.till.house.returns, wanted=kind)


@router.post("/orders/{number}/return")
async def send_back(app: App, request: Request, number: str, form: Form, key: str = "") -> Response:
    """Offer the return or the withdrawal; a form that names nothing is about everything that may go back."""
    kind: ReturnKind = next((each for each in order_page.KINDS if each == form.get("kind")), "return")
    async with app.db.write() as tx:
        shopper = await _asking(tx, request, number, key)
        may = order_page.ways(tx, app.till, await order_page.by_key(tx, number, key)).back.get(kind, {})
        lines = {at: count for at in may if (count := whole_number(form.get(f"line-{at}", "")))}
        offered = await aftercare.offer_return(
            tx, app.till, shopper, number, lines or may, kind, form.get("reason", "")
        )
    return RedirectResponse(f"/confirm/{offered.action.target}", 303)


@router.get("/orders/{number}/address")
@router.head("/orders/{number}/address")
async def address_page(app: App, tx: Reading, request: Request, number: str, key: str = "") -> Response:
    """Another address for an order that is still here."""
    found = await order_page.by_key(tx, number, key)
    return _address(app, request, found, {**found.address, "email": found.email}, {})


@router.post("/orders/{number}/address")
async def readdress(app: App, request: Request, number: str, form: Form, key: str = "") -> Response:
    """Offer the change."""
    to = {name: form.get(name, "") for name in POSTAL}
    try:
        async with app.db.write() as tx:
            shopper = await _asking(tx, request, number, key)
            offered = await aftercare.offer_address(tx, app.till, shopper, number, to)
    except BadAddress as bad:
        async with app.db.read() as tx:
            return _address(app, request, await order_page.by_key(tx, number, key), to, bad.fields)
    return RedirectResponse(f"/confirm/{offered.action.target}", 303)


async def _asking(tx: Tx, request: Request, number: str, key: str) -> Shopper:
    """Who ordered; what is refused from here on leads back to the order."""
    found = await order_page.by_key(tx, number, key)
    request.state.back, request.state.locale = receipts.path(found), found.locale
    return await order_page.shopper_of(tx, found)


def _address(app: Tresen, request: Request, found: Order, given: dict[str, str], wrong: dict[str, str]) -> Response:
    faults = {name: address_fault(name, reason, found.locale) for name, reason in wrong.items()}
    countries = checkout_view.countries(app.till, found.locale, found.address.get("country", ""))
    mine = tuple(each for each in countries if each.chosen) or countries
    status = 422 if faults else 200
    return _shown(app, request, "address", found, status, given=given, faults=faults, countries=mine)


def _shown(app: Tresen, request: Request, name: str, found: Order, status: int = 200, **values: object) -> Response:
    shown = receipts.status(app.till, found, found.locale)
    here = receipts.path(found).split("?")[0]
    others = repaying.others(app.till, found)
    page = {"order": found, "shown": shown, "here": here, "key": found.access, "others": others}
    return render(request, name, found.locale, status, **page, **values)


def _done(kind: str, found: Order) -> str:
    """The sentence for what was just confirmed."""
    if kind == "order":
        return "order-placed-pay" if found.state == "awaiting_payment" else "order-placed"
    return f"{kind}-done" if kind in ("cancel", "address", "items", "payment", "return", "withdrawal") else ""
