"""From parts to what a messenger can show: drafts of bubbles, then drafts cut to a network's limits.

All of it is pure: a letter gives the same drafts every time, because a half-sent one is resumed by counting.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from urllib.parse import urlsplit

import httpx

from tresen.channels import purchases
from tresen.channels.taps import Button
from tresen.conversation.forms import plain
from tresen.conversation.outbox import Letter
from tresen.conversation.parts import (
    Action,
    Audio,
    Card,
    Cards,
    CardVariant,
    Choices,
    Comparison,
    Confirmation,
    Image,
    Link,
    OrderStatus,
    Part,
    Sources,
    Text,
)
from tresen.kit.words import say

BOLD = re.compile(r"\*\*(?=\S)([^\n]*?\S)\*\*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…:;])\s"), re.compile(r"\s"))
_PICTURES = (".png", ".jpg", ".jpeg")
_LONGEST_URL = 2000


@dataclass(frozen=True)
class Limits:
    """What one message may hold; texts in UTF-16 units, the strictest of the ways networks count."""

    text: int
    caption: int  # under a picture
    prompt: int  # above buttons
    buttons: int


@dataclass(frozen=True)
class Draft:
    """One bubble: text (with **bold** in it), a public picture, buttons."""

    text: str
    image: str = ""
    buttons: tuple[Button, ...] = ()

    @property
    def takes_text(self) -> bool:
        return not self.image and not self.buttons


def compose(letter: Letter, public_url: str) -> list[Draft]:
    """The letter as bubbles, the first one marked as an assistant's or a person's.

    The very first words to a contact say that an AI speaks, as the law asks.
    """
    drafts: list[Draft] = []
    numbers = count(1)
    for part in letter.parts:
        match part:
            case Cards():
                drafts += [_card(next(numbers), card, letter.locale, public_url) for card in part.cards]
            case Choices():
                _offer(drafts, part, letter.locale)
            case Image() if image := picture(part.url, public_url):
                drafts.append(Draft(clean(part.alt), image))
            case Confirmation():
                _lead_to(drafts, *purchases.offer(part, letter.locale), public_url)
            case OrderStatus():
                _lead_to(drafts, *purchases.order(part, letter.locale), public_url)
            case _:
                _say(drafts, clean(_words(part, letter.locale, public_url)))
    if drafts:
        person = letter.sender.startswith("operator:")
        mark = say("channel-mark-person" if person else "channel-mark-assistant", letter.locale)
        notice = f"{say('greeting-notice', letter.locale)}\n" if letter.first and not person else ""
        drafts[0] = replace(drafts[0], text=f"{mark} {notice}{drafts[0].text}".strip())
    return drafts


def fit(draft: Draft, limits: Limits, locale: str) -> list[Draft]:
    """Cut a draft so that each piece keeps the limits; buttons stay under the last words."""
    again = say("channel-choose", locale)
    if draft.image:
        if units(draft.text) <= limits.caption:
            return [draft]
        return [*fit(Draft(draft.text), limits, locale), replace(draft, text=again if draft.buttons else "")]
    texts = split(draft.text, limits.text)
    if not draft.buttons:
        return [Draft(text) for text in texts]
    *before, last = [*texts[:-1], *split(texts[-1], limits.prompt)] if texts else [again]
    first, *more = _batches(draft.buttons, limits.buttons)
    return [
        *(Draft(text) for text in before),
        Draft(last, buttons=first),
        *(Draft(again, buttons=batch) for batch in more),
    ]


def split(text: str, limit: int) -> list[str]:
    """Cut text at paragraphs, lines, sentences or words, whichever comes first; nothing visible is lost."""
    chunks = []
    while units(text) > limit:
        head = _head(text, limit)
        cut = next((found for pattern in _BREAKS if (found := _last(pattern, head)) > len(head) // 2), len(head))
        chunks.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [chunk for chunk in (*chunks, text) if not blank(chunk)]


def clip(text: str, limit: int) -> str:
    """One line of at most `limit` UTF-16 units."""
    line = " ".join(clean(text).split())
    return line if units(line) <= limit else _head(line, limit - 1).rstrip() + "…"


def distinct(labels: Sequence[str], limit: int) -> list[str]:
    """Labels of at most `limit` units with a number behind those that were there before."""
    found: list[str] = []
    for label in labels:
        title, number = clip(label, limit), 1
        while title in found:
            number += 1
            title = f"{clip(label, limit - 4)} {number}"
        found.append(title)
    return found


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """The text without what networks refuse: control characters and halves of characters."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub("", whole.replace("\r\n", "\n")).strip()


def blank(text: str) -> bool:
    """Whether nothing of it can be seen; networks refuse such text."""
    return not any(character.isprintable() and not character.isspace() for character in text)


def absolute(url: str, public_url: str) -> str:
    """The link as somebody outside can open it, or nothing."""
    if url.startswith(("https://", "http://")):
        return url
    return public_url + url if public_url and url.startswith("/") else ""


def picture(url: str, public_url: str) -> str:
    """The picture's address as a network can fetch it, or nothing; our drawings have a PNG twin."""
    full = absolute(url, public_url)
    try:
        found = urlsplit(full)
        if found.path.endswith(".svg") and full.startswith(f"{public_url}/"):
            found = found._replace(path=found.path.removesuffix(".svg") + ".png")
        safe = str(httpx.URL(found.geturl()))
    except (ValueError, httpx.InvalidURL):
        return ""
    public = found.scheme == "https" and bool(found.hostname) and len(safe) <= _LONGEST_URL
    return safe if public and found.path.lower().endswith(_PICTURES) else ""


def _say(drafts: list[Draft], text: str) -> None:
    if blank(text):
        return
    if drafts and drafts[-1].takes_text:
        drafts[-1] = Draft(f"{drafts[-1].text}\n\n{text}")
    else:
        drafts.append(Draft(text))


def _offer(drafts: list[Draft], part: Choices, locale: str) -> None:
    buttons = tuple(
        Button(clean(choice.label), choice.action) for choice in part.choices if not blank(clean(choice.label))
    )
    if not buttons:
        return
    if not drafts or not drafts[-1].takes_text:
        drafts.append(Draft(say("channel-choose", locale)))
    drafts[-1] = replace(drafts[-1], buttons=buttons)


def _lead_to(drafts: list[Draft], text: str, label: str, url: str, public_url: str) -> None:
    """Words with the way to a page: a button where networks take its address, else the address itself."""
    target = absolute(url, public_url)
    if target.startswith("https://") and units(target) <= _LONGEST_URL:
        drafts.append(Draft(clean(text), buttons=(Button(label, url=target),)))
    else:
        _say(drafts, clean("\n".join(filter(None, (text, target and f"{label}:\n{target}")))))


def _words(part: Part, locale: str, public_url: str) -> str:
    match part:
        case Text():
            return part.text
        case Sources():
            return "\n".join(
                f"📄 {' › '.join(filter(None, (row.title, row.heading)))}\n{absolute(row.url, public_url)}".strip()
                for row in part.sources
            )
        case Link():
            return f"{part.label}\n{absolute(part.url, public_url)}".strip()
        case Comparison():
            return purchases.comparison(part)
        case Image() | Audio():
            return f"{plain(part, locale)}\n{absolute(part.url, public_url)}".strip()
        case _:
            return plain(part, locale)


def _card(number: int, card: Card, locale: str, public_url: str) -> Draft:
    """At most about 900 units of text, so that it always fits under its picture."""
    chosen = _chosen(card)
    available = chosen.available if chosen else card.available
    facts = [card.brand, (chosen.price if chosen else "") or card.price]
    if card.rating:
        facts.append(say("channel-rating", locale, stars=card.rating, count=card.rating_count))
    lines = [
        f"**{f'{number}. {clip(card.title, 200)}'.strip()}**",
        " · ".join(clip(fact, 80) for fact in facts if fact),
        clip((chosen or card).was, 120),
        " · ".join(filter(None, (clip((chosen or card).unit_price, 40), clip(card.tax_note, 60)))),
        clip(", ".join(chosen.options), 120) if chosen else "",
        clip(card.note, 200),
        "" if available else say("part-sold-out", locale),
    ]
    image = chosen.image if chosen and chosen.image else card.image
    text = "\n".join(line for line in lines if line)
    return Draft(text, picture(image, public_url), _card_buttons(card, chosen, available, locale))


def _card_buttons(card: Card, chosen: CardVariant | None, available: bool, locale: str) -> tuple[Button, ...]:
    variant_id = chosen.id if chosen else card.variant_id
    add, details = say("channel-add-to-cart", locale), say("channel-details", locale)
    show = Button(details, Action("show_product", card.product_id, label=details))
    if not available or not variant_id:
        return (show,)
    return Button(add, Action("set_quantity", variant_id, 1, add)), show


def _chosen(card: Card) -> CardVariant | None:
    """The variant that was asked for, or the only one there is."""
    if not card.variant_id and len(card.variants) == 1:
        return card.variants[0]
    return next((variant for variant in card.variants if variant.id == card.variant_id), None)


def _batches(buttons: Sequence[Button], size: int) -> list[tuple[Button, ...]]:
    return [tuple(buttons[start : start + size]) for start in range(0, len(buttons), size)]


def _head(text: str, limit: int) -> str:
    return text.encode("utf-16-le", "surrogatepass")[: limit * 2].decode("utf-16-le", "ignore")


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.start() for found in pattern.finditer(text)), default=-1)
