"""Offers, orders and comparisons in words, and the one page that each leads to.

No messenger has the button that binds: it is on the page that the offer names, whatever is tapped or typed here.
"""

from dataclasses import replace

from tresen.conversation.forms import plain
from tresen.conversation.parts import Comparison, Confirmation, OrderStatus
from tresen.kit.words import say

Told = tuple[str, str, str]  # words, what the link says, where it leads


def offer(part: Confirmation, locale: str) -> Told:
    """What is about to be confirmed, and the page with its button."""
    words = plain(replace(part, title=_bold(part.title), url=""), locale)
    label = say("channel-review-order" if part.kind == "order" else "channel-review", locale)
    return f"{words}\n\n{say('channel-review-how', locale)}" if part.url else words, label, part.url


def order(part: OrderStatus, locale: str) -> Told:
    """How the order stands; the link pays as long as that is open, else it shows the order."""
    words = plain(replace(part, number=_bold(part.number), pay_url=""), locale)
    if not part.pay_url:
        return words, say("channel-order", locale), part.url
    page = f"\n{say('channel-order', locale)}: {part.url}" if part.url else ""
    return f"{words}{page}", say("channel-pay", locale), part.pay_url


def comparison(part: Comparison) -> str:
    """Product after product, because messengers have no tables."""
    told = []
    for at, card in enumerate(part.cards, 1):
        facts = [f"{row[0]}: {row[at]}" for row in part.rows if at < len(row)]
        told.append("\n".join([_bold(card.title), *facts]))
    return "\n\n".join(told)


def _bold(text: str) -> str:
    line = " ".join(text.split())
    return f"**{line}**" if line else ""
