"""Errors as RFC 9457 problem+json, each with a stable code and a sentence that helps."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from tresen.kit.errors import Refusal, TresenError
from tresen.kit.words import say
from tresen.server import templating
from tresen.server.deps import shop_of
from tresen.shop.address import BadAddress

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int, code: str, detail: str, hint: str = "", headers: dict[str, str] | None = None, **more: object
) -> Response:
    told = detail.encode(errors="replace").decode()  # it may repeat what was sent, halves of characters included
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": told}
    whole = body | ({"hint": hint} if hint else {}) | more
    return JSONResponse(whole, status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem."""
    app.add_exception_handler(TresenError, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, TresenError)
    if error.status >= 500:
        logger.error("%s: %s", error.code, error)
    headers = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "30"}}.get(error.status)
    if templating.is_page(request):
        return templating.notice(request, error)
    more = {"fields": error.fields} if isinstance(error, BadAddress) else {}
    return problem(error.status, error.code, _told(request, error), error.hint, headers, **more)


def _told(request: Request, error: TresenError) -> str:
    """A refusal in the language of the conversation, else of the browser; who names none reads English."""
    spoken = request.headers.get("accept-language")
    locale = getattr(request.state, "locale", None) or (spoken and shop_of(request).settings.shop.locale(spoken))
    if not locale or not isinstance(error, Refusal):
        return error.say
    told = error.told(locale)
    return error.say if told == say("refusal", locale) else told


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(step) for step in first["loc"] if step != "body")
    return problem(422, "invalid", f"{where or 'The body'}: {first['msg']}", "see /docs for the fields of this call")


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    code = "too_large" if error.status_code == 413 else phrase  # its phrase differs between versions of Python
    return problem(error.status_code, code, str(error.detail), headers=dict(error.headers or {}))


async def _unexpected(request: Request, error: Exception) -> Response:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(500, "internal", "Something went wrong on our side. It has been logged; please try again.")
