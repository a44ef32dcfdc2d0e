"""The withdrawal function: two steps, no sign-in, a receipt at once; the same answer whatever was typed."""

from fastapi import APIRouter, Request, Response

from tresen.counter import withdrawing
from tresen.counter.withdrawing import Declaration
from tresen.kit.ids import secret
from tresen.kit.words import say
from tresen.server.deps import App, Limited
from tresen.server.templating import Form, locale_of, render

router = APIRouter(include_in_schema=False)


@router.get("/withdraw")
@router.head("/withdraw")
async def page(request: Request, number: str = "") -> Response:
    """The form."""
    return _form(request, locale_of(request), Declaration(number[:40], "", ""), {})


@router.post("/withdraw")
async def check(request: Request, form: Form) -> Response:
    """What was typed, once more, above the button that declares it. Nothing is kept yet."""
    locale, said = locale_of(request), _said(form)
    if faults := withdrawing.faults(said):
        return _form(request, locale, said, faults)
    rows = withdrawing.rows(said, locale)
    return render(request, "withdraw_check", locale, said=said, rows=rows, once=secret())


@router.post("/withdraw/confirm")
async def confirm(app: App, request: Request, limits: Limited, form: Form) -> Response:
    """The declaration; sent twice it is one."""
    await limits.sign_in(request)
    locale, said, once = locale_of(request), _said(form), form.get("once", "")
    if withdrawing.faults(said) or not 16 <= len(once) <= 64:
        return await check(request, form)
    async with app.db.write() as tx:
        receipt = await withdrawing.withdraw(tx, app.till, said, locale, once)
    return render(request, "withdraw_receipt", locale, receipt=receipt, email=said.email)


def _said(form: dict[str, str]) -> Declaration:
    line = {name: " ".join(form.get(name, "").split()) for name in withdrawing.NEEDED}
    return Declaration(items=form.get("items", "").strip(), **line)


def _form(request: Request, locale: str, said: Declaration, faults: dict[str, str]) -> Response:
    told = {name: _fault(name, reason, locale) for name, reason in faults.items()}
    return render(request, "withdraw", locale, 422 if faults else 200, said=said, faults=told)


def _fault(name: str, reason: str, locale: str) -> str:
    return say(f"address-{reason.replace('_', '-')}", locale, field=say(f"withdraw-{name}", locale)) + "."
