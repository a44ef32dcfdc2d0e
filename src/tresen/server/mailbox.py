"""The demo's mailbox: without a mail server, mail that would have left can be read here, by anybody on this machine.

Codes and confirmations are in it, so it exists only where the demo runs.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Annotated, Any

from babel.dates import format_datetime
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from tresen.bootstrap import Tresen
from tresen.conversation import mail
from tresen.conversation.mail import Mail
from tresen.kit.errors import NotFound
from tresen.kit.words import say
from tresen.server.deps import App, Reading

router = APIRouter(include_in_schema=False)

HEADERS = {"Cache-Control": "no-store"}
Recipient = Annotated[str, Query(max_length=320)]

_LINK = re.compile(r"https?://[^\s<>\"']+")
_PAGE = """<!doctype html>
<html lang="{locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }}
li {{ margin: .75rem 0; }} pre {{ font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }}
time, dt {{ opacity: .75; }} dd {{ margin: 0 0 .5rem; }}
</style></head>
<body><main>{body}</main></body>
</html>"""


@router.get("/demo/mailbox")
@router.head("/demo/mailbox")
async def listing(app: App, tx: Reading, request: Request, to: Recipient = "") -> HTMLResponse:
    """All mail, the newest first, or that to one recipient."""
    _only_in_the_demo(app)
    locale = _locale(app, request)
    return _page(locale, say("mailbox-title", locale), _list(app, await mail.listed(tx, to), locale))


@router.get("/demo/mailbox.json")
async def data(app: App, tx: Reading, to: Recipient = "") -> dict[str, Any]:
    """The same for programs, with the texts."""
    _only_in_the_demo(app)
    return {"mail": [{"id": each.id, "to": each.recipient, "subject": each.subject, "text": each.text,
                      "at": each.created_at.isoformat()} for each in await mail.listed(tx, to)]}  # fmt: skip


@router.get("/demo/mailbox/{mail_id}")
@router.head("/demo/mailbox/{mail_id}")
async def message(app: App, tx: Reading, request: Request, mail_id: str) -> HTMLResponse:
    """One mail, its text with links that can be followed."""
    _only_in_the_demo(app)
    found = await mail.find(tx, mail_id)
    if found is None:
        raise NotFound("There is no such mail.")
    locale = _locale(app, request)
    back = f'<p><a href="/demo/mailbox?locale={locale}">{escape(say("mailbox-back", locale))}</a></p>'
    head = f"<h1>{escape(found.subject)}</h1><p>{escape(found.recipient)} · {_when(app, found, locale)}</p>"
    body = f'{back}{head}<pre data-testid="mail-text">{_linked(found.text)}</pre>'
    return _page(locale, found.subject, body)


def _only_in_the_demo(app: Tresen) -> None:
    if not app.settings.demo or app.mailer is not None:
        raise NotFound


def _list(app: Tresen, found: Sequence[Mail], locale: str) -> str:
    lines = [
        f'<li data-testid="mail"><a href="/demo/mailbox/{each.id}?locale={locale}">{escape(each.subject)}</a><br>'
        f"{escape(each.recipient)} · {_when(app, each, locale)}</li>"
        for each in found
    ]
    shown = f"<ul>{''.join(lines)}</ul>" if lines else f"<p>{escape(say('mailbox-empty', locale))}</p>"
    return f"<h1>{escape(say('mailbox-title', locale))}</h1><p>{escape(say('mailbox-why', locale))}</p>{shown}"


def _linked(text: str) -> str:
    """The text escaped, web addresses as links."""
    shown, at = [], 0
    for link in _LINK.finditer(text):
        url = escape(link.group())
        shown += [escape(text[at : link.start()]), f'<a href="{url}">{url}</a>']
        at = link.end()
    return "".join([*shown, escape(text[at:])])


def _when(app: Tresen, found: Mail, locale: str) -> str:
    local = found.created_at.astimezone(app.settings.shop.zone)
    return f"<time>{escape(str(format_datetime(local, 'medium', locale=locale)))}</time>"


def _locale(app: Tresen, request: Request) -> str:
    asked = request.query_params.get("locale") or request.headers.get("accept-language")
    return app.settings.shop.locale(asked)


def _page(locale: str, title: str, body: str) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(locale=locale, title=escape(title), body=body), headers=HEADERS)
