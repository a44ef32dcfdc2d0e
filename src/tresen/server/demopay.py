"""The payment page of the demo's bank: the shopper chooses how it ends, the shop hears of it by a signed notice."""

import logging
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tresen.bootstrap import Tresen
from tresen.kit.errors import NotFound, TresenError
from tresen.kit.words import say
from tresen.payments.demo import Demo, Entry
from tresen.server.deps import App
from tresen.server.payments import accept

logger = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)

HEADERS = {"Cache-Control": "no-store"}
Ending = Literal["paid", "failed", "expired"]
# What can be pressed: (words, where it leads, is it the main one), and whether pressing it changes anything.
Way = tuple[str, str, bool]


@router.get("/demo/pay/{reference}")
async def page(app: App, reference: str) -> Response:
    """What is to be paid, and the ways it can end; what has ended says so."""
    entry = await _bank(app).read(reference)
    locale, total = entry.charge.locale, entry.charge.total.text(entry.charge.locale)
    if entry.state != "pending":
        return _page(app, entry, _ended(entry), "", [])
    ways: list[Way] = [
        (say("demo-pay-now", locale, total=total), "paid", True),
        (say("demo-pay-secure", locale), "secure", False),
        (say("demo-pay-decline", locale), "failed", False),
        (say("demo-pay-expire", locale), "expired", False),
    ]
    return _page(app, entry, say("demo-pay-title", locale), say("demo-pay-lead", locale), _forms(reference, ways))


@router.get("/demo/pay/{reference}/secure")
async def secure(app: App, reference: str) -> Response:
    """The second step of 3-D Secure, at the shopper's own bank."""
    entry = await _bank(app).read(reference)
    if entry.state != "pending":
        return RedirectResponse(f"/demo/pay/{reference}", 303)
    locale, total = entry.charge.locale, entry.charge.total.text(entry.charge.locale)
    ways: list[Way] = [
        (say("demo-pay-approve", locale), "paid", True),
        (say("demo-pay-refuse", locale), "failed", False),
    ]
    lead = say("demo-pay-ask-lead", locale, total=total, shop=app.settings.shop.name)
    return _page(app, entry, say("demo-pay-ask", locale), lead, _forms(reference, ways))


@router.post("/demo/pay/{reference}/{ending}")
async def end(app: App, reference: str, ending: Ending) -> Response:
    """Let it end so; what has ended before stays as it is. Then back to the shop, as a bank would do."""
    bank = _bank(app)
    headers, body = await bank.decide(reference, ending)
    try:
        await accept(app, bank.name, headers, body)
    except TresenError as error:  # a bank sends shoppers back whether or not the shop understood
        logger.error("the notice of %s was not settled: %s", reference, error)
    entry = await bank.read(reference)
    back = _back_url(entry)
    # Browsers hold a form's redirect to form-action: another site is reached by the page's link instead.
    ours = back.startswith(f"{app.settings.base_url}/")
    return RedirectResponse(back if ours else f"/demo/pay/{reference}", 303, headers=HEADERS)


def _bank(app: Tresen) -> Demo:
    bank = app.till.providers.get("demo")
    if not isinstance(bank, Demo):
        raise NotFound("This shop takes no trial payments.", code="unknown_provider")
    return bank


def _back_url(entry: Entry) -> str:
    return entry.charge.return_url if entry.state in ("paid", "refunded") else entry.charge.cancel_url


def _ended(entry: Entry) -> str:
    told = {
        "paid": "demo-pay-paid",
        "failed": "demo-pay-failed",
        "expired": "demo-pay-expired",
        "refunded": "demo-pay-refunded",
    }
    return say(told[entry.state], entry.charge.locale)


def _forms(reference: str, ways: list[Way]) -> list[str]:
    """Plain forms: looking on is a GET, ending is a POST."""
    return [
        f'<form method="{"get" if where == "secure" else "post"}" action="/demo/pay/{escape(reference)}/{where}">'
        f'<button class="button{"" if main else " quiet"}" data-testid="pay-{where}">{escape(words)}</button></form>'
        for words, where, main in ways
    ]


def _page(app: Tresen, entry: Entry, title: str, lead: str, ways: list[str]) -> Response:
    charge = entry.charge
    rows = [
        (f"{line.quantity} × {line.title}" if line.quantity > 1 else line.title, line.amount) for line in charge.lines
    ]
    rows.append((say("demo-pay-total", charge.locale), charge.total))
    told = {
        "locale": charge.locale,
        "shop": app.settings.shop.name,
        "order": say("payment-order", charge.locale, number=charge.order_number),
        "title": title,
        "lead": lead,
        "back": say("demo-pay-back", charge.locale),
        "back_url": _back_url(entry),
    }
    made = {key: escape(text) for key, text in told.items()}
    made["rows"] = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(amount.text(charge.locale))}</dd></div>" for label, amount in rows
    )
    return HTMLResponse(_template().substitute(made, ways="".join(ways)), headers=HEADERS)


@cache
def _template() -> Template:
    return Template((files("tresen") / "server" / "static" / "demopay.html").read_text("utf-8"))
