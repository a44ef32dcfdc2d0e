"""What the shopper sees beside the words, so that prose and cards say the same.

Every card is named or announced, every product that is named has its card.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence

from tresen.agent.grounding.facts import Sheet
from tresen.agent.grounding.reading.naming import Mention
from tresen.conversation.parts import (
    Card,
    Cards,
    CartSummary,
    Choices,
    Comparison,
    Confirmation,
    Link,
    OrderStatus,
    Part,
    Sources,
)
from tresen.kit.words import say

MOST_CARDS = 8

Build = Callable[[Sequence[str]], Awaitable[Sequence[Card]]]

# A sentence that leads to the cards: "Diese vier passen:", "here are", "I found three".
_ANNOUNCING = re.compile(
    r":\s*(?:$|\n)|\b(?:hier (?:ist|sind|kommen|habe ich|findest)|diese[rsnm]?|folgende\w*|unten|karten?|auswahl|"
    r"treffer|vorschl[aä]g\w*|gefunden|zeige?|here (?:is|are)|these|this one|below|following|cards?|picks?|options?|"
    r"found|show|suggest\w*)\b",
    re.IGNORECASE,
)


def gathered(parts: Iterable[Part]) -> list[Part]:
    """One set of cards, of choices and of sources without doubles; the newest cart, offer, order and link."""
    parts = list(parts)
    cards = _cards(parts)
    compared, offers, carts = _last(parts, Comparison), _last(parts, Confirmation), _last(parts, CartSummary)
    shown: list[Part] = [*compared, *(offers or [*carts, *_last(parts, OrderStatus)])]
    if cards and not shown:
        shown.append(Cards(tuple(cards.values())[:MOST_CARDS]))
    if not offers:
        choices = dict.fromkeys(choice for part in parts if isinstance(part, Choices) for choice in part.choices)
        shown.extend([*([Choices(tuple(choices))] if choices else []), *_last(parts, Link)])
    sources = dict.fromkeys(source for part in parts if isinstance(part, Sources) for source in part.sources)
    return [*shown, *([Sources(tuple(sources))] if sources else [])]


async def agreeing(
    text: str, parts: Sequence[Part], sheet: Sheet, locale: str, build: Build, before: str = ""
) -> tuple[str, list[Part]]:
    """The text and the parts, so that they name and show the same products.

    Args:
        parts: what `gathered` made of the tools' parts.
        build: makes the cards, as the shop has them now, of products that were named without one.
        before: what the shopper reads above the text.
    """
    whole = f"{before}\n{text}"
    named = list(dict.fromkeys(each for found in sheet.index.mentions(whole) for each in _only(found)))
    cards, announced = _cards(parts), bool(_ANNOUNCING.search(whole))
    kept = [key for key in cards if key in named] or list(cards)
    if announced or len(kept) == len(cards):
        kept = list(cards)
    if kept and not announced and not set(kept) & set(named):
        text = f"{text}\n{say('cards-announced', locale, count=len(kept))}".strip()
    missing = [key for key in named if key not in cards and key not in _elsewhere(parts)][: MOST_CARDS - len(kept)]
    found = {card.product_id: card for card in await build(missing)} if missing else {}
    shown = tuple([cards[key] for key in kept] + [found[key] for key in missing if key in found])
    if shown == tuple(cards.values()):
        return text, list(parts)
    rest = [part for part in parts if not isinstance(part, Cards)]
    return text, [*([Cards(shown)] if shown else []), *rest]


def _only(found: Mention) -> Iterable[str]:
    """A name that fits several products, or only says their kind, names none of them."""
    return found.ids if found.strong and len(found.ids) == 1 else ()


def _cards(parts: Iterable[Part]) -> dict[str, Card]:
    return {card.product_id: card for part in parts if isinstance(part, Cards) for card in part.cards}


def _elsewhere(parts: Iterable[Part]) -> set[str]:
    """Products that are on the screen in another form."""
    found: set[str] = set()
    for part in parts:
        match part:
            case Comparison(cards=cards):
                found |= {card.product_id for card in cards}
            case CartSummary(items=items):
                found |= {item.product_id for item in items}
    return found


def _last(parts: list[Part], kind: type[Part]) -> list[Part]:
    return [part for part in parts if isinstance(part, kind)][-1:]
