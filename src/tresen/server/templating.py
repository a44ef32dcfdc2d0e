"""Our own pages: Jinja templates that escape everything, in the shopper's language, without a script."""

from functools import cache, partial
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from tresen.kit.errors import Refusal, TresenError, Unprocessable
from tresen.kit.words import say
from tresen.server.deps import shop_of

HEADERS = {"Cache-Control": "no-store"}
MOST_FIELDS = 200


def as_page(request: Request) -> None:
    """What goes wrong from here on is told as a page, not as JSON."""
    request.state.page = True


def is_page(request: Request) -> bool:
    return getattr(request.state, "page", False)


def locale_of(request: Request) -> str:
    """The language that was asked for in the address, else the conversation's, else the browser's."""
    house = shop_of(request).settings.shop
    known = request.query_params.get("lang") or getattr(request.state, "locale", "")
    return house.locale(known or request.headers.get("accept-language"))


def render(request: Request, name: str, locale: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page `name` in `locale`; `t` says a sentence in it."""
    house = shop_of(request).settings.shop
    template = _environment().get_template(f"{name}.html")
    told = template.render(house=house, locale=locale, t=partial(_say, locale), **values)
    return HTMLResponse(told.encode(errors="replace"), status, headers=HEADERS)


def notice(request: Request, error: TresenError) -> HTMLResponse:
    """What went wrong, and the way back that `request.state.back` names."""
    locale = locale_of(request)
    told = error.told(locale) if isinstance(error, Refusal) else _unavailable(error, locale)
    return render(request, "notice", locale, error.status, told=told, back=getattr(request.state, "back", ""))


async def form(request: Request) -> dict[str, str]:
    """The fields of a posted form, without what no database takes."""
    try:
        body = (await request.body()).decode()
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise Unprocessable("This form cannot be read.", code="bad_form") from None
    return {name: text.replace("\0", "").replace("\r\n", "\n") for name, text in pairs}


Form = Annotated[dict[str, str], Depends(form)]


def whole_number(text: str) -> int | None:
    """The number in a field; None where there is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _say(locale: str, key: str, **values: Any) -> str:
    return say(key, locale, **values)


def _unavailable(error: TresenError, locale: str) -> str:
    return say("refusal-payment_unavailable" if error.status == 503 else "page-failed", locale)


@cache
def _environment() -> Environment:
    loader = PackageLoader("tresen.server", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
