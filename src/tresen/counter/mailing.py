"""Mail made of the same parts as messages: plain text, and HTML in which every word is escaped."""

from html import escape

from tresen.conversation import mail
from tresen.conversation.forms import plain
from tresen.conversation.parts import Link, Part
from tresen.kit.db import Tx
from tresen.shop.house import House

_PAGE = (
    '<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>{title}</title></head>'
    '<body style="font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:36em;margin:2em auto;padding:0 1em">'
    '{body}<p style="color:#666;font-size:14px">{sign}</p></body></html>'
)


async def write(
    tx: Tx, house: House, recipient: str, subject: str, parts: tuple[Part, ...], locale: str, once: str
) -> bool:
    """Post the parts to an e-mail address; False when that was done before."""
    text, html = composed(house, subject, parts, locale)
    return await mail.post(tx, recipient, subject, text, html, once)


def composed(house: House, subject: str, parts: tuple[Part, ...], locale: str) -> tuple[str, str]:
    """The mail in plain text and in HTML."""
    sign = [house.name, *filter(None, (house.email, house.phone))]
    text = "\n\n".join([*(plain(part, locale) for part in parts), "-- \n" + "\n".join(sign)])
    body = "".join(_html(part, locale) for part in parts)
    page = _PAGE.format(locale=locale, title=escape(subject), body=body, sign="<br>".join(map(escape, sign)))
    return text + "\n", page


def _html(part: Part, locale: str) -> str:
    if isinstance(part, Link) and part.url.startswith(("https://", "http://")):
        return f'<p><a href="{escape(part.url)}">{escape(part.label)}</a></p>'
    return "<p>" + escape(plain(part, locale)).replace("\n", "<br>") + "</p>"
